#include <limits>

#include "core/graph/ops/op.hpp"

namespace lab {

using namespace ops;

Value argmax(Value a, std::size_t axis) {
  require_type(Op::argmax, a, Type::real);
  Shape axes = checked_axes(Op::argmax, a, {static_cast<Extent>(axis)});
  Node node = node_of(Op::argmax, Type::index, without_axes(a.shape(), axes), {a});
  node.axes = std::move(axes);
  return a.graph().add(std::move(node));
}

const Rules ops::argmax_rules{
    .gradient = vanishes,
    .evaluate =
        [](const Node& node, const Operands& operands) {
          const Tensor& a = *operands[0];
          const auto axis = static_cast<std::size_t>(node.axes[0]);
          Tensor out;
          out.index.assign(count_of(node.shape), 0);
          std::vector<double> largest(out.index.size(), -std::numeric_limits<double>::infinity());
          for (std::size_t i = 0; i < a.real.size(); ++i) {
            const Shape at = coordinates(i, a.shape);
            const std::size_t to = flat_index(without_axes(at, node.axes), node.shape);
            if (a.real[i] > largest[to]) {
              largest[to] = a.real[i];
              out.index[to] = static_cast<std::uint32_t>(at[axis]);
            }
          }
          return out;
        },
};

}  // namespace lab
