// The codes of test data laid out in the plane, and what they are good for beside the data
// themselves (core/session/features.hpp). Arrays: feature_places (n, 2). Head features {method,
// steps and divergence of t-SNE, share: of the variance that the plane holds, of PCA;
// trained, tested: how many rows classifiers saw; codes, data: {dimensions, linear, linear_se,
// nearest, nearest_se, purity, information} or null while they are not known, or where data have no
// classes}.
//
// Command:
//   features {method}   "pca" or "tsne"
#pragma once

#include <chrono>

#include "core/infer/principal.hpp"
#include "core/infer/tsne.hpp"
#include "core/session/features.hpp"
#include "core/session/probes/probe.hpp"

namespace lab::session {

class FeaturesProbe : public Probe {
 public:
  void adopt(const Experiment& experiment) override;
  Task<bool> command(const std::string& name, const Json& command, Experiment& experiment) override;
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;
  bool unfinished() const override;
  Task<> go_on(Experiment& experiment) override;

 private:
  using Clock = std::chrono::steady_clock;

  void begin(const Experiment& experiment);
  Task<> look(Experiment& experiment);
  void work();

  std::string method_ = "pca";
  bool begun_ = false;
  std::vector<float> test_, train_;  // (n, D), (m, D)
  std::vector<std::int32_t> test_labels_, train_labels_;
  std::size_t classes_ = 0;     // 0: none are known
  std::int64_t step_ = -1;      // of the weights whose codes these are
  std::size_t dimensions_ = 0;  // of a code
  std::vector<float> codes_;    // (n, F)
  infer::Principal axes_;
  std::optional<infer::Tsne> tsne_;
  std::optional<Judge> of_codes_, of_data_;
  std::optional<Judged> codes_found_, data_found_;
  Clock::time_point looked_{};
};

}  // namespace lab::session
