// Discrete codes against a plain loop in double: what a step does to encoder, decoder and codebook;
// Lloyd's iterations at the start; what is measured of codes, and what they decode to.
#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <numeric>
#include <set>

#include "core/data/mean.hpp"
#include "core/infer/k_means.hpp"
#include "core/infer/principal.hpp"
#include "core/nn/grid_architectures.hpp"
#include "core/session/drawing.hpp"
#include "core/session/probes/codebook.hpp"
#include "shell/plot/voronoi.hpp"
#include "tests/core/ask.hpp"
#include "tests/core/system_checks.hpp"
#include "tests/core/tested_service.hpp"

namespace lab::session {
namespace {

constexpr int count = 200, codes = 6;
constexpr double rate = 0.2;

// Without hidden layers, all data in every minibatch.
Json linear(const char* codebook, Json objective = Json::object()) {
  objective["name"] = "vq";
  objective["codebook"] = codebook;
  objective["batch"] = count;
  return complete(
      {{"data", {{"name", "moons"}, {"train", count}, {"test", 100}}},
       {"model", {{"name", "vq"}, {"codes", codes}, {"code_dimension", 2}, {"depth", 0}}},
       {"objective", std::move(objective)},
       {"optimiser", {{"name", "sgd"}, {"rate", rate}}}});
}

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// The variables of the model above.
struct Linear {
  Matrix w, a, v, b;  // z = x w + a, r = c v + b
  Matrix codebook, sums, counts;

  explicit Linear(const Ready& ready) {
    const auto of = [&](const std::string& name) -> Matrix {
      for (const NodeId id : ready.system.graph->variables()) {
        const Value variable(*ready.system.graph, id);
        if (variable.node().name != name) continue;
        const std::vector<float> values = ready.cpu->read(variable);
        const Extent columns = variable.shape().back();
        return Eigen::Map<
                   const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
                   values.data(), static_cast<Extent>(values.size()) / columns, columns)
            .cast<double>();
      }
      return {};
    };
    w = of("encoder.code.0.weight"), a = of("encoder.code.0.bias");
    v = of("decoder.mean.0.weight"), b = of("decoder.mean.0.bias");
    codebook = of("codebook"), sums = of("codebook.sums"), counts = of("codebook.counts");
  }
};

std::vector<int> nearest(const Matrix& z, const Matrix& codebook) {
  std::vector<int> found;
  for (Eigen::Index i = 0; i < z.rows(); ++i) {
    Eigen::Index best = 0;
    (codebook.rowwise() - z.row(i)).rowwise().squaredNorm().minCoeff(&best);
    found.push_back(static_cast<int>(best));
  }
  return found;
}

void expect_close(const Matrix& found, const Matrix& expected, const char* what) {
  ASSERT_EQ(found.size(), expected.size()) << what;
  for (Eigen::Index i = 0; i < found.size(); ++i) {
    EXPECT_NEAR(found.data()[i], expected.data()[i], 2e-5 * (1 + std::abs(expected.data()[i])))
        << what << ' ' << i;
  }
}

class Codebooks : public testing::TestWithParam<const char*> {};

TEST_P(Codebooks, AStepIsThatOfAPlainLoop) {
  const bool by_gradient = std::string(GetParam()) == "gradient";
  const double beta = 0.7, memory = 0.9;
  const Json spec = linear(
      GetParam(), {{"start", "random"}, {"revive", 0}, {"commitment", beta}, {"memory", memory}});
  const Ready ready = make_ready(spec);
  const auto handle = ready.cpu->prepare(ready.system.phases.back().procedure);
  Matrix x(count, 2);
  for (int i = 0; i < 2 * count; ++i) {
    x.data()[i] = static_cast<double>(ready.data.train.values[static_cast<std::size_t>(i)]);
  }
  const double variance = variance_of(ready.data.train.values);
  for (int step = 0; step < 3; ++step) {
    const Linear before(ready);
    ready.cpu->run(handle);
    const Linear after(ready);
    const Matrix z = (x * before.w).rowwise() + before.a.row(0);
    const std::vector<int> code = nearest(z, before.codebook);
    Matrix c(count, 2), uses = Matrix::Zero(1, codes), sums = Matrix::Zero(codes, 2);
    for (int i = 0; i < count; ++i) {
      c.row(i) = before.codebook.row(code[static_cast<std::size_t>(i)]);
      uses(0, code[static_cast<std::size_t>(i)]) += 1;
      sums.row(code[static_cast<std::size_t>(i)]) += z.row(i);
    }
    const Matrix r = (c * before.v).rowwise() + before.b.row(0);
    const double all = 2.0 * count;
    const double loss = (r - x).squaredNorm() / all / variance +
                        beta * (z - c).squaredNorm() / all +
                        (by_gradient ? (z - c).squaredNorm() / all : 0);
    EXPECT_NEAR(ready.cpu->output(handle, 0).front(), -loss, 1e-5 * (1 + loss));
    // dL/dr, passed to the codewords, and from there straight to the encodings.
    const Matrix to_r = 2.0 / all / variance * (r - x);
    const Matrix to_c = to_r * before.v.transpose();
    const Matrix to_z = to_c + 2 * beta / all * (z - c);
    expect_close(after.v, before.v - rate * c.transpose() * to_r, "decoder weight");
    expect_close(after.b, before.b - rate * to_r.colwise().sum(), "decoder bias");
    expect_close(after.w, before.w - rate * x.transpose() * to_z, "encoder weight");
    expect_close(after.a, before.a - rate * to_z.colwise().sum(), "encoder bias");

    const Matrix counts = memory * before.counts + (1 - memory) * uses;
    expect_close(after.counts, counts, "counts");
    Matrix codebook = before.codebook;
    if (by_gradient) {
      // The reconstruction's gradient does not reach them: they follow the encodings alone.
      for (int i = 0; i < count; ++i) {
        codebook.row(code[static_cast<std::size_t>(i)]) -= rate * 2 / all * (c - z).row(i);
      }
    } else {
      const Matrix kept = memory * before.sums + (1 - memory) * sums;
      expect_close(after.sums, kept, "sums");
      const double total = counts.sum(), epsilon = 1e-5;
      for (int k = 0; k < codes; ++k) {
        codebook.row(k) =
            kept.row(k) / ((counts(0, k) + epsilon) / (total + codes * epsilon) * total);
      }
    }
    expect_close(after.codebook, codebook, "codebook");
  }
}

// Encodings that stand still are clustered as Lloyd would, from the same first centres.
TEST_P(Codebooks, TheFirstStepsAreLloyds) {
  const Json spec = linear(GetParam(), {{"start", "kmeans"}, {"revive", 0}});
  const Ready ready = make_ready(spec);
  const auto handle = ready.cpu->prepare(ready.system.phases.back().procedure);
  const float still = 0;
  ready.cpu->write(ready.system.settings.at("optimiser.rate"), std::span(&still, 1));
  ready.cpu->run(handle);
  const Linear first(ready);
  Matrix x(count, 2);
  for (int i = 0; i < 2 * count; ++i) {
    x.data()[i] = static_cast<double>(ready.data.train.values[static_cast<std::size_t>(i)]);
  }
  const Matrix z = (x * first.w).rowwise() + first.a.row(0);
  // The first codewords are encodings.
  for (int k = 0; k < codes; ++k) {
    EXPECT_LT((z.rowwise() - first.codebook.row(k)).rowwise().squaredNorm().minCoeff(), 1e-10);
  }
  Matrix centres = first.codebook;
  for (int round = 1; round < 10; ++round) {
    ready.cpu->run(handle);
    const std::vector<int> code = nearest(z, centres);
    Matrix sums = Matrix::Zero(codes, 2), uses = Matrix::Zero(codes, 1);
    for (int i = 0; i < count; ++i) {
      sums.row(code[static_cast<std::size_t>(i)]) += z.row(i);
      uses(code[static_cast<std::size_t>(i)], 0) += 1;
    }
    for (int k = 0; k < codes; ++k) {
      if (uses(k, 0) > 0) centres.row(k) = sums.row(k) / uses(k, 0);
    }
    const Matrix now = Linear(ready).codebook;
    for (int i = 0; i < now.size(); ++i) EXPECT_NEAR(now.data()[i], centres.data()[i], 1e-4);
  }
}

INSTANTIATE_TEST_SUITE_P(All, Codebooks, testing::Values("ema", "gradient"),
                         [](const auto& name) { return std::string(name.param); });

// A map of codes says what its picture is given back as.
TEST(VectorQuantisation, CodesDecodeToReconstructions) {
  for (const char* network : {"mlp", "conv"}) {
    Json spec{{"data", {{"name", "digits8"}}},
              {"model",
               {{"name", "vq"},
                {"network", network},
                {"width", 8},
                {"depth", 1},
                {"codes", 16},
                {"code_dimension", 3}}},
              {"objective", {{"batch", 40}}}};
    if (network == std::string("conv")) spec["model"]["residual_blocks"] = 1;
    Experiment experiment(complete(spec));
    experiment.step(30).get();
    const data::Dataset& data = experiment.data();
    const std::span<const float> x(data.test.values.data(), 40 * 64);
    const std::vector<float> coded = ask(experiment, "codes", "codes", given("x", x));
    EXPECT_EQ(coded.size(), 40u * 16u) << network;
    const std::vector<float> decoded = ask(experiment, "from_codes", "x", given("codes", coded));
    const std::vector<float> back = ask(experiment, "reconstruct", "x", given("x", x));
    for (std::size_t i = 0; i < back.size(); ++i) ASSERT_NEAR(decoded[i], back[i], 1e-5) << network;

    // Every encoding's code is that of the codeword nearest to it.
    const std::vector<float> encodings = ask(experiment, "codes", "encodings", given("x", x)),
                             codewords = ask(experiment, "codebook", "codewords");
    for (std::size_t i = 0; i < coded.size(); ++i) {
      const std::span<const float> z = std::span(encodings).subspan(3 * i, 3);
      double away = 0;
      for (std::size_t j = 0; j < 3; ++j) {
        const double difference =
            static_cast<double>(z[j] - codewords[3 * static_cast<std::size_t>(coded[i]) + j]);
        away += difference * difference;
      }
      EXPECT_NEAR(away, infer::nearest(codewords, z).second, 1e-5);
    }
  }
}

// Maps of 2×2 codes of 3: all 81 can be asked for.
TEST(VectorQuantisation, ThePriorIsADistributionOverMapsOfCodes) {
  for (const std::string& prior : nn::grid_architectures()) {
    Experiment experiment(complete({{"data", {{"name", "digits8"}, {"train", 400}, {"test", 100}}},
                                    {"model",
                                     {{"name", "vq"},
                                      {"network", "conv"},
                                      {"width", 4},
                                      {"depth", 2},
                                      {"codes", 3},
                                      {"code_dimension", 2},
                                      {"code_prior", prior},
                                      {"code_prior_width", 8},
                                      {"code_prior_depth", 1}}},
                                    {"objective", {{"batch", 50}}},
                                    {"optimiser", {{"rate", 0.01}}}}));
    const double before = experiment.measure().get().at("log_prior_test");
    experiment.step(300).get();
    const Measures measures = experiment.measure().get();
    EXPECT_GT(measures.at("log_prior_test"), before) << prior;
    std::vector<float> maps;
    for (int i = 0; i < 81; ++i) {
      for (const int place : {1, 3, 9, 27}) maps.push_back(static_cast<float>(i / place % 3));
    }
    const std::vector<float> log_p =
        ask(experiment, "from_codes", "log_prior", given("codes", maps));
    double total = 0;
    for (const float each : log_p) total += std::exp(static_cast<double>(each));
    EXPECT_NEAR(total, 1, 1e-5) << prior;

    // What is measured of data is ln p of their codes.
    const std::vector<float> coded =
        ask(experiment, "codes", "codes", given("x", experiment.data().test.values));
    const std::vector<float> of_codes =
        ask(experiment, "from_codes", "log_prior", given("codes", coded));
    EXPECT_NEAR(measures.at("log_prior_test"), mean_of(of_codes), 1e-3) << prior;

    // What is drawn is what some map decodes to, the same for the same number.
    const std::vector<float> drawn = experiment.sample(64, 5).get(),
                             again = experiment.sample(64, 5).get();
    ASSERT_EQ(drawn.size(), 64u * 64u);
    EXPECT_EQ(drawn, again);
    const std::vector<float> all = ask(experiment, "from_codes", "x", given("codes", maps));
    for (std::size_t i = 0; i < 64; ++i) {
      double least = 1e30;
      for (std::size_t map = 0; map < 81; ++map) {
        double away = 0;
        for (std::size_t j = 0; j < 64; ++j) {
          away += std::abs(static_cast<double>(drawn[64 * i + j] - all[64 * map + j]));
        }
        least = std::min(least, away);
      }
      EXPECT_LT(least, 1e-3) << prior;
    }
  }
}

Json levels_of(int levels, Json model = Json::object(), Json objective = {{"batch", 40}}) {
  Json spec{{"data", {{"name", "digits8"}, {"train", 400}, {"test", 100}}},
            {"model",
             {{"name", "vq"},
              {"network", "conv"},
              {"code_levels", levels},
              {"width", 4},
              {"depth", levels == 3 ? 1 : 2},
              {"codes", 3},
              {"code_dimension", 2},
              {"code_prior", "none"}}},
            {"objective", std::move(objective)},
            {"optimiser", {{"rate", 0.01}}}};
  spec["model"].update(model);
  return spec;
}

// A level above halves the one below, and comes first.
TEST(VectorQuantisation, LevelsLieOneAfterAnother) {
  const Experiment two(complete(levels_of(2))), three(complete(levels_of(3)));
  const auto& levels = two.system().code_levels;
  ASSERT_EQ(levels.size(), 2u);
  EXPECT_EQ(levels[0].sites(), 1u);
  EXPECT_EQ(levels[0].first, 0u);
  EXPECT_EQ(levels[1].sites(), 4u);
  EXPECT_EQ(levels[1].first, 1u);
  EXPECT_EQ(two.system().code_sites(), 5u);
  EXPECT_EQ(three.system().code_sites(), 1u + 4u + 16u);
  for (const std::size_t site : {0u, 1u, 4u, 5u, 20u}) {
    EXPECT_EQ(three.system().level_of(site), site == 0 ? 0u : site < 5 ? 1u : 2u);
  }
  Json spec = levels_of(3, {{"depth", 2}});
  EXPECT_THROW(Experiment{complete(spec)}, SpecificationError);
}

// Each level's codes are those nearest to its encodings among its own codewords; together they are
// decoded to what is given back, and every one of them matters.
TEST(VectorQuantisation, EveryLevelIsQuantisedAndDecoded) {
  for (const int many : {2, 3}) {
    for (const char* codebook : {"ema", "gradient"}) {
      Experiment experiment(complete(levels_of(many, {{"codes", 8}, {"residual_blocks", 1}},
                                               {{"batch", 40}, {"codebook", codebook}})));
      experiment.step(60).get();
      const auto& system = experiment.system();
      const std::size_t sites = system.code_sites(), rows = 20;
      const std::span<const float> x(experiment.data().test.values.data(), rows * 64);
      const std::vector<float> coded = ask(experiment, "codes", "codes", given("x", x)),
                               encodings = ask(experiment, "codes", "encodings", given("x", x)),
                               codewords = ask(experiment, "codebook", "codewords");
      ASSERT_EQ(coded.size(), rows * sites);
      ASSERT_EQ(codewords.size(), system.code_levels.size() * 8 * 2);
      EXPECT_EQ(ask(experiment, "codebook", "uses").size(), system.code_levels.size() * 8);
      for (std::size_t i = 0; i < coded.size(); ++i) {
        const std::size_t level = system.level_of(i % sites);
        const std::span<const float> own = std::span(codewords).subspan(16 * level, 16),
                                     z = std::span(encodings).subspan(2 * i, 2);
        const auto [nearest, away] = infer::nearest(own, z);
        const std::span<const float> chosen =
            own.subspan(2 * static_cast<std::size_t>(coded[i]), 2);
        const double found = std::pow(static_cast<double>(chosen[0] - z[0]), 2) +
                             std::pow(static_cast<double>(chosen[1] - z[1]), 2);
        EXPECT_NEAR(found, away, 1e-5);
      }
      const std::vector<float> decoded = ask(experiment, "from_codes", "x", given("codes", coded)),
                               back = ask(experiment, "reconstruct", "x", given("x", x));
      for (std::size_t i = 0; i < back.size(); ++i) ASSERT_NEAR(decoded[i], back[i], 1e-5);
      for (std::size_t site = 0; site < sites; ++site) {
        std::vector<float> other(coded.begin(), coded.begin() + static_cast<long>(sites));
        other[site] = static_cast<float>((static_cast<int>(other[site]) + 1) % 8);
        const std::vector<float> changed =
            ask(experiment, "from_codes", "x", given("codes", other));
        double away = 0;
        for (std::size_t i = 0; i < 64; ++i) {
          away += std::abs(static_cast<double>(changed[i] - decoded[i]));
        }
        EXPECT_GT(away, 1e-4) << site;
      }
      const Measures measures = experiment.measure().get();
      EXPECT_TRUE(measures.contains("perplexity_" + std::to_string(many)));
      EXPECT_FALSE(measures.contains("perplexity_" + std::to_string(many + 1)));
      EXPECT_GT(measures.at("perplexity_2"), 1);
      EXPECT_LE(measures.at("perplexity_2"), measures.at("codes_used_2"));
    }
  }
}

// Nothing stands outside: what every part does reaches the objective, or the prior's.
TEST(VectorQuantisation, EveryPartOfTheLevelsLearns) {
  for (const char* codebook : {"ema", "gradient"}) {
    const Json model{{"depth", 1},
                     {"activation", "swish"},
                     {"code_prior", "pixelsnail"},
                     {"condition", "label"}};
    const Json spec = levels_of(2, model, {{"batch", 20}, {"codebook", codebook}});
    // Of one level they agree on both codebooks.
    if (*codebook == 'e') expect_executors_agree(spec, codebook);
    const Ready ready = make_ready(complete(spec));
    const auto handle = ready.cpu->prepare(ready.system.phases.back().procedure);
    // At first what networks are told has no weight.
    ready.cpu->run(handle, 3);
    std::vector<std::vector<float>> before;
    for (const Value parameter : ready.system.parameters) {
      before.push_back(ready.cpu->read(parameter));
    }
    ready.cpu->run(handle);
    for (std::size_t i = 0; i < before.size(); ++i) {
      const Value parameter = ready.system.parameters[i];
      // What is added to all keys alike makes no difference to attention.
      if (parameter.node().name.ends_with("key.bias")) continue;
      EXPECT_NE(ready.cpu->read(parameter), before[i]) << parameter.node().name;
    }
  }
}

// All 243 maps of a top code and four below it.
TEST(VectorQuantisation, ThePriorOfLevelsIsADistribution) {
  for (const char* condition : {"none", "label"}) {
    for (const std::string& prior : nn::grid_architectures()) {
      Experiment experiment(complete(levels_of(2, {{"code_prior", prior},
                                                   {"code_prior_width", 8},
                                                   {"code_prior_depth", 1},
                                                   {"condition", condition}})));
      const double before = experiment.measure().get().at("log_prior_test");
      experiment.step(200).get();
      EXPECT_GT(experiment.measure().get().at("log_prior_test"), before) << prior;
      std::vector<float> maps;
      for (int i = 0; i < 243; ++i) {
        for (const int place : {1, 3, 9, 27, 81}) maps.push_back(static_cast<float>(i / place % 3));
      }
      const std::vector<float> log_p =
          ask(experiment, "from_codes", "log_prior", given("codes", maps));
      double total = 0;
      for (const float each : log_p) total += std::exp(static_cast<double>(each));
      EXPECT_NEAR(total, 1, 1e-5) << prior;
      // Draws follow it.
      constexpr std::size_t parts = 40;
      std::vector<double> seen(243);
      const std::size_t many = Drawing::most(experiment);
      for (std::size_t part = 0; part < parts; ++part) {
        Drawing drawing;
        wait(experiment, drawing.begin(experiment, many, static_cast<std::uint32_t>(part)));
        wait(experiment, drawing.go_on(experiment, drawing.left()));
        for (std::size_t i = 0; i < many; ++i) {
          std::size_t map = 0;
          for (std::size_t site = 5; site-- > 0;) {
            map = 3 * map + static_cast<std::size_t>(drawing.numbers()[5 * i + site]);
          }
          ++seen[map];
        }
      }
      // Of maps that are drawn often, and all others together.
      double chi = 0, freedom = -1, rest = 0, rest_seen = 0;
      const auto draws = static_cast<double>(parts * many);
      const auto count_in = [&](double expected, double found) {
        chi += (found - expected) * (found - expected) / expected;
        ++freedom;
      };
      for (std::size_t map = 0; map < 243; ++map) {
        const double expected = draws * std::exp(static_cast<double>(log_p[map]));
        if (expected > 5) count_in(expected, seen[map]);
        else rest += expected, rest_seen += seen[map];
      }
      if (rest > 5) count_in(rest, rest_seen);
      EXPECT_GT(freedom, 3) << prior;
      EXPECT_LT(chi, freedom + 4 * std::sqrt(2 * freedom)) << prior << ' ' << condition;
    }
  }
}

// Of a level's own, told apart from those of the others.
TEST(VectorQuantisation, ThePerplexityOfALevelIsThatOfItsCodes) {
  Experiment experiment(complete(levels_of(2, {{"codes", 8}})));
  experiment.step(50).get();
  const std::vector<float> coded =
      ask(experiment, "codes", "codes", given("x", experiment.data().test.values));
  const Measures measures = experiment.measure().get();
  for (const bool top : {true, false}) {
    std::map<float, double> counts;
    double all = 0;
    for (std::size_t i = 0; i < coded.size(); ++i) {
      if ((i % 5 == 0) == top) ++counts[coded[i]], ++all;
    }
    double entropy = 0;
    for (const auto& [code, uses] : counts) entropy -= uses / all * std::log(uses / all);
    EXPECT_NEAR(measures.at(top ? "perplexity" : "perplexity_2"), std::exp(entropy), 1e-4);
    EXPECT_EQ(measures.at(top ? "codes_used" : "codes_used_2"), static_cast<double>(counts.size()));
  }
}

// By the angle: all are of length 1, and each encoding has the codeword of the largest cosine.
TEST(VectorQuantisation, CodesByTheAngleHeedNoLength) {
  for (const char* codebook : {"ema", "gradient"}) {
    Experiment experiment(complete({{"data", {{"name", "digits8"}}},
                                    {"model",
                                     {{"name", "vq"},
                                      {"codes", 12},
                                      {"code_dimension", 3},
                                      {"sites", 4},
                                      {"width", 20},
                                      {"code_distance", "cosine"}}},
                                    {"objective", {{"codebook", codebook}}}}));
    experiment.step(30).get();
    const data::Dataset& data = experiment.data();
    const std::vector<float> x = data.evaluated(data.test, 40);
    const std::vector<float> encodings = ask(experiment, "codes", "encodings", given("x", x)),
                             chosen = ask(experiment, "codes", "codes", given("x", x)),
                             book = ask(experiment, "codebook", "codewords");
    const auto length = [](const float* row) {
      return std::sqrt(row[0] * row[0] + row[1] * row[1] + row[2] * row[2]);
    };
    for (std::size_t k = 0; k < 12; ++k) EXPECT_NEAR(length(&book[3 * k]), 1, 1e-4);
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      ASSERT_NEAR(length(&encodings[3 * i]), 1, 1e-4);
      float best = -2;
      for (std::size_t k = 0; k < 12; ++k) {
        float cosine = 0;
        for (std::size_t j = 0; j < 3; ++j) cosine += encodings[3 * i + j] * book[3 * k + j];
        best = std::max(best, cosine);
      }
      float own = 0;
      for (std::size_t j = 0; j < 3; ++j) {
        own += encodings[3 * i + j] * book[3 * static_cast<std::size_t>(chosen[i]) + j];
      }
      ASSERT_NEAR(own, best, 1e-5);
    }
    EXPECT_GT(experiment.measure().get().at("codes_used"), 1);
  }
}

// In two phases the prior stays while codes are learnt, and then codes while it learns.
TEST(VectorQuantisation, ThePriorMayComeAfterTheCodes) {
  for (const char* codebook : {"ema", "gradient"}) {
    Experiment experiment(complete({{"data", {{"name", "digits8"}}},
                                    {"model",
                                     {{"name", "vq"},
                                      {"network", "conv"},
                                      {"codes", 8},
                                      {"width", 8},
                                      {"code_dimension", 4},
                                      {"depth", 1},
                                      {"code_prior", "made"},
                                      {"code_prior_width", 8}}},
                                    {"objective", {{"codebook", codebook}, {"prior_from", 20}}}}));
    const data::Dataset& data = experiment.data();
    const std::vector<float> x = data.evaluated(data.test, 30);
    const auto codes_of_data = [&] { return ask(experiment, "codes", "codes", given("x", x)); };
    const auto book = [&] { return ask(experiment, "codebook", "codewords"); };
    const std::vector<float> maps = codes_of_data(), start = book();
    const auto prior = [&] {
      return ask(experiment, "from_codes", "log_prior", given("codes", maps));
    };
    const std::vector<float> first = prior();
    experiment.step(20).get();
    EXPECT_EQ(prior(), first);
    EXPECT_NE(book(), start);
    const std::vector<float> kept = codes_of_data(), kept_book = book();
    experiment.step(40).get();
    EXPECT_EQ(codes_of_data(), kept);
    EXPECT_EQ(book(), kept_book);
    EXPECT_NE(prior(), first);
    EXPECT_GT(experiment.measure().get().at("log_prior_test"), -16 * std::log(8.0) + 1);
  }
}

TEST(VectorQuantisation, PerplexityIsThatOfTheCodesThatAreUsed) {
  Experiment experiment(linear("ema"));
  experiment.step(50).get();
  const Measures measures = experiment.measure().get();
  const std::vector<float> coded =
      ask(experiment, "codes", "codes", given("x", experiment.data().test.values));
  std::map<float, double> counts;
  for (const float code : coded) ++counts[code];
  double entropy = 0;
  for (const auto& [code, uses] : counts) {
    const double share = uses / static_cast<double>(coded.size());
    entropy -= share * std::log(share);
  }
  EXPECT_NEAR(measures.at("perplexity"), std::exp(entropy), 1e-4);
  EXPECT_EQ(measures.at("codes_used"), static_cast<double>(counts.size()));
}

TEST(VectorQuantisation, DeadCodewordsAreRevivedWhereItIsAskedFor) {
  const auto trained = [](double revive) {
    Json spec = linear("ema", {{"start", "random"}, {"revive", revive}, {"memory", 0.9}});
    spec["model"]["codes"] = 64;
    spec["data"]["test"] = 2000;
    spec["optimiser"] = {{"name", "adam"}, {"rate", 0.003}};
    auto experiment = std::make_unique<Experiment>(complete(spec));
    experiment->step(400).get();
    return experiment;
  };
  const auto dead = trained(0), alive = trained(0.1);
  EXPECT_EQ(ask(*dead, "codebook", "revivals").front(), 0);
  EXPECT_GT(ask(*alive, "codebook", "revivals").front(), 0);
  const double used = dead->measure(2000).get().at("codes_used"),
               more = alive->measure(2000).get().at("codes_used");
  EXPECT_LT(used, 52);
  EXPECT_GT(more, used + 8);
}

// Without hidden layers nothing is better than the best centres in the plane itself.
TEST(VectorQuantisation, IsAboutAsGoodAsLloyd) {
  Json spec = linear("ema");
  spec["data"]["train"] = 4000;
  spec["data"]["test"] = 2000;
  spec["model"]["codes"] = 16;
  spec["objective"]["batch"] = 500;
  spec["optimiser"] = {{"name", "adam"}, {"rate", 0.003}};
  Experiment experiment(complete(spec));
  experiment.step(1500).get();
  const data::Dataset& data = experiment.data();
  const infer::Clusters lloyd = infer::k_means(data.train.values, 2, 16, 1);
  double total = 0;
  for (std::size_t i = 0; i < data.test.values.size(); i += 2) {
    total += infer::nearest(lloyd.centres, std::span(data.test.values).subspan(i, 2)).second;
  }
  const double best = total / static_cast<double>(data.test.values.size());
  const double ours = experiment.measure(2000).get().at("mse_test");
  EXPECT_LT(ours, 1.15 * best);
  EXPECT_GT(ours, 0.85 * best);

  // What is drawn beside it.
  PartitionProbe probe;
  probe.adopt(experiment);
  Message snapshot("snapshot");
  wait(experiment, probe.add(snapshot, experiment, {"partition"}, false));
  EXPECT_NEAR(snapshot.head.at("lloyd_error").get<double>(), best, 0.15 * best);
  const auto cells = snapshot.array("partition"), points = snapshot.array("partition_points");
  const std::set<float> numbers(cells.begin(), cells.end());
  EXPECT_EQ(numbers.size(), points.size() / 2);
  EXPECT_LE(numbers.size(), 16u);
}

Message snapshot_of(TestedService& service, const Json& command) {
  service.command(command);
  Message found;
  while (auto message = service.take()) {
    EXPECT_NE(message->kind(), "error") << message->head.dump();
    if (message->kind() == "snapshot") found = std::move(*message);
  }
  EXPECT_EQ(found.kind(), "snapshot") << command.dump();
  return found;
}

using Sizes = std::vector<std::int64_t>;

TEST(VectorQuantisation, EveryViewGetsItsArrays) {
  TestedService service;
  Json spec = linear("ema");
  snapshot_of(service, {{"do", "load"}, {"spec", spec}});
  const Message plane = snapshot_of(
      service, {{"do", "want"}, {"views", {"partition", "codebook", "code-usage", "field"}}});
  EXPECT_EQ(plane.shape("partition"), (Sizes{96, 96}));
  EXPECT_EQ(plane.shape("lloyd_points"), (Sizes{codes, 2}));
  EXPECT_EQ(plane.shape("codewords"), (Sizes{codes, 2}));
  EXPECT_EQ(plane.shape("encodings"), (Sizes{100, 2}));
  EXPECT_EQ(plane.shape("pulls"), (Sizes{100, 2}));
  EXPECT_EQ(plane.shape("code_counts"), (Sizes{codes}));
  EXPECT_TRUE(plane.head.at("codebook").at("shares").empty());

  spec = {{"data", {{"name", "digits8"}, {"train", 200}, {"test", 50}}},
          {"model",
           {{"name", "vq"},
            {"network", "conv"},
            {"width", 4},
            {"depth", 1},
            {"codes", 8},
            {"code_dimension", 3}}}};
  snapshot_of(service, {{"do", "load"}, {"spec", spec}});
  const Message pictures = snapshot_of(
      service,
      {{"do", "want"}, {"views", {"code-maps", "codebook", "code-usage", "reconstructions"}}});
  EXPECT_EQ(pictures.shape("code_maps"), (Sizes{24, 16}));
  EXPECT_EQ(pictures.shape("code_map"), (Sizes{16}));
  EXPECT_EQ(pictures.shape("codewords"), (Sizes{8, 2}));
  EXPECT_EQ(pictures.shape("reconstructions"), (Sizes{50, 64}));
  EXPECT_EQ(pictures.head.at("codebook").at("shares").size(), 2u);
  const std::vector<float> before(pictures.array("code_map_picture").begin(),
                                  pictures.array("code_map_picture").end());

  // Another code at one place is another picture, and the way back is the same one.
  const auto at = static_cast<int>(pictures.array("code_map")[5]);
  const Message changed =
      snapshot_of(service, {{"do", "code_at"}, {"site", 5}, {"code", (at + 1) % 8}});
  EXPECT_EQ(changed.head.at("code_map").at("changed"), Json::array({5}));
  EXPECT_FALSE(std::ranges::equal(changed.array("code_map_picture"), before));
  const Message back = snapshot_of(service, {{"do", "code_map"}, {"index", 0}});
  EXPECT_TRUE(std::ranges::equal(back.array("code_map_picture"), before));
  service.command({{"do", "code_at"}, {"site", 16}, {"code", 0}});
  const auto refused = service.take();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->head.at("text"), "There are sites of codes 0 to 15.");
}

TEST(KMeans, FindsClustersThatAreApart) {
  std::vector<float> x;
  for (int i = 0; i < 60; ++i) {
    const int cluster = i % 3;
    x.push_back(static_cast<float>(10 * cluster + 0.1 * (i % 5)));
    x.push_back(static_cast<float>(-5 * cluster + 0.1 * (i % 4)));
  }
  const infer::Clusters found = infer::k_means(x, 2, 3, 1);
  for (int i = 0; i < 60; ++i) {
    EXPECT_EQ(found.members[static_cast<std::size_t>(i)],
              found.members[static_cast<std::size_t>(i % 3)]);
  }
  EXPECT_EQ((std::set<std::uint32_t>{found.members.begin(), found.members.begin() + 3}).size(), 3u);
  // Var of {0 … 0.4} and of {0 … 0.3}.
  EXPECT_NEAR(found.error, (0.02 + 0.0125) / 2, 1e-3);
  // More centres than rows are no trouble.
  EXPECT_NEAR(infer::k_means(std::span<const float>(x).first(4), 2, 5, 1).error, 0, 1e-9);
}

TEST(Principal, IsThatOfItsCovariance) {
  // Along (3, 4)/5 by ±2, across by ±1.
  std::vector<float> x;
  for (const auto& [along, across] : {std::pair{2, 1}, {2, -1}, {-2, 1}, {-2, -1}}) {
    x.push_back(static_cast<float>(1 + 0.6 * along - 0.8 * across));
    x.push_back(static_cast<float>(2 + 0.8 * along + 0.6 * across));
  }
  const infer::Principal found = infer::principal(x, 2, 2);
  EXPECT_NEAR(found.axes[0], 0.6, 1e-6);
  EXPECT_NEAR(found.axes[1], 0.8, 1e-6);
  EXPECT_NEAR(found.share[0], 0.8, 1e-6);
  const std::vector<float> projected = infer::project(found, x);
  EXPECT_NEAR(projected[0], 2, 1e-5);
  EXPECT_NEAR(std::abs(projected[1]), 1, 1e-5);
  // It keeps the side that it had.
  infer::Principal turned = found;
  for (double& axis : turned.axes) axis = -axis;
  EXPECT_NEAR(infer::principal(x, 2, 2, &turned).axes[0], -0.6, 1e-6);
}

TEST(Voronoi, CellsFillTheWindow) {
  const std::vector<float> places{0.2f, 0.3f, 0.8f, 0.4f, 0.5f, 0.9f, 0.2f, 0.3f, 2.f, 0.5f};
  const auto cells = plot::voronoi(places, {0, 1, 0, 1});
  ASSERT_EQ(cells.size(), 5u);
  EXPECT_TRUE(cells[3].empty());  // as the first
  double area = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    double twice = 0;
    for (std::size_t j = 0; j < cells[i].size(); ++j) {
      const auto &a = cells[i][j], &b = cells[i][(j + 1) % cells[i].size()];
      twice += a[0] * b[1] - a[1] * b[0];
      // A corner is no nearer to any other place.
      const std::vector<float> corner{static_cast<float>(a[0]), static_cast<float>(a[1])};
      const double own = std::hypot(a[0] - static_cast<double>(places[2 * i]),
                                    a[1] - static_cast<double>(places[2 * i + 1]));
      EXPECT_NEAR(own * own, infer::nearest(places, corner).second, 1e-6);
    }
    area += twice / 2;
  }
  EXPECT_NEAR(area, 1, 1e-9);
}

}  // namespace
}  // namespace lab::session
