// Ten colours for classes that stay apart under every common colour blindness, for each theme.
#pragma once

#include "shell/plot/theme.hpp"

namespace lab::plot {

inline constexpr int class_colours = 10;

// The colour of a class; after ten they come again. Without a class (< 0) it is the data's.
ImU32 class_colour(const Theme& theme, int label);

// Black or white: whichever is read better on `ground`.
ImU32 text_on(ImU32 ground);

}  // namespace lab::plot
