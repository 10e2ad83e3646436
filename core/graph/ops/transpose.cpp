#include <algorithm>

#include "core/graph/ops/op.hpp"

namespace lab {

using namespace ops;

Value transpose(Value a, Shape axes) {
  Shape sorted = axes;
  std::sort(sorted.begin(), sorted.end());
  if (sorted != all_axes(a)) {
    fail(Op::transpose,
         "axes " + to_string(axes) + " are no order of those of " + to_string(a.shape()));
  }
  if (axes == sorted) return a;
  Node node = node_of(Op::transpose, a.type(), {}, {a});
  for (const Extent axis : axes) node.shape.push_back(a.extent(static_cast<std::size_t>(axis)));
  node.axes = std::move(axes);
  return a.graph().add(std::move(node));
}

Value transpose(Value a) {
  Shape axes = all_axes(a);
  if (axes.size() < 2) return a;
  std::swap(axes[axes.size() - 1], axes[axes.size() - 2]);
  return transpose(a, std::move(axes));
}

const Rules ops::transpose_rules{
    .gradient = [](Value y, Value g) -> std::vector<Value> {
      const Shape& axes = y.node().axes;
      Shape inverse(axes.size());
      for (std::size_t i = 0; i < inverse.size(); ++i) {
        inverse[static_cast<std::size_t>(axes[i])] = static_cast<Extent>(i);
      }
      return {transpose(g, inverse)};
    },
    .evaluate =
        [](const Node& node, const Operands& operands) {
          return rearranged(node, *operands[0], [&](const Shape& at) {
            Shape from(at.size());
            for (std::size_t i = 0; i < at.size(); ++i) {
              from[static_cast<std::size_t>(node.axes[i])] = at[i];
            }
            return from;
          });
        },
};

}  // namespace lab
