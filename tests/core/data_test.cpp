// Every density against its own sampler, and against the constants known for it.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>

#include "core/data/grid.hpp"
#include "core/data/ica.hpp"
#include "core/data/registry.hpp"

namespace lab::data {
namespace {

struct Case {
  const char* name;
  std::function<std::unique_ptr<PlaneTruth>()> make;
  double entropy;  // in nats; NaN where no constant is known
};

void PrintTo(const Case& each, std::ostream* out) { *out << each.name; }

const double unknown = std::nan("");

class DataTest : public testing::TestWithParam<Case> {};

TEST_P(DataTest, DensityIntegratesToOne) {
  const auto truth = GetParam().make();
  const Grid grid{truth->bounds(), 240};
  EXPECT_NEAR(std::exp(log_integral(log_density(*truth, grid), grid)), 1, 2e-3);
}

TEST_P(DataTest, EntropyIsTheKnownConstant) {
  const auto truth = GetParam().make();
  const double entropy = truth->entropy().value();
  if (!std::isnan(GetParam().entropy)) {
    EXPECT_NEAR(entropy, GetParam().entropy, 0.008);
  }
  // Monte Carlo: the mean of −ln p over draws.
  const std::size_t count = 4000;
  const std::vector<double> points = truth->sample(count, 11);
  double mean = 0, square = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double value = -truth->log_density(points[2 * i], points[2 * i + 1]).value();
    mean += value / count;
    square += value * value / count;
  }
  const double error = std::sqrt(std::max(square - mean * mean, 1e-12) / count);
  EXPECT_NEAR(mean, entropy, 4.5 * error + 1e-3);
}

TEST_P(DataTest, DrawsFollowTheDensity) {
  // Pearson's χ² over coarse cells whose probability comes from the density.
  const auto truth = GetParam().make();
  const std::size_t coarse = 12, fine = 20, count = 20000;
  const Grid cells{truth->bounds(), coarse}, grid{truth->bounds(), coarse * fine};
  const std::vector<double> values = log_density(*truth, grid);
  std::vector<double> expected(coarse * coarse, 0), seen(coarse * coarse, 0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t row = i / grid.n / fine, column = i % grid.n / fine;
    expected[row * coarse + column] += std::exp(values[i] + grid.log_cell_area()) * count;
  }
  const std::vector<double> points = truth->sample(count, 3);
  const Box& box = cells.box;
  for (std::size_t i = 0; i < count; ++i) {
    const double x = (points[2 * i] - box.x0) / (box.x1 - box.x0);
    const double y = (points[2 * i + 1] - box.y0) / (box.y1 - box.y0);
    if (x < 0 || x >= 1 || y < 0 || y >= 1) continue;
    seen[static_cast<std::size_t>(y * coarse) * coarse + static_cast<std::size_t>(x * coarse)] += 1;
  }
  double chi_square = 0, freedom = 0;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (expected[i] < 8) continue;
    chi_square += (seen[i] - expected[i]) * (seen[i] - expected[i]) / expected[i];
    freedom += 1;
  }
  EXPECT_GT(freedom, 5);
  EXPECT_LT(chi_square, freedom + 5 * std::sqrt(2 * freedom));
}

TEST_P(DataTest, DrawsRepeatAndBeginAlike) {
  const auto truth = GetParam().make();
  const std::vector<double> draw = truth->sample(50, 4), longer = truth->sample(80, 4);
  EXPECT_TRUE(std::equal(draw.begin(), draw.end(), longer.begin()));
  EXPECT_NE(draw, truth->sample(50, 5));
}

INSTANTIATE_TEST_SUITE_P(
    All, DataTest,
    testing::Values(
        Case{"eight_gaussians", make_eight_gaussians, 2.838},
        Case{"correlated_mixture",
             [] {
               return make_mixture({{1, -1, 0, 0.5, 0.9, 0.6}, {3, 1, 1, 0.4, 0.3, -0.7}});
             },
             unknown},
        Case{"one_gaussian",
             [] {
               return make_mixture({{2, 0, 0, 1, 1, 0}});
             },
             1 + std::log(2 * 3.14159265358979)},
        Case{"ring", [] { return make_ring(2, 0.2); }, unknown},
        Case{"moons", [] { return make_moons(0.1); }, 2.399},
        Case{"raw_moons", [] { return make_moons(0.1, 1); }, 1.008},
        Case{"thin_moons", [] { return make_moons(0.05, 1); }, 0.291},
        Case{"pinwheel", make_pinwheel, 2.316},
        Case{"checkerboard", make_checkerboard, std::log(32.0)},
        Case{"mixed_sources", [] { return make_plane_sources(draw_mixing(2, 1)); },
             2 + std::log(2.0) + draw_mixing(2, 1).log_det},
        Case{"spirals", make_spirals, unknown}, Case{"swiss_roll", make_swiss_roll, 2.670}),
    [](const testing::TestParamInfo<Case>& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace lab::data
