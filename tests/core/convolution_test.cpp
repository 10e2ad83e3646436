// Convolutions against their definitions.
#include <gtest/gtest.h>

#include <random>

#include "core/execute/cpu/cpu.hpp"
#include "core/nn/convolution.hpp"

namespace lab::nn {
namespace {

std::vector<float> random_floats(const Shape& shape, unsigned seed) {
  std::mt19937 generator(seed);
  std::uniform_real_distribution<float> uniform(-1, 1);
  std::vector<float> values(static_cast<std::size_t>(size_of(shape)));
  for (float& value : values) value = uniform(generator);
  return values;
}

double dot(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  }
  return sum;
}

// y[n, i, j, o] = b[o] + Σ x[n, i·s + u − p, j·s + v − p, c] w[u, v, c, o], zero outside x.
TEST(Convolution, IsItsSum) {
  constexpr Extent images = 2, height = 7, width = 6, in = 3, out = 4, size = 3, stride = 2,
                   padding = 1;
  Graph graph;
  Parameters parameters{graph, graph.index_constant(1), {}};
  const Value x = graph.variable("x", graph.constant(0, {images, height, width, in}));
  const Convolution layer(parameters, "layer", {in, out, size, stride, padding, ""});
  const Value y = layer(x);
  const Extent rows = (height + 2 * padding - size) / stride + 1;
  const Extent columns = (width + 2 * padding - size) / stride + 1;
  ASSERT_EQ(y.shape(), (Shape{images, rows, columns, out}));
  Cpu cpu(graph);
  const Value weight = parameters.values[0], bias = parameters.values[1];
  const auto xs = random_floats(x.shape(), 1), ws = random_floats(weight.shape(), 2),
             bs = random_floats(bias.shape(), 3);
  cpu.write(x, xs), cpu.write(weight, ws), cpu.write(bias, bs);
  const auto handle = cpu.prepare({"y", {y}, {}});
  cpu.run(handle);
  const std::vector<float> ys = cpu.output(handle, 0);
  const auto at = [](const std::vector<float>& values, Extent i) {
    return static_cast<double>(values[static_cast<std::size_t>(i)]);
  };
  Extent flat = 0;
  for (Extent n = 0; n < images; ++n) {
    for (Extent i = 0; i < rows; ++i) {
      for (Extent j = 0; j < columns; ++j) {
        for (Extent o = 0; o < out; ++o, ++flat) {
          double sum = at(bs, o);
          for (Extent u = 0; u < size; ++u) {
            for (Extent v = 0; v < size; ++v) {
              const Extent row = i * stride + u - padding, column = j * stride + v - padding;
              if (row < 0 || row >= height || column < 0 || column >= width) continue;
              for (Extent c = 0; c < in; ++c) {
                sum += at(xs, ((n * height + row) * width + column) * in + c) *
                       at(ws, ((u * size + v) * in + c) * out + o);
              }
            }
          }
          ASSERT_NEAR(at(ys, flat), sum, 1e-5);
        }
      }
    }
  }
}

// ⟨conv(x), y⟩ = ⟨x, transposed(y)⟩ where one's weights are the other's, transposed.
TEST(Convolution, TransposedIsItsAdjoint) {
  constexpr Extent in = 3, out = 5, size = 4, stride = 2, padding = 1;
  Graph graph;
  Parameters parameters{graph, graph.index_constant(1), {}};
  const Value x = graph.variable("x", graph.constant(0, {2, 8, 10, in}));
  const Convolution forward(parameters, "forward", {in, out, size, stride, padding, ""});
  const TransposedConvolution back(parameters, "back", {out, in, size, stride, padding, ""});
  const Value mapped = forward(x);
  const Value y = graph.variable("y", graph.constant(0, mapped.shape()));
  const Value returned = back(y);
  ASSERT_EQ(returned.shape(), x.shape());
  Cpu cpu(graph);
  const auto xs = random_floats(x.shape(), 1), ys = random_floats(y.shape(), 2);
  const Shape shape = parameters.values[0].shape();
  const auto weights = random_floats(shape, 3);
  std::vector<float> turned(weights.size());
  for (Extent i = 0; i < shape[0]; ++i) {
    for (Extent o = 0; o < shape[1]; ++o) {
      turned[static_cast<std::size_t>(o * shape[0] + i)] =
          weights[static_cast<std::size_t>(i * shape[1] + o)];
    }
  }
  cpu.write(x, xs), cpu.write(y, ys);
  cpu.write(parameters.values[0], weights), cpu.write(parameters.values[2], turned);
  cpu.write(parameters.values[1], std::vector<float>(out, 0.f));
  cpu.write(parameters.values[3], std::vector<float>(in, 0.f));
  const auto handle = cpu.prepare({"both", {mapped, returned}, {}});
  cpu.run(handle);
  const double left = dot(cpu.output(handle, 0), ys), right = dot(xs, cpu.output(handle, 1));
  EXPECT_NEAR(left, right, 1e-4 * std::abs(left));
}

TEST(Convolution, PatchesThatDoNotFitAreToldWithTheirShapes) {
  Graph graph;
  const Value image = graph.constant(0, {1, 4, 4, 1});
  EXPECT_THROW(windows(image, 5, 3, 1), GraphError);
  EXPECT_THROW(windows(reshape(image, {4, 4}), 2, 2, 1), GraphError);
  EXPECT_THROW(overlap_add(windows(image, 2, 2, 2), 5, 9, 2), GraphError);
}

}  // namespace
}  // namespace lab::nn
