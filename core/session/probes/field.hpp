// Where an autoencoder moves points of the plane: field (2, n, n): r(x) − x on a grid over the
// bounds, its x and then its y, row 0 at y0. Of one that learns to remove Gaussian noise of
// deviation σ that is about σ² ∇ ln p(x) (Alain & Bengio 2014): score (2, n, n) is σ² ∇ ln p of the
// truth, NaN where it has no density, where there is a truth. Head field_box [x0, x1, y0, y1].
#pragma once

#include "core/session/probes/probe.hpp"

namespace lab::session {

class FieldProbe : public Probe {
 public:
  void adopt(const Experiment& experiment) override;
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;

 private:
  std::vector<float> slopes_;  // of the truth; empty until they are wanted
};

}  // namespace lab::session
