// Autoencoders against what is known of them: the best denoiser of a Gaussian, the principal
// subspace, what each corruption costs; their gradients, and those of convolutional networks.
#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>

#include "core/data/grid.hpp"
#include "core/data/mean.hpp"
#include "core/nn/network.hpp"
#include "core/session/probes/field.hpp"
#include "tests/core/ask.hpp"
#include "tests/core/system_checks.hpp"

namespace lab::session {
namespace {

// The data of what follows: N(0, Σ) of the plane.
constexpr double sx = 1.5, sy = 0.8, rho = 0.6;

Eigen::Matrix2d covariance() {
  Eigen::Matrix2d made;
  made << sx * sx, rho * sx * sy, rho * sx * sy, sy * sy;
  return made;
}

// Trained without hidden layers: z = A x + a, r = B z + b.
std::unique_ptr<Experiment> linear(int latents, Json objective) {
  objective["batch"] = 2000;
  auto experiment = std::make_unique<Experiment>(complete(
      {{"data",
        {{"name", "mixture"},
         {"components", Json::array({Json::array({1, 0, 0, sx, sy, rho})})},
         {"train", 20000},
         {"test", 500}}},
       {"model", {{"name", "ae"}, {"latents", latents}, {"depth", 0}, {"output", "linear"}}},
       {"objective", std::move(objective)},
       {"optimiser",
        {{"rate", 0.02},
         {"schedule", "cosine"},
         {"schedule_steps", 1500},
         {"schedule_factor", 0}}}}));
  experiment->step(1500).get();
  return experiment;
}

// r(x) = M x, at a few points.
void expect_map(Experiment& experiment, const Eigen::Matrix2d& map, double tolerance) {
  const std::vector<float> points{1, 0, 0, 1, -2, 1, 3, 2};
  const std::vector<float> back = ask(experiment, "reconstruct", "x", given("x", points));
  for (std::size_t i = 0; i < points.size(); i += 2) {
    const Eigen::Vector2d x(points[i], points[i + 1]), expected = map * x;
    EXPECT_NEAR(back[i], expected[0], tolerance) << x.transpose();
    EXPECT_NEAR(back[i + 1], expected[1], tolerance) << x.transpose();
  }
}

// r(x) = Σ (Σ + σ² I)⁻¹ x is the best there is for data N(0, Σ) and noise N(0, σ² I): of data of
// one deviation s, x s²/(s² + σ²).
TEST(Autoencoder, DenoisesAGaussianAsTheClosedFormSays) {
  const double sigma = 0.7;
  const auto experiment = linear(2, {{"name", "denoising"}, {"level", sigma}});
  const Eigen::Matrix2d best =
      covariance() * (covariance() + sigma * sigma * Eigen::Matrix2d::Identity()).inverse();
  expect_map(*experiment, best, 0.05);
  // Its error is that of the conditional mean: tr(Σ − Σ (Σ + σ² I)⁻¹ Σ) / 2.
  const Eigen::Matrix2d left = covariance() - best * covariance();
  const Measures measures = experiment->measure().get();
  EXPECT_NEAR(measures.at("mse_test"), left.trace() / 2, 4 * measures.at("mse_test_se"));
  EXPECT_NEAR(measures.at("mse_corrupted"), sigma * sigma, 0.08 * sigma * sigma);

  // The picture's arrows: r(x) − x, and σ² ∇ ln p(x) = −σ² Σ⁻¹ x.
  FieldProbe probe;
  probe.adopt(*experiment);
  Message snapshot("snapshot");
  wait(*experiment, probe.add(snapshot, *experiment, {"field"}, false));
  constexpr std::size_t n = 24, count = n * n;
  ASSERT_EQ(snapshot.shape("field"), (Shape{2, n, n}));
  const std::vector<float> points = data::Grid{experiment->data().bounds, n}.points();
  const auto field = snapshot.array("field"), score = snapshot.array("score");
  ASSERT_EQ(score.size(), 2 * count);
  for (std::size_t i = 0; i < count; ++i) {
    const Eigen::Vector2d x(points[2 * i], points[2 * i + 1]),
        moved = best * x - x, slope = -sigma * sigma * covariance().inverse() * x;
    EXPECT_NEAR(field[i], moved[0], 0.15);
    EXPECT_NEAR(field[count + i], moved[1], 0.15);
    EXPECT_NEAR(score[i], slope[0], 1e-3);
    EXPECT_NEAR(score[count + i], slope[1], 1e-3);
  }
}

TEST(Autoencoder, ALinearOneSpansThePrincipalSubspace) {
  const auto experiment = linear(1, {{"name", "reconstruction"}});
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix2d> solver(covariance());
  const Eigen::Vector2d axis = solver.eigenvectors().col(1);
  expect_map(*experiment, axis * axis.transpose(), 0.06);
  // What it loses is the smaller eigenvalue.
  const Measures measures = experiment->measure().get();
  EXPECT_NEAR(measures.at("mse_test"), solver.eigenvalues()[0] / 2, 4 * measures.at("mse_test_se"));
  // Codes are told in deviations from their mean.
  const data::Dataset& data = experiment->data();
  const std::vector<float> codes = ask(*experiment, "encode", "mean", given("x", data.test.values));
  double sum = 0, squares = 0;
  for (const float code : codes) sum += code, squares += code * code;
  const auto count = static_cast<double>(codes.size());
  EXPECT_NEAR(sum / count, 0, 0.2);
  EXPECT_NEAR(std::sqrt(squares / count), 1, 0.1);
  // And decode to what encoding gave.
  const std::vector<float> again = ask(*experiment, "decode", "x", given("z", codes));
  const std::vector<float> direct =
      ask(*experiment, "reconstruct", "x", given("x", data.test.values));
  for (std::size_t i = 0; i < again.size(); ++i) ASSERT_NEAR(again[i], direct[i], 1e-4);
}

TEST(Autoencoder, EachCorruptionDoesWhatItSays) {
  const auto corrupted = [](const char* name, double level) {
    Experiment experiment(
        complete({{"data", {{"name", "digits8"}}},
                  {"model", {{"name", "ae"}, {"width", 8}}},
                  {"objective", {{"name", "denoising"}, {"corruption", name}, {"level", level}}}}));
    // Grey, so that black, white and scaled differ from it.
    const std::vector<float> grey(200 * 64, 0.5f);
    return ask(experiment, "corrupt", "x", given("x", grey));
  };
  const auto share = [](const std::vector<float>& values, float of) {
    return static_cast<double>(std::count(values.begin(), values.end(), of)) /
           static_cast<double>(values.size());
  };
  const double p = 0.3, error = 4 * std::sqrt(p * (1 - p) / (200 * 64));
  const std::vector<float> masked = corrupted("masking", p);
  EXPECT_NEAR(share(masked, 0), p, error);
  EXPECT_NEAR(share(masked, 0.5f), 1 - p, error);
  const std::vector<float> peppered = corrupted("salt-and-pepper", p);
  EXPECT_NEAR(share(peppered, 0), p / 2, error);
  EXPECT_NEAR(share(peppered, 1), p / 2, error);
  const std::vector<float> dropped = corrupted("dropout", p);
  EXPECT_NEAR(share(dropped, 0), p, error);
  EXPECT_NEAR(mean_of(dropped), 0.5, error);
  const std::vector<float> noisy = corrupted("gaussian", p);
  EXPECT_NEAR(mean_of(noisy), 0.5, error);
  EXPECT_NEAR(variance_of(noisy), p * p, 0.1 * p * p);
}

TEST(Autoencoder, GradientsAreThoseByDifferences) {
  for (const char* network : {"mlp", "conv"}) {
    for (const char* loss : {"mse", "cross-entropy"}) {
      Json spec{{"data", {{"name", "digits8"}, {"train", 50}, {"test", 20}}},
                {"model",
                 {{"name", "ae"},
                  {"latents", 3},
                  {"network", network},
                  {"width", 4},
                  {"depth", 2},
                  {"activation", "swish"}}},
                {"objective", {{"name", "denoising"}, {"loss", loss}, {"batch", 4}}}};
      if (std::string(network) == "conv") spec["model"]["residual_blocks"] = 1;
      expect_gradients(spec, std::string(network) + " " + loss);
      expect_executors_agree(spec, std::string(network) + " " + loss);
    }
  }
  const Json vae{{"data", {{"name", "digits8"}, {"train", 50}, {"test", 20}}},
                 {"model",
                  {{"name", "vae"},
                   {"latents", 3},
                   {"network", "conv"},
                   {"width", 4},
                   {"activation", "swish"}}},
                 {"objective", {{"batch", 4}}}};
  expect_gradients(vae, "vae conv");
  expect_executors_agree(vae, "vae conv");
}

// Sides that do not divide by the halvings, and colours: out comes what went in, in shape.
TEST(Networks, ConvolutionsTakeImagesOfAnySize) {
  for (const auto& [rows, columns, channels] :
       {std::array<Extent, 3>{7, 5, 1}, {8, 8, 3}, {28, 20, 1}, {1, 1, 1}}) {
    Graph graph;
    nn::Parameters parameters{graph, graph.index_constant(1), {}};
    nn::ImageNetwork shape;
    shape.rows = rows, shape.columns = columns, shape.image_channels = channels;
    shape.channels = 3, shape.halvings = 3, shape.residual_blocks = 1;
    const auto encoder =
        nn::convolutional_encoder(parameters, "encoder", shape, {{"a", 4}, {"b", 5}});
    const auto decoder = nn::convolutional_decoder(parameters, "decoder", 4, shape, {"x", "y"});
    const Extent size = rows * columns * channels;
    const std::vector<Value> codes = (*encoder)(graph.constant(0.5, {2, size}));
    ASSERT_EQ(codes.size(), 2u);
    EXPECT_EQ(codes[0].shape(), (Shape{2, 4}));
    EXPECT_EQ(codes[1].shape(), (Shape{2, 5}));
    const std::vector<Value> images = (*decoder)(codes[0]);
    ASSERT_EQ(images.size(), 2u);
    EXPECT_EQ(images[1].shape(), (Shape{2, size}));
  }
}

TEST(Autoencoder, SaysWhatItCannotDo) {
  const auto refused = [](Json spec) -> std::string {
    try {
      Experiment experiment(complete(spec));
    } catch (const SpecificationError& error) {
      return error.key() + ": " + error.what();
    }
    return {};
  };
  Json spec{{"data", {{"name", "digits8"}}},
            {"model", {{"name", "ae"}, {"network", "conv"}, {"depth", 0}}}};
  EXPECT_NE(refused(spec).find("model.depth"), std::string::npos) << refused(spec);
  spec = {{"data", {{"name", "moons"}}},
          {"model", {{"name", "ae"}}},
          {"objective", {{"loss", "cross-entropy"}}}};
  EXPECT_NE(refused(spec).find("objective.loss"), std::string::npos) << refused(spec);
  Experiment plain(complete({{"data", {{"name", "moons"}}}, {"model", {{"name", "ae"}}}}));
  EXPECT_THROW(plain.sample(3).get(), std::runtime_error);
}

}  // namespace
}  // namespace lab::session
