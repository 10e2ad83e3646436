// Every distribution against mathematics: its density integrates to one, its draws follow it, and
// its mean is theirs. A new one is a row.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "core/data/ica.hpp"
#include "core/distributions/coupling.hpp"
#include "core/distributions/flow.hpp"
#include "core/distributions/linear.hpp"
#include "core/distributions/normal.hpp"
#include "core/distributions/normal_numbers.hpp"
#include "tests/core/moved_graph.hpp"

namespace lab::distributions {
namespace {

using Numbers = std::vector<double>;

struct Case {
  const char* name;
  std::function<std::unique_ptr<Distribution>(MovedGraph&)> make;
  Extent dimensions;
  // The box [low, high]^D that holds its mass is cut into `cells` for integrals, and these are put
  // together to `bins` for draws, both along each axis. Of bits a cell is a bit.
  double low, high;
  std::size_t cells = 240, bins = 12;
};

void PrintTo(const Case& each, std::ostream* out) { *out << each.name; }

class DistributionTest : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    const Case& that = GetParam();
    distribution_ = that.make(moved_);
    moved_.start();
    size_ = static_cast<std::size_t>(that.dimensions);
    const double width = (that.high - that.low) / static_cast<double>(that.cells);
    const std::size_t count = size_ == 1 ? that.cells : that.cells * that.cells;
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t axis = 0, rest = i; axis < size_; ++axis, rest /= that.cells) {
        points_.push_back(that.low + width * (static_cast<double>(rest % that.cells) + 0.5));
      }
    }
    const Value x = moved_.graph.constant(points_, {static_cast<Extent>(count), that.dimensions});
    for (const float value : moved_.values_of(distribution_->log_density(x))) {
      mass_.push_back(std::exp(static_cast<double>(value)) *
                      std::pow(width, static_cast<double>(size_)));
    }
  }

  std::size_t bin_of(const double* point) const {
    const Case& that = GetParam();
    std::size_t bin = 0;
    for (std::size_t axis = size_; axis-- > 0;) {
      const double place = (point[axis] - that.low) / (that.high - that.low);
      const auto last = static_cast<double>(that.bins - 1);
      const double along =
          std::clamp(std::floor(place * static_cast<double>(that.bins)), 0.0, last);
      bin = bin * that.bins + static_cast<std::size_t>(along);
    }
    return bin;
  }

  MovedGraph moved_;
  std::unique_ptr<Distribution> distribution_;
  std::size_t size_ = 0;
  Numbers points_, mass_;  // (n, D) cells' middles, and what a cell holds (n)
};

TEST_P(DistributionTest, IntegratesToOne) {
  double total = 0;
  for (const double mass : mass_) total += mass;
  EXPECT_NEAR(total, 1, 1e-3);
}

TEST_P(DistributionTest, DrawsFollowTheDensityAndTheMean) {
  constexpr std::size_t count = 20000;
  const Value seed = moved_.graph.index_constant(7);
  const std::vector<float> draws =
      moved_.values_of(distribution_->sample(moved_.graph, count, seed, seed));
  ASSERT_EQ(draws.size(), count * size_);
  const Numbers drawn(draws.begin(), draws.end());
  Numbers expected, seen, mean(size_, 0), square(size_, 0), integral(size_, 0);
  const auto bins = static_cast<std::size_t>(
      std::pow(static_cast<double>(GetParam().bins), static_cast<double>(size_)));
  expected.assign(bins, 0);
  seen.assign(bins, 0);
  for (std::size_t i = 0; i < mass_.size(); ++i) {
    expected[bin_of(&points_[i * size_])] += mass_[i] * count;
  }
  for (std::size_t i = 0; i < count; ++i) seen[bin_of(&drawn[i * size_])] += 1;
  double chi_square = 0, freedom = -1;
  for (std::size_t i = 0; i < bins; ++i) {
    if (expected[i] < 8) continue;
    chi_square += (seen[i] - expected[i]) * (seen[i] - expected[i]) / expected[i];
    freedom += 1;
  }
  EXPECT_GE(freedom, 1);
  EXPECT_LT(chi_square, freedom + 5 * std::sqrt(2 * freedom));

  for (std::size_t i = 0; i < points_.size(); ++i) {
    integral[i % size_] += mass_[i / size_] * points_[i];
  }
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    mean[i % size_] += drawn[i] / count;
    square[i % size_] += drawn[i] * drawn[i] / count;
  }
  const Value said = distribution_->mean(moved_.graph);
  const std::vector<float> means = said ? moved_.values_of(said) : std::vector<float>{};
  for (std::size_t axis = 0; axis < size_; ++axis) {
    const double error = std::sqrt((square[axis] - mean[axis] * mean[axis]) / count);
    EXPECT_NEAR(mean[axis], integral[axis], 5 * error);
    if (!said) continue;
    EXPECT_NEAR(means[axis], integral[axis], 5e-3);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, DistributionTest,
    testing::Values(
        Case{"gaussian",
             [](MovedGraph&) {
               return gaussian({0.5, -1}, {1.2, 0, -0.6, 0.7});
             },
             2, -7, 7},
        Case{"uniform",
             [](MovedGraph&) {
               return uniform({-1, 0}, {1, 2});
             },
             2, -2, 4},
        Case{"mixture",
             [](MovedGraph&) {
               return mixture({0.2, 0.5, 0.3}, {-2, 0, 1, 1, 0, -2}, {0.3, 0.5, 0.2});
             },
             2, -6, 6},
        Case{"standard_normal", [](MovedGraph&) { return standard_normal(2); }, 2, -6, 6},
        Case{"normal",
             [](MovedGraph& moved) {
               return normal(moved.graph.constant({0.3, -1}, {2}),
                             moved.graph.constant({0.8, -0.5}, {2}));
             },
             2, -9, 9},
        Case{"normal_of_one_deviation",
             [](MovedGraph& moved) {
               return normal(moved.graph.constant({0.3, -1}, {2}), moved.graph.constant(-0.5));
             },
             2, -6, 6},
        Case{"standard_logistic", [](MovedGraph&) { return standard_logistic(1); }, 1, -20, 20,
             6000, 60},
        Case{"logistic",
             [](MovedGraph& moved) {
               return logistic(moved.graph.constant({1.5}, {1}), moved.graph.constant({-0.4}, {1}));
             },
             1, -20, 20, 6000, 60},
        Case{"mixed_laplacian",
             [](MovedGraph&) {
               const data::Mixing mixing = data::mixing_of({1.2, 0.4, -0.5, 0.8});
               return mixed_laplacian(mixing.matrix, mixing.inverse, mixing.log_det);
             },
             2, -14, 14, 480},
        Case{"bernoulli",
             [](MovedGraph& moved) {
               return bernoulli(moved.graph.constant({0.7, -1.2}, {2}));
             },
             2, -0.5, 1.5, 2, 2},
        Case{"flow",
             [](MovedGraph& moved) {
               auto flow = std::make_unique<Flow>(standard_normal(2));
               for (const Extent kept : {0, 1}) {
                 flow->add(coupling(moved.parameters, "coupling" + std::to_string(kept),
                                    CouplingKind::affine, Partition{{kept}, {1 - kept}},
                                    std::vector<Extent>{8}, "tanh"));
               }
               flow->add(scaling(moved.parameters.add("scale", moved.graph.constant(0, {2}))));
               flow->end_stage("z");
               return flow;
             },
             2, -12, 12}),
    [](const testing::TestParamInfo<Case>& each) { return std::string(each.param.name); });

// A row of parameters each.
TEST(Distribution, RowsHaveParametersOfTheirOwn) {
  MovedGraph moved;
  const Value mean = moved.graph.constant({-50, 0, 50}, {3, 1}), spread = moved.graph.constant(0);
  const Value seed = moved.graph.index_constant(1);
  moved.start();
  for (const Value draws : {normal(mean, spread)->sample(moved.graph, 3, seed, seed),
                            logistic(mean, spread)->sample(moved.graph, 3, seed, seed)}) {
    const std::vector<float> values = moved.values_of(draws);
    for (std::size_t i = 0; i < 3; ++i)
      EXPECT_NEAR(values[i], -50 + 50 * static_cast<double>(i), 20);
  }
  const std::vector<float> densities = moved.values_of(
      normal(mean, spread)->log_density(moved.graph.constant({-50, 0, 50}, {3, 1})));
  for (const float density : densities) EXPECT_NEAR(density, -0.5 * log_two_pi, 1e-6);
  EXPECT_THROW((void)normal(mean, spread)->sample(moved.graph, 2, seed, seed), GraphError);
}

TEST(Normal, DivergenceIsTheIntegralOfTheLogRatio) {
  MovedGraph moved;
  Graph& graph = moved.graph;
  constexpr int cells = 8001;
  std::vector<double> points;
  const double low = -20, step = 0.005;
  for (int i = 0; i < cells; ++i) points.push_back(low + step * i);
  const Value x = graph.constant(points, {cells});
  const Value mean = graph.constant(-0.9), log_variance = graph.constant(-1.1);
  const Value log_q = gaussian_log_density(x, mean, log_variance);
  moved.start();
  const Value integral = sum(exp(log_q) * (log_q - standard_log_density(x))) * step;
  EXPECT_NEAR(moved.values_of(integral).front(),
              moved.values_of(kl_to_standard(mean, log_variance)).front(), 1e-5);
}

TEST(Normal, QuantilesInvertTheCumulativeDistribution) {
  EXPECT_NEAR(normal_quantile(0.5), 0, 1e-15);
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-12);
  for (const double p : {1e-300, 1e-12, 1e-4, 0.025, 0.3, 0.5, 0.77, 0.999, 1 - 1e-10}) {
    const double back = normal_cumulative(normal_quantile(p));
    EXPECT_NEAR(back / p, 1, 1e-11) << p;
  }
}

}  // namespace
}  // namespace lab::distributions
