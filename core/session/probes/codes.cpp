#include "core/session/probes/codes.hpp"

#include <algorithm>

#include "core/distributions/normal_numbers.hpp"
#include "core/session/features.hpp"

namespace lab::session {

namespace {

constexpr std::size_t side = 20;  // of the manifold (Kingma & Welling 2014, figure 4)
constexpr std::size_t traversal_steps = 11, path_steps = 9, most_swept = 32;
constexpr double sweep = 3;

}  // namespace

Task<std::vector<float>> decoded(Experiment& experiment, std::span<const float> codes,
                                 std::span<const float> of_class) {
  Arguments arguments("z", codes);
  if (!of_class.empty()) arguments.and_given("class", of_class);
  Arrays decoded = co_await experiment.call("decode", arguments);
  std::vector<float> pictures = decoded.take("x");
  experiment.data().to_intensities(pictures);
  co_return pictures;
}

Task<std::vector<float>> decoded(Experiment& experiment, std::span<const float> codes,
                                 const Choices& choices) {
  const std::vector<float> classes =
      choices.classes(experiment, codes.size() / choices.code.size());
  std::vector<float> pictures = co_await decoded(experiment, codes, classes);
  co_return pictures;
}

Task<> CodeProbe::add(Message& snapshot, Experiment& experiment, const std::set<std::string>&,
                      bool) {
  snapshot.add("code", {signed_of(choices_.code.size())}, choices_.code);
  std::vector<float> picture = co_await decoded(experiment, choices_.code, choices_);
  const std::int64_t size = signed_of(picture.size());
  snapshot.add("decoded", {size}, std::move(picture));
}

Task<> ManifoldProbe::add(Message& snapshot, Experiment& experiment, const std::set<std::string>&,
                          bool) {
  std::vector<float> codes;
  const auto level = [](std::size_t i) {
    return static_cast<float>(
        distributions::normal_quantile((static_cast<double>(i) + 0.5) / static_cast<double>(side)));
  };
  for (std::size_t row = 0; row < side; ++row) {
    for (std::size_t column = 0; column < side; ++column) {
      std::vector<float> z = choices_.code;
      z[choices_.axes[1]] = level(side - 1 - row);
      z[choices_.axes[0]] = level(column);
      codes.insert(codes.end(), z.begin(), z.end());
    }
  }
  std::vector<float> pictures = co_await decoded(experiment, codes, choices_);
  snapshot.add("manifold", {signed_of(side * side), signed_of(experiment.data().dimensions())},
               std::move(pictures));
}

Task<> TraversalProbe::add(Message& snapshot, Experiment& experiment, const std::set<std::string>&,
                           bool) {
  const std::size_t swept = std::min(most_swept, choices_.code.size());
  std::vector<float> codes;
  for (std::size_t j = 0; j < swept; ++j) {
    for (std::size_t step = 0; step < traversal_steps; ++step) {
      std::vector<float> z = choices_.code;
      z[j] = static_cast<float>(
          sweep * (2 * static_cast<double>(step) / static_cast<double>(traversal_steps - 1) - 1));
      codes.insert(codes.end(), z.begin(), z.end());
    }
  }
  std::vector<float> pictures = co_await decoded(experiment, codes, choices_);
  const std::int64_t size = signed_of(experiment.data().dimensions());
  snapshot.add("traversal", {signed_of(swept), signed_of(traversal_steps), size},
               std::move(pictures));
  if (!tells_classes(experiment)) co_return;
  const std::size_t classes = experiment.data().train.classes.size();
  std::vector<float> same, each;
  for (std::size_t c = 0; c < classes; ++c) {
    same.insert(same.end(), choices_.code.begin(), choices_.code.end());
    each.push_back(static_cast<float>(c));
  }
  std::vector<float> of_classes = co_await decoded(experiment, same, each);
  snapshot.add("class_sweep", {signed_of(classes), size}, std::move(of_classes));
}

void PathProbe::adopt(const Experiment&) { pair_.clear(); }

Task<> PathProbe::add(Message& snapshot, Experiment& experiment, const std::set<std::string>&,
                      bool) {
  const data::Dataset& data = experiment.data();
  const std::size_t size = data.dimensions(),
                    latents = static_cast<std::size_t>(experiment.system().latents);
  if (pair_.empty() || ends_ != choices_.ends) {
    ends_ = choices_.ends;
    pair_.clear();
    const std::vector<float> inputs = data.evaluated(data.test, std::max(ends_[0], ends_[1]) + 1);
    for (const std::size_t end : ends_) {
      const auto start = inputs.begin() + static_cast<std::ptrdiff_t>(end * size);
      pair_.insert(pair_.end(), start, start + static_cast<std::ptrdiff_t>(size));
    }
  }
  const std::vector<float> mean = co_await features(experiment, pair_);
  // Unless a class is chosen, each half is of its end's.
  std::vector<float> codes, classes;
  const bool told = tells_classes(experiment);
  for (std::size_t step = 0; step < path_steps; ++step) {
    const float t = static_cast<float>(step) / static_cast<float>(path_steps - 1);
    const std::size_t nearer = choices_.ends[t < 0.5f ? 0 : 1];
    const auto own = static_cast<float>(told ? data.test.labels[nearer] : 0);
    if (told)
      classes.push_back(choices_.of_class < 0 ? own : static_cast<float>(choices_.of_class));
    for (std::size_t j = 0; j < latents; ++j) {
      codes.push_back((1 - t) * mean[j] + t * mean[latents + j]);
    }
  }
  std::vector<float> pictures = co_await decoded(experiment, codes, classes);
  snapshot.add("path", {signed_of(path_steps), signed_of(size)}, std::move(pictures));
}

}  // namespace lab::session
