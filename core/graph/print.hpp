// A graph's nodes as text for a person to read.
#pragma once

#include <string>

#include "core/graph/graph.hpp"

namespace lab {

// "%12 = add %3 %4 : [512, 2]".
std::string print(const Graph& graph, NodeId id);

}  // namespace lab
