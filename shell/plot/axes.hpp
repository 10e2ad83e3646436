// A frame with axes: from data to screen and back, ticks, pan and zoom, hover.
#pragma once

#include <functional>
#include <string>

#include "shell/plot/contour.hpp"
#include "shell/plot/theme.hpp"

namespace lab::plot {

// A rectangle of data coordinates.
struct Window {
  double x0 = 0, x1 = 1, y0 = 0, y1 = 1;
  bool operator==(const Window&) const = default;
};

// The same, widened about its middle to the shape of [min, max] of the screen, so that one unit is
// as long in x as in y.
Window fitted(const Window& window, ImVec2 min, ImVec2 max);

// Fonts that plots write with.
struct Fonts {
  ImFont* regular = nullptr;
  ImFont* strong = nullptr;
};

class Axes {
 public:
  struct Labels {
    std::string x, y;
  };

  // Lays the plot out in [min, max] of the current ImGui window; draws background, grid and ticks.
  // equal: one unit is as long in x as in y (the window is widened to fit).
  // compact: without tick labels, for small views.
  Axes(const Theme& theme, const Fonts& fonts, ImVec2 min, ImVec2 max, Window window, bool equal,
       bool compact, const Labels& labels);
  ~Axes();
  Axes(const Axes&) = delete;
  Axes& operator=(const Axes&) = delete;

  ImVec2 screen(double x, double y) const;
  double x_of(float screen_x) const;
  double y_of(float screen_y) const;
  const Window& window() const { return window_; }
  ImVec2 min() const { return min_; }
  ImVec2 max() const { return max_; }
  ImDrawList& draw() const { return *draw_; }

  void line(const std::vector<ImVec2>& points, ImU32 colour, float width) const;
  // A line of dashes `dash` long.
  void dashes(const std::vector<ImVec2>& points, ImU32 colour, float width, float dash = 6) const;
  // Level lines of a grid over `box`, whose values lie at cell centres.
  void contours(const std::vector<Polyline>& lines, int n, const Window& box, ImU32 colour,
                float width, bool dashed) const;
  void text(ImVec2 at, ImU32 colour, const std::string& words, float size = axis_size) const;

 private:
  void draw_ticks(const Theme& theme, bool compact, const Labels& labels);

  ImDrawList* draw_;
  const Fonts& fonts_;
  ImVec2 min_, max_;  // of the plotting area
  Window window_;
};

// Pan by dragging and zoom by wheel or pinch over an item that has just been submitted; returns
// whether `window` changed. `home` is where a double click goes.
bool navigate(Window& window, const Window& home, ImVec2 min, ImVec2 max, float pinch);
// The same where the window that is shown is fitted to [min, max]: what `window` holds stays
// within.
bool navigate_fitted(Window& window, const Window& home, ImVec2 min, ImVec2 max, float pinch);

// Ticks with their values, of what a plot in [min, max] shows: of x below it, of y to its left.
void name_x(const Theme& theme, const Fonts& fonts, const Window& shown, ImVec2 min, ImVec2 max);
void name_y(const Theme& theme, const Fonts& fonts, const Window& shown, ImVec2 min, ImVec2 max);

}  // namespace lab::plot
