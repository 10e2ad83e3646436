// Normal and strange data: which are which, how strange they look to a model, and how well that
// tells them apart.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "core/data/random.hpp"
#include "core/distributions/normal_numbers.hpp"
#include "core/infer/roc.hpp"
#include "core/session/anomalies.hpp"
#include "tests/core/tested_service.hpp"

namespace lab::session {
namespace {

using infer::area_under_curve;
using infer::AreaUnderCurve;

// Over all pairs.
double by_pairs(std::span<const float> normal, std::span<const float> strange) {
  double won = 0;
  for (const float a : normal) {
    for (const float b : strange) won += b > a ? 1 : b == a ? 0.5 : 0;
  }
  return won / static_cast<double>(normal.size() * strange.size());
}

std::vector<float> normals(std::size_t count, double mean, data::Stream& stream) {
  std::vector<float> values;
  for (std::size_t i = 0; i < count; ++i) {
    values.push_back(static_cast<float>(mean + stream.normal()));
  }
  return values;
}

TEST(Roc, AreaIsTheShareOfPairsInOrder) {
  const std::vector<float> normal{1, 2, 2, 3, 5}, strange{2, 4, 4, 5, 6, 0};
  EXPECT_DOUBLE_EQ(area_under_curve(normal, strange).value, by_pairs(normal, strange));
  const AreaUnderCurve apart = area_under_curve(std::vector<float>{0, 1}, std::vector<float>{2, 3});
  EXPECT_EQ(apart.value, 1);
  EXPECT_EQ(apart.standard_error, 0);
  EXPECT_TRUE(
      std::isnan(area_under_curve(std::vector<float>{0}, std::vector<float>{2, 3}).standard_error));
}

// Two normal distributions a deviation apart: Φ(1/√2); its standard error is how far estimates
// stray.
TEST(Roc, AreaOfTwoNormalsAndItsError) {
  data::Stream stream(7, 1);
  const double truth = distributions::normal_cumulative(1 / std::sqrt(2.0));
  constexpr int times = 400;
  double total = 0, squares = 0, errors = 0;
  for (int i = 0; i < times; ++i) {
    const AreaUnderCurve one = area_under_curve(normals(80, 0, stream), normals(50, 1, stream));
    total += one.value;
    squares += (one.value - truth) * (one.value - truth);
    errors += one.standard_error;
  }
  const double spread = std::sqrt(squares / times);
  EXPECT_NEAR(total / times, truth, 4 * spread / std::sqrt(times));
  EXPECT_NEAR(errors / times, spread, 0.15 * spread);
}

TEST(Roc, CurveRunsFromCornerToCornerWithThatAreaBelow) {
  data::Stream stream(8, 1);
  std::vector<float> normal = normals(40, 0, stream), strange = normals(30, 0.5, stream);
  normal[3] = strange[5] = normal[7];
  const auto points = infer::roc(normal, strange);
  EXPECT_EQ(points.front(), (std::array<double, 2>{0, 0}));
  EXPECT_EQ(points.back(), (std::array<double, 2>{1, 1}));
  double area = 0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    area += (points[i][0] - points[i - 1][0]) * 0.5 * (points[i][1] + points[i - 1][1]);
  }
  EXPECT_NEAR(area, area_under_curve(normal, strange).value, 1e-12);
}

TEST(Roc, QuantileLiesBetweenTheNearest) {
  EXPECT_DOUBLE_EQ(infer::quantile({4, 1, 3, 2}, 0), 1);
  EXPECT_DOUBLE_EQ(infer::quantile({4, 1, 3, 2}, 0.5), 2.5);
  EXPECT_DOUBLE_EQ(infer::quantile({4, 1, 3, 2}, 1), 4);
  EXPECT_DOUBLE_EQ(infer::quantile({9}, 0.3), 9);
}

Json digits(const std::string& normal) {
  return {{"data", {{"name", "digits8"}, {"normal", normal}, {"validation", 20}}},
          {"model", {{"name", "ae"}, {"width", 32}, {"latents", 4}}},
          {"objective", {{"batch", 20}}}};
}

TEST(Anomalies, NormalClassesAloneAreLearnt) {
  const data::Dataset data =
      data::make_dataset(complete(digits("1, 7")).at("data"), Options::open_file);
  const auto labels = [](const data::Samples& samples) {
    return std::set<int>(samples.labels.begin(), samples.labels.end());
  };
  EXPECT_EQ(labels(data.train), (std::set{1, 7}));
  EXPECT_EQ(labels(data.test), (std::set{1, 7}));
  EXPECT_EQ(labels(data.validation), (std::set{1, 7}));
  EXPECT_EQ(labels(data.strange), (std::set{0, 2, 3, 4, 5, 6, 8, 9}));
  EXPECT_EQ(data.validation.count(), 20u);
  EXPECT_EQ(data.test.count() + data.strange.count(), 360u);
  EXPECT_EQ(data.train.classes.size(), 10u);
}

TEST(Anomalies, ASentenceSaysWhatClassesThereAre) {
  const auto mistake = [](const char* data, const std::string& normal) -> std::string {
    try {
      Json spec = digits(normal);
      spec["data"]["name"] = data;
      Experiment made(complete(spec));
    } catch (const SpecificationError& error) {
      EXPECT_EQ(error.key(), "data.normal");
      return error.what();
    }
    return "none";
  };
  EXPECT_NE(mistake("digits8", "eleven").find("0, 1, 2, 3, 4, 5, 6, 7, 8, 9"), std::string::npos);
  EXPECT_NE(mistake("digits8", "0,1,2,3,4,5,6,7,8,9").find("none is strange"), std::string::npos);
  EXPECT_NE(mistake("faces", "0").find("no classes"), std::string::npos);
}

TEST(Anomalies, NamesOfClassesGoWithTheirData) {
  const Json spec = complete(digits("3"));
  EXPECT_EQ(edited(spec, "data.name", "sprites").at("data").at("normal"), "");
  EXPECT_EQ(edited(spec, "data.validation", 5).at("data").at("normal"), "3");
}

// What the view shows is what is measured, and a model that has learnt one digit finds the others
// strange.
TEST(Anomalies, AreFoundByWhatTheModelCannotGiveBack) {
  TestedService service;
  service.command({{"do", "load"}, {"spec", digits("0")}});
  service.command({{"do", "want"}, {"views", {"anomalies"}}});
  service.command({{"do", "step"}, {"n", 2000}});
  Message snapshot;
  while (auto message = service.take()) {
    ASSERT_NE(message->kind(), "error") << message->head.dump();
    if (message->kind() == "snapshot" && message->has("anomaly_scores")) {
      snapshot = std::move(*message);
    }
  }
  const Json& said = snapshot.head.at("anomalies");
  const auto normal = said.at("normal").get<std::size_t>();
  const std::span<const float> scores = snapshot.array("anomaly_scores");
  EXPECT_EQ(scores.size(), 360u);
  EXPECT_EQ(snapshot.array("anomaly_reference").size(), 20u);
  EXPECT_TRUE(said.at("validation").get<bool>());
  EXPECT_DOUBLE_EQ(said.at("auc").get<double>(),
                   area_under_curve(scores.first(normal), scores.subspan(normal)).value);
  EXPECT_GT(said.at("auc").get<double>(), 0.95);
  EXPECT_NEAR(snapshot.head.at("metrics").at("auc").get<double>(), said.at("auc").get<double>(),
              1e-6);
  const std::span<const float> shown = snapshot.array("anomaly_shown");
  for (std::size_t i = 1; i < shown.size(); ++i) {
    EXPECT_GE(scores[static_cast<std::size_t>(shown[i - 1])],
              scores[static_cast<std::size_t>(shown[i])]);
  }
  // The score is the error of what is shown.
  const std::span<const float> picture = snapshot.array("anomaly_pictures"),
                               back = snapshot.array("anomaly_back");
  double error = 0;
  for (std::size_t i = 0; i < 64; ++i) {
    const auto away = static_cast<double>(picture[i] - back[i]);
    error += away * away / 64;
  }
  EXPECT_NEAR(error, static_cast<double>(scores[static_cast<std::size_t>(shown[0])]), 1e-5);

  service.command({{"do", "anomalies"}, {"shown", "missed"}});
  while (auto message = service.take()) {
    if (message->kind() == "snapshot" && message->has("anomaly_shown")) {
      snapshot = std::move(*message);
    }
  }
  EXPECT_EQ(snapshot.head.at("anomalies").at("shown"), "missed");
  for (const float index : snapshot.array("anomaly_shown")) {
    EXPECT_GE(static_cast<std::size_t>(index), normal);
  }
}

TEST(Anomalies, ModelsOfADensityScoreByIt) {
  for (const auto& [model, scores] :
       {std::pair{"vae", 2}, std::pair{"nice", 1}, std::pair{"ae", 1}, std::pair{"ar", 1}}) {
    Json spec = digits("0");
    spec["model"] = {{"name", model}};
    if (std::string(model) == "ar") spec["data"]["binarise"] = "threshold";
    spec.erase("objective");
    Experiment experiment(complete(spec));
    EXPECT_EQ(anomaly_scores(experiment).size(), static_cast<std::size_t>(scores)) << model;
    const data::Dataset& data = experiment.data();
    const std::vector<float> x = data.evaluated(data.test, 5);
    for (const std::string& score : anomaly_scores(experiment)) {
      const std::vector<float> found = wait(experiment, score_anomalies(experiment, score, x));
      EXPECT_EQ(found.size(), 5u);
    }
    EXPECT_THROW((void)wait(experiment, score_anomalies(experiment, "taste", x)),
                 std::invalid_argument);
    const Measures measures = wait(experiment, experiment.measure());
    EXPECT_EQ(measures.count("auc"), 1u) << model;
  }
}

}  // namespace
}  // namespace lab::session
