// Multinomial logistic (softmax) regression: a linear classifier of rows of numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

namespace lab::infer {

// p(k|x) ∝ exp(x·w_k + b_k), w and b with the least mean of −ln p(label|x) + ½ penalty·|w|², found
// by L-BFGS (Nocedal & Wright 2006, algorithm 7.5), an iteration at a time.
class SoftmaxRegression {
 public:
  SoftmaxRegression() = default;
  // Rows x (n, D), n ≥ 1; labels (n), each in 0 … classes − 1.
  SoftmaxRegression(std::vector<float> x, std::vector<std::int32_t> labels, std::size_t classes,
                    double penalty);

  // Another iteration. False where nothing is left to gain, or `most` have been made.
  bool improve(int most = 200);
  // What is to be small, and the largest element of its gradient.
  double objective() const { return objective_; }
  double slope() const;
  // p (n, classes) of rows x (n, D).
  std::vector<double> probabilities(std::span<const float> x) const;
  const std::vector<double>& weights() const { return weights_; }  // (D + 1, classes), b last

 private:
  struct Move {
    std::vector<double> step, change;  // of the weights, and of the gradient
    double inner;                      // their product
  };

  void logits_of(std::span<const float> row, std::span<const double> weights,
                 std::vector<double>& logits) const;
  double value(const std::vector<double>& weights, std::vector<double>& gradient) const;
  std::vector<double> direction() const;

  std::vector<float> x_;
  std::vector<std::int32_t> labels_;
  std::size_t dimensions_ = 0, classes_ = 0;
  double penalty_ = 0, objective_ = 0;
  int made_ = 0;  // iterations
  std::vector<double> weights_, gradient_;
  std::deque<Move> moves_;  // the latest
};

}  // namespace lab::infer
