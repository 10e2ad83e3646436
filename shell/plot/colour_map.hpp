// Colour maps: one sequential, of even steps in lightness; one diverging, from the noise's colour
// through the background to the data's.
#pragma once

#include "shell/plot/theme.hpp"

namespace lab::plot {

// t from 0 (background) to 1 (most).
ImU32 sequential(const Theme& theme, float t);

// t from −1 (noise) through 0 (background) to 1 (data).
ImU32 diverging(const Theme& theme, float t);

}  // namespace lab::plot
