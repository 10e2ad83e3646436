// Numbers drawn by counters (core/graph/random.hpp): uniform, normal, Bernoulli, and an order of
// elements.
#include "core/graph/random.hpp"

#include <cmath>

#include "core/graph/ops/op.hpp"

namespace lab {

using namespace ops;

namespace {

Value draw(Op op, Graph& graph, Shape shape, Value seed, Value counter) {
  require_scalar_index(op, seed, "the seed");
  require_scalar_index(op, counter, "the counter");
  Node node = node_of(op, Type::real, std::move(shape), {seed, counter});
  node.stream = graph.next_stream();
  return graph.add(std::move(node));
}

// Philox's words of the block that holds element i.
std::array<std::uint32_t, 4> words(const Node& node, const Operands& operands, random::Kind kind,
                                   std::size_t i) {
  return random::block(static_cast<std::uint32_t>(i / 4), node.stream, operands[1]->index[0], kind,
                       operands[0]->index[0]);
}

}  // namespace

Value random_uniform(Graph& graph, Shape shape, Value seed, Value counter) {
  return draw(Op::random_uniform, graph, std::move(shape), seed, counter);
}

Value random_normal(Graph& graph, Shape shape, Value seed, Value counter) {
  return draw(Op::random_normal, graph, std::move(shape), seed, counter);
}

Value random_bernoulli(Value p, Value seed, Value counter) {
  return random_uniform(p.graph(), p.shape(), seed, counter) < p;
}

Value random_permutation(Value positions, Extent count, Value seed) {
  require_type(Op::random_permutation, positions, Type::index);
  require_scalar_index(Op::random_permutation, seed, "the seed");
  if (count < 1) fail(Op::random_permutation, "there must be at least one element to order");
  Node node = node_of(Op::random_permutation, Type::index, positions.shape(), {positions, seed});
  node.starts = {count};
  node.stream = positions.graph().next_stream();
  return positions.graph().add(std::move(node));
}

const Rules ops::random_uniform_rules{
    .gradient = vanishes,
    .evaluate =
        [](const Node& node, const Operands& operands) {
          Tensor out;
          for (std::size_t i = 0; i < count_of(node.shape); ++i) {
            const auto block = words(node, operands, random::Kind::uniform, i);
            out.real.push_back(random::to_unit<double>(block[i % 4]));
          }
          return out;
        },
    .folded = false,
};

const Rules ops::random_normal_rules{
    .gradient = vanishes,
    .evaluate =
        [](const Node& node, const Operands& operands) {
          Tensor out;
          for (std::size_t i = 0; i < count_of(node.shape); ++i) {
            const auto block = words(node, operands, random::Kind::normal, i);
            // Box and Muller: words 0, 1 give elements 0, 1; words 2, 3 give elements 2, 3.
            const std::size_t pair = i % 4 / 2 * 2;
            const double radius = std::sqrt(-2 * std::log(random::to_unit<double>(block[pair])));
            const double angle = 6.283185307179586 * random::to_unit<double>(block[pair + 1]);
            out.real.push_back(radius * (i % 2 == 0 ? std::cos(angle) : std::sin(angle)));
          }
          return out;
        },
    .folded = false,
};

const Rules ops::random_permutation_rules{
    .gradient = vanishes,
    .evaluate =
        [](const Node& node, const Operands& operands) {
          Tensor out;
          const auto size = static_cast<std::uint32_t>(node.starts[0]);
          for (const std::uint32_t position : operands[0]->index) {
            const random::Permutation order(size, node.stream, position / size,
                                            operands[1]->index[0]);
            out.index.push_back(order(position % size));
          }
          return out;
        },
    .folded = false,
};

}  // namespace lab
