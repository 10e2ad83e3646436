// Pictures as PNG files (libpng; native programs only).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/data/samples.hpp"

namespace lab::cli {

struct Picture {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgb;  // row-major from the top, three bytes a pixel
};

// Throws std::runtime_error naming the file where it cannot be written.
void write_png(const std::string& path, const Picture& picture);

// Points (count, 2) as dots on white over the box [x0, x1, y0, y1], axes in grey.
Picture scatter(const std::vector<float>& points, double x0, double x1, double y0, double y1);

// Throws std::invalid_argument, saying how large it would be, where a sheet of so many is too
// large.
void require_sheet(std::size_t count, const data::SampleShape& shape);

// Pictures (count, shape.size()) of intensities side by side, enlarged where there is room, as
// square as it gets; plain rows of numbers become a strip each, dark to light over [0, 1].
Picture sheet(const std::vector<float>& pictures, const data::SampleShape& shape);

}  // namespace lab::cli
