#include "core/distributions/distribution.hpp"

namespace lab::distributions {

namespace {

class Moved final : public Distribution {
 public:
  Moved(std::unique_ptr<Distribution> base, Value scale, Value shift)
      : base_(std::move(base)), scale_(scale), shift_(shift) {}

  Value log_density(Value x) const override {
    if (!scale_) return base_->log_density(x - shift_);
    const auto dimensions = static_cast<double>(x.extent(x.shape().size() - 1));
    return base_->log_density((x - shift_) / scale_) - dimensions * log(scale_);
  }

  Value sample(Graph& graph, Extent count, Value seed, Value counter) const override {
    return placed(base_->sample(graph, count, seed, counter));
  }

  Value mean(Graph& graph) const override {
    const Value mean = base_->mean(graph);
    return mean ? placed(mean) : mean;
  }

 private:
  Value placed(Value u) const { return (scale_ ? scale_ * u : u) + shift_; }

  std::unique_ptr<Distribution> base_;
  Value scale_, shift_;
};

}  // namespace

std::unique_ptr<Distribution> moved(std::unique_ptr<Distribution> base, Value scale, Value shift) {
  return std::make_unique<Moved>(std::move(base), scale, shift);
}

}  // namespace lab::distributions
