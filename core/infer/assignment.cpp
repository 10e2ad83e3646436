#include "core/infer/assignment.hpp"

#include <limits>

namespace lab::infer {

std::vector<std::size_t> assign(std::span<const double> cost, std::size_t n) {
  constexpr double infinite = std::numeric_limits<double>::infinity();
  // Rows and columns count from 1; 0 is where a path starts.
  std::vector<double> of_row(n + 1, 0), of_column(n + 1, 0);
  std::vector<std::size_t> taken_by(n + 1, 0), before(n + 1, 0);
  for (std::size_t row = 1; row <= n; ++row) {
    std::vector<double> least(n + 1, infinite);
    std::vector<bool> reached(n + 1, false);
    std::size_t column = 0;
    taken_by[0] = row;
    do {
      reached[column] = true;
      const std::size_t from = taken_by[column];
      double step = infinite;
      std::size_t nearest = 0;
      for (std::size_t j = 1; j <= n; ++j) {
        if (reached[j]) continue;
        const double extra = cost[(from - 1) * n + j - 1] - of_row[from] - of_column[j];
        if (extra < least[j]) {
          least[j] = extra;
          before[j] = column;
        }
        if (least[j] < step || nearest == 0) {
          step = least[j];
          nearest = j;
        }
      }
      for (std::size_t j = 0; j <= n; ++j) {
        if (reached[j]) {
          of_row[taken_by[j]] += step;
          of_column[j] -= step;
        } else {
          least[j] -= step;
        }
      }
      column = nearest;
    } while (taken_by[column] != 0);
    for (; column != 0; column = before[column]) taken_by[column] = taken_by[before[column]];
  }
  std::vector<std::size_t> column_of(n);
  for (std::size_t j = 1; j <= n; ++j) column_of[taken_by[j] - 1] = j - 1;
  return column_of;
}

Matched match_rows(std::span<const double> truth, std::span<const double> estimate,
                   std::size_t dimensions) {
  std::vector<double> cost, signs;
  for (std::size_t i = 0; i < dimensions; ++i) {
    for (std::size_t k = 0; k < dimensions; ++k) {
      double same = 0, opposite = 0;
      for (std::size_t j = 0; j < dimensions; ++j) {
        const double a = truth[i * dimensions + j], b = estimate[k * dimensions + j];
        same += (a - b) * (a - b);
        opposite += (a + b) * (a + b);
      }
      cost.push_back(same < opposite ? same : opposite);
      signs.push_back(same < opposite ? 1 : -1);
    }
  }
  Matched matched;
  matched.row = assign(cost, dimensions);
  for (std::size_t i = 0; i < dimensions; ++i) {
    matched.sign.push_back(signs[i * dimensions + matched.row[i]]);
    matched.squared_error += cost[i * dimensions + matched.row[i]];
  }
  return matched;
}

}  // namespace lab::infer
