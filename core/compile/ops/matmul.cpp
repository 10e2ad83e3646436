#include <algorithm>

#include "core/compile/lowering.hpp"

namespace lab::ops {

namespace {

// An operand of a product: rows then columns, each of one axis or more, after the axes that say
// which product.
kernel::Gemm::Operand operand(Emitter& emitter, NodeId id, bool transposed) {
  const Place& where = emitter.place(id);
  const bool plain = where.space.empty();
  kernel::Gemm::Operand made{emitter.view(id), plain ? emitter.node(id).shape : where.space,
                             emitter.node(id).shape.size() - 2, plain ? 1 : where.rows};
  Shape &space = made.space, &strides = made.view.strides;
  if (transposed) {
    const auto rotate = [&made](Shape& shape) {
      const auto first = shape.begin() + static_cast<std::ptrdiff_t>(made.which);
      std::rotate(first, first + static_cast<std::ptrdiff_t>(made.rows), shape.end());
    };
    rotate(space);
    rotate(strides);
    made.rows = space.size() - made.which - made.rows;
  }
  collapse(space, {&strides}, made.which + made.rows, space.size());
  made.rows = collapse(space, {&strides}, made.which, made.which + made.rows);
  made.which = collapse(space, {&strides}, 0, made.which);
  return made;
}

}  // namespace

const Lowering matmul_lowering{
    .emit =
        [](Emitter& emitter, const Group& group) {
          const Node& node = emitter.node(group.anchor);
          kernel::Gemm kernel;
          const std::size_t last = node.shape.size() - 1;
          kernel.m = node.shape[last - 1];
          kernel.n = node.shape[last];
          kernel.k = emitter.node(node.inputs[0]).shape[node.transpose_a ? last - 1 : last];
          kernel.products = size_of(Shape(node.shape.begin(), node.shape.end() - 2));
          kernel.a = operand(emitter, node.inputs[0], node.transpose_a);
          kernel.b = operand(emitter, node.inputs[1], node.transpose_b);
          kernel.result = emitter.result(group);
          kernel.epilogue = emitter.epilogue(group, kernel.result);
          emitter.add(std::move(kernel));
        },
    .has_epilogue = true,
};

}  // namespace lab::ops
