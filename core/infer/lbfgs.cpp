#include "core/infer/lbfgs.hpp"

#include <cmath>
#include <utility>

namespace lab::infer {

namespace {

constexpr std::size_t remembered = 10;
constexpr double small_gradient = 1e-5;

double dot(const Lbfgs::Numbers& a, const Lbfgs::Numbers& b) {
  double total = 0;
  for (std::size_t i = 0; i < a.size(); ++i) total += a[i] * b[i];
  return total;
}

}  // namespace

Lbfgs::Lbfgs(Numbers start, const Function& function) : x_(std::move(start)) {
  gradient_.resize(x_.size());
  value_ = function(x_, gradient_);
}

// Minus the gradient times what is known of the inverse of the curvature, by two loops.
Lbfgs::Numbers Lbfgs::direction() const {
  Numbers to = gradient_;
  std::vector<double> shares(history_.size());
  const auto add = [&to](const Numbers& what, double times) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] += times * what[i];
  };
  for (std::size_t k = history_.size(); k-- > 0;) {
    shares[k] = dot(history_[k].step, to) / history_[k].product;
    add(history_[k].change, -shares[k]);
  }
  if (!history_.empty()) {
    const Pair& last = history_.back();
    const double size = last.product / dot(last.change, last.change);
    for (double& value : to) value *= size;
  }
  for (std::size_t k = 0; k < history_.size(); ++k) {
    add(history_[k].step, shares[k] - dot(history_[k].change, to) / history_[k].product);
  }
  for (double& value : to) value = -value;
  return to;
}

bool Lbfgs::improve(const Function& function, int iterations) {
  for (int i = 0; i < iterations && !done_; ++i) {
    if (std::sqrt(dot(gradient_, gradient_)) < small_gradient) {
      done_ = true;
      break;
    }
    const Numbers to = direction();
    const double slope = dot(gradient_, to);
    double length = 1;
    Numbers next(x_.size()), gradient(x_.size());
    double value = 0;
    // Half as far until it pays.
    for (int tries = 0;; ++tries) {
      for (std::size_t k = 0; k < next.size(); ++k) next[k] = x_[k] + length * to[k];
      value = function(next, gradient);
      if (value <= value_ + 1e-4 * length * slope) break;
      length *= 0.5;
      if (tries == 30) {
        done_ = true;
        return true;
      }
    }
    // Farther while it goes down ever more steeply: what bends downwards says nothing of how far to
    // go, and would leave all steps as short as this one.
    Numbers farther(x_.size()), steeper(x_.size());
    for (int tries = 0; tries < 30 && dot(gradient, to) < slope; ++tries) {
      for (std::size_t k = 0; k < farther.size(); ++k) farther[k] = x_[k] + 2 * length * to[k];
      const double there = function(farther, steeper);
      if (!(there <= value_ + 2e-4 * length * slope) || !(there < value)) break;
      length *= 2;
      value = there;
      next.swap(farther);
      gradient.swap(steeper);
    }
    Pair pair{next, gradient, 0};
    for (std::size_t k = 0; k < next.size(); ++k) {
      pair.step[k] -= x_[k];
      pair.change[k] -= gradient_[k];
    }
    pair.product = dot(pair.step, pair.change);
    if (pair.product > 1e-14) history_.push_back(std::move(pair));
    if (history_.size() > remembered) history_.pop_front();
    x_ = std::move(next);
    gradient_ = std::move(gradient);
    value_ = value;
  }
  return done_;
}

void Lbfgs::restart() {
  history_.clear();
  done_ = false;
}

}  // namespace lab::infer
