#include "core/execute/reference/reference.hpp"

#include <stdexcept>

#include "core/execute/memory_limit.hpp"
#include "core/graph/print.hpp"

namespace lab {

Reference::Handle Reference::prepare(const Procedure& procedure) {
  Prepared prepared{procedure, {}, {}};
  std::vector<char> needed(static_cast<std::size_t>(graph_.size()), 0);
  for (const Value value : procedure.outputs) needed[static_cast<std::size_t>(value.id())] = 1;
  for (const auto& [variable, next] : procedure.updates) {
    needed[static_cast<std::size_t>(next.id())] = 1;
  }
  for (std::size_t id = needed.size(); id-- > 0;) {
    if (!needed[id]) continue;
    for (const NodeId input : graph_.node(static_cast<NodeId>(id)).inputs) {
      needed[static_cast<std::size_t>(input)] = 1;
    }
  }
  double elements = 0;
  for (std::size_t id = 0; id < needed.size(); ++id) {
    if (!needed[id]) continue;
    prepared.order.push_back(static_cast<NodeId>(id));
    elements += static_cast<double>(size_of(graph_.node(static_cast<NodeId>(id)).shape));
  }
  // All of them are there at once when it runs.
  require_memory(elements * sizeof(double), "The arrays that '" + procedure.name + "' works on");
  prepared_.push_back(std::move(prepared));
  return prepared_.size() - 1;
}

void Reference::run(Handle handle, int times) {
  Prepared& prepared = prepared_.at(handle);
  for (int time = 0; time < times; ++time) {
    std::map<NodeId, Tensor> values;
    const auto value_of = [&](NodeId id) -> const Tensor& {
      if (graph_.node(id).op != Op::variable) return values.at(id);
      const auto found = variables_.find(id);
      if (found == variables_.end()) {
        throw std::logic_error("variable '" + graph_.node(id).name + "' was not initialised");
      }
      return found->second;
    };
    for (const NodeId id : prepared.order) {
      const Node& node = graph_.node(id);
      if (node.op == Op::variable) continue;
      Operands operands;
      for (const NodeId input : node.inputs) operands.push_back(&value_of(input));
      values[id] = evaluate(node, operands);
    }
    prepared.outputs.clear();
    for (const Value output : prepared.procedure.outputs) {
      prepared.outputs.push_back(value_of(output.id()));
    }
    std::vector<std::pair<NodeId, Tensor>> updates;
    for (const auto& [variable, next] : prepared.procedure.updates) {
      updates.emplace_back(variable.id(), value_of(next.id()));
    }
    for (auto& [id, value] : updates) variables_[id] = std::move(value);
  }
}

std::vector<float> Reference::output(Handle handle, std::size_t i) const {
  const Tensor& tensor = prepared_.at(handle).outputs.at(i);
  std::vector<float> values;
  for (const double value : tensor.real) values.push_back(static_cast<float>(value));
  for (const std::uint32_t value : tensor.index) values.push_back(static_cast<float>(value));
  return values;
}

const std::vector<double>& Reference::exact_output(Handle handle, std::size_t i) const {
  return prepared_.at(handle).outputs.at(i).real;
}

std::vector<double>& Reference::exact_variable(Value variable) {
  return variables_.at(variable.id()).real;
}

std::vector<float> Reference::read(Value variable) const {
  const std::vector<double>& real = variables_.at(variable.id()).real;
  return {real.begin(), real.end()};
}

void Reference::write(Value variable, std::span<const float> values) {
  variables_[variable.id()] = {variable.shape(), {values.begin(), values.end()}, {}};
}

std::vector<std::uint32_t> Reference::read_index(Value variable) const {
  return variables_.at(variable.id()).index;
}

void Reference::write_index(Value variable, std::span<const std::uint32_t> values) {
  variables_[variable.id()] = {variable.shape(), {}, {values.begin(), values.end()}};
}

std::string Reference::describe(Handle handle) const {
  std::string text;
  for (const NodeId id : prepared_.at(handle).order) text += print(graph_, id) + "\n";
  return text;
}

}  // namespace lab
