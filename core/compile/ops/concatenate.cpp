#include "core/compile/lowering.hpp"

namespace lab::ops {

const Lowering concatenate_lowering{
    .emit =
        [](Emitter& emitter, const Group& group) {
          const Node& node = emitter.node(group.anchor);
          const auto axis = static_cast<std::size_t>(node.axes[0]);
          BufferView part = emitter.view(group.anchor);
          for (const NodeId piece : node.inputs) {
            const Shape& shape = emitter.node(piece).shape;
            emitter.copy(emitter.view(piece), part, shape);
            part.offset += shape[axis] * part.strides[axis];
          }
        },
};

}  // namespace lab::ops
