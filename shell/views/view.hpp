// A view: a picture of what the session says. To add one, write its class in a file of its own and
// give it a row in registry.cpp and its words in shell/words/views.cpp; it asks for arrays of the
// Store, never for a model.
#pragma once

#include <array>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/session/specification.hpp"
#include "shell/plot/axes.hpp"
#include "shell/views/store.hpp"
#include "shell/words/text.hpp"

namespace lab::views {

// What views share: the frame they look through, and what they ask for in return.
struct Camera {
  plot::Window window;
  bool moved = false;                   // by the person, in this frame
  bool segment_moved = false;           // the ends of the cross-section were dragged
  std::vector<ImVec2> drawn_points;     // points that the person has drawn, in data coordinates
  float pinch = 1;                      // of two fingers, since the last frame
  std::vector<session::Json> commands;  // for the session (core/session/service.hpp)
};

// What views that stand side by side have in common, each with another model's store, so that one
// can be laid over the next. Such a view of the plane is compact: what is around it has the axes.
struct Shared {
  std::vector<const Store*> models;                        // of all of them, in their order
  double best = std::numeric_limits<double>::quiet_NaN();  // mean ln p of the truth, nats
  double top = 0;                                          // of the scale of densities, nats
  std::optional<std::array<double, 2>> pointer;  // in the plane, whichever of them it is over
  // Of one of them:
  bool of_truth = false;  // the truth stands where the others have their models
  bool scale = false;     // it shows the scale of colours
  bool values = false;    // it names the values of the upright axis
};

struct Frame {
  Store& store;
  Camera& camera;
  const plot::Theme& theme;
  const plot::Fonts& fonts;
  bool korean;
  ImVec2 min, max;                 // where to draw, in screen coordinates
  bool compact;                    // small: no axes, no legend, no hover
  bool segment_visible;            // the cross-section is on screen too
  const Shared* shared = nullptr;  // with the views beside it; none where it is alone

  const char* text(const words::Text& words) const { return words.in(korean); }
};

class View {
 public:
  virtual ~View() = default;
  virtual void draw(Frame& frame) = 0;
  // The numbers behind the picture; empty where there are none yet.
  virtual std::string csv(const Store& store) const = 0;
  // One sentence for who cannot see it.
  virtual std::string describe(const Store& store) const = 0;
};

struct ViewRow {
  const char* name;  // as in a specification
  std::unique_ptr<View> (*make)();
  bool plane = false;  // looks through the camera where the data is of the plane
};

// In the order of the tabs: those of this folder, and what has been added.
std::span<const ViewRow> registry();
// Before the first frame.
void add_view(ViewRow row);
const ViewRow* find_view(const std::string& name);
// Whether that view of that store looks through the camera.
bool through_camera(const std::string& name, const Store& store);

// Makers, one a file.
std::unique_ptr<View> make_boundary();
std::unique_ptr<View> make_log_density();
std::unique_ptr<View> make_truth();
std::unique_ptr<View> make_difference();
std::unique_ptr<View> make_samples();
std::unique_ptr<View> make_constant();
std::unique_ptr<View> make_objective();
std::unique_ptr<View> make_cross_section();
std::unique_ptr<View> make_landscape();
std::unique_ptr<View> make_information();
// Only beside others, hence without a row: the models' courses over the time they have trained.
std::unique_ptr<View> make_learning();

}  // namespace lab::views
