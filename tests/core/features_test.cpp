// What codes are judged by, each against what is known by hand or by mathematics; and a model that
// is told of classes.
#include <gtest/gtest.h>

#include <cmath>

#include "core/data/random.hpp"
#include "core/infer/clusters.hpp"
#include "core/infer/neighbours.hpp"
#include "core/infer/softmax_regression.hpp"
#include "core/infer/tsne.hpp"
#include "core/session/features.hpp"
#include "tests/core/ask.hpp"
#include "tests/core/system_checks.hpp"
#include "tests/core/tested_service.hpp"

namespace lab::session {
namespace {

using Labels = std::vector<std::int32_t>;

// Of what says which of three groups a row is of, and nothing else, the likeliest p(label|group) is
// how often the group has the label.
TEST(SoftmaxRegression, FindsTheSharesOfGroups) {
  const std::vector<std::vector<int>> counts{{6, 3, 1}, {1, 1, 8}, {2, 6, 2}};
  std::vector<float> x;
  Labels labels;
  for (std::size_t group = 0; group < 3; ++group) {
    for (std::size_t label = 0; label < 3; ++label) {
      for (int i = 0; i < counts[group][label]; ++i) {
        for (std::size_t j = 0; j < 3; ++j) x.push_back(j == group ? 1.f : 0.f);
        labels.push_back(static_cast<std::int32_t>(label));
      }
    }
  }
  infer::SoftmaxRegression regression(x, labels, 3, 1e-9);
  EXPECT_NEAR(regression.loss(), std::log(3.0), 1e-12);
  EXPECT_TRUE(regression.improve(500));
  const std::vector<float> groups{1, 0, 0, 0, 1, 0, 0, 0, 1};
  const std::vector<double> log_p = regression.log_probabilities(groups);
  for (std::size_t i = 0; i < 9; ++i) {
    EXPECT_NEAR(std::exp(log_p[i]), counts[i / 3][i % 3] / 10.0, 1e-3);
  }
  EXPECT_EQ(regression.classify(groups), (Labels{0, 2, 1}));
}

// With a penalty, which keeps the least loss finite, no small change makes it less.
TEST(SoftmaxRegression, EndsWhereNothingIsLeftToGain) {
  data::Stream stream(3, 1);
  std::vector<float> x;
  Labels labels;
  for (int i = 0; i < 60; ++i) {
    labels.push_back(i % 3);
    for (int j = 0; j < 4; ++j) x.push_back(static_cast<float>(stream.normal() + (j == i % 3)));
  }
  infer::SoftmaxRegression slow(x, labels, 3, 0.05), fast(x, labels, 3, 0.05);
  while (!slow.improve(1)) {
  }
  EXPECT_TRUE(fast.improve(1000));
  EXPECT_DOUBLE_EQ(slow.loss(), fast.loss());
  EXPECT_LT(fast.loss(), 0.9 * std::log(3.0));
}

TEST(Neighbours, VoteAndTiesGoToTheNearest) {
  const std::vector<float> x{0, 1, 2, 10, 11};
  const Labels labels{7, 7, 3, 5, 3};
  EXPECT_EQ(infer::nearest_labels(x, labels, std::vector<float>{0.2f, 10.1f, 1.9f}, 3),
            (Labels{7, 3, 7}));
  EXPECT_EQ(infer::nearest_labels(x, labels, std::vector<float>{2.1f}, 2), (Labels{3}));
  EXPECT_EQ(infer::nearest_labels(x, labels, std::vector<float>{9.f}, 1), (Labels{5}));
}

TEST(Clusters, AgreementByHand) {
  const Labels labels{0, 0, 1, 1, 1, 0};
  const infer::Agreement same = infer::agreement(labels, labels);
  EXPECT_DOUBLE_EQ(same.purity, 1);
  EXPECT_NEAR(same.information, 1, 1e-12);
  const infer::Agreement half = infer::agreement(Labels{0, 0, 0, 1, 1, 1}, labels);
  EXPECT_NEAR(half.purity, 4.0 / 6, 1e-12);
  // I of the table (2 1; 1 2)/6 in units of ln 2, as both entropies are.
  const double information =
      2 * (2.0 / 6 * std::log(2.0 / 6 * 4) + 1.0 / 6 * std::log(1.0 / 6 * 4)) / std::log(2.0);
  EXPECT_NEAR(half.information, information, 1e-12);
  const infer::Agreement none = infer::agreement(Labels{0, 1, 0, 1}, Labels{0, 0, 1, 1});
  EXPECT_NEAR(none.information, 0, 1e-12);
}

// Three groups far apart in ten dimensions stay apart in the plane, and the divergence falls.
TEST(Tsne, KeepsNeighbours) {
  constexpr std::size_t count = 90, dimensions = 10;
  data::Stream stream(11, 1);
  std::vector<float> x;
  Labels labels;
  for (std::size_t i = 0; i < count; ++i) {
    labels.push_back(static_cast<std::int32_t>(i % 3));
    for (std::size_t j = 0; j < dimensions; ++j) {
      x.push_back(static_cast<float>(stream.normal() + (j == i % 3 ? 12 : 0)));
    }
  }
  infer::Tsne tsne(x, dimensions, 10, 1);
  tsne.move(120);
  const double early = tsne.divergence();
  tsne.move(300);
  EXPECT_LT(tsne.divergence(), early);
  EXPECT_GE(tsne.divergence(), 0);
  EXPECT_EQ(tsne.steps(), 420);
  const std::vector<float> places = tsne.places();
  const Labels near = infer::nearest_labels(places, labels, places, 6);
  EXPECT_EQ(near, labels);
}

Json digits(const char* condition = "none") {
  return {{"data", {{"name", "digits8"}}},
          {"model", {{"name", "vae"}, {"width", 64}, {"latents", 4}, {"condition", condition}}},
          {"objective", {{"batch", 64}}},
          {"optimiser", {{"rate", 3e-3}}}};
}

TEST(Features, ArePlacedAndJudgedInParts) {
  TestedService service;
  service.command({{"do", "load"}, {"spec", digits()}});
  service.command({{"do", "want"}, {"views", {"features"}}});
  service.command({{"do", "step"}, {"n", 800}});
  service.command({{"do", "features"}, {"method", "tsne"}});
  Message snapshot;
  for (int i = 0; i < 5000; ++i) {
    while (auto message = service.take()) {
      ASSERT_NE(message->kind(), "error") << message->head.dump();
      if (message->head.contains("features")) snapshot = std::move(*message);
    }
    if (snapshot.head.contains("features") && snapshot.head["features"]["data"].is_object() &&
        snapshot.head["features"].value("steps", 0) >= 1000) {
      break;
    }
    (void)service.pump(10);
  }
  const Json& said = snapshot.head.at("features");
  EXPECT_EQ(said.at("steps"), 1000);
  EXPECT_EQ(said.at("codes").at("dimensions"), 4);
  EXPECT_EQ(said.at("data").at("dimensions"), 64);
  // Digits of 8×8 pixels are told apart by lines and by neighbours; four numbers keep much of that.
  EXPECT_GT(said.at("data").at("linear").get<double>(), 0.9);
  EXPECT_GT(said.at("data").at("nearest").get<double>(), 0.9);
  EXPECT_GT(said.at("codes").at("nearest").get<double>(), 0.5);
  EXPECT_GT(said.at("codes").at("purity").get<double>(), 0.3);
  EXPECT_EQ(snapshot.shape("feature_places"), (std::vector<std::int64_t>{360, 2}));
}

TEST(Features, OfLabelsThatMeanNothingAreRightByChance) {
  data::Stream stream(4, 1);
  Labelled labelled;
  labelled.classes = 4;
  for (int i = 0; i < 400; ++i) {
    for (int j = 0; j < 3; ++j) labelled.train.push_back(static_cast<float>(stream.normal()));
    for (int j = 0; j < 3; ++j) labelled.test.push_back(static_cast<float>(stream.normal()));
    labelled.train_labels.push_back(static_cast<std::int32_t>(stream.below(4)));
    labelled.test_labels.push_back(static_cast<std::int32_t>(stream.below(4)));
  }
  Judge judge(labelled);
  while (!judge.go_on(1)) {
  }
  const Judged& found = judge.found();
  const double error = found.error_of(0.25);
  EXPECT_NEAR(error, std::sqrt(0.25 * 0.75 / 400), 1e-12);
  EXPECT_NEAR(found.linear, 0.25, 4 * error);
  EXPECT_NEAR(found.nearest, 0.25, 4 * error);
  EXPECT_LT(found.information, 0.05);
}

// -------------------------------------------------------------- told of classes

TEST(Condition, GradientsAndExecutorsAgree) {
  for (const char* learner : {"aevb", "iwae", "full-vb", "wake-sleep", "mcem"}) {
    for (const char* network : {"mlp", "conv"}) {
      Json spec = digits("label");
      spec["data"] = {{"name", "digits8"}, {"train", 64}, {"test", 32}};
      spec["model"]["width"] = 4;
      spec["model"]["network"] = network;
      spec["objective"] = {{"name", learner}, {"batch", 8}};
      const std::string what = std::string(learner) + " " + network;
      const std::string_view name = learner;
      if (name != "wake-sleep" && name != "mcem") expect_gradients(spec, what);
      if (std::string_view(network) == "mlp") expect_executors_agree(spec, what);
    }
  }
}

// Not above ln p(x), which many draws find, and not below what the likeliest class alone gives.
TEST(Condition, TheBoundIsThatOfAllClasses) {
  Experiment experiment(complete(digits("label")));
  wait(experiment, experiment.step(300));
  const data::Dataset& data = experiment.data();
  const std::vector<float> x = data.evaluated(data.test, 200);
  std::vector<double> shares(10, 0);
  for (const std::int32_t label : data.train.labels) {
    shares[static_cast<std::size_t>(label)] += 1 / static_cast<double>(data.train.labels.size());
  }
  constexpr int times = 40;
  std::vector<double> bounds(200, 0), parts(200, 0);
  int right = 0;
  for (int draw = 0; draw < times; ++draw) {
    Call how;
    how.draw = evaluation_draw() + 100 * static_cast<std::uint32_t>(draw);
    const Arrays bound = wait(experiment, experiment.call("elbo", given("x", x), how));
    for (std::size_t i = 0; i < 200; ++i) {
      const auto best = static_cast<std::size_t>(bound.values("class")[i]);
      double part = static_cast<double>(bound.values("log_likelihood")[i]) + std::log(shares[best]);
      for (std::size_t j = 0; j < 4; ++j)
        part -= static_cast<double>(bound.values("kl")[4 * i + j]);
      parts[i] += part / times;
      bounds[i] += static_cast<double>(bound.values("elbo")[i]) / times;
      right += static_cast<int>(best) == data.test.labels[i];
    }
  }
  // A model of each class tells classes apart.
  EXPECT_GT(right, 85 * 2 * times);
  const std::vector<double> log_p =
      wait(experiment, experiment.measures().log_marginal(x, "importance", 2000));
  for (std::size_t i = 0; i < 200; ++i) {
    // Forty draws stray by some tenths of a nat.
    EXPECT_LT(bounds[i], log_p[i] + 0.5) << i;
    EXPECT_GT(bounds[i], parts[i] - 1) << i;
  }
}

// What is drawn of a class is one, to a classifier that has only seen data.
TEST(Condition, DrawsAreOfTheirClass) {
  Experiment experiment(complete(digits("label")));
  wait(experiment, experiment.step(800));
  const data::Dataset& data = experiment.data();
  infer::SoftmaxRegression regression(data.train.values, data.train.labels, 10);
  regression.improve(200);
  std::vector<float> classes;
  for (int i = 0; i < 200; ++i) classes.push_back(static_cast<float>(i % 10));
  const std::vector<float> drawn = wait(experiment, experiment.sample(classes.size(), 5u, classes));
  const Labels said = regression.classify(drawn);
  int right = 0;
  for (std::size_t i = 0; i < said.size(); ++i) {
    right += said[i] == static_cast<std::int32_t>(classes[i]);
  }
  EXPECT_GT(right, 160);
  // The same code of another class is another picture; no class given is the first.
  const std::vector<float> code{0.5f, -1, 0, 1};
  const auto decoded = [&](float of_class) {
    const std::vector<float> one{of_class};
    return wait(experiment, experiment.call("decode", Arguments("z", code).and_given("class", one)))
        .take("x");
  };
  EXPECT_NE(decoded(3), decoded(8));
  EXPECT_EQ(ask(experiment, "decode", "x", given("z", code)), decoded(0));
}

TEST(Condition, IsToldByViewsAndRefusedWhereThereAreNoClasses) {
  TestedService service;
  Json spec = digits("label");
  service.command({{"do", "load"}, {"spec", spec}});
  service.command(
      {{"do", "want"}, {"views", {"traversal", "samples", "manifold", "interpolation"}}});
  service.command({{"do", "class"}, {"class", 4}});
  Message snapshot;
  while (auto message = service.take()) {
    ASSERT_NE(message->kind(), "error") << message->head.dump();
    if (message->kind() == "snapshot") snapshot = std::move(*message);
  }
  EXPECT_EQ(snapshot.head.at("of_class"), 4);
  EXPECT_EQ(snapshot.shape("class_sweep"), (std::vector<std::int64_t>{10, 64}));
  // Among all classes of the code that is looked at, the chosen one is what is decoded.
  service.command({{"do", "want"}, {"views", {"traversal", "latent"}}});
  service.command({{"do", "class"}, {"class", 10}});
  bool refused = false;
  while (auto message = service.take()) refused = refused || message->kind() == "error";
  EXPECT_TRUE(refused);

  spec["data"] = {{"name", "faces"}};
  EXPECT_THROW((void)Experiment(complete(spec)), SpecificationError);
  spec = digits("label");
  spec["measure"] = {{"log_marginal", "hmc"}};
  EXPECT_THROW((void)complete(spec), SpecificationError);
}

}  // namespace
}  // namespace lab::session
