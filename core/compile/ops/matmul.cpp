#include <algorithm>

#include "core/compile/lowering.hpp"

namespace lab::ops {

namespace {

// An operand of a product: rows then columns, each of one axis or more.
kernel::Gemm::Operand operand(Emitter& emitter, NodeId id, bool transposed) {
  const Place& where = emitter.place(id);
  const bool plain = where.space.empty();
  kernel::Gemm::Operand made{emitter.view(id), plain ? emitter.node(id).shape : where.space,
                             plain ? 1 : where.rows};
  Shape &space = made.space, &strides = made.view.strides;
  if (transposed) {
    const auto rotate = [rows = static_cast<std::ptrdiff_t>(made.rows)](Shape& shape) {
      std::rotate(shape.begin(), shape.begin() + rows, shape.end());
    };
    rotate(space);
    rotate(strides);
    made.rows = space.size() - made.rows;
  }
  collapse(space, {&strides}, made.rows, space.size());
  made.rows = collapse(space, {&strides}, 0, made.rows);
  return made;
}

}  // namespace

const Lowering matmul_lowering{
    .emit =
        [](Emitter& emitter, const Group& group) {
          const Node& node = emitter.node(group.anchor);
          kernel::Gemm kernel;
          kernel.m = node.shape[0];
          kernel.n = node.shape[1];
          kernel.k = emitter.node(node.inputs[0]).shape[node.transpose_a ? 0 : 1];
          kernel.a = operand(emitter, node.inputs[0], node.transpose_a);
          kernel.b = operand(emitter, node.inputs[1], node.transpose_b);
          kernel.result = emitter.result(group);
          kernel.epilogue = emitter.epilogue(group, kernel.result);
          emitter.add(std::move(kernel));
        },
    .has_epilogue = true,
};

}  // namespace lab::ops
