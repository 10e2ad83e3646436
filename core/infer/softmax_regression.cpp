#include "core/infer/softmax_regression.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lab::infer {

namespace {

constexpr std::size_t memory = 10;
// Sufficient decrease, as a share of what the slope promises; the least step that is tried.
constexpr double decrease = 1e-4, least_step = 1e-10;
// A slope below which nothing is left to gain.
constexpr double flat = 1e-6;

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

void add(std::vector<double>& to, double factor, const std::vector<double>& what) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += factor * what[i];
}

// Logits into probabilities; returns ln Σ exp.
double normalise(std::vector<double>& logits) {
  const double largest = *std::ranges::max_element(logits);
  double total = 0;
  for (double& each : logits) total += each = std::exp(each - largest);
  for (double& each : logits) each /= total;
  return largest + std::log(total);
}

}  // namespace

SoftmaxRegression::SoftmaxRegression(std::vector<float> x, std::vector<std::int32_t> labels,
                                     std::size_t classes, double penalty)
    : x_(std::move(x)),
      labels_(std::move(labels)),
      dimensions_(x_.size() / labels_.size()),
      classes_(classes),
      penalty_(penalty),
      weights_((dimensions_ + 1) * classes, 0) {
  objective_ = value(weights_, gradient_);
}

void SoftmaxRegression::logits_of(std::span<const float> row, std::span<const double> weights,
                                  std::vector<double>& logits) const {
  const auto biases = weights.subspan(dimensions_ * classes_);
  logits.assign(biases.begin(), biases.end());
  for (std::size_t i = 0; i < dimensions_; ++i) {
    const auto number = static_cast<double>(row[i]);
    if (number == 0) continue;
    for (std::size_t k = 0; k < classes_; ++k) logits[k] += number * weights[i * classes_ + k];
  }
}

double SoftmaxRegression::value(const std::vector<double>& weights,
                                std::vector<double>& gradient) const {
  gradient.assign(weights.size(), 0);
  const std::size_t n = labels_.size();
  const double share = 1 / static_cast<double>(n);
  double total = 0;
  std::vector<double> p;
  for (std::size_t row = 0; row < n; ++row) {
    const std::span<const float> x = std::span(x_).subspan(row * dimensions_, dimensions_);
    logits_of(x, weights, p);
    const auto label = static_cast<std::size_t>(labels_[row]);
    const double of_label = p[label];
    total += share * (normalise(p) - of_label);
    p[label] -= 1;
    for (std::size_t i = 0; i <= dimensions_; ++i) {
      const double number = share * (i < dimensions_ ? static_cast<double>(x[i]) : 1);
      if (number == 0) continue;
      for (std::size_t k = 0; k < classes_; ++k) gradient[i * classes_ + k] += number * p[k];
    }
  }
  for (std::size_t i = 0; i < dimensions_ * classes_; ++i) {
    total += 0.5 * penalty_ * weights[i] * weights[i];
    gradient[i] += penalty_ * weights[i];
  }
  return total;
}

double SoftmaxRegression::slope() const {
  double largest = 0;
  for (const double each : gradient_) largest = std::max(largest, std::abs(each));
  return largest;
}

// Minus the gradient, times what the latest moves say of the inverse of the second derivatives.
std::vector<double> SoftmaxRegression::direction() const {
  std::vector<double> found = gradient_;
  std::vector<double> factors;
  for (auto move = moves_.rbegin(); move != moves_.rend(); ++move) {
    factors.push_back(dot(move->step, found) / move->inner);
    add(found, -factors.back(), move->change);
  }
  if (!moves_.empty()) {
    const Move& last = moves_.back();
    for (double& each : found) each *= last.inner / dot(last.change, last.change);
  }
  for (const Move& move : moves_) {
    add(found, factors.back() - dot(move.change, found) / move.inner, move.step);
    factors.pop_back();
  }
  for (double& each : found) each = -each;
  return found;
}

bool SoftmaxRegression::improve(int most) {
  if (weights_.empty() || made_ >= most || slope() < flat) return false;
  ++made_;
  const std::vector<double> along = direction();
  const double promised = dot(along, gradient_);
  std::vector<double> weights, gradient;
  for (double step = 1; step > least_step; step /= 2) {
    weights = weights_;
    add(weights, step, along);
    const double reached = value(weights, gradient);
    if (!(reached <= objective_ + decrease * step * promised)) continue;
    Move move{along, gradient, 0};
    for (double& each : move.step) each *= step;
    add(move.change, -1, gradient_);
    move.inner = dot(move.step, move.change);
    if (move.inner > 0) moves_.push_back(std::move(move));
    if (moves_.size() > memory) moves_.pop_front();
    weights_ = std::move(weights);
    gradient_ = std::move(gradient);
    objective_ = reached;
    return true;
  }
  return false;
}

std::vector<double> SoftmaxRegression::probabilities(std::span<const float> x) const {
  std::vector<double> all, p;
  for (std::size_t start = 0; start + dimensions_ <= x.size(); start += dimensions_) {
    logits_of(x.subspan(start, dimensions_), weights_, p);
    (void)normalise(p);
    all.insert(all.end(), p.begin(), p.end());
  }
  return all;
}

}  // namespace lab::infer
