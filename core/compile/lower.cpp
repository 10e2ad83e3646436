// Groups → kernels over buffers.
#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <set>

#include "core/compile/lowering.hpp"
#include "core/compile/memory.hpp"

namespace lab {

const Lowering& lowering_of(Op op) {
  static constexpr std::array rows{
#define LAB_ROW(name) &ops::name##_lowering,
      LAB_STRUCTURED_OPS(LAB_ROW)
#undef LAB_ROW
  };
  static constexpr Lowering none{};
  const std::size_t row = static_cast<std::size_t>(op) - elementwise_count;
  return row < rows.size() ? *rows[row] : none;
}

std::size_t collapse(Shape& space, const std::vector<Shape*>& strides, std::size_t first,
                     std::size_t last) {
  const auto erase = [](Shape& shape, std::size_t axis) {
    shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(axis));
  };
  std::size_t axis = first;
  while (axis < last) {
    const bool alone = space[axis] == 1;
    const bool joined = !alone && axis + 1 < last &&
                        std::all_of(strides.begin(), strides.end(), [&](const Shape* s) {
                          return (*s)[axis] == (*s)[axis + 1] * space[axis + 1];
                        });
    if (!alone && !joined) {
      ++axis;
      continue;
    }
    if (joined) space[axis + 1] *= space[axis];
    erase(space, axis);
    for (Shape* s : strides) erase(*s, axis);
    --last;
    if (axis > first) --axis;
  }
  return last - first;
}

namespace {

void collapse_all(Expression& expression) {
  std::vector<Shape*> strides;
  for (BufferView& load : expression.loads) strides.push_back(&load.strides);
  for (auto& store : expression.stores) strides.push_back(&store.to.strides);
  collapse(expression.space, strides, 0, expression.space.size());
}

std::uint32_t word(double number, Type type) {
  return type == Type::real ? std::bit_cast<std::uint32_t>(static_cast<float>(number))
                            : static_cast<std::uint32_t>(number);
}

}  // namespace

Emitter::Emitter(const Graph& source, const Procedure& procedure)
    : simplified_(simplify(source, procedure)),
      graph_(*simplified_.graph),
      fusion_(fuse(simplified_)) {
  program_.name = procedure.name;
}

Program Emitter::run() {
  buffer_of_.assign(static_cast<std::size_t>(graph_.size()), -1);
  plan_updates();
  for (const Group& group : fusion_.groups) emit(group);
  write_outputs();
  finish_updates();
  place_buffers(program_);
  for (const Kernel& each : program_.kernels) {
    if (const auto* gemm = std::get_if<kernel::Gemm>(&each)) program_.product_flops += gemm->flop();
  }
  return std::move(program_);
}

bool Emitter::is_splat(NodeId id) const {
  const Node& base = node(place(id).base);
  return base.op == Op::constant && base.numbers.size() == 1;
}

bool Emitter::in_arena(const BufferView& view) const {
  return program_.buffers[static_cast<std::size_t>(view.buffer)].kind == Buffer::Kind::arena;
}

// ---------------------------------------------------------------- memory

BufferId Emitter::new_buffer(Extent size, Type type) {
  Buffer buffer;
  buffer.size = size;
  buffer.type = type;
  program_.buffers.push_back(std::move(buffer));
  return static_cast<BufferId>(program_.buffers.size()) - 1;
}

// The buffer of a node that is no view; made when first asked for.
BufferId Emitter::buffer(NodeId id) {
  BufferId& found = buffer_of_[static_cast<std::size_t>(id)];
  if (found >= 0) return found;
  const Node& here = node(id);
  found = new_buffer(size_of(here.shape), here.type);
  Buffer& made = program_.buffers.back();
  if (here.op == Op::variable) {
    made.kind = Buffer::Kind::variable;
    made.source = simplified_.original[static_cast<std::size_t>(id)];
  } else if (here.op == Op::constant || here.op == Op::iota) {
    made.kind = Buffer::Kind::constant;
    for (const double number : here.numbers) made.words.push_back(word(number, here.type));
    if (here.op == Op::iota) {
      for (Extent i = 0; i < here.shape[0]; ++i) {
        made.words.push_back(static_cast<std::uint32_t>(i));
      }
    }
    made.size = static_cast<Extent>(made.words.size());
  }
  return found;
}

BufferView Emitter::view(NodeId id) {
  const Place& where = place(id);
  return {buffer(where.base), where.offset, where.strides};
}

BufferView Emitter::new_view(const Shape& shape, Type type) {
  return {new_buffer(size_of(shape), type), 0, row_major(shape)};
}

BufferView Emitter::contiguous(NodeId id) {
  const BufferView at = view(id);
  return at.strides == row_major(node(id).shape) ? at : packed(at, node(id).shape);
}

BufferView Emitter::contiguous(NodeId id, std::size_t axis, Shape& shape) {
  BufferView at = view(id);
  shape = node(id).shape;
  for (Shape* each : {&shape, &at.strides}) {
    const auto from = each->begin() + static_cast<std::ptrdiff_t>(axis);
    std::rotate(from, from + 1, each->end());
  }
  return at.strides == row_major(shape) ? at : packed(at, shape);
}

BufferView Emitter::packed(const BufferView& from, const Shape& shape) {
  const Type type = program_.buffers[static_cast<std::size_t>(from.buffer)].type;
  const BufferView to = new_view(shape, type);
  copy(from, to, shape);
  return to;
}

// ---------------------------------------------------------------- updates and outputs

// Decides which next values are computed right into their variable: the old value must have no
// reader after, nor any in the same kernel but at the same element.
void Emitter::plan_updates() {
  std::map<NodeId, std::vector<NodeId>> readers;
  for (NodeId id = 0; id < graph_.size(); ++id) {
    if (place(id).base != id) continue;
    for (const NodeId input : node(id).inputs) {
      if (node(place(input).base).op == Op::variable) readers[place(input).base].push_back(id);
    }
  }
  std::set<NodeId> read_at_end, taken;
  for (const auto& [variable, next] : simplified_.updates) read_at_end.insert(place(next).base);
  for (const NodeId output : simplified_.outputs) read_at_end.insert(place(output).base);

  for (const auto& [variable, next] : simplified_.updates) {
    const std::int32_t home = group_of(next);
    const bool computed = home >= 0 && place(next).base == next;
    if (!computed || read_at_end.count(variable) || !taken.insert(next).second) continue;
    const Group& group = fusion_.groups[static_cast<std::size_t>(home)];
    // Structured ops write more than one pass over their result; a reduction accumulates in it.
    if (group.anchor == next) continue;
    const bool safe =
        std::all_of(readers[variable].begin(), readers[variable].end(), [&](NodeId reader) {
          if (group_of(reader) != home) return group_of(reader) < home;
          const auto& members = group.members;
          if (std::find(members.begin(), members.end(), reader) == members.end()) return false;
          const auto& inputs = node(reader).inputs;
          return std::all_of(inputs.begin(), inputs.end(), [&](NodeId input) {
            return place(input).base != variable || input == variable;
          });
        });
    if (safe) buffer_of_[static_cast<std::size_t>(next)] = buffer(variable);
  }
}

void Emitter::finish_updates() {
  // A next value that is itself a variable is saved first: it may be replaced as well.
  std::vector<std::pair<BufferView, std::pair<BufferView, Shape>>> copies;
  for (const auto& [variable, next] : simplified_.updates) {
    if (place(next).base == next && buffer(next) == buffer(variable)) continue;
    const Shape& shape = node(variable).shape;
    BufferView from = view(next);
    if (node(place(next).base).op == Op::variable) {
      const BufferView saved = new_view(shape, node(variable).type);
      copy(from, saved, shape);
      from = saved;
    }
    copies.push_back({from, {view(variable), shape}});
  }
  for (const auto& [from, target] : copies) copy(from, target.first, target.second);
}

void Emitter::write_outputs() {
  for (const NodeId output : simplified_.outputs) {
    const Node& here = node(output);
    BufferView at = view(output);
    const bool own = place(output).base == output && group_of(output) >= 0 && in_arena(at);
    if (!own) at = packed(at, here.shape);
    program_.outputs.push_back(at);
    program_.output_shapes.push_back(here.shape);
    program_.output_types.push_back(here.type);
  }
}

// ---------------------------------------------------------------- kernels

// The code of `members` over `space`, of which `stored` go to memory; the value of `result`, if
// any, is load 0 at `at`.
Expression Emitter::expression(const std::vector<NodeId>& members, const Shape& space,
                               const std::vector<NodeId>& stored, NodeId result,
                               const BufferView& at) {
  Expression made;
  made.space = space;
  std::map<NodeId, std::size_t> load_of, immediate_of, code_of;
  if (result >= 0) {
    load_of[result] = 0;
    made.loads.push_back(at);
  }
  const std::set<NodeId> inside(members.begin(), members.end());
  for (const NodeId id : members) {
    for (const NodeId input : node(id).inputs) {
      if (inside.count(input) || load_of.count(input) || immediate_of.count(input)) continue;
      if (is_splat(input)) {
        immediate_of[input] = made.immediates.size();
        const Node& base = node(place(input).base);
        made.immediates.push_back(word(base.numbers[0], base.type));
        continue;
      }
      const BufferView from = view(input);
      const auto same = std::find(made.loads.begin() + (result >= 0), made.loads.end(), from);
      load_of[input] = static_cast<std::size_t>(same - made.loads.begin());
      if (same == made.loads.end()) made.loads.push_back(from);
    }
  }
  const auto reg = [&](NodeId id) {
    std::size_t at_register = 0;
    if (const auto load = load_of.find(id); load != load_of.end()) {
      at_register = load->second;
    } else if (const auto number = immediate_of.find(id); number != immediate_of.end()) {
      at_register = made.loads.size() + number->second;
    } else {
      at_register = made.loads.size() + made.immediates.size() + code_of.at(id);
    }
    return static_cast<Register>(at_register);
  };
  // A product that only one sum reads is computed with it.
  std::map<NodeId, int> uses;
  for (const NodeId id : members) {
    for (const NodeId input : node(id).inputs) ++uses[input];
  }
  for (const NodeId id : stored) ++uses[id];
  const auto is_part = [&](NodeId id) {
    return inside.count(id) && node(id).op == Op::multiply && uses[id] == 1;
  };
  std::set<NodeId> parts;
  for (const NodeId id : members) {
    if (node(id).op != Op::add) continue;
    for (const NodeId input : node(id).inputs) {
      if (!is_part(input)) continue;
      parts.insert(input);
      break;
    }
  }
  for (const NodeId id : members) {
    if (parts.count(id)) continue;
    Instruction instruction;
    instruction.op = node(id).op;
    std::vector<NodeId> inputs = node(id).inputs;
    if (instruction.op == Op::add) {
      for (std::size_t i = 0; i < 2; ++i) {
        if (!parts.count(inputs[i])) continue;
        const auto& factors = node(inputs[i]).inputs;
        instruction.op = Op::multiply_add;
        inputs = {factors[0], factors[1], inputs[1 - i]};
        break;
      }
    }
    for (std::size_t i = 0; i < inputs.size(); ++i) instruction.operands[i] = reg(inputs[i]);
    code_of[id] = made.code.size();
    instruction.result = reg(id);
    made.code.push_back(instruction);
  }
  for (const NodeId id : stored) {
    if (inside.count(id)) made.stores.push_back({reg(id), view(id)});
  }
  return made;
}

void Emitter::copy(const BufferView& from, const BufferView& to, const Shape& shape) {
  Expression identity;
  identity.space = shape;
  identity.loads = {from};
  identity.stores = {{0, to}};
  collapse_all(identity);
  add(kernel::Map{std::move(identity)});
}

void Emitter::emit(const Group& group) {
  if (group.anchor >= 0) {
    const Op op = node(group.anchor).op;
    const auto lower = lowering_of(op).emit;
    if (!lower) throw GraphError("compile: no kernel for " + std::string(name_of(op)));
    return lower(*this, group);
  }
  Expression made = expression(group.members, group.space, group.stored, -1, {});
  collapse_all(made);
  add(kernel::Map{std::move(made)});
}

Expression Emitter::producer(const Group& group) {
  const NodeId operand = node(group.anchor).inputs[0];
  Expression made;
  if (group.producer.empty()) {
    made.space = node(operand).shape;
    made.loads = {view(operand)};
    made.stores = {{0, {}}};
  } else {
    // The operand is the last of its group: nothing else in it reads on from there.
    made = expression(group.producer, node(operand).shape, group.stored, -1, {});
    made.stores = {{made.code.back().result, {}}};
  }
  return made;
}

BufferView Emitter::result(const Group& group) {
  const auto& stored = group.stored;
  const bool kept = std::find(stored.begin(), stored.end(), group.anchor) != stored.end();
  if (kept) return view(group.anchor);
  for (const NodeId id : stored) {
    const BufferView at = view(id);
    if (in_arena(at)) return at;
  }
  return new_view(node(group.anchor).shape, Type::real);
}

Expression Emitter::epilogue(const Group& group, const BufferView& result) {
  if (group.members.empty()) return {};
  Expression made = expression(group.members, group.space, group.stored, group.anchor, result);
  collapse_all(made);
  return made;
}

Program compile(const Graph& graph, const Procedure& procedure) {
  return Emitter(graph, procedure).run();
}

}  // namespace lab
