// What a model draws: samples (n, 2) of the plane, drawn (k, D) of pictures, as intensities; the
// sampler's chains, samples (chains, D), after another move, head acceptance; noise (m, D) of the
// latest minibatch. Of pictures that are drawn of a class: drawn_classes (k), and drawn_confidence
// (k), how likely a classifier that was trained on the data thinks them of it (VQ-VAE-2, Razavi et
// al. 2019, section 3.3, keeps those of which it is sure); head classifier {accuracy, accuracy_se:
// of test data}.
#pragma once

#include <optional>

#include "core/infer/softmax_regression.hpp"
#include "core/session/drawing.hpp"
#include "core/session/probes/probe.hpp"

namespace lab::session {

class DrawsProbe : public Probe {
 public:
  explicit DrawsProbe(Choices& choices) : choices_(choices) {}
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;

 private:
  Choices& choices_;
};

// The same of a model that draws number after number: some with each snapshot, so that nobody waits
// for them. Those that are whole are shown; while training goes on, all of one round together.
// Where they are of classes, a classifier is trained beside, some iterations at a time.
class GrowingDrawsProbe : public Probe {
 public:
  explicit GrowingDrawsProbe(Choices& choices) : choices_(choices) {}
  void adopt(const Experiment& experiment) override;
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;
  bool unfinished() const override { return !whole_ || learning_; }
  Task<> go_on(Experiment& experiment) override;

 private:
  void begin(const Experiment& experiment);
  void learn_classes(const data::Dataset& data);
  void judge(Message& snapshot, const data::Dataset& data);

  Choices& choices_;
  Drawing part_;                      // under way
  std::vector<float> drawn_, shown_;  // (n, D): whole ones of this round; of the last that was
  std::vector<float> drawn_classes_, shown_classes_;    // (n), or none
  std::optional<infer::SoftmaxRegression> classifier_;  // of intensities
  int iterations_ = 0;                                  // that it took
  bool learning_ = false;
  double accuracy_ = 0, accuracy_se_ = 0;
  std::uint32_t draws_ = 0;
  int of_class_ = -1;
  std::int64_t step_ = -1;  // of the weights at its begin
  bool whole_ = false;
};

class ChainsProbe : public Probe {
 public:
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;
};

class NoiseProbe : public Probe {
 public:
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;
};

}  // namespace lab::session
