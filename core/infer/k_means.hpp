// Lloyd's k-means: the quantiser that a codebook is compared with, and clusters of codes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace lab::infer {

struct Clusters {
  std::vector<float> centres;          // (k, D)
  std::vector<std::uint32_t> members;  // (n): the centre nearest to each row
  double error = 0;                    // mean over rows and dimensions of (row − its centre)²
  int rounds = 0;                      // until nothing changed, or as many as were allowed
};

// Rows x (n, D), n ≥ 1, into k clusters. Starts from centres drawn far apart (k-means++, Arthur &
// Vassilvitskii 2007); of fewer rows than k, some centres coincide.
Clusters k_means(std::span<const float> x, std::size_t dimensions, std::size_t k,
                 std::uint32_t seed, int most_rounds = 100);

// Which of `centres` (k, D) is nearest to `row` (D), and the square of how far it is.
std::pair<std::uint32_t, double> nearest(std::span<const float> centres,
                                         std::span<const float> row);

}  // namespace lab::infer
