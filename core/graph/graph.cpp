#include "core/graph/graph.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lab {

namespace {

constexpr std::size_t bucket_count = 4096;

std::size_t hash_of(const Node& node) {
  std::size_t hash = static_cast<std::size_t>(node.op);
  const auto mix = [&hash](std::size_t part) {
    hash ^= part + 0x9e3779b97f4a7c15ULL + (hash << 6) + (hash >> 2);
  };
  for (const NodeId input : node.inputs) mix(static_cast<std::size_t>(input));
  for (const Extent extent : node.shape) mix(static_cast<std::size_t>(extent));
  for (const Extent start : node.starts) mix(static_cast<std::size_t>(start));
  if (!node.numbers.empty()) mix(std::hash<double>()(node.numbers.front()));
  mix(node.stream);
  return hash;
}

// Bitwise, so that a NaN equals itself and −0 differs from 0.
bool same_numbers(const std::vector<double>& a, const std::vector<double>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double x, double y) {
    return (x == y && std::signbit(x) == std::signbit(y)) || (x != x && y != y);
  });
}

bool same(const Node& a, const Node& b) {
  return a.op == b.op && a.type == b.type && a.shape == b.shape && a.inputs == b.inputs &&
         a.axes == b.axes && a.starts == b.starts && a.steps == b.steps && a.name == b.name &&
         a.initial == b.initial && a.stream == b.stream && a.transpose_a == b.transpose_a &&
         a.transpose_b == b.transpose_b && a.reverse == b.reverse &&
         same_numbers(a.numbers, b.numbers);
}

[[noreturn]] void fail(Op op, const std::string& why) {
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

// Sorted, distinct, within the rank.
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

Shape without_axes(const Shape& shape, const Shape& axes) {
  Shape rest;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (std::find(axes.begin(), axes.end(), static_cast<Extent>(axis)) == axes.end()) {
      rest.push_back(shape[axis]);
    }
  }
  return rest;
}

Shape all_axes(Value a) {
  Shape axes(a.shape().size());
  std::iota(axes.begin(), axes.end(), Extent{0});
  return axes;
}

// The shape that both broadcast to, as in NumPy.
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

Value reduction(Op op, Value a, Shape axes) {
  require_type(op, a, Type::real);
  axes = checked_axes(op, a, std::move(axes));
  if (axes.empty()) return a;
  Node node;
  node.op = op;
  node.shape = without_axes(a.shape(), axes);
  node.axes = std::move(axes);
  node.inputs = {a.id()};
  return a.graph().add(std::move(node));
}

Value random(Op op, Graph& graph, Shape shape, Value seed, Value counter) {
  require_scalar_index(op, seed, "the seed");
  require_scalar_index(op, counter, "the counter");
  Node node;
  node.op = op;
  node.shape = std::move(shape);
  node.inputs = {seed.id(), counter.id()};
  node.stream = graph.next_stream();
  return graph.add(std::move(node));
}

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

}  // namespace

std::string_view name_of(Op op) {
  if (is_elementwise(op)) return row_of(op).name;
  switch (op) {
    case Op::constant: return "constant";
    case Op::variable: return "variable";
    case Op::iota: return "iota";
    case Op::stop_gradient: return "stop_gradient";
    case Op::broadcast: return "broadcast";
    case Op::reshape: return "reshape";
    case Op::transpose: return "transpose";
    case Op::slice: return "slice";
    case Op::embed: return "embed";
    case Op::windows: return "windows";
    case Op::overlap_add: return "overlap_add";
    case Op::concatenate: return "concatenate";
    case Op::matmul: return "matmul";
    case Op::sum: return "sum";
    case Op::max: return "max";
    case Op::argmax: return "argmax";
    case Op::cumulative_sum: return "cumulative_sum";
    case Op::gather: return "gather";
    case Op::scatter_add: return "scatter_add";
    case Op::random_uniform: return "random_uniform";
    case Op::random_normal: return "random_normal";
    case Op::random_permutation: return "random_permutation";
    default: return "?";
  }
}

const Node& Value::node() const { return graph_->node(id_); }

Value Graph::add(Node node) {
  if (buckets_.empty()) buckets_.resize(bucket_count);
  auto& bucket = buckets_[hash_of(node) % bucket_count];
  for (const NodeId id : bucket) {
    if (same(this->node(id), node)) return {*this, id};
  }
  const NodeId id = size();
  nodes_.push_back(std::move(node));
  bucket.push_back(id);
  return {*this, id};
}

Value Graph::variable(std::string name, Value initial, Role role) {
  for (const NodeId id : variables_) {
    if (node(id).name == name) throw GraphError("variable: '" + name + "' is there already");
  }
  Node node;
  node.op = Op::variable;
  node.type = initial.type();
  node.shape = initial.shape();
  node.name = std::move(name);
  node.initial = initial.id();
  node.role = role;
  const Value variable = add(std::move(node));
  variables_.push_back(variable.id());
  return variable;
}

Value Graph::constant(double number, Shape shape) {
  return constant(std::vector<double>{number}, std::move(shape));
}

Value Graph::constant(std::vector<double> numbers, Shape shape) {
  if (numbers.size() != 1 && static_cast<Extent>(numbers.size()) != size_of(shape)) {
    fail(Op::constant,
         std::to_string(numbers.size()) + " numbers do not fill the shape " + to_string(shape));
  }
  Node node;
  node.op = Op::constant;
  node.shape = std::move(shape);
  node.numbers = std::move(numbers);
  return add(std::move(node));
}

Value Graph::index_constant(std::uint32_t number, Shape shape) {
  return index_constant(std::vector<std::uint32_t>{number}, std::move(shape));
}

Value Graph::index_constant(const std::vector<std::uint32_t>& numbers, Shape shape) {
  Node node;
  node.op = Op::constant;
  node.type = Type::index;
  node.shape = std::move(shape);
  node.numbers.assign(numbers.begin(), numbers.end());
  return add(std::move(node));
}

Value iota(Graph& graph, Extent count) {
  Node node;
  node.op = Op::iota;
  node.type = Type::index;
  node.shape = {count};
  return graph.add(std::move(node));
}

Value zeros_like(Value a) { return a.graph().constant(0, a.shape()); }
Value ones_like(Value a) { return a.graph().constant(1, a.shape()); }

Value elementwise(Op op, std::vector<Value> operands) {
  const ElementwiseRow& row = row_of(op);
  Shape shape = operands.front().shape();
  for (std::size_t i = 0; i < operands.size(); ++i) {
    require_type(op, operands[i], row.operand_is_real(i) ? Type::real : Type::index);
    shape = common_shape(op, shape, operands[i].shape());
  }
  Node node;
  node.op = op;
  node.type = row.result_is_real() ? Type::real : Type::index;
  for (const Value operand : operands) node.inputs.push_back(broadcast(operand, shape).id());
  node.shape = std::move(shape);
  return operands.front().graph().add(std::move(node));
}

Value index_add(Value a, Value b) { return elementwise(Op::index_add, {a, b}); }
Value index_multiply(Value a, Value b) { return elementwise(Op::index_multiply, {a, b}); }
Value index_divide(Value a, Value b) { return elementwise(Op::index_divide, {a, b}); }
Value index_modulo(Value a, Value b) { return elementwise(Op::index_modulo, {a, b}); }
Value index_equal(Value a, Value b) { return elementwise(Op::index_equal, {a, b}); }

Value stop_gradient(Value a) {
  Node node;
  node.op = Op::stop_gradient;
  node.type = a.type();
  node.shape = a.shape();
  node.inputs = {a.id()};
  return a.graph().add(std::move(node));
}

Value broadcast(Value a, const Shape& shape) {
  if (a.shape() == shape) return a;
  if (a.shape().size() > shape.size() || common_shape(Op::broadcast, a.shape(), shape) != shape) {
    fail(Op::broadcast, to_string(a.shape()) + " does not broadcast to " + to_string(shape));
  }
  Node node;
  node.op = Op::broadcast;
  node.type = a.type();
  node.shape = shape;
  node.inputs = {a.id()};
  return a.graph().add(std::move(node));
}

Value reshape(Value a, Shape shape) {
  Extent known = 1;
  for (const Extent extent : shape) {
    if (extent >= 0) known *= extent;
  }
  for (Extent& extent : shape) {
    if (extent < 0 && known > 0) extent = size_of(a.shape()) / known;
  }
  if (size_of(shape) != size_of(a.shape())) {
    fail(Op::reshape,
         to_string(a.shape()) + " does not hold as many elements as " + to_string(shape));
  }
  if (shape == a.shape()) return a;
  Node node;
  node.op = Op::reshape;
  node.type = a.type();
  node.shape = std::move(shape);
  node.inputs = {a.id()};
  return a.graph().add(std::move(node));
}

Value transpose(Value a, Shape axes) {
  Shape sorted = axes;
  std::sort(sorted.begin(), sorted.end());
  if (sorted != all_axes(a)) {
    fail(Op::transpose,
         "axes " + to_string(axes) + " are no order of those of " + to_string(a.shape()));
  }
  if (axes == sorted) return a;
  Node node;
  node.op = Op::transpose;
  node.type = a.type();
  for (const Extent axis : axes) node.shape.push_back(a.extent(static_cast<std::size_t>(axis)));
  node.axes = std::move(axes);
  node.inputs = {a.id()};
  return a.graph().add(std::move(node));
}

Value transpose(Value a) {
  Shape axes = all_axes(a);
  if (axes.size() < 2) return a;
  std::swap(axes[axes.size() - 1], axes[axes.size() - 2]);
  return transpose(a, std::move(axes));
}

Value slice(Value a, Shape starts, Shape shape, Shape steps) {
  require_region(Op::slice, a.shape(), starts, shape, steps);
  if (shape == a.shape()) return a;
  Node node;
  node.op = Op::slice;
  node.type = a.type();
  node.shape = std::move(shape);
  node.starts = std::move(starts);
  node.steps = std::move(steps);
  node.inputs = {a.id()};
  return a.graph().add(std::move(node));
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
  if (shape == a.shape()) return a;
  Node node;
  node.op = Op::embed;
  node.shape = std::move(shape);
  node.starts = std::move(starts);
  node.steps = std::move(steps);
  node.inputs = {a.id()};
  return a.graph().add(std::move(node));
}

namespace {

// How many windows of `size` lie within `whole`, `stride` apart; at least one must.
Extent window_count(Op op, Extent whole, Extent size, Extent stride) {
  if (size < 1 || size > whole || stride < 1) {
    fail(op, "windows of " + std::to_string(size) + ", " + std::to_string(stride) +
                 " apart, do not lie within " + std::to_string(whole));
  }
  return (whole - size) / stride + 1;
}

}  // namespace

Value windows(Value a, Extent height, Extent width, Extent stride) {
  require_type(Op::windows, a, Type::real);
  const Shape& from = a.shape();
  if (from.size() != 4) {
    fail(Op::windows, "images (N, H, W, C) are needed, not " + to_string(from));
  }
  Node node;
  node.op = Op::windows;
  node.shape = {from[0],
                window_count(node.op, from[1], height, stride),
                window_count(node.op, from[2], width, stride),
                height,
                width,
                from[3]};
  node.steps = {stride};
  node.inputs = {a.id()};
  return a.graph().add(std::move(node));
}

Value overlap_add(Value a, Extent height, Extent width, Extent stride) {
  require_type(Op::overlap_add, a, Type::real);
  const Shape& from = a.shape();
  if (from.size() != 6) {
    fail(Op::overlap_add, "patches (N, H', W', h, w, C) are needed, not " + to_string(from));
  }
  if (window_count(Op::overlap_add, height, from[3], stride) != from[1] ||
      window_count(Op::overlap_add, width, from[4], stride) != from[2]) {
    fail(Op::overlap_add, "patches " + to_string(from) + ", " + std::to_string(stride) +
                              " apart, are not those of images of " + std::to_string(height) +
                              " by " + std::to_string(width));
  }
  Node node;
  node.op = Op::overlap_add;
  node.shape = {from[0], height, width, from[5]};
  node.steps = {stride};
  node.inputs = {a.id()};
  return a.graph().add(std::move(node));
}

Value concatenate(const std::vector<Value>& parts, std::size_t axis) {
  if (parts.empty()) throw GraphError("concatenate: there is nothing to join");
  if (parts.size() == 1) return parts.front();
  Node node;
  node.op = Op::concatenate;
  node.type = parts.front().type();
  node.shape = parts.front().shape();
  node.axes = {static_cast<Extent>(axis)};
  if (axis >= node.shape.size()) {
    fail(node.op, "axis " + std::to_string(axis) + " is not one of " + to_string(node.shape));
  }
  Extent joined = 0;
  for (const Value part : parts) {
    require_type(node.op, part, node.type);
    Shape expected = part.shape();
    if (expected.size() == node.shape.size()) {
      joined += expected[axis];
      expected[axis] = node.shape[axis];
    }
    if (expected != node.shape) {
      fail(node.op, to_string(part.shape()) + " does not continue " + to_string(node.shape) +
                        " along axis " + std::to_string(axis));
    }
    node.inputs.push_back(part.id());
  }
  node.shape[axis] = joined;
  return parts.front().graph().add(std::move(node));
}

Value matmul(Value a, Value b, bool transpose_a, bool transpose_b) {
  require_type(Op::matmul, a, Type::real);
  require_type(Op::matmul, b, Type::real);
  const bool matrices = a.shape().size() == 2 && b.shape().size() == 2;
  if (!matrices || a.extent(transpose_a ? 0 : 1) != b.extent(transpose_b ? 1 : 0)) {
    fail(Op::matmul, to_string(a.shape()) + (transpose_a ? "ᵀ" : "") + " and " +
                         to_string(b.shape()) + (transpose_b ? "ᵀ" : "") + " do not multiply");
  }
  Node node;
  node.op = Op::matmul;
  node.shape = {a.extent(transpose_a ? 1 : 0), b.extent(transpose_b ? 0 : 1)};
  node.inputs = {a.id(), b.id()};
  node.transpose_a = transpose_a;
  node.transpose_b = transpose_b;
  return a.graph().add(std::move(node));
}

Value sum(Value a, Shape axes) { return reduction(Op::sum, a, std::move(axes)); }
Value sum(Value a) { return sum(a, all_axes(a)); }

Value mean(Value a, Shape axes) {
  const Value total = sum(a, std::move(axes));
  const Extent count = size_of(a.shape()) / std::max<Extent>(1, size_of(total.shape()));
  return total * (1.0 / static_cast<double>(std::max<Extent>(1, count)));
}
Value mean(Value a) { return mean(a, all_axes(a)); }

Value max(Value a, Shape axes) { return reduction(Op::max, a, std::move(axes)); }
Value max(Value a) { return max(a, all_axes(a)); }

Value log_sum_exp(Value a, Shape axes) {
  axes = checked_axes(Op::max, a, std::move(axes));
  Shape kept = a.shape();
  for (const Extent axis : axes) kept[static_cast<std::size_t>(axis)] = 1;
  // Any shift is right; the largest operand keeps exp in range, unless it is infinite itself.
  const Value largest = stop_gradient(max(a, axes));
  const double limit = std::numeric_limits<float>::max();
  const Value shift = minimum(maximum(largest, -limit), limit);
  return shift + log(sum(exp(a - reshape(shift, kept)), axes));
}
Value log_sum_exp(Value a) { return log_sum_exp(a, all_axes(a)); }

Value argmax(Value a, std::size_t axis) {
  require_type(Op::argmax, a, Type::real);
  Node node;
  node.op = Op::argmax;
  node.type = Type::index;
  node.axes = checked_axes(Op::argmax, a, {static_cast<Extent>(axis)});
  node.shape = without_axes(a.shape(), node.axes);
  node.inputs = {a.id()};
  return a.graph().add(std::move(node));
}

Value cumulative_sum(Value a, std::size_t axis, bool reverse) {
  require_type(Op::cumulative_sum, a, Type::real);
  Node node;
  node.op = Op::cumulative_sum;
  node.shape = a.shape();
  node.axes = checked_axes(Op::cumulative_sum, a, {static_cast<Extent>(axis)});
  node.reverse = reverse;
  node.inputs = {a.id()};
  return a.graph().add(std::move(node));
}

Value gather(Value table, Value rows) {
  require_type(Op::gather, rows, Type::index);
  if (table.shape().empty() || table.extent(0) < 1) {
    fail(Op::gather, "the table of shape " + to_string(table.shape()) + " has no rows");
  }
  Node node;
  node.op = Op::gather;
  node.type = table.type();
  node.shape = rows.shape();
  node.shape.insert(node.shape.end(), table.shape().begin() + 1, table.shape().end());
  node.inputs = {table.id(), rows.id()};
  return table.graph().add(std::move(node));
}

Value scatter_add(Extent count, Value rows, Value updates) {
  require_type(Op::scatter_add, rows, Type::index);
  require_type(Op::scatter_add, updates, Type::real);
  const auto rank = static_cast<std::ptrdiff_t>(rows.shape().size());
  if (updates.shape().size() < rows.shape().size() ||
      !std::equal(rows.shape().begin(), rows.shape().end(), updates.shape().begin())) {
    fail(Op::scatter_add, "updates of shape " + to_string(updates.shape()) +
                              " do not begin with the shape of the rows, " +
                              to_string(rows.shape()));
  }
  Node node;
  node.op = Op::scatter_add;
  node.shape = {count};
  node.shape.insert(node.shape.end(), updates.shape().begin() + rank, updates.shape().end());
  node.inputs = {rows.id(), updates.id()};
  return rows.graph().add(std::move(node));
}

Value random_uniform(Graph& graph, Shape shape, Value seed, Value counter) {
  return random(Op::random_uniform, graph, std::move(shape), seed, counter);
}

Value random_normal(Graph& graph, Shape shape, Value seed, Value counter) {
  return random(Op::random_normal, graph, std::move(shape), seed, counter);
}

Value random_bernoulli(Value p, Value seed, Value counter) {
  return random_uniform(p.graph(), p.shape(), seed, counter) < p;
}

Value random_permutation(Value positions, Extent count, Value seed) {
  require_type(Op::random_permutation, positions, Type::index);
  require_scalar_index(Op::random_permutation, seed, "the seed");
  if (count < 1) fail(Op::random_permutation, "there must be at least one element to order");
  Node node;
  node.op = Op::random_permutation;
  node.type = Type::index;
  node.shape = positions.shape();
  node.starts = {count};
  node.inputs = {positions.id(), seed.id()};
  node.stream = positions.graph().next_stream();
  return positions.graph().add(std::move(node));
}

}  // namespace lab
