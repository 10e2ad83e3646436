#include "core/distributions/bernoulli.hpp"

namespace lab::distributions {

Value Bernoulli::log_density(Value x) const { return sum_of_row(x * logits_ - softplus(logits_)); }

Value Bernoulli::sample(Graph& graph, Extent count, Value seed, Value counter) const {
  const Value p = broadcast(mean(graph), {count, logits_.shape().back()});
  return random_bernoulli(p, seed, counter);
}

}  // namespace lab::distributions
