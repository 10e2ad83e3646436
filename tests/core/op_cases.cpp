#include "tests/core/op_cases.hpp"

namespace lab::test {

namespace {

using Inputs = std::vector<Value>;

Value numbers(Value a, std::vector<std::uint32_t> values) {
  const auto count = static_cast<Extent>(values.size());
  return a.graph().index_constant(values, {count});
}

Value seed(Value a) { return a.graph().index_constant(7); }
Value counter(Value a) { return a.graph().index_constant(3); }

OpCase unary(Op op, double low, double high, bool differentiable = true) {
  return {std::string(name_of(op)),
          {op},
          {{5, 77}},
          [op](const Inputs& x) { return elementwise(op, {x[0]}); },
          low,
          high,
          differentiable};
}

OpCase binary(Op op, double low, double high, bool differentiable = true) {
  return {std::string(name_of(op)),
          {op},
          {{5, 77}, {77}},
          [op](const Inputs& x) {
            return elementwise(op, {x[0], x[1]});
          },
          low,
          high,
          differentiable};
}

OpCase indices(Op op) {
  return {std::string(name_of(op)),
          {op},
          {{6}},
          [op](const Inputs& x) {
            const Value a = numbers(x[0], {0, 1, 7, 12, 4000000000u, 5});
            const Value b = numbers(x[0], {3, 1, 5, 4, 3, 0});
            const Value y = elementwise(op, {a, b});
            return x[0] * (y.type() == Type::index ? to_real(y) : y) * 1e-9;
          },
          -2,
          2};
}

}  // namespace

const std::vector<OpCase>& op_cases() {
  static const std::vector<OpCase> cases{
      unary(Op::negate, -2, 2),
      unary(Op::absolute, -2, 2),
      unary(Op::sign, -2, 2),
      unary(Op::floor, -2, 2),
      unary(Op::reciprocal, 0.5, 2),
      unary(Op::sqrt, 0.5, 2),
      unary(Op::exp, -3, 3),
      unary(Op::expm1, -3, 3),
      unary(Op::log, 0.2, 4),
      unary(Op::log1p, -0.5, 4),
      unary(Op::sin, -6, 6),
      unary(Op::cos, -6, 6),
      unary(Op::tanh, -4, 4),
      unary(Op::sigmoid, -6, 6),
      unary(Op::softplus, -6, 6),
      unary(Op::relu, -2, 2),
      binary(Op::add, -2, 2),
      binary(Op::subtract, -2, 2),
      binary(Op::multiply, -2, 2),
      binary(Op::divide, 0.5, 2),
      binary(Op::power, 0.5, 2),
      binary(Op::maximum, -2, 2),
      binary(Op::minimum, -2, 2),
      binary(Op::less, -2, 2),
      binary(Op::less_equal, -2, 2),
      binary(Op::equal, -2, 2),
      {"multiply_add",
       {Op::multiply_add},
       {{5, 77}, {77}, {5, 1}},
       [](const Inputs& x) { return multiply_add(x[0], x[1], x[2]); }},
      {"a run of simple ops, longer than a tile and not whole vectors",
       {Op::less, Op::less_equal, Op::select, Op::relu, Op::absolute, Op::reciprocal, Op::sqrt},
       {{7, 163}, {163}},
       [](const Inputs& x) {
         const Value a = x[0], b = x[1];
         const Value chosen = select(a < b, absolute(a), reciprocal(2.0 + b * b));
         return a * b + relu(a) - chosen + sqrt(b * b + 1.0) * (a <= 0.3) -
                (-a) / (1.0 + b * b) * elementwise(Op::equal, {a, a});
       }},
      {"a map that threads share",
       {Op::multiply, Op::add},
       {{173, 101}},
       [](const Inputs& x) { return x[0] * x[0] + 0.5 * (x[0] - 1.0) * x[0]; }},
      {"a product that threads share, by rows and by columns",
       {Op::matmul},
       {{131, 64}, {64, 127}, {10, 131}},
       [](const Inputs& x) { return matmul(x[2], relu(matmul(x[0], x[1]) + 0.1) * 0.1) * 0.1; },
       -1,
       1,
       true,
       2e-5f},
      {"sums of products",
       {Op::multiply, Op::add},
       {{5, 77}, {77}},
       [](const Inputs& x) { return x[0] * x[1] + (x[1] + 0.5 * (x[0] * x[1] + x[0] * x[0])); }},
      {"select",
       {Op::select},
       {{4, 9}, {4, 9}, {4, 1}},
       [](const Inputs& x) { return select(x[0] > 0.0, x[1] * x[1], x[2]); }},
      indices(Op::index_add),
      indices(Op::index_multiply),
      indices(Op::index_divide),
      indices(Op::index_modulo),
      indices(Op::index_equal),
      {"to_real",
       {Op::to_real, Op::iota},
       {{9}},
       [](const Inputs& x) { return x[0] * to_real(iota(x[0].graph(), 9)); }},
      {"to_index",
       {Op::to_index},
       {{9}},
       [](const Inputs& x) { return to_real(to_index(x[0] * 10.0)); }},
      {"constant",
       {Op::constant},
       {{2, 3}},
       [](const Inputs& x) {
         return x[0] * x[0].graph().constant({1, 2, 3, 4, 5, 6}, {2, 3}) + 2.5;
       }},
      {"variable", {Op::variable}, {{3}}, [](const Inputs& x) { return x[0] * x[0]; }},
      {"stop_gradient",
       {Op::stop_gradient},
       {{3}},
       [](const Inputs& x) { return stop_gradient(x[0]) * 2.0; },
       -2,
       2,
       false},
      {"broadcast rows and columns",
       {Op::broadcast},
       {{7, 1}, {1, 5}, {}},
       [](const Inputs& x) { return x[0] * x[1] + x[2] * x[2]; }},
      {"reshape",
       {Op::reshape},
       {{4, 6}},
       [](const Inputs& x) {
         return reshape(x[0] * x[0], {3, -1}) * 2.0;
       }},
      {"reshape of a transpose",
       {Op::reshape},
       {{4, 6}},
       [](const Inputs& x) {
         return square(reshape(transpose(x[0]), {3, 8}));
       }},
      {"transpose",
       {Op::transpose},
       {{2, 3, 4}},
       [](const Inputs& x) {
         return square(transpose(x[0], {2, 0, 1})) + 1.0;
       }},
      {"slice with steps",
       {Op::slice},
       {{7, 9}},
       [](const Inputs& x) {
         return square(slice(x[0], {1, 0}, {3, 4}, {2, 2}));
       }},
      {"embed",
       {Op::embed},
       {{3, 4}},
       [](const Inputs& x) {
         return square(embed(x[0], {7, 9}, {1, 0}, {2, 2})) + 1.0;
       }},
      {"concatenate",
       {Op::concatenate},
       {{2, 3}, {2, 4}},
       [](const Inputs& x) {
         return square(concatenate({x[0], x[1] * x[1], x[0]}, 1));
       }},
      {"matmul",
       {Op::matmul},
       {{17, 9}, {9, 21}},
       [](const Inputs& x) { return matmul(x[0], x[1]); },
       -1,
       1,
       true,
       1e-5f},
      {"matmul, first transposed",
       {Op::matmul},
       {{9, 17}, {9, 21}},
       [](const Inputs& x) { return matmul(x[0], x[1], true); },
       -1,
       1,
       true,
       1e-5f},
      {"matmul, second transposed",
       {Op::matmul},
       {{17, 9}, {21, 9}},
       [](const Inputs& x) { return matmul(x[0], x[1], false, true); },
       -1,
       1,
       true,
       1e-5f},
      {"matmul, both transposed",
       {Op::matmul},
       {{9, 17}, {21, 9}},
       [](const Inputs& x) { return matmul(x[0], x[1], true, true); },
       -1,
       1,
       true,
       1e-5f},
      {"matmul with a fused layer",
       {Op::matmul},
       {{150, 9}, {9, 6}, {6}},
       [](const Inputs& x) { return tanh(matmul(x[0], x[1]) + x[2]); },
       -1,
       1,
       true,
       1e-5f},
      {"products of several matrices",
       {Op::matmul},
       {{3, 7, 5}, {3, 5, 9}},
       [](const Inputs& x) { return matmul(x[0], x[1]); },
       -1,
       1,
       true,
       1e-5f},
      {"products of several matrices, all ways around",
       {Op::matmul},
       {{2, 3, 5, 4}, {2, 3, 4, 6}, {2, 3, 6, 5}},
       [](const Inputs& x) {
         // (5, 6), (6, 5), (6, 6)
         const Value ab = matmul(x[0], x[1]), ba = matmul(x[1], x[0], true, true),
                     turned = transpose(matmul(x[2], ab) * 0.5);
         return matmul(ab + transpose(ba) * 0.3, turned) * 0.2 + matmul(x[2], turned, true, true) +
                matmul(x[2], turned, true) + matmul(ab, turned, false, true) * 0.2;
       },
       -1,
       1,
       true,
       1e-5f},
      {"products of columns of one matrix, and a fused layer",
       {Op::matmul},
       {{3, 6, 8}, {6, 6}},
       [](const Inputs& x) {
         const Value heads = transpose(reshape(x[0], {3, 6, 2, 4}), {0, 2, 1, 3});
         const Value near = tanh(matmul(heads, heads, false, true) * 0.5 + x[1]);
         return transpose(matmul(near, heads), {0, 2, 1, 3});
       },
       -1,
       1,
       true,
       1e-5f},
      {"products of several matrices with one column, and with transposed axes",
       {Op::matmul},
       {{4, 6, 3}, {3, 6, 1}, {3, 2, 4}},
       [](const Inputs& x) {
         const Value a = transpose(x[0], {2, 0, 1});
         return matmul(x[2], matmul(a, x[1])) + matmul(x[1], x[1], true);
       },
       -1,
       1,
       true,
       1e-5f},
      {"several products that threads share",
       {Op::matmul},
       {{5, 64, 70}, {5, 64, 70}},
       [](const Inputs& x) { return relu(matmul(x[0], x[1], false, true)) * 0.1; },
       -1,
       1,
       true,
       2e-5f},
      {"matmul of a sliced and a broadcast operand",
       {Op::matmul},
       {{8, 9}, {1, 5}},
       [](const Inputs& x) {
         return matmul(slice(x[0], 1, 0, 4, 2), broadcast(x[1], {4, 5}));
       },
       -1,
       1,
       true,
       1e-5f},
      {"sum of rows",
       {Op::sum},
       {{5, 300}},
       [](const Inputs& x) { return sum(x[0] * x[0], {1}); },
       -1,
       1,
       true,
       1e-5f},
      {"sum of columns",
       {Op::sum},
       {{300, 5}},
       [](const Inputs& x) { return sum(exp(x[0]), {0}) * 0.01; },
       -1,
       1,
       true,
       1e-5f},
      {"sum of all",
       {Op::sum},
       {{3, 4, 5}},
       [](const Inputs& x) { return tanh(sum(x[0] * x[0])); }},
      {"sum of the middle axis",
       {Op::sum},
       {{3, 4, 5}},
       [](const Inputs& x) { return square(sum(x[0], {1})); }},
      {"sum of outer axes",
       {Op::sum},
       {{3, 4, 5}},
       [](const Inputs& x) {
         return square(sum(x[0] * 2.0, {0, 2}));
       }},
      {"mean", {Op::sum}, {{7, 3}}, [](const Inputs& x) { return mean(x[0] * x[0], {0}); }},
      {"max of rows", {Op::max}, {{6, 40}}, [](const Inputs& x) { return square(max(x[0], {1})); }},
      {"max of columns",
       {Op::max},
       {{40, 6}},
       [](const Inputs& x) { return square(max(x[0], {0})); }},
      {"log_sum_exp",
       {Op::max, Op::sum},
       {{6, 9}},
       [](const Inputs& x) { return log_sum_exp(x[0] * 20.0, {1}) * 0.1; }},
      {"argmax", {Op::argmax}, {{6, 9}}, [](const Inputs& x) { return to_real(argmax(x[0], 0)); }},
      {"argmax of rows",
       {Op::argmax},
       {{6, 9}},
       [](const Inputs& x) { return to_real(argmax(x[0], 1)); }},
      {"cumulative_sum",
       {Op::cumulative_sum},
       {{4, 9}},
       [](const Inputs& x) { return square(cumulative_sum(x[0], 1)) * 0.1; }},
      {"cumulative_sum down, in reverse",
       {Op::cumulative_sum},
       {{4, 9}},
       [](const Inputs& x) { return square(cumulative_sum(x[0], 0, true)) * 0.1; }},
      {"gather",
       {Op::gather},
       {{5, 3}},
       [](const Inputs& x) {
         return square(gather(x[0], numbers(x[0], {4, 0, 0, 2, 9})));
       }},
      {"scatter_add",
       {Op::scatter_add},
       {{5, 3}},
       [](const Inputs& x) {
         return square(scatter_add(4, numbers(x[0], {3, 0, 0, 2, 9}), x[0]));
       }},
      {"random_uniform",
       {Op::random_uniform},
       {{11, 7}},
       [](const Inputs& x) {
         return x[0] * random_uniform(x[0].graph(), {11, 7}, seed(x[0]), counter(x[0]));
       }},
      {"random_normal",
       {Op::random_normal},
       {{11, 7}},
       [](const Inputs& x) {
         return x[0] * random_normal(x[0].graph(), {11, 7}, seed(x[0]), counter(x[0]));
       },
       -2,
       2,
       true,
       1e-5f},
      {"random_permutation",
       {Op::random_permutation, Op::iota},
       {{100}},
       [](const Inputs& x) {
         return x[0] * to_real(random_permutation(iota(x[0].graph(), 100), 37, seed(x[0])));
       }},
      {"windows",
       {Op::windows},
       {{2, 5, 6, 3}},
       [](const Inputs& x) { return square(windows(x[0], 3, 2, 2)); }},
      {"windows of a slice, transposed",
       {Op::windows},
       {{6, 2, 4, 9}},
       [](const Inputs& x) {
         return square(windows(transpose(slice(x[0], 3, 1, 4, 2), {1, 0, 3, 2}), 2, 2, 1));
       }},
      {"overlap_add",
       {Op::overlap_add},
       {{2, 2, 3, 3, 2, 3}},
       [](const Inputs& x) { return square(overlap_add(x[0], 5, 6, 2)); }},
      {"a convolution: products read patches where they lie",
       {Op::windows, Op::matmul},
       {{3, 7, 8, 5}, {3 * 4 * 5, 9}},
       [](const Inputs& x) {
         const Value patches = reshape(windows(x[0], 3, 4, 2), {3 * 3 * 3, 3 * 4 * 5});
         return tanh(matmul(patches, x[1]) * 0.2);
       },
       -1,
       1,
       true,
       1e-5f},
      {"a transposed convolution",
       {Op::overlap_add, Op::matmul},
       {{2 * 3 * 3, 7}, {7, 4 * 4 * 5}},
       [](const Inputs& x) {
         const Value patches = reshape(matmul(x[0], x[1]), {2, 3, 3, 4, 4, 5});
         return tanh(overlap_add(patches, 8, 8, 2) * 0.2);
       },
       -1,
       1,
       true,
       1e-5f},
      {"a chain that is used twice",
       {Op::multiply},
       {{33, 8}, {8, 8}},
       [](const Inputs& x) {
         const Value h = tanh(matmul(x[0], x[1]));
         return matmul(h, x[1]) + h * sum(h * h, {0});
       },
       -1,
       1,
       true,
       1e-5f},
  };
  return cases;
}

}  // namespace lab::test
