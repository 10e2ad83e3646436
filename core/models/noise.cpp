#include "core/models/noise.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/data/grid.hpp"
#include "core/graph/one_of.hpp"

namespace lab::models {

namespace {

using namespace distributions;
using Json = nlohmann::json;

std::unique_ptr<Distribution> fitted_gaussian(const std::vector<float>& points, double scale,
                                              double shift) {
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
  return gaussian({x + shift, y}, {scale * a, 0, scale * b, scale * c});
}

std::unique_ptr<Distribution> clusters(const std::vector<float>& points, std::size_t count,
                                       double scale) {
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
      variances[k] = scale * scale * std::max(squares[k] / members / 2, 1e-4);
    }
  }
  double total = 0;
  for (const double weight : weights) total += weight;
  for (double& weight : weights) weight /= total;
  return mixture(weights, means, variances);
}

}  // namespace

std::unique_ptr<Distribution> make_noise(const Json& objective, const std::vector<float>& points,
                                         const data::Box& box) {
  const std::string name =
      one_of("noise", objective.at("noise"), {"gaussian", "standard", "uniform", "mixture"});
  const double scale = objective.value("noise_scale", 1.0);
  const double shift = objective.value("noise_shift", 0.0);
  if (name == "gaussian") return fitted_gaussian(points, scale, shift);
  if (name == "standard") return gaussian({shift, 0}, {1, 0, 0, 1});
  if (name == "mixture") {
    return clusters(points, objective.at("noise_components"), scale);
  }
  const data::Box wide = data::widened(box, scale);
  return uniform({wide.x0, wide.y0}, {wide.x1, wide.y1});
}

}  // namespace lab::models
