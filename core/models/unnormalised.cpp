#include "core/models/unnormalised.hpp"

#include <cmath>

#include "core/graph/one_of.hpp"

namespace lab::models {

namespace {

Value column(Value x, Extent axis) { return reshape(slice(x, 1, axis, 1), {x.extent(0)}); }

LogDensity gaussian(nn::Parameters& parameters, const data::Box& box) {
  Graph& graph = parameters.graph;
  const double deviation = 0.25 * (box.x1 - box.x0);
  const double precision = 1 / (deviation * deviation);
  const Value lambda =
      parameters.add("gaussian.precision", graph.constant({precision, 0, precision}, {3}));
  const Value tilt = parameters.add("gaussian.tilt", graph.constant(0, {2}));
  const std::vector<double> middle{0.5 * (box.x0 + box.x1), 0.5 * (box.y0 + box.y1)};
  return [=](Value x) {
    const Value d = x - x.graph().constant(middle, {2});
    const Value dx = column(d, 0), dy = column(d, 1);
    const auto entry = [&](Extent i) { return slice(lambda, 0, i, 1); };
    return sum(d * tilt, {1}) -
           0.5 * (entry(0) * dx * dx + 2.0 * entry(1) * dx * dy + entry(2) * dy * dy);
  };
}

LogDensity mixture(nn::Parameters& parameters, const data::Box& box, Extent components) {
  Graph& graph = parameters.graph;
  const double width = box.x1 - box.x0;
  const double deviation = 0.5 * width / std::sqrt(static_cast<double>(components) + 1);
  const Value start =
      random_normal(graph, {components, 2}, parameters.seed, graph.index_constant(0));
  const Value middle = graph.constant({0.5 * (box.x0 + box.x1), 0.5 * (box.y0 + box.y1)}, {2});
  const Value means = parameters.add("mixture.means", middle + start * (0.25 * width));
  const Value precisions = parameters.add("mixture.log_precisions",
                                          graph.constant(-2 * std::log(deviation), {components}));
  const Value heights = parameters.add("mixture.log_heights", graph.constant(0, {components}));
  return [=](Value x) {
    const Value d = reshape(x, {x.extent(0), 1, 2}) - reshape(means, {1, components, 2});
    return log_sum_exp(heights - 0.5 * exp(precisions) * sum(d * d, {2}), {1});
  };
}

LogDensity ring(nn::Parameters& parameters, const data::Box& box) {
  Graph& graph = parameters.graph;
  const double half = 0.5 * (box.x1 - box.x0);
  const Value radius = parameters.add("ring.radius", graph.constant(0.4 * half));
  const Value precision =
      parameters.add("ring.log_precision", graph.constant(-2 * std::log(0.25 * half)));
  return [=](Value x) {
    // The gradient of the norm at the very centre would be 0/0.
    const Value d = sqrt(sum(x * x, {1}) + 1e-12) - radius;
    return -0.5 * exp(precision) * d * d;
  };
}

// Inputs in units of σ, a quarter of the box's width: of about unit size, whatever the data's units
// are.
Value in_units(Value points, const data::Box& box) {
  const Value centre =
      points.graph().constant({0.5 * (box.x0 + box.x1), 0.5 * (box.y0 + box.y1)}, {2});
  return (points - centre) * (4 / (box.x1 - box.x0));
}

std::vector<Extent> widths_of(const nlohmann::json& model, Extent outputs) {
  std::vector<Extent> widths{2};
  for (int i = 0; i < model.at("depth").get<int>(); ++i) widths.push_back(model.at("width"));
  widths.push_back(outputs);
  return widths;
}

LogDensity energy_mlp(nn::Parameters& parameters, const nlohmann::json& model,
                      const data::Box& box) {
  const nn::Mlp mlp(parameters, "energy", widths_of(model, 1), model.at("activation"), false);
  const bool on_gaussian =
      one_of("base measure", model.at("base"), {"gaussian", "none"}) == "gaussian";
  return [=](Value points) {
    const Value d = in_units(points, box);
    const Value f = reshape(mlp(d), {points.extent(0)});
    return on_gaussian ? f - 0.5 * sum(d * d, {1}) : f;
  };
}

}  // namespace

LogDensity make_unnormalised(const nlohmann::json& model, nn::Parameters& parameters,
                             const data::Box& box) {
  const std::string name =
      one_of("unnormalised model", model.at("name"), {"energy-mlp", "gaussian", "mixture", "ring"});
  if (name == "gaussian") return gaussian(parameters, box);
  if (name == "mixture") return mixture(parameters, box, model.at("components"));
  if (name == "ring") return ring(parameters, box);
  return energy_mlp(parameters, model, box);
}

std::vector<LogDensity> make_log_ratios(const nlohmann::json& model, nn::Parameters& parameters,
                                        const data::Box& box, const std::vector<Value>& centres) {
  Graph& graph = parameters.graph;
  const auto count = static_cast<Extent>(centres.size());
  std::vector<LogDensity> ratios;
  const std::string name = one_of("model of ratios", model.at("name"), {"energy-mlp", "gaussian"});
  if (name == "gaussian") {
    const Value all = parameters.add("ratios.quadratic", graph.constant(0, {count, 5}));
    for (Extent k = 0; k < count; ++k) {
      ratios.push_back(
          [own = slice(all, 0, k, 1), centre = centres[static_cast<std::size_t>(k)]](Value x) {
            return reshape(matmul(gaussian_features(x - centre), own, false, true), {x.extent(0)});
          });
    }
    return ratios;
  }
  const nn::Mlp mlp(parameters, "ratios", widths_of(model, count), model.at("activation"), false,
                    0.1);
  for (Extent k = 0; k < count; ++k) {
    ratios.push_back(
        [=](Value x) { return reshape(slice(mlp(in_units(x, box)), 1, k, 1), {x.extent(0)}); });
  }
  return ratios;
}

Value gaussian_features(Value d) {
  const Value dx = slice(d, 1, 0, 1), dy = slice(d, 1, 1, 1);
  return concatenate({-0.5 * dx * dx, -(dx * dy), -0.5 * dy * dy, d}, 1);
}

}  // namespace lab::models
