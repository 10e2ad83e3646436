// The objective along the line from where the parameters are to the most likely ones, and how steep
// it is there: landscape (n, 3): the share of the way, 0 here and 1 there, the objective (nats) and
// the length of its gradient over all parameters.
#pragma once

#include "core/session/probes/probe.hpp"

namespace lab::session {

class LandscapeProbe : public Probe {
 public:
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;
};

}  // namespace lab::session
