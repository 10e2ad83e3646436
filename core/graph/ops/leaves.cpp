// What a graph begins with: constants, variables, 0, 1, 2, … No gradient goes on from there.
#include "core/graph/ops/op.hpp"

namespace lab {

using namespace ops;

Value Graph::variable(std::string name, Value initial, Role role) {
  for (const NodeId id : variables_) {
    if (node(id).name == name) throw GraphError("variable: '" + name + "' is there already");
  }
  Node node = node_of(Op::variable, initial.type(), initial.shape(), {});
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
  Node node = node_of(Op::constant, Type::real, std::move(shape), {});
  node.numbers = std::move(numbers);
  return add(std::move(node));
}

Value Graph::index_constant(std::uint32_t number, Shape shape) {
  return index_constant(std::vector<std::uint32_t>{number}, std::move(shape));
}

Value Graph::index_constant(const std::vector<std::uint32_t>& numbers, Shape shape) {
  Node node = node_of(Op::constant, Type::index, std::move(shape), {});
  node.numbers.assign(numbers.begin(), numbers.end());
  return add(std::move(node));
}

Value iota(Graph& graph, Extent count) {
  return graph.add(node_of(Op::iota, Type::index, {count}, {}));
}

Value zeros_like(Value a) { return a.graph().constant(0, a.shape()); }
Value ones_like(Value a) { return a.graph().constant(1, a.shape()); }

const Rules ops::constant_rules{
    .gradient = vanishes,
    .evaluate =
        [](const Node& node, const Operands&) {
          Tensor out;
          for (std::size_t i = 0; i < count_of(node.shape); ++i) {
            const double number = node.numbers[node.numbers.size() == 1 ? 0 : i];
            if (node.type == Type::real) out.real.push_back(number);
            else out.index.push_back(static_cast<std::uint32_t>(number));
          }
          return out;
        },
    .folded = false,
};

// The executor has its value.
const Rules ops::variable_rules{.gradient = vanishes, .evaluate = nullptr, .folded = false};

const Rules ops::iota_rules{
    .gradient = vanishes,
    .evaluate =
        [](const Node& node, const Operands&) {
          Tensor out;
          out.index.resize(count_of(node.shape));
          std::iota(out.index.begin(), out.index.end(), 0u);
          return out;
        },
};

}  // namespace lab
