// What a session says of a flow.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/core/tested_service.hpp"

namespace lab::session {
namespace {

using Shape = std::vector<std::int64_t>;

Json spec_of(const char* data, const char* prior = "logistic") {
  return {{"data", {{"name", data}, {"train", 300}, {"test", 90}}},
          {"model", {{"name", "nice"}, {"couplings", 3}, {"width", 12}, {"prior", prior}}},
          {"objective", {{"batch", 20}}}};
}

Message last(TestedService& service, const std::string& kind) {
  Message found;
  while (auto message = service.take()) {
    if (message->kind() == kind) found = std::move(*message);
  }
  EXPECT_EQ(found.kind(), kind);
  return found;
}

TEST(FlowPictures, BendsThePlaneStageByStage) {
  TestedService service;
  service.command({{"do", "load"}, {"spec", spec_of("moons")}});
  const Message loaded = last(service, "loaded");
  EXPECT_EQ(loaded.head.at("stages"), (Json{"x", "1", "2", "3", "z"}));
  EXPECT_EQ(loaded.head.at("prior"), "logistic");
  service.command({{"do", "step"}, {"n", 20}});
  service.command({{"do", "want"}, {"views", {"warp", "spectrum", "marginals"}}});
  const Message snapshot = last(service, "snapshot");
  EXPECT_EQ(snapshot.shape("flow_grid"), (Shape{5, 26, 61, 2}));
  EXPECT_EQ(snapshot.shape("flow_grid_log_det"), (Shape{5, 26, 61}));
  EXPECT_EQ(snapshot.shape("flow_back"), (Shape{5, 26, 61, 2}));
  EXPECT_EQ(snapshot.shape("flow_data"), (Shape{5, 90, 2}));
  EXPECT_EQ(snapshot.shape("flow_samples"), (Shape{5, 400, 2}));
  EXPECT_EQ(snapshot.shape("spectrum"), (Shape{2}));
  EXPECT_GE(snapshot.array("spectrum")[0], snapshot.array("spectrum")[1]);
  // The grid is regular where it begins, and the areas its cells grow by are the determinants.
  const auto grid = snapshot.array("flow_grid"), log_det = snapshot.array("flow_grid_log_det");
  EXPECT_EQ(grid[1], grid[3]);
  EXPECT_EQ(log_det[0], 0);
  const auto at = [&](std::size_t stage, std::size_t line, std::size_t point, std::size_t axis) {
    return static_cast<double>(grid[((stage * 26 + line) * 61 + point) * 2 + axis]);
  };
  // The middle lines cross in the middle; two short steps there span a small cell.
  const std::size_t x_line = 6, y_line = 13 + 6, middle = 30;
  const auto area = [&](std::size_t stage) {
    const auto span = [&](std::size_t line, std::size_t axis) {
      return at(stage, line, middle + 1, axis) - at(stage, line, middle - 1, axis);
    };
    return std::abs(span(x_line, 0) * span(y_line, 1) - span(x_line, 1) * span(y_line, 0));
  };
  EXPECT_NEAR(std::log(area(4) / area(0)),
              static_cast<double>(log_det[(4 * 26 + x_line) * 61 + middle]), 0.1);
}

TEST(FlowPictures, MarginalsAreDensities) {
  for (const char* prior : {"logistic", "gaussian"}) {
    TestedService service;
    service.command({{"do", "load"}, {"spec", spec_of("digits8", prior)}});
    service.command({{"do", "want"}, {"views", {"marginals"}}});
    const Message snapshot = last(service, "snapshot");
    ASSERT_EQ(snapshot.shape("marginals"), (Shape{17, 64}));
    const auto range = snapshot.head.at("marginal_range").get<std::array<double, 2>>();
    const double width = (range[1] - range[0]) / 64;
    for (std::size_t row = 0; row < 17; ++row) {
      double total = 0;
      for (std::size_t bin = 0; bin < 64; ++bin) {
        total += static_cast<double>(snapshot.array("marginals")[row * 64 + bin]) * width;
      }
      EXPECT_NEAR(total, 1, 1e-3) << row;
    }
  }
}

TEST(FlowPictures, FindsTheNearestTrainingPictures) {
  TestedService service;
  service.command({{"do", "load"}, {"spec", spec_of("digits8")}});
  service.command({{"do", "want"}, {"views", {"neighbours", "sphere"}}});
  const Message snapshot = last(service, "snapshot");
  ASSERT_EQ(snapshot.shape("neighbours"), (Shape{12, 64}));
  const auto drawn = snapshot.array("drawn"), neighbours = snapshot.array("neighbours");
  Experiment same(complete(spec_of("digits8")));
  const std::vector<float>& train = same.data().train.values;
  for (std::size_t i = 0; i < 12; ++i) {
    const auto distance = [&](const float* other) {
      double total = 0;
      for (std::size_t j = 0; j < 64; ++j) {
        const double d = static_cast<double>(drawn[i * 64 + j]) - static_cast<double>(other[j]);
        total += d * d;
      }
      return std::sqrt(total);
    };
    double least = 1e9;
    for (std::size_t row = 0; row < 300; ++row) {
      least = std::min(least, distance(train.data() + row * 64));
    }
    EXPECT_NEAR(distance(neighbours.data() + i * 64), least, 1e-4);
    EXPECT_NEAR(snapshot.array("neighbour_distances")[i], least, 1e-4);
  }
  EXPECT_GT(snapshot.head.at("usual_distance").get<double>(), 0.5);

  EXPECT_EQ(snapshot.shape("sphere"), (Shape{144, 64}));
  EXPECT_EQ(snapshot.shape("circle"), (Shape{24, 64}));
  service.command({{"do", "sphere"}, {"turn", 3}, {"radius", 0.0}});
  const Message still = last(service, "snapshot");
  EXPECT_EQ(still.head.at("sphere").at("turn"), 3);
  // A sphere without radius is one picture.
  const auto sphere = still.array("sphere");
  for (std::size_t i = 0; i < sphere.size(); ++i) EXPECT_EQ(sphere[i], sphere[i % 64]);
}

TEST(FlowPictures, InpaintsWhilePausedAndThenRests) {
  TestedService service;
  Json spec = spec_of("digits8");
  spec["optimiser"]["rate"] = 5e-3;
  service.command({{"do", "load"}, {"spec", spec}});
  service.command({{"do", "step"}, {"n", 400}});
  service.command({{"do", "want"}, {"views", {"inpainting"}}});
  service.command({{"do", "inpaint"}, {"mask", "left"}, {"first", 3}});
  Message snapshot = last(service, "snapshot");
  EXPECT_EQ(snapshot.shape("inpainted"), (Shape{8, 64}));
  EXPECT_EQ(snapshot.head.at("inpaint").at("mask"), "left");
  const double first = snapshot.head.at("inpaint").at("log_density").get<double>();
  int pulses = 0;
  while (service.pump(5) != Service::Pulse::idle && ++pulses < 5000) {
    while (auto message = service.take()) {
      if (message->kind() == "snapshot") snapshot = std::move(*message);
    }
  }
  EXPECT_LT(pulses, 5000);
  EXPECT_EQ(snapshot.head.at("inpaint").at("moves"), 1000);
  EXPECT_GT(snapshot.head.at("inpaint").at("log_density").get<double>(), first + 10);
  const auto given = snapshot.array("inpaint_given"), hidden = snapshot.array("inpaint_hidden"),
             now = snapshot.array("inpainted");
  for (std::size_t i = 0; i < given.size(); ++i) {
    EXPECT_EQ(hidden[i], i % 8 < 4 ? 1 : 0);
    if (hidden[i] == 0) {
      EXPECT_EQ(now[i], given[i]);
    }
  }

  std::vector<float> painted(64, 0);
  painted[10] = 1;
  service.command({{"do", "mask"}, {"values", painted}, {"first", 0}});
  snapshot = last(service, "snapshot");
  EXPECT_EQ(snapshot.head.at("inpaint").at("mask"), "painted");
  EXPECT_EQ(snapshot.array("inpaint_hidden")[10], 1);
  service.command({{"do", "inpaint"}, {"mask", "all"}, {"first", 5}});
  EXPECT_EQ(last(service, "snapshot").shape("inpainted"), (Shape{11, 64}));
}

TEST(FlowPictures, RefusesWhatDoesNotFit) {
  TestedService service;
  const auto refused = [&](const Json& command, const char* words) {
    service.command(command);
    const std::string text = last(service, "error").head.at("text");
    EXPECT_NE(text.find(words), std::string::npos) << text;
  };
  service.command({{"do", "load"}, {"spec", spec_of("digits8")}});
  refused({{"do", "inpaint"}, {"mask", "diagonal"}}, "there are top bottom");
  refused({{"do", "inpaint"}, {"mask", "top"}, {"first", 90}}, "0 to 89");
  refused({{"do", "mask"}, {"values", {1, 0, 1}}}, "64 numbers");
  refused({{"do", "estimate"}}, "needs no estimate");
  service.command({{"do", "load"}, {"spec", spec_of("moons")}});
  refused({{"do", "sphere"}, {"turn", 1}}, "pictures");
  service.command({{"do", "load"}, {"spec", {{"data", {{"name", "moons"}}}}}});
  refused({{"do", "inpaint"}, {"mask", "top"}}, "nice, vae or ar");
}

}  // namespace
}  // namespace lab::session
