#include <Eigen/Core>

#include "core/graph/ops/op.hpp"

namespace lab {

using namespace ops;

Value matmul(Value a, Value b, bool transpose_a, bool transpose_b) {
  require_type(Op::matmul, a, Type::real);
  require_type(Op::matmul, b, Type::real);
  const bool matrices = a.shape().size() == 2 && b.shape().size() == 2;
  if (!matrices || a.extent(transpose_a ? 0 : 1) != b.extent(transpose_b ? 1 : 0)) {
    fail(Op::matmul, to_string(a.shape()) + (transpose_a ? "ᵀ" : "") + " and " +
                         to_string(b.shape()) + (transpose_b ? "ᵀ" : "") + " do not multiply");
  }
  const Extent rows = a.extent(transpose_a ? 1 : 0), columns = b.extent(transpose_b ? 0 : 1);
  Node node = node_of(Op::matmul, Type::real, {rows, columns}, {a, b});
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
          const auto matrix = [&](std::size_t i) {
            return Eigen::Map<const Matrix>(operands[i]->real.data(), operands[i]->shape[0],
                                            operands[i]->shape[1]);
          };
          Tensor out;
          out.real.resize(count_of(node.shape));
          Eigen::Map<Matrix> to(out.real.data(), node.shape[0], node.shape[1]);
          const auto a = matrix(0), b = matrix(1);
          // Coefficient by coefficient: plain, like all evaluations.
          const bool ta = node.transpose_a, tb = node.transpose_b;
          if (ta && tb) to = a.transpose().lazyProduct(b.transpose());
          else if (ta) to = a.transpose().lazyProduct(b);
          else if (tb) to = a.lazyProduct(b.transpose());
          else to = a.lazyProduct(b);
          return out;
        },
};

}  // namespace lab
