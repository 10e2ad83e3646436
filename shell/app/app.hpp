// The front end: takes messages and commands, draws frames, sends commands. The same on the web
// and on the desktop; who owns it makes the Dear ImGui context and the window.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/session/message.hpp"
#include "core/session/specification.hpp"
#include "shell/app/comparison.hpp"
#include "shell/views/view.hpp"

namespace lab::app {

using Json = nlohmann::json;

// What the app needs of the world around it.
class Link {
 public:
  virtual ~Link() = default;
  // A command for the session (core/session/service.hpp).
  virtual void send(const Json& command, std::span<const std::uint8_t> bytes = {}) = 0;
  // A file for the person to keep.
  virtual void file(const std::string& name, const std::string& type,
                    std::span<const std::uint8_t> bytes) = 0;
  // A picture of a part of the window, in CSS pixels, taken after this frame.
  virtual void picture(const std::string& name, ImVec2 min, ImVec2 max) = 0;
};

struct Options {
  Json spec;           // or a comparison (core/session/comparison.hpp)
  Json views;          // asked for beside it: an array, or null
  std::string lesson;  // whose document it is; empty where it is none's
  bool korean = false, dark = false;
  bool embedded = false;   // only the views
  bool transport = false;  // drawn here; on the web the page has it
  bool play = false;
};

class App {
 public:
  App(Link& link, Options options);
  ~App();

  // A font file's bytes: "regular", "semibold", "korean". The first two before the first frame.
  void font(const std::string& name, std::span<const std::uint8_t> bytes);

  void message(const session::Message& message);

  // A command of the page: any of the session's, and theme {name}, language {name},
  // panel {name: experiment, numbers, none}, show {view}, spec {spec, lesson: whose it is, views:
  // to show if they go with it} (or a comparison), data {data, changed: paths whose choices win
  // over what does not go with them}, export {view, as: csv, png}, metrics (a CSV file), edit {key,
  // value}, undo_change, compare (the present specification with other models), alone (leaves a
  // comparison for its first model), restoring (weights are on their way to the session).
  void command(const Json& command);

  // A sentence for the person, of something that went wrong outside.
  void tell(const std::string& sentence);

  // Builds a frame between NewFrame and Render. Returns how many more it wants.
  int frame();

  // For the page: status, spec, main, alt, want_text, banner (what the strips above the views say),
  // lesson (the one that the present experiment is, whatever is looked at), views, own_views
  // (whether those are others than the lesson's), origin (the lesson that it was made from).
  Json status();
  // The same as text, where it is another than at the last call.
  std::optional<std::string> news();

  void pinch(float factor) {
    camera_.pinch *= factor;
    if (comparison_) comparison_->pinch(factor);
  }
  // Whether everything is loaded, has made so many steps, and has its pictures.
  bool ready(std::int64_t steps) const;
  bool loaded() const { return comparison_ ? comparison_->loaded() : store_.loaded; }
  bool playing() const { return comparison_ ? comparison_->playing() : store_.playing; }
  // The specification or comparison as the person has it now.
  Json document() const;
  // The last mistake; empty where there is none.
  const std::string& error() const { return comparison_ ? comparison_->error : store_.error; }

 private:
  struct Area {
    ImVec2 min, max;
    float width() const { return max.x - min.x; }
    float height() const { return max.y - min.y; }
  };

  const char* text(const char* english, const char* korean) const {
    return options_.korean ? korean : english;
  }

  // app.cpp
  bool open(const Json& document);
  bool open_with_undo(const Json& document);
  void open_request();
  void keep_for_undo(Json document);
  Json base() const;
  void ask(Json command);
  void load(Json spec);
  Json with_views(Json document, const Json& views);
  void remember_lesson(const Json& document, const std::string& name);
  void compare();
  void arrange(Area all);
  void arrange_wide(Area all);
  void arrange_narrow(Area all, bool phone);
  void draw_views(Area area, bool phone);
  void draw_view(const std::string& name, Area area, bool compact);
  void draw_tabs(Area& area);
  void draw_banner(Area& area);
  bool draw_strip(Area& area, const std::string& words, bool warns, const char* close,
                  const std::function<void()>& buttons = {});
  void ask_for_pictures();
  Json single_status();
  Json comparison_status() const;
  void export_view(const std::string& name, bool csv, Area area);
  void show(const std::string& name);
  void keep_views();
  views::View& view(const std::string& name);

  // panel.cpp
  void begin_region(const char* name, Area area, bool surface);
  void end_region();
  void draw_experiment();
  void card(const char* section, const char* english, const char* korean);
  void formulas(const std::string& section);
  void prepared();
  void control(const session::Key& key);
  void slider(const session::Key& key, const Json& value);
  void classes(const session::Key& key, const std::string& value);
  void words(const session::Key& key, const std::string& value);
  void label(const session::Key& key);
  void change(const std::string& path, Json value, bool done);
  void undo_change();
  void draw_numbers();
  void draw_measures();
  void estimate_button();
  void draw_profile(float width);
  void draw_transport();

  Link& link_;
  Options options_;
  views::Store store_;
  std::unique_ptr<ComparisonPage> comparison_;  // none where one model is shown alone
  views::Camera camera_;
  plot::Fonts fonts_;
  std::map<std::string, std::vector<std::uint8_t>> font_files_;
  std::map<std::string, std::unique_ptr<views::View>> views_;
  std::vector<std::string> visible_;          // the first is large
  std::vector<std::string> loaded_views_;     // those of the specification that was loaded last
  std::string panel_ = "none";                // the sheet that is open on small screens
  std::vector<Json> undo_;                    // specifications and comparisons before each change
  std::map<std::string, double> dragged_;     // values of sliders that are being dragged
  std::map<std::string, std::string> typed_;  // texts that are being typed
  plot::Window asked_box_;
  plot::Window visible_window_;
  std::string pending_export_;
  bool pending_csv_ = false;
  bool compare_ = false;  // asked for in this frame
  // What the session has been asked for, and has not answered.
  Json coming_;               // the specification that it will then have; null where none is asked
  std::int64_t asked_ = 0;    // numbers what is asked
  std::int64_t loading_ = 0;  // the latest load that is not answered; 0: none
  double loading_since_ = 0;
  bool restoring_ = false;  // weights, and with them a specification that is not known yet
  // Lessons that have been opened, by what they hold beside their views.
  struct Lesson {
    std::string name;
    Json views;
  };
  std::map<std::string, Lesson> lessons_;
  std::string origin_;                               // the lesson that the experiment was made from
  std::pair<std::int64_t, std::string> new_origin_;  // from when that is answered
  std::string notice_;                               // what is worth knowing, until it is closed
  std::string banner_;                               // what the strips say in this frame
  // What is dear to tell in every frame: the status, a specification without what is usual, what a
  // view says of a version of the store.
  std::string told_, alt_;
  std::pair<Json, Json> compacted_;
  std::pair<std::string, std::uint64_t> described_;
  bool error_shown_ = false;  // a control showed the error in the last frame, or in this one so far
  std::string error_drawn_;   // the error that was there then
  bool error_is_new_ = false;  // another than in the last frame
  double speed_ = 0;           // steps a second at most; 0: no limit
  std::size_t views_on_screen_ = 1;
  int frames_wanted_ = 3;
  double ask_after_ = -1;  // time at which a moved camera asks for new pictures
};

// Widths from which the layout has three columns, and from which it is no phone's.
inline constexpr float wide_from = 1100, tablet_from = 600;

const plot::Theme& theme_of(const Options& options);

}  // namespace lab::app
