#include "core/infer/softmax_regression.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>

namespace lab::infer {

namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Block = Eigen::Map<const Matrix>;

constexpr std::size_t remembered = 10;
constexpr double small_gradient = 1e-5;

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double total = 0;
  for (std::size_t i = 0; i < a.size(); ++i) total += a[i] * b[i];
  return total;
}

Eigen::Index index(std::size_t count) { return static_cast<Eigen::Index>(count); }

// In place: scores (n, C) → ln p.
void normalise(Matrix& scores) {
  for (Eigen::Index i = 0; i < scores.rows(); ++i) {
    const double top = scores.row(i).maxCoeff();
    scores.row(i).array() -= top + std::log((scores.row(i).array() - top).exp().sum());
  }
}

}  // namespace

SoftmaxRegression::SoftmaxRegression(std::span<const float> x, std::span<const std::int32_t> labels,
                                     std::size_t classes, double penalty)
    : dimensions_(x.size() / labels.size()),
      classes_(classes),
      penalty_(penalty),
      mean_(dimensions_, 0),
      scale_(dimensions_, 0),
      labels_(labels.begin(), labels.end()),
      weights_((dimensions_ + 1) * classes, 0) {
  const auto count = static_cast<double>(labels.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    mean_[i % dimensions_] += static_cast<double>(x[i]) / count;
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double away = static_cast<double>(x[i]) - mean_[i % dimensions_];
    scale_[i % dimensions_] += away * away / count;
  }
  // A column that never changes says nothing.
  for (double& scale : scale_) scale = scale > 1e-12 ? 1 / std::sqrt(scale) : 0;
  x_.reserve(labels.size() * (dimensions_ + 1));
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::size_t j = i % dimensions_;
    x_.push_back((static_cast<double>(x[i]) - mean_[j]) * scale_[j]);
    if (j + 1 == dimensions_) x_.push_back(1);
  }
  loss_ = evaluate(weights_, gradient_);
}

double SoftmaxRegression::evaluate(const Numbers& weights, Numbers& gradient) const {
  const std::size_t width = dimensions_ + 1;
  const auto count = static_cast<double>(labels_.size());
  const Block x(x_.data(), index(labels_.size()), index(width)),
      w(weights.data(), index(width), index(classes_));
  Matrix scores = x * w;
  normalise(scores);
  double loss = 0;
  for (std::size_t i = 0; i < labels_.size(); ++i) loss -= scores(index(i), labels_[i]) / count;
  // ∂/∂scores = (p − 1 at the label)/n
  scores = scores.array().exp() / count;
  for (std::size_t i = 0; i < labels_.size(); ++i) scores(index(i), labels_[i]) -= 1 / count;
  gradient.resize(weights.size());
  Eigen::Map<Matrix> slope(gradient.data(), index(width), index(classes_));
  slope.noalias() = x.transpose() * scores;
  for (std::size_t i = 0; i < dimensions_ * classes_; ++i) {
    loss += 0.5 * penalty_ * weights[i] * weights[i];
    gradient[i] += penalty_ * weights[i];
  }
  return loss;
}

// Minus the gradient times what is known of the inverse of the curvature, by two loops.
SoftmaxRegression::Numbers SoftmaxRegression::direction() const {
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

bool SoftmaxRegression::improve(int iterations) {
  for (int i = 0; i < iterations && !done_; ++i) {
    if (std::sqrt(dot(gradient_, gradient_)) < small_gradient) {
      done_ = true;
      break;
    }
    const Numbers to = direction();
    const double slope = dot(gradient_, to);
    double length = 1;
    Numbers next(weights_.size()), gradient;
    double loss = 0;
    // Half as far until it pays.
    for (int tries = 0;; ++tries) {
      for (std::size_t k = 0; k < next.size(); ++k) next[k] = weights_[k] + length * to[k];
      loss = evaluate(next, gradient);
      if (loss <= loss_ + 1e-4 * length * slope) break;
      length *= 0.5;
      if (tries == 30) {
        done_ = true;
        return true;
      }
    }
    Pair pair{next, gradient, 0};
    for (std::size_t k = 0; k < next.size(); ++k) {
      pair.step[k] -= weights_[k];
      pair.change[k] -= gradient_[k];
    }
    pair.product = dot(pair.step, pair.change);
    if (pair.product > 1e-14) history_.push_back(std::move(pair));
    if (history_.size() > remembered) history_.pop_front();
    weights_ = std::move(next);
    gradient_ = std::move(gradient);
    loss_ = loss;
  }
  return done_;
}

std::vector<double> SoftmaxRegression::log_probabilities(std::span<const float> x) const {
  const std::size_t rows = x.size() / dimensions_;
  Matrix scores(index(rows), index(classes_));
  const Block w(weights_.data(), index(dimensions_ + 1), index(classes_));
  for (std::size_t row = 0; row < rows; ++row) {
    scores.row(index(row)) = w.row(index(dimensions_));
    for (std::size_t j = 0; j < dimensions_; ++j) {
      const double value = (static_cast<double>(x[row * dimensions_ + j]) - mean_[j]) * scale_[j];
      if (value != 0) scores.row(index(row)) += value * w.row(index(j));
    }
  }
  normalise(scores);
  return {scores.data(), scores.data() + scores.size()};
}

std::vector<std::int32_t> SoftmaxRegression::classify(std::span<const float> x) const {
  const std::vector<double> log_p = log_probabilities(x);
  std::vector<std::int32_t> classes;
  for (std::size_t row = 0; row < log_p.size() / classes_; ++row) {
    const auto start = log_p.begin() + static_cast<std::ptrdiff_t>(row * classes_);
    classes.push_back(static_cast<std::int32_t>(
        std::max_element(start, start + static_cast<std::ptrdiff_t>(classes_)) - start));
  }
  return classes;
}

}  // namespace lab::infer
