// Curves smeared by noise: two moons, two spirals, a Swiss roll (the generators of the FFJORD toy
// set). The density is an integral along the curve, taken once as a sum over close nodes.
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>

#include "core/data/cells.hpp"
#include "core/data/random.hpp"
#include "core/data/registry.hpp"
#include "core/distributions/normal_numbers.hpp"

namespace lab::data {

namespace {

constexpr double pi = std::numbers::pi;

struct Point {
  double x, y;
};

struct Curve {
  std::function<Point(double)> at;       // of t in (0, 1)
  std::function<double(double)> weight;  // density of t
  std::size_t nodes;
};

// A point of one of the curves, plus a uniform offset from [0, box]², plus N(0, deviation² I).
class Smeared final : public PlaneTruth {
 public:
  Smeared(std::vector<Curve> curves, std::function<double(double)> quantile, double deviation,
          double box)
      : curves_(std::move(curves)),
        quantile_(std::move(quantile)),
        deviation_(deviation),
        box_(box) {
    for (const Curve& curve : curves_) {
      const auto count = static_cast<double>(curve.nodes);
      for (std::size_t i = 0; i < curve.nodes; ++i) {
        const double t = (static_cast<double>(i) + 0.5) / count;
        const Point point = curve.at(t);
        const double share = curve.weight(t) / (count * static_cast<double>(curves_.size()));
        if (i > 0) {
          const Point& last = nodes_.back().point;
          step_ = std::max(step_, std::hypot(point.x - last.x, point.y - last.y));
        }
        nodes_.push_back({point, std::log(share)});
      }
    }
  }

  std::vector<double> sample(std::size_t count, std::uint64_t seed) const override {
    std::vector<double> points;
    Stream stream(seed, 0);
    for (std::size_t i = 0; i < count; ++i) {
      const Curve& curve = curves_[stream.below(static_cast<std::uint32_t>(curves_.size()))];
      const Point point = curve.at(quantile_(stream.uniform()));
      points.push_back(point.x + sign(curve) * box_ * stream.uniform() +
                       deviation_ * stream.normal());
      points.push_back(point.y + sign(curve) * box_ * stream.uniform() +
                       deviation_ * stream.normal());
    }
    return points;
  }

  std::optional<double> log_density(double x, double y) const override {
    // Nodes that add less than e^−32 of what the nearest does are left out.
    const double nearest = distance(x, y);
    const double reach = std::hypot(nearest + 1.5 * box_, 8 * deviation_) + 1.5 * box_;
    double largest = -std::numeric_limits<double>::infinity(), total = 0;
    walk(x, y, [&](std::size_t i, double distance) {
      if (distance > reach) return reach;
      const auto& [point, log_share] = nodes_[i];
      const double side = box_ > 0 && 2 * i >= nodes_.size() ? -1 : 1;
      const double value =
          log_share + log_kernel(side * (x - point.x)) + log_kernel(side * (y - point.y));
      const double top = std::max(largest, value);
      total = total * std::exp(largest - top) + std::exp(value - top);
      largest = top;
      return reach;
    });
    return largest + std::log(total);
  }

  std::optional<double> entropy() const override { return data::entropy(make_cells(*this)).value; }

  Box bounds() const override {
    double x0 = 1e300, x1 = -1e300, y0 = 1e300, y1 = -1e300;
    for (const auto& [point, share] : nodes_) {
      x0 = std::min(x0, point.x);
      x1 = std::max(x1, point.x);
      y0 = std::min(y0, point.y);
      y1 = std::max(y1, point.y);
    }
    const double half = 0.5 * std::max(x1 - x0, y1 - y0) + box_ + 5 * deviation_;
    const double x = 0.5 * (x0 + x1), y = 0.5 * (y0 + y1);
    return {x - half, x + half, y - half, y + half};
  }

  double finest(const Box& box) const override {
    const double half = 0.5 * (box.x1 - box.x0);
    const double reach = 6 * deviation_ + 1.5 * (box_ + half);
    return distance(box.x0 + half, box.y0 + half) < reach ? deviation_
                                                          : std::numeric_limits<double>::infinity();
  }

 private:
  // The second of two curves with a box is the first one mirrored, box and all.
  double sign(const Curve& curve) const { return box_ > 0 && &curve != &curves_.front() ? -1 : 1; }

  // Calls meet(node, distance) for all nodes that may be nearer than what it returned last. No node
  // is nearer than the one before it by more than the step between them, so that whole stretches of
  // a curve are left out unseen.
  template <class Meet>
  void walk(double x, double y, Meet meet) const {
    const std::size_t each = nodes_.size() / curves_.size();
    for (std::size_t i = 0; i < nodes_.size();) {
      const double distance = std::hypot(x - nodes_[i].point.x, y - nodes_[i].point.y);
      const double ahead = (distance - meet(i, distance)) / step_;
      const std::size_t rest = each - i % each;  // of this curve
      i += std::min(rest, 1 + static_cast<std::size_t>(std::clamp(ahead, 0.0, 1e6)));
    }
  }

  double distance(double x, double y) const {
    // A few nodes first: on the way to the nearest one every node would be nearer than all before.
    double nearest = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < nodes_.size(); i += 50) {
      nearest = std::min(nearest, std::hypot(x - nodes_[i].point.x, y - nodes_[i].point.y));
    }
    walk(x, y, [&](std::size_t, double distance) { return nearest = std::min(nearest, distance); });
    return nearest;
  }

  // ln density of the offset along one axis: a normal, or a uniform and a normal.
  double log_kernel(double d) const {
    if (box_ == 0) return distributions::normal_log_density(d, 0, deviation_);
    const double far = (box_ - d) / deviation_, near = -d / deviation_;
    const double outside = std::max(near, -far);
    // In the far tail the difference cancels; there Mills' ratio is exact enough.
    if (outside > 6) {
      return -0.5 * outside * outside - std::log(outside) - 0.5 * distributions::log_two_pi -
             std::log(box_);
    }
    const double mass =
        distributions::normal_cumulative(-near) - distributions::normal_cumulative(-far);
    return std::log(std::max(mass, 1e-300) / box_);
  }

  struct NodeOnCurve {
    Point point;
    double log_share;
  };
  std::vector<Curve> curves_;
  std::function<double(double)> quantile_;  // of t
  double deviation_, box_;
  std::vector<NodeOnCurve> nodes_;  // as many of every curve
  double step_ = 0;                 // the longest between two of a curve
};

double identity(double u) { return u; }
double one(double) { return 1; }

}  // namespace

std::unique_ptr<PlaneTruth> make_moons(double noise, double scale) {
  const double dx = scale == 2 ? -1 : 0, dy = scale == 2 ? -0.2 : 0;
  const auto nodes = static_cast<std::size_t>(std::clamp(40 / noise, 150.0, 4000.0));
  const Curve upper{[=](double t) {
                      return Point{scale * std::cos(pi * t) + dx, scale * std::sin(pi * t) + dy};
                    },
                    one, nodes};
  const Curve lower{
      [=](double t) {
        return Point{scale * (1 - std::cos(pi * t)) + dx, scale * (0.5 - std::sin(pi * t)) + dy};
      },
      one, nodes};
  return std::make_unique<Smeared>(std::vector{upper, lower}, identity, scale * noise, 0);
}

std::unique_ptr<PlaneTruth> make_spirals() {
  // The angle is 3π√u; the second arm is the first through the origin.
  const auto arm = [](double side) {
    return [side](double t) {
      const double angle = 3 * pi * t;
      return Point{side * -std::cos(angle) * angle / 3, side * std::sin(angle) * angle / 3};
    };
  };
  const auto rising = [](double t) { return 2 * t; };
  return std::make_unique<Smeared>(
      std::vector{Curve{arm(1), rising, 500}, Curve{arm(-1), rising, 500}},
      [](double u) { return std::sqrt(u); }, 0.1, 0.5 / 3);
}

std::unique_ptr<PlaneTruth> make_swiss_roll() {
  const auto roll = [](double t) {
    const double angle = 1.5 * pi * (1 + 2 * t);
    return Point{angle * std::cos(angle) / 5, angle * std::sin(angle) / 5};
  };
  return std::make_unique<Smeared>(std::vector{Curve{roll, one, 400}}, identity, 1.0 / 5, 0);
}

}  // namespace lab::data
