#include <cmath>

#include "core/distributions/distribution.hpp"
#include "core/distributions/normal_numbers.hpp"

namespace lab::distributions {

namespace {

class Mixture final : public Distribution {
 public:
  Mixture(std::vector<double> weights, std::vector<double> means, std::vector<double> variances,
          Value scale)
      : weights_(std::move(weights)),
        means_(std::move(means)),
        variances_(std::move(variances)),
        scale_(scale) {}

  Value log_density(Value x) const override {
    Graph& graph = x.graph();
    const Extent k = static_cast<Extent>(weights_.size()),
                 d = static_cast<Extent>(means_.size()) / k, batch = x.extent(0);
    std::vector<double> half_precision, log_scale;
    for (std::size_t i = 0; i < weights_.size(); ++i) {
      half_precision.push_back(0.5 / variances_[i]);
      log_scale.push_back(std::log(weights_[i]) -
                          0.5 * static_cast<double>(d) * (log_two_pi + std::log(variances_[i])));
    }
    const Value centred =
        reshape(x, {batch, 1, d}) - graph.constant(means_, {1, k, d});  // (B, K, D)
    Value distance = sum(centred * centred, {2});
    if (scale_) distance = distance / (scale_ * scale_);
    const Value log_p = log_sum_exp(
        graph.constant(log_scale, {k}) - distance * graph.constant(half_precision, {k}), {1});
    return scale_ ? log_p - static_cast<double>(d) * log(scale_) : log_p;
  }

  Value sample(Graph& graph, Extent count, Value seed, Value counter) const override {
    const Extent k = static_cast<Extent>(weights_.size()),
                 d = static_cast<Extent>(means_.size()) / k;
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
    Value deviation = gather(graph.constant(deviations, {k, 1}), component);
    if (scale_) deviation = scale_ * deviation;
    return mean + deviation * random_normal(graph, {count, d}, seed, counter);
  }

  Value mean(Graph& graph) const override {
    const std::size_t d = means_.size() / weights_.size();
    std::vector<double> mean(d, 0);
    for (std::size_t i = 0; i < means_.size(); ++i) mean[i % d] += weights_[i / d] * means_[i];
    return graph.constant(mean, {static_cast<Extent>(d)});
  }

 private:
  std::vector<double> weights_, means_, variances_;
  Value scale_;
};

}  // namespace

std::unique_ptr<Distribution> mixture(std::vector<double> weights, std::vector<double> means,
                                      std::vector<double> variances, Value scale) {
  return std::make_unique<Mixture>(std::move(weights), std::move(means), std::move(variances),
                                   scale);
}

}  // namespace lab::distributions
