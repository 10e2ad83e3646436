#include <algorithm>

#include "core/compile/lowering.hpp"

namespace lab::ops {

const Lowering gather_lowering{
    .emit =
        [](Emitter& emitter, const Group& group) {
          const auto& inputs = emitter.node(group.anchor).inputs;
          const Shape& table = emitter.node(inputs[0]).shape;
          kernel::Gather kernel;
          kernel.result = emitter.view(group.anchor);
          kernel.count = size_of(emitter.node(inputs[1]).shape);
          kernel.width = size_of(table) / table[0];
          kernel.height = table[0];
          kernel.table = emitter.contiguous(inputs[0]);
          kernel.rows = emitter.contiguous(inputs[1]);
          emitter.add(std::move(kernel));
        },
};

const Lowering scatter_add_lowering{
    .emit =
        [](Emitter& emitter, const Group& group) {
          const Node& node = emitter.node(group.anchor);
          kernel::ScatterAdd kernel;
          kernel.result = emitter.view(group.anchor);
          kernel.count = size_of(emitter.node(node.inputs[0]).shape);
          kernel.width =
              size_of(emitter.node(node.inputs[1]).shape) / std::max<Extent>(1, kernel.count);
          kernel.height = node.shape[0];
          kernel.updates = emitter.contiguous(node.inputs[1]);
          kernel.rows = emitter.contiguous(node.inputs[0]);
          emitter.add(std::move(kernel));
        },
};

}  // namespace lab::ops
