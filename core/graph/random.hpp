// How random ops turn counters into numbers: the definition that every executor follows.
//
// Four numbers come from one Philox block: counter words (block, stream, counter, kind), key words
// (seed, 0). Element i is word i mod 4 of block i / 4.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "core/graph/philox.hpp"

namespace lab::random {

enum class Kind : std::uint32_t { uniform = 0, normal = 1, permutation = 2 };

inline std::array<std::uint32_t, 4> block(std::uint32_t index, std::uint32_t stream,
                                          std::uint32_t counter, Kind kind, std::uint32_t seed) {
  return philox4x32({index, stream, counter, static_cast<std::uint32_t>(kind)}, {seed, 0});
}

// In the open interval (0, 1): 23 bits and a half, exact in a float.
template <class T>
T to_unit(std::uint32_t word) {
  return (static_cast<T>(word >> 9) + T(0.5)) * T(1.1920928955078125e-07);
}

// The order of 0 … count − 1 in one epoch: a Feistel cipher on the smallest even number of bits
// that holds count, walked until the image falls below count.
class Permutation {
 public:
  Permutation(std::uint32_t count, std::uint32_t stream, std::uint32_t epoch, std::uint32_t seed)
      : count_(count),
        half_bits_((static_cast<std::uint32_t>(std::bit_width(count > 1 ? count - 1 : 1)) + 1) / 2),
        mask_((1u << half_bits_) - 1),
        keys_(block(0, stream, epoch, Kind::permutation, seed)) {}

  std::uint32_t operator()(std::uint32_t index) const {
    do {
      index = cipher(index);
    } while (index >= count_);
    return index;
  }

 private:
  std::uint32_t cipher(std::uint32_t index) const {
    std::uint32_t left = index >> half_bits_, right = index & mask_;
    for (const std::uint32_t key : keys_) {
      std::uint32_t mixed = (right ^ key) * 0x9e3779b1u;
      mixed = (mixed ^ (mixed >> 15)) * 0x85ebca77u;
      mixed ^= mixed >> 13;
      const std::uint32_t next = left ^ (mixed & mask_);
      left = right;
      right = next;
    }
    return (left << half_bits_) | right;
  }

  std::uint32_t count_, half_bits_, mask_;
  std::array<std::uint32_t, 4> keys_;
};

}  // namespace lab::random
