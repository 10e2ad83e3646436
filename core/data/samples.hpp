// Samples of any dimension, pictures or plain rows of numbers, and what is known of each: what the
// loaders (core/data/load) and the generators of pictures (core/data/pictures) make.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace lab::data {

// What samples are, as whoever makes them says: never guessed from their shape.
enum class Domain {
  plane,    // points that can be drawn
  vectors,  // rows of any finite numbers
  images,   // intensities in [0, 1], 0 black
};

inline constexpr const char* domain_names[] = {"plane", "vectors", "images"};

// The shape of a sample: rows × columns × channels, channels last. What is no image has one row
// and one channel.
struct SampleShape {
  std::size_t rows = 1, columns = 0, channels = 1;
  Domain domain = Domain::vectors;

  std::size_t size() const { return rows * columns * channels; }
  bool picture() const { return domain == Domain::images; }
  bool operator==(const SampleShape&) const = default;
};

struct Samples {
  SampleShape shape;
  std::vector<float> values;         // (count, shape.size()), row-major
  std::vector<std::int32_t> labels;  // (count): index of a class from 0 on; empty where unknown
  std::vector<std::string> classes;  // a name for each class; empty where there are no labels
  std::vector<std::string> factors;  // names of the factors of variation, where they are known
  std::vector<float> factor_values;  // (count, factors.size())
  bool ordered = false;              // neighbours belong together, as in a film

  std::size_t count() const { return shape.size() == 0 ? 0 : values.size() / shape.size(); }
};

}  // namespace lab::data
