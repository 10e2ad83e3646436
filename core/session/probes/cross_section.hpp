// ln p along a line of the plane: cross (n, 3): the model's, normalised, the truth's, the noise's,
// NaN where there is none; head segment [x, y, x, y], also of a new experiment.
//
// Command: cross {from, to, n}: the ends of the segment.
#pragma once

#include "core/session/probes/probe.hpp"

namespace lab::session {

class CrossSectionProbe : public Probe {
 public:
  void adopt(const Experiment& experiment) override;
  void introduce(Message& loaded) const override { loaded.head["segment"] = segment_; }
  Task<bool> command(const std::string& name, const Json& command, Experiment& experiment) override;
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;

 private:
  Json data_;                        // that the segment lies across
  std::array<double, 4> segment_{};  // x, y, x, y
  std::size_t points_ = 256;
};

}  // namespace lab::session
