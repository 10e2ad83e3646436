// Every transform against mathematics: its inverse, and its Jacobian by automatic differentiation.
// A new one is a row.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "core/distributions/columns.hpp"
#include "core/distributions/coupling.hpp"
#include "core/distributions/linear.hpp"
#include "tests/core/moved_graph.hpp"

namespace lab::distributions {
namespace {

constexpr Extent rows = 20, size = 5;

struct Case {
  const char* name;
  std::function<std::unique_ptr<Transform>(MovedGraph&)> make;
};

void PrintTo(const Case& each, std::ostream* out) { *out << each.name; }

class TransformTest : public testing::TestWithParam<Case> {};

const Partition regular{{0, 2, 4}, {1, 3}}, irregular{{1, 2}, {0, 3, 4}};

auto coupled(CouplingKind kind, const Partition& partition) {
  return [=](MovedGraph& moved) {
    return coupling(moved.parameters, "coupling", kind, partition, std::vector<Extent>{10}, "tanh");
  };
}

std::unique_ptr<Transform> linear_of(MovedGraph& moved, const Matrices& matrices) {
  if (matrices.inverse.node().op == Op::variable) {
    moved.inverses.emplace_back(matrices.matrix, matrices.inverse);
  }
  return linear(matrices);
}

TEST_P(TransformTest, ComesBackAndItsDeterminantIsTheJacobians) {
  MovedGraph moved;
  const auto transform = GetParam().make(moved);
  moved.start();
  const std::vector<float> points = correlated_rows(rows, size);
  const Value x =
      moved.graph.constant(std::vector<double>(points.begin(), points.end()), {rows, size});
  const Transformed y = transform->forward(x), again = transform->inverse(y.value);
  const std::vector<float> back = moved.values_of(again.value);
  for (std::size_t i = 0; i < points.size(); ++i) ASSERT_NEAR(back[i], points[i], 1e-5);
  const std::vector<double> expected = moved.log_jacobian(y.value, x);
  const std::vector<float> log_det = moved.log_det_of(y.log_det, rows),
                           inverse_log_det = moved.log_det_of(again.log_det, rows);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double tolerance = 1e-5 * (1 + std::abs(expected[i]));
    ASSERT_NEAR(log_det[i], expected[i], tolerance);
    ASSERT_NEAR(inverse_log_det[i], -expected[i], tolerance);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, TransformTest,
    testing::Values(Case{"additive", coupled(CouplingKind::additive, regular)},
                    Case{"multiplicative", coupled(CouplingKind::multiplicative, regular)},
                    Case{"affine", coupled(CouplingKind::affine, regular)},
                    Case{"affine_of_any_columns", coupled(CouplingKind::affine, irregular)},
                    Case{"scaling",
                         [](MovedGraph& moved) {
                           return scaling(
                               moved.parameters.add("scale", moved.graph.constant(0, {size})));
                         }},
                    Case{"permutation",
                         [](MovedGraph&) {
                           return permutation({3, 0, 4, 1, 2});
                         }},
                    Case{"lu_mixing",
                         [](MovedGraph& moved) {
                           return linear_of(moved, lu_mixing(moved.parameters, "mixing", size));
                         }},
                    Case{"learnt_whitening",
                         [](MovedGraph& moved) {
                           return linear_of(moved,
                                            learnt_whitening(moved.parameters, "whitening",
                                                             correlated_rows(100, size), size));
                         }},
                    Case{"zca_whitening",
                         [](MovedGraph& moved) {
                           return linear_of(
                               moved, zca_whitening(moved.graph, correlated_rows(100, size), size));
                         }}),
    [](const testing::TestParamInfo<Case>& each) { return std::string(each.param.name); });

TEST(Columns, WhatWasJoinedComesApartWithoutComputation) {
  for (const Partition& partition : {regular, irregular}) {
    Graph graph;
    const Value a = graph.variable("a", graph.constant(0, {rows, 3})),
                b = graph.variable("b", graph.constant(0, {rows, 2}));
    const bool first = partition.kept.size() == 3;
    const Parts parts{first ? a : b, first ? b : a};
    const Value whole = join(parts, partition);
    const NodeId before = graph.size();
    const Parts same = split(whole, partition),
                swapped = split(whole, {partition.changed, partition.kept});
    EXPECT_EQ(same.kept.id(), parts.kept.id());
    EXPECT_EQ(same.changed.id(), parts.changed.id());
    EXPECT_EQ(swapped.kept.id(), parts.changed.id());
    EXPECT_EQ(swapped.changed.id(), parts.kept.id());
    EXPECT_EQ(graph.size(), before);
    const Parts other = split(whole, {{0, 1}, {2, 3, 4}});
    EXPECT_NE(other.kept.id(), parts.kept.id());
    EXPECT_NE(other.kept.id(), parts.changed.id());
  }
}

TEST(Coupling, AnUnknownKindIsAnErrorThatNamesIt) {
  try {
    (void)coupling_kind("subtractive");
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_NE(std::string(error.what()).find("'subtractive'"), std::string::npos);
  }
}

}  // namespace
}  // namespace lab::distributions
