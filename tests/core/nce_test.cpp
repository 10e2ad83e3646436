// Noise-contrastive estimation against mathematics: the paper's asymptotic covariance, the
// posterior at the optimum, the constant.
#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>

#include "core/data/grid.hpp"
#include "core/data/random.hpp"
#include "core/data/registry.hpp"
#include "core/execute/cpu/cpu.hpp"
#include "core/infer/autocorrelation.hpp"
#include "core/infer/hmc.hpp"
#include "core/models/contrast.hpp"
#include "core/models/noise.hpp"
#include "core/nn/optimiser.hpp"
#include "core/session/experiment.hpp"
#include "tests/core/ask.hpp"

namespace lab {
namespace {

using session::Json;

constexpr double deviation_x = 1.2, deviation_y = 0.7, rho = 0.5, noise_scale = 1.4;

std::unique_ptr<data::PlaneTruth> truth() {
  return data::make_mixture({{1, 0, 0, deviation_x, deviation_y, rho}});
}

// The true parameters: Λ₁₁, Λ₁₂, Λ₂₂, b, c.
std::vector<double> true_parameters() {
  const double rest = 1 - rho * rho;
  return {1 / (deviation_x * deviation_x * rest),
          -rho / (deviation_x * deviation_y * rest),
          1 / (deviation_y * deviation_y * rest),
          0,
          0,
          -std::log(2 * M_PI * deviation_x * deviation_y * std::sqrt(rest))};
}

std::unique_ptr<distributions::Distribution> noise() {
  return distributions::gaussian({0, 0},
                                 {noise_scale * deviation_x, 0, noise_scale * rho * deviation_y,
                                  noise_scale * deviation_y * std::sqrt(1 - rho * rho)});
}

// The estimate from fixed samples of `count` points each, by full-batch Adam with a cosine.
std::vector<float> estimate(std::size_t count, std::uint64_t seed) {
  Graph graph;
  const Value seed_value =
      graph.variable("seed", graph.index_constant(static_cast<std::uint32_t>(seed)));
  const Value step = graph.variable("step", graph.constant(0));
  const auto rows = static_cast<Extent>(count);
  const Value x = graph.variable("x", graph.constant(0, {rows, 2}));
  const auto noise_density = noise();
  const Value y = noise_density->sample(graph, rows, seed_value, graph.index_constant(1));
  nn::Parameters parameters{graph, seed_value, {}};
  const auto model = models::make_unnormalised({{"name", "gaussian"}}, parameters, {-4, 4, -4, 4});
  const Value c = parameters.add("c", graph.constant(-4));
  const Value j = models::nce_objective(model, c, *noise_density, x, y);

  nn::Optimiser adam;
  adam.schedule = "cosine";
  const auto number = [&](double value) { return graph.constant(value); };
  adam.rate = number(0.05);
  adam.beta1 = number(0.9);
  adam.beta2 = number(0.999);
  adam.epsilon = number(1e-8);
  adam.schedule_steps = number(800);
  adam.schedule_factor = number(0.001);
  Procedure train{"train", {j}, {{step, step + 1.0}}};
  nn::descend(train, adam, step, parameters.values, gradients(-j, parameters.values));

  Cpu cpu(graph);
  std::vector<Value> all;
  for (const NodeId id : graph.variables()) all.emplace_back(graph, id);
  cpu.initialise(graph, {seed_value});
  cpu.initialise(graph, all);
  const std::vector<double> points = truth()->sample(count, seed);
  cpu.write(x, std::vector<float>(points.begin(), points.end()));
  cpu.run(cpu.prepare(train), 800);
  std::vector<float> result;
  for (const Value parameter : parameters.values) {
    for (const float value : cpu.read(parameter)) result.push_back(value);
  }
  return result;
}

// tr(Σ) of the paper, section 2.3, by integration over the plane.
double asymptotic_trace() {
  const data::Grid grid{{-9, 9, -9, 9}, 300};
  const auto p = truth();
  const auto q =
      data::make_mixture({{1, 0, 0, noise_scale * deviation_x, noise_scale * deviation_y, rho}});
  Eigen::MatrixXd information = Eigen::MatrixXd::Zero(6, 6);
  Eigen::VectorXd mean = Eigen::VectorXd::Zero(6);
  const double area = std::exp(grid.log_cell_area());
  for (std::size_t row = 0; row < grid.n; ++row) {
    for (std::size_t column = 0; column < grid.n; ++column) {
      const double x = grid.x(column), y = grid.y(row);
      const double pd = std::exp(*p->log_density(x, y)), pn = std::exp(*q->log_density(x, y));
      Eigen::VectorXd g(6);
      g << -0.5 * x * x, -x * y, -0.5 * y * y, x, y, 1;
      const double weight = pn / (pd + pn) * pd * area;
      information += weight * g * g.transpose();
      mean += weight * g;
    }
  }
  const Eigen::MatrixXd inverse = information.inverse();
  return (inverse - 2 * inverse * mean * mean.transpose() * inverse).trace();
}

TEST(Nce, ErrorsFollowTheAsymptoticCovariance) {
  constexpr std::size_t count = 1500;
  constexpr int seeds = 24;
  const std::vector<double> wanted = true_parameters();
  double squared = 0;
  for (int seed = 1; seed <= seeds; ++seed) {
    const std::vector<float> found = estimate(count, static_cast<std::uint64_t>(seed));
    ASSERT_EQ(found.size(), wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      squared += std::pow(static_cast<double>(found[i]) - wanted[i], 2) / seeds;
    }
  }
  const double predicted = asymptotic_trace() / count;
  // The mean of 24 squared errors, dominated by a few directions, scatters by about a third.
  EXPECT_GT(squared, 0.45 * predicted);
  EXPECT_LT(squared, 1.9 * predicted);
}

TEST(Nce, PosteriorAtTheOptimumIsTheTrueOne) {
  Json spec{
      {"data",
       {{"name", "mixture"}, {"components", {{1, 0.3, -0.2, 1.1, 0.8, 0.4}}}, {"train", 20000}}},
      {"model", {{"name", "gaussian"}}},
      {"objective", {{"ratio", 2}, {"batch", 1000}}},
      {"optimiser",
       {{"rate", 0.02},
        {"schedule", "cosine"},
        {"schedule_steps", 1500},
        {"schedule_factor", 0.01}}}};
  session::Experiment experiment(session::complete(spec));
  experiment.step(1500).get();
  const auto measures = experiment.measure().get();
  EXPECT_LT(measures.at("kl_to_truth"), 0.003);
  EXPECT_NEAR(measures.at("c"), measures.at("minus_log_z"), 0.03);
  EXPECT_NEAR(measures.at("objective_test"), measures.at("objective_optimum"), 0.01);

  const data::Grid grid{experiment.data().bounds, 24};
  const std::vector<float> points = grid.points();
  const session::Arrays densities =
      experiment.call("log_density", session::given("x", points)).get();
  const std::vector<float>&log_model = densities.values("log_density"),
        &log_noises = densities.values("log_noise");
  for (std::size_t row = 0; row < grid.n; ++row) {
    for (std::size_t column = 0; column < grid.n; ++column) {
      const std::size_t i = row * grid.n + column;
      const double log_noise = static_cast<double>(log_noises[i]) + std::log(2.0);
      const auto h = [&](double log_p) { return 1 / (1 + std::exp(log_noise - log_p)); };
      const double log_truth =
          *experiment.data().plane_truth().log_density(grid.x(column), grid.y(row));
      // Farther out the standard error of G, from 20000 points, is itself over 0.1.
      if (log_truth < -6) continue;
      EXPECT_NEAR(h(static_cast<double>(log_model[i])), h(log_truth), 0.03);
    }
  }
}

TEST(Nce, SamplesOfTheLearntDensityMatchItsMoments) {
  Json spec{
      {"data", {{"name", "ring"}}}, {"model", {{"name", "ring"}}}, {"optimiser", {{"rate", 0.02}}}};
  session::Experiment experiment(session::complete(spec));
  experiment.step(800).get();
  EXPECT_LT(experiment.measure().get().at("kl_to_truth"), 0.02);
  const std::vector<float> draws = experiment.sample(4000).get();
  double radius = 0;
  for (std::size_t i = 0; i < draws.size(); i += 2) {
    radius += std::hypot(static_cast<double>(draws[i]), static_cast<double>(draws[i + 1])) / 4000;
  }
  EXPECT_NEAR(radius, 2, 0.05);
}

// Flat tails weigh without end: the wider one looks, the more there is. On the base measure all of
// Z is near the data.
TEST(Nce, EnergiesHaveAFiniteConstantOnTheirBaseMeasure) {
  for (const char* base : {"gaussian", "none"}) {
    Json spec{{"data", {{"name", "moons"}, {"train", 2000}, {"test", 200}}},
              {"model", {{"name", "energy-mlp"}, {"width", 32}, {"base", base}}},
              {"objective", {{"batch", 256}}},
              {"optimiser", {{"rate", 0.003}}}};
    session::Experiment experiment(session::complete(spec));
    experiment.step(1000).get();
    const auto measures = experiment.measure().get();
    const double log_z = -measures.at("minus_log_z");
    // ln Z over wider and wider squares, by a grid of its own.
    const auto over = [&](double factor) {
      const data::Grid grid{data::widened(experiment.data().bounds, factor), 400};
      const double area = std::pow((grid.box.x1 - grid.box.x0) / 400, 2);
      double sum = 0;
      for (const float each : session::ask(experiment, "log_density", "log_density",
                                           session::given("x", grid.points()))) {
        sum += area * std::exp(static_cast<double>(each) - measures.at("c"));
      }
      return std::log(sum);
    };
    const double further = over(20) - over(6);
    if (std::string(base) == "gaussian") {
      EXPECT_NEAR(log_z, over(6), 0.02);
      EXPECT_LT(measures.at("z_outside"), 0.01);
      EXPECT_NEAR(further, 0, 0.02);
    } else {
      EXPECT_GT(further, 0.1);
      EXPECT_GT(measures.at("z_outside"), 0.01);
    }
  }
}

// Two modes with nothing between them: only jumps change how many chains are in which.
TEST(Nce, JumpsVisitModesThatLieApartAsOftenAsTheyWeigh) {
  constexpr Extent count = 2000;
  for (const bool jumps : {true, false}) {
    Graph graph;
    const Value seed = graph.variable("seed", graph.index_constant(3)),
                moves = graph.variable("moves", graph.index_constant(0)),
                chains = graph.variable("chains", graph.constant(-6, {count, 1}));
    const auto log_normal = [](Value x, double mean, double deviation) {
      const Value z = (x - mean) * (1 / deviation);
      return reshape(-0.5 * z * z - std::log(deviation), {x.extent(0)});
    };
    const auto log_density = [&](Value x) {
      const auto mode = [&](double weight, double mean) {
        return reshape(std::log(weight) + log_normal(x, mean, 0.3), {x.extent(0), 1});
      };
      return log_sum_exp(concatenate({mode(1, -6), mode(3, 6)}, 1), {1});
    };
    Value next = infer::hmc(log_density, chains, 5, graph.constant(0.1), seed, moves).position;
    if (jumps) {
      const Value offered = 8.0 * random_normal(graph, {count, 1}, seed, moves);
      next = infer::jump(
          log_density, [&](Value x) { return log_normal(x, 0, 8); }, next, offered, seed, moves);
    }
    const Procedure move{
        "move", {}, {{chains, next}, {moves, index_add(moves, graph.index_constant(1))}}};
    Cpu cpu(graph);
    cpu.initialise(graph, {seed, moves, chains});
    cpu.run(cpu.prepare(move), 500);
    double right = 0, square = 0;
    for (const float each : cpu.read(chains)) {
      const auto x = static_cast<double>(each);
      right += (x > 0 ? 1.0 : 0.0) / count;
      square += std::pow(std::abs(x) - 6, 2) / count;
    }
    // Their standard errors are 0.01 and 0.003.
    if (jumps) EXPECT_NEAR(right, 0.75, 0.04);
    else EXPECT_EQ(right, 0);
    EXPECT_NEAR(square, 0.09, 0.012);
  }
}

TEST(Nce, DrawsAreTakenFarEnoughApart) {
  Json spec{{"data", {{"name", "ring"}}},
            {"model", {{"name", "ring"}}},
            {"optimiser", {{"rate", 0.02}}},
            {"sampler", {{"chains", 64}, {"jumps", false}, {"step_size", 0.05}}}};
  session::Experiment slow(session::complete(spec));
  slow.step(300).get();
  EXPECT_FALSE(slow.mixing());
  (void)slow.sample(640).get();
  spec["sampler"] = {{"chains", 64}};
  session::Experiment quick(session::complete(spec));
  quick.step(300).get();
  (void)quick.sample(640).get();
  EXPECT_GT(slow.mixing()->autocorrelation, 3 * quick.mixing()->autocorrelation);
  EXPECT_GT(slow.mixing()->thinning, quick.mixing()->thinning);
  EXPECT_GT(quick.mixing()->effective, 500);
  EXPECT_LE(quick.mixing()->effective, 641);
}

TEST(Nce, ChainsAreWorthWhatTheirAutocorrelationSays) {
  // x ← φx + e has the time (1 + φ)/(1 − φ); a coordinate of fresh noise has 1.
  constexpr std::size_t chains = 200, moves = 1000;
  const double phi = 0.8;
  data::Stream stream(7, 1);
  std::vector<float> positions, last(chains, 0);
  for (std::size_t move = 0; move < moves; ++move) {
    for (float& x : last) {
      x = static_cast<float>(phi * static_cast<double>(x) + stream.normal());
      positions.push_back(x);
      positions.push_back(static_cast<float>(stream.normal()));
    }
  }
  const auto found = infer::autocorrelation(positions, chains, 2);
  EXPECT_NEAR(found.time, 9, 0.5);
  EXPECT_NEAR(found.at.at(3), phi * phi * phi, 0.02);
}

TEST(Nce, EveryModelNoiseAndDataSetLearns) {
  for (const char* data : {"eight-gaussians", "ring", "moons", "pinwheel", "checkerboard",
                           "spirals", "swiss-roll", "mixture"}) {
    for (const char* model : {"energy-mlp", "mixture"}) {
      for (const auto& [noise, settings] : models::noises()) {
        Json spec{{"data", {{"name", data}, {"train", 500}, {"test", 100}}},
                  {"model", {{"name", model}}},
                  {"objective", {{"noise", noise}, {"batch", 64}}},
                  {"optimiser", {{"rate", 0.01}}}};
        session::Experiment experiment(session::complete(spec));
        const double before = experiment.measure().get().at("objective_train");
        experiment.step(60).get();
        EXPECT_GT(experiment.measure().get().at("objective_train"), before)
            << data << " " << model << " " << noise;
      }
    }
  }
}

}  // namespace
}  // namespace lab
