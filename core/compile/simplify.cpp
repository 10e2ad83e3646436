#include "core/compile/simplify.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "core/graph/rules.hpp"

namespace lab {

namespace {

// Larger results are left to the program.
constexpr Extent largest_folded = 1 << 16;

class Simplifier {
 public:
  explicit Simplifier(const Graph& source) : source_(source), graph_(std::make_unique<Graph>()) {}

  Simplified run(const Procedure& procedure) {
    std::vector<char> needed(static_cast<std::size_t>(source_.size()), 0);
    for (const Value output : procedure.outputs) needed[index(output.id())] = 1;
    for (const auto& [variable, next] : procedure.updates) {
      needed[index(variable.id())] = needed[index(next.id())] = 1;
    }
    for (std::size_t id = needed.size(); id-- > 0;) {
      if (!needed[id]) continue;
      for (const NodeId input : source_.node(static_cast<NodeId>(id)).inputs) {
        needed[index(input)] = 1;
      }
    }
    image_.assign(needed.size(), -1);
    for (std::size_t id = 0; id < needed.size(); ++id) {
      if (needed[id]) image_[id] = rebuild(static_cast<NodeId>(id));
    }

    Simplified result;
    for (const Value output : procedure.outputs) result.outputs.push_back(image(output));
    for (const auto& [variable, next] : procedure.updates) {
      result.updates.emplace_back(image(variable), image(next));
    }
    result.original.assign(static_cast<std::size_t>(graph_->size()), -1);
    for (const auto& [now, before] : variables_) result.original[index(now)] = before;
    result.graph = std::move(graph_);
    return result;
  }

 private:
  static std::size_t index(NodeId id) { return static_cast<std::size_t>(id); }
  NodeId image(Value value) const { return image_[index(value.id())]; }
  const Node& at(NodeId id) const { return graph_->node(id); }

  bool is_splat(NodeId id) const { return at(id).op == Op::constant && at(id).numbers.size() == 1; }
  bool is_splat(NodeId id, double number) const {
    return is_splat(id) && at(id).numbers[0] == number;
  }

  NodeId rebuild(NodeId id) {
    Node node = source_.node(id);
    if (node.op == Op::variable) {
      node.initial = -1;
      const NodeId made = graph_->add(std::move(node)).id();
      variables_[made] = id;
      return made;
    }
    for (NodeId& input : node.inputs) input = image_[index(input)];
    if (const auto folded = fold(node)) return *folded;
    if (const auto same = identity(node)) return *same;
    merge(node);
    return graph_->add(std::move(node)).id();
  }

  static Tensor evaluated(const Node& node, const std::vector<Tensor>& operands) {
    Operands pointers;
    for (const Tensor& operand : operands) pointers.push_back(&operand);
    return evaluate(node, pointers);
  }

  // The constant that node is, where all its operands are constants.
  std::optional<NodeId> fold(const Node& node) {
    if (!rules_of(node.op).folded) return std::nullopt;
    const bool constant = std::all_of(node.inputs.begin(), node.inputs.end(),
                                      [&](NodeId input) { return at(input).op == Op::constant; });
    if (!constant) return std::nullopt;
    const bool splats = std::all_of(node.inputs.begin(), node.inputs.end(),
                                    [&](NodeId input) { return is_splat(input); });
    const bool keeps_splat = is_elementwise(node.op) || node.op == Op::broadcast ||
                             node.op == Op::reshape || node.op == Op::transpose ||
                             node.op == Op::slice || node.op == Op::stop_gradient;
    if (splats && keeps_splat) return splat(node);
    if (size_of(node.shape) > largest_folded) return std::nullopt;

    std::vector<Tensor> operands;
    for (const NodeId input : node.inputs) operands.push_back(evaluate(at(input), {}));
    const Tensor value = evaluated(node, operands);
    Node constant_node;
    constant_node.op = Op::constant;
    constant_node.type = node.type;
    constant_node.shape = node.shape;
    constant_node.numbers = value.real;
    constant_node.numbers.insert(constant_node.numbers.end(), value.index.begin(),
                                 value.index.end());
    return graph_->add(std::move(constant_node)).id();
  }

  // A function of equal numbers: computed once.
  NodeId splat(const Node& node) {
    Node constant;
    constant.op = Op::constant;
    constant.type = node.type;
    constant.shape = node.shape;
    if (!is_elementwise(node.op)) {
      constant.numbers = at(node.inputs[0]).numbers;
      return graph_->add(std::move(constant)).id();
    }
    const auto scalar = [](Node of) {
      of.shape = {};
      return of;
    };
    std::vector<Tensor> operands;
    for (const NodeId input : node.inputs) operands.push_back(evaluate(scalar(at(input)), {}));
    const Tensor value = evaluated(scalar(node), operands);
    constant.numbers = {value.real.empty() ? static_cast<double>(value.index[0]) : value.real[0]};
    return graph_->add(std::move(constant)).id();
  }

  // The operand that node equals, if it is one.
  std::optional<NodeId> identity(const Node& node) const {
    const auto input = [&](std::size_t i) { return node.inputs[i]; };
    switch (node.op) {
      case Op::stop_gradient: return input(0);
      case Op::negate:
        if (at(input(0)).op == Op::negate) return at(input(0)).inputs[0];
        break;
      case Op::add:
        if (is_splat(input(0), 0)) return input(1);
        if (is_splat(input(1), 0)) return input(0);
        break;
      case Op::subtract:
        if (is_splat(input(1), 0)) return input(0);
        break;
      case Op::multiply:
        if (is_splat(input(0), 1)) return input(1);
        if (is_splat(input(1), 1)) return input(0);
        break;
      case Op::divide:
        if (is_splat(input(1), 1)) return input(0);
        break;
      case Op::broadcast:
      case Op::reshape:
      case Op::slice:
        if (at(input(0)).shape == node.shape) return input(0);
        break;
      default: break;
    }
    return std::nullopt;
  }

  // Takes what its operands merely rearrange into the node itself.
  void merge(Node& node) {
    if (node.op == Op::reshape) {
      while (at(node.inputs[0]).op == Op::reshape) node.inputs[0] = at(node.inputs[0]).inputs[0];
    }
    if (node.op == Op::broadcast) {
      while (at(node.inputs[0]).op == Op::broadcast) node.inputs[0] = at(node.inputs[0]).inputs[0];
    }
    if (node.op == Op::add && at(node.inputs[1]).op == Op::negate) {
      node.op = Op::subtract;
      node.inputs[1] = at(node.inputs[1]).inputs[0];
    }
    if (node.op == Op::matmul) {
      const auto absorb = [&](std::size_t i, bool& flag) {
        if (at(node.inputs[i]).op != Op::transpose) return;
        // The rows and columns of each matrix change places, and no other axis does.
        const Shape& axes = at(node.inputs[i]).axes;
        for (std::size_t axis = 0; axis + 2 < axes.size(); ++axis) {
          if (axes[axis] != static_cast<Extent>(axis)) return;
        }
        node.inputs[i] = at(node.inputs[i]).inputs[0];
        flag = !flag;
      };
      absorb(0, node.transpose_a);
      absorb(1, node.transpose_b);
    }
  }

  const Graph& source_;
  std::unique_ptr<Graph> graph_;
  std::vector<NodeId> image_;
  std::map<NodeId, NodeId> variables_;
};

}  // namespace

Simplified simplify(const Graph& graph, const Procedure& procedure) {
  return Simplifier(graph).run(procedure);
}

}  // namespace lab
