#include <algorithm>

#include "core/compile/lowering.hpp"

namespace lab::ops {

const Lowering cumulative_sum_lowering{
    .emit =
        [](Emitter& emitter, const Group& group) {
          const Node& node = emitter.node(group.anchor);
          const auto axis = static_cast<std::size_t>(node.axes[0]);
          BufferView result = emitter.view(group.anchor);
          Shape shape;
          const BufferView from = emitter.contiguous(node.inputs[0], axis, shape);
          const bool in_order = axis + 1 == node.shape.size();
          const BufferView sums = in_order ? result : emitter.new_view(shape, Type::real);
          const Extent length = shape.back();
          emitter.add(kernel::CumulativeSum{size_of(shape) / std::max<Extent>(1, length), length,
                                            from, sums, node.reverse});
          if (in_order) return;
          const auto at = result.strides.begin() + static_cast<std::ptrdiff_t>(axis);
          std::rotate(at, at + 1, result.strides.end());
          emitter.copy(sums, result, shape);
        },
};

}  // namespace lab::ops
