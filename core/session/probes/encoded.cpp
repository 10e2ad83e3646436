#include "core/session/probes/encoded.hpp"

#include <algorithm>

#include "core/models/corruption.hpp"
#include "core/session/anomalies.hpp"
#include "core/session/probes/posteriors.hpp"

namespace lab::session {

void EncodedProbe::adopt(const Experiment&) { inputs_.clear(); }

Task<> EncodedProbe::add(Message& snapshot, Experiment& experiment, const std::set<std::string>&,
                         bool) {
  const data::Dataset& data = experiment.data();
  if (inputs_.empty()) inputs_ = data.evaluated(data.test, looked_at(experiment));
  const std::int64_t count = signed_of(inputs_.size() / data.dimensions());
  Arrays codes = co_await experiment.call("encode", given("x", inputs_));
  snapshot.add("latent_mean", {count, experiment.system().latents}, codes.take("mean"));
}

void GivenBackProbe::adopt(const Experiment&) { inputs_.clear(); }

// The pictures as they are where nothing is painted.
std::vector<float> GivenBackProbe::painted_over(const data::Dataset& data) const {
  std::vector<float> seen = inputs_;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const std::size_t pixel = i % data.dimensions();
    if (const float value = choices_.painted[pixel]; value >= 0)
      seen[i] = data.to_model(value, pixel);
  }
  return seen;
}

// What the model is given in their place; nothing where it is given them.
Task<std::vector<float>> GivenBackProbe::corrupted(Experiment& experiment) const {
  const bool own = choices_.noise.empty();
  if (!experiment.can("corrupt") || (own && !experiment.system().denoises)) {
    co_return std::vector<float>();
  }
  if (choices_.noise == painted_noise) co_return painted_over(experiment.data());
  const std::size_t rows = inputs_.size() / experiment.data().dimensions();
  const auto kind = std::ranges::find(models::corruption_names, choices_.noise) -
                    models::corruption_names.begin();
  const std::vector<float> kinds(rows, static_cast<float>(kind)),
      levels(rows, choices_.noise_level);
  Arguments arguments("x", inputs_);
  if (!own) arguments.and_given("kind", kinds).and_given("level", levels);
  Call how;
  how.draw = evaluation_draw() + choices_.draws;
  Arrays found = co_await experiment.call("corrupt", arguments, how);
  co_return found.take("x");
}

Task<> GivenBackProbe::add(Message& snapshot, Experiment& experiment, const std::set<std::string>&,
                           bool) {
  const data::Dataset& data = experiment.data();
  const std::size_t shown = std::min(most_reconstructions, looked_at(experiment));
  if (inputs_.empty()) inputs_ = data.evaluated(data.test, shown);
  const std::int64_t rows = signed_of(shown), columns = signed_of(data.dimensions());
  std::vector<float> seen = co_await corrupted(experiment);
  if (!seen.empty()) {
    std::vector<float> pictures = seen;
    data.to_intensities(pictures);
    snapshot.add("corrupted", {rows, columns}, std::move(pictures));
  } else {
    seen = inputs_;
    snapshot.add("corrupted", {0, columns}, {});
  }
  if (choices_.noise == painted_noise) snapshot.add("painted", {columns}, choices_.painted);
  if (experiment.can("corrupt")) {
    snapshot.head["noise"] = {{"kind", choices_.noise},
                              {"level", choices_.noise_level},
                              {"own", experiment.system().denoises}};
  }
  std::vector<float> pictures = co_await given_back(experiment, seen);
  data.to_intensities(pictures);
  snapshot.add("reconstructions", {rows, columns}, std::move(pictures));
}

}  // namespace lab::session
