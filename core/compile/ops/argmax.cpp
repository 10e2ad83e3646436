#include "core/compile/lowering.hpp"

namespace lab::ops {

const Lowering argmax_lowering{
    .emit =
        [](Emitter& emitter, const Group& group) {
          const Node& node = emitter.node(group.anchor);
          const BufferView result = emitter.view(group.anchor);
          Shape shape;
          const BufferView from =
              emitter.contiguous(node.inputs[0], static_cast<std::size_t>(node.axes[0]), shape);
          emitter.add(kernel::Argmax{size_of(node.shape), shape.back(), from, result});
        },
};

}  // namespace lab::ops
