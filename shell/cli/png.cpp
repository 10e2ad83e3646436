#include "shell/cli/png.hpp"

#include <png.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "shell/cli/files.hpp"

namespace lab::cli {

void write_png(const std::string& path, const Picture& picture) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(picture.width);
  image.height = static_cast<png_uint_32>(picture.height);
  image.format = PNG_FORMAT_RGB;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::string bytes(size, '\0');
  if (!png_image_write_to_memory(&image, bytes.data(), &size, 0, picture.rgb.data(), 0, nullptr)) {
    throw std::runtime_error("'" + path + "' could not be made: " + image.message + ".");
  }
  bytes.resize(size);
  write_file(path, bytes.data(), bytes.size());
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

namespace {

// How a sheet is laid out, in pixels: each picture `factor` times as large, a gap around it.
struct Layout {
  std::size_t factor, across, down, width, height;  // width, height: of the whole

  static constexpr std::size_t gap = 2;
};

// Enlarged as far as pictures are usually looked at and the sheet stays in bounds.
Layout layout_of(std::size_t count, const data::SampleShape& shape) {
  constexpr std::size_t usual = 56, most_enlarged = 8192;
  const std::size_t rows = shape.rows, columns = shape.columns;
  const auto across = static_cast<std::size_t>(
      std::max(1.0, std::ceil(std::sqrt(static_cast<double>(count) * static_cast<double>(rows) /
                                        static_cast<double>(columns)))));
  const std::size_t down = (count + across - 1) / across;
  const std::size_t room = most_enlarged / std::max(across * columns, down * rows);
  const std::size_t factor =
      std::max(std::size_t{1}, std::min(usual / std::max(rows, columns), room));
  return {factor, across, down, across * (columns * factor + Layout::gap) + Layout::gap,
          down * (rows * factor + Layout::gap) + Layout::gap};
}

}  // namespace

void require_sheet(std::size_t count, const data::SampleShape& shape) {
  const Layout layout = layout_of(count, shape);
  // What libpng takes in one piece, a row's bytes and all.
  constexpr std::size_t most_side = 1000000, most_pixels = std::size_t{1} << 29;
  if (layout.width <= most_side && layout.height <= most_side &&
      layout.width * layout.height <= most_pixels) {
    return;
  }
  throw std::invalid_argument(std::to_string(count) + " pictures of " + std::to_string(shape.rows) +
                              " × " + std::to_string(shape.columns) + " would be a sheet of " +
                              std::to_string(layout.height) + " × " + std::to_string(layout.width) +
                              " pixels, but a picture can have " + std::to_string(most_pixels) +
                              " in all. Draw fewer with --n, or their numbers with --csv.");
}

Picture sheet(const std::vector<float>& pictures, const data::SampleShape& shape) {
  const std::size_t count = pictures.size() / shape.size(), channels = shape.channels;
  require_sheet(count, shape);
  const auto [factor, across, down, width, height] = layout_of(count, shape);
  Picture picture{static_cast<int>(width), static_cast<int>(height), {}};
  picture.rgb.assign(width * height * 3, 96);
  const std::size_t step_x = shape.columns * factor + Layout::gap,
                    step_y = shape.rows * factor + Layout::gap;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t y = 0; y < shape.rows * factor; ++y) {
      for (std::size_t x = 0; x < shape.columns * factor; ++x) {
        const std::size_t source =
            ((i * shape.rows + y / factor) * shape.columns + x / factor) * channels;
        const std::size_t target = ((i / across * step_y + Layout::gap + y) * width +
                                    i % across * step_x + Layout::gap + x) *
                                   3;
        for (std::size_t c = 0; c < 3; ++c) {
          const float value = pictures[source + std::min(c, channels - 1)];
          picture.rgb[target + c] =
              static_cast<std::uint8_t>(255 * std::clamp(value, 0.f, 1.f) + 0.5f);
        }
      }
    }
  }
  return picture;
}

}  // namespace lab::cli
