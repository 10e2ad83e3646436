// A sphere of the latent space, as intensities: sphere (rows·columns, D) from its north, circle
// (steps, D) along its equator; head sphere {rows, columns, turn, radius}.
//
// Command: sphere {turn, radius}: which rotation; the radius, 1 where the prior has its mass.
#pragma once

#include "core/session/probes/probe.hpp"

namespace lab::session {

class SphereProbe : public Probe {
 public:
  Task<bool> command(const std::string& name, const Json& command, Experiment& experiment) override;
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;

 private:
  int turn_ = 0;
  double radius_ = 1;
};

}  // namespace lab::session
