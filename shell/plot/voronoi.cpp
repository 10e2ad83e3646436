#include "shell/plot/voronoi.hpp"

namespace lab::plot {

namespace {

using Corner = std::array<double, 2>;

// The part of a convex polygon where a·x + b·y ≤ c.
std::vector<Corner> clipped(const std::vector<Corner>& polygon, double a, double b, double c) {
  std::vector<Corner> kept;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const Corner &from = polygon[i], &to = polygon[(i + 1) % polygon.size()];
    const double before = a * from[0] + b * from[1] - c, after = a * to[0] + b * to[1] - c;
    if (before <= 0) kept.push_back(from);
    if ((before < 0 && after > 0) || (before > 0 && after < 0)) {
      const double share = before / (before - after);
      kept.push_back({from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])});
    }
  }
  return kept;
}

}  // namespace

std::vector<std::vector<Corner>> voronoi(std::span<const float> places, const data::Box& window) {
  const std::size_t count = places.size() / 2;
  const auto place = [&](std::size_t i) {
    return Corner{static_cast<double>(places[2 * i]), static_cast<double>(places[2 * i + 1])};
  };
  std::vector<std::vector<Corner>> cells;
  for (std::size_t i = 0; i < count; ++i) {
    const auto [x, y] = place(i);
    std::vector<Corner> cell{{window.x0, window.y0},
                             {window.x1, window.y0},
                             {window.x1, window.y1},
                             {window.x0, window.y1}};
    for (std::size_t j = 0; j < count && !cell.empty(); ++j) {
      if (j == i) continue;
      const auto [u, v] = place(j);
      if (u == x && v == y) {
        if (j < i) cell.clear();
        continue;
      }
      // |p − this|² ≤ |p − that|².
      cell = clipped(cell, 2 * (u - x), 2 * (v - y), u * u + v * v - x * x - y * y);
    }
    cells.push_back(std::move(cell));
  }
  return cells;
}

}  // namespace lab::plot
