#include "core/session/probes/samples.hpp"

#include <cmath>

namespace lab::session {

namespace {

constexpr std::size_t plane_draws = 512, picture_draws = 64, most_noise_points = 2000;

}  // namespace

Task<> DrawsProbe::add(Message& snapshot, Experiment& experiment, const std::set<std::string>&,
                       bool) {
  const bool plane = experiment.data().plane();
  std::vector<float> draws =
      co_await experiment.sample(plane ? plane_draws : picture_draws, choices_.draws);
  if (!plane) experiment.data().to_intensities(draws);
  const std::int64_t size = signed_of(experiment.data().dimensions());
  const std::int64_t count = signed_of(draws.size()) / size;
  snapshot.add(plane ? "samples" : "drawn", {count, size}, std::move(draws));
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
