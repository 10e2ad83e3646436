#include "core/distributions/normal_numbers.hpp"

#include <algorithm>

namespace lab::distributions {

double normal_quantile(double p) {
  if (p > 0.5) return -normal_quantile(1 - p);
  // Newton's method on ln Φ, which is concave: from the right of the root it never overshoots.
  double x = -std::sqrt(std::max(0.0, -2 * std::log(2 * p)));
  for (int i = 0; i < 60; ++i) {
    const double cumulative = normal_cumulative(x);
    const double density = std::exp(-0.5 * x * x) / std::sqrt(2 * std::numbers::pi);
    const double step = (std::log(cumulative) - std::log(p)) * cumulative / density;
    x -= step;
    if (std::abs(step) < 1e-14 * (1 + std::abs(x))) break;
  }
  return x;
}

}  // namespace lab::distributions
