// What the rows of the elementwise table become: one builder, one gradient rule, one evaluation.
#include "core/graph/elementwise.hpp"

#include <algorithm>
#include <cmath>

#include "core/graph/ops/op.hpp"

namespace lab {

using namespace ops;

Value elementwise(Op op, std::vector<Value> operands) {
  const ElementwiseRow& row = row_of(op);
  Shape shape = operands.front().shape();
  for (std::size_t i = 0; i < operands.size(); ++i) {
    require_type(op, operands[i], row.operand_is_real(i) ? Type::real : Type::index);
    shape = common_shape(op, shape, operands[i].shape());
  }
  for (Value& each : operands) each = broadcast(each, shape);
  const Type type = row.result_is_real() ? Type::real : Type::index;
  return operands.front().graph().add(node_of(op, type, std::move(shape), operands));
}

Value index_add(Value a, Value b) { return elementwise(Op::index_add, {a, b}); }
Value index_multiply(Value a, Value b) { return elementwise(Op::index_multiply, {a, b}); }
Value index_divide(Value a, Value b) { return elementwise(Op::index_divide, {a, b}); }
Value index_modulo(Value a, Value b) { return elementwise(Op::index_modulo, {a, b}); }
Value index_equal(Value a, Value b) { return elementwise(Op::index_equal, {a, b}); }

namespace {

// The derivative that vanishes; the table's own word for it.
const Value none;

std::vector<Value> gradient_of(Value y, Value g) {
  const std::size_t arity = y.node().inputs.size();
  const Value a = operand(y, 0), b = arity > 1 ? operand(y, 1) : none,
              c = arity > 2 ? operand(y, 2) : none;
  (void)b, (void)c;
  switch (y.node().op) {
#define LAB_ROW(name, signature, cpp, wgsl, cuda, ...) \
  case Op::name: return {__VA_ARGS__};
    LAB_ELEMENTWISE_OPS(LAB_ROW)
#undef LAB_ROW
    default: return {};
  }
}

// The functions that the table's C++ expressions call.
namespace plain {

using std::abs, std::floor, std::sqrt, std::exp, std::expm1, std::log, std::log1p, std::sin,
    std::cos, std::tanh, std::pow;

double max(double a, double b) { return a > b || std::isnan(a) ? a : b; }
double min(double a, double b) { return a < b || std::isnan(a) ? a : b; }
double sign(double a) { return static_cast<double>((a > 0) - (a < 0)); }
double sigmoid(double a) {
  const double e = exp(-abs(a));
  return a < 0 ? e / (1 + e) : 1 / (1 + e);
}
double softplus(double a) { return max(a, 0) + log1p(exp(-abs(a))); }
double to_real(std::uint32_t a) { return static_cast<double>(a); }
std::uint32_t to_index(double a) {
  return a > 0 ? static_cast<std::uint32_t>(std::min(a, 4294967295.0)) : 0;
}

}  // namespace plain

Tensor value_of(const Node& node, const Operands& operands) {
  using namespace plain;
  Tensor out;
  const std::size_t size = count_of(node.shape);
  // Operand i's element, as the kind that the row's signature says; 0 of one that it has not.
  const auto element = [&operands]<bool is_real>(std::bool_constant<is_real>, std::size_t i,
                                                 std::size_t at) {
    if constexpr (is_real) {
      return i < operands.size() && !operands[i]->real.empty() ? operands[i]->real[at] : 0.;
    } else {
      return i < operands.size() && !operands[i]->index.empty() ? operands[i]->index[at] : 0u;
    }
  };
  switch (node.op) {
#define LAB_ROW(name, signature, cpp, ...)                           \
  case Op::name: {                                                   \
    constexpr std::bool_constant<signature[0] == 'r'> kind;          \
    for (std::size_t at = 0; at < size; ++at) {                      \
      const auto a = element(kind, 0, at), b = element(kind, 1, at); \
      const auto c = element(std::true_type(), 2, at);               \
      (void)a, (void)b, (void)c;                                     \
      if constexpr (row_of(Op::name).result_is_real())               \
        out.real.push_back(static_cast<double>(cpp));                \
      else out.index.push_back(static_cast<std::uint32_t>(cpp));     \
    }                                                                \
    break;                                                           \
  }
    LAB_ELEMENTWISE_OPS(LAB_ROW)
#undef LAB_ROW
    default: break;
  }
  return out;
}

}  // namespace

const Rules elementwise_rules{gradient_of, value_of};

}  // namespace lab
