#include "core/infer/masks.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "core/data/random.hpp"

namespace lab::infer {

namespace {

constexpr std::uint32_t mask_stream = 301;

}  // namespace

std::span<const std::string> mask_names() {
  static const std::array<std::string, 11> names{"top",      "bottom",   "even",  "odd",
                                                 "left",     "right",    "rows",  "columns",
                                                 "random75", "random90", "coarse"};
  return names;
}

std::vector<float> make_mask(const std::string& name, const data::SampleShape& shape,
                             std::uint64_t seed) {
  const auto names = mask_names();
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    std::string sentence = "There is no mask '" + name + "'; there are";
    for (const std::string& each : names) sentence += " " + each;
    throw std::invalid_argument(sentence + ".");
  }
  data::Stream stream(seed, mask_stream);
  const auto is_middle = [](std::size_t i, std::size_t count) {
    return i >= count / 4 && i < count - count / 4;
  };
  std::vector<float> mask;
  for (std::size_t pixel = 0; pixel < shape.rows * shape.columns; ++pixel) {
    const std::size_t row = pixel / shape.columns, column = pixel % shape.columns;
    const double chance = stream.uniform();
    const bool hidden = name == "top"        ? 2 * row < shape.rows
                        : name == "bottom"   ? 2 * row >= shape.rows
                        : name == "even"     ? pixel % 2 == 0
                        : name == "odd"      ? pixel % 2 == 1
                        : name == "left"     ? 2 * column < shape.columns
                        : name == "right"    ? 2 * column >= shape.columns
                        : name == "rows"     ? is_middle(row, shape.rows)
                        : name == "columns"  ? is_middle(column, shape.columns)
                        : name == "random75" ? chance < 0.75
                        : name == "random90" ? chance < 0.9
                                             : row % 2 == 1 || column % 2 == 1;
    mask.insert(mask.end(), shape.channels, hidden ? 1.f : 0.f);
  }
  return mask;
}

}  // namespace lab::infer
