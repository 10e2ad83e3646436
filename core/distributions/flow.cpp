#include "core/distributions/flow.hpp"

#include <algorithm>

namespace lab::distributions {

namespace {

Value sum_or_none(Value a, Value b) { return a && b ? a + b : a ? a : b; }

}  // namespace

void Flow::end_stage(std::string name) {
  stages_.push_back(std::move(name));
  ends_.push_back(transforms_.size());
}

Value Flow::log_density(Value x) const {
  const Transformed z = forward(x).back();
  const Value prior = prior_->log_density(z.value);
  return z.log_det ? prior + z.log_det : prior;
}

Value Flow::sample(Graph& graph, Extent count, Value seed, Value counter) const {
  return inverse(prior_->sample(graph, count, seed, counter)).front().value;
}

std::vector<Transformed> Flow::forward(Value x) const {
  std::vector<Transformed> stages{{x, {}}};
  for (std::size_t stage = 1; stage < ends_.size(); ++stage) {
    Transformed now = stages.back();
    for (std::size_t i = ends_[stage - 1]; i < ends_[stage]; ++i) {
      const Transformed next = transforms_[i]->forward(now.value);
      now = {next.value, sum_or_none(now.log_det, next.log_det)};
    }
    stages.push_back(now);
  }
  return stages;
}

std::vector<Transformed> Flow::inverse(Value z) const {
  std::vector<Transformed> stages{{z, {}}};
  for (std::size_t stage = ends_.size(); stage-- > 1;) {
    Transformed now = stages.back();
    for (std::size_t i = ends_[stage]; i-- > ends_[stage - 1];) {
      const Transformed next = transforms_[i]->inverse(now.value);
      now = {next.value, sum_or_none(now.log_det, next.log_det)};
    }
    stages.push_back(now);
  }
  std::reverse(stages.begin(), stages.end());
  return stages;
}

}  // namespace lab::distributions
