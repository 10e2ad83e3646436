// Objectives that tell data from noise, and critics, against mathematics: gradients by differences,
// densities and ratios that are known, and what each is said to cure.
#include "core/models/contrast.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/data/mean.hpp"
#include "core/data/random.hpp"
#include "core/data/vectors.hpp"
#include "core/execute/cpu/cpu.hpp"
#include "core/nn/optimiser.hpp"
#include "core/session/experiment.hpp"
#include "tests/core/system_checks.hpp"

namespace lab {
namespace {

using session::Experiment;
using session::Json;

Json merged(Json base, const Json& more) {
  base.merge_patch(more);
  return base;
}

// A Gaussian of deviation ½ at the origin, and noise of its shape `shift` away.
Json chasm(double shift, const Json& more) {
  return merged({{"data",
                  {{"name", "mixture"},
                   {"components", {{1, 0, 0, 0.5, 0.5, 0}}},
                   {"train", 8000},
                   {"test", 1000}}},
                 {"model", {{"name", "gaussian"}}},
                 {"objective", {{"noise_shift", shift}}},
                 {"optimiser", {{"name", "sgd"}, {"rate", 0.01}}}},
                more);
}

std::vector<std::pair<const char*, Json>> objectives() {
  const Json small{{"train", 300}, {"test", 100}};
  const Json moons{{"name", "moons"}, {"train", 300}, {"test", 100}};
  const Json pairs{{"name", "correlated-gaussians"},
                   {"pairs", 3},
                   {"mutual_information", 1},
                   {"train", 300},
                   {"test", 100}};
  const Json scaled{{"name", "scaled-gaussian"}, {"deviation", 0.3}, {"train", 300}, {"test", 100}};
  const Json mlp{{"name", "energy-mlp"}, {"width", 8}};
  const auto spec = [](const Json& data, const Json& model, Json objective) {
    objective["batch"] = 20;
    return Json{{"data", data}, {"model", model}, {"objective", objective}};
  };
  return {
      {"exponential", chasm(1, {{"objective", {{"loss", "exponential"}, {"batch", 20}}}})},
      {"exponential mlp", spec(moons, mlp, {{"loss", "exponential"}})},
      {"weight", spec(moons, mlp, {{"noise_weight", 30}, {"ratio", 2}})},
      {"moving", spec(moons, mlp, {{"noise_steps", 10}, {"noise_shift", 2}})},
      {"tre", chasm(1, {{"objective", {{"name", "tre"}, {"bridges", 3}, {"batch", 20}}}})},
      {"tre mlp", spec(moons, mlp, {{"name", "tre"}, {"spacing", 1.5}, {"noise", "mixture"}})},
      {"flow",
       spec(moons, mlp, {{"name", "flow-contrastive"}, {"flow_couplings", 2}, {"flow_width", 6}})},
      {"separable", spec(pairs, {{"name", "critic"}, {"width", 6}, {"activation", "tanh"}}, {})},
      {"joint",
       spec(pairs, {{"name", "critic"}, {"critic", "joint"}, {"width", 6}, {"activation", "tanh"}},
            {})},
      {"quadratic", spec(pairs, {{"name", "ratio"}}, {{"bridges", 3}})},
      {"quadratic against N(0, I)", spec(pairs, {{"name", "ratio"}}, {{"against", "standard"}})},
      {"precision", spec(scaled, {{"name", "ratio"}, {"ratio", "precision"}}, {{"bridges", 2}})},
  };
}

TEST(Contrast, GradientsAgreeWithDifferences) {
  for (const auto& [what, spec] : objectives()) expect_gradients(spec, what, 0.1);
}

TEST(Contrast, ExecutorsAgree) {
  for (const auto& [what, spec] : objectives()) expect_executors_agree(spec, what);
}

TEST(Contrast, RunsGoOnFromACheckpoint) {
  for (const auto& [what, spec] : objectives()) {
    Experiment whole(session::complete(spec));
    whole.step(7).get();
    const auto resumed = Experiment::restore(whole.save().get());
    whole.step(7).get();
    resumed->step(7).get();
    EXPECT_EQ(whole.measure().get(), resumed->measure().get()) << what;
  }
}

// Whatever is lost by wrong answers, the true ratio loses least: there the slope in its constant is
// 0 in expectation.
TEST(Contrast, TheTruthIsTheBestAnswer) {
  constexpr std::size_t count = 200000;
  data::Stream stream(3, 0);
  // ln p/q of N(1, 1) and N(0, 1) is x − ½.
  std::vector<double> at_data, at_noise;
  for (std::size_t i = 0; i < count; ++i) {
    at_data.push_back(1 + stream.normal() - 0.5);
    at_noise.push_back(stream.normal() - 0.5);
    at_noise.push_back(stream.normal() - 0.5);
  }
  const auto moved = [](std::vector<double> values, double by) {
    for (double& each : values) each += by;
    return values;
  };
  for (const auto& [loss, weight] : std::vector<std::pair<std::string, double>>{
           {"logistic", 1}, {"logistic", 20}, {"exponential", 1}}) {
    const auto j = [&, which = loss, m = weight](double by) {
      return models::nce_objective(moved(at_data, by), moved(at_noise, by), which, m);
    };
    const double h = 1e-3, slope = (j(h) - j(-h)) / (2 * h),
                 curvature = (j(h) - 2 * j(0) + j(-h)) / (h * h);
    // Slopes are means over data, of terms of about 1.
    EXPECT_NEAR(slope, 0, 0.012) << loss << weight;
    EXPECT_LT(curvature, -0.05) << loss << weight;
    // In the graph as in numbers.
    Graph graph;
    const auto row = [&](const std::vector<double>& values) {
      return graph.constant(std::vector<double>(values.begin(), values.begin() + 500), {500});
    };
    const Value value =
        models::contrast_of(row(at_data), row(at_noise), {loss, graph.constant(weight)});
    Cpu cpu(graph);
    const auto handle = cpu.prepare({"j", {value}, {}});
    cpu.run(handle);
    const double wanted = models::nce_objective(std::span(at_data).first(500),
                                                std::span(at_noise).first(500), loss, weight);
    EXPECT_NEAR(static_cast<double>(cpu.output(handle, 0).front()), wanted,
                1e-5 * std::abs(wanted));
  }
}

// Noise that is moved while training runs is the noise that lay there from the first.
TEST(Contrast, NoiseMovesWhileTrainingRuns) {
  for (const char* noise : {"gaussian", "standard", "uniform", "mixture"}) {
    const bool shifts = std::string(noise) == "gaussian" || std::string(noise) == "standard",
               scales = std::string(noise) != "standard";
    Json there{{"noise", noise}};
    if (shifts) there["noise_shift"] = 1.5;
    if (scales) there["noise_scale"] = 2.5;
    const Json moons{{"data", {{"name", "moons"}, {"train", 300}, {"test", 100}}},
                     {"model", {{"name", "mixture"}}}};
    Experiment moved(session::complete(merged(moons, {{"objective", {{"noise", noise}}}}))),
        built(session::complete(merged(moons, {{"objective", there}})));
    if (shifts) moved.set("objective.noise_shift", 1.5);
    if (scales) moved.set("objective.noise_scale", 2.5);
    EXPECT_EQ(moved.call("evaluated_noise").get().values("x"),
              built.call("evaluated_noise").get().values("x"))
        << noise;
    EXPECT_EQ(moved.measure().get(), built.measure().get()) << noise;
  }
}

// 1e-30 squared is no number above 0.
TEST(Contrast, ANormalisedStepIsAsLongWhateverTheGradient) {
  for (const double size : {1e-30, 1.0, 1e15}) {
    Graph graph;
    const Value a = graph.variable("a", graph.constant(0, {2})),
                b = graph.variable("b", graph.constant(0)),
                still = graph.variable("still", graph.constant(1)),
                step = graph.variable("step", graph.constant(0));
    nn::Optimiser optimiser;
    optimiser.name = "normalised";
    optimiser.rate = graph.constant(0.5);
    Procedure procedure{"step", {}, {}};
    const Value loss = sum(a * graph.constant({2 * size, -3 * size}, {2})) + 6 * size * b;
    nn::descend(procedure, optimiser, step, {a, b, still}, gradients(loss, {a, b, still}));
    Cpu cpu(graph);
    cpu.initialise(graph, {a, b, still, step});
    cpu.run(cpu.prepare(procedure));
    EXPECT_NEAR(cpu.read(a)[0], -0.5f * 2 / 7, 1e-6f) << size;
    EXPECT_NEAR(cpu.read(a)[1], 0.5f * 3 / 7, 1e-6f);
    EXPECT_NEAR(cpu.read(b)[0], -0.5f * 6 / 7, 1e-6f);
    EXPECT_EQ(cpu.read(still)[0], 1.f);
  }
}

// Five deviations lie between data and noise. What is asked of a cure: to be right where plain
// steps down the plain objective are not.
TEST(Contrast, CuresCrossTheChasmThatPlainStepsDoNot) {
  const auto run = [](double shift, const Json& more) {
    Experiment experiment(session::complete(chasm(shift, more)));
    experiment.step(4000).get();
    return experiment.measure().get();
  };
  const auto plain = run(2.5, Json::object());
  EXPECT_GT(plain.at("kl_to_truth"), 0.3);
  EXPECT_GT(std::abs(plain.at("c") - plain.at("minus_log_z")), 0.5);
  const Json cosine{{"schedule", "cosine"}, {"schedule_steps", 4000}, {"schedule_factor", 0.01}};
  const auto direction =
      run(2.5, {{"optimiser", merged(cosine, {{"name", "normalised"}, {"rate", 0.05}})}});
  EXPECT_LT(direction.at("kl_to_truth"), 0.1);
  const auto heavy = run(2.5, {{"objective", {{"noise_weight", 100}}},
                               {"optimiser", merged(cosine, {{"name", "adam"}, {"rate", 0.02}})}});
  EXPECT_LT(heavy.at("kl_to_truth"), 0.1);
  for (const double shift : {2.5, 4.0}) {
    const auto bridged = run(shift, {{"objective", {{"name", "tre"}, {"bridges", 8}}}});
    EXPECT_LT(bridged.at("kl_to_truth"), 0.1) << shift;
  }
}

TEST(Contrast, AFlowThatIsTheNoiseComesToTheData) {
  Json spec{{"data", {{"name", "eight-gaussians"}, {"train", 4000}, {"test", 500}}},
            {"model", {{"name", "energy-mlp"}, {"width", 32}}},
            {"objective", {{"name", "flow-contrastive"}, {"flow_width", 24}, {"batch", 256}}},
            {"optimiser", {{"rate", 0.003}}}};
  Experiment experiment(session::complete(spec));
  const auto before = experiment.measure().get();
  experiment.step(1200).get();
  const auto after = experiment.measure().get();
  EXPECT_LT(after.at("kl_to_truth"), 0.4);
  EXPECT_LT(after.at("kl_flow"), 0.6 * before.at("kl_flow"));
  // As hard to tell apart as could be: J goes towards −2 ln 2.
  EXPECT_LT(after.at("objective_optimum"), before.at("objective_optimum") - 0.1);
  EXPECT_GT(after.at("objective_optimum"), -2 * std::log(2) - 0.02);
}

// The line that the view looks along: here it is the objective that is measured, there it is flat.
TEST(Contrast, TheLandscapeIsThatOfTheObjective) {
  for (const char* loss : {"logistic", "exponential"}) {
    Experiment experiment(
        session::complete(chasm(0.5, {{"objective", {{"loss", loss}, {"ratio", 4}}}})));
    experiment.step(50).get();
    const auto measures = experiment.measure().get();
    const session::Arrays ends = experiment.call("landscape").get();
    const std::vector<float>&now = ends.values("now"), &optimum = ends.values("optimum");
    ASSERT_EQ(now.size(), 6u);
    const auto at = [&](const std::vector<float>& theta) {
      const session::Arrays seen =
          experiment.call("landscape", session::given("theta", theta)).get();
      return std::pair(static_cast<double>(seen.values("objective").front()),
                       static_cast<double>(seen.values("slope").front()));
    };
    EXPECT_NEAR(at(now).first, measures.at("objective_train"), 1e-5);
    double squares = 0;
    for (std::size_t i = 0; i < now.size(); ++i) {
      std::vector<float> up = now, down = now;
      const float h = 1e-2f;
      up[i] += h, down[i] -= h;
      squares += std::pow((at(up).first - at(down).first) / (2 * static_cast<double>(h)), 2);
    }
    EXPECT_NEAR(at(now).second, std::sqrt(squares), 0.02 * std::sqrt(squares) + 1e-3);
    EXPECT_LT(at(optimum).second, 0.3 * at(now).second);
    EXPECT_GT(at(optimum).first, at(now).first);
    // Λ of deviations ½.
    EXPECT_NEAR(optimum[0], 4, 0.3f);
    EXPECT_NEAR(optimum[5], -std::log(2 * M_PI * 0.25), 0.05);
  }
}

TEST(Contrast, TelescopingFindsAPrecisionThatOneRatioDoesNot) {
  for (int seed = 1; seed <= 10; ++seed) {
    Json spec{{"data", {{"name", "scaled-gaussian"}, {"train", 8000}, {"test", 1000}}},
              {"model", {{"name", "ratio"}, {"ratio", "precision"}}},
              {"objective", {{"bridges", 6}, {"spacing", 7.7}, {"batch", 512}}},
              {"optimiser",
               {{"rate", 0.03},
                {"epsilon", 1e-12},
                {"schedule", "cosine"},
                {"schedule_steps", 1500},
                {"schedule_factor", 0.01}}},
              {"seed", seed}};
    Experiment bridged(session::complete(spec));
    bridged.step(1500).get();
    const auto found = bridged.measure().get();
    EXPECT_NEAR(found.at("theta_truth"), 13.469, 1e-3);
    EXPECT_NEAR(found.at("theta"), found.at("theta_truth"), 0.1) << seed;
    EXPECT_NEAR(found.at("divergence"), found.at("divergence_truth"), 0.2) << seed;
    if (seed > 2) continue;
    spec["objective"]["bridges"] = 1;
    Experiment single(session::complete(spec));
    single.step(1500).get();
    EXPECT_LT(single.measure().get().at("theta"), 11) << seed;
  }
}

TEST(Contrast, RatiosOfCorrelatedPairsSayTheirInformation) {
  Json spec{{"data",
             {{"name", "correlated-gaussians"},
              {"pairs", 8},
              {"mutual_information", 5},
              {"train", 20000},
              {"test", 4000}}},
            {"model", {{"name", "ratio"}}},
            {"objective", {{"bridges", 3}, {"batch", 512}}},
            {"optimiser", {{"rate", 0.003}}}};
  Experiment experiment(session::complete(spec));
  experiment.step(2500).get();
  const auto measures = experiment.measure().get();
  EXPECT_EQ(measures.at("mutual_information_truth"), 5);
  EXPECT_NEAR(measures.at("mutual_information"), 5, 0.5);
  EXPECT_LT(measures.at("mutual_information_se"), 0.2);
}

// ln p(v|u)/p(v), the best of all critics, of pairs drawn anew.
TEST(InfoNce, TheBestCriticSaysTheInformationOfManyPairs) {
  constexpr std::size_t pairs = 20, count = 1500;
  for (const double information : {1.0, 3.0}) {
    const auto truth = data::make_correlated_gaussians(pairs, information);
    const std::vector<double> x = truth->sample(count, 11);
    const double rest = std::exp(-2 * information / pairs), rho = std::sqrt(1 - rest);
    std::vector<double> scores;
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t j = 0; j < count; ++j) {
        double score = information;
        for (std::size_t k = 0; k < pairs; ++k) {
          const double u = x[i * 2 * pairs + k], v = x[(j * 2 + 1) * pairs + k];
          score += 0.5 * v * v - 0.5 * (v - rho * u) * (v - rho * u) / rest;
        }
        scores.push_back(score);
      }
    }
    Graph graph;
    const Extent size = count;
    const Value bound = models::infonce(graph.constant(scores, {size, size}));
    Cpu cpu(graph);
    const auto handle = cpu.prepare({"bound", {bound}, {}});
    cpu.run(handle);
    const std::vector<float> each = cpu.output(handle, 0);
    EXPECT_NEAR(mean_of(each), information, 4 * standard_error_of(each) + 0.03) << information;
  }
}

TEST(InfoNce, StaysBelowTheInformationAndTheCeiling) {
  for (const double information : {1.0, 10.0}) {
    for (const char* critic : {"separable", "joint"}) {
      Json spec{{"data",
                 {{"name", "correlated-gaussians"},
                  {"pairs", 4},
                  {"mutual_information", information},
                  {"train", 20000},
                  {"test", 4000}}},
                {"model", {{"name", "critic"}, {"critic", critic}, {"width", 48}}},
                {"objective", {{"batch", 16}}},
                {"optimiser", {{"rate", 0.002}}}};
      Experiment experiment(session::complete(spec));
      experiment.step(2000).get();
      const auto measures = experiment.measure().get();
      const double found = measures.at("mutual_information"),
                   most = std::min(information, std::log(16.0));
      EXPECT_EQ(measures.at("information_ceiling"), std::log(16.0));
      EXPECT_LE(found, most + 3 * measures.at("mutual_information_se")) << critic;
      EXPECT_GT(found, 0.6 * most) << critic << information;
    }
  }
}

TEST(Vectors, HaveTheRatiosThatTheySay) {
  const auto normal = [](std::span<const double> x) {
    double total = 0;
    for (const double each : x) total -= 0.5 * (each * each + std::log(2 * M_PI));
    return total;
  };
  const auto check = [&](const data::Truth& truth, double tolerance) {
    constexpr std::size_t count = 40000;
    const std::vector<double> x = truth.sample(count, 5);
    const std::size_t size = truth.dimensions();
    double ratio = 0, surprise = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::span<const double> point(x.data() + i * size, size);
      const double log_p = truth.log_density(point).value();
      ratio += (log_p - normal(point)) / count;
      surprise -= log_p / count;
    }
    const data::KnownRatio* const known = data::ratio_behind(&truth);
    ASSERT_NE(known, nullptr);
    EXPECT_NEAR(ratio, known->divergence(), tolerance);
    EXPECT_NEAR(surprise, truth.entropy().value(), tolerance);
  };
  check(*data::make_scaled_gaussian(1e-6), 0.02);
  check(*data::make_scaled_gaussian(2), 0.06);
  for (const double information : {0.0, 2.0, 20.0}) {
    check(*data::make_correlated_gaussians(10, information), 0.1);
  }
  // 20 pairs of correlation 0.795 have 10 nats.
  const std::vector<double> x = data::make_correlated_gaussians(20, 10)->sample(20000, 3);
  double product = 0;
  for (std::size_t i = 0; i < 20000; ++i) product += x[40 * i] * x[40 * i + 20] / 20000;
  EXPECT_NEAR(product, 0.795, 0.02);
}

TEST(Critics, SayWhatDataTheyNeed) {
  const Json scaled{{"name", "scaled-gaussian"}, {"train", 100}, {"test", 50}};
  for (const char* model : {"critic", "ratio"}) {
    try {
      (void)Experiment(session::complete({{"data", scaled}, {"model", {{"name", model}}}}));
      FAIL() << model;
    } catch (const session::SpecificationError& error) {
      EXPECT_EQ(error.key(), "data.name");
      EXPECT_NE(std::string(error.what()).find("correlated-gaussians"), std::string::npos);
    }
  }
  EXPECT_THROW((void)Experiment(session::complete({{"data", {{"name", "correlated-gaussians"}}},
                                                   {"model", {{"name", "critic"}}},
                                                   {"objective", {{"batch", 1}}}})),
               session::SpecificationError);
}

}  // namespace
}  // namespace lab
