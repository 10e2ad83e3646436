#include "core/compile/lowering.hpp"

namespace lab::ops {

namespace {

void emit_draw(Emitter& emitter, const Group& group) {
  const Node& node = emitter.node(group.anchor);
  kernel::Random kernel;
  kernel.result = emitter.view(group.anchor);
  kernel.op = node.op;
  kernel.count = size_of(node.shape);
  kernel.stream = node.stream;
  kernel.seed = emitter.contiguous(node.inputs[0]);
  kernel.counter = emitter.contiguous(node.inputs[1]);
  emitter.add(std::move(kernel));
}

}  // namespace

const Lowering random_uniform_lowering{.emit = emit_draw},
    random_normal_lowering{.emit = emit_draw};

const Lowering random_permutation_lowering{
    .emit =
        [](Emitter& emitter, const Group& group) {
          const Node& node = emitter.node(group.anchor);
          kernel::Permutation kernel;
          kernel.result = emitter.view(group.anchor);
          kernel.count = size_of(node.shape);
          kernel.elements = node.starts[0];
          kernel.stream = node.stream;
          kernel.positions = emitter.contiguous(node.inputs[0]);
          kernel.seed = emitter.contiguous(node.inputs[1]);
          emitter.add(std::move(kernel));
        },
};

}  // namespace lab::ops
