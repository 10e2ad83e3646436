#include "core/compile/lowering.hpp"

namespace lab::ops {

const Lowering slice_lowering{
    .view = [](const Node& node, const Shape& from, const Place& operand,
               bool) -> std::optional<Place> {
      Place view = operand;
      for (std::size_t axis = 0; axis < from.size(); ++axis) {
        view.offset += node.starts[axis] * view.strides[axis];
        view.strides[axis] *= node.steps[axis];
      }
      return view;
    },
};

const Lowering embed_lowering{
    .emit =
        [](Emitter& emitter, const Group& group) {
          const Node& node = emitter.node(group.anchor);
          const NodeId operand = node.inputs[0];
          BufferView part = emitter.view(group.anchor);
          emitter.add(kernel::Fill{size_of(node.shape), part});
          for (std::size_t axis = 0; axis < node.shape.size(); ++axis) {
            part.offset += node.starts[axis] * part.strides[axis];
            part.strides[axis] *= node.steps[axis];
          }
          emitter.copy(emitter.view(operand), part, emitter.node(operand).shape);
        },
};

}  // namespace lab::ops
