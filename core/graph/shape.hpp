// Extents of a value, outermost first; {} is a scalar.
#pragma once

#include <cstdint>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

namespace lab {

using Extent = std::int64_t;
using Shape = std::vector<Extent>;

// Number of elements.
inline Extent size_of(const Shape& shape) {
  return std::accumulate(shape.begin(), shape.end(), Extent{1}, std::multiplies<>());
}

// Strides, in elements, of a row-major layout.
inline Shape row_major(const Shape& shape) {
  Shape strides(shape.size());
  Extent stride = 1;
  for (std::size_t axis = shape.size(); axis-- > 0;) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

// "[512, 2]".
inline std::string to_string(const Shape& shape) {
  std::string text = "[";
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (axis > 0) text += ", ";
    text += std::to_string(shape[axis]);
  }
  return text + "]";
}

}  // namespace lab
