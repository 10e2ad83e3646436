// A checkerboard, and points drawn by hand.
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/data/random.hpp"
#include "core/data/registry.hpp"

namespace lab::data {

namespace {

// Eight of the sixteen squares of side 2 in [−4, 4]², uniformly.
class Checkerboard final : public PlaneTruth {
 public:
  std::vector<double> sample(std::size_t count, std::uint64_t seed) const override {
    std::vector<double> points;
    Stream stream(seed, 0);
    for (std::size_t i = 0; i < count; ++i) {
      const double x = stream.uniform(-2, 2);
      const double y = stream.uniform() - 2 * stream.below(2);
      points.push_back(2 * x);
      points.push_back(2 * (y + (odd(x) ? 1 : 0)));
    }
    return points;
  }

  std::optional<double> log_density(double x, double y) const override {
    const double infinity = std::numeric_limits<double>::infinity();
    if (!(std::abs(x) <= 4 && std::abs(y) <= 4)) return -infinity;
    return odd(x / 2) == odd(y / 2) ? -std::log(32.0) : -infinity;
  }

  std::optional<double> entropy() const override { return std::log(32.0); }

  Box bounds() const override { return {-4.8, 4.8, -4.8, 4.8}; }
  Box integration_box() const override { return {-8, 8, -8, 8}; }

 private:
  static bool odd(double x) { return std::fmod(std::floor(x) + 8, 2) == 1; }
};

// Draws are the points themselves, again and again.
class Points final : public PlaneTruth {
 public:
  explicit Points(std::vector<double> points) : points_(std::move(points)) {}

  std::vector<double> sample(std::size_t count, std::uint64_t seed) const override {
    std::vector<double> points;
    Stream stream(seed, 0);
    const auto have = static_cast<std::uint32_t>(points_.size() / 2);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t at = have > 0 ? 2 * stream.below(have) : 0;
      points.push_back(have > 0 ? points_[at] : 0);
      points.push_back(have > 0 ? points_[at + 1] : 0);
    }
    return points;
  }

  std::optional<double> log_density(double, double) const override { return std::nullopt; }
  std::optional<double> entropy() const override { return std::nullopt; }

  Box bounds() const override {
    double half = 4;
    for (const double coordinate : points_) half = std::max(half, 1.2 * std::abs(coordinate));
    return {-half, half, -half, half};
  }

 private:
  std::vector<double> points_;
};

}  // namespace

std::unique_ptr<PlaneTruth> make_checkerboard() { return std::make_unique<Checkerboard>(); }

std::unique_ptr<PlaneTruth> make_points(std::vector<double> points) {
  return std::make_unique<Points>(std::move(points));
}

}  // namespace lab::data
