#include "core/distributions/distribution.hpp"

namespace lab::distributions {

namespace {

class Bernoulli final : public Distribution {
 public:
  explicit Bernoulli(Value logits) : logits_(logits) {}

  Value log_density(Value x) const override { return sum_of_row(x * logits_ - softplus(logits_)); }

  Value sample(Graph& graph, Extent count, Value seed, Value counter) const override {
    const Value p = broadcast(mean(graph), {count, logits_.shape().back()});
    return random_bernoulli(p, seed, counter);
  }

  Value mean(Graph&) const override { return sigmoid(logits_); }

 private:
  Value logits_;
};

}  // namespace

std::unique_ptr<Distribution> bernoulli(Value logits) {
  return std::make_unique<Bernoulli>(logits);
}

}  // namespace lab::distributions
