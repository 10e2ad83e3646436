// Which nodes become one kernel, and in what order the kernels run.
//
// Elementwise nodes of one shape join the group of an operand where no third group lies between;
// a product or reduction anchors a group, whose elementwise members become its epilogue; an
// elementwise group that only a reduction reads becomes the reduction's producer.
#pragma once

#include <vector>

#include "core/compile/simplify.hpp"

namespace lab {

// Where a node's elements lie in the storage of the node `base`.
struct Place {
  NodeId base = -1;
  Extent offset = 0;
  Shape strides;
  // Of a matrix that only products read, and that no two strides describe: the axes that `strides`
  // walks; the first `rows` of them make its rows. Else empty, and `strides` walks the node's
  // shape.
  Shape space = {};
  std::size_t rows = 0;
};

struct Group {
  std::vector<NodeId> members;   // elementwise, in topological order (the anchor apart)
  std::vector<NodeId> producer;  // elementwise nodes fused into a reduction
  NodeId anchor = -1;            // the product, reduction or other structured node; −1: none
  Shape space;
  std::vector<NodeId> stored;  // members or anchor that others read: they need memory
};

struct Fusion {
  std::vector<Place> places;           // of every node
  std::vector<std::int32_t> group_of;  // of every node; −1 for leaves and views
  std::vector<Group> groups;           // in the order in which they run
};

Fusion fuse(const Simplified& simplified);

}  // namespace lab
