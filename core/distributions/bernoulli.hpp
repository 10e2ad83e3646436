// Independent bits. Intensities between 0 and 1 are taken as shares of bits.
#pragma once

#include "core/distributions/distribution.hpp"

namespace lab::distributions {

// Of probabilities sigmoid(logits), logits (D) or (B, D):
// ln p(x) = Σ x ln y + (1 − x) ln (1 − y), y = sigmoid(logits), x in [0, 1].
class Bernoulli final : public Distribution {
 public:
  explicit Bernoulli(Value logits) : logits_(logits) {}
  Value log_density(Value x) const override;
  Value sample(Graph& graph, Extent count, Value seed, Value counter) const override;
  Value mean(Graph&) const override { return sigmoid(logits_); }

 private:
  Value logits_;
};

}  // namespace lab::distributions
