// What an autoencoder makes of test data.
#pragma once

#include "core/session/probes/probe.hpp"

namespace lab::session {

// latent_mean (n, J): codes of the first n.
class EncodedProbe : public Probe {
 public:
  void adopt(const Experiment& experiment) override;
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;

 private:
  std::vector<float> inputs_;  // (n, D)
};

// reconstructions (m, D), as intensities; corrupted (m, D), what the model was given where that is
// something else, by the person's choice or because it learns to repair; painted (D), what a hand
// put over them, where that is the choice; head noise {kind, level, own: it learns to repair}.
class GivenBackProbe : public Probe {
 public:
  explicit GivenBackProbe(Choices& choices) : choices_(choices) {}
  void adopt(const Experiment& experiment) override;
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;

 private:
  Task<std::vector<float>> corrupted(Experiment& experiment) const;
  std::vector<float> painted_over(const data::Dataset& data) const;

  Choices& choices_;
  std::vector<float> inputs_;  // (m, D)
};

}  // namespace lab::session
