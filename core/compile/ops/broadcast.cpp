#include "core/compile/lowering.hpp"

namespace lab::ops {

// What is repeated lies still.
const Lowering broadcast_lowering{
    .view = [](const Node& node, const Shape& from, const Place& operand,
               bool) -> std::optional<Place> {
      Place view = operand;
      const std::size_t lead = node.shape.size() - from.size();
      view.strides.assign(node.shape.size(), 0);
      for (std::size_t axis = 0; axis < from.size(); ++axis) {
        if (from[axis] != 1) view.strides[axis + lead] = operand.strides[axis];
      }
      return view;
    },
};

}  // namespace lab::ops
