#include "core/dist/conditional.hpp"

#include <cmath>
#include <numbers>

namespace lab::dist {

namespace {

const double half_log_two_pi = 0.5 * std::log(2 * std::numbers::pi);

}  // namespace

Value gaussian_log_density(Value x, Value mean, Value log_variance) {
  return -0.5 * square(x - mean) * exp(-log_variance) - 0.5 * log_variance - half_log_two_pi;
}

Value standard_log_density(Value x) { return -0.5 * square(x) - half_log_two_pi; }

Value bernoulli_log_probability(Value x, Value logits) { return x * logits - softplus(logits); }

Value logistic_log_density(Value x, Value mean, Value log_scale) {
  const Value t = (x - mean) * exp(-log_scale);
  return -t - 2.0 * softplus(-t) - log_scale;
}

Value kl_to_standard(Value mean, Value log_variance) {
  return 0.5 * (square(mean) + exp(log_variance) - 1.0 - log_variance);
}

}  // namespace lab::dist
