// Where an autoencoder moves points of the plane: field (n, n, 2): r(x) − x on a grid over the
// bounds, row 0 at y0. Of one that learns to remove Gaussian noise of deviation σ that is about
// σ² ∇ ln p(x) (Alain & Bengio 2014): score (n, n, 2) is σ² ∇ ln p of the truth, NaN where it has
// no density, where there is a truth. Head field_box [x0, x1, y0, y1].
#pragma once

#include "core/session/probes/probe.hpp"

namespace lab::session {

class FieldProbe : public Probe {
 public:
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;
};

}  // namespace lab::session
