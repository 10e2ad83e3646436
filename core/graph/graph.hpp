// What is computed: values of static shape, and the ops that make them.
//
//   1. Types and ops     2. Node, Value     3. Graph     4. Builders: leaves, elementwise,
//   shape, product and reduction, indexing, random     5. gradients     6. Procedure
//
// Shapes are known when a node is built, so a mistake is reported there, as a GraphError that
// names the op and the shapes. A graph only grows; node ids are in topological order.
#pragma once

#include <cstdint>
#include <deque>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/graph/elementwise.hpp"
#include "core/graph/shape.hpp"
#include "core/graph/structured.hpp"

namespace lab {

// ---------------------------------------------------------------- 1. Types and ops

enum class Type : std::uint8_t {
  real,   // float in the executors, double in the reference
  index,  // unsigned 32-bit
};

enum class Op : std::uint8_t {
#define LAB_ROW(name, ...) name,
  LAB_ELEMENTWISE_OPS(LAB_ROW) LAB_STRUCTURED_OPS(LAB_ROW)
#undef LAB_ROW
};

// What a variable is to the model. What a checkpoint holds follows from it.
enum class Role : std::uint8_t {
  state,      // what training and chains go on from: moments, counters, positions
  parameter,  // what training changes
  data,       // what is learnt from
  input,      // written, or made anew, before it is read
};

inline constexpr std::size_t elementwise_count = elementwise_table.size();
inline constexpr std::size_t op_count = elementwise_count + structured_names.size();
constexpr bool is_elementwise(Op op) { return static_cast<std::size_t>(op) < elementwise_count; }
constexpr const ElementwiseRow& row_of(Op op) {
  return elementwise_table[static_cast<std::size_t>(op)];
}
// As in the tables; "?" of what is no op.
std::string_view name_of(Op op);

class GraphError : public std::logic_error {
  using logic_error::logic_error;
};

// ---------------------------------------------------------------- 2. Node, Value

class Graph;
using NodeId = std::int32_t;

// The fields beyond `inputs` are used by the ops that structured.hpp says.
struct Node {
  Op op{};
  Type type = Type::real;
  Shape shape;
  std::vector<NodeId> inputs;
  Shape axes, starts, steps;
  std::vector<double> numbers;
  std::string name;
  NodeId initial = -1;
  Role role = Role::state;
  std::uint32_t stream = 0;  // tells random ops of one seed and counter apart
  bool transpose_a = false, transpose_b = false, reverse = false;
};

// A node of a graph, as a handle that is cheap to copy.
class Value {
 public:
  Value() = default;
  Value(Graph& graph, NodeId id) : graph_(&graph), id_(id) {}

  explicit operator bool() const { return graph_ != nullptr; }
  Graph& graph() const { return *graph_; }
  NodeId id() const { return id_; }
  const Node& node() const;
  const Shape& shape() const { return node().shape; }
  Extent extent(std::size_t axis) const { return shape().at(axis); }
  Type type() const { return node().type; }

 private:
  Graph* graph_ = nullptr;
  NodeId id_ = -1;
};

// ---------------------------------------------------------------- 3. Graph

class Graph {
 public:
  Graph() = default;
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  // Adds a node whose shape and type are already right; equal nodes are made once.
  Value add(Node node);
  // Stays where it is while the graph grows.
  const Node& node(NodeId id) const { return nodes_[static_cast<std::size_t>(id)]; }
  NodeId size() const { return static_cast<NodeId>(nodes_.size()); }

  // A variable that starts as `initial` (evaluated when an executor initialises its variables).
  Value variable(std::string name, Value initial, Role role = Role::state);
  const std::vector<NodeId>& variables() const { return variables_; }

  // A stream number no other call has given: for random ops.
  std::uint32_t next_stream() { return streams_++; }

  Value constant(double number, Shape shape = {});
  Value constant(std::vector<double> numbers, Shape shape);
  Value index_constant(std::uint32_t number, Shape shape = {});
  Value index_constant(const std::vector<std::uint32_t>& numbers, Shape shape);

 private:
  std::deque<Node> nodes_;
  std::vector<NodeId> variables_;
  std::vector<std::vector<NodeId>> buckets_;
  std::uint32_t streams_ = 0;
};

// ---------------------------------------------------------------- 4. Builders

// Leaves. 0, 1, …, count − 1, of type index.
Value iota(Graph& graph, Extent count);
Value zeros_like(Value a);
Value ones_like(Value a);

// An elementwise op of the table; operands are broadcast to their common shape.
Value elementwise(Op op, std::vector<Value> operands);

#define LAB_UNARY(name) \
  inline Value name(Value a) { return elementwise(Op::name, {a}); }
LAB_UNARY(negate)
LAB_UNARY(absolute)
LAB_UNARY(sign)
LAB_UNARY(floor)
LAB_UNARY(reciprocal)
LAB_UNARY(sqrt)
LAB_UNARY(exp)
LAB_UNARY(expm1)
LAB_UNARY(log)
LAB_UNARY(log1p)
LAB_UNARY(sin)
LAB_UNARY(cos)
LAB_UNARY(tanh)
LAB_UNARY(sigmoid)
LAB_UNARY(softplus)
LAB_UNARY(relu)
LAB_UNARY(to_real)
LAB_UNARY(to_index)
#undef LAB_UNARY

#define LAB_BINARY(name)                                                          \
  inline Value name(Value a, Value b) { return elementwise(Op::name, {a, b}); }   \
  inline Value name(Value a, double b) { return name(a, a.graph().constant(b)); } \
  inline Value name(double a, Value b) { return name(b.graph().constant(a), b); }
LAB_BINARY(add)
LAB_BINARY(subtract)
LAB_BINARY(multiply)
LAB_BINARY(divide)
LAB_BINARY(power)
LAB_BINARY(maximum)
LAB_BINARY(minimum)
LAB_BINARY(less)
LAB_BINARY(less_equal)
LAB_BINARY(equal)
#undef LAB_BINARY

#define LAB_OPERATOR(symbol, name)                                       \
  inline Value operator symbol(Value a, Value b) { return name(a, b); }  \
  inline Value operator symbol(Value a, double b) { return name(a, b); } \
  inline Value operator symbol(double a, Value b) { return name(a, b); }
LAB_OPERATOR(+, add)
LAB_OPERATOR(-, subtract)
LAB_OPERATOR(*, multiply)
LAB_OPERATOR(/, divide)
LAB_OPERATOR(<, less)
LAB_OPERATOR(<=, less_equal)
#undef LAB_OPERATOR
inline Value operator-(Value a) { return negate(a); }
inline Value operator>(Value a, Value b) { return less(b, a); }
inline Value operator>(Value a, double b) { return less(b, a); }
inline Value operator>=(Value a, Value b) { return less_equal(b, a); }
inline Value operator>=(Value a, double b) { return less_equal(b, a); }
inline Value square(Value a) { return a * a; }

// b where condition ≠ 0, else c.
inline Value select(Value condition, Value b, Value c) {
  return elementwise(Op::select, {condition, b, c});
}

// a·b + c; the compiler makes it where it finds it.
inline Value multiply_add(Value a, Value b, Value c) {
  return elementwise(Op::multiply_add, {a, b, c});
}

Value index_add(Value a, Value b);
Value index_multiply(Value a, Value b);
Value index_divide(Value a, Value b);
Value index_modulo(Value a, Value b);
// 1 or 0, real.
Value index_equal(Value a, Value b);

// Shape.
Value stop_gradient(Value a);
// Repeats extents of 1 and adds leading axes until the shape is `shape`.
Value broadcast(Value a, const Shape& shape);
// One extent may be −1: whatever is left.
Value reshape(Value a, Shape shape);
// Axis i of the result is axis axes[i] of a; without axes, the last two swapped.
Value transpose(Value a, Shape axes);
Value transpose(Value a);
// Elements starts + i·steps, 0 ≤ i < shape, on every axis.
Value slice(Value a, Shape starts, Shape shape, Shape steps);
// Elements start, start + step, … (count of them) of one axis.
Value slice(Value a, std::size_t axis, Extent start, Extent count, Extent step = 1);
// Zeros of `shape` with a at starts + i·steps.
Value embed(Value a, Shape shape, Shape starts, Shape steps);
Value concatenate(const std::vector<Value>& parts, std::size_t axis);
// The patches of images (N, H, W, C), `stride` apart: (N, H', W', height, width, C) with
// H' = (H − height) / stride + 1, W' likewise. A convolution is their product with a matrix.
Value windows(Value a, Extent height, Extent width, Extent stride);
// Patches (N, H', W', h, w, C) added where windows() would read them, into zeros (N, H, W, C).
Value overlap_add(Value a, Extent height, Extent width, Extent stride);

// Product and reductions. A reduction without axes is over all of them.
// (…, m, k)·(…, k, n) → (…, m, n), matrix by matrix, each transposed first where asked.
Value matmul(Value a, Value b, bool transpose_a = false, bool transpose_b = false);
Value sum(Value a, Shape axes);
Value sum(Value a);
Value mean(Value a, Shape axes);
Value mean(Value a);
Value max(Value a, Shape axes);
Value max(Value a);
// ln Σ exp, exact where all operands are −∞ or one is +∞.
Value log_sum_exp(Value a, Shape axes);
Value log_sum_exp(Value a);
// Indices of the largest along one axis, which vanishes.
Value argmax(Value a, std::size_t axis);
Value cumulative_sum(Value a, std::size_t axis, bool reverse = false);

// Indexing. table (n, …), rows (m…) of type index → (m…, …). A row past the end is an error of the
// program that built it: executors clamp it to n − 1.
Value gather(Value table, Value rows);
// rows (m…) of type index, updates (m…, …) → (count, …).
Value scatter_add(Extent count, Value rows, Value updates);

// Random. seed and counter are scalars of type index; the same seed, counter and stream give the
// same numbers on every executor (Philox-4x32-10, Salmon et al. 2011).
Value random_uniform(Graph& graph, Shape shape, Value seed, Value counter);
Value random_normal(Graph& graph, Shape shape, Value seed, Value counter);
// 1 with probability p, else 0; p is broadcast to nothing: its shape is the result's.
Value random_bernoulli(Value p, Value seed, Value counter);
// Position t of an endless reading of 0 … count − 1 in which every epoch (t / count) has its own
// order: shuffled minibatches without a stored order. positions: index, any shape.
Value random_permutation(Value positions, Extent count, Value seed);

// ---------------------------------------------------------------- 5. Gradients

// d target / d wrt for a scalar target, as new nodes of the same graph (so they can be
// differentiated again); zeros where the target does not depend on it. Throws GraphError naming an
// op on the way that has no rule.
std::vector<Value> gradients(Value target, const std::vector<Value>& wrt);

// ---------------------------------------------------------------- 6. Procedure

// What is computed together: outputs that can be read afterwards, and variables that take new
// values at the end (every update reads the old ones).
struct Procedure {
  std::string name;
  std::vector<Value> outputs;
  std::vector<std::pair<Value, Value>> updates;  // variable, its next value
};

}  // namespace lab
