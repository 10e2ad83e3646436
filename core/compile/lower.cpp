// Groups → kernels over buffers.
#include <algorithm>
#include <bit>
#include <limits>
#include <map>
#include <set>

#include "core/compile/fuse.hpp"
#include "core/compile/memory.hpp"
#include "core/compile/program.hpp"

namespace lab {

namespace {

// Merges axes that every view walks as one, and drops those of extent 1, in [first, last).
// Returns how many of them remain.
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

std::vector<Shape*> strides_of(Expression& expression) {
  std::vector<Shape*> strides;
  for (View& load : expression.loads) strides.push_back(&load.strides);
  for (auto& store : expression.stores) strides.push_back(&store.to.strides);
  return strides;
}

class Lowering {
 public:
  Lowering(const Graph& source, const Procedure& procedure)
      : simplified_(simplify(source, procedure)),
        graph_(*simplified_.graph),
        fusion_(fuse(simplified_)) {
    program_.name = procedure.name;
  }

  Program run() {
    buffer_of_.assign(static_cast<std::size_t>(graph_.size()), -1);
    plan_updates();
    for (std::size_t g = 0; g < fusion_.groups.size(); ++g) emit(fusion_.groups[g]);
    write_outputs();
    finish_updates();
    place_buffers(program_);
    return std::move(program_);
  }

 private:
  const Node& node(NodeId id) const { return graph_.node(id); }
  const Place& place(NodeId id) const { return fusion_.places[static_cast<std::size_t>(id)]; }
  std::int32_t group_of(NodeId id) const { return fusion_.group_of[static_cast<std::size_t>(id)]; }
  bool is_splat(NodeId id) const {
    const Node& base = node(place(id).base);
    return base.op == Op::constant && base.numbers.size() == 1;
  }

  // ------------------------------------------------------------ buffers and views

  BufferId new_buffer(Extent size) {
    Buffer buffer;
    buffer.size = size;
    program_.buffers.push_back(std::move(buffer));
    return static_cast<BufferId>(program_.buffers.size()) - 1;
  }

  static std::uint32_t word(double number, Type type) {
    return type == Type::real ? std::bit_cast<std::uint32_t>(static_cast<float>(number))
                              : static_cast<std::uint32_t>(number);
  }

  // The buffer of a node that is no view; made when first asked for.
  BufferId buffer(NodeId id) {
    BufferId& found = buffer_of_[static_cast<std::size_t>(id)];
    if (found >= 0) return found;
    const Node& here = node(id);
    found = new_buffer(size_of(here.shape));
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

  View view(NodeId id) {
    const Place& where = place(id);
    return {buffer(where.base), where.offset, where.strides};
  }

  View new_view(const Shape& shape) { return {new_buffer(size_of(shape)), 0, row_major(shape)}; }

  // ------------------------------------------------------------ updates

  // Decides which next values are computed right into their variable: the old value must have no
  // reader after, nor any in the same kernel but at the same element.
  void plan_updates() {
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

  void finish_updates() {
    // A next value that is itself a variable is saved first: it may be replaced as well.
    std::vector<std::pair<View, std::pair<View, Shape>>> copies;
    for (const auto& [variable, next] : simplified_.updates) {
      if (place(next).base == next && buffer(next) == buffer(variable)) continue;
      const Shape& shape = node(variable).shape;
      View from = view(next);
      if (node(place(next).base).op == Op::variable) {
        const View saved = new_view(shape);
        copy(from, saved, shape, "save '" + node(variable).name + "'");
        from = saved;
      }
      copies.push_back({from, {view(variable), shape}});
    }
    for (const auto& [from, target] : copies) {
      copy(from, target.first, target.second, "update");
    }
  }

  void write_outputs() {
    for (const NodeId output : simplified_.outputs) {
      const Node& here = node(output);
      View at = view(output);
      const bool own =
          place(output).base == output && group_of(output) >= 0 &&
          program_.buffers[static_cast<std::size_t>(at.buffer)].kind == Buffer::Kind::arena;
      if (!own) {
        const View copied = new_view(here.shape);
        copy(at, copied, here.shape, "output");
        at = copied;
      }
      program_.outputs.push_back(at);
      program_.output_shapes.push_back(here.shape);
      program_.output_types.push_back(here.type);
    }
  }

  // ------------------------------------------------------------ expressions

  // The code of `members` over `space`; the value of `result`, if any, is load 0 at `at`.
  Expression expression(const std::vector<NodeId>& members, const Shape& space, NodeId result,
                        const View& at) {
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
        const View from = view(input);
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
    for (const NodeId id : stored_) ++uses[id];
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
    for (const NodeId id : stored_) {
      if (inside.count(id)) made.stores.push_back({reg(id), view(id)});
    }
    return made;
  }

  void collapse_all(Expression& made) {
    collapse(made.space, strides_of(made), 0, made.space.size());
  }

  Kernel& add(Kernel::Kind kind, std::string label) {
    Kernel kernel;
    kernel.kind = kind;
    kernel.label = std::move(label);
    program_.kernels.push_back(std::move(kernel));
    return program_.kernels.back();
  }

  void copy(const View& from, const View& to, const Shape& shape, std::string label) {
    Expression identity;
    identity.space = shape;
    identity.loads = {from};
    identity.stores = {{0, to}};
    collapse_all(identity);
    add(Kernel::Kind::map, std::move(label)).expression = std::move(identity);
  }

  // Row-major elements of a node, copied where it is a view that is not.
  View contiguous(NodeId id) {
    const View at = view(id);
    if (at.strides == row_major(node(id).shape)) return at;
    return packed(at, node(id).shape);
  }
  View packed(const View& from, const Shape& shape) {
    const View to = new_view(shape);
    copy(from, to, shape, "pack");
    return to;
  }

  // ------------------------------------------------------------ kernels

  void emit(const Group& group) {
    stored_ = group.stored;
    if (group.anchor < 0) {
      Expression made = expression(group.members, group.space, -1, {});
      collapse_all(made);
      add(Kernel::Kind::map, label(group)).expression = std::move(made);
      return;
    }
    switch (node(group.anchor).op) {
      case Op::matmul: return emit_product(group);
      case Op::sum:
      case Op::max: return emit_reduction(group);
      default: return emit_structured(group.anchor);
    }
  }

  std::string label(const Group& group) const {
    std::string text;
    for (const NodeId id : group.stored) {
      if (!text.empty()) text += ", ";
      for (const auto& [variable, next] : simplified_.updates) {
        if (next == id) text += "'" + node(variable).name + "' = ";
      }
      text += std::string(name_of(node(id).op));
    }
    return text;
  }

  // Where the anchor's own result goes before the epilogue: its buffer if others read it, else
  // into a result of the epilogue, which then works in place.
  View anchor_result(const Group& group) {
    const auto& stored = group.stored;
    const bool kept = std::find(stored.begin(), stored.end(), group.anchor) != stored.end();
    if (kept) return view(group.anchor);
    for (const NodeId id : stored) {
      const View at = view(id);
      const bool arena =
          program_.buffers[static_cast<std::size_t>(at.buffer)].kind == Buffer::Kind::arena;
      if (arena) return at;
    }
    return new_view(node(group.anchor).shape);
  }

  void add_epilogue(const Group& group, Kernel& kernel) {
    if (group.members.empty()) return;
    Expression made = expression(group.members, group.space, group.anchor, kernel.result);
    collapse_all(made);
    kernel.expression = std::move(made);
  }

  // An operand of a product: rows then columns, each of one axis or more.
  View operand(NodeId id, bool transposed, Kernel::Sides& sides) {
    View at = view(id);
    const Place& where = place(id);
    sides.space = where.space.empty() ? node(id).shape : where.space;
    sides.rows = where.space.empty() ? 1 : where.rows;
    if (transposed) {
      const auto rotate = [rows = static_cast<std::ptrdiff_t>(sides.rows)](Shape& shape) {
        std::rotate(shape.begin(), shape.begin() + rows, shape.end());
      };
      rotate(sides.space);
      rotate(at.strides);
      sides.rows = sides.space.size() - sides.rows;
    }
    collapse(sides.space, {&at.strides}, sides.rows, sides.space.size());
    sides.rows = collapse(sides.space, {&at.strides}, 0, sides.rows);
    return at;
  }

  void emit_product(const Group& group) {
    const Node& here = node(group.anchor);
    const Extent depth = node(here.inputs[0]).shape[here.transpose_a ? 0 : 1];
    Kernel::Sides a_sides, b_sides;
    const View a = operand(here.inputs[0], here.transpose_a, a_sides),
               b = operand(here.inputs[1], here.transpose_b, b_sides);
    Kernel kernel;
    kernel.kind = Kernel::Kind::gemm;
    kernel.label = label(group);
    kernel.extents = {here.shape[0], here.shape[1], depth};
    kernel.a = a;
    kernel.b = b;
    kernel.a_sides = std::move(a_sides);
    kernel.b_sides = std::move(b_sides);
    kernel.result = anchor_result(group);
    add_epilogue(group, kernel);
    program_.product_flops += 2.0 * static_cast<double>(here.shape[0]) *
                              static_cast<double>(here.shape[1]) * static_cast<double>(depth);
    program_.kernels.push_back(std::move(kernel));
  }

  void emit_reduction(const Group& group) {
    const Node& here = node(group.anchor);
    const NodeId operand = here.inputs[0];
    const Shape& shape = node(operand).shape;
    Kernel kernel;
    kernel.kind = Kernel::Kind::reduce;
    kernel.op = here.op;
    kernel.label = label(group);
    if (group.producer.empty()) {
      kernel.producer.space = shape;
      kernel.producer.loads = {view(operand)};
      kernel.producer.stores = {{0, {}}};
    } else {
      // The operand is the last of its group: nothing else in it reads on from there.
      kernel.producer = expression(group.producer, shape, -1, {});
      kernel.producer.stores = {{kernel.producer.code.back().result, {}}};
    }
    arrange(kernel, here.axes);
    kernel.result = anchor_result(group);
    add_epilogue(group, kernel);
    program_.kernels.push_back(std::move(kernel));
  }

  // Puts the reduced axes last, so that a result is one run of elements; or, where the innermost
  // axis stays, first, so that results are summed row by row.
  static void arrange(Kernel& kernel, const Shape& axes) {
    Expression& producer = kernel.producer;
    const auto reduced = [&](std::size_t axis) {
      return std::find(axes.begin(), axes.end(), static_cast<Extent>(axis)) != axes.end();
    };
    std::size_t innermost = producer.space.size();
    while (innermost > 0 && producer.space[innermost - 1] == 1) --innermost;
    kernel.columns = innermost > 0 && !reduced(innermost - 1);
    std::vector<std::size_t> order;
    for (const bool pass : {kernel.columns, !kernel.columns}) {
      for (std::size_t axis = 0; axis < producer.space.size(); ++axis) {
        if (reduced(axis) == pass) order.push_back(axis);
      }
    }
    const auto reordered = [&order](const Shape& shape) {
      Shape result;
      for (const std::size_t axis : order) result.push_back(shape[axis]);
      return result;
    };
    const std::size_t lead = kernel.columns ? axes.size() : producer.space.size() - axes.size();
    producer.space = reordered(producer.space);
    std::vector<Shape*> strides;
    for (View& load : producer.loads) {
      load.strides = reordered(load.strides);
      strides.push_back(&load.strides);
    }
    collapse(producer.space, strides, lead, producer.space.size());
    kernel.kept = collapse(producer.space, strides, 0, lead);
  }

  // The operand with `axis` moved last, contiguous.
  View axis_last(NodeId operand, std::size_t axis, Shape& shape) {
    View at = view(operand);
    shape = node(operand).shape;
    const auto rotate = [axis](Shape& s) {
      std::rotate(s.begin() + static_cast<std::ptrdiff_t>(axis),
                  s.begin() + static_cast<std::ptrdiff_t>(axis) + 1, s.end());
    };
    rotate(shape);
    rotate(at.strides);
    return at.strides == row_major(shape) ? at : packed(at, shape);
  }

  // A kernel on two operands of the node, contiguous: a is input `first`, b input `second`.
  Kernel& add_on(Kernel::Kind kind, NodeId id, std::size_t first, std::size_t second) {
    const Node& here = node(id);
    const View a = contiguous(here.inputs[first]), b = contiguous(here.inputs[second]);
    const View result = view(id);
    Kernel& kernel = add(kind, std::string(name_of(here.op)));
    kernel.op = here.op;
    kernel.a = a;
    kernel.b = b;
    kernel.result = result;
    kernel.stream = here.stream;
    return kernel;
  }

  void emit_structured(NodeId id) {
    const Node& here = node(id);
    const View result = view(id);
    const std::string name(name_of(here.op));
    const auto input = [&](std::size_t i) { return here.inputs[i]; };
    switch (here.op) {
      case Op::reshape: {
        const Shape& from = node(input(0)).shape;
        return copy(view(input(0)), {result.buffer, 0, row_major(from)}, from, name);
      }
      case Op::embed: {
        Kernel& fill = add(Kernel::Kind::fill, name);
        fill.result = result;
        fill.extents[0] = size_of(here.shape);
        View part = result;
        for (std::size_t axis = 0; axis < here.shape.size(); ++axis) {
          part.offset += here.starts[axis] * part.strides[axis];
          part.strides[axis] *= here.steps[axis];
        }
        return copy(view(input(0)), part, node(input(0)).shape, name);
      }
      case Op::overlap_add: {
        const View from = contiguous(input(0));
        const Shape& space = node(input(0)).shape;
        const Extent stride = here.steps[0];
        const Shape& steps = result.strides;
        Kernel& kernel = add(Kernel::Kind::overlap_add, name);
        kernel.extents[0] = size_of(here.shape) / here.shape[0];
        kernel.a = from;
        kernel.result = result;
        // A patch's columns and channels are neighbours in the image as well.
        kernel.a_sides.space = {space[0], space[1], space[2], space[3], space[4] * space[5]};
        kernel.result.strides = {steps[0], steps[1] * stride, steps[2] * stride, steps[1], 1};
        return;
      }
      case Op::concatenate: {
        const auto axis = static_cast<std::size_t>(here.axes[0]);
        View part = result;
        for (const NodeId piece : here.inputs) {
          copy(view(piece), part, node(piece).shape, name);
          part.offset += node(piece).shape[axis] * part.strides[axis];
        }
        return;
      }
      case Op::argmax: {
        Shape shape;
        const View from = axis_last(input(0), static_cast<std::size_t>(here.axes[0]), shape);
        Kernel& kernel = add(Kernel::Kind::argmax, name);
        kernel.a = from;
        kernel.result = result;
        kernel.extents = {size_of(here.shape), shape.back(), 0};
        return;
      }
      case Op::cumulative_sum: {
        const auto axis = static_cast<std::size_t>(here.axes[0]);
        Shape shape;
        const View from = axis_last(input(0), axis, shape);
        const bool in_order = axis + 1 == here.shape.size();
        const View sums = in_order ? result : new_view(shape);
        Kernel& kernel = add(Kernel::Kind::cumulative_sum, name);
        kernel.a = from;
        kernel.result = sums;
        kernel.extents = {size_of(shape) / std::max<Extent>(1, shape.back()), shape.back(), 0};
        kernel.reverse = here.reverse;
        if (in_order) return;
        View back = result;
        std::rotate(back.strides.begin() + static_cast<std::ptrdiff_t>(axis),
                    back.strides.begin() + static_cast<std::ptrdiff_t>(axis) + 1,
                    back.strides.end());
        return copy(sums, back, shape, name);
      }
      case Op::gather: {
        const Extent height = node(input(0)).shape[0];
        add_on(Kernel::Kind::gather, id, 0, 1).extents = {
            size_of(node(input(1)).shape), size_of(node(input(0)).shape) / height, height};
        return;
      }
      case Op::scatter_add: {
        const Extent count = size_of(node(input(0)).shape);
        add_on(Kernel::Kind::scatter_add, id, 1, 0).extents = {
            count, size_of(node(input(1)).shape) / std::max<Extent>(1, count), here.shape[0]};
        return;
      }
      case Op::random_uniform:
      case Op::random_normal:
        add_on(Kernel::Kind::random, id, 0, 1).extents[0] = size_of(here.shape);
        return;
      case Op::random_permutation:
        add_on(Kernel::Kind::permutation, id, 0, 1).extents = {size_of(here.shape), here.starts[0],
                                                               0};
        return;
      default: throw GraphError("compile: no kernel for " + name);
    }
  }

  Simplified simplified_;
  const Graph& graph_;
  Fusion fusion_;
  Program program_;
  std::vector<BufferId> buffer_of_;
  std::vector<NodeId> stored_;
};

}  // namespace

Program compile(const Graph& graph, const Procedure& procedure) {
  return Lowering(graph, procedure).run();
}

}  // namespace lab
