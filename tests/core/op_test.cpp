// Every op case on every executor, and its gradients by finite differences.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <set>

#include "core/execute/cpu/cpu.hpp"
#include "core/execute/reference/reference.hpp"
#include "core/graph/rules.hpp"
#include "tests/core/op_cases.hpp"

namespace lab::test {
namespace {

class OpTest : public testing::TestWithParam<OpCase> {
 protected:
  // Variables for the inputs, with values of their own.
  void SetUp() override {
    std::mt19937 generator(5);
    const OpCase& op_case = GetParam();
    std::uniform_real_distribution<float> uniform(static_cast<float>(op_case.low),
                                                  static_cast<float>(op_case.high));
    for (std::size_t i = 0; i < op_case.inputs.size(); ++i) {
      const Shape& shape = op_case.inputs[i];
      inputs_.push_back(graph_.variable("x" + std::to_string(i), graph_.constant(0, shape)));
      std::vector<float> values(static_cast<std::size_t>(size_of(shape)));
      for (float& value : values) value = uniform(generator);
      values_.push_back(values);
    }
    result_ = op_case.build(inputs_);
    // A scalar in which every element has a weight of its own.
    std::vector<double> weights;
    for (Extent i = 0; i < size_of(result_.shape()); ++i) {
      weights.push_back(std::sin(1.0 + 0.7 * static_cast<double>(i)));
    }
    target_ = sum(result_ * graph_.constant(weights, result_.shape()));
  }

  void write_inputs(Executor& executor) {
    for (std::size_t i = 0; i < inputs_.size(); ++i) executor.write(inputs_[i], values_[i]);
  }

  // Compares d target / d inputs with central differences.
  void check_gradient(Value target) {
    const std::vector<Value> gradient = gradients(target, inputs_);
    Reference reference(graph_);
    write_inputs(reference);
    const auto value = reference.prepare({"value", {target}, {}});
    const auto slope = reference.prepare({"gradient", gradient, {}});
    reference.run(slope);
    const double step = 1e-5;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      const std::vector<double> expected = reference.exact_output(slope, i);
      // A dozen elements spread over the input.
      const std::size_t stride = std::max<std::size_t>(1, expected.size() / 12);
      for (std::size_t at = 0; at < expected.size(); at += stride) {
        double& x = reference.exact_variable(inputs_[i])[at];
        const double kept = x;
        x = kept + step;
        reference.run(value);
        const double above = reference.exact_output(value, 0)[0];
        x = kept - step;
        reference.run(value);
        const double below = reference.exact_output(value, 0)[0];
        x = kept;
        const double difference = (above - below) / (2 * step);
        EXPECT_NEAR(expected[at], difference, 1e-5 * (1 + std::abs(difference)))
            << "input " << i << ", element " << at;
      }
    }
  }

  Graph graph_;
  std::vector<Value> inputs_;
  std::vector<std::vector<float>> values_;
  Value result_, target_;
};

TEST_P(OpTest, ExecutorsAgree) {
  std::vector<Value> outputs{result_};
  for (const Value gradient : gradients(target_, inputs_)) outputs.push_back(gradient);
  Reference reference(graph_);
  write_inputs(reference);
  const auto expected = reference.prepare({"case", outputs, {}});
  reference.run(expected);
  for (const cpu::Kernels* kernels : cpu::available_kernels()) {
    for (const int threads : {1, 2}) {
      Cpu cpu(graph_, threads, *kernels);
      write_inputs(cpu);
      const auto handle = cpu.prepare({"case", outputs, {}});
      cpu.run(handle, 2);
      for (std::size_t i = 0; i < outputs.size(); ++i) {
        const std::vector<float> want = reference.output(expected, i), have = cpu.output(handle, i);
        ASSERT_EQ(want.size(), have.size());
        for (std::size_t at = 0; at < want.size(); ++at) {
          // Gradients sum over more terms than results do.
          const float bound =
              GetParam().tolerance * (i == 0 ? 1.f : 8.f) * (1 + std::abs(want[at]));
          ASSERT_NEAR(want[at], have[at], bound)
              << kernels->name << ", output " << i << ", element " << at << "\n"
              << cpu.describe(handle);
        }
      }
    }
  }
}

TEST_P(OpTest, FirstGradient) {
  if (!GetParam().differentiable) GTEST_SKIP() << "has no gradient, by definition";
  check_gradient(target_);
}

TEST_P(OpTest, SecondGradient) {
  if (!GetParam().differentiable) GTEST_SKIP() << "has no gradient, by definition";
  Value norm = graph_.constant(0);
  double weight = 1;
  for (const Value gradient : gradients(target_, inputs_)) {
    norm = norm + sum(gradient * gradient) * (weight *= 0.5);
  }
  check_gradient(norm);
}

// A derivative that vanishes is a rule too: it is there, and gives nothing.
TEST_P(OpTest, EveryOpHasAGradientRuleForEachOperand) {
  for (NodeId id = 0; id <= result_.id(); ++id) {
    const Value y(graph_, id);
    if (y.type() == Type::index) continue;
    const std::vector<NodeId> inputs = y.node().inputs;
    const std::vector<Value> parts = gradients_of_operands(y, ones_like(y));
    ASSERT_EQ(parts.size(), inputs.size()) << name_of(y.node().op);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (!parts[i]) continue;
      EXPECT_EQ(parts[i].shape(), graph_.node(inputs[i]).shape) << name_of(y.node().op);
      EXPECT_EQ(graph_.node(inputs[i]).type, Type::real) << name_of(y.node().op);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, OpTest, testing::ValuesIn(op_cases()),
                         [](const testing::TestParamInfo<OpCase>& each) {
                           std::string name;
                           for (const char c : each.param.name) {
                             name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
                           }
                           return name;
                         });

TEST(Rules, AnOpHasAGradientRuleOrIsNamed) {
  for (std::size_t each = 0; each < 256; ++each) {
    const auto op = static_cast<Op>(each);
    const std::string name(name_of(op));
    EXPECT_EQ(rules_of(op).gradient != nullptr, each < op_count) << name;
    EXPECT_EQ(rules_of(op).evaluate != nullptr, each < op_count && op != Op::variable) << name;
    if (rules_of(op).gradient) continue;
    Graph graph;
    const Value x = graph.variable("x", graph.constant(1));
    Node node;
    node.op = op;
    node.inputs = {x.id()};
    try {
      gradients(graph.add(node), {x});
      ADD_FAILURE() << name;
    } catch (const GraphError& error) {
      EXPECT_EQ(std::string(error.what()), "gradients: the op '" + name + "' has no gradient rule");
    }
  }
}

TEST(OpCases, CoverEveryOp) {
  std::set<Op> covered;
  for (const OpCase& op_case : op_cases())
    covered.insert(op_case.covers.begin(), op_case.covers.end());
  for (std::size_t op = 0; op < op_count; ++op) {
    EXPECT_TRUE(covered.count(static_cast<Op>(op)))
        << name_of(static_cast<Op>(op)) << " has no case in op_cases.cpp";
  }
}

}  // namespace
}  // namespace lab::test
