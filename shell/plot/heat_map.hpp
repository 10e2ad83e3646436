// A grid of colours as a texture that is stretched over a frame.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "shell/plot/axes.hpp"

namespace lab::plot {

class HeatMap {
 public:
  HeatMap();
  ~HeatMap();
  HeatMap(HeatMap&&) noexcept;
  HeatMap& operator=(HeatMap&&) noexcept;

  // n×n colours, row 0 at the bottom.
  void update(int n, const std::function<ImU32(int index)>& colour);
  void draw(const Axes& axes, const Window& box) const;

 private:
  std::unique_ptr<ImTextureData> texture_;
};

// A bar from low to high with ticks and a unit, inside the frame's right edge.
void colour_bar(const Axes& axes, const Theme& theme, double low, double high, const char* unit,
                const std::function<ImU32(float t)>& colour);

}  // namespace lab::plot
