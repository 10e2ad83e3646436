// What codes are good for: whether data of a class can be told from others by them alone.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/infer/softmax_regression.hpp"
#include "core/session/experiment.hpp"

namespace lab::session {

// Whether the model has codes of data.
bool has_features(const Experiment& experiment);
// They of rows x (n, D): z, the mean of q(z|x), or all encodings of a quantiser; (n, F).
Task<std::vector<float>> features(Experiment& experiment, std::span<const float> x);

// Rows that classifiers learn from and are tested on, with what they are.
struct Labelled {
  std::vector<float> train, test;  // (n, F), (m, F)
  std::vector<std::int32_t> train_labels, test_labels;
  std::size_t classes = 0;
};

// How well features tell classes apart, on test data of Labelled: by softmax regression
// (core/infer/softmax_regression.hpp), by the five nearest training data, and by k-means that knows
// of no labels, as many clusters as classes.
struct Judged {
  double linear = 0, nearest = 0;          // shares that are right
  double purity = 0, information = 0;      // core/infer/clusters.hpp
  std::size_t tested = 0, dimensions = 0;  // m, F

  // The standard error of a share.
  double error_of(double share) const;
};

// Judges in parts, so that nobody waits for it.
class Judge {
 public:
  explicit Judge(Labelled data);
  // About so many million products more; whether all is known.
  bool go_on(double millions);
  bool done() const { return stage_ == Stage::done; }
  const Judged& found() const { return found_; }

 private:
  enum class Stage { linear, nearest, clusters, done };

  Labelled data_;
  infer::SoftmaxRegression regression_;
  Judged found_;
  Stage stage_ = Stage::linear;
  int iterations_ = 0;
  std::size_t next_ = 0;  // test datum whose neighbours come next
  std::size_t right_ = 0;
};

}  // namespace lab::session
