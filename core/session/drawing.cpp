#include "core/session/drawing.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace lab::session {

std::size_t Drawing::most(const Experiment& experiment) {
  return static_cast<std::size_t>(experiment.system().ability("draw_start").rows());
}

std::size_t Drawing::width(const Experiment& experiment) {
  return static_cast<std::size_t>(
      experiment.system().ability("draw_start").inputs.front().variable.extent(1));
}

Task<> Drawing::begin(Experiment& experiment, std::size_t count, std::uint32_t draw,
                      std::span<const float> classes) {
  const std::size_t size = count * width(experiment);
  const std::vector<float> given(size, 0), hidden(size, 1);
  co_await begin(experiment, given, hidden, draw, classes);
}

Task<> Drawing::begin(Experiment& experiment, std::span<const float> given,
                      std::span<const float> hidden, std::uint32_t draw,
                      std::span<const float> classes) {
  const std::size_t size = width(experiment);
  count_ = given.size() / size;
  if (count_ > most(experiment)) {
    throw std::invalid_argument("At most " + std::to_string(most(experiment)) +
                                " pictures are drawn at once.");
  }
  draw_ = draw;
  numbers_.assign(given.begin(), given.end());
  pictures_.clear();
  hidden_.assign(hidden.begin(), hidden.end());
  probabilities_.clear();
  classes_.assign(classes.begin(), classes.end());
  std::vector<float> black = experiment.data().shift;
  if (black.size() != size) black.assign(size, 0);
  for (std::size_t i = 0; i < hidden_.size(); ++i) {
    if (hidden_[i] != 0) numbers_[i] = black[i % size];
  }
  if (!experiment.can("from_codes")) pictures_ = numbers_;
  sites_ = 0;
  for (std::size_t site = 0; site < size; ++site) {
    for (std::size_t i = site; i < hidden_.size(); i += size) {
      if (hidden_[i] == 0) continue;
      ++sites_;
      break;
    }
  }
  left_ = sites_;
  site_ = 0;
  co_return;
}

Task<> Drawing::go_on_for(Experiment& experiment, double seconds) {
  // The first prepares what the others run.
  if (seconds_ == 0) co_await go_on(experiment, 1);
  double sites = 1;
  if (seconds_ > 0) sites = std::clamp(seconds / seconds_, 1.0, 1e4);
  const std::size_t before = left_;
  const auto start = std::chrono::steady_clock::now();
  co_await go_on(experiment, static_cast<std::size_t>(sites));
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  if (left_ < before) seconds_ = taken.count() / static_cast<double>(before - left_);
}

Task<> Drawing::go_on(Experiment& experiment, std::size_t sites) {
  sites = std::min(sites, left_);
  if (sites == 0) co_return;
  Arguments arguments("given", numbers_);
  arguments.and_given("hidden", hidden_);
  if (!classes_.empty()) arguments.and_given("class", classes_);
  Call start;
  start.draw = draw_;
  (void)co_await experiment.call("draw_start", arguments, start);
  Call move;
  move.times = static_cast<int>(sites);
  move.rows = count_;
  Arrays drawn = co_await experiment.call("draw_next", {}, move);
  numbers_ = drawn.take("x");
  symbols_ = drawn.take("symbol");
  probabilities_ = drawn.take("probabilities");
  if (drawn.has("class")) classes_ = drawn.take("class");
  site_ = static_cast<std::size_t>(drawn.values("site").front());
  left_ -= sites;
  // Sites are drawn in their order.
  const std::size_t size = width(experiment);
  for (std::size_t i = 0; i < hidden_.size(); ++i) {
    if (i % size <= site_) hidden_[i] = 0;
  }
  if (!experiment.can("from_codes")) pictures_ = numbers_;
}

Task<> Drawing::decode(Experiment& experiment) {
  if (!experiment.can("from_codes")) co_return;
  Arrays decoded = co_await experiment.call("from_codes", given("codes", numbers_));
  pictures_ = decoded.take("x");
}

}  // namespace lab::session
