// What the views of a flow on pictures share: controls, words that wrap, commands at a bearable
// rate.
#pragma once

#include <string>

#include "shell/views/latent_parts.hpp"

namespace lab::views {

// Words broken at `width`; returns the height that they take.
float paragraph(const Frame& frame, ImVec2 at, float width, ImU32 colour, const std::string& words,
                float size = plot::axis_size);

// Beside the pointer while the last item is hovered: what it is or does, broken where it is long.
void explain(const Frame& frame, const char* words);

constexpr float control_height = 28;

float button_width(const Frame& frame, const char* words);
// A button at a place, `width` 0: as wide as its words. `chosen` sets it off from its like.
bool button(const Frame& frame, const char* words, ImVec2 at, float width, const char* tip,
            bool chosen = false);

// Buttons in rows from `at` to `right`, one for each class and, where `any`, one for all of them:
// of which class draws and codes are, of a model that is told. Returns the height that they take, 0
// where the model is not.
float class_buttons(Frame& frame, ImVec2 at, float right, bool any);

struct Slid {
  bool held = false, changed = false, released = false;  // released: after a change
};
// A slider without words.
Slid slider(const Frame& frame, const char* id, ImVec2 at, float width, float& value, float low,
            float high, const char* tip);

// Another frame is wanted though nothing has come: something moves by itself.
void keep_drawing(Frame& frame);

// Lets commands through at most ten times a second while something is dragged.
class Throttle {
 public:
  bool due();

 private:
  double last_ = -1;
};

// A request that has not been answered yet. Meanwhile what the person chose is shown, not what the
// session says; after two seconds the session is believed again.
class Pending {
 public:
  void ask();
  void answered() { since_ = -1; }
  bool waiting() const;

 private:
  double since_ = -1;
};

}  // namespace lab::views
