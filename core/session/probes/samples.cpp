#include "core/session/probes/samples.hpp"

#include <cmath>

namespace lab::session {

namespace {

// Of a snapshot, for what is drawn number after number.
constexpr double drawing_seconds = 0.02;

constexpr std::size_t plane_draws = 512, picture_draws = 64, most_noise_points = 2000;

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

void GrowingDrawsProbe::adopt(const Experiment&) {
  step_ = -1;
  whole_ = false;
  shown_.clear();
}

void GrowingDrawsProbe::begin(const Experiment& experiment) {
  step_ = experiment.steps();
  draws_ = choices_.draws;
  of_class_ = choices_.of_class;
  part_ = {};
  drawn_.clear();
  whole_ = false;
}

Task<> GrowingDrawsProbe::go_on(Experiment& experiment) {
  // There is nothing to see before the first.
  const double seconds = shown_.empty() ? 4 * drawing_seconds : drawing_seconds;
  if (part_.left() > 0) co_await part_.go_on_for(experiment, seconds);
  if (part_.left() > 0) co_return;
  if (part_.sites() > 0) co_await part_.decode(experiment);
  drawn_.insert(drawn_.end(), part_.pictures().begin(), part_.pictures().end());
  const std::size_t done = drawn_.size() / experiment.data().dimensions();
  whole_ = done >= picture_draws;
  if (whole_ || shown_.empty() || shown_.size() < drawn_.size()) shown_ = drawn_;
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
