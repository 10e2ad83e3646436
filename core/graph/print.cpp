#include "core/graph/print.hpp"

namespace lab {

std::string print(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  std::string text = "%" + std::to_string(id) + " = " + std::string(name_of(node.op));
  if (!node.name.empty()) text += " '" + node.name + "'";
  for (const NodeId input : node.inputs) text += " %" + std::to_string(input);
  return text + " : " + to_string(node.shape);
}

}  // namespace lab
