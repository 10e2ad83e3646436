// gather, and scatter_add, its reverse: each is the gradient of the other.
#include <algorithm>

#include "core/graph/ops/op.hpp"

namespace lab {

using namespace ops;

Value gather(Value table, Value rows) {
  require_type(Op::gather, rows, Type::index);
  if (table.shape().empty() || table.extent(0) < 1) {
    fail(Op::gather, "the table of shape " + to_string(table.shape()) + " has no rows");
  }
  Node node = node_of(Op::gather, table.type(), rows.shape(), {table, rows});
  node.shape.insert(node.shape.end(), table.shape().begin() + 1, table.shape().end());
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
  Node node = node_of(Op::scatter_add, Type::real, {count}, {rows, updates});
  node.shape.insert(node.shape.end(), updates.shape().begin() + rank, updates.shape().end());
  return rows.graph().add(std::move(node));
}

const Rules ops::gather_rules{
    .gradient = [](Value y, Value g) -> std::vector<Value> {
      return {scatter_add(operand(y, 0).extent(0), operand(y, 1), g), {}};
    },
    .evaluate =
        [](const Node&, const Operands& operands) {
          const Tensor& table = *operands[0];
          const auto height = static_cast<std::uint32_t>(table.shape[0]);
          const std::size_t width = count_of(table.shape) / height;
          Tensor out;
          for (const std::uint32_t row : operands[1]->index) {
            const std::size_t from = std::min(row, height - 1) * width;
            for (std::size_t i = 0; i < width; ++i) append(out, table, from + i);
          }
          return out;
        },
};

const Rules ops::scatter_add_rules{
    .gradient = [](Value y, Value g) -> std::vector<Value> {
      return {{}, gather(g, operand(y, 0))};
    },
    .evaluate =
        [](const Node& node, const Operands& operands) {
          const Tensor &rows = *operands[0], &updates = *operands[1];
          const auto height = static_cast<std::uint32_t>(node.shape[0]);
          const std::size_t width = count_of(node.shape) / std::max(1u, height);
          Tensor out;
          out.real.assign(count_of(node.shape), 0.);
          for (std::size_t i = 0; i < updates.real.size(); ++i) {
            const std::size_t row = std::min(rows.index[i / width], height - 1);
            out.real[row * width + i % width] += updates.real[i];
          }
          return out;
        },
};

}  // namespace lab
