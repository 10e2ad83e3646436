#include "core/compile/lowering.hpp"

namespace lab::ops {

// Patches overlap where they lie.
const Lowering windows_lowering{
    .view = [](const Node& node, const Shape&, const Place& operand, bool) -> std::optional<Place> {
      Place view = operand;
      const Shape& steps = operand.strides;
      const Extent stride = node.steps[0];
      view.strides = {steps[0], steps[1] * stride, steps[2] * stride, steps[1], steps[2], steps[3]};
      return view;
    },
};

const Lowering overlap_add_lowering{
    .emit =
        [](Emitter& emitter, const Group& group) {
          const Node& node = emitter.node(group.anchor);
          const Shape& from = emitter.node(node.inputs[0]).shape;
          const BufferView result = emitter.view(group.anchor);
          const Extent stride = node.steps[0];
          const Shape& steps = result.strides;
          kernel::OverlapAdd kernel;
          kernel.image = size_of(node.shape) / node.shape[0];
          // A patch's columns and channels are neighbours in the image as well.
          kernel.space = {from[0], from[1], from[2], from[3], from[4] * from[5]};
          kernel.patches = emitter.contiguous(node.inputs[0]);
          kernel.result = {result.buffer,
                           result.offset,
                           {steps[0], steps[1] * stride, steps[2] * stride, steps[1], 1}};
          emitter.add(std::move(kernel));
        },
};

}  // namespace lab::ops
