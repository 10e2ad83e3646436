#include "core/compile/lowering.hpp"

namespace lab::ops {

namespace {

// The strides that read the operand's elements under the new shape, if there are any.
std::optional<Shape> reshape_strides(const Shape& from, const Shape& strides, const Shape& to) {
  if (size_of(from) == 0) return row_major(to);
  Shape extents, steps;
  for (std::size_t axis = 0; axis < from.size(); ++axis) {
    if (from[axis] == 1) continue;
    extents.push_back(from[axis]);
    steps.push_back(strides[axis]);
  }
  Shape result(to.size(), 0);
  std::size_t i = 0, j = 0;
  while (i < extents.size() && j < to.size()) {
    // The shortest runs of axes, old from i and new from j, that hold as many elements.
    std::size_t next_i = i + 1, next_j = j + 1;
    Extent old_count = extents[i], new_count = to[j];
    while (old_count != new_count) {
      if (new_count < old_count) new_count *= to[next_j++];
      else old_count *= extents[next_i++];
    }
    for (std::size_t axis = i; axis + 1 < next_i; ++axis) {
      if (steps[axis] != steps[axis + 1] * extents[axis + 1]) return std::nullopt;
    }
    Extent stride = steps[next_i - 1];
    for (std::size_t axis = next_j; axis-- > j;) {
      result[axis] = stride;
      stride *= to[axis];
    }
    i = next_i;
    j = next_j;
  }
  return result;
}

}  // namespace

const Lowering reshape_lowering{
    .view = [](const Node& node, const Shape& from, const Place& operand,
               bool for_products) -> std::optional<Place> {
      Place view = operand;
      if (auto strides = reshape_strides(from, operand.strides, node.shape)) {
        view.strides = std::move(*strides);
        return view;
      }
      if (!for_products) return std::nullopt;
      // Products read their operands axis by axis: a row is one index of the leading axes.
      Extent rows = 1;
      std::size_t lead = 0;
      while (lead < from.size() && rows < node.shape[0]) rows *= from[lead++];
      if (rows != node.shape[0]) return std::nullopt;
      view.space = from;
      view.rows = lead;
      return view;
    },
    .emit =
        [](Emitter& emitter, const Group& group) {
          const NodeId operand = emitter.node(group.anchor).inputs[0];
          const Shape& from = emitter.node(operand).shape;
          const BufferView result = emitter.view(group.anchor);
          emitter.copy(emitter.view(operand), {result.buffer, 0, row_major(from)}, from);
        },
};

}  // namespace lab::ops
