// How ops become kernels: what the lowering of a structured op says, and what it may ask for.
//
// The lowering of an op is a file of core/compile/ops/, of the same name as that of core/graph/ops/
// that holds the rest of the op: kernels are this folder's, and the graph knows nothing of them.
#pragma once

#include <optional>

#include "core/compile/fuse.hpp"
#include "core/compile/program.hpp"

namespace lab {

class Emitter;

struct Lowering {
  // The operand's own elements, read in another way: where they lie, without a copy; nothing where
  // that cannot be. `operand` is where those of the operand, of shape `from`, lie;
  // `for_products`: the node is a matrix that products alone read.
  std::optional<Place> (*view)(const Node& node, const Shape& from, const Place& operand,
                               bool for_products) = nullptr;
  // Adds the kernels that compute group.anchor, where it is no view.
  void (*emit)(Emitter& emitter, const Group& group) = nullptr;
  // Its kernel goes on with elementwise nodes of its shape; it begins with those that it alone
  // reads.
  bool has_epilogue = false, has_producer = false;
};

// Of a structured op; empty of what is no op.
const Lowering& lowering_of(Op op);

// Merges axes that every view walks as one, and drops those of extent 1, in [first, last).
// Returns how many of them remain.
std::size_t collapse(Shape& space, const std::vector<Shape*>& strides, std::size_t first,
                     std::size_t last);

// The program that is being made.
class Emitter {
 public:
  Emitter(const Graph& source, const Procedure& procedure);
  Program run();

  const Node& node(NodeId id) const { return graph_.node(id); }
  const Place& place(NodeId id) const { return fusion_.places[static_cast<std::size_t>(id)]; }

  // ------------------------------------------------------------ memory

  // Where a node's elements lie; its memory is made when first asked for.
  BufferView view(NodeId id);
  // Row-major elements of a node, copied where it is a view that is not.
  BufferView contiguous(NodeId id);
  // The same with `axis` moved last, in `shape`.
  BufferView contiguous(NodeId id, std::size_t axis, Shape& shape);
  BufferView new_view(const Shape& shape, Type type);

  // ------------------------------------------------------------ kernels

  void add(Kernel kernel) { program_.kernels.push_back(std::move(kernel)); }
  void copy(const BufferView& from, const BufferView& to, const Shape& shape);
  // What the group's anchor is folded from, over the anchor's operand; no view is stored.
  Expression producer(const Group& group);
  // Where the anchor's own result goes before the epilogue: its memory if others read it, else
  // into a result of the epilogue, which then works in place.
  BufferView result(const Group& group);
  // The group's elementwise members on `result`; empty where there are none.
  Expression epilogue(const Group& group, const BufferView& result);

 private:
  std::int32_t group_of(NodeId id) const { return fusion_.group_of[static_cast<std::size_t>(id)]; }
  bool is_splat(NodeId id) const;
  bool in_arena(const BufferView& view) const;
  BufferId new_buffer(Extent size, Type type);
  BufferId buffer(NodeId id);
  BufferView packed(const BufferView& from, const Shape& shape);
  void plan_updates();
  void finish_updates();
  void write_outputs();
  void emit(const Group& group);
  Expression expression(const std::vector<NodeId>& members, const Shape& space,
                        const std::vector<NodeId>& stored, NodeId result, const BufferView& at);

  Simplified simplified_;
  const Graph& graph_;
  Fusion fusion_;
  Program program_;
  std::vector<BufferId> buffer_of_;
};

namespace ops {
#define LAB_ROW(name) extern const Lowering name##_lowering;
LAB_STRUCTURED_OPS(LAB_ROW)
#undef LAB_ROW
}  // namespace ops

}  // namespace lab
