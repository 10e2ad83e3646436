// Autoregressive models against what a chain rule must be: nothing of a site depends on what comes
// after it, probabilities add up to 1, draws follow them; conditions, levels and measures.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cmath>
#include <thread>

#include "core/data/mean.hpp"
#include "core/data/random.hpp"
#include "core/distributions/categorical.hpp"
#include "core/execute/reference/reference.hpp"
#include "core/nn/grid_network.hpp"
#include "core/session/drawing.hpp"
#include "tests/core/ask.hpp"
#include "tests/core/system_checks.hpp"
#include "tests/core/tested_service.hpp"

namespace lab::session {
namespace {

// A network with weights that are not small, on the plain executor.
struct Made {
  Graph graph;
  nn::Parameters parameters{graph, graph.index_constant(3), {}};
  std::unique_ptr<nn::GridNetwork> network;

  Made(const nn::Grid& grid, nn::GridNetworkShape shape) {
    network = nn::grid_network(parameters, "network", grid, shape);
  }
  // All weights anew, biases too.
  std::unique_ptr<Reference> executor() {
    auto made = std::make_unique<Reference>(graph);
    made->initialise(graph, parameters.values);
    std::uint32_t state = 7;
    for (const Value parameter : parameters.values) {
      std::vector<float> values = made->read(parameter);
      for (float& value : values) {
        state = state * 1664525u + 1013904223u;
        value += 0.6f * (static_cast<float>(state >> 8) / 8388608.f - 1);
      }
      made->write(parameter, values);
    }
    return made;
  }
};

struct Case {
  nn::Grid grid;
  bool one_hot;
  Extent conditions, map_conditions = 0;
};
const std::vector<Case> cases{{{5, 4, 1, 2}, false, 0},    {{4, 5, 3, 3}, false, 0},
                              {{3, 4, 2, 4}, true, 3},     {{1, 6, 1, 2}, false, 2},
                              {{6, 1, 1, 3}, true, 0},     {{1, 1, 3, 2}, false, 0},
                              {{5, 9, 1, 2}, false, 0, 3}, {{9, 6, 2, 3}, false, 2, 2}};

// Some numbers that a network is told of so many rows.
nn::GridCondition told(Graph& g, const Case& of, Extent rows) {
  const auto numbers = [&g](Shape shape) {
    std::vector<double> all;
    for (Extent i = 0; i < size_of(shape); ++i) all.push_back(0.3 * (i * i % 7) - 0.8);
    return g.constant(all, shape);
  };
  nn::GridCondition made;
  if (of.conditions > 0) made.row = numbers({rows, of.conditions});
  if (of.map_conditions > 0) {
    made.map = numbers({rows, of.grid.rows, of.grid.columns, of.map_conditions});
  }
  return made;
}

// ∂ logits(i)/∂ x(j): exactly none for j ≥ i; of what is before, most.
TEST(GridNetwork, ASiteKnowsOfThoseBeforeItAlone) {
  for (const std::string& architecture : nn::grid_architectures()) {
    for (const Case& of : cases) {
      const nn::Grid& grid = of.grid;
      // Symbols that are read one by one have no slope.
      if (of.one_hot) continue;
      Made made(grid, {architecture, 9, 2, of.one_hot, "swish", of.conditions, of.map_conditions});
      Graph& g = made.graph;
      const Extent n = grid.sites();
      const Value x = g.variable("x", g.constant(0, {1, n}));
      const Value logits = (*made.network)(x, told(g, of, 1));
      ASSERT_EQ(logits.shape(), (Shape{1, n, grid.logits()}));
      const Value site = g.variable("site", g.index_constant(0));
      const Value here = reshape(index_equal(iota(g, n), site), {1, n, 1});
      // Of weights that are no symmetry of the logits.
      std::vector<double> weights;
      for (Extent k = 0; k < grid.logits(); ++k) weights.push_back(1 + 0.37 * k * k);
      const Value target = sum(logits * here * g.constant(weights, {grid.logits()}));
      const Value slope = gradients(target, {x}).front();
      const auto executor = made.executor();
      std::vector<float> values;
      for (Extent i = 0; i < n; ++i) values.push_back(static_cast<float>(i * i % grid.values));
      executor->initialise(g, {x, site});
      executor->write(x, values);
      const auto handle = executor->prepare({"slope", {slope}, {}});
      int some = 0, all = 0;
      for (Extent i = 0; i < n; ++i) {
        const auto number = static_cast<std::uint32_t>(i);
        executor->write_index(site, std::span(&number, 1));
        executor->run(handle);
        const auto row = executor->output(handle, 0);
        for (Extent j = 0; j < n; ++j) {
          const float each = row[static_cast<std::size_t>(j)];
          if (j >= i) EXPECT_EQ(each, 0) << architecture << ' ' << i << ' ' << j;
          else ++all, some += each != 0;
        }
      }
      EXPECT_GT(some, all / 2) << architecture << " of " << all;
    }
  }
}

// What comes after is not read, in whatever form, and one site is as it is among all.
TEST(GridNetwork, OneSiteIsAsAmongAll) {
  for (const std::string& architecture : nn::grid_architectures()) {
    for (const Case& of : cases) {
      const nn::Grid& grid = of.grid;
      for (const int depth : {0, 1, 2}) {
        Made made(grid,
                  {architecture, 7, depth, of.one_hot, "relu", of.conditions, of.map_conditions});
        Graph& g = made.graph;
        const Extent n = grid.sites(), rows = 3;
        std::vector<float> values;
        for (Extent i = 0; i < rows * n; ++i) {
          values.push_back(static_cast<float>((i * i / 3 + i) % grid.values));
        }
        const Value x = g.variable("x", g.constant(0, {rows, n}));
        const nn::GridCondition condition = told(g, of, rows);
        const Value site = g.variable("site", g.index_constant(0));
        const auto executor = made.executor();
        executor->initialise(g, {x, site});
        const auto all = executor->prepare({"all", {(*made.network)(x, condition)}, {}}),
                   one = executor->prepare({"one", {made.network->at(x, site, condition)}, {}});
        executor->write(x, values);
        executor->run(all);
        const std::vector<float> logits = executor->output(all, 0);
        for (Extent i = 0; i < n; ++i) {
          const auto number = static_cast<std::uint32_t>(i);
          std::vector<float> changed = values;
          for (Extent row = 0; row < rows; ++row) {
            for (Extent j = i; j < n; ++j) {
              float& value = changed[static_cast<std::size_t>(row * n + j)];
              value = value == 0 ? 1 : 0;
            }
          }
          executor->write(x, changed);
          executor->write_index(site, std::span(&number, 1));
          executor->run(one);
          const std::vector<float> found = executor->output(one, 0);
          for (Extent row = 0; row < rows; ++row) {
            for (Extent k = 0; k < grid.logits(); ++k) {
              EXPECT_NEAR(found[static_cast<std::size_t>(row * grid.logits() + k)],
                          logits[static_cast<std::size_t>((row * n + i) * grid.logits() + k)], 1e-5)
                  << architecture << ' ' << i << ' ' << depth;
            }
          }
        }
      }
    }
  }
}

// What a pixel is told of matters to it, in every layer that a pixel sees alone.
TEST(GridNetwork, EveryPixelHeedsWhatItIsTold) {
  for (const std::string& architecture : nn::grid_architectures()) {
    Made made({3, 4, 1, 2}, {architecture, 9, 1, false, "swish", 0, 2});
    Graph& g = made.graph;
    const Value x = g.variable("x", g.constant(1, {1, 12})),
                map = g.variable("map", g.constant(0.3, {1, 3, 4, 2}));
    const Value logits = (*made.network)(x, {Value(), map});
    const Value slope = gradients(sum(slice(logits, 1, 5, 1)), {map}).front();
    const auto executor = made.executor();
    executor->initialise(g, {x, map});
    const auto handle = executor->prepare({"slope", {slope}, {}});
    executor->run(handle);
    const std::vector<float> row = executor->output(handle, 0);
    EXPECT_NE(row[10], 0) << architecture;
    EXPECT_NE(row[11], 0) << architecture;
  }
}

TEST(GridNetwork, ProbabilitiesOfAllPicturesAddUpToOne) {
  for (const std::string& architecture : nn::grid_architectures()) {
    for (const nn::Grid& grid : {nn::Grid{3, 3, 1, 2}, {2, 1, 3, 3}, {2, 2, 2, 2}, {2, 2, 1, 4}}) {
      Made made(grid, {architecture, 8, 2});
      const Extent n = grid.sites();
      std::size_t count = 1;
      for (Extent i = 0; i < n; ++i) count *= static_cast<std::size_t>(grid.values);
      std::vector<double> pictures;
      for (std::size_t picture = 0; picture < count; ++picture) {
        std::size_t rest = picture;
        for (Extent i = 0; i < n; ++i, rest /= static_cast<std::size_t>(grid.values)) {
          pictures.push_back(static_cast<double>(rest % static_cast<std::size_t>(grid.values)));
        }
      }
      const Value x = made.graph.constant(pictures, {static_cast<Extent>(count), n});
      const Value total =
          sum(exp(sum(distributions::categorical_log_probability((*made.network)(x), x), {1})));
      const auto executor = made.executor();
      const auto handle = executor->prepare({"total", {total}, {}});
      executor->run(handle);
      EXPECT_NEAR(executor->output(handle, 0).front(), 1, 1e-5) << architecture;
    }
  }
}

// Pictures (count, 2, 2) of levels 0 … levels − 1 in which pixels lean on those before them, as an
// IDX file.
Options pictures(int levels, int count) {
  std::vector<std::uint8_t> bytes{0, 0, 8, 3};
  for (const int extent : {count, 2, 2}) {
    for (const int shift : {24, 16, 8, 0}) {
      bytes.push_back(static_cast<std::uint8_t>(extent >> shift));
    }
  }
  data::Stream stream(5, 1);
  for (int i = 0; i < count; ++i) {
    int before = 0;
    for (int pixel = 0; pixel < 4; ++pixel) {
      const bool same = stream.uniform() < 0.5;
      const int drawn = static_cast<int>(stream.uniform() * levels);
      before = same ? before : drawn;
      bytes.push_back(static_cast<std::uint8_t>(before * 255 / (levels - 1)));
    }
  }
  Options options;
  options.open = [bytes](const std::string& name) -> std::vector<data::File> {
    return {{name, bytes}};
  };
  return options;
}

Json spec_of(const std::string& architecture, Json model = Json::object()) {
  model["name"] = "ar";
  model["architecture"] = architecture;
  if (architecture != "fvsbn") {
    model["width"] = 8;
    model["depth"] = 1;
  }
  return {{"data", {{"name", "digits8"}, {"train", 200}, {"test", 60}}},
          {"model", std::move(model)},
          {"objective", {{"batch", 20}}}};
}

// All 2×2 pictures by their probabilities, which add up to one; draws follow them.
TEST(Autoregressive, DrawsFollowTheProbabilities) {
  for (const int levels : {2, 3}) {
    for (const std::string& architecture : nn::grid_architectures()) {
      Json spec = spec_of(architecture);
      spec["data"] = {{"name", "file"},
                      {"file", "mine"},
                      {"train", 3000},
                      {"test", 300},
                      {"dequantise", "off"}};
      Experiment experiment(complete(spec), pictures(levels, 3300));
      experiment.step(150).get();
      std::size_t count = 1;
      for (int i = 0; i < 4; ++i) count *= static_cast<std::size_t>(levels);
      std::vector<float> all;
      const auto base = static_cast<std::size_t>(levels);
      for (std::size_t picture = 0; picture < count; ++picture) {
        std::size_t rest = picture;
        for (int i = 0; i < 4; ++i, rest /= base) {
          all.push_back(static_cast<float>(rest % base) / static_cast<float>(levels - 1));
        }
      }
      const std::vector<float> log_p =
          ask(experiment, "log_density", "log_density", given("x", all));
      // Of a density over cells of width 1/K.
      const double cell = levels == 2 ? 0 : 4 * std::log(levels);
      double total = 0;
      for (const float each : log_p) total += std::exp(static_cast<double>(each) - cell);
      EXPECT_NEAR(total, 1, 1e-5) << architecture;
      constexpr std::size_t draws = 4000;
      const std::vector<float> drawn = experiment.sample(draws).get();
      std::vector<double> seen(count);
      for (std::size_t i = 0; i < drawn.size(); i += 4) {
        std::size_t picture = 0;
        for (std::size_t pixel = 4; pixel-- > 0;) {
          picture = picture * base + static_cast<std::size_t>(std::lround(
                                         drawn[i + pixel] * static_cast<float>(levels - 1)));
        }
        seen.at(picture) += 1;
      }
      double chi = 0;
      for (std::size_t i = 0; i < count; ++i) {
        const double expected = draws * std::exp(static_cast<double>(log_p[i]) - cell);
        chi += (seen[i] - expected) * (seen[i] - expected) / expected;
      }
      const auto freedom = static_cast<double>(count - 1);
      EXPECT_LT(chi, freedom + 4 * std::sqrt(2 * freedom)) << architecture << ' ' << levels;
      EXPECT_GT(chi, freedom - 4 * std::sqrt(2 * freedom));
    }
  }
}

// Whatever the levels and the scale, ln p is that of one density: cells in which it is uniform.
TEST(Autoregressive, LevelsAndScalesAreOneMeasure) {
  const auto test = [](const char* scale, int levels) {
    Json spec = spec_of("fvsbn", {{"levels", levels}});
    spec["data"]["scale"] = scale;
    Experiment experiment(complete(spec));
    // Regressions start from small weights: near uniform, whose density is 1 on the unit cube.
    const double log_p = experiment.measure().get().at("log_likelihood_test");
    double widths = 0;
    for (const float factor : experiment.data().scale)
      widths += std::log(static_cast<double>(factor));
    return log_p + widths;
  };
  for (const int levels : {0, 2, 4, 16, 64}) EXPECT_NEAR(test("unit", levels), 0, 40) << levels;
  EXPECT_NEAR(test("unit", 17), test("symmetric", 17), 1e-2);
  EXPECT_NEAR(test("unit", 17), test("standard", 17), 1e-2);
  EXPECT_EQ(test("unit", 17), test("unit", 0));
}

TEST(Autoregressive, BitsADimensionHaveTheirError) {
  Experiment grey(complete(spec_of("pixelcnn")));
  const Measures measures = grey.measure().get();
  // ln P of the picture in 17 levels.
  const double nats = measures.at("log_likelihood_test") - 64 * std::log(17.0);
  EXPECT_NEAR(measures.at("bits_per_dim"), -nats / (64 * std::log(2.0)), 1e-6);
  EXPECT_NEAR(measures.at("bits_per_dim_se"),
              measures.at("log_likelihood_test_se") / (64 * std::log(2.0)), 1e-9);
  Json spec = spec_of("made");
  spec["data"]["binarise"] = "threshold";
  Experiment bits(complete(spec));
  const Measures of_bits = bits.measure().get();
  EXPECT_NEAR(of_bits.at("bits_per_dim"), -of_bits.at("log_likelihood_test") / (64 * std::log(2.0)),
              1e-9);
}

TEST(Autoregressive, GradientsAreThoseByDifferences) {
  for (const std::string& architecture : nn::grid_architectures()) {
    for (const char* condition : {"none", "label"}) {
      Json spec = spec_of(architecture, {{"levels", 3}, {"condition", condition}});
      spec["objective"]["batch"] = 4;
      // A rectifier has no slope at its kink.
      if (architecture != "fvsbn") spec["model"]["activation"] = "swish";
      // The size of the cells is a constant that hides differences.
      spec["data"]["dequantise"] = "off";
      expect_gradients(spec, architecture + " " + condition, 0.1);
      // Of a class, which is the more.
      if (*condition == 'l') expect_executors_agree(spec, architecture);
    }
  }
}

// ln p(x) sums over the classes; draws of a class are of it.
TEST(Autoregressive, ClassesAreSummedOver) {
  Json spec = spec_of("made", {{"levels", 2}, {"condition", "label"}, {"width", 64}});
  spec["data"]["train"] = 1400;
  spec["optimiser"] = {{"rate", 0.01}};
  Experiment experiment(complete(spec));
  experiment.step(600).get();
  Drawing drawing;
  const std::size_t count = Drawing::most(experiment), size = 64;
  std::vector<float> means;
  for (const float wanted : {0.f, 1.f}) {
    const std::vector<float> classes(count, wanted);
    wait(experiment, drawing.begin(experiment, count, 3, classes));
    wait(experiment, drawing.go_on(experiment, drawing.left()));
    EXPECT_EQ(drawing.left(), 0u);
    for (const float drawn : drawing.classes()) EXPECT_EQ(drawn, wanted);
    // A nought is black in the middle, a one is white.
    double middle = 0;
    for (std::size_t i = 0; i < count; ++i) {
      for (const std::size_t pixel : {27u, 28u, 35u, 36u}) {
        middle += static_cast<double>(drawing.pictures()[i * size + pixel]);
      }
    }
    means.push_back(static_cast<float>(middle / static_cast<double>(4 * count)));
  }
  EXPECT_LT(means[0] + 0.3f, means[1]);
  // Any class: more than one of them.
  wait(experiment, drawing.begin(experiment, count, 4));
  wait(experiment, drawing.go_on(experiment, 1));
  const auto [least, most] =
      std::minmax_element(drawing.classes().begin(), drawing.classes().end());
  EXPECT_GE(*least, 0);
  EXPECT_LT(*least, *most);
  EXPECT_LE(*most, 9);
}

// What is given stays, also where it comes later; it is the same whatever the parts it is drawn in.
TEST(Autoregressive, CompletesPictures) {
  Experiment experiment(complete(spec_of("pixelcnn")));
  experiment.step(20).get();
  const data::Dataset& data = experiment.data();
  const std::size_t size = 64, count = 5;
  const std::vector<float> given(data.test.values.begin(), data.test.values.begin() + count * size);
  std::vector<float> hidden(count * size);
  for (std::size_t i = 0; i < hidden.size(); ++i) hidden[i] = i % size % 8 < 4 ? 1.f : 0.f;
  const auto drawn = [&](std::size_t part) {
    Drawing drawing;
    wait(experiment, drawing.begin(experiment, given, hidden, 9));
    EXPECT_EQ(drawing.left(), 32u);
    while (drawing.left() > 0) wait(experiment, drawing.go_on(experiment, part));
    EXPECT_EQ(drawing.site(), 59u);
    return drawing.pictures();
  };
  const std::vector<float> once = drawn(100), slowly = drawn(3);
  EXPECT_EQ(once, slowly);
  bool other = false;
  for (std::size_t i = 0; i < once.size(); ++i) {
    if (hidden[i] == 0) EXPECT_EQ(once[i], given[i]);
    else other = other || once[i] != given[i];
  }
  EXPECT_TRUE(other);
}

TEST(Autoregressive, SaysWhatItCannotDo) {
  Options options;
  options.open = [](const std::string& name) -> std::vector<data::File> {
    const std::string rows = "0.5,2.5\n1.5,-3\n0.25,1\n4,2\n";
    if (name == "rows.csv") return {{name, {rows.begin(), rows.end()}}};
    return Options::open_file(name);
  };
  const auto refused = [&options](const Json& spec) -> std::string {
    try {
      Experiment experiment(complete(spec), options);
    } catch (const SpecificationError& error) {
      return error.key() + ": " + error.what();
    }
    return {};
  };
  const auto expect = [&](const Json& spec, const std::string& key) {
    const std::string words = refused(spec);
    EXPECT_EQ(words.substr(0, key.size()), key) << words;
  };
  Json spec = spec_of("pixelcnn", {{"condition", "label"}});
  spec["data"]["name"] = "faces";
  expect(spec, "model.condition");
  expect(spec_of("pixelcnn", {{"levels", 1}}), "model.levels");
  spec = spec_of("pixelcnn", {{"levels", 4}});
  spec["data"]["binarise"] = "threshold";
  expect(spec, "model.levels");
  spec = {{"data", {{"name", "file"}, {"file", "rows.csv"}}}, {"model", {{"name", "ar"}}}};
  expect(spec, "model.levels");
  spec["model"]["levels"] = 8;
  expect(spec, "model.name");
  // A regression has no layers: what is set of them is told.
  spec = spec_of("fvsbn", {{"depth", 3}});
  EXPECT_FALSE(unused(spec, complete(spec)).empty());
  spec = {{"data", {{"name", "moons"}}}, {"model", {{"name", "ar"}}}};
  EXPECT_THROW((void)complete(spec), SpecificationError);
}

// Of the row above, a stack of masked 3×3 kernels sees no further to the right than its first one
// did; two stacks see all of it.
TEST(Autoregressive, TheGatedOneHasNoBlindSpot) {
  for (const bool gated : {false, true}) {
    Experiment experiment(complete(
        spec_of(gated ? "gated-pixelcnn" : "pixelcnn", {{"levels", 2}, {"activation", "swish"}})));
    const std::size_t size = 64, site = 7 * 8 + 3, count = 20;
    const std::vector<float> x(experiment.data().test.values.begin(),
                               experiment.data().test.values.begin() + count * size),
        sites(count, static_cast<float>(site));
    const std::vector<float> slope =
        ask(experiment, "influence", "slope", Arguments("x", x).and_given("site", sites));
    const auto seen = [&](std::size_t row, std::size_t column) {
      bool any = false;
      for (std::size_t i = 0; i < count; ++i) any = any || slope[i * size + row * 8 + column] != 0;
      return any;
    };
    EXPECT_TRUE(seen(7, 2));
    EXPECT_TRUE(seen(6, 6));
    EXPECT_EQ(seen(6, 7), gated);
    EXPECT_FALSE(seen(7, 3));
    EXPECT_FALSE(seen(7, 4));
  }
}

// Paused, a picture is drawn at a pace that can be followed; what is asked of it is drawn.
TEST(Autoregressive, AreShownAsTheyDraw) {
  TestedService service;
  service.command({{"do", "load"}, {"spec", spec_of("made", {{"condition", "label"}})}});
  service.command(
      {{"do", "want"},
       {"views", {"drawing", "samples", "neighbours", "receptive-field", "inpainting"}}});
  Message snapshot("");
  const auto take = [&] {
    while (auto message = service.take()) {
      ASSERT_NE(message->kind(), "error") << message->head;
      if (message->kind() == "snapshot") snapshot = std::move(*message);
    }
  };
  take();
  EXPECT_EQ(snapshot.shape("drawing"), (Shape{16, 64}));
  EXPECT_EQ(snapshot.shape("drawing_probabilities"), (Shape{16, 17}));
  EXPECT_EQ(snapshot.shape("receptive_field"), (Shape{64}));
  EXPECT_GT(snapshot.head.at("drawing").at("left"), 0);
  service.command({{"do", "draw"}, {"class", 4}});
  service.command({{"do", "site"}, {"site", 20}});
  service.command({{"do", "inpaint"}, {"mask", "bottom"}});
  for (int i = 0; i < 5000; ++i) {
    const Service::Pulse pulse = service.pump(5);
    take();
    if (pulse == Service::Pulse::idle) break;
    if (pulse == Service::Pulse::waiting) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  take();
  EXPECT_EQ(snapshot.head.at("drawing").at("left"), 0);
  for (const Json& drawn : snapshot.head.at("drawing").at("classes")) EXPECT_EQ(drawn, 4);
  EXPECT_EQ(snapshot.head.at("receptive_field").at("site"), 20);
  const auto field = snapshot.array("receptive_field");
  for (std::size_t i = 20; i < 64; ++i) EXPECT_EQ(field[i], 0);
  EXPECT_GT(snapshot.head.at("receptive_field").at("slope"), 0);
  EXPECT_EQ(snapshot.shape("drawn"), (Shape{64, 64}));
  EXPECT_EQ(snapshot.shape("neighbours"), (Shape{12, 64}));
  // A classifier of the data says how likely each is of the class that it was drawn of.
  EXPECT_EQ(snapshot.shape("drawn_confidence"), (Shape{64}));
  for (const float p : snapshot.array("drawn_confidence")) {
    EXPECT_GE(p, 0);
    EXPECT_LE(p, 1);
  }
  for (const float c : snapshot.array("drawn_classes")) EXPECT_TRUE(c >= 0 && c <= 9);
  EXPECT_GT(snapshot.head.at("classifier").at("accuracy"), 0.7);
  EXPECT_LT(snapshot.head.at("classifier").at("accuracy_se"), 0.1);
  EXPECT_EQ(snapshot.head.at("inpaint").at("moves"), 32);
  EXPECT_GT(snapshot.head.at("inpaint").at("log_density"), -1e6);
  // Each was drawn from its probabilities.
  const auto probabilities = snapshot.array("drawing_probabilities"),
             symbols = snapshot.array("drawing_symbols");
  for (std::size_t i = 0; i < 16; ++i) {
    EXPECT_GT(probabilities[i * 17 + static_cast<std::size_t>(symbols[i])], 0);
  }
  service.command({{"do", "draw"}, {"class", 10}});
  EXPECT_EQ(service.take()->kind(), "error");
}

}  // namespace
}  // namespace lab::session
