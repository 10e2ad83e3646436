#include "core/session/probes/cross_section.hpp"

#include <algorithm>
#include <limits>

namespace lab::session {

void CrossSectionProbe::adopt(const Experiment& experiment) {
  if (data_ == experiment.spec().at("data")) return;
  data_ = experiment.spec().at("data");
  if (!experiment.data().plane()) return;
  const data::Box& box = experiment.data().bounds;
  const double y = 0.5 * (box.y0 + box.y1), margin = 0.06 * (box.x1 - box.x0);
  segment_ = {box.x0 + margin, y, box.x1 - margin, y};
}

Task<bool> CrossSectionProbe::command(const std::string& name, const Json& command, Experiment&) {
  if (name != "cross") co_return false;
  const auto from = command.at("from").get<std::array<double, 2>>();
  const auto to = command.at("to").get<std::array<double, 2>>();
  segment_ = {from[0], from[1], to[0], to[1]};
  points_ = static_cast<std::size_t>(std::clamp(command.value("n", 256), 2, 2048));
  co_return true;
}

Task<> CrossSectionProbe::add(Message& snapshot, Experiment& experiment,
                              const std::set<std::string>&, bool) {
  std::vector<float> points;
  for (std::size_t i = 0; i < points_; ++i) {
    const double t = static_cast<double>(i) / static_cast<double>(points_ - 1);
    points.push_back(static_cast<float>(segment_[0] + t * (segment_[2] - segment_[0])));
    points.push_back(static_cast<float>(segment_[1] + t * (segment_[3] - segment_[1])));
  }
  const Arrays densities = co_await experiment.call("log_density", given("x", points));
  const std::vector<float>& model = densities.values("log_density");
  const double shift = co_await experiment.measures().log_normaliser();
  constexpr float unknown = std::numeric_limits<float>::quiet_NaN();
  std::vector<float> values;
  for (std::size_t i = 0; i < points_; ++i) {
    const auto truth = experiment.data().plane_truth().log_density(
        static_cast<double>(points[2 * i]), static_cast<double>(points[2 * i + 1]));
    values.push_back(model[i] + static_cast<float>(shift));
    values.push_back(truth ? static_cast<float>(*truth) : unknown);
    values.push_back(densities.has("log_noise") ? densities.values("log_noise")[i] : unknown);
  }
  snapshot.head["segment"] = segment_;
  snapshot.add("cross", {signed_of(points_), 3}, std::move(values));
}

}  // namespace lab::session
