// What is hidden of a picture that is to be inpainted (Dinh, Krueger & Bengio 2015, figure 6).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/data/samples.hpp"

namespace lab::infer {

// top, bottom, even, odd, left, right, rows, columns, random75, random90, coarse: halves, every
// second pixel in reading order, the middle half of the rows or columns, a share of all pixels; all
// but one of every 2 × 2, which is a picture of half the resolution.
std::span<const std::string> mask_names();

// 1 where a number is hidden, else 0 (shape.size()); a pixel is hidden whole. The random ones are
// fixed by `seed`. Throws std::invalid_argument naming the masks that there are.
std::vector<float> make_mask(const std::string& name, const data::SampleShape& shape,
                             std::uint64_t seed);

}  // namespace lab::infer
