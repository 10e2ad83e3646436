#include "core/distributions/distribution.hpp"

namespace lab::distributions {

namespace {

class StandardLogistic final : public Distribution {
 public:
  explicit StandardLogistic(Extent dimensions) : dimensions_(dimensions) {}

  static Value each(Value x) { return -softplus(x) - softplus(-x); }

  Value log_density(Value x) const override { return sum_of_row(each(x)); }

  Value sample(Graph& graph, Extent count, Value seed, Value counter) const override {
    const Value u = random_uniform(graph, {count, dimensions_}, seed, counter);
    return log(u) - log1p(-u);
  }

  Value mean(Graph& graph) const override { return graph.constant(0, {dimensions_}); }

 private:
  Extent dimensions_;
};

class Logistic final : public Distribution {
 public:
  Logistic(Value mean, Value log_scale) : mean_(mean), log_scale_(log_scale) {}

  Value log_density(Value x) const override {
    return sum_of_row(StandardLogistic::each((x - mean_) * exp(-log_scale_)) - log_scale_);
  }

  Value sample(Graph& graph, Extent count, Value seed, Value counter) const override {
    const StandardLogistic standard(mean_.shape().back());
    const Value t = standard.sample(graph, count, seed, counter);
    return mean_ + exp(log_scale_) * t;
  }

  Value mean(Graph&) const override { return mean_; }

 private:
  Value mean_, log_scale_;
};

}  // namespace

std::unique_ptr<Distribution> standard_logistic(Extent dimensions) {
  return std::make_unique<StandardLogistic>(dimensions);
}

std::unique_ptr<Distribution> logistic(Value mean, Value log_scale) {
  return std::make_unique<Logistic>(mean, log_scale);
}

}  // namespace lab::distributions
