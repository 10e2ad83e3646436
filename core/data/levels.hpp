// Grey levels: whether the intensities of pictures are a few equally spaced numbers, and how many.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <span>

namespace lab::data {

inline constexpr std::size_t most_levels = 65536;  // of 16 bits

// The least L ≥ 2 such that every value in [0, 1] is one of 0, 1/(L−1), 2/(L−1) … 1; 0 where there
// is no such L up to most_levels, as of pictures that were rescaled.
std::size_t levels_of(std::initializer_list<std::span<const float>> values);

}  // namespace lab::data
