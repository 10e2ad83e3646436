// Two layers of features of image patches: the density that is learnt, and its three stages.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "core/session/experiment.hpp"
#include "tests/core/ask.hpp"
#include "tests/core/system_checks.hpp"

namespace lab::session {
namespace {

Json spec(Json model, Json objective) {
  model["name"] = "two-layer";
  objective["name"] = "nce-on-sphere";
  return complete(
      {{"data", {{"name", "dead-leaves"}, {"patch", 6}, {"train", 4000}, {"test", 500}}},
       {"model", std::move(model)},
       {"objective", std::move(objective)},
       {"optimiser", {{"rate", 0.003}}}});
}

// What was learnt with its constant integrates to 1 over the sphere: E_noise p/p_n = 1.
TEST(TwoLayer, IntegratesToOneOnceLearnt) {
  Experiment experiment(
      spec({{"whitened", 3}, {"features", 4}},
           {{"batch", 400}, {"ratio", 2}, {"first_stage", 1000}, {"second_stage", 500}}));
  experiment.step(4000).get();
  double sum = 0, squares = 0, count = 0;
  for (int round = 0; round < 10; ++round) {
    experiment.step(1).get();
    const std::vector<float> noise = ask(experiment, "noise", "x");
    for (const float ratio : ask(experiment, "respond", "log_ratio", given("x", noise))) {
      const double weight = std::exp(static_cast<double>(ratio));
      sum += weight;
      squares += weight * weight;
      ++count;
    }
  }
  const double mean = sum / count, error = std::sqrt((squares / count - mean * mean) / count);
  EXPECT_NEAR(mean, 1, 0.03 + 4 * error);
  EXPECT_LT(error, 0.03);
}

// Noise lies on the sphere, and is seen as it is.
TEST(TwoLayer, SeesPatchesWithoutMeanAndContrast) {
  Experiment experiment(spec({{"whitened", 8}, {"features", 5}}, {{"batch", 50}}));
  experiment.step(1).get();
  const std::vector<float> noise = ask(experiment, "noise", "x");
  const std::vector<float> seen = ask(experiment, "respond", "seen", given("x", noise));
  for (std::size_t i = 0; i < noise.size(); ++i) ASSERT_NEAR(seen[i], noise[i], 2e-4);
  std::vector<float> stronger = noise;
  for (float& value : stronger) value = 0.3f + 2 * value;
  const std::vector<float> same = ask(experiment, "respond", "seen", given("x", stronger));
  for (std::size_t i = 0; i < noise.size(); ++i) ASSERT_NEAR(same[i], noise[i], 2e-4);
}

TEST(TwoLayer, LearnsInStages) {
  Experiment experiment(spec({{"whitened", 8}, {"features", 6}},
                             {{"batch", 100}, {"first_stage", 20}, {"second_stage", 20}}));
  const auto patterns = [&] { return ask(experiment, "filters", "patterns"); };
  const auto pooling = [&] { return ask(experiment, "filters", "pooling"); };
  std::vector<float> alone(36, 0);
  for (std::size_t n = 0; n < 6; ++n) alone[7 * n] = 1;
  const std::vector<float> start = patterns();
  EXPECT_EQ(pooling(), alone);
  experiment.step(19).get();
  EXPECT_EQ(pooling(), alone);
  EXPECT_NE(patterns(), start);
  experiment.step(1).get();
  const std::vector<float> after_first = patterns(), pooled = pooling();
  experiment.step(20).get();
  EXPECT_EQ(patterns(), after_first);
  EXPECT_NE(pooling(), pooled);
  for (const float weight : pooling()) EXPECT_GE(weight, 0);
  const std::vector<float> after_second = pooling();
  experiment.step(5).get();
  EXPECT_NE(patterns(), after_first);
  EXPECT_NE(pooling(), after_second);
}

// In the first stage and in the last; in the second the first layer stays by intention.
TEST(TwoLayer, GradientsAreThoseOfTheObjective) {
  for (const int first : {100, 0}) {
    expect_gradients(spec({{"whitened", 5}, {"features", 4}},
                          {{"batch", 30}, {"first_stage", first}, {"second_stage", 0}}),
                     first > 0 ? "first stage" : "last stage", 0.1);
  }
}

TEST(TwoLayer, RefusesWhatIsNoPicture) {
  Options options;
  options.open = [](const std::string&) {
    const std::string text = "1,2,3\n4,5,7\n7,8,1\n2,2,2\n";
    return std::vector<data::File>{{"mine.csv", {text.begin(), text.end()}}};
  };
  const Json rows = complete(
      {{"data", {{"name", "file"}, {"file", "mine"}}}, {"model", {{"name", "two-layer"}}}});
  EXPECT_THROW(Experiment(rows, options), SpecificationError);
}

}  // namespace
}  // namespace lab::session
