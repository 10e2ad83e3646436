#include "shell/plot/classes.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace lab::plot {

namespace {

constexpr ImU32 rgb(unsigned hex) {
  return IM_COL32((hex >> 16) & 0xff, (hex >> 8) & 0xff, hex & 0xff, 0xff);
}

// Found by annealing: the least distance in Oklab between any two, as seen with normal sight and
// with no red, green or blue cones (Machado et al. 2009), is 0.127 on light and 0.124 on dark,
// where Petroff's ten colours (2021) have 0.03; contrast with the ground is at least 2 and 3.
constexpr std::array<ImU32, class_colours> on_light{
    rgb(0x204eaf), rgb(0x96ae04), rgb(0xd75a9b), rgb(0x0c410b), rgb(0x40c0ff),
    rgb(0x982d62), rgb(0xeda2a1), rgb(0x550068), rgb(0x827425), rgb(0x667bee)};
constexpr std::array<ImU32, class_colours> on_dark{
    rgb(0x4861a9), rgb(0xf1f46e), rgb(0xc8b3fc), rgb(0x4ed69c), rgb(0xa3feff),
    rgb(0x8e554b), rgb(0xfea707), rgb(0xa873e8), rgb(0xe1631a), rgb(0x079f94)};

float luminance(ImU32 colour) {
  const auto channel = [&](int shift) {
    const float value = static_cast<float>((colour >> shift) & 0xff) / 255;
    return value <= 0.04045f ? value / 12.92f : std::pow((value + 0.055f) / 1.055f, 2.4f);
  };
  return 0.2126f * channel(IM_COL32_R_SHIFT) + 0.7152f * channel(IM_COL32_G_SHIFT) +
         0.0722f * channel(IM_COL32_B_SHIFT);
}

}  // namespace

ImU32 class_colour(const Theme& theme, int label) {
  if (label < 0) return theme.data;
  const auto& colours = theme.dark ? on_dark : on_light;
  return colours[static_cast<std::size_t>(label % class_colours)];
}

ImU32 text_on(ImU32 ground) {
  const float light = luminance(ground);
  const bool white = 1.05f / (light + 0.05f) > (light + 0.05f) / 0.05f;
  return white ? IM_COL32_WHITE : IM_COL32_BLACK;
}

}  // namespace lab::plot
