// What codes decode to, as intensities. The code that is looked at: code (J), decoded (D).
// manifold (side², D), top row first: z at the quantiles of N(0, 1), along the chosen axes.
// traversal (J', steps, D): each of the first J' latents swept; class_sweep (C, D), of a model that
// is told of classes: the same code of every class. path (steps, D): between two data.
#pragma once

#include "core/session/probes/probe.hpp"

namespace lab::session {

// Decodes codes (count, J): intensities (count, D). Where the model is told of classes, of_class
// (count) says them, below 0 any; none: any.
Task<std::vector<float>> decoded(Experiment& experiment, std::span<const float> codes,
                                 std::span<const float> of_class = {});
// All of the one class that is chosen.
Task<std::vector<float>> decoded(Experiment& experiment, std::span<const float> codes,
                                 const Choices& choices);

class CodeProbe : public Probe {
 public:
  explicit CodeProbe(Choices& choices) : choices_(choices) {}
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;

 private:
  Choices& choices_;
};

class ManifoldProbe : public Probe {
 public:
  explicit ManifoldProbe(Choices& choices) : choices_(choices) {}
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;

 private:
  Choices& choices_;
};

class TraversalProbe : public Probe {
 public:
  explicit TraversalProbe(Choices& choices) : choices_(choices) {}
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;

 private:
  Choices& choices_;
};

class PathProbe : public Probe {
 public:
  explicit PathProbe(Choices& choices) : choices_(choices) {}
  void adopt(const Experiment& experiment) override;
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;

 private:
  Choices& choices_;
  std::array<std::size_t, 2> ends_{};
  std::vector<float> pair_;  // (2, D): data at those ends; empty until they are wanted
};

}  // namespace lab::session
