// A regular grid over a box, to draw densities on; integrals that are measured are cells.hpp's.
#pragma once

#include <span>
#include <vector>

#include "core/data/truth.hpp"

namespace lab::data {

// n×n cells of a box; row 0 at y0, column 0 at x0.
struct Grid {
  Box box;
  std::size_t n = 0;

  double x(std::size_t column) const;
  double y(std::size_t row) const;
  double log_cell_area() const;
  // Cell centres, row-major (n·n, 2).
  std::vector<float> points() const;
};

// ln p at the cell centres, row-major (n, n); empty where the density is not known.
std::vector<double> log_density(const PlaneTruth& truth, const Grid& grid);

// ln ∫ exp(values) over the grid.
double log_integral(std::span<const double> values, const Grid& grid);

// The box widened about its centre.
Box widened(const Box& box, double factor);

}  // namespace lab::data
