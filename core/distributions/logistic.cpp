#include "core/distributions/logistic.hpp"

namespace lab::distributions {

Value standard_logistic_log_density(Value x) { return -softplus(x) - softplus(-x); }

Value StandardLogistic::log_density(Value x) const {
  return sum_of_row(standard_logistic_log_density(x));
}

Value StandardLogistic::sample(Graph& graph, Extent count, Value seed, Value counter) const {
  const Value u = random_uniform(graph, {count, dimensions_}, seed, counter);
  return log(u) - log1p(-u);
}

Value StandardLogistic::mean(Graph& graph) const { return graph.constant(0, {dimensions_}); }

Value Logistic::log_density(Value x) const {
  const Value t = (x - mean_) * exp(-log_scale_);
  return sum_of_row(standard_logistic_log_density(t) - log_scale_);
}

Value Logistic::sample(Graph& graph, Extent count, Value seed, Value counter) const {
  const StandardLogistic standard(mean_.shape().back());
  const Value t = standard.sample(graph, count, seed, counter);
  return mean_ + exp(log_scale_) * t;
}

}  // namespace lab::distributions
