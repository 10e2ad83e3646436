#include "core/session/probes/factors.hpp"

#include <algorithm>
#include <cmath>

namespace lab::session {

namespace {

constexpr std::size_t most_data = 10000;

void append(std::vector<float>& to, const std::vector<float>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

std::vector<float> floats(const std::vector<double>& values) {
  return {values.begin(), values.end()};
}

}  // namespace

void FactorsProbe::adopt(const Experiment& experiment) {
  names_ = experiment.data().test.factors;
  most_ = std::min(experiment.data().test.count(), most_data);
  part_ = std::min(most_, static_cast<std::size_t>(experiment.system().measured));
  inputs_.clear();
  codes_ = {};
  unfinished_ = false;
}

void FactorsProbe::introduce(Message& loaded) const { loaded.head["factors"] = names_; }

Task<FactorsProbe::Codes> FactorsProbe::codes_of(Experiment& experiment, std::size_t start) {
  const data::Dataset& data = experiment.data();
  if (inputs_.empty()) inputs_ = data.evaluated(data.test, most_);
  const std::size_t size = data.dimensions(), end = std::min(most_, start + part_);
  const std::span<const float> rows =
      std::span(inputs_).subspan(start * size, (end - start) * size);
  const bool posteriors = experiment.can("elbo");
  Call how;
  how.draw = evaluation_draw();
  how.outputs = {"mean", posteriors ? "log_variance" : nullptr};
  Arrays coded = co_await experiment.call(posteriors ? "elbo" : "encode", given("x", rows), how);
  Codes codes;
  codes.mean = coded.take("mean");
  if (posteriors) codes.log_variance = coded.take("log_variance");
  co_return codes;
}

Task<> FactorsProbe::add(Message& snapshot, Experiment& experiment, const std::set<std::string>&,
                         bool training) {
  const bool coded = experiment.can("elbo") || experiment.can("encode");
  if (names_.empty() || most_ < 2 || !coded) co_return;
  // Codes that are as they were come from weights that are: what followed them still holds.
  Codes first = co_await codes_of(experiment, 0);
  if (!std::equal(
          first.mean.begin(), first.mean.end(), codes_.mean.begin(),
          codes_.mean.begin() + signed_of(std::min(first.mean.size(), codes_.mean.size())))) {
    codes_ = std::move(first);
  }
  const auto latents = static_cast<std::size_t>(experiment.system().latents);
  const std::size_t count = codes_.mean.size() / latents, factor_count = names_.size();
  unfinished_ = !training && count < most_;
  const auto sound = [](float value) { return std::isfinite(value); };
  if (!std::ranges::all_of(codes_.mean, sound) ||
      !std::ranges::all_of(codes_.log_variance, sound)) {
    co_return;
  }
  const infer::Factors factors = infer::factors_of(experiment.data().test, count);
  snapshot.head["factor_data"] = count;
  const auto send = [&](const char* measure, const std::string& of,
                        const infer::Information& information, const infer::Gap& gap) {
    snapshot.add("information_" + of, {signed_of(latents), signed_of(factor_count)},
                 floats(information.nats));
    snapshot.add("gaps_" + of, {signed_of(factor_count)}, floats(gap.each));
    if (std::isfinite(gap.value)) snapshot.head[measure] = {gap.value, gap.error};
  };
  const infer::Information means = infer::information_of_means(codes_.mean, latents, factors);
  snapshot.add("factor_entropies", {signed_of(factor_count)}, floats(means.entropies));
  send("mig_mean", "of_means", means, infer::mig_mean(means, factors));
  if (codes_.log_variance.empty()) co_return;
  const infer::Information samples =
      infer::information_of_samples(codes_.mean, codes_.log_variance, latents, factors);
  send("mig_sampled", "of_samples", samples, infer::mig_sampled(samples, factors));
}

Task<> FactorsProbe::go_on(Experiment& experiment) {
  const auto latents = static_cast<std::size_t>(experiment.system().latents);
  const Codes more = co_await codes_of(experiment, codes_.mean.size() / latents);
  append(codes_.mean, more.mean);
  append(codes_.log_variance, more.log_variance);
  unfinished_ = codes_.mean.size() / latents < most_;
}

}  // namespace lab::session
