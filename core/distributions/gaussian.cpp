#include <cmath>

#include "core/distributions/distribution.hpp"
#include "core/distributions/normal_numbers.hpp"

namespace lab::distributions {

namespace {

class Gaussian final : public Distribution {
 public:
  Gaussian(std::vector<double> mean, std::vector<double> cholesky)
      : mean_(std::move(mean)), cholesky_(std::move(cholesky)) {
    // L⁻¹ by forward substitution, column by column.
    const std::size_t d = mean_.size();
    inverse_.assign(d * d, 0);
    for (std::size_t column = 0; column < d; ++column) {
      for (std::size_t row = column; row < d; ++row) {
        double rest = row == column ? 1 : 0;
        for (std::size_t k = column; k < row; ++k) {
          rest -= cholesky_[row * d + k] * inverse_[k * d + column];
        }
        inverse_[row * d + column] = rest / cholesky_[row * d + row];
      }
    }
    for (std::size_t i = 0; i < d; ++i) log_normaliser_ -= std::log(cholesky_[i * d + i]);
    log_normaliser_ -= 0.5 * static_cast<double>(d) * log_two_pi;
  }

  Value log_density(Value x) const override {
    Graph& graph = x.graph();
    const Extent d = static_cast<Extent>(mean_.size());
    const Value centred = x - mean(graph);
    const Value white = matmul(centred, graph.constant(inverse_, {d, d}), false, true);
    return log_normaliser_ - 0.5 * sum_of_row(white * white);
  }

  Value sample(Graph& graph, Extent count, Value seed, Value counter) const override {
    const Extent d = static_cast<Extent>(mean_.size());
    const Value white = random_normal(graph, {count, d}, seed, counter);
    return matmul(white, graph.constant(cholesky_, {d, d}), false, true) + mean(graph);
  }

  Value mean(Graph& graph) const override {
    return graph.constant(mean_, {static_cast<Extent>(mean_.size())});
  }

 private:
  std::vector<double> mean_, cholesky_, inverse_;
  double log_normaliser_ = 0;
};

}  // namespace

std::unique_ptr<Distribution> gaussian(std::vector<double> mean, std::vector<double> cholesky) {
  return std::make_unique<Gaussian>(std::move(mean), std::move(cholesky));
}

}  // namespace lab::distributions
