#include "core/session/probes/anomalies.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "core/infer/roc.hpp"
#include "core/session/anomalies.hpp"

namespace lab::session {

namespace {

constexpr std::size_t most_shown = 48;

constexpr std::array<const char*, 3> orders{"strangest", "alarms", "missed"};

}  // namespace

void AnomaliesProbe::adopt(const Experiment&) {
  inputs_.clear();
  reference_.clear();
  score_.clear();
  shown_ = orders.front();
}

Task<bool> AnomaliesProbe::command(const std::string& name, const Json& command,
                                   Experiment& experiment) {
  if (name != "anomalies") co_return false;
  const auto score = command.value("score", score_), shown = command.value("shown", shown_);
  const std::vector<std::string> known = anomaly_scores(experiment);
  if (!score.empty() && std::ranges::find(known, score) == known.end()) {
    throw std::runtime_error("This model has no score '" + score + "'.");
  }
  if (std::ranges::find(orders, shown) == orders.end()) {
    throw std::runtime_error("'shown' is '" + shown + "'; there are strangest, alarms, missed.");
  }
  score_ = score;
  shown_ = shown;
  co_return true;
}

Task<> AnomaliesProbe::add(Message& snapshot, Experiment& experiment, const std::set<std::string>&,
                           bool) {
  const data::Dataset& data = experiment.data();
  const std::vector<std::string> known = anomaly_scores(experiment);
  if (data.strange.count() == 0 || known.empty()) co_return;
  const bool held_out = data.validation.count() > 0;
  const std::size_t size = data.dimensions();
  if (inputs_.empty()) {
    const auto most = static_cast<std::size_t>(experiment.system().measured);
    inputs_ = data.evaluated(data.test, most);
    normal_ = inputs_.size() / size;
    const std::vector<float> strange = data.evaluated(data.strange, most);
    inputs_.insert(inputs_.end(), strange.begin(), strange.end());
    reference_ = data.evaluated(held_out ? data.validation : data.train, most);
  }
  const std::string score = score_.empty() ? known.front() : score_;
  std::vector<float> scores = co_await score_anomalies(experiment, score, inputs_);
  std::vector<float> reference = co_await score_anomalies(experiment, score, reference_);
  const std::span<const float> all(scores);
  const infer::AreaUnderCurve auc =
      infer::area_under_curve(all.first(normal_), all.subspan(normal_));

  // Those that are shown, the first first.
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (shown_ == "alarms") order.resize(normal_);
  if (shown_ == "missed") order.erase(order.begin(), order.begin() + signed_of(normal_));
  const bool least = shown_ == "missed";
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    return least ? scores[a] < scores[b] : scores[a] > scores[b];
  });
  order.resize(std::min(order.size(), most_shown));
  co_await add_pictures(snapshot, experiment, order);

  std::vector<float> classes;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const bool test = i < normal_;
    classes.push_back(
        static_cast<float>(test ? data.test.labels[i] : data.strange.labels[i - normal_]));
  }
  snapshot.head["anomalies"] = {{"normal", normal_},
                                {"score", score},
                                {"scores", known},
                                {"shown", shown_},
                                {"validation", held_out},
                                {"auc", auc.value},
                                {"auc_se", auc.standard_error}};
  const std::int64_t count = signed_of(scores.size()), references = signed_of(reference.size());
  snapshot.add("anomaly_scores", {count}, std::move(scores));
  snapshot.add("anomaly_classes", {count}, std::move(classes));
  snapshot.add("anomaly_reference", {references}, std::move(reference));
  snapshot.add("anomaly_shown", {signed_of(order.size())}, {order.begin(), order.end()});
}

Task<> AnomaliesProbe::add_pictures(Message& snapshot, Experiment& experiment,
                                    const std::vector<std::size_t>& order) const {
  const data::Dataset& data = experiment.data();
  if (!data.train.shape.picture()) co_return;
  const std::size_t size = data.dimensions();
  std::vector<float> pictures;
  for (const std::size_t i : order) {
    const auto start = inputs_.begin() + signed_of(i * size);
    pictures.insert(pictures.end(), start, start + signed_of(size));
  }
  std::vector<float> back = co_await given_back(experiment, pictures);
  const std::int64_t count = signed_of(order.size()), columns = signed_of(size);
  data.to_intensities(pictures);
  data.to_intensities(back);
  snapshot.add("anomaly_pictures", {count, columns}, std::move(pictures));
  if (!back.empty()) snapshot.add("anomaly_back", {count, columns}, std::move(back));
}

}  // namespace lab::session
