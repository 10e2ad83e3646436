// What the compiler promises: less work, few kernels, little memory, no allocation in a run.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "core/compile/program.hpp"
#include "core/execute/cpu/cpu.hpp"
#include "core/nn/convolution.hpp"
#include "core/nn/mlp.hpp"
#include "core/nn/optimiser.hpp"

#if !defined(__SANITIZE_ADDRESS__)
// Every allocation of the program comes by here; counted only while asked.
namespace {
bool counting = false;
int allocations = 0;
}  // namespace
extern "C" void* __libc_malloc(std::size_t size);
extern "C" void* malloc(std::size_t size) {
  if (counting) ++allocations;
  return __libc_malloc(size);
}
#endif

namespace lab {
namespace {

template <class Kind>
int count(const Program& program) {
  return static_cast<int>(
      std::count_if(program.kernels.begin(), program.kernels.end(),
                    [](const Kernel& kernel) { return std::holds_alternative<Kind>(kernel); }));
}

struct Fixture : testing::Test {
  Value input(const char* name, Shape shape) {
    return graph.variable(name, graph.constant(0, std::move(shape)));
  }
  Graph graph;
};
using CompileTest = Fixture;

TEST_F(CompileTest, CommonDeadAndConstantWorkIsGone) {
  const Value x = input("x", {8});
  const Value dead = exp(x * 3.0);
  (void)dead;
  const Value two = exp(graph.constant(0, {8})) + 1.0;
  const Value y = tanh(x) * tanh(x * 1.0 + 0.0) + two;
  const Program program = compile(graph, {"p", {y}, {}});
  ASSERT_EQ(program.kernels.size(), 1u);
  const Expression& fused = *expression_of(program.kernels[0]);
  EXPECT_EQ(fused.code.size(), 2u) << print(graph, program);  // tanh, multiply_add
  EXPECT_EQ(fused.immediates.size(), 1u);
}

TEST_F(CompileTest, ALayerIsOneKernel) {
  const Value x = input("x", {64, 16}), w = input("w", {16, 32}), b = input("b", {32});
  const Program program = compile(graph, {"p", {tanh(matmul(x, w) + b)}, {}});
  EXPECT_EQ(program.kernels.size(), 1u) << print(graph, program);
  EXPECT_EQ(count<kernel::Gemm>(program), 1);
  EXPECT_EQ(program.arena_size, 64 * 32) << "the product is made where the result goes";
}

TEST_F(CompileTest, AReductionTakesItsOperandAndItsEpilogueIn) {
  const Value x = input("x", {64, 16});
  const Program program = compile(graph, {"p", {log(sum(exp(x), {1}))}, {}});
  EXPECT_EQ(program.kernels.size(), 1u) << print(graph, program);
  EXPECT_EQ(count<kernel::Reduce>(program), 1);
}

TEST_F(CompileTest, TransposesGoIntoProducts) {
  const Value x = input("x", {16, 64}), w = input("w", {32, 16});
  const Program program = compile(graph, {"p", {matmul(transpose(x), transpose(w))}, {}});
  EXPECT_EQ(program.kernels.size(), 1u) << print(graph, program);
}

TEST_F(CompileTest, BuffersShareMemoryAndNeverOverlapInTime) {
  Value h = input("x", {128, 64});
  for (int i = 0; i < 6; ++i) h = matmul(h, input(("w" + std::to_string(i)).c_str(), {64, 64}));
  const Program program = compile(graph, {"p", {sum(h)}, {}});
  EXPECT_LE(program.arena_size, 2 * 128 * 64 + 64);
  EXPECT_LE(static_cast<double>(program.arena_size),
            1.3 * static_cast<double>(program.lower_bound));
  for (const Buffer& a : program.buffers) {
    for (const Buffer& b : program.buffers) {
      const bool apart = &a == &b || a.kind != Buffer::Kind::arena ||
                         b.kind != Buffer::Kind::arena || a.last < b.first || b.last < a.first ||
                         a.place + a.size <= b.place || b.place + b.size <= a.place;
      EXPECT_TRUE(apart);
    }
  }
}

TEST_F(CompileTest, UpdatesReadOldValues) {
  const Value a = input("a", {3}), b = input("b", {3}), c = input("c", {3});
  // Swapped, and one that depends on both.
  Cpu cpu(graph);
  cpu.write(a, std::vector<float>{1, 2, 3});
  cpu.write(b, std::vector<float>{4, 5, 6});
  cpu.write(c, std::vector<float>{0, 0, 0});
  const auto handle = cpu.prepare({"swap", {a}, {{a, b}, {b, a}, {c, a + b * 10.0}}});
  cpu.run(handle);
  EXPECT_EQ(cpu.read(a), (std::vector<float>{4, 5, 6}));
  EXPECT_EQ(cpu.read(b), (std::vector<float>{1, 2, 3}));
  EXPECT_EQ(cpu.read(c), (std::vector<float>{41, 52, 63}));
  EXPECT_EQ(cpu.output(handle, 0), (std::vector<float>{1, 2, 3})) << "an output is the old value";
}

// A training step of a small network under a rule.
struct Training {
  explicit Training(Graph& graph, const char* rule) {
    const Value seed = graph.variable("seed", graph.index_constant(3));
    const Value step = graph.variable("step", graph.constant(0));
    nn::Parameters parameters{graph, seed, {}};
    const nn::Mlp mlp(parameters, "net", {4, 40, 40, 1}, "tanh");
    const Value x = random_normal(graph, {300, 4}, seed, to_index(step));
    const Value loss = mean(square(mlp(x) - sum(x * x, {1}) * 0.1));
    const auto number = [&](double value) { return graph.constant(value); };
    nn::Optimiser optimiser{rule,         "exponential", number(0.01),  number(0.9),
                            number(0.9),  number(0.9),   number(0.999), number(1e-8),
                            number(1e-4), number(1),     number(100),   number(0.9)};
    procedure = {"train", {loss}, {{step, step + 1.0}}};
    nn::descend(procedure, optimiser, step, parameters.values, gradients(loss, parameters.values));
    variables.push_back(seed);
    for (const NodeId id : graph.variables()) variables.emplace_back(graph, id);
  }
  Procedure procedure;
  std::vector<Value> variables;
};

TEST_F(CompileTest, ARunAllocatesNothing) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the sanitizer owns malloc";
#else
  const Training training(graph, "adam");
  Cpu cpu(graph);
  cpu.initialise(graph, {training.variables.front()});
  cpu.initialise(graph, training.variables);
  const auto handle = cpu.prepare(training.procedure);
  cpu.run(handle);
  counting = true;
  allocations = 0;
  cpu.run(handle, 20);
  counting = false;
  EXPECT_EQ(allocations, 0);
#endif
}

TEST_F(CompileTest, ParametersAreUpdatedInPlace) {
  const Training training(graph, "adam");
  const Program program = compile(graph, training.procedure);
  const std::string text = print(graph, program);
  for (const Kernel& each : program.kernels) {
    const auto* const map = std::get_if<kernel::Map>(&each);
    if (!map || !map->expression.code.empty()) continue;
    for (const Access& access : writes(each)) {
      EXPECT_NE(program.buffers[static_cast<std::size_t>(access.view.buffer)].kind,
                Buffer::Kind::variable)
          << "no copies back\n"
          << text;
    }
  }
  EXPECT_NE(text.find("'net.1.weight' = "), std::string::npos);
}

TEST_F(CompileTest, UpdatesFinishTheProductThatGivesTheGradient) {
  const Value x = input("x", {32, 16}), weight = input("weight", {16, 8});
  const Value step = graph.variable("step", graph.constant(0));
  nn::Optimiser adam;
  adam.rate = graph.constant(0.1), adam.beta1 = graph.constant(0.9);
  adam.beta2 = graph.constant(0.99), adam.epsilon = graph.constant(1e-8);
  const Value loss = sum(square(tanh(matmul(x, weight))));
  Procedure procedure{"train", {loss}, {}};
  nn::descend(procedure, adam, step, {weight}, gradients(loss, {weight}));
  const Program program = compile(graph, procedure);
  int updated = 0;
  for (const Kernel& kernel : program.kernels) {
    for (const Access& access : writes(kernel)) {
      const auto& buffer = program.buffers[static_cast<std::size_t>(access.view.buffer)];
      if (buffer.kind != Buffer::Kind::variable) continue;
      EXPECT_TRUE(std::holds_alternative<kernel::Gemm>(kernel)) << print(graph, program);
      ++updated;
    }
  }
  EXPECT_EQ(updated, 3) << "the weight and its two moments\n" << print(graph, program);
}

TEST_F(CompileTest, CheapDerivativesAreNotStored) {
  const Value x = input("x", {32, 16}), v = input("v", {16, 24}), w = input("w", {24, 8});
  const Value y = tanh(matmul(tanh(matmul(x, v)), w));
  const Program program = compile(graph, {"p", gradients(sum(y * y), {v, w}), {}});
  // 1 − y² is in the kernels that multiply by it.
  EXPECT_EQ(count<kernel::Map>(program), 0) << print(graph, program);
  const std::string text = print(graph, program);
  EXPECT_EQ(text.find("= subtract(1"), std::string::npos) << text;
  EXPECT_NE(text.find("subtract(1"), std::string::npos) << text;
}

TEST_F(CompileTest, AConvolutionIsOneProduct) {
  const Value x = input("x", {2, 9, 8, 3}), seed = graph.index_constant(1);
  nn::Parameters parameters{graph, seed, {}};
  const nn::Convolution layer(parameters, "layer", {3, 5, 3, 2, 0, "relu"});
  const Program program = compile(graph, {"p", {layer(x)}, {}});
  // The other kernel hands the result out.
  ASSERT_EQ(program.kernels.size(), 2u) << print(graph, program);
  const BufferView& patches = std::get<kernel::Gemm>(program.kernels[0]).a.view;
  EXPECT_EQ(program.buffers[static_cast<std::size_t>(patches.buffer)].source, x.id());
}

TEST(Optimiser, EveryRuleLowersTheLoss) {
  for (const auto& [rule, settings] : nn::rules()) {
    Graph graph;
    const Training training(graph, rule);
    Cpu cpu(graph);
    cpu.initialise(graph, {training.variables.front()});
    cpu.initialise(graph, training.variables);
    const auto handle = cpu.prepare(training.procedure);
    cpu.run(handle);
    const float first = cpu.output(handle, 0)[0];
    cpu.run(handle, 200);
    EXPECT_LT(cpu.output(handle, 0)[0], 0.7f * first) << rule;
  }
}

TEST(Optimiser, AdamIsItsRecurrence) {
  Graph graph;
  const Value theta = graph.variable("theta", graph.constant(2)),
              step = graph.variable("step", graph.constant(0));
  const auto number = [&](double value) { return graph.constant(value); };
  nn::Optimiser adam;
  adam.rate = number(0.1), adam.beta1 = number(0.8), adam.beta2 = number(0.95),
  adam.epsilon = number(1e-3);
  adam.weight_decay = number(0.01);
  adam.decayed = {theta};
  Procedure procedure{"adam", {}, {{step, step + 1.0}}};
  nn::descend(procedure, adam, step, {theta}, gradients(theta * theta * theta, {theta}));
  Cpu cpu(graph);
  std::vector<Value> all;
  for (const NodeId id : graph.variables()) all.emplace_back(graph, id);
  cpu.initialise(graph, all);
  const auto handle = cpu.prepare(procedure);
  double x = 2, m = 0, v = 0;
  for (int t = 1; t <= 12; ++t) {
    cpu.run(handle);
    const double g = 3 * x * x;
    m = 0.8 * m + 0.2 * g;
    v = 0.95 * v + 0.05 * g * g;
    x -= 0.1 *
         (m / (1 - std::pow(0.8, t)) / (std::sqrt(v / (1 - std::pow(0.95, t))) + 1e-3) + 0.01 * x);
    EXPECT_NEAR(static_cast<double>(cpu.read(theta)[0]), x, 1e-5 * t);
  }
}

TEST(Graph, MistakesNameTheOpAndTheShapes) {
  Graph graph;
  const Value a = graph.constant(0, {3, 4}), b = graph.constant(0, {5, 6});
  const auto message = [](const auto& build) {
    try {
      build();
    } catch (const GraphError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(message([&] { (void)(a + b); }), "add: shapes [3, 4] and [5, 6] do not broadcast");
  EXPECT_EQ(message([&] { (void)matmul(a, b); }), "matmul: [3, 4] and [5, 6] do not multiply");
  EXPECT_EQ(message([&] {
              (void)matmul(graph.constant(0, {2, 3, 4}), graph.constant(0, {3, 4, 2}));
            }),
            "matmul: [2, 3, 4] and [3, 4, 2] do not multiply");
  EXPECT_NE(message([&] {
              (void)matmul(graph.constant(0, {2, 3, 4}), graph.constant(0, {4, 2}));
            }),
            "");
  EXPECT_NE(message([&] { (void)matmul(graph.constant(0, {3}), graph.constant(0, {3})); }), "");
  EXPECT_NE(message([&] { (void)slice(a, 1, 2, 3); }), "");
  // An op that is new, and has no rule yet.
  Node strange;
  strange.op = static_cast<Op>(250);
  const Value x = graph.variable("x", graph.constant(1));
  strange.inputs = {x.id()};
  const Value y = graph.add(strange);
  EXPECT_EQ(message([&] { (void)gradients(y, {x}); }),
            "gradients: the op '?' has no gradient rule");
  EXPECT_NE(message([&] { (void)gather(a, b); }), "");
}

}  // namespace
}  // namespace lab
