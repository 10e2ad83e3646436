// What the front end says of numbers: that they are what they are called, with their errors.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "core/session/service.hpp"
#include "core/session/sessions.hpp"
#include "shell/app/words.hpp"
#include "shell/plot/numbers.hpp"

namespace lab {
namespace {

using session::Json;

// What a session says of `spec` after so many steps, taken in as the front end takes it.
views::Store store_of(const char* spec, int steps = 0, const Json& more = {}) {
  session::Sessions sessions{session::Options{}};
  views::Store store;
  sessions.command({{"do", "load"}, {"spec", session::complete(Json::parse(spec))}}, {});
  if (steps > 0) sessions.command({{"do", "step"}, {"n", steps}}, {});
  if (!more.is_null()) sessions.command(more, {});
  for (int i = 0; i < 2000 && sessions.pump(20) == session::Sessions::Pulse::busy; ++i) {
    while (const auto message = sessions.take()) store.apply(*message);
  }
  while (const auto message = sessions.take()) store.apply(*message);
  EXPECT_TRUE(store.loaded) << store.error;
  return store;
}

const app::Measured& row(const std::vector<app::Measured>& rows, const std::string& name) {
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [&](const app::Measured& each) { return each.name == name; });
  if (found != rows.end()) return *found;
  static const app::Measured none;
  ADD_FAILURE() << "no row " << name;
  return none;
}

std::string all_of(const std::vector<app::Measured>& rows) {
  std::string names;
  for (const app::Measured& each : rows) names += each.name + "; ";
  return names;
}

TEST(Words, GreyLevelsUnderBernoulliPixelsAreACrossEntropy) {
  constexpr const char* grey =
      R"({"data": {"name": "sprites", "train": 100, "test": 50}, "model": {"name": "vae", "width": 8,
          "decoder": "bernoulli"}})";
  constexpr const char* bits =
      R"({"data": {"name": "sprites", "train": 100, "test": 50, "binarise": "threshold"},
          "model": {"name": "vae", "width": 8, "decoder": "bernoulli"}})";
  const views::Store of_grey = store_of(grey), of_bits = store_of(bits);
  EXPECT_TRUE(of_grey.cross_entropy);
  EXPECT_FALSE(of_bits.cross_entropy);
  for (const bool korean : {false, true}) {
    const auto rows = app::measured(of_grey, korean);
    for (const app::Measured& each : rows) {
      EXPECT_EQ(each.name.find("ln p"), std::string::npos) << each.name;
      EXPECT_EQ(each.name.find(korean ? "하한" : "bound"), std::string::npos) << each.name;
    }
    EXPECT_NE(all_of(rows).find("CE"), std::string::npos);
    EXPECT_NE(app::unit_words(of_grey, korean).find(korean ? "교차 엔트로피" : "cross-entropy"),
              std::string::npos);
    EXPECT_NE(all_of(app::measured(of_bits, korean)).find("ln p(x)"), std::string::npos);
    EXPECT_EQ(app::unit_words(of_bits, korean).find("CE"), std::string::npos);
  }
}

TEST(Words, TheGapIsToldWithItsError) {
  const views::Store store = store_of(
      R"({"data": {"name": "moons", "train": 200, "test": 100}, "model": {"name": "vae", "width": 8}})",
      5, {{"do", "estimate"}, {"method", "importance"}, {"samples", 20}, {"points", 40}});
  const auto rows = app::measured(store, false);
  const app::Measured &gap = row(rows, "gap"), &marginal = row(rows, "ln p(x)");
  EXPECT_NEAR(gap.value, store.metric("log_marginal") - store.metric("elbo_marginal"), 1e-3);
  EXPECT_GT(gap.error, 0);
  EXPECT_GT(marginal.error, 0);
  EXPECT_NE(gap.help.find("very same data"), std::string::npos);
}

TEST(Words, IntegralsTellTheirErrors) {
  const views::Store store =
      store_of(R"({"data": {"name": "checkerboard", "train": 300, "test": 100},
                                          "model": {"name": "energy-mlp", "width": 8}})",
               3);
  const auto rows = app::measured(store, false);
  const app::Measured& kl = row(rows, "KL to truth");
  EXPECT_EQ(kl.truth, 0);
  EXPECT_GT(kl.error, 0);
  EXPECT_NE(kl.help.find("truth itself integrates to "), std::string::npos) << kl.help;
  EXPECT_GT(row(rows, "constant c").truth_error, 0);
  EXPECT_TRUE(std::isfinite(row(rows, "Z outside, %").value));
  EXPECT_EQ(plot::plus_minus(0.000123), "± 0.00012");
  EXPECT_EQ(plot::plus_minus(std::nan("")), "");
}

TEST(Words, WhatBecameOfTheDataIsTold) {
  const auto words = [](const char* spec, bool korean) {
    return app::prepared_words(store_of(spec), korean);
  };
  constexpr const char* points =
      R"({"data": {"name": "points", "points": [[0,0],[1,1],[2,0],[1,-1],[0,2],[3,3],[2,2],[1,3],[3,1],[2,1]]}})";
  EXPECT_NE(words(points, false).find("Of 10 points"), std::string::npos) << words(points, false);
  EXPECT_NE(words(points, false).find("never trained on"), std::string::npos);
  EXPECT_NE(words(points, true).find("점 10개 중"), std::string::npos);
  constexpr const char* sprites =
      R"({"data": {"name": "sprites", "train": 60, "test": 40}, "model": {"name": "nice", "width": 8}})";
  const views::Store store = store_of(sprites);
  EXPECT_EQ(app::prepared_words(store, false).find("Uniform noise of one of") != std::string::npos,
            store.prepared.dequantised);
  EXPECT_FALSE(words(sprites, false).empty());
  EXPECT_EQ(words(R"({"data": {"name": "moons", "train": 60, "test": 40}})", false), "");
}

TEST(Words, RuinIsToldInBothLanguages) {
  const views::Store store = store_of(
      R"({"data": {"name": "moons", "train": 300, "test": 100}, "model": {"name": "energy-mlp", "width": 16},
          "optimiser": {"name": "sgd", "rate": 1000}})",
      200);
  ASSERT_FALSE(store.warning.empty());
  EXPECT_EQ(app::ruined_words(store, false), store.warning);
  const std::string korean = app::ruined_words(store, true);
  EXPECT_NE(korean.find("학습률 1000"), std::string::npos) << korean;
  EXPECT_EQ(korean.find("Training"), std::string::npos);
  EXPECT_EQ(app::ruined_words(store_of(R"({"data": {"name": "moons", "train": 60}})"), true), "");
}

}  // namespace
}  // namespace lab
