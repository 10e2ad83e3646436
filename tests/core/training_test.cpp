// What training promises whatever the model: what repeats, what decays, how weights start, when a
// run has broken.
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "core/execute/cpu/cpu.hpp"
#include "core/nn/convolution.hpp"
#include "core/session/experiment.hpp"
#include "tests/core/system_checks.hpp"

namespace lab {
namespace {

using session::complete;
using session::Experiment;
using session::Json;

Json parsed(const char* text) { return complete(Json::parse(text)); }

// Large enough that threads share the work.
const std::map<std::string, Json>& runs() {
  static const std::map<std::string, Json> all{
      {"nce", parsed(R"({"data": {"name": "moons"}, "model": {"name": "energy-mlp"}})")},
      {"vae", parsed(R"({"data": {"name": "digits8"}, "model": {"name": "vae", "width": 150},
                         "objective": {"batch": 300}})")},
      {"mcem", parsed(R"({"data": {"name": "digits8"}, "model": {"name": "vae", "width": 150},
                          "objective": {"name": "mcem", "batch": 300}})")},
      {"nice", parsed(R"({"data": {"name": "moons"}, "model": {"name": "nice"}})")}};
  return all;
}

TEST(Training, RepeatsToTheBitOnAnyNumberOfThreads) {
  for (const auto& [name, spec] : runs()) {
    Experiment one(spec, {"cpu", 1});
    one.step(120).get();
    const auto weights = one.save().get();
    const auto measures = one.measures().measure_all().get();
    for (const int threads : {2, 3}) {
      Experiment several(spec, {"cpu", threads});
      several.step(120).get();
      EXPECT_EQ(several.save().get(), weights) << name << " on " << threads << " threads";
      EXPECT_EQ(several.measures().measure_all().get(), measures)
          << name << " on " << threads << " threads";
    }
  }
}

// Sums are made in the same order on all; those with fused multiply-adds round alike, too.
TEST(Training, RepeatsToTheBitOnInstructionSetsWithFusedMultiplyAdds) {
  const auto weights_after = [](const Json& spec, const cpu::Kernels& kernels) {
    const auto [data, system, cpu] = make_ready(spec, kernels);
    cpu->run(cpu->prepare(system.phases.back().procedure), 60);
    std::vector<std::vector<float>> weights;
    for (const Value parameter : system.parameters) weights.push_back(cpu->read(parameter));
    return weights;
  };
  std::vector<const cpu::Kernels*> fused;
  for (const cpu::Kernels* kernels : cpu::available_kernels()) {
    if (std::string_view(kernels->name).starts_with("avx")) fused.push_back(kernels);
  }
  if (fused.size() < 2) GTEST_SKIP() << "this machine has no two of them";
  for (const char* name : {"nce", "vae", "nice"}) {
    const Json& spec = runs().at(name);
    EXPECT_EQ(weights_after(spec, *fused[0]), weights_after(spec, *fused[1])) << name;
  }
}

// After one step of gradient descent at a rate of 0.1 and a decay of 1, a weight is a tenth of
// itself less than without the decay; everything else is as without.
TEST(Training, DecayActsOnWeightsAlone) {
  for (
      const char* text :
      {R"({"data": {"name": "moons"}, "model": {"name": "energy-mlp"}})",
       R"({"data": {"name": "moons"}, "model": {"name": "mixture"}})",
       R"({"data": {"name": "moons"}, "model": {"name": "nice", "partition": "learned"}})",
       R"({"data": {"name": "moons"}, "model": {"name": "nice", "whitening": "approximate"}})",
       R"({"data": {"name": "moons"}, "model": {"name": "vae"}, "objective": {"name": "full-vb"}})"}) {
    const auto after_a_step = [&](double decay) {
      Json spec = Json::parse(text);
      spec["optimiser"] = {{"name", "sgd"}, {"rate", 0.1}, {"weight_decay", decay}};
      const auto [data, system, cpu] = make_ready(complete(spec));
      std::map<std::string, std::pair<std::vector<float>, std::vector<float>>> change;
      for (const Value parameter : system.parameters) {
        change[parameter.node().name].first = cpu->read(parameter);
      }
      cpu->run(cpu->prepare(system.phases.back().procedure));
      for (const Value parameter : system.parameters) {
        change[parameter.node().name].second = cpu->read(parameter);
      }
      return change;
    };
    const auto without = after_a_step(0), with = after_a_step(1);
    int weights = 0;
    for (const auto& [name, values] : with) {
      const bool weight = name.ends_with(".weight");
      weights += weight;
      for (std::size_t i = 0; i < values.first.size(); ++i) {
        const float less = weight ? 0.1f * values.first[i] : 0.f;
        ASSERT_NEAR(values.second[i], without.at(name).second[i] - less, 1e-6)
            << text << ' ' << name;
      }
    }
    EXPECT_EQ(weights == 0, Json::parse(text).at("model").at("name") == "mixture") << text;
  }
}

double deviation_of(Graph& graph, nn::Parameters& parameters, const std::string& name) {
  Cpu cpu(graph);
  cpu.initialise(graph, {parameters.seed});
  for (const Value value : parameters.values) {
    if (value.node().name != name) continue;
    cpu.initialise(graph, {value});
    double squares = 0;
    const std::vector<float> values = cpu.read(value);
    for (const float each : values)
      squares += static_cast<double>(each) * static_cast<double>(each);
    return std::sqrt(squares / static_cast<double>(values.size()));
  }
  ADD_FAILURE() << "there is no " << name;
  return 0;
}

// Of a layer that an activation follows: gain/√in with the gain of that activation, the last hidden
// layer too.
TEST(Training, WeightsStartWithTheGainOfTheActivationThatFollows) {
  for (const auto& [activation, gain] : std::map<std::string, double>{{"tanh", 1},
                                                                      {"relu", std::sqrt(2.)},
                                                                      {"elu", std::sqrt(2.)},
                                                                      {"softplus", 1},
                                                                      {"swish", 1}}) {
    Graph graph;
    nn::Parameters parameters{graph, graph.variable("seed", graph.index_constant(3)), {}};
    const nn::MlpWithHeads network(parameters, "network", 100, {200, 300}, {{"out", 150}},
                                   activation);
    const nn::Mlp mlp(parameters, "mlp", {100, 200, 150}, activation);
    const nn::Convolution convolution(parameters, "conv", {16, 32, 5, 1, 0, activation});
    const nn::Convolution linear(parameters, "linear", {16, 32, 5, 1, 0, ""});
    const auto expect = [&](const char* name, double wanted) {
      EXPECT_NEAR(deviation_of(graph, parameters, name), wanted, 0.03 * wanted)
          << activation << ' ' << name;
    };
    expect("network.0.weight", gain / 10);
    expect("network.1.weight", gain / std::sqrt(200.));
    expect("network.out.0.weight", 1 / std::sqrt(300.));
    expect("mlp.0.weight", gain / 10);
    expect("mlp.1.weight", 1 / std::sqrt(200.));
    expect("conv.weight", gain / 20);
    expect("linear.weight", 1. / 20);
  }
}

// Rows of numbers in the thousands, as a table of a person's own holds them.
session::Options with_rows(double size) {
  std::string text = "a,b,c\n";
  for (int i = 0; i < 300; ++i) {
    for (const int column : {i % 7, i % 11, i * i % 13}) {
      text += std::to_string(size * (column - 5)) + ",";
    }
    text.back() = '\n';
  }
  session::Options options;
  options.open = [text](const std::string& name) {
    return std::vector<data::File>{{name, {text.begin(), text.end()}}};
  };
  return options;
}

TEST(Training, LargeNumbersAreNoBreakageInThemselves) {
  const Json spec = parsed(R"({"data": {"name": "file", "file": "rows.csv"},
    "model": {"name": "vae", "decoder": "fixed-gaussian", "deviation": 1},
    "optimiser": {"rate": 1e-3}})");
  Experiment experiment(spec, with_rows(1e4));
  const double first = experiment.measure().get().at("objective_train");
  ASSERT_LT(first, -1e6);
  experiment.step(50).get();
  EXPECT_GT(experiment.measure().get().at("objective_train"), first);
}

TEST(Training, TheCureThatIsNamedFitsTheCause) {
  const auto sentence = [](Json spec, const session::Options& options) {
    Experiment experiment(complete(spec), options);
    try {
      experiment.step(400).get();
    } catch (const session::Diverged& error) {
      return std::string(error.what());
    }
    return std::string("it did not break");
  };
  const Json rows = Json::parse(R"({"data": {"name": "file", "file": "rows.csv"},
    "model": {"name": "vae", "decoder": "gaussian"}, "optimiser": {"name": "sgd", "rate": 0.01}})");
  EXPECT_NE(sentence(rows, with_rows(1e4)).find("set 'data.scale' to \"standard\""),
            std::string::npos)
      << sentence(rows, with_rows(1e4));
  const Json moons = Json::parse(R"({"data": {"name": "moons"}, "model": {"name": "energy-mlp"},
    "optimiser": {"name": "sgd", "rate": 1e6}})");
  EXPECT_NE(sentence(moons, {}).find("lower it"), std::string::npos) << sentence(moons, {});
}

}  // namespace
}  // namespace lab
