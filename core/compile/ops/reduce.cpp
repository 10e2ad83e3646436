#include <algorithm>

#include "core/compile/lowering.hpp"

namespace lab::ops {

namespace {

// Puts the reduced axes last, so that a result is one run of elements; or, where the innermost
// axis stays, first, so that results are summed row by row.
void arrange(kernel::Reduce& kernel, const Shape& axes) {
  Expression& producer = kernel.producer;
  const auto reduced = [&](std::size_t axis) {
    return std::find(axes.begin(), axes.end(), static_cast<Extent>(axis)) != axes.end();
  };
  std::size_t innermost = producer.space.size();
  while (innermost > 0 && producer.space[innermost - 1] == 1) --innermost;
  kernel.columns = innermost > 0 && !reduced(innermost - 1);
  std::vector<std::size_t> order;
  for (const bool pass : {kernel.columns, !kernel.columns}) {
    for (std::size_t axis = 0; axis < producer.space.size(); ++axis) {
      if (reduced(axis) == pass) order.push_back(axis);
    }
  }
  const auto reordered = [&order](const Shape& shape) {
    Shape result;
    for (const std::size_t axis : order) result.push_back(shape[axis]);
    return result;
  };
  const std::size_t lead = kernel.columns ? axes.size() : producer.space.size() - axes.size();
  producer.space = reordered(producer.space);
  std::vector<Shape*> strides;
  for (BufferView& load : producer.loads) {
    load.strides = reordered(load.strides);
    strides.push_back(&load.strides);
  }
  collapse(producer.space, strides, lead, producer.space.size());
  kernel.lead = collapse(producer.space, strides, 0, lead);
}

void emit(Emitter& emitter, const Group& group) {
  const Node& node = emitter.node(group.anchor);
  kernel::Reduce kernel;
  kernel.op = node.op;
  kernel.producer = emitter.producer(group);
  arrange(kernel, node.axes);
  kernel.result = emitter.result(group);
  kernel.epilogue = emitter.epilogue(group, kernel.result);
  emitter.add(std::move(kernel));
}

}  // namespace

const Lowering sum_lowering{.emit = emit, .has_epilogue = true, .has_producer = true};
const Lowering max_lowering{.emit = emit, .has_epilogue = true, .has_producer = true};

}  // namespace lab::ops
