// The logistic distribution, e^−t / (1 + e^−t)²: elementwise, and of rows of independent numbers.
#pragma once

#include "core/distributions/distribution.hpp"

namespace lab::distributions {

// ln of the logistic density of mean 0 and scale 1, elementwise, in nats.
Value standard_logistic_log_density(Value x);

class StandardLogistic final : public Distribution {
 public:
  explicit StandardLogistic(Extent dimensions) : dimensions_(dimensions) {}
  Value log_density(Value x) const override;
  Value sample(Graph& graph, Extent count, Value seed, Value counter) const override;
  Value mean(Graph& graph) const override;

 private:
  Extent dimensions_;
};

// Of this mean, (D) or (B, D), and scale e^log_scale, likewise.
class Logistic final : public Distribution {
 public:
  Logistic(Value mean, Value log_scale) : mean_(mean), log_scale_(log_scale) {}
  Value log_density(Value x) const override;
  Value sample(Graph& graph, Extent count, Value seed, Value counter) const override;
  Value mean(Graph&) const override { return mean_; }

 private:
  Value mean_, log_scale_;
};

}  // namespace lab::distributions
