#include "core/dist/density.hpp"

#include <cmath>
#include <numbers>

namespace lab::dist {

namespace {

constexpr double impossible = -1e30;

Extent length(const std::vector<double>& values) { return static_cast<Extent>(values.size()); }

double log_two_pi() { return std::log(2 * std::numbers::pi); }

class Gaussian final : public Density {
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
    log_normaliser_ -= 0.5 * static_cast<double>(d) * log_two_pi();
  }

  Value log_density(Value x) const override {
    Graph& graph = x.graph();
    const Extent d = length(mean_);
    const Value centred = x - graph.constant(mean_, {d});
    const Value white = matmul(centred, graph.constant(inverse_, {d, d}), false, true);
    return log_normaliser_ - 0.5 * sum(white * white, {1});
  }

  Value sample(Graph& graph, Extent count, Value seed, Value counter) const override {
    const Extent d = length(mean_);
    const Value white = random_normal(graph, {count, d}, seed, counter);
    return matmul(white, graph.constant(cholesky_, {d, d}), false, true) +
           graph.constant(mean_, {d});
  }

 private:
  std::vector<double> mean_, cholesky_, inverse_;
  double log_normaliser_ = 0;
};

class Uniform final : public Density {
 public:
  Uniform(std::vector<double> low, std::vector<double> high)
      : low_(std::move(low)), high_(std::move(high)) {
    for (std::size_t i = 0; i < low_.size(); ++i) {
      width_.push_back(high_[i] - low_[i]);
      log_volume_ += std::log(width_.back());
    }
  }

  Value log_density(Value x) const override {
    Graph& graph = x.graph();
    const Shape row{length(low_)};
    const Value outside =
        sum((x < graph.constant(low_, row)) + (x > graph.constant(high_, row)), {1});
    return select(outside, graph.constant(impossible), graph.constant(-log_volume_));
  }

  Value sample(Graph& graph, Extent count, Value seed, Value counter) const override {
    const Shape row{length(low_)};
    return graph.constant(low_, row) +
           random_uniform(graph, {count, row[0]}, seed, counter) * graph.constant(width_, row);
  }

 private:
  std::vector<double> low_, high_, width_;
  double log_volume_ = 0;
};

class Mixture final : public Density {
 public:
  Mixture(std::vector<double> weights, std::vector<double> means, std::vector<double> variances)
      : weights_(std::move(weights)), means_(std::move(means)), variances_(std::move(variances)) {}

  Value log_density(Value x) const override {
    Graph& graph = x.graph();
    const Extent k = length(weights_), d = length(means_) / k, batch = x.extent(0);
    std::vector<double> half_precision, log_scale;
    for (std::size_t i = 0; i < weights_.size(); ++i) {
      half_precision.push_back(0.5 / variances_[i]);
      log_scale.push_back(std::log(weights_[i]) -
                          0.5 * static_cast<double>(d) * (log_two_pi() + std::log(variances_[i])));
    }
    const Value centred =
        reshape(x, {batch, 1, d}) - graph.constant(means_, {1, k, d});  // (B, K, D)
    const Value distance = sum(centred * centred, {2});
    return log_sum_exp(
        graph.constant(log_scale, {k}) - distance * graph.constant(half_precision, {k}), {1});
  }

  Value sample(Graph& graph, Extent count, Value seed, Value counter) const override {
    const Extent k = length(weights_), d = length(means_) / k;
    // The component is the number of cumulative weights that the uniform number exceeds.
    std::vector<double> cumulative, deviations;
    double total = 0;
    for (std::size_t i = 0; i + 1 < weights_.size(); ++i)
      cumulative.push_back(total += weights_[i]);
    for (const double variance : variances_) deviations.push_back(std::sqrt(variance));
    Value component = graph.index_constant(0, {count});
    if (k > 1) {
      const Value u = random_uniform(graph, {count, 1}, seed, counter);
      component = to_index(sum(u > graph.constant(cumulative, {1, k - 1}), {1}));
    }
    const Value mean = gather(graph.constant(means_, {k, d}), component);
    const Value deviation = gather(graph.constant(deviations, {k, 1}), component);
    return mean + deviation * random_normal(graph, {count, d}, seed, counter);
  }

 private:
  std::vector<double> weights_, means_, variances_;
};

}  // namespace

std::unique_ptr<Density> gaussian(std::vector<double> mean, std::vector<double> cholesky) {
  return std::make_unique<Gaussian>(std::move(mean), std::move(cholesky));
}

std::unique_ptr<Density> uniform(std::vector<double> low, std::vector<double> high) {
  return std::make_unique<Uniform>(std::move(low), std::move(high));
}

std::unique_ptr<Density> mixture(std::vector<double> weights, std::vector<double> means,
                                 std::vector<double> variances) {
  return std::make_unique<Mixture>(std::move(weights), std::move(means), std::move(variances));
}

}  // namespace lab::dist
