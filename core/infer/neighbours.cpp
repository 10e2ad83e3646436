#include "core/infer/neighbours.hpp"

#include <algorithm>
#include <map>
#include <numeric>

namespace lab::infer {

std::vector<std::int32_t> nearest_labels(std::span<const float> x,
                                         std::span<const std::int32_t> labels,
                                         std::span<const float> queries, std::size_t k) {
  const std::size_t count = labels.size(), size = x.size() / count;
  k = std::min(k, count);
  std::vector<float> distances(count);
  std::vector<std::size_t> order(count);
  std::vector<std::int32_t> found;
  for (std::size_t query = 0; query < queries.size() / size; ++query) {
    for (std::size_t i = 0; i < count; ++i) {
      float total = 0;
      for (std::size_t j = 0; j < size; ++j) {
        const float away = queries[query * size + j] - x[i * size + j];
        total += away * away;
      }
      distances[i] = total;
    }
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(k), order.end(),
                      [&](std::size_t a, std::size_t b) { return distances[a] < distances[b]; });
    std::map<std::int32_t, int> votes;
    for (std::size_t i = 0; i < k; ++i) ++votes[labels[order[i]]];
    std::int32_t best = labels[order[0]];
    for (std::size_t i = 0; i < k; ++i) {
      if (votes[labels[order[i]]] > votes[best]) best = labels[order[i]];
    }
    found.push_back(best);
  }
  return found;
}

}  // namespace lab::infer
