// Features of a model of image patches.
//
// filters (K, D): what each feature of the first layer answers to most, as intensities, each with
// its own contrast, grey for 0. For each unit n of the second layer the features that it pools
// most: pooled_features (K, P) and pooled_weights (K, P), the largest first; thresholds (K). Head
// stage {number: 1, 2, 3, until: the step at which it ends, 0 for the last}.
//
// Of test patches and of as many of noise: patches, patches_noise (N, D), as the model sees them,
// as intensities of one contrast; their log_ratios, log_ratios_noise (N): ln p(x) − ln p_n(x), of
// the largest first; responses, responses_noise (B): shares of √(v·(W x)²) of all units in bins
// from 0 to response_range (head).
#pragma once

#include "core/session/probes/probe.hpp"

namespace lab::session {

class FiltersProbe : public Probe {
 public:
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;
};

class PatchesProbe : public Probe {
 public:
  void adopt(const Experiment&) override { inputs_.clear(); }
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;

 private:
  std::vector<float> inputs_;
};

}  // namespace lab::session
