// How long chains remember: what their draws are worth.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace lab::infer {

struct Autocorrelation {
  std::vector<double> at;  // ρ(0) = 1, ρ(1), … of the coordinate that is slowest to forget
  double time = 1;         // 1 + 2 Σ ρ: the moves that are worth one independent draw
  double beyond = 0;       // ρ of later lags: that of the last where it has not died away
};

// Of the positions (moves, chains, D) of many chains, about the mean of all of them: chains that
// stay where they began do not forget it. The sum ends where a pair of neighbours is no longer
// above 0 (Geyer 1992, the initial positive sequence), so `at` ends there too; lags go to half the
// moves.
Autocorrelation autocorrelation(std::span<const float> positions, std::size_t chains,
                                std::size_t dimensions);

}  // namespace lab::infer
