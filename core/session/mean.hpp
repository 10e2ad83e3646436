// The mean of numbers, at least one.
#pragma once

#include <span>

namespace lab::session {

inline double mean_of(std::span<const float> values) {
  double total = 0;
  for (const float value : values) total += static_cast<double>(value);
  return total / static_cast<double>(values.size());
}

}  // namespace lab::session
