// What is measured of a model with latents: the same data for the bound and for ln p(x), noise of
// its own for each, and what it is called.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/data/mean.hpp"
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
