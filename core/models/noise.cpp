#include "core/models/noise.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/data/ica.hpp"
#include "core/graph/one_of.hpp"
#include "core/infer/ica.hpp"
#include "core/infer/inverse.hpp"
#include "core/keys/unfit.hpp"

namespace lab::models {

namespace {

using namespace distributions;
using Json = nlohmann::json;

// A covariance of more is more numbers than it can be known from.
constexpr std::size_t most_correlated = 256;

// Sources that a first estimate is made of, and data that it is made from, at most.
constexpr std::size_t most_sources = 16, most_estimated = 8000;
constexpr std::uint32_t first_estimate_stream = 108;

// Where a noise lies and how wide it is.
using Place = NoisePlace;

// The middle (D), moved along the first axis.
Value shifted(Graph& graph, std::vector<double> middle, Value shift) {
  const auto size = static_cast<Extent>(middle.size());
  std::vector<double> first(middle.size(), 0);
  first.front() = 1;
  const Value place = graph.constant(std::move(middle), {size});
  return shift ? place + shift * graph.constant(std::move(first), {size}) : place;
}

std::unique_ptr<Distribution> fitted_gaussian(Graph& graph, const std::vector<float>& points,
                                              std::size_t size, const Place& place) {
  if (size > most_correlated) {
    throw keys::Unfit("objective.noise",
                      "'objective.noise' is \"gaussian\", whose covariance is found of at most " +
                          std::to_string(most_correlated) + " numbers a datum; these data have " +
                          std::to_string(size) + ". Choose standard, uniform or mixture.");
  }
  const double count = static_cast<double>(points.size() / size);
  std::vector<double> mean(size, 0), lower(size * size, 0), away(size);
  for (std::size_t i = 0; i < points.size(); ++i) {
    mean[i % size] += static_cast<double>(points[i]) / count;
  }
  for (std::size_t start = 0; start < points.size(); start += size) {
    for (std::size_t j = 0; j < size; ++j) {
      away[j] = static_cast<double>(points[start + j]) - mean[j];
      for (std::size_t k = 0; k <= j; ++k) lower[j * size + k] += away[k] * away[j] / count;
    }
  }
  // Cholesky's factor, in place. Points on a line still get a noise that can be evaluated.
  const double least = 1e-6;
  for (std::size_t j = 0; j < size; ++j) {
    for (std::size_t k = 0; k <= j; ++k) {
      double rest = lower[j * size + k];
      for (std::size_t i = 0; i < k; ++i) rest -= lower[j * size + i] * lower[k * size + i];
      lower[j * size + k] = k < j ? rest / lower[k * size + k] : std::sqrt(std::max(rest, least));
    }
  }
  return moved(gaussian(std::vector<double>(size, 0), std::move(lower)), place.scale,
               shifted(graph, std::move(mean), place.shift));
}

std::unique_ptr<Distribution> estimated_sources(const std::vector<float>& points,
                                                std::size_t size) {
  if (size > most_sources) {
    throw keys::Unfit(
        "objective.noise",
        "'objective.noise' is \"laplacian\", whose sources are estimated of at most " +
            std::to_string(most_sources) + " numbers a datum; these data have " +
            std::to_string(size) + ". Choose gaussian.");
  }
  infer::IcaSample sample;
  sample.dimensions = size;
  const std::size_t kept = std::min(points.size(), most_estimated * size);
  sample.x.assign(points.begin(), points.begin() + static_cast<std::ptrdiff_t>(kept));
  data::Stream stream(1, first_estimate_stream);
  infer::add_gaussian_noise(sample, sample.count(), stream);
  const infer::IcaEstimate first = infer::estimate_ica(infer::IcaObjective::nce, sample, stream, 2);
  const data::Mixing mixing = data::mixing_of(infer::inverse(first.unmixing));
  return mixed_laplacian(mixing.matrix, mixing.inverse, mixing.log_det);
}

std::unique_ptr<Distribution> clusters(const std::vector<float>& points, std::size_t dimensions,
                                       std::size_t count, Value scale) {
  const std::size_t size = points.size() / dimensions;
  count = std::min(count, size);
  const auto coordinate = [&](std::size_t i, std::size_t axis) {
    return static_cast<double>(points[dimensions * i + axis]);
  };
  std::vector<double> means;
  const auto distance = [&](std::size_t i, std::size_t k) {
    double total = 0;
    for (std::size_t axis = 0; axis < dimensions; ++axis) {
      const double away = coordinate(i, axis) - means[dimensions * k + axis];
      total += away * away;
    }
    return total;
  };
  // The farthest point from those chosen, again and again: spread-out starts.
  std::vector<double> nearest(size, std::numeric_limits<double>::max());
  std::size_t next = 0;
  for (std::size_t k = 0; k < count; ++k) {
    for (std::size_t axis = 0; axis < dimensions; ++axis) means.push_back(coordinate(next, axis));
    std::size_t farthest = 0;
    for (std::size_t i = 0; i < size; ++i) {
      nearest[i] = std::min(nearest[i], distance(i, k));
      if (nearest[i] > nearest[farthest]) farthest = i;
    }
    next = farthest;
  }
  std::vector<double> weights(count), variances(count);
  for (int round = 0; round < 20; ++round) {
    std::vector<double> sums(dimensions * count, 0), squares(count, 0), counts(count, 0);
    for (std::size_t i = 0; i < size; ++i) {
      std::size_t home = 0;
      double least = std::numeric_limits<double>::max();
      for (std::size_t k = 0; k < count; ++k) {
        const double away = distance(i, k);
        if (away < least) {
          least = away;
          home = k;
        }
      }
      for (std::size_t axis = 0; axis < dimensions; ++axis) {
        sums[dimensions * home + axis] += coordinate(i, axis);
      }
      squares[home] += least;
      counts[home] += 1;
    }
    for (std::size_t k = 0; k < count; ++k) {
      const double members = std::max(counts[k], 1.0);
      for (std::size_t axis = 0; axis < dimensions && counts[k] > 0; ++axis) {
        means[dimensions * k + axis] = sums[dimensions * k + axis] / members;
      }
      weights[k] = members;
      variances[k] = std::max(squares[k] / members / static_cast<double>(dimensions), 1e-4);
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
  const std::vector<float>& points;  // (N, D), the training data
  std::size_t dimensions;
  const data::Box* box;  // of data of the plane
  const Place& place;
};

struct Maker {
  const char* name;
  std::unique_ptr<Distribution> (*make)(const Given& given);
};

constexpr Maker makers[] = {
    {"gaussian",
     [](const Given& given) {
       return fitted_gaussian(given.graph, given.points, given.dimensions, given.place);
     }},
    {"standard",
     [](const Given& given) {
       const std::size_t size = given.dimensions;
       std::vector<double> identity(size * size, 0);
       for (std::size_t j = 0; j < size; ++j) identity[j * (size + 1)] = 1;
       const std::vector<double> zero(size, 0);
       return moved(gaussian(zero, std::move(identity)), {},
                    shifted(given.graph, zero, given.place.shift));
     }},
    {"uniform",
     [](const Given& given) {
       const std::size_t size = given.dimensions;
       std::vector<double> low(size, 1e30), high(size, -1e30), middle(size);
       if (given.box) {
         low = {given.box->x0, given.box->y0};
         high = {given.box->x1, given.box->y1};
       } else {
         for (std::size_t i = 0; i < given.points.size(); ++i) {
           const auto value = static_cast<double>(given.points[i]);
           low[i % size] = std::min(low[i % size], value);
           high[i % size] = std::max(high[i % size], value);
         }
       }
       for (std::size_t j = 0; j < size; ++j) {
         const double half = std::max(0.5 * (high[j] - low[j]), 1e-3);
         middle[j] = 0.5 * (low[j] + high[j]);
         low[j] = -half;
         high[j] = half;
       }
       return moved(uniform(std::move(low), std::move(high)), given.place.scale,
                    shifted(given.graph, std::move(middle), {}));
     }},
    {"mixture",
     [](const Given& given) {
       return clusters(given.points, given.dimensions, given.objective.at("noise_components"),
                       given.place.scale);
     }},
    {"laplacian",
     [](const Given& given) { return estimated_sources(given.points, given.dimensions); }},
};

}  // namespace

std::unique_ptr<Distribution> make_noise(Graph& graph, const Json& objective,
                                         const std::vector<float>& points, std::size_t dimensions,
                                         const data::Box* box, const NoisePlace& place) {
  return row_of("noise", objective.at("noise"), makers)
      .make({graph, objective, points, dimensions, box, place});
}

const std::vector<keys::Option>& noises() {
  static const std::vector<keys::Option> noises{{"gaussian", {"noise_scale", "noise_shift"}},
                                                {"standard", {"noise_shift"}},
                                                {"uniform", {"noise_scale"}},
                                                {"mixture", {"noise_scale", "noise_components"}},
                                                {"laplacian", {}}};
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
