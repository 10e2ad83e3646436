// Multinomial logistic regression: the linear classifier that features are judged by.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/infer/lbfgs.hpp"

namespace lab::infer {

// Fitted in parts, so that nobody waits for it: by L-BFGS (core/infer/lbfgs.hpp) on
//   −(1/n) Σ ln p(label|x) + penalty/2 |W|²,
// the columns of x first brought to mean 0 and deviation 1; biases bear no penalty.
class SoftmaxRegression {
 public:
  // Rows x (n, d), n ≥ 1, with labels (n) from 0 to classes − 1.
  SoftmaxRegression(std::span<const float> x, std::span<const std::int32_t> labels,
                    std::size_t classes, double penalty = 1e-3);

  // At most so many more iterations; whether there is nothing left to gain.
  bool improve(int iterations);
  bool done() const { return descent_.done(); }
  double loss() const { return descent_.value(); }

  // ln p of each class for rows x (m, d): (m, classes).
  std::vector<double> log_probabilities(std::span<const float> x) const;
  // The likeliest class of each.
  std::vector<std::int32_t> classify(std::span<const float> x) const;

 private:
  using Numbers = std::vector<double>;
  double evaluate(const Numbers& weights, Numbers& gradient) const;

  std::size_t dimensions_, classes_;
  double penalty_;
  Numbers mean_, scale_;              // (d)
  Numbers x_;                         // (n, d + 1), standardised, the last column 1
  std::vector<std::int32_t> labels_;  // (n)
  Lbfgs descent_;                     // of weights (d + 1, classes), row-major
};

}  // namespace lab::infer
