#include "core/graph/ops/op.hpp"

namespace lab {

using namespace ops;

Value reshape(Value a, Shape shape) {
  Extent known = 1;
  for (const Extent extent : shape) {
    if (extent >= 0) known *= extent;
  }
  for (Extent& extent : shape) {
    if (extent < 0 && known > 0) extent = size_of(a.shape()) / known;
  }
  if (size_of(shape) != size_of(a.shape())) {
    fail(Op::reshape,
         to_string(a.shape()) + " does not hold as many elements as " + to_string(shape));
  }
  if (shape == a.shape()) return a;
  return a.graph().add(node_of(Op::reshape, a.type(), std::move(shape), {a}));
}

const Rules ops::reshape_rules{
    .gradient = [](Value y, Value g) -> std::vector<Value> {
      return {reshape(g, operand(y, 0).shape())};
    },
    .evaluate = [](const Node&, const Operands& operands) { return *operands[0]; },
};

}  // namespace lab
