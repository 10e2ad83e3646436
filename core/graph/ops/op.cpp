#include "core/graph/ops/op.hpp"

#include <algorithm>

namespace lab::ops {

void fail(Op op, const std::string& why) {
  throw GraphError(std::string(name_of(op)) + ": " + why);
}

void require_type(Op op, Value a, Type type) {
  if (a.type() != type) {
    fail(op, std::string("an operand of shape ") + to_string(a.shape()) + " is of type " +
                 (type == Type::real ? "index, real" : "real, index") + " is needed");
  }
}

void require_scalar_index(Op op, Value a, const char* what) {
  require_type(op, a, Type::index);
  if (!a.shape().empty()) {
    fail(op, std::string(what) + " must be a scalar, its shape is " + to_string(a.shape()));
  }
}

Shape checked_axes(Op op, Value a, Shape axes) {
  std::sort(axes.begin(), axes.end());
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const bool in_range = axes[i] >= 0 && axes[i] < static_cast<Extent>(a.shape().size());
    if (!in_range || (i > 0 && axes[i] == axes[i - 1])) {
      fail(op, "axes " + to_string(axes) + " do not fit the shape " + to_string(a.shape()));
    }
  }
  return axes;
}

Shape common_shape(Op op, const Shape& a, const Shape& b) {
  Shape common(std::max(a.size(), b.size()));
  for (std::size_t back = 1; back <= common.size(); ++back) {
    const Extent ea = back <= a.size() ? a[a.size() - back] : 1;
    const Extent eb = back <= b.size() ? b[b.size() - back] : 1;
    if (ea != eb && ea != 1 && eb != 1) {
      fail(op, "shapes " + to_string(a) + " and " + to_string(b) + " do not broadcast");
    }
    common[common.size() - back] = ea == 1 ? eb : ea;
  }
  return common;
}

Node node_of(Op op, Type type, Shape shape, const std::vector<Value>& operands) {
  Node node;
  node.op = op;
  node.type = type;
  node.shape = std::move(shape);
  for (const Value each : operands) node.inputs.push_back(each.id());
  return node;
}

Value operand(Value y, std::size_t i) { return {y.graph(), y.node().inputs.at(i)}; }

Shape all_axes(Value a) {
  Shape axes(a.shape().size());
  std::iota(axes.begin(), axes.end(), Extent{0});
  return axes;
}

Shape without_axes(const Shape& shape, const Shape& axes) {
  Shape rest;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (std::find(axes.begin(), axes.end(), static_cast<Extent>(axis)) == axes.end()) {
      rest.push_back(shape[axis]);
    }
  }
  return rest;
}

std::vector<Value> vanishes(Value y, Value) { return std::vector<Value>(y.node().inputs.size()); }

std::size_t count_of(const Shape& shape) { return static_cast<std::size_t>(size_of(shape)); }

Shape coordinates(std::size_t flat, const Shape& shape) {
  Shape at(shape.size());
  for (std::size_t axis = shape.size(); axis-- > 0;) {
    at[axis] = static_cast<Extent>(flat) % shape[axis];
    flat /= static_cast<std::size_t>(shape[axis]);
  }
  return at;
}

std::size_t flat_index(const Shape& at, const Shape& shape) {
  Extent flat = 0;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) flat = flat * shape[axis] + at[axis];
  return static_cast<std::size_t>(flat);
}

void append(Tensor& out, const Tensor& source, std::size_t from) {
  if (source.index.empty()) out.real.push_back(source.real[from]);
  else out.index.push_back(source.index[from]);
}

}  // namespace lab::ops
