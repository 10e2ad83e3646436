#include "core/session/probes/filters.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/data/mean.hpp"

namespace lab::session {

namespace {

constexpr std::size_t most_pooled = 6, most_patches = 400, bins = 48;
// Of responses to data, those that are shown by size; the largest few have one place.
constexpr double shown_share = 0.99;

// Signed numbers as intensities, 0 in the middle; `size` is white, −`size` black.
void to_greys(std::span<float> values, float size) {
  const float scale = size > 0 ? 0.5f / size : 0;
  for (float& value : values) value = std::clamp(0.5f + scale * value, 0.f, 1.f);
}

std::vector<std::size_t> by_size(std::span<const float> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order,
                           [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  return order;
}

Json stage_of(const Experiment& experiment) {
  const Json& objective = experiment.spec().at("objective");
  const auto first = objective.at("first_stage").get<std::int64_t>(),
             second = first + objective.at("second_stage").get<std::int64_t>();
  const std::int64_t step = experiment.steps();
  if (step < first) return {{"number", 1}, {"until", first}};
  if (step < second) return {{"number", 2}, {"until", second}};
  return {{"number", 3}, {"until", 0}};
}

}  // namespace

Task<> FiltersProbe::add(Message& snapshot, Experiment& experiment, const std::set<std::string>&,
                         bool) {
  Arrays found = co_await experiment.call("filters");
  const std::vector<float>&pooling = found.values("pooling"),
        &thresholds = found.values("thresholds");
  const std::size_t units = thresholds.size(), kept = std::min(most_pooled, units),
                    size = experiment.data().dimensions();
  std::vector<float> features, weights;
  for (std::size_t n = 0; n < units; ++n) {
    const std::span<const float> own(&pooling[n * units], units);
    const std::vector<std::size_t> order = by_size(own);
    for (std::size_t k = 0; k < kept; ++k) {
      features.push_back(static_cast<float>(order[k]));
      weights.push_back(own[order[k]]);
    }
  }
  snapshot.head["stage"] = stage_of(experiment);
  snapshot.add("pooled_features", {signed_of(units), signed_of(kept)}, std::move(features));
  snapshot.add("pooled_weights", {signed_of(units), signed_of(kept)}, std::move(weights));
  snapshot.add("thresholds", {signed_of(units)}, std::vector<float>(thresholds));
  std::vector<float> patterns = found.take("patterns");
  for (std::size_t k = 0; k < units; ++k) {
    const std::span<float> one(&patterns[k * size], size);
    float largest = 0;
    for (const float value : one) largest = std::max(largest, std::abs(value));
    to_greys(one, largest);
  }
  snapshot.add("filters", {signed_of(units), signed_of(size)}, std::move(patterns));
}

Task<> PatchesProbe::add(Message& snapshot, Experiment& experiment, const std::set<std::string>&,
                         bool) {
  const data::Dataset& data = experiment.data();
  const std::size_t size = data.dimensions();
  if (inputs_.empty()) inputs_ = data.evaluated(data.test, most_patches);
  const Arrays noise = co_await experiment.call("noise");
  const std::vector<float>& drawn = noise.values("x");
  float contrast = 0, range = 1;
  for (const bool of_noise : {false, true}) {
    const std::span<const float> x = of_noise ? drawn : inputs_;
    const std::string suffix = of_noise ? "_noise" : "";
    const Arrays responses = co_await experiment.call("respond", given("x", x));
    const std::vector<float>& ratios = responses.values("log_ratio");

    std::vector<float> shares(bins, 0), pooled = responses.values("pooled");
    for (float& value : pooled) value = std::sqrt(std::max(value, 0.f));
    if (!of_noise) {
      std::vector<float> sorted = pooled;
      const auto last =
          static_cast<std::ptrdiff_t>(shown_share * static_cast<double>(sorted.size() - 1));
      std::nth_element(sorted.begin(), sorted.begin() + last, sorted.end());
      range = std::max(sorted[static_cast<std::size_t>(last)], 1e-3f);
    }
    for (const float value : pooled) {
      const float place = value / range * static_cast<float>(bins);
      const auto bin = std::min(static_cast<std::size_t>(place), bins - 1);
      shares[bin] += 1 / static_cast<float>(pooled.size());
    }
    snapshot.add("responses" + suffix, {signed_of(bins)}, std::move(shares));

    const std::vector<float>& seen = responses.values("seen");
    // Of data, so that noise is shown as strong as they are.
    if (!of_noise) contrast = 2.5f * static_cast<float>(std::sqrt(variance_of(seen)));
    std::vector<float> pictures, ordered;
    for (const std::size_t i : by_size(ratios)) {
      ordered.push_back(ratios[i]);
      const auto start = seen.begin() + static_cast<std::ptrdiff_t>(i * size);
      pictures.insert(pictures.end(), start, start + static_cast<std::ptrdiff_t>(size));
    }
    to_greys(pictures, contrast);
    const std::int64_t count = signed_of(ordered.size());
    snapshot.add("patches" + suffix, {count, signed_of(size)}, std::move(pictures));
    snapshot.add("log_ratios" + suffix, {count}, std::move(ordered));
  }
  snapshot.head["response_range"] = range;
}

}  // namespace lab::session
