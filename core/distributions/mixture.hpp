// A mixture of round normal distributions.
#pragma once

#include <vector>

#include "core/distributions/distribution.hpp"

namespace lab::distributions {

// Σ w_k N(mean_k, variance_k I): weights (K) that add up to 1, means (K, D) row-major.
class Mixture final : public Distribution {
 public:
  Mixture(std::vector<double> weights, std::vector<double> means, std::vector<double> variances)
      : weights_(std::move(weights)), means_(std::move(means)), variances_(std::move(variances)) {}
  Value log_density(Value x) const override;
  Value sample(Graph& graph, Extent count, Value seed, Value counter) const override;
  Value mean(Graph& graph) const override;

 private:
  std::vector<double> weights_, means_, variances_;
};

}  // namespace lab::distributions
