// neighbours (k, D), as intensities, neighbour_distances (k): the training data nearest to the
// first k of "drawn", Euclidean; head usual_distance: the mean of test data.
#pragma once

#include "core/session/probes/probe.hpp"

namespace lab::session {

class NeighboursProbe : public Probe {
 public:
  void adopt(const Experiment&) override { usual_distance_ = -1; }
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;

 private:
  double usual_distance_ = -1;  // below 0: not known yet
};

}  // namespace lab::session
