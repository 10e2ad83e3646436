#include "core/graph/ops/op.hpp"

namespace lab {

using namespace ops;

Value broadcast(Value a, const Shape& shape) {
  if (a.shape() == shape) return a;
  if (a.shape().size() > shape.size() || common_shape(Op::broadcast, a.shape(), shape) != shape) {
    fail(Op::broadcast, to_string(a.shape()) + " does not broadcast to " + to_string(shape));
  }
  return a.graph().add(node_of(Op::broadcast, a.type(), shape, {a}));
}

const Rules ops::broadcast_rules{
    // Summed over what was repeated.
    .gradient = [](Value y, Value g) -> std::vector<Value> {
      const Shape& shape = operand(y, 0).shape();
      Shape axes;
      const std::size_t lead = g.shape().size() - shape.size();
      for (std::size_t axis = 0; axis < g.shape().size(); ++axis) {
        if (axis < lead || (shape[axis - lead] == 1 && g.extent(axis) != 1)) {
          axes.push_back(static_cast<Extent>(axis));
        }
      }
      return {reshape(sum(g, axes), shape)};
    },
    .evaluate =
        [](const Node& node, const Operands& operands) {
          const Shape& source = operands[0]->shape;
          return rearranged(node, *operands[0], [&](const Shape& at) {
            Shape from(source.size());
            const std::size_t lead = at.size() - source.size();
            for (std::size_t axis = 0; axis < source.size(); ++axis) {
              from[axis] = source[axis] == 1 ? 0 : at[axis + lead];
            }
            return from;
          });
        },
};

}  // namespace lab
