// What each op knows of itself beside its builder: its gradient, and its plain evaluation, which
// the reference executor and the folding of constants run.
#pragma once

#include "core/graph/graph.hpp"

namespace lab {

// A value's elements, row-major: `real` or `index` is filled, by its type.
struct Tensor {
  Shape shape;
  std::vector<double> real;
  std::vector<std::uint32_t> index;
};
using Operands = std::vector<const Tensor*>;

struct Rules {
  // Of y's operands, from g, the gradient of y, as new nodes; no Value where the derivative
  // vanishes almost everywhere. nullptr: there is no rule.
  std::vector<Value> (*gradient)(Value y, Value g) = nullptr;
  // The elements of `node`, one plain loop; its `shape` is left out. nullptr: nothing computes it.
  Tensor (*evaluate)(const Node& node, const Operands& operands) = nullptr;
  // Computed once and for all where all its operands are constants.
  bool folded = true;
};

// No rules at all for what is no op.
const Rules& rules_of(Op op);

// The gradients of y's operands, as many as it has. Throws GraphError where its op has no rule.
std::vector<Value> gradients_of_operands(Value y, Value g);

// The value of a node from those of its operands. Throws GraphError where nothing computes it.
Tensor evaluate(const Node& node, const Operands& operands);

// Of all elementwise ops, from their table.
extern const Rules elementwise_rules;

namespace ops {
#define LAB_ROW(name) extern const Rules name##_rules;
LAB_STRUCTURED_OPS(LAB_ROW)
#undef LAB_ROW
}  // namespace ops

}  // namespace lab
