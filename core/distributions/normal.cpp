#include "core/distributions/normal.hpp"

#include "core/distributions/distribution.hpp"
#include "core/distributions/normal_numbers.hpp"

namespace lab::distributions {

namespace {

class StandardNormal final : public Distribution {
 public:
  explicit StandardNormal(Extent dimensions) : dimensions_(dimensions) {}

  Value log_density(Value x) const override { return sum_of_row(standard_log_density(x)); }

  Value sample(Graph& graph, Extent count, Value seed, Value counter) const override {
    return random_normal(graph, {count, dimensions_}, seed, counter);
  }

  Value mean(Graph& graph) const override { return graph.constant(0, {dimensions_}); }

 private:
  Extent dimensions_;
};

class Normal final : public Distribution {
 public:
  Normal(Value mean, Value log_variance) : mean_(mean), log_variance_(log_variance) {}

  Value log_density(Value x) const override {
    return sum_of_row(gaussian_log_density(x, mean_, log_variance_));
  }

  Value sample(Graph& graph, Extent count, Value seed, Value counter) const override {
    const Value white = random_normal(graph, {count, mean_.shape().back()}, seed, counter);
    return mean_ + exp(0.5 * log_variance_) * white;
  }

  Value mean(Graph&) const override { return mean_; }

 private:
  Value mean_, log_variance_;
};

}  // namespace

Value gaussian_log_density(Value x, Value mean, Value log_variance) {
  return -0.5 * square(x - mean) * exp(-log_variance) - 0.5 * log_variance - 0.5 * log_two_pi;
}

Value standard_log_density(Value x) { return -0.5 * square(x) - 0.5 * log_two_pi; }

Value kl_to_standard(Value mean, Value log_variance) {
  return 0.5 * (square(mean) + exp(log_variance) - 1.0 - log_variance);
}

std::unique_ptr<Distribution> standard_normal(Extent dimensions) {
  return std::make_unique<StandardNormal>(dimensions);
}

std::unique_ptr<Distribution> normal(Value mean, Value log_variance) {
  return std::make_unique<Normal>(mean, log_variance);
}

}  // namespace lab::distributions
