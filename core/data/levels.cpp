#include "core/data/levels.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace lab::data {

namespace {

// Decimals of a table are rounded: 1/255 may stand there as 0.0039.
constexpr float tolerance = 0.01f;

bool is_level(float value, std::size_t levels) {
  const float place = value * static_cast<float>(levels - 1);
  return std::abs(place - std::nearbyint(place)) <= tolerance;
}

}  // namespace

std::size_t levels_of(std::initializer_list<std::span<const float>> values) {
  std::size_t levels = 2;
  // Values that an earlier guess missed: they are asked first.
  std::vector<float> witnesses;
  const auto missed = [&] {
    const std::size_t known = witnesses.size();
    for (const std::span<const float> part : values) {
      const auto found = std::find_if(part.begin(), part.end(),
                                      [&](float value) { return !is_level(value, levels); });
      if (found == part.end()) continue;
      witnesses.push_back(*found);
      break;
    }
    return witnesses.size() > known;
  };
  const auto fits = [&](float value) { return is_level(value, levels); };
  while (missed()) {
    do {
      if (++levels > most_levels) return 0;
    } while (!std::all_of(witnesses.begin(), witnesses.end(), fits));
  }
  return levels;
}

}  // namespace lab::data
