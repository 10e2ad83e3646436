// What the files of this folder share: checks of operands, pieces of nodes and of gradients, walks
// over elements.
#pragma once

#include "core/graph/rules.hpp"

namespace lab::ops {

// ---------------------------------------------------------------- checks; GraphError

[[noreturn]] void fail(Op op, const std::string& why);
void require_type(Op op, Value a, Type type);
void require_scalar_index(Op op, Value a, const char* what);
// Sorted; throws where they are not distinct or not within the rank.
Shape checked_axes(Op op, Value a, Shape axes);
// The shape that both broadcast to, as in NumPy.
Shape common_shape(Op op, const Shape& a, const Shape& b);

// ---------------------------------------------------------------- pieces

Node node_of(Op op, Type type, Shape shape, const std::vector<Value>& operands);
Value operand(Value y, std::size_t i);
Shape all_axes(Value a);
Shape without_axes(const Shape& shape, const Shape& axes);
// A gradient rule: none of the operands has a derivative.
std::vector<Value> vanishes(Value y, Value g);

// ---------------------------------------------------------------- elements

std::size_t count_of(const Shape& shape);
// Coordinates of flat index `flat` in `shape`, and back.
Shape coordinates(std::size_t flat, const Shape& shape);
std::size_t flat_index(const Shape& at, const Shape& shape);
// Copies element `from` of `source` to the end of `out`.
void append(Tensor& out, const Tensor& source, std::size_t from);
// Element i of the node is the operand's element at source_of(coordinates of i).
template <class SourceOf>
Tensor rearranged(const Node& node, const Tensor& operand, SourceOf source_of) {
  Tensor out;
  for (std::size_t i = 0; i < count_of(node.shape); ++i) {
    append(out, operand, flat_index(source_of(coordinates(i, node.shape)), operand.shape));
  }
  return out;
}

}  // namespace lab::ops
