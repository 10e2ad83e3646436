#include "core/session/probes/features.hpp"

#include <algorithm>

#include "core/session/probes/posteriors.hpp"

namespace lab::session {

namespace {

constexpr std::size_t most_rows = 500;   // of training and of test data each
constexpr double million_products = 10;  // of a part
constexpr double pace = 1.5;             // seconds between two looks while training
constexpr double perplexity = 30;
constexpr int most_moves = 1000, moves_at_once = 6;
constexpr std::uint64_t seed = 3;

Json as_json(const std::optional<Judged>& judged) {
  if (!judged) return {};
  return {{"dimensions", judged->dimensions},
          {"linear", judged->linear},
          {"linear_se", judged->error_of(judged->linear)},
          {"nearest", judged->nearest},
          {"nearest_se", judged->error_of(judged->nearest)},
          {"purity", judged->purity},
          {"information", judged->information}};
}

}  // namespace

void FeaturesProbe::adopt(const Experiment&) {
  begun_ = false;
  step_ = -1;
  axes_ = {};
  tsne_.reset();
  of_codes_.reset();
  of_data_.reset();
  codes_found_.reset();
  data_found_.reset();
}

Task<bool> FeaturesProbe::command(const std::string& name, const Json& command, Experiment&) {
  if (name != "features") co_return false;
  const auto method = command.at("method").get<std::string>();
  if (method != "pca" && method != "tsne") {
    throw std::runtime_error("There is no method '" + method + "'; there are pca and tsne.");
  }
  method_ = method;
  co_return true;
}

void FeaturesProbe::begin(const Experiment& experiment) {
  const data::Dataset& data = experiment.data();
  begun_ = true;
  test_ = data.evaluated(data.test, std::min(most_rows, looked_at(experiment)));
  train_ = data.evaluated(data.train, most_rows);
  const std::size_t size = data.dimensions();
  classes_ = 0;
  if (data.test.labels.empty() || data.train.labels.empty()) return;
  const auto first = [](const std::vector<std::int32_t>& labels, std::size_t count) {
    return std::vector(labels.begin(), labels.begin() + signed_of(count));
  };
  test_labels_ = first(data.test.labels, test_.size() / size);
  train_labels_ = first(data.train.labels, train_.size() / size);
  classes_ = data.train.classes.size();
  of_data_.emplace(Labelled{train_, test_, train_labels_, test_labels_, classes_});
}

Task<> FeaturesProbe::look(Experiment& experiment) {
  looked_ = Clock::now();
  step_ = experiment.steps();
  codes_ = co_await features(experiment, test_);
  const std::size_t count = test_.size() / experiment.data().dimensions();
  dimensions_ = codes_.size() / count;
  if (tsne_) tsne_->replace(codes_);
  if (classes_ == 0) co_return;
  std::vector<float> train = co_await features(experiment, train_);
  of_codes_.emplace(Labelled{std::move(train), codes_, train_labels_, test_labels_, classes_});
}

bool FeaturesProbe::unfinished() const {
  return (of_codes_ && !of_codes_->done()) || (of_data_ && !of_data_->done()) ||
         (method_ == "tsne" && tsne_ && tsne_->steps() < most_moves);
}

// A part of what there is to compute.
void FeaturesProbe::work() {
  if (method_ == "tsne" && tsne_) {
    tsne_->move(std::min(moves_at_once, most_moves - tsne_->steps()));
  }
  if (of_codes_ && !of_codes_->done()) {
    if (of_codes_->go_on(million_products)) codes_found_ = of_codes_->found();
  } else if (of_data_ && !of_data_->done()) {
    if (of_data_->go_on(million_products)) data_found_ = of_data_->found();
  }
}

Task<> FeaturesProbe::go_on(Experiment&) {
  work();
  co_return;
}

Task<> FeaturesProbe::add(Message& snapshot, Experiment& experiment, const std::set<std::string>&,
                          bool training) {
  if (!has_features(experiment)) co_return;
  if (!begun_) begin(experiment);
  const std::chrono::duration<double> since = Clock::now() - looked_;
  // While training, what was begun is brought to an end first.
  const bool busy = of_codes_ && !of_codes_->done();
  const bool moved = step_ != experiment.steps();
  if (step_ < 0 || (moved && (!training || (!busy && since.count() > pace)))) {
    co_await look(experiment);
  }
  const std::size_t count = codes_.size() / dimensions_;
  if (method_ == "tsne" && !tsne_ && count >= 4) {
    tsne_.emplace(codes_, dimensions_, perplexity, seed);
  }
  if (training) work();
  Json head = {{"method", method_},
               {"trained", train_labels_.size()},
               {"tested", test_labels_.size()},
               {"codes", as_json(codes_found_)},
               {"data", as_json(data_found_)}};
  std::vector<float> places;
  if (method_ == "tsne" && tsne_) {
    places = tsne_->places();
    head["steps"] = tsne_->steps();
    head["divergence"] = tsne_->divergence();
  } else if (dimensions_ >= 2) {
    axes_ = infer::principal(codes_, dimensions_, 2, &axes_);
    places = infer::project(axes_, codes_);
    head["share"] = axes_.share[0] + axes_.share[1];
  } else {
    for (const float code : codes_) places.insert(places.end(), {code, 0.f});
    head["share"] = 1;
  }
  snapshot.head["features"] = std::move(head);
  snapshot.add("feature_places", {signed_of(count), 2}, std::move(places));
}

}  // namespace lab::session
