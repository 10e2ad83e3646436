// What an autoencoder makes of test data: latent_mean (n, J): codes of the first n;
// reconstructions (m, D), as intensities; of one that learns to repair also corrupted (m, D), what
// it was given then.
#pragma once

#include "core/session/probes/probe.hpp"

namespace lab::session {

class EncodedProbe : public Probe {
 public:
  explicit EncodedProbe(Choices& choices) : choices_(choices) {}
  void adopt(const Experiment& experiment) override;
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;

 private:
  Choices& choices_;
  std::vector<float> inputs_;  // (n, D)
};

}  // namespace lab::session
