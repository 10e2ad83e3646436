// What may be done to data before a model sees it, which must give back what was there.
#pragma once

#include <array>
#include <string>

#include "core/graph/graph.hpp"

namespace lab::models {

// The kinds, in the order in which the ability "corrupt" numbers them.
inline constexpr std::array<const char*, 4> corruption_names{"gaussian", "masking",
                                                             "salt-and-pepper", "dropout"};

// x (B, D) corrupted in one of the kinds above: by normals of deviation `level`, or each number
// with chance `level` set to the lowest of the data, to the lowest or the highest, or to 0, what is
// left then divided by 1 − level. level: real, broadcast to x. Throws GraphError naming the kinds.
Value corrupt(const std::string& kind, Value x, Value level, double low, double high, Value seed,
              Value counter);

}  // namespace lab::models
