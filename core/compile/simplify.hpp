// Graph → smaller graph that computes the same: only what is needed, each thing once, constants
// folded, identities removed, chains of rearrangements merged, transposes taken into products.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "core/graph/graph.hpp"

namespace lab {

struct Simplified {
  std::unique_ptr<Graph> graph;
  std::vector<NodeId> outputs;
  std::vector<std::pair<NodeId, NodeId>> updates;  // variable, next value
  std::vector<NodeId> original;  // of each node that is a variable: its node in the first graph
};

Simplified simplify(const Graph& graph, const Procedure& procedure);

}  // namespace lab
