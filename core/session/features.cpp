#include "core/session/features.hpp"

#include <algorithm>
#include <cmath>

#include "core/infer/clusters.hpp"
#include "core/infer/k_means.hpp"
#include "core/infer/neighbours.hpp"

namespace lab::session {

namespace {

constexpr std::size_t neighbours = 5;
constexpr int most_iterations = 300, most_rounds = 50;
constexpr std::uint32_t clusters_seed = 5;

// The ability that has them, and the output.
std::pair<const char*, const char*> source_of(const Experiment& experiment) {
  constexpr std::pair<const char*, const char*> sources[] = {
      {"encode", "mean"}, {"elbo", "mean"}, {"codes", "encodings"}, {"forward", "z"}};
  for (const auto& source : sources) {
    if (experiment.can(source.first)) return source;
  }
  return {nullptr, nullptr};
}

}  // namespace

bool has_features(const Experiment& experiment) { return source_of(experiment).first; }

Task<std::vector<float>> features(Experiment& experiment, std::span<const float> x) {
  const auto [ability, output] = source_of(experiment);
  Call how;
  how.draw = evaluation_draw();
  how.outputs = {output};
  Arrays codes = co_await experiment.call(ability, given("x", x), how);
  co_return codes.take(output);
}

double Judged::error_of(double share) const {
  return std::sqrt(share * (1 - share) / static_cast<double>(tested));
}

Judge::Judge(Labelled data)
    : data_(std::move(data)), regression_(data_.train, data_.train_labels, data_.classes) {
  found_.tested = data_.test_labels.size();
  found_.dimensions = data_.train.size() / data_.train_labels.size();
}

bool Judge::go_on(double millions) {
  const auto width = static_cast<double>(found_.dimensions),
             rows = static_cast<double>(data_.train_labels.size());
  const auto parts = [&](double products) {
    return std::max(1, static_cast<int>(1e6 * millions / std::max(products, 1.0)));
  };
  if (stage_ == Stage::linear) {
    const int some = std::min(parts(2 * rows * width * static_cast<double>(data_.classes)),
                              most_iterations - iterations_);
    iterations_ += some;
    if (!regression_.improve(some) && iterations_ < most_iterations) return false;
    std::size_t right = 0;
    const std::vector<std::int32_t> said = regression_.classify(data_.test);
    for (std::size_t i = 0; i < said.size(); ++i) right += said[i] == data_.test_labels[i];
    found_.linear = static_cast<double>(right) / static_cast<double>(found_.tested);
    stage_ = Stage::nearest;
  } else if (stage_ == Stage::nearest) {
    const std::size_t some =
        std::min(static_cast<std::size_t>(parts(rows * width)), found_.tested - next_);
    const std::size_t size = found_.dimensions;
    const std::vector<std::int32_t> said =
        infer::nearest_labels(data_.train, data_.train_labels,
                              std::span(data_.test).subspan(next_ * size, some * size), neighbours);
    for (std::size_t i = 0; i < some; ++i) right_ += said[i] == data_.test_labels[next_ + i];
    next_ += some;
    if (next_ < found_.tested) return false;
    found_.nearest = static_cast<double>(right_) / static_cast<double>(found_.tested);
    stage_ = Stage::clusters;
  } else if (stage_ == Stage::clusters) {
    const infer::Clusters clusters =
        infer::k_means(data_.test, found_.dimensions, data_.classes, clusters_seed, most_rounds);
    const std::vector<std::int32_t> members(clusters.members.begin(), clusters.members.end());
    const infer::Agreement agrees = infer::agreement(members, data_.test_labels);
    found_.purity = agrees.purity;
    found_.information = agrees.information;
    stage_ = Stage::done;
  }
  return done();
}

}  // namespace lab::session
