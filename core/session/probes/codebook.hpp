// What discrete codes look like: the codebook, which part of the plane each code stands for, and
// the maps of codes of pictures.
#pragma once

#include <map>

#include "core/infer/principal.hpp"
#include "core/session/probes/probe.hpp"

namespace lab::session {

// Of one level of codes: code_counts (K): how often test data has each code. For the view
// "codebook", in two dimensions, the first principal components where there are more: codewords,
// encodings, both (n, 2); encoding_codes (n), pulls (m, 2): how the error would have the first m
// encodings move, which is its gradient at their codewords passed straight through; uses, revived
// (K), as of the ability. For "code-usage": code_order (m), the codes that are used most, and of
// pictures what a map of each alone decodes to, codeword_pictures (m, D), as intensities; where
// there are other levels with the code there that is used most. Head codebook: level, levels,
// revivals of all of them, shares: of the variance, that the two dimensions hold; empty where they
// are all.
//
// Commands: code_level {level}: which level, 0 the top.
class CodebookProbe : public Probe {
 public:
  void adopt(const Experiment& experiment) override;
  Task<bool> command(const std::string& name, const Json& command, Experiment& experiment) override;
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;

 private:
  void add_plane(Message& snapshot, std::size_t dimensions, const std::vector<float>& codewords,
                 const std::vector<float>& encodings, const std::vector<float>& pulls);
  std::vector<float> turned(std::span<const float> directions) const;

  std::vector<float> inputs_;  // (n, D)
  infer::Principal axes_;
  std::size_t level_ = 0;
};

// partition (n, n): of each cell of the plane, row 0 below, the number of the codes that its middle
// has; partition_points (m, 2): what these decode to, by number; where a datum has one code
// partition_codes (m), which it is, and lloyd_points (K, 2), the centres of k-means on the training
// data. Head partition_box, lloyd_error: of the test data, a mean square like mse_test.
class PartitionProbe : public Probe {
 public:
  void adopt(const Experiment& experiment) override;
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;

 private:
  std::vector<float> lloyd_;  // (K, 2)
  double lloyd_error_ = 0;
};

// code_maps (m, S) of the first test data, the top level's codes first. One of them, whose codes
// the person may change: code_map (S), code_map_picture (D): what it decodes to, as intensities.
// code_palette (k), codes to choose from, the most used of each level first, their levels
// palette_levels (k), and palette_pictures (k, D): what that map decodes to with the code all over
// its level. Head code_map {index, changed: the sites whose codes were changed, levels: rows,
// columns and the first site of each, log_prior: ln p of its codes, where there is a prior}.
//
// Commands:
//   code_map {index}       the test datum whose codes are shown; what was changed is forgotten
//   code_at {site, code}   another code there
class CodeMapsProbe : public Probe {
 public:
  void adopt(const Experiment& experiment) override;
  Task<bool> command(const std::string& name, const Json& command, Experiment& experiment) override;
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;

 private:
  std::vector<float> inputs_;             // (m, D)
  std::size_t index_ = 0;                 // among them
  std::map<std::size_t, float> changed_;  // site → code
};

}  // namespace lab::session
