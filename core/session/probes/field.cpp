#include "core/session/probes/field.hpp"

#include <limits>
#include <span>

#include "core/data/grid.hpp"

namespace lab::session {

namespace {

constexpr std::size_t side = 24;

// ∇ ln p of the truth at points (N, 2), x of all and then y; NaN where it has no density. By
// central differences, so narrow that their error is far below what an arrow shows.
std::vector<float> slopes(const data::PlaneTruth& truth, std::span<const float> points,
                          double step) {
  std::vector<float> found;
  for (const bool upwards : {false, true}) {
    const double dx = upwards ? 0 : step, dy = upwards ? step : 0;
    for (std::size_t i = 0; i < points.size(); i += 2) {
      const auto x = static_cast<double>(points[i]), y = static_cast<double>(points[i + 1]);
      const auto ahead = truth.log_density(x + dx, y + dy),
                 behind = truth.log_density(x - dx, y - dy);
      found.push_back(ahead && behind ? static_cast<float>((*ahead - *behind) / (2 * step))
                                      : std::numeric_limits<float>::quiet_NaN());
    }
  }
  return found;
}

}  // namespace

void FieldProbe::adopt(const Experiment&) { slopes_.clear(); }

Task<> FieldProbe::add(Message& snapshot, Experiment& experiment, const std::set<std::string>&,
                       bool) {
  const data::Box& box = experiment.data().bounds;
  const std::vector<float> points = data::Grid{box, side}.points();
  const Arrays moved = co_await experiment.call("reconstruct", given("x", points));
  const std::vector<float>& to = moved.values("x");
  std::vector<float> field;
  for (const std::size_t axis : {std::size_t{0}, std::size_t{1}}) {
    for (std::size_t i = axis; i < to.size(); i += 2) field.push_back(to[i] - points[i]);
  }
  snapshot.head["field_box"] = {box.x0, box.x1, box.y0, box.y1};
  snapshot.add("field", {2, signed_of(side), signed_of(side)}, std::move(field));

  const Json& objective = experiment.spec().at("objective");
  if (!experiment.measures().has_truth() || objective.value("corruption", "") != "gaussian") {
    co_return;
  }
  if (slopes_.empty()) {
    slopes_ = slopes(experiment.data().plane_truth(), points, 1e-4 * (box.x1 - box.x0));
  }
  const auto deviation = objective.at("level").get<float>();
  std::vector<float> score = slopes_;
  for (float& value : score) value *= deviation * deviation;
  snapshot.add("score", {2, signed_of(side), signed_of(side)}, std::move(score));
}

}  // namespace lab::session
