// What is shown of an invertible map f from data x to latents z (S stages, x first).
//   warp        flow_grid (S, lines, points, 2), flow_grid_log_det (S, lines, points): a grid over
//               the data by f, half of the lines along x, and ln |det| up to there; flow_back,
//               flow_back_log_det: one over the prior by f⁻¹; flow_data, flow_samples (S, n, 2)
//   spectrum    spectrum (D): σ = exp(−s), largest first
//   marginals   marginals (1 + J, bins): densities of f(test data), all dimensions, then each; head
//               marginal_range [low, high]
#pragma once

#include "core/session/probes/probe.hpp"

namespace lab::session {

bool has_logistic_prior(const Experiment& experiment);

// Throws std::runtime_error with a sentence where there is no invertible map, or no picture.
void require_flow_of_pictures(const Experiment& experiment);

class WarpProbe : public Probe {
 public:
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;
};

class SpectrumProbe : public Probe {
 public:
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;
};

class MarginalsProbe : public Probe {
 public:
  void adopt(const Experiment&) override { inputs_.clear(); }
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;

 private:
  std::vector<float> inputs_;  // (n, D): test data whose latents are counted
};

}  // namespace lab::session
