#include "core/data/cells.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/data/grid.hpp"

namespace lab::data {

namespace {

// Cells across at first: 128 points, as far apart as a model's own structure is expected to be.
constexpr int first_cells = 64;

constexpr double tolerance = 2e-4;  // of the truth's integral

// Points at most so many deviations of the truth's narrowest part apart: the midpoint rule's error
// for a Gaussian is about 2 exp(−2π²/spacing²), 9e-4, 2e-6 and 4e-14 of it, and less for what
// bends.
constexpr std::array spacings{1.6, 1.2, 0.8};

// The four points of the square `box`. `place`: which quarter of the cell twice as wide it is.
void add_cell(Cells& cells, const Box& box, unsigned place) {
  const double half = 0.5 * (box.x1 - box.x0), x = box.x0 + half, y = box.y0 + half;
  for (unsigned k = 0; k < 4; ++k) {
    cells.points.push_back(static_cast<float>(x + (k % 2 == 1 ? 0.5 : -0.5) * half));
    cells.points.push_back(static_cast<float>(y + (k / 2 == 1 ? 0.5 : -0.5) * half));
    cells.log_area.push_back(2 * std::log(half));
    const unsigned outer_x = k % 2 == place % 2, outer_y = k / 2 == place / 2;
    cells.rule.push_back(static_cast<std::uint8_t>(k + 4 * outer_x + 8 * outer_y));
  }
}

class Halving {
 public:
  // No cell is halved where there is no spacing.
  Halving(const PlaneTruth& truth, double spacing, std::size_t most)
      : truth_(truth), spacing_(spacing), most_(most) {
    const Box box = truth.integration_box();
    const double side = (box.x1 - box.x0) / first_cells;
    // Points of a smaller one would be the same as floats.
    smallest_ =
        1e-6 * std::max({std::abs(box.x0), std::abs(box.x1), std::abs(box.y0), std::abs(box.y1)});
    for (unsigned row = 0; row < first_cells; ++row) {
      for (unsigned column = 0; column < first_cells; ++column) {
        add({box.x0 + side * column, box.x0 + side * (column + 1), box.y0 + side * row,
             box.y0 + side * (row + 1)},
            column % 2 + 2 * (row % 2));
      }
    }
  }

  Cells result() && { return std::move(cells_); }

 private:
  void add(const Box& box, unsigned place) {
    const double half = 0.5 * (box.x1 - box.x0), x = box.x0 + half, y = box.y0 + half;
    const bool halves = spacing_ > 0 && half > smallest_ && cells_.log_area.size() < most_ &&
                        half > spacing_ * truth_.finest(box);
    if (!halves) add_cell(cells_, box, place);
    for (unsigned k = 0; k < 4; ++k) {
      const bool right = k % 2 == 1, upper = k / 2 == 1;
      if (halves) {
        add({right ? x : box.x0, right ? box.x1 : x, upper ? y : box.y0, upper ? box.y1 : y}, k);
      } else if (const auto value = truth_.log_density(x + (right ? 0.5 : -0.5) * half,
                                                       y + (upper ? 0.5 : -0.5) * half)) {
        cells_.log_density.push_back(*value);
      }
    }
  }

  const PlaneTruth& truth_;
  double spacing_, smallest_;
  std::size_t most_;
  Cells cells_;
};

// Σ exp(value + log_area) term over the points of each rule, relative to the largest weight.
using Sums = std::array<double, 16>;
template <class Term>
Sums sums_of(std::span<const double> values, double largest, const Cells& cells, Term term) {
  Sums sums{};
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double log_weight = values[i] + cells.log_area[i] - largest;
    if (log_weight > -700) sums[cells.rule[i]] += std::exp(log_weight) * term(i);
  }
  return sums;
}

double largest_weight(std::span<const double> values, const Cells& cells) {
  double largest = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < values.size(); ++i) {
    largest = std::max(largest, values[i] + cells.log_area[i]);
  }
  return largest;
}

// The rules of 1/share of the points for which a bit pattern holds.
double part(const Sums& sums, unsigned mask, unsigned bits, double share) {
  double total = 0;
  for (unsigned rule = 0; rule < sums.size(); ++rule) {
    if ((rule & mask) == bits) total += share * sums[rule];
  }
  return total;
}

// `combine` of the sums of all points, and what the coarser rules say of its error.
template <class Combine>
Integral combined(Combine combine) {
  const auto by = [&](unsigned mask, unsigned bits, double share) {
    return combine([=](const Sums& sums) { return part(sums, mask, bits, share); });
  };
  const double value = by(0, 0, 1);
  double scatter = 0;
  for (unsigned k = 0; k < 4; ++k) {
    const double alone = by(3, k, 4) - value;
    scatter += alone * alone / 12;
  }
  // Of x² over (−1, 1) the outer points make 9/16, the inner 1/16, all 5/16 and the integral 1/3.
  const double bend = (by(4, 4, 2) - by(4, 0, 2) + by(8, 8, 2) - by(8, 0, 2)) / 24;
  return {value, std::hypot(std::sqrt(scatter), bend)};
}

double one(std::size_t) { return 1; }

}  // namespace

Cells make_cells(const PlaneTruth& truth, std::size_t most) {
  const auto enough = [&](const Cells& cells) {
    return cells.log_density.empty() ||
           std::abs(std::expm1(log_integral(cells.log_density, cells).value)) < tolerance;
  };
  Cells cells = Halving(truth, 0, most).result();
  for (std::size_t i = 0; i < spacings.size() && !enough(cells); ++i) {
    Cells finer = Halving(truth, spacings[i], most).result();
    if (finer.log_area.size() >= most) break;
    cells = std::move(finer);
  }
  return cells;
}

Cells make_outside(const Box& inside) {
  constexpr unsigned across = 32;  // the inner eight are the box itself
  const Box all = widened(inside, 4);
  const double side = (all.x1 - all.x0) / across;
  const auto is_inner = [](unsigned i) { return 8 * i >= 3 * across && 8 * i < 5 * across; };
  Cells cells;
  for (unsigned row = 0; row < across; ++row) {
    for (unsigned column = 0; column < across; ++column) {
      if (is_inner(row) && is_inner(column)) continue;
      add_cell(cells,
               {all.x0 + side * column, all.x0 + side * (column + 1), all.y0 + side * row,
                all.y0 + side * (row + 1)},
               column % 2 + 2 * (row % 2));
    }
  }
  return cells;
}

Integral log_integral(std::span<const double> values, const Cells& cells) {
  const double largest = largest_weight(values, cells);
  if (!std::isfinite(largest)) return {largest, 0};
  const Sums sums = sums_of(values, largest, cells, one);
  return combined([&](auto of) { return largest + std::log(of(sums)); });
}

Integral kl_divergence(std::span<const double> log_q, bool normalised, const Cells& cells) {
  const std::vector<double>& log_p = cells.log_density;
  const double largest_p = largest_weight(log_p, cells), largest_q = largest_weight(log_q, cells);
  const Sums p = sums_of(log_p, largest_p, cells, one),
             difference = sums_of(log_p, largest_p, cells,
                                  [&](std::size_t i) { return log_p[i] - log_q[i]; }),
             q = sums_of(log_q, largest_q, cells, one);
  Integral result = combined([&](auto of) {
    const double log_z = normalised ? 0 : largest_q + std::log(of(q));
    return of(difference) / of(p) - (largest_p + std::log(of(p))) + log_z;
  });
  // Nor is it known better than the truth's own integral.
  result.error = std::hypot(result.error, log_integral(log_p, cells).value);
  return result;
}

Integral entropy(const Cells& cells) {
  const std::vector<double>& log_p = cells.log_density;
  const double largest = largest_weight(log_p, cells);
  const Sums p = sums_of(log_p, largest, cells, one),
             bits = sums_of(log_p, largest, cells, [&](std::size_t i) { return -log_p[i]; });
  return combined([&](auto of) { return of(bits) / of(p); });
}

}  // namespace lab::data
