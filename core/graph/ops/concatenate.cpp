#include "core/graph/ops/op.hpp"

namespace lab {

using namespace ops;

Value concatenate(const std::vector<Value>& parts, std::size_t axis) {
  if (parts.empty()) throw GraphError("concatenate: there is nothing to join");
  if (parts.size() == 1) return parts.front();
  Node node = node_of(Op::concatenate, parts.front().type(), parts.front().shape(), parts);
  node.axes = {static_cast<Extent>(axis)};
  if (axis >= node.shape.size()) {
    fail(node.op, "axis " + std::to_string(axis) + " is not one of " + to_string(node.shape));
  }
  Extent joined = 0;
  for (const Value part : parts) {
    require_type(node.op, part, node.type);
    Shape expected = part.shape();
    if (expected.size() == node.shape.size()) {
      joined += expected[axis];
      expected[axis] = node.shape[axis];
    }
    if (expected != node.shape) {
      fail(node.op, to_string(part.shape()) + " does not continue " + to_string(node.shape) +
                        " along axis " + std::to_string(axis));
    }
  }
  node.shape[axis] = joined;
  return parts.front().graph().add(std::move(node));
}

const Rules ops::concatenate_rules{
    .gradient = [](Value y, Value g) -> std::vector<Value> {
      std::vector<Value> parts;
      const auto axis = static_cast<std::size_t>(y.node().axes.front());
      Extent start = 0;
      for (std::size_t i = 0; i < y.node().inputs.size(); ++i) {
        const Extent count = operand(y, i).extent(axis);
        parts.push_back(slice(g, axis, start, count));
        start += count;
      }
      return parts;
    },
    .evaluate =
        [](const Node& node, const Operands& operands) {
          Tensor out;
          const auto axis = static_cast<std::size_t>(node.axes[0]);
          for (std::size_t i = 0; i < count_of(node.shape); ++i) {
            Shape at = coordinates(i, node.shape);
            std::size_t part = 0;
            while (at[axis] >= operands[part]->shape[axis]) {
              at[axis] -= operands[part++]->shape[axis];
            }
            append(out, *operands[part], flat_index(at, operands[part]->shape));
          }
          return out;
        },
};

}  // namespace lab
