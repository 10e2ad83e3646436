// Voronoi cells: which part of a window is nearer to one place than to all others.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "core/data/box.hpp"

namespace lab::plot {

// The corners of each cell in turn, clipped to the window; of places (n, 2). A place that coincides
// with an earlier one has no corners.
std::vector<std::vector<std::array<double, 2>>> voronoi(std::span<const float> places,
                                                        const data::Box& window);

}  // namespace lab::plot
