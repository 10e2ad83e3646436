#include "core/session/probes/flow.hpp"

#include <algorithm>
#include <functional>

namespace lab::session {

namespace {

constexpr std::size_t grid_lines = 13, grid_points = 61;  // each way
constexpr std::size_t warped_data = 600, warped_samples = 400;
constexpr std::size_t bins = 64, most_marginals = 16, most_marginal_numbers = 250000;

// How far the axes of z are drawn: nearly all of the prior.
double reach_of(const Experiment& experiment) { return has_logistic_prior(experiment) ? 7 : 4; }

// Lines along x, then along y, over a box: (2·grid_lines, grid_points, 2).
std::vector<float> grid_of(const data::Box& box) {
  std::vector<float> points;
  const auto at = [](double low, double high, std::size_t i, std::size_t count) {
    return static_cast<float>(low + (high - low) * static_cast<double>(i) /
                                        static_cast<double>(count - 1));
  };
  for (const bool along_x : {true, false}) {
    for (std::size_t line = 0; line < grid_lines; ++line) {
      for (std::size_t point = 0; point < grid_points; ++point) {
        const std::size_t x = along_x ? point : line, y = along_x ? line : point;
        points.push_back(at(box.x0, box.x1, x, along_x ? grid_points : grid_lines));
        points.push_back(at(box.y0, box.y1, y, along_x ? grid_lines : grid_points));
      }
    }
  }
  return points;
}

// Points (count, 2) through all stages, as `name`.
Task<> add_path(Message& snapshot, Experiment& experiment, const char* name, const char* ability,
                const std::vector<float>& points) {
  Arrays path = co_await experiment.call(ability, given("points", points));
  snapshot.add(name, {path.at("values").shape[0], signed_of(points.size() / 2), 2},
               path.take("values"));
}

// A grid's lines, and their ln |det|.
Task<> add_grid(Message& snapshot, Experiment& experiment, const char* name, const char* ability,
                const std::vector<float>& points) {
  Arrays path = co_await experiment.call(ability, given("points", points));
  const std::int64_t stages = path.at("values").shape[0], lines = 2 * signed_of(grid_lines),
                     each = signed_of(grid_points);
  snapshot.add(name, {stages, lines, each, 2}, path.take("values"));
  snapshot.add(std::string(name) + "_log_det", {stages, lines, each}, path.take("log_det"));
}

}  // namespace

bool has_logistic_prior(const Experiment& experiment) {
  return experiment.spec().at("model").at("prior") == "logistic";
}

void require_flow_of_pictures(const Experiment& experiment) {
  if (!experiment.can("forward")) {
    throw std::runtime_error("This model is no invertible map: choose NICE for that.");
  }
  if (experiment.data().plane()) {
    throw std::runtime_error("This needs pictures, not points of the plane.");
  }
}

Task<> WarpProbe::add(Message& snapshot, Experiment& experiment, const std::set<std::string>&,
                      bool) {
  const data::Dataset& data = experiment.data();
  const double reach = reach_of(experiment);
  co_await add_grid(snapshot, experiment, "flow_grid", "path_forward", grid_of(data.bounds));
  co_await add_grid(snapshot, experiment, "flow_back", "path_inverse",
                    grid_of({-reach, reach, -reach, reach}));
  co_await add_path(snapshot, experiment, "flow_data", "path_forward",
                    data.evaluated(data.test, warped_data));
  std::vector<float> samples = co_await experiment.sample(warped_samples, 0);
  co_await add_path(snapshot, experiment, "flow_samples", "path_forward", samples);
}

Task<> SpectrumProbe::add(Message& snapshot, Experiment& experiment, const std::set<std::string>&,
                          bool) {
  Call how;
  how.outputs = {"scales"};
  Arrays found = co_await experiment.call("scales", {}, how);
  std::vector<float> scales = found.take("scales");
  std::sort(scales.begin(), scales.end(), std::greater<>());
  const std::int64_t count = signed_of(scales.size());
  snapshot.add("spectrum", {count}, std::move(scales));
}

Task<> MarginalsProbe::add(Message& snapshot, Experiment& experiment, const std::set<std::string>&,
                           bool) {
  const data::Dataset& data = experiment.data();
  const std::size_t size = data.dimensions(), shown = std::min(size, most_marginals);
  if (inputs_.empty()) {
    inputs_ = data.evaluated(data.test, std::max<std::size_t>(1, most_marginal_numbers / size));
  }
  Call how;
  how.outputs = {"z"};
  const Arrays latents = co_await experiment.call("forward", given("x", inputs_), how);
  const std::vector<float>& z = latents.values("z");
  const double high = reach_of(experiment), low = -high;
  const double width = (high - low) / static_cast<double>(bins);
  std::vector<float> densities((1 + shown) * bins, 0);
  const double count = static_cast<double>(z.size() / size);
  const auto each = static_cast<float>(1 / (count * width)),
             pooled = static_cast<float>(1 / (static_cast<double>(z.size()) * width));
  for (std::size_t i = 0; i < z.size(); ++i) {
    const double place = (static_cast<double>(z[i]) - low) / width;
    if (!(place >= 0 && place < static_cast<double>(bins))) continue;
    const auto bin = static_cast<std::size_t>(place);
    densities[bin] += pooled;
    const std::size_t dimension = i % size;
    if (dimension < shown) densities[(1 + dimension) * bins + bin] += each;
  }
  snapshot.add("marginals", {signed_of(1 + shown), signed_of(bins)}, std::move(densities));
  snapshot.head["marginal_range"] = {low, high};
}

}  // namespace lab::session
