#include "core/session/probes/posteriors.hpp"

#include <algorithm>
#include <cmath>

namespace lab::session {

namespace {

constexpr std::size_t most_looked_at = 1000;  // test data …
constexpr std::size_t most_numbers = 250000;  // … and numbers they may have in all
constexpr std::size_t few = 256;

}  // namespace

std::size_t looked_at(const Experiment& experiment) {
  const std::size_t size = std::max<std::size_t>(1, experiment.data().dimensions());
  return std::min({experiment.data().test.count(), most_looked_at,
                   std::max<std::size_t>(most_reconstructions, most_numbers / size)});
}

void PosteriorsProbe::adopt(const Experiment&) { inputs_.clear(); }

Task<> PosteriorsProbe::add(Message& snapshot, Experiment& experiment,
                            const std::set<std::string>& views, bool) {
  const data::Dataset& data = experiment.data();
  if (inputs_.empty()) inputs_ = data.evaluated(data.test, looked_at(experiment));
  const std::size_t size = data.dimensions(),
                    latents = static_cast<std::size_t>(experiment.system().latents);
  const bool all = views.count("latent") > 0 || views.count("aggregate") > 0;
  const std::size_t numbers = all ? inputs_.size() : std::min(inputs_.size(), few * size);
  Call how;
  how.draw = evaluation_draw();
  how.outputs = {"kl", all ? "mean" : nullptr, all ? "log_variance" : nullptr};
  Arrays bound =
      co_await experiment.call("elbo", given("x", std::span(inputs_).first(numbers)), how);
  const std::size_t count = numbers / size;
  std::vector<float> kl(latents, 0);
  for (std::size_t i = 0; i < count * latents; ++i) {
    kl[i % latents] += bound.values("kl")[i] / static_cast<float>(count);
  }
  snapshot.add("kl_dimensions", {signed_of(latents)}, std::move(kl));
  if (!all) co_return;
  std::vector<float> deviation = bound.take("log_variance");
  for (float& value : deviation) value = std::exp(0.5f * value);
  snapshot.add("latent_mean", {signed_of(count), signed_of(latents)}, bound.take("mean"));
  snapshot.add("latent_deviation", {signed_of(count), signed_of(latents)}, std::move(deviation));
}

}  // namespace lab::session
