// Densities that are simple in polar coordinates: a ring, and a pinwheel.
#include <cmath>
#include <limits>
#include <numbers>

#include "core/data/cells.hpp"
#include "core/data/random.hpp"
#include "core/data/registry.hpp"
#include "core/distributions/normal_numbers.hpp"

namespace lab::data {

namespace {

using distributions::normal_cumulative, distributions::normal_log_density;

constexpr double pi = std::numbers::pi;

// The direction is uniform, the radius N(μ, σ²) cut off at 0 (Gutmann & Hyvärinen 2012).
class Ring final : public PlaneTruth {
 public:
  Ring(double radius, double width)
      : radius_(radius), width_(width), log_mass_(std::log(normal_cumulative(radius / width))) {}

  std::vector<double> sample(std::size_t count, std::uint64_t seed) const override {
    std::vector<double> points;
    Stream stream(seed, 0);
    while (points.size() < 2 * count) {
      const double radius = radius_ + width_ * stream.normal();
      const double angle = 2 * pi * stream.uniform();
      if (radius <= 0) continue;
      points.push_back(radius * std::cos(angle));
      points.push_back(radius * std::sin(angle));
    }
    return points;
  }

  std::optional<double> log_density(double x, double y) const override {
    const double radius = std::max(std::hypot(x, y), 1e-12);
    return normal_log_density(radius, radius_, width_) - log_mass_ - std::log(2 * pi * radius);
  }

  std::optional<double> entropy() const override {
    // −∫ p(r) ln(p(r)/2πr) dr.
    const int count = 20000;
    const double low = std::max(0.0, radius_ - 9 * width_), high = radius_ + 9 * width_;
    double total = 0;
    for (int i = 0; i < count; ++i) {
      const double r = low + (high - low) * (i + 0.5) / count;
      const double log_p = normal_log_density(r, radius_, width_) - log_mass_;
      total -= std::exp(log_p) * (log_p - std::log(2 * pi * r)) * (high - low) / count;
    }
    return total;
  }

  Box bounds() const override {
    const double half = radius_ + 4.5 * width_;
    return {-half, half, -half, half};
  }

  double finest(const Box& box) const override {
    const double half = 0.5 * (box.x1 - box.x0);
    const double radius = std::hypot(box.x0 + half, box.y0 + half), reach = 1.5 * half;
    double deviation = std::numeric_limits<double>::infinity();
    if (std::abs(radius - radius_) < 6 * width_ + reach) deviation = width_;
    // Where the directions meet the density has a peak 1/r.
    const double centre = 0.2 * std::max(radius - reach, 1e-4 * width_);
    return radius_ < 6 * width_ ? std::min(deviation, centre) : deviation;
  }

 private:
  double radius_, width_, log_mass_;
};

// Five Gaussian blades at distance 1, deviations 0.3 along and 0.1 across, turned by
// 2πk/5 + e^a/4 where a is the place along the blade; all times 2 (Johnson et al. 2016).
class Pinwheel final : public PlaneTruth {
 public:
  std::vector<double> sample(std::size_t count, std::uint64_t seed) const override {
    std::vector<double> points;
    Stream stream(seed, 0);
    for (std::size_t i = 0; i < count; ++i) {
      const double blade = stream.below(blades);
      const double a = 1 + along * stream.normal(), b = across * stream.normal();
      const double angle = turn(blade, a);
      points.push_back(scale * (a * std::cos(angle) + b * std::sin(angle)));
      points.push_back(scale * (b * std::cos(angle) - a * std::sin(angle)));
    }
    return points;
  }

  // Change of variables: the turn depends on a, so every root a of
  // a = r cos(φ + turn(a)) is a place the point may come from; the Jacobian is 1 + b·d turn/da.
  std::optional<double> log_density(double x, double y) const override {
    const double r = std::hypot(x, y) / scale, phi = std::atan2(y, x);
    double total = 0;
    for (int blade = 0; blade < blades; ++blade) {
      const auto miss = [&](double a) { return r * std::cos(phi + turn(blade, a)) - a; };
      const double low = 1 - 7 * along, high = 1 + 7 * along;
      constexpr int intervals = 60;
      double left = low, left_miss = miss(low);
      for (int i = 1; i <= intervals; ++i) {
        const double right = low + (high - low) * i / intervals, right_miss = miss(right);
        if ((left_miss < 0) != (right_miss < 0))
          total += density_at(root(miss, left, right), r, phi, blade);
        left = right;
        left_miss = right_miss;
      }
    }
    const double infinity = std::numeric_limits<double>::infinity();
    return total > 0 ? std::log(total / (blades * scale * scale)) : -infinity;
  }

  std::optional<double> entropy() const override { return data::entropy(make_cells(*this)).value; }

  Box bounds() const override { return {-4.6, 4.6, -4.6, 4.6}; }

 private:
  static constexpr int blades = 5;
  static constexpr double along = 0.3, across = 0.1, rate = 0.25, scale = 2;

  static double turn(double blade, double a) {
    return 2 * pi * blade / blades + rate * std::exp(a);
  }

  template <class Function>
  static double root(Function f, double low, double high) {
    const bool rising = f(low) < 0;
    for (int i = 0; i < 40; ++i) {
      const double middle = 0.5 * (low + high);
      ((f(middle) < 0) == rising ? low : high) = middle;
    }
    return 0.5 * (low + high);
  }

  static double density_at(double a, double r, double phi, int blade) {
    const double b = r * std::sin(phi + turn(blade, a));
    const double jacobian = std::abs(1 + b * rate * std::exp(a));
    return std::exp(normal_log_density(a, 1, along) + normal_log_density(b, 0, across)) /
           std::max(jacobian, 1e-9);
  }
};

}  // namespace

std::unique_ptr<PlaneTruth> make_ring(double radius, double width) {
  return std::make_unique<Ring>(radius, width);
}

std::unique_ptr<PlaneTruth> make_pinwheel() { return std::make_unique<Pinwheel>(); }

}  // namespace lab::data
