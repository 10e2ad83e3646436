// The parts of the plots that are mathematics: ticks, numbers, level lines.
#include <gtest/gtest.h>

#include <cmath>

#include "shell/plot/contour.hpp"
#include "shell/plot/numbers.hpp"

namespace lab::plot {
namespace {

TEST(Ticks, AreRoundAndWithin) {
  EXPECT_EQ(round_ticks(-4.2, 4.2, 5), (std::vector<double>{-4, -2, 0, 2, 4}));
  EXPECT_EQ(round_ticks(0, 1, 5).size(), 6u);
  EXPECT_TRUE(round_ticks(1, 1, 5).empty());
  EXPECT_TRUE(round_ticks(0, INFINITY, 5).empty());
  for (const double width : {1e-6, 0.037, 1.0, 812.0, 4e9}) {
    const auto ticks = round_ticks(width / 3, width / 3 + width, 6);
    EXPECT_GE(ticks.size(), 3u);
    EXPECT_LE(ticks.size(), 12u);
    EXPECT_GE(ticks.front(), width / 3 * (1 - 1e-9));
    EXPECT_LE(ticks.back(), width / 3 + width * (1 + 1e-9));
  }
}

TEST(Numbers, HaveTheDigitsTheyDeserve) {
  EXPECT_EQ(tick_label(-0.25, {-0.25, -0.2}), "−0.25");
  EXPECT_EQ(tick_label(2, {1, 2}), "2");
  EXPECT_EQ(tick_label(-1e-17, {-1e-17, 1}), "0");
  EXPECT_EQ(tick_label(-0.5, {-0.5, 0}), "−0.5");
  // One tick alone is no 0.
  EXPECT_EQ(tick_label(0.05, {0.05}), "0.05");
  EXPECT_EQ(tick_label(20000, {10000, 20000}), "20.0k");
  EXPECT_EQ(brief(-0.70313, 4), "−0.7031");
  EXPECT_EQ(brief(1234567, 4), "1.23M");
  EXPECT_EQ(brief(25600, 3), "25.6k");
  EXPECT_EQ(brief(4417), "4417");
  EXPECT_EQ(brief(std::nan("")), "–");
  EXPECT_EQ(brief(-INFINITY), "−∞");
}

TEST(Contour, ACircleIsOneClosedLineOfTheRightRadius) {
  constexpr int n = 41;
  std::vector<float> values;
  for (int row = 0; row < n; ++row) {
    for (int column = 0; column < n; ++column) {
      values.push_back(std::hypot(static_cast<float>(column - 20), static_cast<float>(row - 20)));
    }
  }
  const auto lines = level_lines(values, n, 12.3f);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].front().column, lines[0].back().column);
  EXPECT_GT(lines[0].size(), 60u);
  for (const GridPoint& point : lines[0]) {
    EXPECT_NEAR(std::hypot(point.column - 20, point.row - 20), 12.3, 0.05);
  }
}

TEST(Contour, OpenLinesRunFromEdgeToEdgeAndHolesAreLeftOut) {
  constexpr int n = 9;
  std::vector<float> values;
  for (int i = 0; i < n * n; ++i) values.push_back(static_cast<float>(i % n) - 3.5f);
  const auto lines = level_lines(values, n, 0);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].size(), static_cast<std::size_t>(n));
  for (float& value : values) value = NAN;
  EXPECT_TRUE(level_lines(values, n, 0).empty());
  EXPECT_TRUE(level_lines({}, n, 0).empty());
}

}  // namespace
}  // namespace lab::plot
