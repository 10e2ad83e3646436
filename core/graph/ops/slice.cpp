// slice, and embed, its reverse: each is the gradient of the other.
#include "core/graph/ops/op.hpp"

namespace lab {

using namespace ops;

namespace {

void require_region(Op op, const Shape& whole, const Shape& starts, const Shape& part,
                    const Shape& steps) {
  bool fits =
      starts.size() == whole.size() && part.size() == whole.size() && steps.size() == whole.size();
  for (std::size_t axis = 0; fits && axis < whole.size(); ++axis) {
    const Extent last = starts[axis] + (part[axis] - 1) * steps[axis];
    fits = starts[axis] >= 0 && steps[axis] >= 1 && part[axis] >= 0 &&
           (part[axis] == 0 || last < whole[axis]);
  }
  if (!fits) {
    fail(op, "starts " + to_string(starts) + ", shape " + to_string(part) + ", steps " +
                 to_string(steps) + " do not lie within " + to_string(whole));
  }
}

Value region(Op op, Value a, Shape shape, Shape starts, Shape steps) {
  if (shape == a.shape()) return a;
  Node node = node_of(op, a.type(), std::move(shape), {a});
  node.starts = std::move(starts);
  node.steps = std::move(steps);
  return a.graph().add(std::move(node));
}

// Where the part's element `at` lies in the whole.
Shape in_whole(const Node& node, Shape at) {
  for (std::size_t axis = 0; axis < at.size(); ++axis) {
    at[axis] = node.starts[axis] + at[axis] * node.steps[axis];
  }
  return at;
}

}  // namespace

Value slice(Value a, Shape starts, Shape shape, Shape steps) {
  require_region(Op::slice, a.shape(), starts, shape, steps);
  return region(Op::slice, a, std::move(shape), std::move(starts), std::move(steps));
}

Value slice(Value a, std::size_t axis, Extent start, Extent count, Extent step) {
  Shape starts(a.shape().size(), 0), steps(a.shape().size(), 1), shape = a.shape();
  starts.at(axis) = start;
  steps.at(axis) = step;
  shape.at(axis) = count;
  return slice(a, std::move(starts), std::move(shape), std::move(steps));
}

Value embed(Value a, Shape shape, Shape starts, Shape steps) {
  require_region(Op::embed, shape, starts, a.shape(), steps);
  require_type(Op::embed, a, Type::real);
  return region(Op::embed, a, std::move(shape), std::move(starts), std::move(steps));
}

const Rules ops::slice_rules{
    .gradient = [](Value y, Value g) -> std::vector<Value> {
      return {embed(g, operand(y, 0).shape(), y.node().starts, y.node().steps)};
    },
    .evaluate =
        [](const Node& node, const Operands& operands) {
          return rearranged(node, *operands[0],
                            [&](const Shape& at) { return in_whole(node, at); });
        },
};

const Rules ops::embed_rules{
    .gradient = [](Value y, Value g) -> std::vector<Value> {
      return {slice(g, y.node().starts, operand(y, 0).shape(), y.node().steps)};
    },
    .evaluate =
        [](const Node& node, const Operands& operands) {
          Tensor out;
          out.real.assign(count_of(node.shape), 0.);
          for (std::size_t i = 0; i < operands[0]->real.size(); ++i) {
            const Shape at = in_whole(node, coordinates(i, operands[0]->shape));
            out.real[flat_index(at, node.shape)] = operands[0]->real[i];
          }
          return out;
        },
};

}  // namespace lab
