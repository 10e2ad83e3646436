#include "core/session/probes/samples.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "core/data/mean.hpp"

namespace lab::session {

namespace {

// Of a snapshot, for what is drawn number after number.
constexpr double drawing_seconds = 0.02;

constexpr std::size_t plane_draws = 512, picture_draws = 64, most_noise_points = 2000;

// Pictures that the classifier learns from and is tested on; what its weights cost.
constexpr std::size_t most_learnt = 2000;
constexpr double penalty = 1e-3;
constexpr int most_iterations = 100;
constexpr double learning_seconds = 0.01;  // of a snapshot

}  // namespace

Task<> DrawsProbe::add(Message& snapshot, Experiment& experiment, const std::set<std::string>&,
                       bool) {
  const bool plane = experiment.data().plane();
  const std::size_t wanted = plane ? plane_draws : picture_draws;
  const std::vector<float> classes = choices_.classes(experiment, wanted);
  std::vector<float> draws = co_await experiment.sample(wanted, choices_.draws, classes);
  if (!plane) experiment.data().to_intensities(draws);
  const std::int64_t size = signed_of(experiment.data().dimensions());
  const std::int64_t count = signed_of(draws.size()) / size;
  snapshot.add(plane ? "samples" : "drawn", {count, size}, std::move(draws));
}

void GrowingDrawsProbe::adopt(const Experiment& experiment) {
  step_ = -1;
  whole_ = false;
  shown_.clear();
  shown_classes_.clear();
  classifier_.reset();
  learning_ = tells_classes(experiment);
}

// The classes of pictures, by their intensities: some iterations, after the last of which it is
// tested.
void GrowingDrawsProbe::learn_classes(const data::Dataset& data) {
  const auto first = [&](const data::Samples& samples) {
    std::vector<float> x = data.evaluated(samples, most_learnt);
    data.to_intensities(x);
    return x;
  };
  if (!classifier_) {
    const std::vector<float> x = first(data.train);
    const std::span<const std::int32_t> labels(data.train.labels);
    classifier_.emplace(x, labels.first(x.size() / data.dimensions()), data.train.classes.size(),
                        penalty);
    iterations_ = 0;
  }
  const auto start = std::chrono::steady_clock::now();
  while (!classifier_->improve(1) && ++iterations_ < most_iterations) {
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    if (taken.count() > learning_seconds) return;
  }
  learning_ = false;
  const std::vector<std::int32_t> found = classifier_->classify(first(data.test));
  std::vector<float> right;
  for (std::size_t i = 0; i < found.size() && i < data.test.labels.size(); ++i) {
    right.push_back(found[i] == data.test.labels[i] ? 1.f : 0.f);
  }
  accuracy_ = right.empty() ? NAN : mean_of(right);
  accuracy_se_ = right.size() > 1 ? standard_error_of(right) : NAN;
}

void GrowingDrawsProbe::judge(Message& snapshot, const data::Dataset& data) {
  if (shown_classes_.empty() || learning_) return;
  std::vector<float> x = shown_, confidence;
  data.to_intensities(x);
  const std::size_t classes = data.train.classes.size();
  const std::vector<double> log_p = classifier_->log_probabilities(x);
  for (std::size_t i = 0; i < shown_classes_.size(); ++i) {
    const auto wanted = static_cast<std::size_t>(shown_classes_[i]);
    confidence.push_back(static_cast<float>(std::exp(log_p[i * classes + wanted])));
  }
  const std::int64_t count = signed_of(confidence.size());
  snapshot.add("drawn_classes", {count}, shown_classes_);
  snapshot.add("drawn_confidence", {count}, std::move(confidence));
  const auto number = [](double value) { return std::isfinite(value) ? Json(value) : Json(); };
  snapshot.head["classifier"] = {{"accuracy", number(accuracy_)},
                                 {"accuracy_se", number(accuracy_se_)}};
}

void GrowingDrawsProbe::begin(const Experiment& experiment) {
  step_ = experiment.steps();
  draws_ = choices_.draws;
  of_class_ = choices_.of_class;
  part_ = {};
  drawn_.clear();
  drawn_classes_.clear();
  whole_ = false;
}

Task<> GrowingDrawsProbe::go_on(Experiment& experiment) {
  if (learning_) learn_classes(experiment.data());
  if (whole_) co_return;
  // There is nothing to see before the first.
  const double seconds = shown_.empty() ? 4 * drawing_seconds : drawing_seconds;
  if (part_.left() > 0) co_await part_.go_on_for(experiment, seconds);
  if (part_.left() > 0) co_return;
  if (part_.sites() > 0) co_await part_.decode(experiment);
  drawn_.insert(drawn_.end(), part_.pictures().begin(), part_.pictures().end());
  const std::size_t done = drawn_.size() / experiment.data().dimensions();
  whole_ = done >= picture_draws;
  drawn_classes_.insert(drawn_classes_.end(), part_.classes().begin(), part_.classes().end());
  if (whole_ || shown_.empty() || shown_.size() < drawn_.size()) {
    shown_ = drawn_;
    shown_classes_ = drawn_classes_;
  }
  if (whole_) co_return;
  const std::size_t most = Drawing::most(experiment);
  const auto part = static_cast<std::uint32_t>((done + most - 1) / most);
  const std::size_t count = std::min(most, picture_draws - done);
  const std::vector<float> classes = choices_.classes(experiment, count);
  co_await part_.begin(experiment, count, draws_ + part, classes);
}

Task<> GrowingDrawsProbe::add(Message& snapshot, Experiment& experiment,
                              const std::set<std::string>&, bool training) {
  const bool moved = step_ != experiment.steps();
  const bool others = draws_ != choices_.draws || of_class_ != choices_.of_class;
  if (others || step_ < 0 || (moved && (whole_ || !training))) begin(experiment);
  if (training) co_await go_on(experiment);
  std::vector<float> draws = shown_;
  experiment.data().to_intensities(draws);
  const std::int64_t size = signed_of(experiment.data().dimensions());
  const std::int64_t count = signed_of(draws.size()) / size;
  snapshot.add("drawn", {count, size}, std::move(draws));
  judge(snapshot, experiment.data());
}

Task<> ChainsProbe::add(Message& snapshot, Experiment& experiment, const std::set<std::string>&,
                        bool) {
  const double acceptance = co_await experiment.move_chains(1);
  snapshot.head["acceptance"] = std::isfinite(acceptance) ? Json(acceptance) : Json();
  std::vector<float> chains = co_await experiment.chains();
  const std::int64_t size = signed_of(experiment.data().dimensions());
  const std::int64_t count = signed_of(chains.size()) / size;
  snapshot.add("samples", {count, size}, std::move(chains));
}

Task<> NoiseProbe::add(Message& snapshot, Experiment& experiment, const std::set<std::string>&,
                       bool) {
  Arrays noise = co_await experiment.call("noise");
  std::vector<float> points = noise.take("x");
  const std::size_t size = experiment.data().dimensions();
  points.resize(std::min(points.size(), size * most_noise_points));
  const std::int64_t count = signed_of(points.size() / size);
  snapshot.add("noise", {count, signed_of(size)}, std::move(points));
}

}  // namespace lab::session
