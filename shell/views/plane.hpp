// What all views of the plane share: the camera, points, fields as CSV.
#pragma once

#include <array>
#include <functional>
#include <utility>

#include "shell/plot/heat_map.hpp"
#include "shell/views/view.hpp"

namespace lab::views {

// Axes of the plane under the frame's camera, with pan and zoom; draws nothing else.
plot::Axes plane(Frame& frame);

// A dot a point; `square` gives another shape, so that colour is not all that tells them apart.
void points(const plot::Axes& axes, std::span<const float> xy, ImU32 colour, float radius,
            bool square, std::size_t most);

// The ends of the cross-section: x, y, x, y.
std::array<double, 4> segment_of(const Store& store);
// Its segment with handles that can be dragged.
void segment(Frame& frame, const plot::Axes& axes);

// A box of lines beside the pointer, while it is over the axes.
void readout(Frame& frame, const plot::Axes& axes,
             const std::function<std::string(double x, double y)>& words);
// The same in the plane. Of views side by side, all have a cross where the pointer is over any of
// them, and the words in a corner.
void plane_readout(Frame& frame, const plot::Axes& axes,
                   const std::function<std::string(double x, double y)>& words);

// The cells of densities on a grid: n×n over `box`, row 0 at y0; n is 0 where there are none.
struct Cells {
  plot::Window box;
  int n = 0;
};
Cells cells_of(const Store& store);
// The value of the cell at a place, NaN outside.
float at(const Cells& cells, std::span<const float> values, double x, double y);

// ln p of a model less its own constant: what is added to "log_model", in nats.
double normalisation(const Store& store);
// Nats below the highest density that are told apart.
inline constexpr double depth = 12;
// The top of a scale of densities: the highest value of the truth, where one of the models' stores
// has it, else of any of the models; in nats.
double top_of(std::span<const Store* const> models);
// The top of the scale that the frame's densities are drawn on.
double top_of(const Frame& frame);
// Whether the scale of colours stands in the frame.
bool shows_scale(const Frame& frame);
// Lines every 3 nats below `top` of densities (n, n) that are shifted.
using Levels = std::vector<std::vector<plot::Polyline>>;
Levels levels_of(std::span<const float> values, int n, double shift, double top);

// Colour and words in the upper left corner.
struct Entry {
  ImU32 colour;
  std::string words;
  enum class Mark { line, dashes, dot, square } mark;
};
void legend(Frame& frame, const plot::Axes& axes, const std::vector<Entry>& entries);

// Words in the middle where there is nothing to draw yet.
void placeholder(Frame& frame, const plot::Axes& axes, const char* words);

// One element of a table.
void add_value(std::string& csv, double value, char end);
using Named = std::pair<std::string, std::span<const float>>;
// "x,y,name…" with a line a cell.
std::string fields_csv(const Store& store, const std::vector<Named>& fields);
// "kind,x,y" with a line a point.
std::string points_csv(const std::vector<Named>& kinds);

}  // namespace lab::views
