// Integrals over the plane of what a density of the truth weighs.
//
// The plane is cut into square cells of four points each (the midpoint rule). A uniform grid would
// have to be as fine everywhere as the thinnest curve is, so cells are halved where the truth says
// that it is fine (PlaneTruth::finest), as often as it takes for it to integrate to 1, which it
// is known to do. Where that is so from the start nothing is halved, and what a model costs to
// evaluate stays the same.
//
// An error is estimated from coarser rules on the same points: each of the four points of the cells
// alone (how much they scatter), and the outer against the inner points of every four cells (how
// much the integrand bends within).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/data/truth.hpp"

namespace lab::data {

struct Cells {
  std::vector<float> points;        // (n, 2), four to a cell
  std::vector<double> log_area;     // (n): of the quarter of a cell around a point
  std::vector<std::uint8_t> rule;   // (n): which of the four; + 4, + 8 where outer in x, in y
  std::vector<double> log_density;  // (n): ln p of the truth; empty where it is not known
};

// Until the truth integrates to 1 within 2e-4, or finer ones would have `most` points.
Cells make_cells(const PlaneTruth& truth, std::size_t most = 131072);

// What lies around the square `inside`, coarsely: to four times its width, without it.
Cells make_outside(const Box& inside);

// A value and its error as estimated.
struct Integral {
  double value, error;
};

// ln ∫ exp(values), values (n).
Integral log_integral(std::span<const double> values, const Cells& cells);

// KL(p ‖ q / ∫q) in nats from ln q, where q is `normalised` KL(p ‖ q). p, the truth, is taken as
// normalised over the cells.
Integral kl_divergence(std::span<const double> log_q, bool normalised, const Cells& cells);

// −∫ p ln p of the truth.
Integral entropy(const Cells& cells);

}  // namespace lab::data
