// windows, and overlap_add, its reverse: each is the gradient of the other.
#include "core/graph/ops/op.hpp"

namespace lab {

using namespace ops;

namespace {

// How many windows of `size` lie within `whole`, `stride` apart; at least one must.
Extent window_count(Op op, Extent whole, Extent size, Extent stride) {
  if (size < 1 || size > whole || stride < 1) {
    fail(op, "windows of " + std::to_string(size) + ", " + std::to_string(stride) +
                 " apart, do not lie within " + std::to_string(whole));
  }
  return (whole - size) / stride + 1;
}

// Where an element of a patch, at (image, row, column, y, x, channel), lies in its image.
Shape in_image(const Node& node, const Shape& at) {
  const Extent stride = node.steps[0];
  return {at[0], at[1] * stride + at[3], at[2] * stride + at[4], at[5]};
}

}  // namespace

Value windows(Value a, Extent height, Extent width, Extent stride) {
  require_type(Op::windows, a, Type::real);
  const Shape& from = a.shape();
  if (from.size() != 4) {
    fail(Op::windows, "images (N, H, W, C) are needed, not " + to_string(from));
  }
  const Extent rows = window_count(Op::windows, from[1], height, stride),
               columns = window_count(Op::windows, from[2], width, stride);
  Node node =
      node_of(Op::windows, Type::real, {from[0], rows, columns, height, width, from[3]}, {a});
  node.steps = {stride};
  return a.graph().add(std::move(node));
}

Value overlap_add(Value a, Extent height, Extent width, Extent stride) {
  require_type(Op::overlap_add, a, Type::real);
  const Shape& from = a.shape();
  if (from.size() != 6) {
    fail(Op::overlap_add, "patches (N, H', W', h, w, C) are needed, not " + to_string(from));
  }
  if (window_count(Op::overlap_add, height, from[3], stride) != from[1] ||
      window_count(Op::overlap_add, width, from[4], stride) != from[2]) {
    fail(Op::overlap_add, "patches " + to_string(from) + ", " + std::to_string(stride) +
                              " apart, are not those of images of " + std::to_string(height) +
                              " by " + std::to_string(width));
  }
  Node node = node_of(Op::overlap_add, Type::real, {from[0], height, width, from[5]}, {a});
  node.steps = {stride};
  return a.graph().add(std::move(node));
}

const Rules ops::windows_rules{
    .gradient = [](Value y, Value g) -> std::vector<Value> {
      const Value a = operand(y, 0);
      return {overlap_add(g, a.extent(1), a.extent(2), y.node().steps[0])};
    },
    .evaluate =
        [](const Node& node, const Operands& operands) {
          return rearranged(node, *operands[0],
                            [&](const Shape& at) { return in_image(node, at); });
        },
};

const Rules ops::overlap_add_rules{
    .gradient = [](Value y, Value g) -> std::vector<Value> {
      const Value a = operand(y, 0);
      return {windows(g, a.extent(3), a.extent(4), y.node().steps[0])};
    },
    .evaluate =
        [](const Node& node, const Operands& operands) {
          Tensor out;
          out.real.assign(count_of(node.shape), 0.);
          for (std::size_t i = 0; i < operands[0]->real.size(); ++i) {
            const Shape at = in_image(node, coordinates(i, operands[0]->shape));
            out.real[flat_index(at, node.shape)] += operands[0]->real[i];
          }
          return out;
        },
};

}  // namespace lab
