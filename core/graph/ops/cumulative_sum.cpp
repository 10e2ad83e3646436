#include "core/graph/ops/op.hpp"

namespace lab {

using namespace ops;

Value cumulative_sum(Value a, std::size_t axis, bool reverse) {
  require_type(Op::cumulative_sum, a, Type::real);
  Node node = node_of(Op::cumulative_sum, Type::real, a.shape(), {a});
  node.axes = checked_axes(Op::cumulative_sum, a, {static_cast<Extent>(axis)});
  node.reverse = reverse;
  return a.graph().add(std::move(node));
}

const Rules ops::cumulative_sum_rules{
    .gradient = [](Value y, Value g) -> std::vector<Value> {
      const Node& node = y.node();
      return {cumulative_sum(g, static_cast<std::size_t>(node.axes.front()), !node.reverse)};
    },
    .evaluate =
        [](const Node& node, const Operands& operands) {
          Tensor out = *operands[0];
          const auto axis = static_cast<std::size_t>(node.axes[0]);
          const std::size_t count = out.real.size();
          for (std::size_t i = 0; i < count; ++i) {
            // In reverse the flat index runs backwards, so the neighbour is summed already.
            const std::size_t flat = node.reverse ? count - 1 - i : i;
            Shape at = coordinates(flat, node.shape);
            at[axis] += node.reverse ? 1 : -1;
            if (at[axis] < 0 || at[axis] >= node.shape[axis]) continue;
            out.real[flat] += out.real[flat_index(at, node.shape)];
          }
          return out;
        },
};

}  // namespace lab
