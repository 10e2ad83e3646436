// Models with latents against mathematics: a linear model whose evidence and posterior are known,
// densities that integrate to one, gradients by differences, every learner on every executor.
#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/data/random.hpp"
#include "core/execute/reference/reference.hpp"
#include "core/infer/marginal.hpp"
#include "core/infer/masks.hpp"
#include "core/session/experiment.hpp"
#include "core/session/inpainting.hpp"
#include "tests/core/ask.hpp"
#include "tests/core/system_checks.hpp"

namespace lab {
namespace {

using session::complete;
using session::Experiment;
using session::Json;

Json spec_of(const char* learner, const char* decoder = "bernoulli") {
  return {{"data", {{"name", "digits8"}, {"train", 400}, {"test", 100}}},
          {"model", {{"name", "vae"}, {"width", 24}, {"latents", 3}, {"decoder", decoder}}},
          {"objective", {{"name", learner}, {"batch", 20}}},
          {"optimiser", {{"rate", 2e-3}}}};
}

const std::vector<const char*> learners{"aevb", "iwae", "wake-sleep", "mcem", "full-vb"};
const std::vector<const char*> decoders{"bernoulli", "gaussian", "fixed-gaussian", "logistic"};

// The paper's estimator on a posterior that is Gaussian: exact but for the draws.
TEST(Marginal, FindsTheEvidenceOfAGaussianPosterior) {
  constexpr std::size_t draws = 4000, dimensions = 3;
  constexpr double evidence = -17.25;
  data::Stream stream(5, 1);
  std::vector<double> z, log_joint;
  for (std::size_t s = 0; s < draws; ++s) {
    double log_posterior = 0;
    for (std::size_t j = 0; j < dimensions; ++j) {
      const double e = stream.normal(), deviation = 0.2 + 0.3 * static_cast<double>(j);
      z.push_back(1.5 + deviation * e);
      log_posterior += -0.5 * e * e - std::log(deviation) - 0.5 * std::log(2 * std::numbers::pi);
    }
    log_joint.push_back(log_posterior + evidence);
  }
  EXPECT_NEAR(infer::log_marginal(z, log_joint, dimensions), evidence, 0.01);
  EXPECT_THROW((void)infer::log_marginal(std::span(z).first(12), std::span(log_joint).first(4), 3),
               std::invalid_argument);
}

TEST(Vae, GradientsAreDifferencesOfTheObjective) {
  for (const char* learner : {"aevb", "iwae", "full-vb"}) {
    for (const char* decoder : decoders) {
      for (const char* estimator : {"A", "B"}) {
        if (std::string_view(learner) == "iwae" && *estimator == 'A') continue;
        Json spec = spec_of(learner, decoder);
        spec["data"] = {{"name", "digits8"}, {"train", 32}, {"test", 16}};
        spec["model"]["width"] = 5;
        // The objective is read as a float: it must not be large.
        if (std::string_view(decoder) == "fixed-gaussian") spec["model"]["deviation"] = 1;
        spec["objective"]["batch"] = 8;
        spec["objective"]["samples"] = 2;
        if (std::string_view(learner) == "iwae") spec["objective"]["weight_prior"] = true;
        else spec["objective"]["estimator"] = estimator;
        expect_gradients(spec, std::string(learner) + ' ' + decoder + ' ' + estimator);
      }
    }
  }
}

// What is shown of a posterior over the weights is what training makes large: with the weights' KL,
// and with weights drawn from it.
TEST(Vae, TheBoundOfUncertainWeightsIsTheOneThatIsMaximised) {
  for (const char* uncertain : {"decoder", "both"}) {
    Json spec = spec_of("full-vb");
    spec["objective"]["uncertain"] = uncertain;
    spec["objective"]["batch"] = 100;
    spec["data"] = {{"name", "digits8"}, {"train", 200}, {"test", 50}};
    spec["optimiser"] = {{"name", "sgd"}, {"rate", 0}};
    spec = complete(spec);
    const auto [data, system, cpu] = make_ready(spec);
    const auto train = cpu->prepare(system.phases.back().procedure);
    constexpr int steps = 600;
    double total = 0, squares = 0;
    for (int i = 0; i < steps; ++i) {
      cpu->run(train);
      const auto objective = static_cast<double>(cpu->output(train, 0).front());
      total += objective / steps;
      squares += objective * objective / steps;
    }
    Experiment experiment(spec);
    const auto measures = experiment.measures().measure_all().get();
    // Thirty-two draws of the weights are shown, each with the spread of a minibatch's at most.
    const double error = std::sqrt((squares - total * total) * (1.0 / 32 + 1.0 / steps));
    EXPECT_NEAR(measures.at("elbo_train"), total, 4 * error) << uncertain;
    EXPECT_GT(measures.at("kl_weights"), 20 * error) << "the KL of the weights must be seen";
    EXPECT_NEAR(measures.at("elbo_test"),
                measures.at("reconstruction") - measures.at("kl") - measures.at("kl_weights"),
                1e-3);
  }
}

TEST(Vae, ExecutorsAgreeOnEveryLearner) {
  for (const char* learner : learners) expect_executors_agree(spec_of(learner), learner);
}

TEST(Vae, EveryLearnerRaisesTheBoundAndResumesExactly) {
  for (const char* learner : learners) {
    Experiment whole(complete(spec_of(learner)));
    const double first = whole.measure().get().at("elbo_test");
    whole.step(151).get();
    const auto resumed = Experiment::restore(whole.save().get());
    whole.step(150).get();
    resumed->step(150).get();
    EXPECT_EQ(whole.measure().get(), resumed->measure().get()) << learner;
    EXPECT_GT(whole.measure().get().at("elbo_test"), first + 5) << learner;
  }
}

TEST(Vae, EveryDecoderLearnsAndIsDrawnFrom) {
  for (const char* decoder : decoders) {
    Json spec = spec_of("aevb", decoder);
    if (std::string_view(decoder) != "bernoulli") spec["model"]["mean"] = "sigmoid";
    Experiment experiment(complete(spec));
    const double first = experiment.measure().get().at("elbo_test");
    experiment.step(200).get();
    EXPECT_GT(experiment.measure().get().at("elbo_test"), first + 3) << decoder;
    const std::vector<float> draws = experiment.sample(300).get();
    EXPECT_EQ(draws.size(), 300u * 64);
    for (const float value : draws) EXPECT_TRUE(value >= 0 && value <= 1) << decoder;
  }
}

// A linear decoder with fixed spread is probabilistic PCA: the evidence and the best solution are
// known (Tipping & Bishop 1999).
class LinearVae : public testing::Test {
 protected:
  static constexpr double deviation = 0.6;
  static constexpr std::size_t latents = 3, size = 64;

  static Json spec() {
    return complete({{"data", {{"name", "digits8"}, {"scale", "standard"}}},
                     {"model",
                      {{"name", "vae"},
                       {"depth", 0},
                       {"latents", latents},
                       {"decoder", "fixed-gaussian"},
                       {"deviation", deviation}}},
                     {"objective", {{"name", "aevb"}}},
                     {"optimiser",
                      {{"rate", 0.01},
                       {"schedule", "cosine"},
                       {"schedule_steps", 30000},
                       {"schedule_factor", 0.005}}}});
  }

  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

  static Matrix rows(const std::vector<float>& values) {
    return Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
               values.data(), static_cast<Eigen::Index>(values.size() / size), size)
        .cast<double>();
  }

  // Mean of ln N(x; mean, C) over the rows.
  static double log_density(const Matrix& x, const Eigen::RowVectorXd& mean, const Matrix& c) {
    const Eigen::LLT<Matrix> llt(c);
    const double log_determinant = 2 * Matrix(llt.matrixL()).diagonal().array().log().sum();
    const Matrix d = x.rowwise() - mean;
    const double quadratic = (llt.solve(d.transpose()).transpose().array() * d.array()).sum();
    return -0.5 * (quadratic / static_cast<double>(x.rows()) + log_determinant +
                   static_cast<double>(size) * std::log(2 * std::numbers::pi));
  }
};

TEST_F(LinearVae, RecoversPrincipalComponentsAndATightBound) {
  Experiment experiment(spec());
  experiment.step(30000).get();
  const Matrix train = rows(experiment.data().train.values);
  // The decoder, read off: the mean at the origin and along each axis.
  std::vector<float> codes((latents + 1) * latents, 0);
  for (std::size_t j = 0; j < latents; ++j) codes[(j + 1) * latents + j] = 1;
  const Matrix decoded = rows(session::ask(experiment, "decode", "x", session::given("z", codes)));
  const Eigen::RowVectorXd mean = decoded.row(0);
  const Matrix w = (decoded.bottomRows(latents).rowwise() - mean).transpose();
  const Matrix noise = deviation * deviation * Matrix::Identity(size, size);
  const double evidence = log_density(train, mean, w * w.transpose() + noise);

  // The most that any linear model reaches: the leading eigenvectors of the covariance.
  const Eigen::RowVectorXd centre = train.colwise().mean();
  const Matrix centred = train.rowwise() - centre;
  const Matrix covariance = centred.transpose() * centred / static_cast<double>(train.rows());
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(covariance);
  Matrix best = noise;
  for (std::size_t j = 0; j < latents; ++j) {
    const Eigen::Index at = static_cast<Eigen::Index>(size - 1 - j);
    const Eigen::VectorXd v = solver.eigenvectors().col(at);
    best += (solver.eigenvalues()[at] - deviation * deviation) * v * v.transpose();
  }
  const double most = log_density(train, centre, best);
  EXPECT_LE(evidence, most + 1e-6);
  EXPECT_NEAR(evidence, most, 0.05);
  // The subspace is that of the leading eigenvectors.
  const Matrix leading = solver.eigenvectors().rightCols(latents);
  EXPECT_LT((w - leading * (leading.transpose() * w)).norm() / w.norm(), 0.02);
  // The bound is tight: the posterior is Gaussian with one covariance for all x, though q's is
  // diagonal, so that the axes of W must be orthogonal too.
  EXPECT_NEAR(experiment.measure(2000).get().at("elbo_train"), evidence, 0.3);

  // Both estimates of the marginal likelihood against the closed form.
  const std::size_t count = 60;
  const std::vector<float>& test = experiment.data().test.values;
  const std::span<const float> part = std::span(test).first(count * size);
  const double exact =
      log_density(rows({part.begin(), part.end()}), mean, w * w.transpose() + noise);
  for (const char* method : {"importance", "hmc"}) {
    const std::vector<double> each = experiment.measures().log_marginal(part, method, 400).get();
    ASSERT_EQ(each.size(), count);
    double total = 0;
    for (const double value : each) total += value;
    EXPECT_NEAR(total / static_cast<double>(count), exact, 0.05) << method;
  }
}

// Chains of codes of what is visible: what they decode to has the mean and the variance that the
// Gaussian posterior gives what is hidden.
TEST_F(LinearVae, FillsInByThePosteriorOfWhatIsVisible) {
  Experiment experiment(spec());
  experiment.step(2000).get();
  const data::Dataset& data = experiment.data();
  std::vector<float> codes((latents + 1) * latents, 0);
  for (std::size_t j = 0; j < latents; ++j) codes[(j + 1) * latents + j] = 1;
  const Matrix decoded = rows(session::ask(experiment, "decode", "x", session::given("z", codes)));
  const Eigen::RowVectorXd mean = decoded.row(0);
  const Matrix w = (decoded.bottomRows(latents).rowwise() - mean).transpose();
  constexpr std::size_t count = 10;
  const std::vector<float> given = data.evaluated(data.test, count);
  const std::vector<float> mask = infer::make_mask("coarse", data.train.shape, 1);
  std::vector<float> hidden;
  for (std::size_t i = 0; i < count; ++i) hidden.insert(hidden.end(), mask.begin(), mask.end());
  Matrix visible = w;
  for (Eigen::Index d = 0; d < w.rows(); ++d) {
    if (mask[static_cast<std::size_t>(d)] != 0) visible.row(d).setZero();
  }
  const double variance = deviation * deviation;
  const Matrix precision =
      Matrix::Identity(latents, latents) + visible.transpose() * visible / variance;
  const Matrix covariance = precision.inverse();
  const Matrix centred = rows(given).rowwise() - mean;
  const Matrix expected =
      (centred * visible / variance * covariance * w.transpose()).rowwise() + mean;
  const Eigen::VectorXd spread = (w * covariance * w.transpose()).diagonal();

  session::Inpainting inpainting;
  inpainting.begin(experiment, given, hidden, 3).get();
  inpainting.move(experiment, 200).get();
  constexpr int draws = 600;
  Matrix total = Matrix::Zero(count, size), squares = Matrix::Zero(count, size);
  for (int draw = 0; draw < draws; ++draw) {
    inpainting.move(experiment, 2).get();
    const Matrix now = rows(inpainting.pictures());
    total += now;
    squares += (now - expected).cwiseAbs2();
  }
  double known = 0, found = 0;
  for (Eigen::Index i = 0; i < total.rows(); ++i) {
    for (Eigen::Index d = 0; d < total.cols(); ++d) {
      if (mask[static_cast<std::size_t>(d)] == 0) {
        EXPECT_NEAR(total(i, d) / draws, rows(given)(i, d), 1e-4);
        continue;
      }
      EXPECT_NEAR(total(i, d) / draws, expected(i, d), 0.05 + 0.3 * std::sqrt(spread[d]));
      known += spread[d];
      found += squares(i, d) / draws;
    }
  }
  EXPECT_NEAR(found / known, 1, 0.15);
}

TEST(Vae, ImportanceWeightedBoundsRiseWithTheNumberOfDraws) {
  Experiment experiment(complete(spec_of("aevb")));
  experiment.step(400).get();
  const std::vector<float> x = experiment.data().evaluated(experiment.data().test, 100);
  const auto mean = [](const std::vector<double>& values) {
    double total = 0;
    for (const double value : values) total += value;
    return total / static_cast<double>(values.size());
  };
  const std::vector<float> bound = session::ask_bound(experiment, x, "elbo");
  const double elbo = mean({bound.begin(), bound.end()});
  const double few = mean(experiment.measures().log_marginal(x, "importance", 50).get());
  const double many = mean(experiment.measures().log_marginal(x, "importance", 5000).get());
  EXPECT_GT(few, elbo);
  EXPECT_GT(many, few - 0.02);
  EXPECT_NEAR(mean(experiment.measures().log_marginal(x, "hmc", 400).get()), many, 0.1);
}

TEST(Vae, MonteCarloEmTunesItsAcceptance) {
  Json spec = spec_of("mcem");
  spec["objective"]["updates"] = 1;
  const Json whole = complete(spec);
  const data::Dataset data = data::make_dataset(whole.at("data"), session::Options::open_file);
  const models::System system = models::make_system(whole, data);
  const auto executor = std::make_unique<Cpu>(*system.graph);
  models::initialise(*executor, system, data);
  const auto expectation = executor->prepare(system.phases.front().procedure),
             train = executor->prepare(system.phases.back().procedure);
  double total = 0;
  for (int i = 0; i < 600; ++i) {
    executor->run(expectation);
    if (i >= 400) total += static_cast<double>(executor->output(expectation, 0).front());
    executor->run(train);
  }
  EXPECT_NEAR(total / 200, 0.9, 0.03);
}

TEST(Vae, CapacityHoldsTheDivergence) {
  Json spec = spec_of("aevb");
  spec["objective"]["form"] = "capacity";
  spec["objective"]["capacity"] = 2.5;
  spec["objective"]["capacity_steps"] = 200;
  Experiment experiment(complete(spec));
  experiment.step(1500).get();
  EXPECT_NEAR(experiment.measure().get().at("kl"), 2.5, 0.4);
}

TEST(Vae, HeavyDivergenceCollapsesTheLatents) {
  Json spec = spec_of("aevb");
  spec["objective"]["beta"] = 60;
  Experiment experiment(complete(spec));
  experiment.step(800).get();
  EXPECT_LT(experiment.measure().get().at("kl"), 0.02);
}

TEST(Vae, LearnsADensityOfThePlane) {
  Experiment experiment(complete({{"data", {{"name", "ring"}}},
                                  {"model", {{"name", "vae"}, {"width", 64}, {"depth", 2}}},
                                  {"objective", {{"batch", 256}}},
                                  {"optimiser", {{"rate", 3e-3}}}}));
  const double before = experiment.measure().get().at("kl_to_truth");
  experiment.step(2500).get();
  const auto measures = experiment.measure().get();
  EXPECT_LT(measures.at("kl_to_truth"), 0.25);
  EXPECT_LT(measures.at("kl_to_truth"), 0.5 * before);
  // A bound on data of known entropy never beats it, beyond what the test points vary.
  EXPECT_LT(measures.at("elbo_test"), measures.at("elbo_optimum") + 0.1);
}

TEST(Vae, RefusesBitsForDataThatIsNone) {
  Json spec = spec_of("aevb");
  spec["data"]["scale"] = "standard";
  try {
    Experiment experiment(complete(spec));
    FAIL() << "taken without complaint";
  } catch (const session::SpecificationError& error) {
    EXPECT_EQ(error.key(), "model.decoder");
    EXPECT_NE(std::string(error.what()).find("[0, 1]"), std::string::npos);
  }
}

// Any model of pictures can be shown what is not clean: nothing unless it is asked for.
TEST(Vae, DataAreCorruptedAsAsked) {
  Experiment experiment(complete(spec_of("aevb")));
  const std::vector<float> x(64 * 50, 0.5f);
  const auto corrupted = [&](float kind, float level) {
    const std::vector<float> kinds(50, kind), levels(50, level);
    return wait(experiment,
                experiment.call(
                    "corrupt",
                    session::Arguments("x", x).and_given("kind", kinds).and_given("level", levels)))
        .take("x");
  };
  EXPECT_EQ(ask(experiment, "corrupt", "x", session::given("x", x)), x);
  EXPECT_EQ(corrupted(1, 0), x);
  const auto share = [](const std::vector<float>& values, float of) {
    return static_cast<double>(std::ranges::count(values, of)) / static_cast<double>(values.size());
  };
  EXPECT_NEAR(share(corrupted(1, 0.4f), 0.f), 0.4, 0.04);
  const std::vector<float> speckled = corrupted(2, 0.4f);
  EXPECT_NEAR(share(speckled, 0.f), 0.2, 0.03);
  EXPECT_NEAR(share(speckled, 1.f), 0.2, 0.03);
  EXPECT_NEAR(share(corrupted(3, 0.5f), 1.f), 0.5, 0.04);
  double squares = 0;
  for (const float value : corrupted(0, 0.3f)) {
    squares += static_cast<double>(value - 0.5f) * static_cast<double>(value - 0.5f) / 3200;
  }
  EXPECT_NEAR(std::sqrt(squares), 0.3, 0.02);
}

TEST(Vae, StochasticBitsAreDrawnAnewAndEvaluatedOnce) {
  Json spec = spec_of("aevb");
  spec["data"]["binarise"] = "stochastic";
  Experiment a(complete(spec)), b(complete(spec));
  const std::vector<float> bits = a.data().evaluated(a.data().test, 50);
  for (const float bit : bits) EXPECT_TRUE(bit == 0 || bit == 1);
  EXPECT_EQ(bits, b.data().evaluated(b.data().test, 50));
  const auto& intensities = a.data().test.values;
  double expected = 0, drawn = 0;
  for (std::size_t i = 0; i < bits.size(); ++i) {
    expected += static_cast<double>(intensities[i]);
    drawn += static_cast<double>(bits[i]);
  }
  EXPECT_NEAR(drawn / expected, 1, 0.05);
}

}  // namespace
}  // namespace lab
