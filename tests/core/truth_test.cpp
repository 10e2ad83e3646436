// A truth may have any dimension: a Gaussian and mixed sources, of which everything is known, and
// what a flow makes of them.
#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <functional>

#include "core/data/dataset.hpp"
#include "core/data/ica.hpp"
#include "core/data/random.hpp"
#include "core/distributions/normal_numbers.hpp"
#include "core/execute/cpu/cpu.hpp"
#include "core/models/system.hpp"
#include "core/session/specification.hpp"

namespace lab::data {
namespace {

// N(0, A Aᵀ), as a person might add it.
class GaussianTruth final : public Truth {
 public:
  explicit GaussianTruth(Eigen::MatrixXd mixing)
      : mixing_(std::move(mixing)),
        inverse_(mixing_.inverse()),
        log_det_(std::log(std::abs(mixing_.determinant()))) {}

  std::size_t dimensions() const override { return static_cast<std::size_t>(mixing_.rows()); }

  std::vector<double> sample(std::size_t count, std::uint64_t seed) const override {
    Stream stream(seed, 0);
    std::vector<double> points;
    Eigen::VectorXd s(mixing_.rows());
    for (std::size_t i = 0; i < count; ++i) {
      for (double& each : s) each = stream.normal();
      const Eigen::VectorXd x = mixing_ * s;
      points.insert(points.end(), x.begin(), x.end());
    }
    return points;
  }

  std::optional<double> log_density(std::span<const double> x) const override {
    const Eigen::Map<const Eigen::VectorXd> at(x.data(), mixing_.rows());
    double total = -log_det_;
    for (const double each : Eigen::VectorXd(inverse_ * at)) {
      total += distributions::normal_log_density(each, 0, 1);
    }
    return total;
  }

  std::optional<double> entropy() const override {
    return 0.5 * static_cast<double>(dimensions()) * (1 + distributions::log_two_pi) + log_det_;
  }

 private:
  Eigen::MatrixXd mixing_, inverse_;
  double log_det_;
};

Eigen::MatrixXd mixing(int dimensions) {
  Stream stream(3, 0);
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Identity(dimensions, dimensions);
  for (double& each : matrix.reshaped()) each += 0.3 * stream.normal();
  return matrix;
}

// A of Laplacian sources.
Eigen::MatrixXd drawn_mixing() {
  const Mixing mixing = draw_mixing(4, 3);
  return Eigen::Map<const Eigen::Matrix<double, 4, 4, Eigen::RowMajor>>(mixing.matrix.data());
}

struct Case {
  const char* name;
  std::function<std::unique_ptr<Truth>()> make;
  Eigen::MatrixXd mixing;  // the covariance is this times its transpose
};

void PrintTo(const Case& each, std::ostream* out) { *out << each.name; }

class TruthTest : public testing::TestWithParam<Case> {};

TEST_P(TruthTest, EntropyIsTheMeanOfTheLogDensity) {
  const auto truth = GetParam().make();
  constexpr std::size_t count = 20000;
  const std::vector<double> values = log_density(*truth, truth->sample(count, 4));
  ASSERT_EQ(values.size(), count);
  double mean = 0, square = 0;
  for (const double value : values) {
    mean += value / count;
    square += value * value / count;
  }
  EXPECT_NEAR(-mean, truth->entropy().value(), 4 * std::sqrt((square - mean * mean) / count));
}

TEST_P(TruthTest, DrawsHaveTheCovariance) {
  const auto truth = GetParam().make();
  constexpr Eigen::Index count = 50000;
  const std::vector<double> draws = truth->sample(count, 5);
  const Eigen::Map<const Eigen::MatrixXd> x(draws.data(),
                                            static_cast<Eigen::Index>(truth->dimensions()), count);
  const Eigen::MatrixXd covariance = x * x.transpose() / static_cast<double>(count);
  const Eigen::MatrixXd expected = GetParam().mixing * GetParam().mixing.transpose();
  EXPECT_LT((covariance - expected).norm(), 0.02 * expected.norm());
  const std::vector<double> longer = truth->sample(count + 7, 5);
  EXPECT_TRUE(std::equal(draws.begin(), draws.end(), longer.begin()));
}

// Nothing above asks how many dimensions there are. A flow that begins with a whitening and goes on
// with nothing is the Gaussian of the data's covariance.
TEST_P(TruthTest, AFlowLearnsFromIt) {
  const auto truth = GetParam().make();
  Dataset data;
  data.train.shape = data.test.shape = {1, truth->dimensions(), 1, Domain::vectors};
  const auto draw = [&](std::size_t count, std::uint64_t seed) {
    const std::vector<double> points = truth->sample(count, seed);
    return std::vector<float>(points.begin(), points.end());
  };
  data.train.values = draw(20000, 1);
  data.test.values = draw(250, 2);
  EXPECT_FALSE(data.plane());
  const auto spec = session::complete(
      {{"model",
        {{"name", "nice"}, {"prior", "gaussian"}, {"whitening", "zca"}, {"couplings", 1}}}});
  const models::System system = models::make_system(spec, data);
  Cpu cpu(*system.graph);
  models::initialise(cpu, system, data);
  const auto likelihood = [&] {
    const models::Ability& ability = system.ability("forward");
    const auto forward = cpu.prepare(ability.procedure());
    cpu.write(ability.inputs.front().variable, data.test.values);
    cpu.run(forward);
    double mean = 0;
    for (const float value : cpu.output(forward, 0)) mean += static_cast<double>(value) / 250;
    return mean;
  };
  const auto size = static_cast<double>(truth->dimensions());
  const double gaussian = -0.5 * size * (1 + distributions::log_two_pi) -
                          std::log(std::abs(GetParam().mixing.determinant()));
  EXPECT_NEAR(likelihood(), gaussian, 0.35);
  EXPECT_GT(-truth->entropy().value(), gaussian - 1e-9);
  cpu.run(cpu.prepare(system.phases.back().procedure), 50);
  EXPECT_GT(likelihood(), gaussian - 0.5);
}

// ∏ e^(−√2|sᵢ|)/√2 at s = B x, over |det A|.
TEST(MixedSources, HaveTheDensityThatTheirSourcesGiveThem) {
  for (const std::size_t dimensions : {2, 3, 8, 16}) {
    const Mixing mixing = draw_mixing(dimensions, 5);
    const auto size = static_cast<Eigen::Index>(dimensions);
    const Eigen::MatrixXd a = Eigen::Map<const Eigen::Matrix<double, -1, -1, Eigen::RowMajor>>(
        mixing.matrix.data(), size, size);
    const Eigen::JacobiSVD<Eigen::MatrixXd> svd(a);
    EXPECT_LT(svd.singularValues()(0), largest_condition * svd.singularValues()(size - 1));
    const auto truth = make_mixed_sources(mixing);
    const std::vector<double> x = truth->sample(20, 9);
    for (std::size_t row = 0; row < 20; ++row) {
      const std::span<const double> point(x.data() + row * dimensions, dimensions);
      const Eigen::VectorXd s =
          a.fullPivLu().solve(Eigen::Map<const Eigen::VectorXd>(point.data(), size));
      double expected = -std::log(std::abs(a.determinant()));
      for (const double each : s)
        expected += std::log(std::exp(-std::sqrt(2) * std::abs(each)) / std::sqrt(2));
      EXPECT_NEAR(truth->log_density(point).value(), expected, 1e-9);
    }
  }
}

TEST(MixedSources, AreDataOfASpecification) {
  const auto spec = session::complete(
      {{"data", {{"name", "ica"}, {"dimensions", 3}, {"mixing_seed", 7}, {"train", 500}}},
       {"model", {{"name", "nice"}}}});
  EXPECT_FALSE(spec.at("data").contains("scale"));
  const Dataset data = make_dataset(spec.at("data"), {});
  EXPECT_EQ(data.domain(), Domain::vectors);
  EXPECT_EQ(data.dimensions(), 3u);
  EXPECT_EQ(data.train.count(), 500u);
  ASSERT_NE(mixing_behind(data.truth.get()), nullptr);
  EXPECT_EQ(mixing_behind(data.truth.get())->matrix, draw_mixing(3, 7).matrix);
  EXPECT_NE(draw_mixing(3, 7).matrix, draw_mixing(3, 8).matrix);
}

INSTANTIATE_TEST_SUITE_P(
    All, TruthTest,
    testing::Values(Case{"gaussian_of_ten",
                         [] { return std::make_unique<GaussianTruth>(mixing(10)); }, mixing(10)},
                    Case{"sources_of_four", [] { return make_mixed_sources(draw_mixing(4, 3)); },
                         drawn_mixing()}),
    [](const testing::TestParamInfo<Case>& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace lab::data
