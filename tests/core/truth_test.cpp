// A truth may have any dimension: a Gaussian and a model of independent components, of which
// everything is known, and what a flow makes of them.
#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <functional>
#include <numbers>

#include "core/data/dataset.hpp"
#include "core/data/random.hpp"
#include "core/distributions/normal_numbers.hpp"
#include "core/execute/cpu/cpu.hpp"
#include "core/models/system.hpp"
#include "core/session/specification.hpp"

namespace lab::data {
namespace {

// x = A s with independent s of mean 0 and variance 1; ln p(x) = Σ ln p(sᵢ) − ln |det A|.
class Mixed : public Truth {
 public:
  explicit Mixed(Eigen::MatrixXd mixing)
      : mixing_(std::move(mixing)),
        inverse_(mixing_.inverse()),
        log_det_(std::log(std::abs(mixing_.determinant()))) {}

  std::size_t dimensions() const override { return static_cast<std::size_t>(mixing_.rows()); }

  std::vector<double> sample(std::size_t count, std::uint64_t seed) const override {
    Stream stream(seed, 0);
    std::vector<double> points;
    Eigen::VectorXd s(mixing_.rows());
    for (std::size_t i = 0; i < count; ++i) {
      for (double& each : s) each = draw(stream);
      const Eigen::VectorXd x = mixing_ * s;
      points.insert(points.end(), x.begin(), x.end());
    }
    return points;
  }

  std::optional<double> log_density(std::span<const double> x) const override {
    const Eigen::Map<const Eigen::VectorXd> at(x.data(), mixing_.rows());
    double total = -log_det_;
    for (const double each : Eigen::VectorXd(inverse_ * at)) total += log_source(each);
    return total;
  }

  std::optional<double> entropy() const override {
    return static_cast<double>(dimensions()) * source_entropy() + log_det_;
  }

  const Eigen::MatrixXd& mixing() const { return mixing_; }

 protected:
  virtual double draw(Stream& stream) const = 0;
  virtual double log_source(double s) const = 0;
  virtual double source_entropy() const = 0;

 private:
  Eigen::MatrixXd mixing_, inverse_;
  double log_det_;
};

class GaussianTruth final : public Mixed {
 public:
  using Mixed::Mixed;

 private:
  double draw(Stream& stream) const override { return stream.normal(); }
  double log_source(double s) const override { return distributions::normal_log_density(s, 0, 1); }
  double source_entropy() const override { return 0.5 * (1 + distributions::log_two_pi); }
};

// Independent component analysis (Hyvärinen & Oja 2000) with Laplace sources.
class Components final : public Mixed {
 public:
  using Mixed::Mixed;

 private:
  static constexpr double scale = 1 / std::numbers::sqrt2;
  double draw(Stream& stream) const override {
    const double u = stream.uniform(-1, 1);
    return std::copysign(scale * std::log1p(-std::abs(u)), -u);
  }
  double log_source(double s) const override { return -std::abs(s) / scale - std::log(2 * scale); }
  double source_entropy() const override { return 1 + std::log(2 * scale); }
};

Eigen::MatrixXd mixing(int dimensions) {
  Stream stream(3, 0);
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Identity(dimensions, dimensions);
  for (double& each : matrix.reshaped()) each += 0.3 * stream.normal();
  return matrix;
}

struct Case {
  const char* name;
  std::function<std::unique_ptr<Mixed>()> make;
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
  const Eigen::MatrixXd expected = truth->mixing() * truth->mixing().transpose();
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
  const double gaussian =
      -0.5 * size * (1 + distributions::log_two_pi) - std::log(truth->mixing().determinant());
  EXPECT_NEAR(likelihood(), gaussian, 0.35);
  EXPECT_GT(-truth->entropy().value(), gaussian - 1e-9);
  cpu.run(cpu.prepare(system.phases.back().procedure), 50);
  EXPECT_GT(likelihood(), gaussian - 0.5);
}

INSTANTIATE_TEST_SUITE_P(
    All, TruthTest,
    testing::Values(
        Case{"gaussian_of_ten", [] { return std::make_unique<GaussianTruth>(mixing(10)); }},
        Case{"components_of_four", [] { return std::make_unique<Components>(mixing(4)); }}),
    [](const testing::TestParamInfo<Case>& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace lab::data
