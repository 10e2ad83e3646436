// Level lines of a grid of values (marching squares with linear interpolation), stitched into
// polylines so that they can be dashed.
#pragma once

#include <span>
#include <vector>

namespace lab::plot {

struct GridPoint {
  float column, row;  // in cells: (0, 0) is the first value, (n − 1, n − 1) the last
};
using Polyline = std::vector<GridPoint>;

// values (n, n) row-major. Cells with a value that is no number have no line.
std::vector<Polyline> level_lines(std::span<const float> values, int n, float level);

}  // namespace lab::plot
