// Gradients as graph: the rule of each op turns the gradient of its result into those of its
// operands, written with the same builders, hence differentiable again.
#include "core/graph/rules.hpp"

namespace lab {

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
    const std::vector<NodeId>& inputs = y.node().inputs;
    const std::vector<Value> parts = gradients_of_operands(y, gradient[id]);
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
