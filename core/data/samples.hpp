// Samples of any dimension, pictures or plain rows of numbers, and what is known of each: what the
// loaders (core/data/load) and the generators of pictures (core/data/pictures) make.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace lab::data {

// The shape of a sample: rows × columns × channels, channels last. Plain rows of numbers have one
// row and one channel, and are no pictures.
struct Frame {
  std::size_t rows = 1, columns = 0, channels = 1;
  bool picture = false;  // intensities in [0, 1], 0 black; otherwise any finite numbers

  std::size_t size() const { return rows * columns * channels; }
  bool operator==(const Frame&) const = default;
};

struct Samples {
  Frame frame;
  std::vector<float> values;         // (count, frame.size()), row-major
  std::vector<std::int32_t> labels;  // (count): index of a class from 0 on; empty where unknown
  std::vector<std::string> classes;  // a name for each class; empty where there are no labels
  std::vector<std::string> factors;  // names of the factors of variation, where they are known
  std::vector<float> factor_values;  // (count, factors.size())
  bool ordered = false;              // neighbours belong together, as in a film

  std::size_t count() const { return frame.size() == 0 ? 0 : values.size() / frame.size(); }
};

}  // namespace lab::data
