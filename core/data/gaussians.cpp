// Mixtures of Gaussians with any covariance; eight of them on a circle.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/data/cells.hpp"
#include "core/data/random.hpp"
#include "core/data/registry.hpp"

namespace lab::data {

namespace {

class GaussianMixture final : public PlaneTruth {
 public:
  explicit GaussianMixture(const std::vector<std::array<double, 6>>& components) {
    double total = 0;
    for (const auto& row : components) total += row[0];
    for (const auto& [weight, x, y, sx, sy, rho] : components) {
      const double rest = std::sqrt(1 - rho * rho);
      components_.push_back(
          {weight / total, x, y, sx, sy, rho, rest,
           std::log(weight / total) - std::log(2 * std::numbers::pi) - std::log(sx * sy * rest)});
    }
  }

  std::vector<double> sample(std::size_t count, std::uint64_t seed) const override {
    std::vector<double> points;
    Stream stream(seed, 0);
    for (std::size_t i = 0; i < count; ++i) {
      double u = stream.uniform();
      std::size_t k = 0;
      while (k + 1 < components_.size() && u > components_[k].weight) u -= components_[k++].weight;
      const Component& c = components_[k];
      const double a = stream.normal(), b = stream.normal();
      points.push_back(c.x + c.sx * a);
      points.push_back(c.y + c.sy * (c.rho * a + c.rest * b));
    }
    return points;
  }

  std::optional<double> log_density(double x, double y) const override {
    double largest = -std::numeric_limits<double>::infinity(), total = 0;
    for (const Component& c : components_) {
      const double a = (x - c.x) / c.sx, b = ((y - c.y) / c.sy - c.rho * a) / c.rest;
      const double value = c.log_scale - 0.5 * (a * a + b * b);
      const double top = std::max(largest, value);
      total = total * std::exp(largest - top) + std::exp(value - top);
      largest = top;
    }
    return largest + std::log(total);
  }

  std::optional<double> entropy() const override {
    if (components_.size() == 1) return 1 + std::log(2 * std::numbers::pi) - closed_form_part();
    return data::entropy(make_cells(*this)).value;
  }

  Box bounds() const override {
    double x0 = 1e300, x1 = -1e300, y0 = 1e300, y1 = -1e300;
    for (const Component& c : components_) {
      x0 = std::min(x0, c.x - 4 * c.sx);
      x1 = std::max(x1, c.x + 4 * c.sx);
      y0 = std::min(y0, c.y - 4 * c.sy);
      y1 = std::max(y1, c.y + 4 * c.sy);
    }
    const double half = 0.5 * std::max(x1 - x0, y1 - y0);
    const double x = 0.5 * (x0 + x1), y = 0.5 * (y0 + y1);
    return {x - half, x + half, y - half, y + half};
  }

  double finest(const Box& box) const override {
    const double half = 0.5 * (box.x1 - box.x0);
    double deviation = std::numeric_limits<double>::infinity();
    for (const Component& c : components_) {
      const double a = (box.x0 + half - c.x) / c.sx, b = (box.y0 + half - c.y) / c.sy;
      const double away = std::hypot(a, (b - c.rho * a) / c.rest);
      // The least eigenvalue of the covariance, det over the other one.
      const double product = c.sx * c.sy * c.rest, trace = c.sx * c.sx + c.sy * c.sy;
      const double least =
          product / std::sqrt(0.5 * (trace + std::sqrt(trace * trace - 4 * product * product)));
      if (away < 6 + 1.5 * half / least) deviation = std::min(deviation, least);
    }
    return deviation;
  }

 private:
  struct Component {
    double weight, x, y, sx, sy, rho, rest, log_scale;
  };

  // −ln(σx σy √(1−ρ²)) of the only component.
  double closed_form_part() const {
    const Component& c = components_.front();
    return -std::log(c.sx * c.sy * c.rest);
  }

  std::vector<Component> components_;
};

}  // namespace

std::unique_ptr<PlaneTruth> make_mixture(const std::vector<std::array<double, 6>>& components) {
  return std::make_unique<GaussianMixture>(components);
}

// Deviation 0.5 around a circle of radius 4, all divided by 1.414 (Grathwohl et al. 2019).
std::unique_ptr<PlaneTruth> make_eight_gaussians() {
  std::vector<std::array<double, 6>> components;
  for (int k = 0; k < 8; ++k) {
    const double angle = k * std::numbers::pi / 4;
    components.push_back(
        {1, 4 * std::cos(angle) / 1.414, 4 * std::sin(angle) / 1.414, 0.5 / 1.414, 0.5 / 1.414, 0});
  }
  return make_mixture(components);
}

}  // namespace lab::data
