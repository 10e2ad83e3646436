#include "core/compile/lowering.hpp"

namespace lab::ops {

const Lowering transpose_lowering{
    .view = [](const Node& node, const Shape&, const Place& operand, bool) -> std::optional<Place> {
      Place view = operand;
      view.strides.clear();
      for (const Extent axis : node.axes) {
        view.strides.push_back(operand.strides[static_cast<std::size_t>(axis)]);
      }
      return view;
    },
};

}  // namespace lab::ops
