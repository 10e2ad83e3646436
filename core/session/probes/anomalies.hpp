// Which test data the model finds strange, where the data say which classes are normal. Arrays:
//   anomaly_scores (n)     of test data, then of strange data; larger is stranger
//   anomaly_classes (n)    their classes
//   anomaly_reference (m)  scores of normal data that a threshold may be taken from
//   anomaly_shown (k)      which of the n are shown, in order; of pictures, as intensities,
//   anomaly_pictures, anomaly_back (k, D)   these and what is given back of them, where anything is
// Head anomalies {normal: how many of the n are test data, score, scores: that the model has,
// shown, validation: the reference was held out; else it was trained on, auc, auc_se}.
//
// Command:
//   anomalies {score, shown}   shown: "strangest", of all; "alarms": the strangest of the test
//                              data; "missed": the least strange of the strange data
#pragma once

#include "core/session/probes/probe.hpp"

namespace lab::session {

class AnomaliesProbe : public Probe {
 public:
  void adopt(const Experiment& experiment) override;
  Task<bool> command(const std::string& name, const Json& command, Experiment& experiment) override;
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;

 private:
  Task<> add_pictures(Message& snapshot, Experiment& experiment,
                      const std::vector<std::size_t>& order) const;

  std::string score_;  // empty: the model's usual
  std::string shown_ = "strangest";
  std::vector<float> inputs_, reference_;  // (n, D), (m, D)
  std::size_t normal_ = 0;                 // the first of the n
};

}  // namespace lab::session
