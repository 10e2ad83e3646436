#include "core/graph/ops/op.hpp"

namespace lab {

using namespace ops;

Value stop_gradient(Value a) {
  return a.graph().add(node_of(Op::stop_gradient, a.type(), a.shape(), {a}));
}

const Rules ops::stop_gradient_rules{
    .gradient = vanishes,
    .evaluate = [](const Node&, const Operands& operands) { return *operands[0]; },
};

}  // namespace lab
