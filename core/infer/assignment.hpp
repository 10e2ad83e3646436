// Which of one list goes with which of another at the least cost.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace lab::infer {

// cost (n, n) row-major → for each row its own column, so that the costs add up to the least there
// is: exact, in O(n³), by shortest augmenting paths (Kuhn 1955; Jonker & Volgenant 1987).
std::vector<std::size_t> assign(std::span<const double> cost, std::size_t n);

// The rows of one (D, D) matrix as those of another, up to order and sign.
struct Matched {
  std::vector<std::size_t> row;  // row[i] of the estimate stands for row i of the truth …
  std::vector<double> sign;      // … times this
  double squared_error = 0;  // Σ ‖truth − estimate‖² of rows so matched, the least there is
};
Matched match_rows(std::span<const double> truth, std::span<const double> estimate,
                   std::size_t dimensions);

}  // namespace lab::infer
