#include "core/infer/softmax_regression.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>

namespace lab::infer {

namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Block = Eigen::Map<const Matrix>;

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
      labels_(labels.begin(), labels.end()) {
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
  descent_ = Lbfgs(
      Numbers((dimensions_ + 1) * classes, 0),
      [this](const Numbers& weights, Numbers& gradient) { return evaluate(weights, gradient); });
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

bool SoftmaxRegression::improve(int iterations) {
  return descent_.improve(
      [this](const Numbers& weights, Numbers& gradient) { return evaluate(weights, gradient); },
      iterations);
}

std::vector<double> SoftmaxRegression::log_probabilities(std::span<const float> x) const {
  const std::size_t rows = x.size() / dimensions_;
  Matrix scores(index(rows), index(classes_));
  const Block w(descent_.x().data(), index(dimensions_ + 1), index(classes_));
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
