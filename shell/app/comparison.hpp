// The page of a comparison: a column of views for each model and one for the truth, a table under
// them. All are drawn through one camera and trained together (core/session/sessions.hpp).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/session/comparison.hpp"
#include "core/session/message.hpp"
#include "shell/views/plane.hpp"

namespace lab::app {

using Json = nlohmann::json;

class ComparisonTable;
class Link;
struct Options;

class ComparisonPage {
 public:
  // Loads every member into a session of its own. `speed`: steps a second at most, 0 for no limit.
  ComparisonPage(Link& link, const Options& options, session::Comparison comparison, bool play,
                 double speed);

  // Another comparison in the same place: members that are the same go on training.
  void adopt(session::Comparison next);
  // Ends all sessions but the first.
  void close();

  void message(std::size_t session, const session::Message& message);

  // A command of the page that is meant for all members: transport, edit {key, value}, save,
  // metrics, export.
  void command(const Json& command);

  // Within the current window.
  void draw(ImVec2 min, ImVec2 max, const plot::Fonts& fonts, bool can_undo);
  // After the frame: what a moved camera asks for. Returns whether it wants to be asked again.
  bool ask_for_pictures();

  void pinch(float factor) { pinch_ *= factor; }

  // What the person asks the app to open instead, to be kept for undo; null where nothing is. An
  // empty object asks for the last change to be undone.
  Json take_request() { return std::exchange(request_, Json()); }
  bool has_request() const { return !request_.is_null(); }
  // The specification of its first model.
  Json alone(std::size_t column = 0) const;

  // The same on other data: what the app is asked to open when a file or a chooser brings it.
  Json on_data(const Json& data) const;

  bool playing() const;
  bool loaded() const;  // all of them
  std::int64_t least_steps() const;
  bool drawn() const;  // every picture that is wanted is here
  session::Comparison comparison() const;
  Json document() const { return session::compact(comparison()); }
  std::string error;  // the last document that would not do
  // When the oldest load that is not answered was asked for; none where all are, or wait for a
  // file.
  std::optional<double> loading_since() const;

  // Of status(): status, and what is said to who cannot see.
  Json status() const;
  std::string describe() const;

 private:
  static constexpr float bar_height = 44, controls_height = 34, head_height = 46;

  struct Column {
    std::size_t session = 0;
    Json spec;
    std::unique_ptr<views::Store> store;
    std::map<std::string, std::unique_ptr<views::View>> views;  // of each row
    views::Camera camera;                                       // takes what they ask for
    std::optional<double> loading_since;
  };
  struct Cell {
    ImVec2 min, max;
    float width() const { return max.x - min.x; }
    float height() const { return max.y - min.y; }
  };
  struct Layout {
    ImVec2 min, max;
    bool columns = true;   // all at once, not one at a time
    bool controls = true;  // choosers, not only names
  };

  const char* text(const char* english, const char* korean) const;
  std::string title_of(const Column& column) const;
  ComparisonTable table() const;
  // A store that knows the truth, if possible its densities; null where none does.
  views::Store* truth() const;
  double entropy() const;
  Column make_column(std::size_t session, Json spec);
  void load(Column& column);
  void want(const Column& column);
  void want_all();
  void send(const Column& column, Json command);
  void send_all(const Json& command);
  void edit(const std::string& key, const Json& value);
  void ask(session::Comparison next);
  void send_wishes();

  void draw_rows(const Layout& layout);
  void draw_trouble(Column& column, const Cell& cell);
  void draw_cell(const std::string& row, std::size_t index, const Cell& cell, bool first,
                 bool last);
  std::string nothing_to_show(const std::string& row, std::size_t index) const;
  void navigate(const Cell& cell, const std::string& name);

  // comparison_head.cpp
  void draw_bar(ImVec2 min, float width, bool can_undo);
  void draw_controls(ImVec2 min, float width, const std::vector<std::string>& controls);
  void draw_choice_of_rows();
  void draw_tabs(ImVec2 min, float width);
  void draw_head(std::size_t index, ImVec2 min, float width, bool controls);
  void draw_choice_of_model(std::size_t index, float width);
  void draw_scale(ImVec2 min, float right);

  Link& link_;
  const Options& options_;
  plot::Fonts fonts_;
  std::string title_;
  Json data_;
  std::vector<std::string> views_, offered_;  // rows: that are shown, that may be
  std::vector<std::string> controls_;         // keys that sliders set for all models
  std::vector<Column> columns_;
  std::map<std::string, std::unique_ptr<views::View>> truth_views_;
  views::Camera truth_camera_;
  views::Shared shared_;                          // by all views, in this frame
  plot::Window window_, home_, shown_, asked_;    // home_: where a double click goes
  std::optional<std::array<double, 2>> pointer_;  // in the plane, for the next frame
  std::size_t current_ = 0;  // the column that is shown where there is room for one
  bool single_ = false;      // there is room for one
  bool play_ = false, moved_ = false;
  double speed_ = 0, ask_after_ = -1;
  float pinch_ = 1;
  Json request_;
};

}  // namespace lab::app
