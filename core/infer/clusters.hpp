// How well clusters, which know no labels, agree with labels.
#pragma once

#include <cstdint>
#include <span>

namespace lab::infer {

struct Agreement {
  double purity;  // the share of rows that have the label most frequent in their cluster
  double
      information;  // normalised mutual information, 2 I/(H(cluster) + H(label)); 1 if both are 0
};

// Of clusters and labels (n) each, n ≥ 1, all from 0 on.
Agreement agreement(std::span<const std::int32_t> clusters, std::span<const std::int32_t> labels);

}  // namespace lab::infer
