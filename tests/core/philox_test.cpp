// The generator against the known answers that its authors publish with Random123 (kat_vectors).
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "core/data/random.hpp"
#include "core/graph/philox.hpp"

namespace lab {
namespace {

using Words = std::array<std::uint32_t, 4>;

TEST(Philox, KnownAnswers) {
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}),
            (Words{0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u}));
  const std::uint32_t full = 0xffffffffu;
  EXPECT_EQ(philox4x32({full, full, full, full}, {full, full}),
            (Words{0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu}));
  EXPECT_EQ(
      philox4x32({0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u}, {0xa4093822u, 0x299f31d0u}),
      (Words{0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u}));
}

TEST(Philox, IsKnownWhenTheProgramIsCompiled) {
  static_assert(philox4x32({0, 0, 0, 0}, {0, 0})[0] == 0x6627e8d5u);
}

TEST(Stream, UniformsStayInsideAndFillTheInterval) {
  data::Stream stream(7, 0);
  constexpr int count = 20000, bins = 20;
  std::array<int, bins> seen{};
  for (int i = 0; i < count; ++i) {
    const double value = stream.uniform();
    ASSERT_GT(value, 0);
    ASSERT_LT(value, 1);
    ++seen[static_cast<std::size_t>(value * bins)];
  }
  double chi_square = 0;
  for (const int each : seen) chi_square += std::pow(each - count / bins, 2) * bins / count;
  EXPECT_LT(chi_square, 43.8);  // 99.9 % of χ² with 19 degrees of freedom
}

TEST(Stream, NormalsHaveTheMomentsOfANormal) {
  data::Stream stream(7, 1);
  constexpr int count = 40000;
  double mean = 0, square = 0, fourth = 0;
  for (int i = 0; i < count; ++i) {
    const double value = stream.normal();
    mean += value / count;
    square += value * value / count;
    fourth += std::pow(value, 4) / count;
  }
  // Four standard errors: the variances of z, z², z⁴ are 1, 2, 96.
  EXPECT_NEAR(mean, 0, 4 * std::sqrt(1.0 / count));
  EXPECT_NEAR(square, 1, 4 * std::sqrt(2.0 / count));
  EXPECT_NEAR(fourth, 3, 4 * std::sqrt(96.0 / count));
}

TEST(Stream, NumbersAndSeedsMakeOtherStreams) {
  std::set<double> firsts;
  for (std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1} << 32}) {
    for (std::uint32_t number : {0u, 1u, 2u}) firsts.insert(data::Stream(seed, number).uniform());
  }
  EXPECT_EQ(firsts.size(), 9u);
  data::Stream first(3, 4), second(3, 4);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(first.normal(), second.normal());
}

}  // namespace
}  // namespace lab
