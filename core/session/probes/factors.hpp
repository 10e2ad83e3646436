// What latents say of the factors of variation of test data (core/infer/disentanglement.hpp), where
// data has any: information_of_means, of models with posteriors information_of_samples (J, K):
// nats; factor_entropies (K); gaps_of_means, gaps_of_samples (K): each factor's share of the MIG,
// NaN where it does not count; head factor_data: from how many, mig_mean, mig_sampled: {value,
// error} of these. Head of "loaded", factors: their names.
//
// While training, as many data as are measured then; afterwards more and more, up to all or 10,000.
#pragma once

#include <optional>

#include "core/infer/disentanglement.hpp"
#include "core/session/probes/probe.hpp"

namespace lab::session {

class FactorsProbe : public Probe {
 public:
  void adopt(const Experiment& experiment) override;
  void introduce(Message& loaded) const override;
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;
  bool unfinished() const override { return unfinished_; }
  Task<> go_on(Experiment& experiment) override;

 private:
  struct Codes {
    std::vector<float> mean, log_variance;  // (n, J)
  };
  // Of a part of the test data, from row `start` on.
  Task<Codes> codes_of(Experiment& experiment, std::size_t start);

  std::vector<std::string> names_;
  std::vector<float> inputs_;  // (most, D); empty until they are wanted
  Codes codes_;                // of the first of them
  std::size_t most_ = 0, part_ = 0;
  bool unfinished_ = false;
};

}  // namespace lab::session
