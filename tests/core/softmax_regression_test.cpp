// Softmax regression against closed forms, its gradient by differences, and what it tells apart.
#include "core/infer/softmax_regression.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/data/random.hpp"

namespace lab::infer {
namespace {

void finish(SoftmaxRegression& regression) {
  while (regression.improve(1000)) {
  }
}

// Without anything to tell by, probabilities are the shares of the classes.
TEST(SoftmaxRegression, LearnsSharesByItsBiases) {
  SoftmaxRegression regression(std::vector<float>(10, 0.f), {0, 0, 0, 0, 0, 1, 1, 1, 2, 2}, 3, 0.1);
  finish(regression);
  const std::vector<double> p = regression.probabilities(std::vector<float>{0.f});
  EXPECT_NEAR(p[0], 0.5, 1e-5);
  EXPECT_NEAR(p[1], 0.3, 1e-5);
  EXPECT_NEAR(p[2], 0.2, 1e-5);
  const double entropy = -(0.5 * std::log(0.5) + 0.3 * std::log(0.3) + 0.2 * std::log(0.2));
  EXPECT_NEAR(regression.objective(), entropy, 1e-9);
}

// Of two classes with one bit to tell by and no penalty, the log odds are those of the counts.
TEST(SoftmaxRegression, LearnsLogOdds) {
  std::vector<float> x;
  std::vector<std::int32_t> labels;
  const auto add = [&](float bit, std::int32_t label, int count) {
    for (int i = 0; i < count; ++i) x.push_back(bit), labels.push_back(label);
  };
  add(0, 0, 6), add(0, 1, 2), add(1, 0, 1), add(1, 1, 4);
  SoftmaxRegression regression(x, labels, 2, 0);
  finish(regression);
  EXPECT_NEAR(regression.probabilities(std::vector<float>{0.f})[0], 0.75, 1e-4);
  EXPECT_NEAR(regression.probabilities(std::vector<float>{1.f})[0], 0.2, 1e-4);
}

// Gaussians of one covariance I, as often each: p(k|x) ∝ exp(m_k·x − |m_k|²/2).
TEST(SoftmaxRegression, FindsTheClassesOfGaussians) {
  constexpr int count = 20000;
  constexpr double means[3][2] = {{1, 0}, {-0.5, 0.8}, {-0.5, -0.8}};
  data::Stream stream(3, 1);
  std::vector<float> x;
  std::vector<std::int32_t> labels;
  for (int i = 0; i < count; ++i) {
    labels.push_back(i % 3);
    for (const double mean : means[i % 3]) x.push_back(static_cast<float>(mean + stream.normal()));
  }
  SoftmaxRegression regression(x, labels, 3, 0);
  double before = regression.objective();
  EXPECT_NEAR(before, std::log(3), 1e-9);
  while (regression.improve(1000)) {
    EXPECT_LT(regression.objective(), before);
    before = regression.objective();
  }
  EXPECT_LT(regression.slope(), 1e-5);
  const std::vector<float> points{0.f, 0.f, 1.f, 0.5f, -2.f, 1.f};
  const std::vector<double> p = regression.probabilities(points);
  for (std::size_t i = 0; i < 3; ++i) {
    double total = 0, expected[3];
    for (std::size_t k = 0; k < 3; ++k) {
      expected[k] = std::exp(means[k][0] * static_cast<double>(points[2 * i]) +
                             means[k][1] * static_cast<double>(points[2 * i + 1]) -
                             0.5 * (means[k][0] * means[k][0] + means[k][1] * means[k][1]));
      total += expected[k];
    }
    for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(p[3 * i + k], expected[k] / total, 0.03);
  }
}

// Where classes can be told apart without a doubt the penalty keeps the weights finite, and at the
// minimum what each weight pulls is balanced by it.
TEST(SoftmaxRegression, ThePenaltyHoldsTheWeights) {
  const std::vector<float> x{-1, -2, 1, 2};
  const double penalty = 0.1;
  SoftmaxRegression regression(x, {0, 0, 1, 1}, 2, penalty);
  finish(regression);
  const double w = regression.weights()[0];
  EXPECT_NEAR(regression.weights()[1], -w, 1e-6);
  double pull = 0;
  const std::vector<double> p = regression.probabilities(x);
  for (std::size_t i = 0; i < 4; ++i) {
    pull += (p[2 * i] - (i < 2 ? 1 : 0)) * static_cast<double>(x[i]) / 4;
  }
  EXPECT_NEAR(pull + penalty * w, 0, 1e-5);
}

}  // namespace
}  // namespace lab::infer
