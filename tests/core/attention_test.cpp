// Attention to earlier sites against a plain loop; its gradients; what it must not know.
#include "core/nn/attention.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/execute/cpu/cpu.hpp"
#include "core/execute/reference/reference.hpp"

namespace lab {
namespace {

constexpr Extent batch = 2, sites = 7, heads = 3, of_key = 4, of_value = 2;

std::vector<float> numbers(Extent count, std::uint32_t state) {
  std::vector<float> all;
  for (Extent i = 0; i < count; ++i) {
    state = state * 1664525u + 1013904223u;
    all.push_back(3 * (static_cast<float>(state >> 8) / 8388608.f - 1));
  }
  return all;
}

struct Case {
  Graph graph;
  Value queries = input("queries", of_key), keys = input("keys", of_key),
        values = input("values", of_value);
  Value heard = nn::causal_attention(queries, keys, values, heads);

  Value input(const char* name, Extent each) {
    return graph.variable(name, graph.constant(0, {batch, sites, heads * each}));
  }
  template <class Executor>
  void fill(Executor& executor) {
    executor.initialise(graph, {queries, keys, values});
    std::uint32_t start = 5;
    for (const Value each : {queries, keys, values}) {
      executor.write(each, numbers(size_of(each.shape()), start += 11));
    }
  }
};

// Of each site, head and number, in double.
std::vector<double> plainly() {
  const std::vector<float> q = numbers(batch * sites * heads * of_key, 16),
                           k = numbers(batch * sites * heads * of_key, 27),
                           v = numbers(batch * sites * heads * of_value, 38);
  std::vector<double> heard(static_cast<std::size_t>(batch * sites * heads * of_value), 0);
  const auto at = [](Extent row, Extent site, Extent head, Extent each, Extent i) {
    return static_cast<std::size_t>(((row * sites + site) * heads + head) * each + i);
  };
  for (Extent row = 0; row < batch; ++row) {
    for (Extent head = 0; head < heads; ++head) {
      for (Extent i = 1; i < sites; ++i) {
        std::vector<double> weights;
        double total = 0;
        for (Extent j = 0; j < i; ++j) {
          double product = 0;
          for (Extent c = 0; c < of_key; ++c) {
            product += static_cast<double>(q[at(row, i, head, of_key, c)]) *
                       static_cast<double>(k[at(row, j, head, of_key, c)]);
          }
          weights.push_back(std::exp(product / std::sqrt(static_cast<double>(of_key))));
          total += weights.back();
        }
        for (Extent j = 0; j < i; ++j) {
          for (Extent c = 0; c < of_value; ++c) {
            heard[at(row, i, head, of_value, c)] +=
                weights[static_cast<std::size_t>(j)] / total *
                static_cast<double>(v[at(row, j, head, of_value, c)]);
          }
        }
      }
    }
  }
  return heard;
}

TEST(Attention, IsThatOfAPlainLoop) {
  Case of;
  Reference reference(of.graph);
  Cpu cpu(of.graph);
  of.fill(reference);
  of.fill(cpu);
  const auto plain = reference.prepare({"heard", {of.heard}, {}}),
             fast = cpu.prepare({"heard", {of.heard}, {}});
  reference.run(plain);
  cpu.run(fast);
  const std::vector<double> expected = plainly();
  const std::vector<float> exact = reference.output(plain, 0), found = cpu.output(fast, 0);
  ASSERT_EQ(exact.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(static_cast<double>(exact[i]), expected[i], 1e-6);
    EXPECT_NEAR(static_cast<double>(found[i]), expected[i], 1e-5);
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(heads * of_value); ++i) {
    EXPECT_EQ(exact[i], 0);
    EXPECT_EQ(found[i], 0);
  }
}

// Logits that would overflow are no matter.
TEST(Attention, BearsLargeLogits) {
  Case of;
  Cpu cpu(of.graph);
  of.fill(cpu);
  std::vector<float> large = numbers(size_of(of.queries.shape()), 3);
  for (float& each : large) each *= 1e4f;
  cpu.write(of.queries, large);
  const Value slope = gradients(sum(of.heard), {of.keys}).front();
  const auto handle = cpu.prepare({"heard", {of.heard, slope}, {}});
  cpu.run(handle);
  for (const std::size_t which : {0, 1}) {
    for (const float each : cpu.output(handle, which)) EXPECT_TRUE(std::isfinite(each));
  }
}

// ∂ heard(i)/∂ keys(j), ∂ values(j): by differences, and none for j ≥ i.
TEST(Attention, GradientsAreThoseByDifferences) {
  Case of;
  Graph& g = of.graph;
  std::vector<double> weights;
  for (Extent i = 0; i < size_of(of.heard.shape()); ++i) weights.push_back(1 + 0.1 * (i * i % 5));
  const Value site = g.variable("site", g.index_constant(0));
  const Value here = reshape(index_equal(iota(g, sites), site), {1, sites, 1});
  const Value target = sum(of.heard * here * g.constant(weights, of.heard.shape()));
  const std::vector<Value> inputs{of.queries, of.keys, of.values};
  const std::vector<Value> slopes = gradients(target, inputs);
  Reference reference(g);
  of.fill(reference);
  reference.initialise(g, {site});
  const auto handle = reference.prepare({"slopes", {target, slopes[0], slopes[1], slopes[2]}, {}});
  const double step = 1e-5;
  for (const std::uint32_t i : {0u, 1u, 4u, 6u}) {
    reference.write_index(site, std::span(&i, 1));
    for (std::size_t which = 0; which < 3; ++which) {
      reference.run(handle);
      const std::vector<double> slope = reference.exact_output(handle, 1 + which);
      const auto each = static_cast<std::size_t>(inputs[which].extent(2));
      for (std::size_t at = 0; at < slope.size(); ++at) {
        const std::size_t j = at / each % static_cast<std::size_t>(sites);
        if (which == 0 ? j != i : j >= i) {
          EXPECT_EQ(slope[at], 0) << which << ' ' << i << ' ' << j;
          continue;
        }
        double& number = reference.exact_variable(inputs[which])[at];
        const double before = number;
        double ends[2];
        for (const int side : {0, 1}) {
          number = side == 0 ? before - step : before + step;
          reference.run(handle);
          ends[side] = reference.exact_output(handle, 0).front();
        }
        number = before;
        const double expected = (ends[1] - ends[0]) / (2 * step);
        EXPECT_NEAR(slope[at], expected, 1e-6 * (1 + std::abs(expected)));
      }
    }
  }
}

}  // namespace
}  // namespace lab
