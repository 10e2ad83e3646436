// What is measured of a model with latents: the same data for the bound and for ln p(x), noise of
// its own for each, and what it is called.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/data/mean.hpp"
#include "core/infer/disentanglement.hpp"
#include "tests/core/ask.hpp"
#include "tests/core/tested_service.hpp"

namespace lab::session {
namespace {

Json digits(const char* method = "none") {
  return {{"data", {{"name", "digits8"}, {"train", 300}}},
          {"model", {{"name", "vae"}, {"width", 20}}},
          {"measure", {{"log_marginal", method}, {"samples", 20}}}};
}

// Rows that are all the same: what differs is the noise.
std::vector<float> copies(const Experiment& experiment, std::size_t count) {
  const auto row = experiment.data().test.values.begin();
  std::vector<float> all;
  for (std::size_t i = 0; i < count; ++i) all.insert(all.end(), row, row + 64);
  return all;
}

template <class Value>
std::size_t different(std::vector<Value> values) {
  std::sort(values.begin(), values.end());
  return static_cast<std::size_t>(std::unique(values.begin(), values.end()) - values.begin());
}

TEST(Measures, EveryDatumHasNoiseOfItsOwn) {
  Experiment experiment(complete(digits()));
  experiment.step(50).get();
  const std::vector<float> same = copies(experiment, 1200);
  // Two of a thousand may be equal as floats, by chance.
  EXPECT_GT(different(ask_bound(experiment, same, "elbo")), 1100u);
  EXPECT_EQ(ask_bound(experiment, same, "elbo"), ask_bound(experiment, same, "elbo"));
  EXPECT_NE(ask_bound(experiment, same, "elbo"), ask_bound(experiment, same, "elbo", 1));
  for (const char* method : {"importance", "hmc"}) {
    const std::vector<double> each =
        experiment.measures().log_marginal(std::span(same).first(64 * 250), method, 20).get();
    EXPECT_GT(different(each), 230u) << method;
  }
}

TEST(Measures, TheBoundAndItsGapAreOfTheSameData) {
  Experiment experiment(complete(digits("importance")));
  experiment.step(100).get();
  const auto all = experiment.measures().measure_all().get();
  const std::vector<float> elbo = ask_bound(experiment, experiment.data().test.values, "elbo");
  ASSERT_EQ(elbo.size(), 360u);
  EXPECT_DOUBLE_EQ(all.at("elbo_test"), mean_of(elbo));
  EXPECT_DOUBLE_EQ(all.at("elbo_test_se"), standard_error_of(elbo));
  EXPECT_DOUBLE_EQ(all.at("elbo_marginal"), all.at("elbo_test"));
  EXPECT_NEAR(all.at("elbo_gap"), all.at("log_marginal") - all.at("elbo_marginal"), 1e-4);
  EXPECT_GT(all.at("elbo_gap"), 0);
  EXPECT_GT(all.at("elbo_gap_se"), 0);
  EXPECT_GT(all.at("log_marginal_se"), 0);

  // Of fewer data the bound is taken over the same few.
  experiment.set("measure.points", 40);
  const auto few = experiment.measures().measure_all().get();
  EXPECT_DOUBLE_EQ(few.at("elbo_test"), all.at("elbo_test"));
  EXPECT_DOUBLE_EQ(few.at("elbo_marginal"), mean_of(std::span(elbo).first(40)));
}

TEST(Measures, StandardErrorsAreThoseOfMeans) {
  const std::vector<float> values{1, 2, 3, 6};
  EXPECT_NEAR(standard_error_of(values), std::sqrt((4 + 1 + 0 + 9) / 3.0 / 4), 1e-6);
}

Json sprites(const char* model, int test = 300) {
  return {
      {"data", {{"name", "sprites"}, {"train", 400}, {"test", test}, {"binarise", "threshold"}}},
      {"model", {{"name", model}, {"width", 16}, {"latents", 4}}},
      {"objective", {{"batch", 50}}}};
}

TEST(Measures, LatentsAreHeldAgainstFactorsThatAreKnown) {
  Experiment experiment(complete(sprites("vae")));
  experiment.step(150).get();
  const auto all = experiment.measures().measure_all().get();
  // The same by hand.
  const data::Dataset& data = experiment.data();
  Call how;
  how.draw = evaluation_draw();
  const Arrays coded = experiment.call("elbo", given("x", data.test.values), how).get();
  const infer::Factors factors = infer::factors_of(data.test, 300);
  const infer::Gap means =
      infer::mig_mean(infer::information_of_means(coded.values("mean"), 4, factors), factors);
  const infer::Gap samples = infer::mig_sampled(
      infer::information_of_samples(coded.values("mean"), coded.values("log_variance"), 4, factors),
      factors);
  EXPECT_TRUE(std::isnan(samples.each[0])) << "shape is the class";
  EXPECT_DOUBLE_EQ(all.at("mig_mean"), means.value);
  EXPECT_DOUBLE_EQ(all.at("mig_mean_se"), means.error);
  EXPECT_DOUBLE_EQ(all.at("mig_sampled"), samples.value);
  EXPECT_DOUBLE_EQ(all.at("mig_sampled_se"), samples.error);
  // Some learning has been done: pairs tell more than chance does, and places are seen first.
  EXPECT_GT(all.at("beta_vae_score"), 0.3);
  EXPECT_LE(all.at("beta_vae_score"), 1);
  EXPECT_GT(all.at("beta_vae_score_se"), 0);
  // What takes long is not measured while it trains.
  const auto live = experiment.measure().get();
  EXPECT_TRUE(live.contains("mig_mean"));
  EXPECT_TRUE(live.contains("mig_sampled"));
  EXPECT_FALSE(live.contains("beta_vae_score"));
}

TEST(Measures, CodesThatArePointsHaveNoSamples) {
  Experiment experiment(complete(sprites("ae", 100)));
  const auto all = experiment.measures().measure_all().get();
  EXPECT_TRUE(all.contains("mig_mean_se"));
  EXPECT_TRUE(all.contains("beta_vae_score"));
  EXPECT_FALSE(all.contains("mig_sampled"));
}

TEST(Measures, OfUnknownFactorsNothingIsSaid) {
  Json strokes = sprites("vae", 60);
  strokes["data"]["name"] = "strokes";
  const auto of_strokes = Experiment(complete(strokes)).measures().measure_all().get();
  EXPECT_TRUE(of_strokes.contains("mig_mean"));
  EXPECT_FALSE(of_strokes.contains("beta_vae_score")) << "none can be made of chosen factors";
  const auto of_digits = Experiment(complete(digits())).measure().get();
  for (const auto& [name, value] : of_digits) EXPECT_NE(name.substr(0, 3), "mig");
}

TEST(Measures, PicturesOfChosenFactorsArePreparedAsTheDataAre) {
  for (const char* name : {"sprites", "faces"}) {
    for (const Json& how : {Json::object(), Json{{"binarise", "threshold"}},
                            Json{{"scale", "symmetric"}}, Json{{"dequantise", "on"}}}) {
      Json spec = {{"data", {{"name", name}, {"train", 60}, {"test", 30}}},
                   {"model", {{"name", "ae"}, {"width", 4}}}};
      spec["data"].merge_patch(how);
      const Experiment experiment(complete(spec));
      const data::Dataset& data = experiment.data();
      const std::vector<float> test = data.evaluated(data.test, 30),
                               painted = data.painted(data.test.factor_values);
      ASSERT_EQ(painted.size(), test.size());
      double difference = 0;
      for (std::size_t i = 0; i < test.size(); ++i) {
        difference +=
            static_cast<double>(std::abs(painted[i] - test[i])) / static_cast<double>(test.size());
      }
      // Noise of a level is another each time: a third of it is how far two such are apart.
      const bool noise = how.contains("dequantise");
      EXPECT_LT(difference, noise ? 0.36 / data.levels : 2e-4) << name << how;
      EXPECT_GT(difference, noise ? 0.3 / data.levels : -1) << name;
    }
  }
}

std::string words(const Experiment& experiment) {
  std::string all;
  for (const std::string& note : experiment.measures().notes()) all += note + "\n";
  return all;
}

// ln p(x) is of bits; of grey levels a Bernoulli decoder gives a cross-entropy.
TEST(Measures, ACrossEntropyIsCalledOne) {
  const auto checked = [](const Json& changes, bool expected) {
    Json spec = digits();
    for (const auto& [path, value] : changes.items()) assign(spec, path, value);
    Experiment experiment(complete(spec));
    EXPECT_EQ(experiment.measures().cross_entropy(), expected) << changes;
    EXPECT_EQ(words(experiment).find("cross-entrop") != std::string::npos, expected) << changes;
  };
  checked(Json::object(), true);
  for (const char* bits : {"threshold", "static", "stochastic"}) {
    checked({{"data.binarise", bits}}, false);
  }
  checked({{"model.decoder", "gaussian"}}, false);
  checked({{"data.name", "moons"}}, false);
}

TEST(Measures, TheSessionSaysWhatWasDoneWithTheData) {
  TestedService service;
  Json points = Json::array();
  for (int i = 0; i < 60; ++i) points.push_back({0.1 * i, 1.0});
  service.command({{"do", "load"}, {"spec", {{"data", {{"name", "points"}, {"points", points}}}}}});
  const Json head = service.take()->head;
  EXPECT_EQ(head.at("prepared").at("listed"), 60);
  EXPECT_EQ(head.at("prepared").at("test"), 12);
  EXPECT_EQ(head.at("prepared").at("train"), 48);
  EXPECT_EQ(head.at("cross_entropy"), false);
  while (service.take()) continue;
  service.command({{"do", "load"}, {"spec", digits()}});
  EXPECT_EQ(service.take()->head.at("cross_entropy"), true);
  while (service.take()) continue;
  // An estimate and all that goes with it stay while the weights stand still.
  service.command({{"do", "estimate"}, {"samples", 20}, {"points", 30}});
  while (service.pump(5) == Service::Pulse::busy) {
    while (service.take()) continue;
  }
  service.command({{"do", "pause"}});
  const Json metrics = service.take()->head.at("metrics");
  for (const char* name : {"log_marginal", "log_marginal_se", "elbo_marginal", "elbo_gap"}) {
    EXPECT_TRUE(metrics.contains(name)) << name;
  }
}

}  // namespace
}  // namespace lab::session
