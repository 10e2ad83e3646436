#include "shell/cli/png.hpp"

#include <png.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <stdexcept>

namespace lab::cli {

void write_png(const std::string& path, const Picture& picture) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(picture.width);
  image.height = static_cast<png_uint_32>(picture.height);
  image.format = PNG_FORMAT_RGB;
  if (!png_image_write_to_file(&image, path.c_str(), 0, picture.rgb.data(), 0, nullptr)) {
    throw std::runtime_error("'" + path + "' could not be written: " + image.message + ".");
  }
}

Picture scatter(const std::vector<float>& points, double x0, double x1, double y0, double y1) {
  constexpr int size = 800;
  constexpr double radius = 2.5;
  Picture picture{size, size, std::vector<std::uint8_t>(3 * size * size, 255)};
  const auto blend = [&](int x, int y, const std::uint8_t(&colour)[3], double opacity) {
    if (x < 0 || x >= size || y < 0 || y >= size) return;
    std::uint8_t* pixel = picture.rgb.data() + 3 * (y * size + x);
    for (int i = 0; i < 3; ++i) {
      pixel[i] = static_cast<std::uint8_t>(pixel[i] + opacity * (colour[i] - pixel[i]) + 0.5);
    }
  };
  const auto column = [&](double x) { return (x - x0) / (x1 - x0) * size; };
  const auto row = [&](double y) { return (y1 - y) / (y1 - y0) * size; };
  const std::uint8_t grey[3] = {217, 220, 225}, green[3] = {0, 158, 115};
  for (int i = 0; i < size; ++i) {
    blend(i, static_cast<int>(row(0)), grey, 1);
    blend(static_cast<int>(column(0)), i, grey, 1);
  }
  for (std::size_t i = 0; i + 1 < points.size(); i += 2) {
    const double cx = column(static_cast<double>(points[i])),
                 cy = row(static_cast<double>(points[i + 1]));
    if (!(std::abs(cx) < 1e5 && std::abs(cy) < 1e5)) continue;
    for (int y = static_cast<int>(cy - radius - 1); y <= static_cast<int>(cy + radius + 1); ++y) {
      for (int x = static_cast<int>(cx - radius - 1); x <= static_cast<int>(cx + radius + 1); ++x) {
        const double distance = std::hypot(x + 0.5 - cx, y + 0.5 - cy);
        blend(x, y, green, 0.7 * std::fmin(1, std::fmax(0, radius + 0.5 - distance)));
      }
    }
  }
  return picture;
}

Picture sheet(const std::vector<float>& pictures, const data::Frame& frame) {
  const int rows = static_cast<int>(frame.rows), columns = static_cast<int>(frame.columns),
            channels = static_cast<int>(frame.channels);
  const int count = static_cast<int>(pictures.size() / frame.size());
  const int factor = std::max(1, 56 / std::max(rows, columns)), gap = 2;
  const int across = std::max(
      1, static_cast<int>(std::ceil(std::sqrt(static_cast<double>(count) * rows / columns))));
  const int down = (count + across - 1) / across;
  const int width = columns * factor + gap, height = rows * factor + gap;
  Picture picture{across * width + gap, down * height + gap, {}};
  picture.rgb.assign(
      static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height) * 3, 96);
  for (int i = 0; i < count; ++i) {
    for (int y = 0; y < rows * factor; ++y) {
      for (int x = 0; x < columns * factor; ++x) {
        const int source = ((i * rows + y / factor) * columns + x / factor) * channels;
        const int target =
            ((i / across * height + gap + y) * picture.width + i % across * width + gap + x) * 3;
        for (int c = 0; c < 3; ++c) {
          const float value =
              pictures[static_cast<std::size_t>(source + std::min(c, channels - 1))];
          picture.rgb[static_cast<std::size_t>(target + c)] =
              static_cast<std::uint8_t>(255 * std::clamp(value, 0.f, 1.f) + 0.5f);
        }
      }
    }
  }
  return picture;
}

}  // namespace lab::cli
