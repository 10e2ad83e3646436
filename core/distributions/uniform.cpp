#include <cmath>

#include "core/distributions/distribution.hpp"

namespace lab::distributions {

namespace {

constexpr double impossible = -1e30;

class Uniform final : public Distribution {
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
    const Shape row{static_cast<Extent>(low_.size())};
    const Value outside =
        sum_of_row((x < graph.constant(low_, row)) + (x > graph.constant(high_, row)));
    return select(outside, graph.constant(impossible), graph.constant(-log_volume_));
  }

  Value sample(Graph& graph, Extent count, Value seed, Value counter) const override {
    const Shape row{static_cast<Extent>(low_.size())};
    return graph.constant(low_, row) +
           random_uniform(graph, {count, row[0]}, seed, counter) * graph.constant(width_, row);
  }

  Value mean(Graph& graph) const override {
    std::vector<double> middle;
    for (std::size_t i = 0; i < low_.size(); ++i) middle.push_back(0.5 * (low_[i] + high_[i]));
    return graph.constant(middle, {static_cast<Extent>(middle.size())});
  }

 private:
  std::vector<double> low_, high_, width_;
  double log_volume_ = 0;
};

}  // namespace

std::unique_ptr<Distribution> uniform(std::vector<double> low, std::vector<double> high) {
  return std::make_unique<Uniform>(std::move(low), std::move(high));
}

}  // namespace lab::distributions
