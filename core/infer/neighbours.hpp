// What the nearest rows say.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lab::infer {

// Of each row of queries (m, d) the label that most of the k nearest of rows x (n, d) have, of
// labels (n); of labels that are as many, that of the nearest. k ≥ 1, n ≥ 1.
std::vector<std::int32_t> nearest_labels(std::span<const float> x,
                                         std::span<const std::int32_t> labels,
                                         std::span<const float> queries, std::size_t k);

}  // namespace lab::infer
