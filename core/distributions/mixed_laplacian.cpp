#include <cmath>
#include <numbers>

#include "core/distributions/distribution.hpp"

namespace lab::distributions {

namespace {

class MixedLaplacian final : public Distribution {
 public:
  MixedLaplacian(std::vector<double> mixing, std::vector<double> unmixing, double log_det)
      : mixing_(std::move(mixing)), unmixing_(std::move(unmixing)) {
    size_ = std::lround(std::sqrt(static_cast<double>(mixing_.size())));
    log_constant_ = -log_det - 0.5 * static_cast<double>(size_) * std::numbers::ln2;
  }

  Value log_density(Value x) const override {
    const Value sources = matmul(x, x.graph().constant(unmixing_, {size_, size_}), false, true);
    return log_constant_ - std::numbers::sqrt2 * sum_of_row(absolute(sources));
  }

  Value sample(Graph& graph, Extent count, Value seed, Value counter) const override {
    return matmul(standard_laplacian(graph, {count, size_}, seed, counter),
                  graph.constant(mixing_, {size_, size_}), false, true);
  }

  Value mean(Graph& graph) const override { return graph.constant(0, {size_}); }

 private:
  std::vector<double> mixing_, unmixing_;
  Extent size_;
  double log_constant_;
};

}  // namespace

Value standard_laplacian(Graph& graph, Shape shape, Value seed, Value counter) {
  const Value u = 2.0 * random_uniform(graph, std::move(shape), seed, counter) - 1.0;
  return -sign(u) * log(maximum(1.0 - absolute(u), 1e-30)) * std::numbers::sqrt2 * 0.5;
}

std::unique_ptr<Distribution> mixed_laplacian(std::vector<double> mixing,
                                              std::vector<double> unmixing, double log_det) {
  return std::make_unique<MixedLaplacian>(std::move(mixing), std::move(unmixing), log_det);
}

}  // namespace lab::distributions
