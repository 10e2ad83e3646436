#include "core/dist/normal.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace lab::dist {

double normal_quantile(double p) {
  if (p > 0.5) return -normal_quantile(1 - p);
  // Newton's method on ln Φ, which is concave: from the right of the root it never overshoots.
  double x = -std::sqrt(std::max(0.0, -2 * std::log(2 * p)));
  for (int i = 0; i < 60; ++i) {
    const double cumulative = 0.5 * std::erfc(-x / std::numbers::sqrt2);
    const double density = std::exp(-0.5 * x * x) / std::sqrt(2 * std::numbers::pi);
    const double step = (std::log(cumulative) - std::log(p)) * cumulative / density;
    x -= step;
    if (std::abs(step) < 1e-14 * (1 + std::abs(x))) break;
  }
  return x;
}

}  // namespace lab::dist
