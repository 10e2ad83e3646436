// Labels in random order, each as often as the others.
#pragma once

#include <cstdint>
#include <numeric>
#include <vector>

#include "core/data/random.hpp"

namespace lab::data {

// Every run of `classes` labels from a multiple of `classes` on holds each once.
inline std::vector<std::int32_t> balanced_labels(std::size_t count, std::uint32_t classes,
                                                 std::uint64_t seed) {
  std::vector<std::int32_t> labels;
  labels.reserve(count + classes);
  Stream stream(seed, 0xFFFFFFFFu);  // the samples have streams of their own: 0, 1 …
  std::vector<std::int32_t> block(classes);
  while (labels.size() < count) {
    std::iota(block.begin(), block.end(), 0);
    shuffle(std::span(block), stream);
    labels.insert(labels.end(), block.begin(), block.end());
  }
  labels.resize(count);
  return labels;
}

}  // namespace lab::data
