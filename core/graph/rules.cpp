#include "core/graph/rules.hpp"

#include <array>

namespace lab {

const Rules& rules_of(Op op) {
  static constexpr std::array structured{
#define LAB_ROW(name) &ops::name##_rules,
      LAB_STRUCTURED_OPS(LAB_ROW)
#undef LAB_ROW
  };
  static constexpr Rules none{};
  if (is_elementwise(op)) return elementwise_rules;
  const std::size_t row = static_cast<std::size_t>(op) - elementwise_count;
  return row < structured.size() ? *structured[row] : none;
}

std::vector<Value> gradients_of_operands(Value y, Value g) {
  const Node& node = y.node();
  const Rules& rules = rules_of(node.op);
  std::vector<Value> parts;
  if (rules.gradient) parts = rules.gradient(y, g);
  if (!rules.gradient || parts.size() != node.inputs.size()) {
    throw GraphError("gradients: the op '" + std::string(name_of(node.op)) +
                     "' has no gradient rule");
  }
  return parts;
}

Tensor evaluate(const Node& node, const Operands& operands) {
  const Rules& rules = rules_of(node.op);
  if (!rules.evaluate) {
    throw GraphError("evaluate: the op '" + std::string(name_of(node.op)) +
                     "' has no plain evaluation");
  }
  Tensor result = rules.evaluate(node, operands);
  result.shape = node.shape;
  return result;
}

}  // namespace lab
