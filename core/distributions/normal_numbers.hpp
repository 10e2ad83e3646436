// The normal distribution as numbers.
#pragma once

#include <cmath>
#include <numbers>

namespace lab::distributions {

inline const double log_two_pi = std::log(2 * std::numbers::pi);

inline double normal_log_density(double x, double mean, double deviation) {
  const double z = (x - mean) / deviation;
  return -0.5 * z * z - std::log(deviation) - 0.5 * log_two_pi;
}

// Φ(x), of N(0, 1).
inline double normal_cumulative(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

// The inverse of Φ for 0 < p < 1; relative error below 1e-12.
double normal_quantile(double p);

}  // namespace lab::distributions
