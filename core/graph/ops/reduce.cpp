// sum and max over axes, and what is made of them: mean, log_sum_exp.
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/graph/ops/op.hpp"

namespace lab {

using namespace ops;

namespace {

Value reduction(Op op, Value a, Shape axes) {
  require_type(op, a, Type::real);
  axes = checked_axes(op, a, std::move(axes));
  if (axes.empty()) return a;
  Node node = node_of(op, Type::real, without_axes(a.shape(), axes), {a});
  node.axes = std::move(axes);
  return a.graph().add(std::move(node));
}

// g, shaped as the reduced operand a: the reduced axes put back and repeated.
Value undo_reduction(Value g, Value a, const Shape& axes) {
  Shape kept = a.shape();
  for (const Extent axis : axes) kept[static_cast<std::size_t>(axis)] = 1;
  return broadcast(reshape(g, kept), a.shape());
}

template <class Combine>
Tensor reduced(const Node& node, const Tensor& operand, double identity, Combine combine) {
  Tensor out;
  out.real.assign(count_of(node.shape), identity);
  for (std::size_t i = 0; i < operand.real.size(); ++i) {
    const Shape kept = without_axes(coordinates(i, operand.shape), node.axes);
    combine(out.real[flat_index(kept, node.shape)], operand.real[i]);
  }
  return out;
}

}  // namespace

Value sum(Value a, Shape axes) { return reduction(Op::sum, a, std::move(axes)); }
Value sum(Value a) { return sum(a, all_axes(a)); }

Value mean(Value a, Shape axes) {
  const Value total = sum(a, std::move(axes));
  const Extent count = size_of(a.shape()) / std::max<Extent>(1, size_of(total.shape()));
  return total * (1.0 / static_cast<double>(std::max<Extent>(1, count)));
}
Value mean(Value a) { return mean(a, all_axes(a)); }

Value max(Value a, Shape axes) { return reduction(Op::max, a, std::move(axes)); }
Value max(Value a) { return max(a, all_axes(a)); }

Value log_sum_exp(Value a, Shape axes) {
  axes = checked_axes(Op::max, a, std::move(axes));
  Shape kept = a.shape();
  for (const Extent axis : axes) kept[static_cast<std::size_t>(axis)] = 1;
  // Any shift is right; the largest operand keeps exp in range, unless it is infinite itself.
  const Value largest = stop_gradient(max(a, axes));
  const double limit = std::numeric_limits<float>::max();
  const Value shift = minimum(maximum(largest, -limit), limit);
  return shift + log(sum(exp(a - reshape(shift, kept)), axes));
}
Value log_sum_exp(Value a) { return log_sum_exp(a, all_axes(a)); }

const Rules ops::sum_rules{
    .gradient = [](Value y, Value g) -> std::vector<Value> {
      return {undo_reduction(g, operand(y, 0), y.node().axes)};
    },
    .evaluate =
        [](const Node& node, const Operands& operands) {
          return reduced(node, *operands[0], 0, [](double& total, double x) { total += x; });
        },
};

const Rules ops::max_rules{
    // Shared evenly where several operands are largest.
    .gradient = [](Value y, Value g) -> std::vector<Value> {
      const Value a = operand(y, 0);
      const Shape& axes = y.node().axes;
      const Value hit = equal(a, undo_reduction(y, a, axes));
      const Value hits = undo_reduction(sum(hit, axes), a, axes);
      return {undo_reduction(g, a, axes) * hit / hits};
    },
    .evaluate =
        [](const Node& node, const Operands& operands) {
          return reduced(node, *operands[0], -std::numeric_limits<double>::infinity(),
                         [](double& largest, double x) {
                           if (!(largest > x || std::isnan(largest))) largest = x;
                         });
        },
};

}  // namespace lab
