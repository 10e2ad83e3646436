#include "core/models/noise.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/graph/one_of.hpp"

namespace lab::models {

namespace {

using namespace distributions;
using Json = nlohmann::json;

// Where a noise lies and how wide it is.
using Place = NoisePlace;

// (x + shift, y).
Value shifted(Graph& graph, double x, double y, Value shift) {
  const Value middle = graph.constant({x, y}, {2});
  return shift ? middle + shift * graph.constant({1, 0}, {2}) : middle;
}

std::unique_ptr<Distribution> fitted_gaussian(Graph& graph, const std::vector<float>& points,
                                              const Place& place) {
  const double count = static_cast<double>(points.size() / 2);
  double x = 0, y = 0, xx = 0, xy = 0, yy = 0;
  for (std::size_t i = 0; i < points.size(); i += 2) {
    x += static_cast<double>(points[i]) / count;
    y += static_cast<double>(points[i + 1]) / count;
  }
  for (std::size_t i = 0; i < points.size(); i += 2) {
    const double dx = static_cast<double>(points[i]) - x,
                 dy = static_cast<double>(points[i + 1]) - y;
    xx += dx * dx / count;
    xy += dx * dy / count;
    yy += dy * dy / count;
  }
  // Points on a line still get a noise that can be evaluated.
  const double least = 1e-6;
  const double a = std::sqrt(std::max(xx, least));
  const double b = xy / a;
  const double c = std::sqrt(std::max(yy - b * b, least));
  return moved(gaussian({0, 0}, {a, 0, b, c}), place.scale, shifted(graph, x, y, place.shift));
}

std::unique_ptr<Distribution> clusters(const std::vector<float>& points, std::size_t count,
                                       Value scale) {
  const std::size_t size = points.size() / 2;
  count = std::min(count, size);
  const auto coordinate = [&](std::size_t i, std::size_t axis) {
    return static_cast<double>(points[2 * i + axis]);
  };
  std::vector<double> means;
  // The farthest point from those chosen, again and again: spread-out starts.
  std::vector<double> nearest(size, std::numeric_limits<double>::max());
  std::size_t next = 0;
  for (std::size_t k = 0; k < count; ++k) {
    means.insert(means.end(), {coordinate(next, 0), coordinate(next, 1)});
    std::size_t farthest = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const double dx = coordinate(i, 0) - means[2 * k], dy = coordinate(i, 1) - means[2 * k + 1];
      nearest[i] = std::min(nearest[i], dx * dx + dy * dy);
      if (nearest[i] > nearest[farthest]) farthest = i;
    }
    next = farthest;
  }
  std::vector<double> weights(count), variances(count);
  for (int round = 0; round < 20; ++round) {
    std::vector<double> sums(2 * count, 0), squares(count, 0), counts(count, 0);
    for (std::size_t i = 0; i < size; ++i) {
      std::size_t home = 0;
      double least = std::numeric_limits<double>::max();
      for (std::size_t k = 0; k < count; ++k) {
        const double dx = coordinate(i, 0) - means[2 * k], dy = coordinate(i, 1) - means[2 * k + 1];
        if (dx * dx + dy * dy < least) {
          least = dx * dx + dy * dy;
          home = k;
        }
      }
      sums[2 * home] += coordinate(i, 0);
      sums[2 * home + 1] += coordinate(i, 1);
      squares[home] += least;
      counts[home] += 1;
    }
    for (std::size_t k = 0; k < count; ++k) {
      const double members = std::max(counts[k], 1.0);
      if (counts[k] > 0) {
        means[2 * k] = sums[2 * k] / members;
        means[2 * k + 1] = sums[2 * k + 1] / members;
      }
      weights[k] = members;
      variances[k] = std::max(squares[k] / members / 2, 1e-4);
    }
  }
  double total = 0;
  for (const double weight : weights) total += weight;
  for (double& weight : weights) weight /= total;
  return mixture(weights, means, variances, scale);
}

// What a noise is made from.
struct Given {
  Graph& graph;
  const Json& objective;
  const std::vector<float>& points;  // (N, 2), the training data
  const data::Box& box;
  const Place& place;
};

struct Maker {
  const char* name;
  std::unique_ptr<Distribution> (*make)(const Given& given);
};

constexpr Maker makers[] = {
    {"gaussian",
     [](const Given& given) { return fitted_gaussian(given.graph, given.points, given.place); }},
    {"standard",
     [](const Given& given) {
       return moved(gaussian({0, 0}, {1, 0, 0, 1}), {},
                    shifted(given.graph, 0, 0, given.place.shift));
     }},
    {"uniform",
     [](const Given& given) {
       const data::Box& box = given.box;
       const double half_x = 0.5 * (box.x1 - box.x0), half_y = 0.5 * (box.y1 - box.y0);
       return moved(uniform({-half_x, -half_y}, {half_x, half_y}), given.place.scale,
                    shifted(given.graph, 0.5 * (box.x0 + box.x1), 0.5 * (box.y0 + box.y1), {}));
     }},
    {"mixture",
     [](const Given& given) {
       return clusters(given.points, given.objective.at("noise_components"), given.place.scale);
     }},
};

}  // namespace

std::unique_ptr<Distribution> make_noise(Graph& graph, const Json& objective,
                                         const std::vector<float>& points, const data::Box& box,
                                         const NoisePlace& place) {
  return row_of("noise", objective.at("noise"), makers)
      .make({graph, objective, points, box, place});
}

const std::vector<keys::Option>& noises() {
  static const std::vector<keys::Option> noises{{"gaussian", {"noise_scale", "noise_shift"}},
                                                {"standard", {"noise_shift"}},
                                                {"uniform", {"noise_scale"}},
                                                {"mixture", {"noise_scale", "noise_components"}}};
  return noises;
}

void add_noise_keys(keys::KeyList& list, const std::vector<std::string>& objectives,
                    const std::vector<std::string>& models) {
  list["objective"]
      .choice("objective.noise", names_of(noises()))
      .when("objective.name", objectives)
      .when("model.name", models);
  const auto own = [](const char* setting, const keys::Row& row) {
    return row.when("objective.noise", heeding(noises(), setting));
  };
  own("noise_scale", list.number("objective.noise_scale", 1, {0.05, 20, 0.25, 4, true}).live());
  own("noise_shift", list.number("objective.noise_shift", 0, {-100, 100, -8, 8}).live());
  own("noise_shift", list.integer("objective.noise_steps", 0, {0, 1000000000, 0, 20000}))
      .unit("steps");
  own("noise_components", list.integer("objective.noise_components", 8, {1, 64, 1, 16}));
}

}  // namespace lab::models
