// What grows is a list: a family of models, data and a view that this program alone has, each added
// by one file beside this one, are everywhere where those of the project are. Linked with the tests
// that every family and all words are put to.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/data/grid.hpp"
#include "core/data/registry.hpp"
#include "core/session/comparison.hpp"
#include "core/session/experiment.hpp"
#include "shell/words/choices.hpp"
#include "shell/words/keys.hpp"
#include "shell/words/views.hpp"
#include "tests/shell/lab_without_window.hpp"
#include "tests/toys/toys.hpp"

namespace lab::toys {
namespace {

using session::Experiment;
using session::Json;

// The toy family on the toy data.
Json both(Json more = Json::object()) {
  Json spec = session::usual_member("toy-normal", {{"name", "toy-tilted"}});
  spec.merge_patch(more);
  return session::complete(spec);
}

const Json few{{"data", {{"train", 150}, {"test", 60}}}};

bool offers(const char* key, const std::string& choice) {
  const std::vector<std::string>& all = session::find_key(key)->choices;
  return std::find(all.begin(), all.end(), choice) != all.end();
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// What the schema offers the panel, the comparison and `lab list` do.
TEST(Toys, AreInTheSchema) {
  EXPECT_TRUE(offers("data.name", "toy-tilted"));
  EXPECT_TRUE(offers("model.name", "toy-normal"));
  EXPECT_TRUE(offers("objective.name", "toy-likelihood"));
  EXPECT_TRUE(offers("views", "toy-ranks"));
  ASSERT_NE(session::find_key("model.first_scale"), nullptr);
}

TEST(Toys, ASpecificationCompletesAndSaysWhatDoesNotGo) {
  const Json spec =
      session::complete({{"data", {{"name", "toy-tilted"}}}, {"model", {{"name", "toy-normal"}}}});
  EXPECT_EQ(spec.at("objective").at("name"), "toy-likelihood");
  EXPECT_EQ(spec.at("model").at("first_scale"), 1);
  EXPECT_EQ(spec.at("views"), Json({"log-density", "samples", "likelihood"}));
  const auto refused = [](const Json& given) {
    try {
      session::require_effect(given, session::complete(given));
    } catch (const session::SpecificationError& error) {
      return error.key();
    }
    return std::string();
  };
  EXPECT_EQ(refused({{"model", {{"name", "toy-normal"}, {"first_scale", 1e3}}}}),
            "model.first_scale");
  EXPECT_EQ(refused({{"model", {{"name", "nice"}, {"first_scale", 2}}}}), "model.first_scale");
  EXPECT_EQ(refused({{"model", {{"name", "nice"}}}, {"objective", {{"name", "toy-likelihood"}}}}),
            "objective.name");
}

TEST(Toys, TheDensityOfTheDataIntegratesToOneAndHasItsEntropy) {
  const auto truth = data::maker_of("toy-tilted").truth(Json::object());
  const data::Grid grid{truth->bounds(), 240};
  EXPECT_NEAR(std::exp(log_integral(log_density(*truth, grid), grid)), 1, 2e-3);
  const std::size_t count = 4000;
  const std::vector<double> values = log_density(*truth, truth->sample(count, 11));
  double mean = 0;
  for (const double value : values) mean -= value / count;
  // ln p of a Gaussian has a variance of half of its dimensions: 1.
  EXPECT_NEAR(mean, entropy(), 4.5 / std::sqrt(count));
}

// It learns all but what its coordinates say of each other, and no more.
TEST(Toys, LearnWhatTheFamilyCan) {
  Experiment experiment(both());
  experiment.step(1500).get();
  session::Measures measures = experiment.measures().measure_all().get();
  EXPECT_NEAR(measures.at("kl_to_truth"), mutual_information(), 0.01);
  EXPECT_NEAR(measures.at("log_likelihood_optimum"), -entropy(), 1e-3);
  EXPECT_NEAR(measures.at("log_likelihood_test"), -entropy() - mutual_information(),
              4.5 * measures.at("log_likelihood_test_se") + 0.01);
  // Its own key is where it starts: ∫ −ln q at scale s, known too.
  experiment.rewind();
  const double start = experiment.measures().measure().get().at("kl_to_truth"), s = 2;
  EXPECT_NEAR(start,
              std::log(2 * std::numbers::pi * s * s) +
                  (deviation_x * deviation_x + deviation_y * deviation_y) / (2 * s * s) - entropy(),
              1e-3);
}

TEST(Toys, DrawAsTheyAreDistributed) {
  Experiment experiment(both());
  experiment.step(1500).get();
  const std::size_t count = 4000;
  const std::vector<float> x = experiment.sample(count).get();
  ASSERT_EQ(x.size(), 2 * count);
  double xx = 0, yy = 0, xy = 0;
  for (std::size_t i = 0; i < x.size(); i += 2) {
    const auto a = static_cast<double>(x[i]), b = static_cast<double>(x[i + 1]);
    xx += a * a / count;
    yy += b * b / count;
    xy += a * b / count;
  }
  EXPECT_NEAR(std::sqrt(xx), deviation_x, 0.08);
  EXPECT_NEAR(std::sqrt(yy), deviation_y, 0.05);
  EXPECT_NEAR(xy, 0, 0.08);
}

TEST(Toys, ResumeBitByBit) {
  Experiment whole(both());
  whole.step(30).get();
  const auto resumed = Experiment::restore(whole.save().get());
  EXPECT_EQ(resumed->spec(), whole.spec());
  whole.step(30).get();
  resumed->step(30).get();
  EXPECT_EQ(whole.measure().get(), resumed->measure().get());
  EXPECT_EQ(whole.sample(10, 0).get(), resumed->sample(10, 0).get());
}

TEST(Toys, ThePanelHasTheirControlsAndTheTableTheirNumbers) {
  Lab lab;
  lab.what = "toys";
  lab.command({{"do", "spec"}, {"spec", both(few)}});
  lab.look({"samples", "likelihood", "toy-ranks"});
  for (const bool korean : {false, true}) {
    lab.app->command({{"do", "language"}, {"name", korean ? "ko" : "en"}});
    lab.frame();
    const std::string text = lab.read();
    EXPECT_TRUE(holds(text, "toy-tilted")) << text;
    EXPECT_TRUE(holds(text, "toy-normal")) << text;
    EXPECT_TRUE(holds(text, words::of_key("model.first_scale").label.in(korean))) << text;
    EXPECT_TRUE(holds(text, words::of_view("toy-ranks").tab.in(korean))) << text;
    EXPECT_TRUE(holds(text, "x ~ N(m, diag s²)")) << text;
    EXPECT_TRUE(holds(text, "x ~ N(0, Σ)")) << text;
    EXPECT_TRUE(holds(text, korean ? "ln p(x), 시험" : "ln p(x), test")) << text;
  }
  lab.app->command({{"do", "edit"}, {"key", "model.first_scale"}, {"value", 0.5}});
  lab.look({});
  EXPECT_TRUE(holds(lab.read(), "0.5"));
  EXPECT_EQ(lab.app->document().at("model").at("first_scale"), 0.5);
}

TEST(Toys, TheViewDrawsItsArray) {
  Lab lab;
  for (const char* data : {"toy-tilted", "digits8"}) {
    for (const char* model : {"toy-normal", "nice"}) {
      lab.what = std::string(model) + " on " + data;
      Json spec = session::usual_member(model, {{"name", data}});
      spec.merge_patch(few);
      lab.command({{"do", "spec"}, {"spec", spec}});
      lab.look({"samples"});
      EXPECT_EQ(lab.corners(bar), 0) << lab.what;
      lab.look({"toy-ranks"});
      lab.frame();
      EXPECT_GE(lab.corners(bar), 4 * static_cast<int>(ranked)) << lab.what;
      EXPECT_EQ(lab.app->status().at("main"), "toy-ranks");
      EXPECT_EQ(lab.app->status().at("alt"),
                "ln p(x) of " + std::to_string(ranked) + " test data, sorted.");
    }
  }
}

TEST(Toys, AComparisonHasTheirColumn) {
  Lab lab;
  lab.what = "comparison";
  Json data = few.at("data");
  data["name"] = "toy-tilted";
  lab.command({{"do", "spec"},
               {"spec",
                {{"data", data},
                 {"compare",
                  {{{"model", {{"name", "toy-normal"}}}},
                   {{"model", {{"name", "nice"}, {"width", 8}}}},
                   {{"model", {{"name", "gaussian"}}}}}},
                 {"views", {"log-density", "samples", "learning"}}}}});
  lab.look({});
  const std::string text = lab.read();
  for (const char* model : {"toy-normal", "nice", "gaussian"}) {
    EXPECT_TRUE(holds(text, words::model_title(model))) << text;
  }
  const std::string said = lab.app->status().at("alt");
  EXPECT_TRUE(holds(said, "Toy normal: test log-density")) << said;
  EXPECT_TRUE(holds(said.substr(said.find("Toy normal"), 60), "nats (exact)")) << said;
  // It is offered beside a model that is shown alone, and alone again.
  lab.app->command({{"do", "alone"}});
  lab.look({"toy-ranks"});
  lab.frame();
  EXPECT_GT(lab.corners(bar), 0);
}

}  // namespace
}  // namespace lab::toys
