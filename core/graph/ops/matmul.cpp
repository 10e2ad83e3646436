#include <Eigen/Core>
#include <algorithm>
#include <type_traits>

#include "core/graph/ops/op.hpp"

namespace lab {

using namespace ops;

Value matmul(Value a, Value b, bool transpose_a, bool transpose_b) {
  require_type(Op::matmul, a, Type::real);
  require_type(Op::matmul, b, Type::real);
  const std::size_t axes = a.shape().size(), last = axes - 1, before = axes - 2;
  const bool matrices = axes >= 2 && b.shape().size() == axes &&
                        std::equal(a.shape().begin(), a.shape().end() - 2, b.shape().begin());
  if (!matrices || a.extent(transpose_a ? before : last) != b.extent(transpose_b ? last : before)) {
    fail(Op::matmul, to_string(a.shape()) + (transpose_a ? "ᵀ" : "") + " and " +
                         to_string(b.shape()) + (transpose_b ? "ᵀ" : "") + " do not multiply");
  }
  Shape shape = a.shape();
  shape[before] = a.extent(transpose_a ? last : before);
  shape[last] = b.extent(transpose_b ? before : last);
  Node node = node_of(Op::matmul, Type::real, std::move(shape), {a, b});
  node.transpose_a = transpose_a;
  node.transpose_b = transpose_b;
  return a.graph().add(std::move(node));
}

const Rules ops::matmul_rules{
    // y = op(a)·op(b): d op(a) = g·op(b)ᵀ, d op(b) = op(a)ᵀ·g; a transposed operand's gradient is
    // the transpose, written as the product in the other order.
    .gradient = [](Value y, Value g) -> std::vector<Value> {
      const Value a = operand(y, 0), b = operand(y, 1);
      const bool ta = y.node().transpose_a, tb = y.node().transpose_b;
      return {ta ? matmul(b, g, tb, true) : matmul(g, b, false, !tb),
              tb ? matmul(g, a, true, ta) : matmul(a, g, !ta, false)};
    },
    .evaluate =
        [](const Node& node, const Operands& operands) {
          using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
          // Matrix `which` of those that lie one after another.
          const auto matrix = [](auto* data, const Shape& shape, Extent which) {
            using Of = std::conditional_t<std::is_const_v<std::remove_pointer_t<decltype(data)>>,
                                          const Matrix, Matrix>;
            const Extent rows = shape[shape.size() - 2], columns = shape.back();
            return Eigen::Map<Of>(data + which * rows * columns, rows, columns);
          };
          Tensor out;
          out.real.resize(count_of(node.shape));
          const Extent products = size_of(Shape(node.shape.begin(), node.shape.end() - 2));
          const bool ta = node.transpose_a, tb = node.transpose_b;
          for (Extent i = 0; i < products; ++i) {
            auto to = matrix(out.real.data(), node.shape, i);
            const auto a = matrix(operands[0]->real.data(), operands[0]->shape, i),
                       b = matrix(operands[1]->real.data(), operands[1]->shape, i);
            // Coefficient by coefficient: plain, like all evaluations.
            if (ta && tb) to = a.transpose().lazyProduct(b.transpose());
            else if (ta) to = a.transpose().lazyProduct(b);
            else if (tb) to = a.lazyProduct(b.transpose());
            else to = a.lazyProduct(b);
          }
          return out;
        },
};

}  // namespace lab
