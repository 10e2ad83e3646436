#include "core/data/grid.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lab::data {

double Grid::x(std::size_t column) const {
  return box.x0 + (box.x1 - box.x0) * (static_cast<double>(column) + 0.5) / static_cast<double>(n);
}

double Grid::y(std::size_t row) const {
  return box.y0 + (box.y1 - box.y0) * (static_cast<double>(row) + 0.5) / static_cast<double>(n);
}

double Grid::log_cell_area() const {
  const double count = static_cast<double>(n);
  return std::log((box.x1 - box.x0) / count * ((box.y1 - box.y0) / count));
}

std::vector<float> Grid::points() const {
  std::vector<float> points;
  points.reserve(2 * n * n);
  for (std::size_t row = 0; row < n; ++row) {
    for (std::size_t column = 0; column < n; ++column) {
      points.push_back(static_cast<float>(x(column)));
      points.push_back(static_cast<float>(y(row)));
    }
  }
  return points;
}

std::vector<double> log_density(const PlaneTruth& truth, const Grid& grid) {
  std::vector<double> values;
  values.reserve(grid.n * grid.n);
  for (std::size_t row = 0; row < grid.n; ++row) {
    for (std::size_t column = 0; column < grid.n; ++column) {
      const auto value = truth.log_density(grid.x(column), grid.y(row));
      if (!value) return {};
      values.push_back(*value);
    }
  }
  return values;
}

double log_integral(std::span<const double> values, const Grid& grid) {
  double largest = -std::numeric_limits<double>::infinity();
  for (const double value : values) largest = std::max(largest, value);
  if (!std::isfinite(largest)) return largest;
  double total = 0;
  for (const double value : values) total += std::exp(value - largest);
  return largest + std::log(total) + grid.log_cell_area();
}

Box widened(const Box& box, double factor) {
  const double x = 0.5 * (box.x0 + box.x1), y = 0.5 * (box.y0 + box.y1);
  const double half_x = 0.5 * factor * (box.x1 - box.x0), half_y = 0.5 * factor * (box.y1 - box.y0);
  return {x - half_x, x + half_x, y - half_y, y + half_y};
}

}  // namespace lab::data
