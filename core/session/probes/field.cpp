#include "core/session/probes/field.hpp"

#include <cmath>
#include <limits>

namespace lab::session {

namespace {

constexpr std::size_t side = 24;

}  // namespace

Task<> FieldProbe::add(Message& snapshot, Experiment& experiment, const std::set<std::string>&,
                       bool) {
  const data::Box& box = experiment.data().bounds;
  const auto at = [](double low, double high, std::size_t i) {
    return low + (high - low) * (static_cast<double>(i) + 0.5) / static_cast<double>(side);
  };
  std::vector<float> points;
  for (std::size_t row = 0; row < side; ++row) {
    for (std::size_t column = 0; column < side; ++column) {
      points.push_back(static_cast<float>(at(box.x0, box.x1, column)));
      points.push_back(static_cast<float>(at(box.y0, box.y1, row)));
    }
  }
  Call how;
  how.outputs = {"decoded"};
  Arrays moved = co_await experiment.call("encode", given("x", points), how);
  std::vector<float> field = moved.take("decoded");
  for (std::size_t i = 0; i < field.size(); ++i) field[i] -= points[i];
  snapshot.head["field_box"] = {box.x0, box.x1, box.y0, box.y1};
  snapshot.add("field", {signed_of(side), signed_of(side), 2}, std::move(field));

  const Json& objective = experiment.spec().at("objective");
  if (!experiment.measures().has_truth() || objective.value("corruption", "") != "gaussian") {
    co_return;
  }
  const double variance = std::pow(objective.at("level").get<double>(), 2);
  // Central differences, so narrow that the error is far below what an arrow shows.
  const double step = 1e-4 * (box.x1 - box.x0);
  const data::PlaneTruth& truth = experiment.data().plane_truth();
  std::vector<float> score;
  for (std::size_t i = 0; i < points.size(); i += 2) {
    const auto x = static_cast<double>(points[i]), y = static_cast<double>(points[i + 1]);
    for (const bool upwards : {false, true}) {
      const double dx = upwards ? 0 : step, dy = upwards ? step : 0;
      const auto ahead = truth.log_density(x + dx, y + dy),
                 behind = truth.log_density(x - dx, y - dy);
      const double slope = ahead && behind ? (*ahead - *behind) / (2 * step)
                                           : std::numeric_limits<double>::quiet_NaN();
      score.push_back(static_cast<float>(variance * slope));
    }
  }
  snapshot.add("score", {signed_of(side), signed_of(side), 2}, std::move(score));
}

}  // namespace lab::session
