#include "core/infer/clusters.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace lab::infer {

Agreement agreement(std::span<const std::int32_t> clusters, std::span<const std::int32_t> labels) {
  std::map<std::int32_t, double> of_cluster, of_label, most;
  std::map<std::pair<std::int32_t, std::int32_t>, double> of_both;
  const double share = 1 / static_cast<double>(labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    of_cluster[clusters[i]] += share;
    of_label[labels[i]] += share;
    of_both[{clusters[i], labels[i]}] += share;
  }
  double purity = 0, information = 0, entropies = 0;
  for (const auto& [pair, p] : of_both) {
    most[pair.first] = std::max(most[pair.first], p);
    information += p * std::log(p / (of_cluster[pair.first] * of_label[pair.second]));
  }
  for (const auto& [cluster, p] : most) purity += p;
  for (const auto* of : {&of_cluster, &of_label}) {
    for (const auto& [name, p] : *of) entropies -= p * std::log(p);
  }
  return {purity, entropies > 1e-12 ? 2 * information / entropies : 1};
}

}  // namespace lab::infer
