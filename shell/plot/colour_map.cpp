#include "shell/plot/colour_map.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace lab::plot {

namespace {

using Triple = std::array<float, 3>;

ImU32 mix(const Triple& a, const Triple& b, float t) {
  const auto channel = [&](std::size_t i) {
    return static_cast<int>(a[i] + (b[i] - a[i]) * t + 0.5f);
  };
  return IM_COL32(channel(0), channel(1), channel(2), 255);
}

Triple triple(ImU32 colour) {
  return {static_cast<float>((colour >> IM_COL32_R_SHIFT) & 0xff),
          static_cast<float>((colour >> IM_COL32_G_SHIFT) & 0xff),
          static_cast<float>((colour >> IM_COL32_B_SHIFT) & 0xff)};
}

constexpr std::array<Triple, 7> light_steps{{{252, 252, 253},
                                             {214, 230, 238},
                                             {160, 203, 221},
                                             {98, 170, 197},
                                             {45, 132, 165},
                                             {22, 92, 124},
                                             {13, 50, 73}}};
constexpr std::array<Triple, 7> dark_steps{{{20, 23, 28},
                                            {22, 47, 64},
                                            {26, 76, 100},
                                            {40, 110, 136},
                                            {76, 150, 170},
                                            {136, 193, 203},
                                            {232, 244, 244}}};

}  // namespace

ImU32 sequential(const Theme& theme, float t) {
  const auto& steps = theme.dark ? dark_steps : light_steps;
  const float at = (t > 0 ? std::min(t, 1.f) : 0.f) * static_cast<float>(steps.size() - 1);
  const auto step = std::min(static_cast<std::size_t>(at), steps.size() - 2);
  return mix(steps[step], steps[step + 1], at - static_cast<float>(step));
}

ImU32 diverging(const Theme& theme, float t) {
  const Triple middle = triple(theme.background), end = triple(t < 0 ? theme.noise : theme.data);
  // Pale, so that points and lines on it stay readable.
  return mix(middle, end, (theme.dark ? 0.36f : 0.45f) * std::min(std::abs(t), 1.f));
}

}  // namespace lab::plot
