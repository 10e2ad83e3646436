// The normal distribution: elementwise, and of rows of independent numbers.
#pragma once

#include "core/distributions/distribution.hpp"

namespace lab::distributions {

// ---------------------------------------------------------------- Elementwise, in nats

// ln N(x; mean, e^log_variance).
Value gaussian_log_density(Value x, Value mean, Value log_variance);

// ln N(x; 0, 1).
Value standard_log_density(Value x);

// KL(N(mean, e^log_variance) ‖ N(0, 1)) of each dimension:
// −½ (1 + log σ² − μ² − σ²)              (Kingma & Welling 2014, appendix B).
Value kl_to_standard(Value mean, Value log_variance);

// ---------------------------------------------------------------- Of rows

// N(0, I).
class StandardNormal final : public Distribution {
 public:
  explicit StandardNormal(Extent dimensions) : dimensions_(dimensions) {}
  Value log_density(Value x) const override;
  Value sample(Graph& graph, Extent count, Value seed, Value counter) const override;
  Value mean(Graph& graph) const override;

 private:
  Extent dimensions_;
};

// N(mean, diag e^log_variance); mean (D) or (B, D), log_variance likewise or a scalar.
class Normal final : public Distribution {
 public:
  Normal(Value mean, Value log_variance) : mean_(mean), log_variance_(log_variance) {}
  Value log_density(Value x) const override;
  Value sample(Graph& graph, Extent count, Value seed, Value counter) const override;
  Value mean(Graph&) const override { return mean_; }

 private:
  Value mean_, log_variance_;
};

}  // namespace lab::distributions
