// Pictures in a grid, drawn with crisp pixels: one texture made at the screen's own resolution, so
// that nothing is blurred and neighbours do not bleed into each other.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "core/data/samples.hpp"
#include "shell/plot/theme.hpp"

namespace lab::plot {

// Where pictures lie, in CSS pixels; every edge lies on a pixel of the screen.
struct PictureGrid {
  ImVec2 origin, cell, pitch;
  int columns = 0, count = 0;

  int rows() const { return columns > 0 ? (count + columns - 1) / columns : 0; }
  ImVec2 min(int index) const;
  ImVec2 max(int index) const;
  ImVec2 end() const;        // the lower right corner of the whole grid
  int hit(ImVec2 at) const;  // the picture at a place, −1 where there is none
};

// columns×rows pictures as large as [min, max] holds, in its middle; `count` of them are drawn.
PictureGrid fit_pictures(ImVec2 min, ImVec2 max, const data::SampleShape& shape, int columns,
                         int rows, int count, ImVec2 gap = {1, 1});

// As many of `count` pictures as fit when the shorter side of each has at least `least` pixels, in
// as many columns as make them largest.
PictureGrid fill_pictures(ImVec2 min, ImVec2 max, const data::SampleShape& shape, int count,
                          float least, ImVec2 gap = {1, 1});

class Pictures {
 public:
  Pictures();
  ~Pictures();
  Pictures(Pictures&&) noexcept;
  Pictures& operator=(Pictures&&) noexcept;

  // Draws the first grid.count pictures of `values` (count, shape.size()), intensities in [0, 1].
  // line: the colour of the hairlines around them, 0 for none. version: of the array that they lie
  // in, which need not be looked at where it is as before; 0 where there is none.
  void draw(ImDrawList& draw, std::span<const float> values, const data::SampleShape& shape,
            const PictureGrid& grid, ImU32 line, std::uint64_t version = 0);

 private:
  void paint(std::span<const float> values, const PictureGrid& grid, float scale, int width,
             int height);
  void tidy();

  std::unique_ptr<ImTextureData> texture_;
  std::vector<std::unique_ptr<ImTextureData>> retired_;  // until the screen has let them go
  std::vector<float> values_;                            // what the texture shows, or
  std::pair<const float*, std::uint64_t> seen_{};        // where that lay, of which version
  data::SampleShape shape_;
  PictureGrid grid_;
  float scale_ = 0;
};

}  // namespace lab::plot
