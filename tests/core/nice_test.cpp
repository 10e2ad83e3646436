// NICE against mathematics: exact inverses and Jacobians, densities that integrate to one,
// Gaussians whose likelihood is known, the variational auto-encoder as a special case.
#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <numbers>
#include <set>

#include "core/data/grid.hpp"
#include "core/data/random.hpp"
#include "core/distributions/coupling.hpp"
#include "core/distributions/normal.hpp"
#include "core/execute/reference/reference.hpp"
#include "core/infer/inpainting.hpp"
#include "core/infer/masks.hpp"
#include "core/models/nice.hpp"
#include "core/models/vae.hpp"
#include "core/session/experiment.hpp"
#include "core/session/inpainting.hpp"
#include "tests/core/ask.hpp"
#include "tests/core/moved_graph.hpp"
#include "tests/core/system_checks.hpp"

namespace lab {
namespace {

using distributions::CouplingKind;
using models::Nice;
using session::complete;
using session::Experiment;
using session::Json;

const std::vector<const char*> laws{"additive", "multiplicative", "affine"};
const std::vector<const char*> partitions{"odd-even", "halves", "checkerboard", "random",
                                          "learned"};
const std::vector<const char*> whitenings{"none", "approximate", "zca"};

Json digits(const char* law, const char* partition, const char* whitening = "none") {
  return {{"data", {{"name", "digits8"}, {"train", 400}, {"test", 100}}},
          {"model",
           {{"name", "nice"},
            {"couplings", 3},
            {"width", 12},
            {"law", law},
            {"partition", partition},
            {"whitening", whitening},
            {"activation", "tanh"}}},
          {"objective", {{"batch", 20}}}};
}

// A flow of eight layers over rows of numbers with correlations.
struct Flow : MovedGraph {
  static constexpr Extent rows = 20;

  Flow(const Json& model, std::size_t dimensions) : train(correlated_rows(10 * rows, dimensions)) {
    const data::SampleShape shape{1, dimensions, 1, data::Domain::vectors};
    nice = std::make_unique<Nice>(parameters, model, shape, train, 3);
    inverses = nice->inverses();
    start();
  }

  Value data() {
    const auto size = static_cast<Extent>(train.size()) / (10 * rows);
    return graph.constant(std::vector<double>(train.begin(), train.begin() + rows * size),
                          {rows, size});
  }

  std::vector<float> train;
  std::unique_ptr<Nice> nice;
};

Json flow_model(const char* law, const char* partition, const char* whitening) {
  Json spec = digits(law, partition, whitening);
  spec["model"]["couplings"] = 8;
  spec["model"]["width"] = 10;
  return complete(spec).at("model");
}

TEST(Nice, InversesAreExactAndDeterminantsAreTheJacobians) {
  for (const char* law : laws) {
    for (const char* partition : partitions) {
      for (const char* whitening : whitenings) {
        SCOPED_TRACE(std::string(law) + ' ' + partition + ' ' + whitening);
        constexpr Extent size = 5;
        Flow flow(flow_model(law, partition, whitening), size);
        const Value x = flow.data();
        const std::vector<Nice::Stage> stages = flow.nice->forward(x);
        ASSERT_EQ(stages.size(), flow.nice->stages().size());
        const std::vector<Nice::Stage> back = flow.nice->inverse(stages.back().value);
        ASSERT_EQ(back.size(), stages.size());
        // Stage by stage.
        for (std::size_t s = 0; s < stages.size(); ++s) {
          const std::vector<float> there = flow.values_of(stages[s].value),
                                   again = flow.values_of(back[s].value);
          for (std::size_t i = 0; i < there.size(); ++i) {
            ASSERT_NEAR(again[i], there[i], 1e-5 * (1 + std::abs(there[i]))) << s;
          }
        }
        const std::vector<double> expected = flow.log_jacobian(stages.back().value, x);
        const std::vector<float> log_det = flow.log_det_of(stages.back().log_det, Flow::rows),
                                 back_log_det = flow.log_det_of(back.front().log_det, Flow::rows);
        for (std::size_t i = 0; i < expected.size(); ++i) {
          ASSERT_NEAR(log_det[i], expected[i], 1e-4 * (1 + std::abs(expected[i])));
          ASSERT_NEAR(back_log_det[i], -expected[i], 1e-4 * (1 + std::abs(expected[i])));
        }
      }
    }
  }
}

TEST(Nice, SinglePrecisionComesBackThroughEightLayers) {
  for (const char* law : laws) {
    Json spec = digits(law, "odd-even");
    spec["model"]["couplings"] = 8;
    Experiment experiment(complete(spec));
    experiment.step(100).get();
    const std::vector<float> x = experiment.data().evaluated(experiment.data().test, 100);
    const std::vector<float> back =
        session::ask(experiment, "decode", "x",
                     session::given("z", ask(experiment, "forward", "z", session::given("x", x))));
    for (std::size_t i = 0; i < x.size(); ++i) ASSERT_NEAR(back[i], x[i], 1e-5) << law;
  }
}

TEST(Nice, PartitionsCoverAllAndSwapRoles) {
  const data::SampleShape shape{6, 5, 1, data::Domain::images};
  for (const char* name : partitions) {
    const distributions::Partition one = models::make_partition(name, shape, 0, 4),
                                   two = models::make_partition(name, shape, 1, 4);
    EXPECT_EQ(one.kept, two.changed) << name;
    EXPECT_EQ(one.changed, two.kept) << name;
    std::set<Extent> all(one.kept.begin(), one.kept.end());
    all.insert(one.changed.begin(), one.changed.end());
    EXPECT_EQ(all.size(), 30u) << name;
    EXPECT_EQ(one.kept.size() + one.changed.size(), 30u) << name;
  }
  const distributions::Partition board = models::make_partition("checkerboard", shape, 0, 4);
  for (const Extent i : board.kept) EXPECT_EQ((i / 5 + i % 5) % 2, 0);
  EXPECT_NE(models::make_partition("random", shape, 0, 4).kept,
            models::make_partition("random", shape, 0, 5).kept);
}

TEST(Nice, GradientsAreDifferencesOfTheObjective) {
  for (const char* law : laws) {
    for (const char* partition : {"odd-even", "random", "learned"}) {
      for (const char* prior : {"logistic", "gaussian"}) {
        Json spec = digits(law, partition);
        spec["data"] = {{"name", "digits8"}, {"train", 32}, {"test", 16}, {"scale", "symmetric"}};
        spec["model"]["width"] = 5;
        spec["model"]["prior"] = prior;
        spec["objective"]["batch"] = 8;
        expect_gradients(spec, std::string(law) + ' ' + partition + ' ' + prior, 0.02);
      }
    }
  }
}

TEST(Nice, ExecutorsAgree) {
  for (const char* law : laws) expect_executors_agree(digits(law, "odd-even"), law);
  for (const char* partition : partitions) {
    expect_executors_agree(digits("affine", partition), partition);
  }
  for (const char* whitening : whitenings) {
    expect_executors_agree(digits("additive", "odd-even", whitening), whitening);
  }
}

TEST(Nice, EveryKindLearnsAndResumesExactly) {
  for (const char* law : laws) {
    for (const char* whitening : whitenings) {
      SCOPED_TRACE(std::string(law) + ' ' + whitening);
      Experiment whole(complete(digits(law, "learned", whitening)));
      const double first = whole.measure().get().at("log_likelihood_test");
      whole.step(151).get();
      const auto resumed = Experiment::restore(whole.save().get());
      whole.step(150).get();
      resumed->step(150).get();
      EXPECT_EQ(whole.measure().get(), resumed->measure().get());
      EXPECT_GT(whole.measure().get().at("log_likelihood_test"), first + 3);
      EXPECT_EQ(whole.sample(10, 0).get(), resumed->sample(10, 0).get());
    }
  }
}

TEST(Nice, DensitiesOfThePlaneIntegrateToOne) {
  for (const char* prior : {"logistic", "gaussian"}) {
    Json spec{{"data", {{"name", "moons"}, {"train", 2000}, {"test", 500}}},
              {"model", {{"name", "nice"}, {"prior", prior}, {"couplings", 4}, {"width", 16}}}};
    Experiment experiment(complete(spec));
    experiment.step(300).get();
    const data::Grid grid{{-25, 25, -25, 25}, 700};
    const std::vector<float> model =
        ask(experiment, "log_density", "log_density", session::given("x", grid.points()));
    const std::vector<double> values(model.begin(), model.end());
    EXPECT_NEAR(data::log_integral(values, grid), 0, 2e-3) << prior;
  }
}

// A Gaussian of deviations 1.2 and 0.7, correlation 0.8, and a model trained on it.
Json gaussian(Json model) {
  model["name"] = "nice";
  model["prior"] = "gaussian";
  return complete({{"data",
                    {{"name", "mixture"},
                     {"train", 50000},
                     {"test", 2000},
                     {"components", Json::array({Json::array({1, 0.5, -0.3, 1.2, 0.7, 0.8})})}}},
                   {"model", model},
                   {"optimiser",
                    {{"rate", 0.02},
                     {"schedule", "cosine"},
                     {"schedule_steps", 1500},
                     {"schedule_factor", 0.01}}}});
}

// A Gaussian is within reach of linear couplings: the best likelihood is −½ ln det(2πe Σ).
TEST(Nice, LinearCouplingsReachAGaussiansEntropy) {
  Experiment experiment(gaussian({{"depth", 0}, {"law", "additive"}, {"couplings", 2}}));
  experiment.step(1500).get();
  const auto measures = experiment.measure(50000).get();
  const double determinant = 1.2 * 1.2 * 0.7 * 0.7 * (1 - 0.8 * 0.8);
  const double best =
      -std::log(2 * std::numbers::pi * std::numbers::e) - 0.5 * std::log(determinant);
  EXPECT_NEAR(-experiment.measures().entropy(), best, 1e-3);
  EXPECT_NEAR(measures.at("log_likelihood_train"), best, 0.02);
  EXPECT_LT(measures.at("kl_to_truth"), 2e-3);
  // Both stretches together are the determinant's.
  const std::vector<float> scales = ask(experiment, "scales", "scales");
  EXPECT_NEAR(std::log(scales[0]) + std::log(scales[1]), 0.5 * std::log(determinant), 0.02);
}

// Appendix B: a triangular matrix learns the whitening of a Gaussian by its own likelihood, and the
// flow behind it does not disturb it.
TEST(Nice, ApproximateWhiteningReachesAGaussiansEntropy) {
  Experiment experiment(gaussian({{"whitening", "approximate"},
                                  {"scaling", false},
                                  {"couplings", 1},
                                  {"law", "multiplicative"},
                                  {"width", 1}}));
  experiment.step(1500).get();
  const auto measures = experiment.measure(50000).get();
  const double log_det = -std::log(1.2) - std::log(0.7) - 0.5 * std::log(1 - 0.8 * 0.8);
  const double best = -std::log(2 * std::numbers::pi * std::numbers::e) + log_det;
  EXPECT_NEAR(measures.at("log_likelihood_train"), best, 0.03);
  EXPECT_NEAR(measures.at("log_likelihood_test") - measures.at("log_likelihood_whitened"), log_det,
              0.02);
}

TEST(Zca, WhitensExactly) {
  constexpr std::size_t size = 4, count = 3000;
  data::Stream stream(8, 1);
  std::vector<float> rows;
  for (std::size_t i = 0; i < count; ++i) {
    const double a = stream.normal(), b = stream.normal(), c = stream.normal();
    for (const double value : {a + 3, 0.5 * a + b, 2 * b - c, 0.1 * c}) {
      rows.push_back(static_cast<float>(value));
    }
  }
  const distributions::Zca zca = distributions::make_zca(rows, size);
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::Map<const Matrix> w(zca.matrix.data(), size, size),
      back(zca.inverse.data(), size, size);
  const Eigen::Map<const Eigen::RowVectorXd> mean(zca.mean.data(), size);
  const Matrix x =
      Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
          rows.data(), count, size)
          .cast<double>();
  const Matrix y = (x.rowwise() - mean) * w;
  // The data has three directions in four dimensions… a, b and c span it.
  const Matrix covariance = y.transpose() * y / static_cast<double>(count);
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(covariance);
  EXPECT_NEAR(solver.eigenvalues().tail(3).minCoeff(), 1, 1e-6);
  EXPECT_NEAR(solver.eigenvalues().maxCoeff(), 1, 1e-6);
  EXPECT_LT((w * back - Matrix::Identity(size, size)).norm(), 1e-8);
  EXPECT_LT((w - w.transpose()).norm(), 1e-9);
  EXPECT_NEAR(std::log(std::abs(w.determinant())), zca.log_det, 1e-6);
}

// Appendix C: with ε ~ N(0, I), z = μ(x) + σ(x) ε and ξ = (x − f(z))/s(z) are two affine couplings
// of (x, ε), and ln p(x, ε) − ln p(ε) under a Gaussian prior is the bound's one draw.
TEST(Nice, AVariationalAutoEncoderIsTwoAffineCouplings) {
  const Json model =
      complete(
          {{"data", {{"name", "digits8"}}},
           {"model", {{"name", "vae"}, {"decoder", "gaussian"}, {"latents", 3}, {"width", 16}}}})
          .at("model");
  constexpr Extent rows = 12, size = 64, latents = 3;
  Graph graph;
  const Value seed = graph.index_constant(2);
  nn::Parameters parameters{graph, seed, {}};
  const data::SampleShape shape{8, 8, 1, data::Domain::images};
  const models::Encoder encoder(parameters, model, shape);
  const models::Decoder decoder(parameters, model, shape);
  const Value x = random_uniform(graph, {rows, size}, seed, graph.index_constant(1));
  const Value noise = random_normal(graph, {rows, latents}, seed, graph.index_constant(2));

  const models::Posterior q = encoder(x);
  const Value drawn = q.mean + exp(0.5 * q.log_variance) * noise;
  const Value bound = decoder.log_likelihood(x, drawn) +
                      sum(distributions::standard_log_density(drawn), {1}) -
                      sum(distributions::gaussian_log_density(drawn, q.mean, q.log_variance), {1});

  const distributions::Transformed z =
      distributions::couple_forward(CouplingKind::affine, noise, 0.5 * q.log_variance, q.mean);
  // The decoder's numbers, as the coupling's: ξ = x e^{−ln s} − f/s.
  const auto [mean, log_variance] = decoder.moments(z.value);
  const Value log_scale = -0.5 * log_variance;
  const distributions::Transformed xi =
      distributions::couple_forward(CouplingKind::affine, x, log_scale, -mean * exp(log_scale));
  const Value log_joint = sum(distributions::standard_log_density(z.value), {1}) +
                          sum(distributions::standard_log_density(xi.value), {1}) + z.log_det +
                          xi.log_det;
  const Value by_couplings = log_joint - sum(distributions::standard_log_density(noise), {1});
  const Value back = distributions::couple_inverse(CouplingKind::affine, xi.value, log_scale,
                                                   -mean * exp(log_scale))
                         .value;

  Reference reference(graph);
  reference.initialise(graph, parameters.values);
  const auto handle =
      reference.prepare({"both", {reshape(bound, {rows}), by_couplings, x, back}, {}});
  reference.run(handle);
  const std::vector<float> a = reference.output(handle, 0), b = reference.output(handle, 1);
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(b[i] / a[i], 1, 2e-6) << i;
  const std::vector<float> given = reference.output(handle, 2), again = reference.output(handle, 3);
  for (std::size_t i = 0; i < given.size(); ++i) EXPECT_NEAR(again[i], given[i], 1e-5);
}

TEST(Dataset, BitsOfADensity) {
  const auto made = [](const char* scale) {
    return data::make_dataset(
        complete({{"data", {{"name", "digits8"}, {"scale", scale}}}, {"model", {{"name", "nice"}}}})
            .at("data"),
        session::Options::open_file);
  };
  // The uniform density of each range has all bits of a pixel: 17 levels here, 256 elsewhere.
  const double all = std::log2(17.0);
  EXPECT_NEAR(made("unit").bits_per_dimension(0), all, 1e-9);
  EXPECT_NEAR(made("symmetric").bits_per_dimension(-64 * std::log(2.0)), all, 1e-9);
  EXPECT_NEAR(made("symmetric").bits_per_dimension(0), all - 1, 1e-9);
  EXPECT_NEAR(made("unit").bits_per_dimension(64 * std::log(2.0)), all - 1, 1e-9);
  const data::Dataset strokes =
      data::make_dataset(complete({{"data", {{"name", "strokes"}, {"train", 16}, {"test", 16}}},
                                   {"model", {{"name", "nice"}}}})
                             .at("data"),
                         session::Options::open_file);
  // The paper's 1980.50 nats on 28×28 pixels.
  EXPECT_NEAR(strokes.bits_per_dimension(1980.50), 8 - 1980.50 / (784 * std::log(2.0)), 1e-9);
}

TEST(Dataset, HoldsOutValidationData) {
  Json spec{{"data", {{"name", "digits8"}, {"train", 300}, {"validation", 60}}},
            {"model", {{"name", "nice"}, {"width", 8}}}};
  Experiment experiment(complete(spec));
  EXPECT_EQ(experiment.data().train.count(), 240u);
  EXPECT_EQ(experiment.data().validation.count(), 60u);
  EXPECT_TRUE(experiment.measure().get().count("log_likelihood_validation"));
  spec["data"]["validation"] = 300;
  EXPECT_THROW(Experiment{complete(spec)}, session::SpecificationError);
}

// ln p of a Gaussian with correlation: what is hidden goes to its mean given the rest.
TEST(Inpainting, ClimbsToTheConditionalMean) {
  constexpr Extent rows = 40;
  constexpr double correlation = 0.8;
  Graph graph;
  const Value seed = graph.index_constant(1);
  const Value moves = graph.variable("moves", graph.index_constant(0));
  std::vector<double> start, mask;
  for (Extent i = 0; i < rows; ++i) {
    start.insert(start.end(), {0.05 * static_cast<double>(i) - 1, 5});
    mask.insert(mask.end(), {0, 1});
  }
  const Value x = graph.variable("x", graph.constant(start, {rows, 2}));
  const auto log_density = [&](Value at) {
    const Value a = slice(at, 1, 0, 1), b = slice(at, 1, 1, 1);
    return sum((square(a) - 2 * correlation * a * b + square(b)) *
                   (-0.5 / (1 - correlation * correlation)),
               {1});
  };
  const infer::Inpainting moved =
      infer::inpaint(log_density, x, graph.constant(mask, {rows, 2}), graph.constant(-10),
                     graph.constant(10), seed, moves);
  Reference reference(graph);
  reference.initialise(graph, {x, moves});
  const auto handle =
      reference.prepare({"move",
                         {moved.log_density},
                         {{x, moved.next}, {moves, index_add(moves, graph.index_constant(1))}}});
  double error = 0;
  constexpr int all = 4000, kept = 1000;
  std::vector<double> mean(rows, 0);
  for (int i = 0; i < all; ++i) {
    reference.run(handle);
    if (i < all - kept) continue;
    const std::vector<float> now = reference.read(x);
    for (std::size_t row = 0; row < rows; ++row) {
      EXPECT_EQ(now[2 * row], static_cast<float>(start[2 * row]));
      mean[row] += static_cast<double>(now[2 * row + 1]) / kept;
    }
  }
  for (std::size_t row = 0; row < rows; ++row) {
    error = std::max(error, std::abs(mean[row] - correlation * start[2 * row]));
  }
  EXPECT_LT(error, 0.05);
}

TEST(Inpainting, TouchesOnlyWhatIsHiddenAndStaysInRange) {
  Experiment experiment(complete(digits("additive", "odd-even")));
  experiment.step(200).get();
  const data::Dataset& data = experiment.data();
  const std::vector<float> given = data.evaluated(data.test, 10);
  std::vector<float> hidden;
  for (const std::string& name : infer::mask_names()) {
    const std::vector<float> mask = infer::make_mask(name, data.train.shape, 1);
    hidden.insert(hidden.end(), mask.begin(), mask.end());
  }
  session::Inpainting inpainting;
  inpainting.begin(experiment, given, hidden, 0).get();
  inpainting.move(experiment, 1).get();
  const std::vector<float> first = inpainting.log_density();
  inpainting.move(experiment, 200).get();
  const std::vector<float>&last = inpainting.log_density(), &pictures = inpainting.pictures();
  double before = 0, after = 0;
  for (std::size_t i = 0; i < 10; ++i) {
    before += static_cast<double>(first[i]);
    after += static_cast<double>(last[i]);
  }
  EXPECT_GT(after, before + 10);
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (hidden[i] == 0) {
      EXPECT_EQ(pictures[i], given[i]);
    }
    EXPECT_TRUE(pictures[i] >= 0 && pictures[i] <= 1);
  }
}

// While training goes on, the model grows sharper than it was when the moves began.
TEST(Inpainting, KeepsPaceWithAModelThatLearns) {
  Json spec = digits("affine", "odd-even");
  spec["model"]["width"] = 100;
  spec["model"]["activation"] = "relu";
  spec["objective"]["batch"] = 50;
  spec["optimiser"]["rate"] = 2e-3;
  Experiment experiment(complete(spec));
  const data::Dataset& data = experiment.data();
  const std::vector<float> given = data.evaluated(data.test, 10);
  const std::vector<float> mask = infer::make_mask("left", data.train.shape, 1);
  std::vector<float> hidden;
  for (int i = 0; i < 10; ++i) hidden.insert(hidden.end(), mask.begin(), mask.end());
  session::Inpainting now;
  now.begin(experiment, given, hidden, 0).get();
  for (int i = 0; i < 40; ++i) {
    experiment.step(10).get();
    now.move(experiment, 25).get();
  }
  double filled = 0, whole = 0;
  for (const float value : now.log_density()) filled += static_cast<double>(value) / 10;
  for (const float value : ask(experiment, "forward", "log_density", session::given("x", given))) {
    whole += static_cast<double>(value) / 10;
  }
  // With the steps of the first model it ends 790 nats below.
  EXPECT_GT(filled, whole - 300);
}

TEST(Masks, HideWhatTheySay) {
  const data::SampleShape shape{28, 28, 3, data::Domain::images};
  const auto share = [&](const std::string& name) {
    const std::vector<float> mask = infer::make_mask(name, shape, 1);
    EXPECT_EQ(mask.size(), shape.size());
    double total = 0;
    for (std::size_t i = 0; i < mask.size(); ++i) {
      total += static_cast<double>(mask[i]);
      EXPECT_EQ(mask[i], mask[i - i % 3]);
    }
    return total / static_cast<double>(mask.size());
  };
  for (const std::string& name : infer::mask_names()) {
    const double expected = name == "random75" || name == "coarse" ? 0.75
                            : name == "random90"                   ? 0.9
                                                                   : 0.5;
    EXPECT_NEAR(share(name), expected, name.substr(0, 6) == "random" ? 0.04 : 1e-9) << name;
  }
  EXPECT_EQ(infer::make_mask("top", shape, 1)[0], 1);
  EXPECT_EQ(infer::make_mask("bottom", shape, 1)[0], 0);
  EXPECT_THROW((void)infer::make_mask("diagonal", shape, 1), std::invalid_argument);
}

TEST(Nice, SaysWhatDataItCannotTake) {
  Json bits = digits("additive", "odd-even");
  bits["data"]["binarise"] = "stochastic";
  EXPECT_THROW((void)complete(bits), session::SpecificationError);
  Json levels = digits("additive", "odd-even");
  levels["data"]["dequantise"] = "off";
  EXPECT_THROW(Experiment{complete(levels)}, session::SpecificationError);
}

TEST(Nice, ALargerRateForTheScalesMovesThemFurther) {
  Json spec = digits("additive", "odd-even");
  spec["optimiser"] = {{"rate", 1e-3}};
  Experiment plain(complete(spec));
  spec["optimiser"]["scaling_rate"] = 10;
  Experiment quick(complete(spec));
  plain.step(1).get();
  quick.step(1).get();
  const std::vector<float> a = ask(plain, "scales", "scales"), b = ask(quick, "scales", "scales");
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_NEAR(std::log(b[i]), 10 * std::log(a[i]), 1e-4);
  }
}

}  // namespace
}  // namespace lab
