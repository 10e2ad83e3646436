// What `lab debug` finds.
#include "core/execute/debug.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/execute/reference/reference.hpp"

namespace lab::debug {
namespace {

struct Debug : testing::Test {
  std::optional<NonNumber> run(const Procedure& procedure) {
    return run_to_non_number(cpu, cpu.prepare(procedure), graph);
  }

  Graph graph;
  Cpu cpu{graph};
};

TEST_F(Debug, TheFirstKernelThatWritesNoNumberIsNamed) {
  const Value x = graph.variable("x", graph.constant(1, {4})),
              w = graph.variable("w", graph.constant(2, {4, 3}));
  const Value y = sum(matmul(reshape(log(x), {1, 4}), w));
  cpu.initialise(graph, {x, w});
  const auto handle = cpu.prepare({"p", {y}, {{x, x - 1.0}}});
  EXPECT_FALSE(run_to_non_number(cpu, handle, graph));
  EXPECT_EQ(cpu.output(handle, 0), std::vector<float>{0});
  const auto found = run_to_non_number(cpu, handle, graph);
  ASSERT_TRUE(found);
  EXPECT_NE(found->text.find("log('x')"), std::string::npos) << found->text;
  ASSERT_EQ(found->operands.size(), 1u);
  EXPECT_EQ(found->operands[0].name, "'x'");
  EXPECT_EQ(to_string(found->operands[0].range), "0 … 0 (4 elements)");
  ASSERT_EQ(found->results.size(), 1u);
  EXPECT_EQ(to_string(found->results[0].range), "no number (4 elements, 4 infinite)");
}

TEST_F(Debug, OperandsAreShownAsTheyWereBeforeTheKernel) {
  const Value x = graph.variable("x", graph.constant(1, {3}));
  cpu.write(x, std::vector<float>{0, 2, -4});
  const auto found = run({"p", {}, {{x, 1.0 / x}}});
  ASSERT_TRUE(found);
  EXPECT_EQ(to_string(found->operands.at(0).range), "-4 … 2 (3 elements)");
  EXPECT_EQ(to_string(found->results.at(0).range), "-0.25 … 0.5 (3 elements, 1 infinite)");
}

TEST_F(Debug, IndicesAreNoFloats) {
  const Value n = graph.variable("n", graph.index_constant(0xfffffffeu));
  cpu.initialise(graph, {n});
  EXPECT_FALSE(run({"p", {n}, {{n, index_add(n, graph.index_constant(1))}}}));
  EXPECT_EQ(cpu.read_index(n), std::vector<std::uint32_t>{0xffffffffu});
}

TEST_F(Debug, ExecutorsAreComparedValueByValue) {
  const Value x = graph.variable("x", graph.constant(0.5, {2, 3})),
              w = graph.variable("w", graph.constant(0.5, {3}));
  const Value y = tanh(x) + exp(3.0 * (x * w));
  const Procedure procedure{"p", {sum(y)}, {{w, w - 0.1 * sum(y, {0})}}};
  Reference reference(graph);
  for (Executor* each : {static_cast<Executor*>(&cpu), static_cast<Executor*>(&reference)}) {
    each->initialise(graph, {x, w});
  }
  const Comparison same = compare(graph, procedure, cpu, reference, 1e-5);
  EXPECT_GT(same.values, 5u);
  EXPECT_TRUE(same.found.empty());
  EXPECT_EQ(cpu.read(w), (std::vector<float>{0.5, 0.5, 0.5})) << "nothing is trained";

  reference.write(w, std::vector<float>{0.5, 0.6f, 0.5});
  const Comparison other = compare(graph, procedure, cpu, reference, 1e-5);
  ASSERT_GT(other.found.size(), 4u);
  const Disagreement& first = other.found.front();
  EXPECT_NE(first.node.find("= broadcast"), std::string::npos) << first.node;
  EXPECT_EQ(first.element, 1u);
  EXPECT_EQ(first.value, 0.5f);
  EXPECT_EQ(first.against, 0.6f);
  EXPECT_NEAR(first.error, 0.1 / 1.6, 1e-6);
  // Both results, the objective and the next w.
  EXPECT_EQ(std::count_if(other.found.begin(), other.found.end(),
                          [](const Disagreement& each) { return each.fused; }),
            2);
}

}  // namespace
}  // namespace lab::debug
