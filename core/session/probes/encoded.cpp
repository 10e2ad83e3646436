#include "core/session/probes/encoded.hpp"

#include <algorithm>

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

Task<> GivenBackProbe::add(Message& snapshot, Experiment& experiment, const std::set<std::string>&,
                           bool) {
  const data::Dataset& data = experiment.data();
  const std::size_t shown = std::min(most_reconstructions, looked_at(experiment));
  if (inputs_.empty()) inputs_ = data.evaluated(data.test, shown);
  const std::int64_t rows = signed_of(shown), columns = signed_of(data.dimensions());
  std::vector<float> seen = inputs_;
  if (experiment.can("corrupt")) {
    Call how;
    how.draw = evaluation_draw() + choices_.draws;
    Arrays corrupted = co_await experiment.call("corrupt", given("x", inputs_), how);
    seen = corrupted.take("x");
    std::vector<float> pictures = seen;
    data.to_intensities(pictures);
    snapshot.add("corrupted", {rows, columns}, std::move(pictures));
  }
  Arrays back = co_await experiment.call("reconstruct", given("x", seen));
  std::vector<float> pictures = back.take("x");
  data.to_intensities(pictures);
  snapshot.add("reconstructions", {rows, columns}, std::move(pictures));
}

}  // namespace lab::session
