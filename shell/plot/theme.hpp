// Colours by meaning, and Dear ImGui's style made ours: one colour for one thing everywhere.
#pragma once

#include <imgui.h>

namespace lab::plot {

struct Theme {
  bool dark = false;
  ImU32 background, surface, hairline, ink, muted;
  ImU32 data, noise, model, belief, truth, warning, accent;

  static const Theme& light();
  static const Theme& night();
};

// The same colour at another opacity, 0 to 1.
ImU32 faded(ImU32 colour, float opacity);

// Applies a theme to ImGui::GetStyle(): an 8-pixel grid, one radius, hairlines.
void apply(const Theme& theme);

// Sizes in CSS pixels.
inline constexpr float body_size = 15, axis_size = 12, small_size = 13, grid_unit = 8;

}  // namespace lab::plot
