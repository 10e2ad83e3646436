// What all views of the plane share: the camera, points, fields as CSV.
#pragma once

#include <functional>

#include "shell/plot/heat_map.hpp"
#include "shell/views/view.hpp"

namespace lab::views {

// Axes of the plane under the frame's camera, with pan and zoom; draws nothing else.
plot::Axes plane(Frame& frame);

// A dot a point; `square` gives another shape, so that colour is not all that tells them apart.
void points(const plot::Axes& axes, std::span<const float> xy, ImU32 colour, float radius,
            bool square, std::size_t most);

// The segment of the cross-section with handles that can be dragged.
void segment(Frame& frame, const plot::Axes& axes);

// A box of lines beside the pointer, while it is over the axes.
void readout(Frame& frame, const plot::Axes& axes,
             const std::function<std::string(double x, double y)>& words);

// The field's value at a place, NaN outside.
float at(const Fields& fields, const std::vector<float>& values, double x, double y);

// Colour and words in the upper left corner.
struct Entry {
  ImU32 colour;
  std::string words;
  enum class Mark { line, dashes, dot, square } mark;
};
void legend(Frame& frame, const plot::Axes& axes, const std::vector<Entry>& entries);

// Words in the middle where there is nothing to draw yet.
void placeholder(Frame& frame, const plot::Axes& axes, const char* words);

// "x,y,name…" with a line a cell.
std::string fields_csv(const Fields& fields, const std::vector<std::string>& names,
                       const std::vector<const std::vector<float>*>& values);
std::string points_csv(const std::vector<std::string>& names,
                       const std::vector<const std::vector<float>*>& values);

}  // namespace lab::views
