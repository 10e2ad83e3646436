// Principal components: the directions in which rows differ most.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace lab::infer {

struct Principal {
  std::vector<double> mean;   // (D)
  std::vector<double> axes;   // (count, D), orthonormal, that of the largest variance first
  std::vector<double> share;  // (count): of the total variance
};

// Of rows x (n, D), n ≥ 1; `count` ≤ D. An axis points so that it agrees with that of `before`,
// where there is one: what is drawn does not flip from one look to the next.
Principal principal(std::span<const float> x, std::size_t dimensions, std::size_t count,
                    const Principal* before = nullptr);

// Rows x (n, D) in these axes (n, count).
std::vector<float> project(const Principal& principal, std::span<const float> x);

}  // namespace lab::infer
