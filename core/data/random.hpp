// A stream of random numbers from a counter: the same on every machine, unlike <random>'s
// distributions.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>
#include <utility>

#include "core/graph/philox.hpp"

namespace lab::data {

class Stream {
 public:
  // Streams of one seed with other numbers are independent.
  Stream(std::uint64_t seed, std::uint32_t number)
      : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
        number_(number) {}

  // In the open interval (0, 1).
  double uniform() {
    const std::uint64_t bits = (std::uint64_t{word()} << 20) ^ (word() >> 12);
    return (static_cast<double>(bits) + 0.5) * 0x1p-52;
  }

  double uniform(double low, double high) { return low + (high - low) * uniform(); }

  // 0 … count − 1.
  std::uint32_t below(std::uint32_t count) { return static_cast<std::uint32_t>(uniform() * count); }

  // Mean 0, variance 1 (Box and Muller).
  double normal() {
    const double radius = std::sqrt(-2 * std::log(uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
  }

 private:
  std::uint32_t word() {
    if (next_ == 4) {
      words_ = philox4x32({block_++, number_, 0, 0x6c6162u}, key_);
      next_ = 0;
    }
    return words_[next_++];
  }

  std::array<std::uint32_t, 2> key_;
  std::uint32_t number_;
  std::uint32_t block_ = 0;
  std::array<std::uint32_t, 4> words_{};
  std::size_t next_ = 4;
};

// Into an order drawn from all, each as likely (Fisher and Yates).
template <class T>
void shuffle(std::span<T> values, Stream& stream) {
  for (std::size_t i = values.size(); i-- > 1;) {
    std::swap(values[i], values[stream.below(static_cast<std::uint32_t>(i + 1))]);
  }
}

}  // namespace lab::data
