// What a model draws: samples (n, 2) of the plane, drawn (k, D) of pictures, as intensities; the
// sampler's chains, samples (chains, D), after another move, head acceptance; noise (m, D) of the
// latest minibatch.
#pragma once

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
