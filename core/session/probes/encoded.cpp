#include "core/session/probes/encoded.hpp"

#include <algorithm>

#include "core/session/probes/posteriors.hpp"

namespace lab::session {

void EncodedProbe::adopt(const Experiment&) { inputs_.clear(); }

Task<> EncodedProbe::add(Message& snapshot, Experiment& experiment,
                         const std::set<std::string>& views, bool) {
  const data::Dataset& data = experiment.data();
  if (inputs_.empty()) inputs_ = data.evaluated(data.test, looked_at(experiment));
  const std::size_t size = data.dimensions(), count = inputs_.size() / size,
                    latents = static_cast<std::size_t>(experiment.system().latents);
  if (views.count("latent") > 0) {
    Call how;
    how.outputs = {"mean"};
    Arrays codes = co_await experiment.call("encode", given("x", inputs_), how);
    snapshot.add("latent_mean", {signed_of(count), signed_of(latents)}, codes.take("mean"));
  }
  if (views.count("reconstructions") == 0) co_return;
  const std::size_t shown = std::min(most_reconstructions, count);
  const std::int64_t rows = signed_of(shown), columns = signed_of(size);
  std::vector<float> seen(inputs_.begin(),
                          inputs_.begin() + static_cast<std::ptrdiff_t>(shown * size));
  if (experiment.can("corrupt")) {
    Call how;
    how.draw = evaluation_draw() + choices_.draws;
    Arrays corrupted = co_await experiment.call("corrupt", given("x", seen), how);
    seen = corrupted.take("x");
    std::vector<float> pictures = seen;
    data.to_intensities(pictures);
    snapshot.add("corrupted", {rows, columns}, std::move(pictures));
  }
  Call how;
  how.outputs = {"decoded"};
  Arrays back = co_await experiment.call("encode", given("x", seen), how);
  std::vector<float> decoded = back.take("decoded");
  data.to_intensities(decoded);
  snapshot.add("reconstructions", {rows, columns}, std::move(decoded));
}

}  // namespace lab::session
