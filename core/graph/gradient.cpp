// Gradients as graph: for each op, the rule that turns the gradient of its result into those of
// its operands, written with the same builders, hence differentiable again.
#include <algorithm>
#include <optional>

#include "core/graph/graph.hpp"

namespace lab {

namespace {

// The derivative that vanishes; the elementwise table spells it `none`.
const Value none;

std::vector<Value> elementwise_rule(Op op, Value a, Value b, Value c, Value y, Value g) {
  (void)a, (void)b, (void)c, (void)y, (void)g;
  switch (op) {
#define LAB_ROW(name, signature, cpp, wgsl, cuda, ...) \
  case Op::name: return {__VA_ARGS__};
    LAB_ELEMENTWISE_OPS(LAB_ROW)
#undef LAB_ROW
    default: return {};
  }
}

// Sums g over what broadcasting repeated.
Value undo_broadcast(Value g, const Shape& shape) {
  Shape axes;
  const std::size_t lead = g.shape().size() - shape.size();
  for (std::size_t axis = 0; axis < g.shape().size(); ++axis) {
    if (axis < lead || (shape[axis - lead] == 1 && g.extent(axis) != 1)) {
      axes.push_back(static_cast<Extent>(axis));
    }
  }
  return reshape(sum(g, axes), shape);
}

// g, shaped as the reduced operand a: the reduced axes put back and repeated.
Value undo_reduction(Value g, Value a, const Shape& axes) {
  Shape kept = a.shape();
  for (const Extent axis : axes) kept[static_cast<std::size_t>(axis)] = 1;
  return broadcast(reshape(g, kept), a.shape());
}

Value matmul_gradient(Value g, Value other, bool self_is_a, bool self_transposed,
                      bool other_transposed) {
  // y = op(a)·op(b): d op(a) = g·op(b)ᵀ, d op(b) = op(a)ᵀ·g; a transposed operand's gradient is
  // the transpose, written as the product in the other order.
  if (self_is_a) {
    return self_transposed ? matmul(other, g, other_transposed, true)
                           : matmul(g, other, false, !other_transposed);
  }
  return self_transposed ? matmul(g, other, true, other_transposed)
                         : matmul(other, g, !other_transposed, false);
}

// Gradients of the operands of y, `none` where the derivative vanishes; nothing at all for an op
// that has no rule.
std::vector<Value> rule(Value y, Value g) {
  Graph& graph = y.graph();
  const Node node = y.node();  // a copy: the graph grows below
  const auto operand = [&](std::size_t i) {
    return i < node.inputs.size() ? Value(graph, node.inputs[i]) : Value();
  };
  if (is_elementwise(node.op)) {
    return elementwise_rule(node.op, operand(0), operand(1), operand(2), y, g);
  }
  const Value a = operand(0);
  switch (node.op) {
    case Op::broadcast: return {undo_broadcast(g, a.shape())};
    case Op::reshape: return {reshape(g, a.shape())};
    case Op::transpose: {
      Shape inverse(node.axes.size());
      for (std::size_t i = 0; i < inverse.size(); ++i) {
        inverse[static_cast<std::size_t>(node.axes[i])] = static_cast<Extent>(i);
      }
      return {transpose(g, inverse)};
    }
    case Op::slice: return {embed(g, a.shape(), node.starts, node.steps)};
    case Op::embed: return {slice(g, node.starts, a.shape(), node.steps)};
    case Op::windows: return {overlap_add(g, a.extent(1), a.extent(2), node.steps[0])};
    case Op::overlap_add: return {windows(g, a.extent(3), a.extent(4), node.steps[0])};
    case Op::concatenate: {
      std::vector<Value> parts;
      const auto axis = static_cast<std::size_t>(node.axes.front());
      Extent start = 0;
      for (const NodeId id : node.inputs) {
        const Extent count = graph.node(id).shape[axis];
        parts.push_back(slice(g, axis, start, count));
        start += count;
      }
      return parts;
    }
    case Op::matmul: {
      const Value b = operand(1);
      return {matmul_gradient(g, b, true, node.transpose_a, node.transpose_b),
              matmul_gradient(g, a, false, node.transpose_b, node.transpose_a)};
    }
    case Op::sum: return {undo_reduction(g, a, node.axes)};
    case Op::max: {
      // Shared evenly where several operands are largest.
      const Value hit = equal(a, undo_reduction(y, a, node.axes));
      const Value hits = undo_reduction(sum(hit, node.axes), a, node.axes);
      return {undo_reduction(g, a, node.axes) * hit / hits};
    }
    case Op::cumulative_sum:
      return {cumulative_sum(g, static_cast<std::size_t>(node.axes.front()), !node.reverse)};
    case Op::gather: return {scatter_add(a.extent(0), operand(1), g), none};
    case Op::scatter_add: return {none, gather(g, a)};
    case Op::argmax:
    case Op::stop_gradient:
    case Op::random_uniform:
    case Op::random_normal:
    case Op::random_permutation: return std::vector<Value>(node.inputs.size());
    default: return {};
  }
}

}  // namespace

std::vector<Value> gradients(Value target, const std::vector<Value>& wrt) {
  if (!target.shape().empty() || target.type() != Type::real) {
    throw GraphError("gradients: the target must be a real scalar, its shape is " +
                     to_string(target.shape()));
  }
  Graph& graph = target.graph();
  const auto count = static_cast<std::size_t>(target.id()) + 1;

  // Only nodes that lead from wrt to the target carry a gradient.
  std::vector<char> depends(count, 0);
  for (const Value value : wrt) {
    if (value.id() <= target.id()) depends[static_cast<std::size_t>(value.id())] = 1;
  }
  for (std::size_t id = 0; id < count; ++id) {
    const Node& node = graph.node(static_cast<NodeId>(id));
    if (node.op == Op::stop_gradient || node.type == Type::index) continue;
    for (const NodeId input : node.inputs) {
      depends[id] |= depends[static_cast<std::size_t>(input)];
    }
  }

  std::vector<Value> gradient(count);
  gradient.back() = graph.constant(1);
  for (std::size_t id = count; id-- > 0;) {
    if (!gradient[id] || !depends[id]) continue;
    const Value y(graph, static_cast<NodeId>(id));
    const std::vector<NodeId> inputs = y.node().inputs;
    const std::vector<Value> parts = rule(y, gradient[id]);
    if (parts.size() != inputs.size()) {
      throw GraphError("gradients: the op '" + std::string(name_of(y.node().op)) +
                       "' has no gradient rule");
    }
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const auto input = static_cast<std::size_t>(inputs[i]);
      if (!parts[i] || !depends[input]) continue;
      gradient[input] = gradient[input] ? gradient[input] + parts[i] : parts[i];
    }
  }

  std::vector<Value> result;
  for (const Value value : wrt) {
    const auto id = static_cast<std::size_t>(value.id());
    const bool reached = id < count && gradient[id];
    result.push_back(reached ? gradient[id] : zeros_like(value));
  }
  return result;
}

}  // namespace lab
