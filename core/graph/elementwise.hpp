// The table of elementwise ops: one row is all there is to such an op.
//
// To add one, add a row; the tests pick it up, and fail until tests/core/op_cases.cpp has a case
// for it.
//
//   name       as in Graph, in printed programs and in error messages
//   signature  operand types and result type: r real, i index (an unsigned 32-bit integer)
//   C++        the value from a, b, c; the functions come from the executor (double or SIMD float)
//   WGSL, CUDA the same for the GPU executors
//   gradients  for each operand, from g (gradient of the result), y (the result), a, b, c (Values);
//              `none` where the derivative vanishes almost everywhere
//
// Comparisons give 1 or 0 as reals. At a kink the derivative is that of the right-hand side for
// abs and the mean of both sides for maximum and minimum.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#define LAB_ELEMENTWISE_OPS(ROW)                                                                  \
  ROW(negate, "r:r", -a, "-a", "-a", -g)                                                          \
  ROW(absolute, "r:r", abs(a), "abs(a)", "fabsf(a)", g* sign(a))                                  \
  ROW(sign, "r:r", sign(a), "sign(a)", "(float)((a > 0) - (a < 0))", none)                        \
  ROW(floor, "r:r", floor(a), "floor(a)", "floorf(a)", none)                                      \
  ROW(reciprocal, "r:r", 1 / a, "1.0 / a", "1.f / a", -g * y * y)                                 \
  ROW(sqrt, "r:r", sqrt(a), "sqrt(a)", "sqrtf(a)", g * 0.5 / y)                                   \
  ROW(exp, "r:r", exp(a), "exp(a)", "expf(a)", g* y)                                              \
  ROW(expm1, "r:r", expm1(a), "expm1_f(a)", "expm1f(a)", g*(y + 1.0))                             \
  ROW(log, "r:r", log(a), "log(a)", "logf(a)", g / a)                                             \
  ROW(log1p, "r:r", log1p(a), "log1p_f(a)", "log1pf(a)", g / (1.0 + a))                           \
  ROW(sin, "r:r", sin(a), "sin(a)", "sinf(a)", g* cos(a))                                         \
  ROW(cos, "r:r", cos(a), "cos(a)", "cosf(a)", -g * sin(a))                                       \
  ROW(tanh, "r:r", tanh(a), "tanh(a)", "tanhf(a)", g*(1.0 - y * y))                               \
  ROW(sigmoid, "r:r", sigmoid(a), "sigmoid_f(a)", "sigmoid_f(a)", g* y*(1.0 - y))                 \
  ROW(softplus, "r:r", softplus(a), "softplus_f(a)", "softplus_f(a)", g* sigmoid(a))              \
  ROW(relu, "r:r", max(a, 0), "max(a, 0.0)", "fmaxf(a, 0.f)", g*(y > 0.0))                        \
  ROW(add, "rr:r", a + b, "a + b", "a + b", g, g)                                                 \
  ROW(subtract, "rr:r", a - b, "a - b", "a - b", g, -g)                                           \
  ROW(multiply, "rr:r", a* b, "a * b", "a * b", g* b, g* a)                                       \
  ROW(divide, "rr:r", a / b, "a / b", "a / b", g / b, -g * y / b)                                 \
  ROW(power, "rr:r", pow(a, b), "pow(a, b)", "powf(a, b)", g* b* power(a, b - 1.0), g* y* log(a)) \
  ROW(maximum, "rr:r", max(a, b), "max(a, b)", "fmaxf(a, b)",                                     \
      g * 0.5 * ((a > b) + (a >= b)), g * 0.5 * ((b > a) + (b >= a)))                             \
  ROW(minimum, "rr:r", min(a, b), "min(a, b)", "fminf(a, b)",                                     \
      g * 0.5 * ((b > a) + (b >= a)), g * 0.5 * ((a > b) + (a >= b)))                             \
  ROW(less, "rr:r", a < b ? 1 : 0, "select(0.0, 1.0, a < b)", "(float)(a < b)", none, none)       \
  ROW(less_equal, "rr:r", a <= b ? 1 : 0, "select(0.0, 1.0, a <= b)", "(float)(a <= b)", none,    \
      none)                                                                                       \
  ROW(equal, "rr:r", a == b ? 1 : 0, "select(0.0, 1.0, a == b)", "(float)(a == b)", none, none)   \
  ROW(multiply_add, "rrr:r", a* b + c, "a * b + c", "a * b + c", g* b, g* a, g)                   \
  ROW(select, "rrr:r", a != 0 ? b : c, "select(c, b, a != 0.0)", "(a != 0.f ? b : c)", none,      \
      select(a, g, zeros_like(g)), select(a, zeros_like(g), g))                                   \
  ROW(index_add, "ii:i", a + b, "a + b", "a + b", none, none)                                     \
  ROW(index_multiply, "ii:i", a* b, "a * b", "a * b", none, none)                                 \
  ROW(index_divide, "ii:i", b != 0 ? a / b : 0, "select(0u, a / b, b != 0u)", "(b ? a / b : 0u)", \
      none, none)                                                                                 \
  ROW(index_modulo, "ii:i", b != 0 ? a % b : 0, "select(0u, a % b, b != 0u)", "(b ? a % b : 0u)", \
      none, none)                                                                                 \
  ROW(index_equal, "ii:r", a == b ? 1 : 0, "select(0.0, 1.0, a == b)", "(float)(a == b)", none,   \
      none)                                                                                       \
  ROW(to_real, "i:r", to_real(a), "f32(a)", "(float)a", none)                                     \
  ROW(to_index, "r:i", to_index(a), "u32(a)", "(unsigned)a", none)

namespace lab {

// What the table says of an op, apart from its gradient (core/graph/gradient.cpp).
struct ElementwiseRow {
  std::string_view name, signature, wgsl, cuda;

  constexpr std::size_t arity() const { return signature.size() - 2; }
  constexpr bool operand_is_real(std::size_t i) const { return signature[i] == 'r'; }
  constexpr bool result_is_real() const { return signature.back() == 'r'; }
};

inline constexpr std::array elementwise_table{
#define LAB_ROW(name, signature, cpp, wgsl, cuda, ...) \
  ElementwiseRow{#name, signature, wgsl, cuda},
    LAB_ELEMENTWISE_OPS(LAB_ROW)
#undef LAB_ROW
};

}  // namespace lab
