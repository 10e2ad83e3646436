#include "core/distributions/normal.hpp"

#include "core/distributions/normal_numbers.hpp"

namespace lab::distributions {

Value gaussian_log_density(Value x, Value mean, Value log_variance) {
  return -0.5 * square(x - mean) * exp(-log_variance) - 0.5 * log_variance - 0.5 * log_two_pi;
}

Value standard_log_density(Value x) { return -0.5 * square(x) - 0.5 * log_two_pi; }

Value kl_to_standard(Value mean, Value log_variance) {
  return 0.5 * (square(mean) + exp(log_variance) - 1.0 - log_variance);
}

Value StandardNormal::log_density(Value x) const { return sum_of_row(standard_log_density(x)); }

Value StandardNormal::sample(Graph& graph, Extent count, Value seed, Value counter) const {
  return random_normal(graph, {count, dimensions_}, seed, counter);
}

Value StandardNormal::mean(Graph& graph) const { return graph.constant(0, {dimensions_}); }

Value Normal::log_density(Value x) const {
  return sum_of_row(gaussian_log_density(x, mean_, log_variance_));
}

Value Normal::sample(Graph& graph, Extent count, Value seed, Value counter) const {
  const Value white = random_normal(graph, {count, mean_.shape().back()}, seed, counter);
  return mean_ + exp(0.5 * log_variance_) * white;
}

}  // namespace lab::distributions
