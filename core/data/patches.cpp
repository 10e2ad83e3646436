#include "core/data/patches.hpp"

#include <algorithm>
#include <cmath>

#include "core/data/random.hpp"

namespace lab::data {

namespace {

constexpr double least_deviation = 2.0 / 255;
constexpr int most_places = 30;  // that are tried for one patch

double deviation_of(const float* picture, std::size_t columns, std::size_t side) {
  double total = 0, squares = 0;
  for (std::size_t row = 0; row < side; ++row) {
    for (std::size_t column = 0; column < side; ++column) {
      const auto value = static_cast<double>(picture[row * columns + column]);
      total += value;
      squares += value * value;
    }
  }
  const auto count = static_cast<double>(side * side);
  return std::sqrt(std::max(0.0, squares / count - total / count * (total / count)));
}

}  // namespace

Samples for_patches(Samples pictures) {
  const SampleShape from = pictures.shape;
  const std::size_t longer = std::max(from.rows, from.columns),
                    factor = (longer + most_patched_side - 1) / most_patched_side;
  if (from.channels == 1 && factor == 1) return pictures;
  Samples made = std::move(pictures);
  SampleShape& to = made.shape;
  to = {from.rows / factor, from.columns / factor, 1, Domain::images};
  const std::vector<float> values = std::move(made.values);
  made.values.assign(values.size() / from.size() * to.size(), 0);
  constexpr double shares[] = {0.299, 0.587, 0.114};
  for (std::size_t i = 0; i < made.count(); ++i) {
    const float* const source = &values[i * from.size()];
    for (std::size_t at = 0; at < to.size(); ++at) {
      const std::size_t top = at / to.columns * factor, left = at % to.columns * factor;
      double total = 0;
      for (std::size_t row = top; row < top + factor; ++row) {
        for (std::size_t column = left; column < left + factor; ++column) {
          const float* const pixel = source + (row * from.columns + column) * from.channels;
          if (from.channels == 1) total += static_cast<double>(pixel[0]);
          else
            for (int c = 0; c < 3; ++c) total += shares[c] * static_cast<double>(pixel[c]);
        }
      }
      made.values[i * to.size() + at] =
          static_cast<float>(total / static_cast<double>(factor * factor));
    }
  }
  return made;
}

std::size_t usual_patches(std::size_t rows, std::size_t columns, std::size_t side) {
  return std::max<std::size_t>(1, 2 * rows * columns / (side * side));
}

Samples band(const Samples& pictures, std::size_t first, std::size_t rows) {
  const SampleShape& from = pictures.shape;
  Samples made = pictures;
  made.shape.rows = rows;
  made.values.clear();
  const std::size_t width = from.columns * from.channels;
  for (std::size_t i = 0; i < pictures.count(); ++i) {
    const auto start =
        pictures.values.begin() + static_cast<std::ptrdiff_t>(i * from.size() + first * width);
    made.values.insert(made.values.end(), start, start + static_cast<std::ptrdiff_t>(rows * width));
  }
  return made;
}

Samples cut_patches(const Samples& pictures, std::size_t side, std::size_t count,
                    std::uint64_t seed) {
  const SampleShape& shape = pictures.shape;
  Samples made;
  made.shape = {side, side, 1, Domain::images};
  made.classes = pictures.classes;
  made.values.reserve(count * side * side);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t picture = i % pictures.count();
    const float* const from = &pictures.values[picture * shape.size()];
    Stream stream(seed, static_cast<std::uint32_t>(i));
    const float* place = from;
    double contrast = -1;
    for (int tried = 0; tried < most_places && contrast < least_deviation; ++tried) {
      const std::size_t row = stream.below(static_cast<std::uint32_t>(shape.rows - side + 1)),
                        column = stream.below(static_cast<std::uint32_t>(shape.columns - side + 1));
      const float* const other = from + row * shape.columns + column;
      const double found = deviation_of(other, shape.columns, side);
      if (found <= contrast) continue;
      contrast = found;
      place = other;
    }
    for (std::size_t row = 0; row < side; ++row) {
      const float* const line = place + row * shape.columns;
      made.values.insert(made.values.end(), line, line + side);
    }
    if (!pictures.labels.empty()) made.labels.push_back(pictures.labels[picture]);
  }
  return made;
}

Samples joined(const std::vector<Samples>& parts) {
  Samples all;
  all.shape = parts.front().shape;
  for (const Samples& part : parts) {
    all.values.insert(all.values.end(), part.values.begin(), part.values.end());
  }
  return all;
}

}  // namespace lab::data
