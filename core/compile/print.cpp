#include <algorithm>
#include <bit>
#include <cstdio>

#include "core/compile/program.hpp"

namespace lab {

namespace {

std::string number(std::uint32_t word, bool is_real) {
  if (!is_real) return std::to_string(word);
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", static_cast<double>(std::bit_cast<float>(word)));
  return text;
}

std::string bytes(Extent elements) {
  char text[32];
  const double size = 4.0 * static_cast<double>(elements);
  if (size < 1e3) std::snprintf(text, sizeof text, "%.0f B", size);
  else if (size < 1e6) std::snprintf(text, sizeof text, "%.1f KB", size / 1e3);
  else std::snprintf(text, sizeof text, "%.1f MB", size / 1e6);
  return text;
}

class Printer {
 public:
  Printer(const Graph& graph, const Program& program) : graph_(graph), program_(program) {}

  std::string run() const {
    std::string text =
        "program '" + program_.name + "': " + std::to_string(program_.kernels.size()) +
        " kernels, arena " + bytes(program_.arena_size) + " (lower bound " +
        bytes(program_.lower_bound) + "), products " +
        std::to_string(static_cast<long long>(program_.product_flops)) + " flop a run\n";
    for (std::size_t k = 0; k < program_.kernels.size(); ++k) {
      char place[32];
      std::snprintf(place, sizeof place, "%4zu  ", k);
      text += place + kernel(program_.kernels[k]) + "\n";
    }
    return text;
  }

  std::string kernel(const Kernel& kernel) const {
    return std::visit([this](const auto& of) { return text(of); }, kernel);
  }

  std::string buffer(const BufferView& view) const {
    const Buffer& where = program_.buffers[static_cast<std::size_t>(view.buffer)];
    if (where.kind == Buffer::Kind::variable) return "'" + graph_.node(where.source).name + "'";
    return (where.kind == Buffer::Kind::constant ? "k" : "t") + std::to_string(view.buffer);
  }

 private:
  // The expression of a register, written out.
  std::string formula(const Expression& expression, Register at, int depth) const {
    const std::size_t loads = expression.loads.size();
    const std::size_t inputs = loads + expression.immediates.size();
    if (at < loads) return buffer(expression.loads[at]);
    if (at < inputs) return number(expression.immediates[at - loads], true);
    if (depth > 5) return "…";
    const Instruction& instruction = expression.code[at - inputs];
    const ElementwiseRow& row = row_of(instruction.op);
    std::string text(row.name);
    text += "(";
    for (std::size_t i = 0; i < row.arity(); ++i) {
      if (i > 0) text += ", ";
      const Register operand = instruction.operands[i];
      const bool immediate = operand >= loads && operand < inputs;
      text += immediate ? number(expression.immediates[operand - loads], row.operand_is_real(i))
                        : formula(expression, operand, depth + 1);
    }
    return text + ")";
  }

  std::string stores(const Expression& expression) const {
    std::string text;
    for (const auto& store : expression.stores) {
      if (!text.empty()) text += "; ";
      if (store.to.buffer >= 0) text += buffer(store.to) + " = ";
      text += formula(expression, store.from, 0);
    }
    return text;
  }

  static std::string sizes(std::initializer_list<Extent> extents) {
    std::string text;
    for (const Extent extent : extents) text += (text.empty() ? "" : "×") + std::to_string(extent);
    return text;
  }

  // "NAME SIZES  RESULT = RIGHT".
  template <class Of>
  std::string assigned(const Of& of, const std::string& sizes, const std::string& right) const {
    return std::string(of.name) + " " + sizes + "  " + buffer(of.result) + " = " + right;
  }

  std::string finished(const Expression& epilogue) const {
    return epilogue.empty() ? "" : "; " + stores(epilogue);
  }

  std::string text(const kernel::Map& of) const {
    return "map " + to_string(of.expression.space) + "  " + stores(of.expression);
  }
  std::string text(const kernel::Gemm& of) const {
    const std::string times = of.products > 1 ? sizes({of.products}) + " of " : "";
    return assigned(of, times + sizes({of.m, of.n, of.k}),
                    buffer(of.a.view) + " · " + buffer(of.b.view)) +
           finished(of.epilogue);
  }
  std::string text(const kernel::Reduce& of) const {
    return assigned(of, to_string(of.producer.space),
                    std::string(name_of(of.op)) + "[" + stores(of.producer) + "]") +
           finished(of.epilogue);
  }
  std::string text(const kernel::Argmax& of) const {
    return assigned(of, sizes({of.outer, of.length}), buffer(of.from));
  }
  std::string text(const kernel::CumulativeSum& of) const {
    return assigned(of, sizes({of.outer, of.length}), buffer(of.from));
  }
  std::string text(const kernel::Gather& of) const {
    return assigned(of, sizes({of.count, of.width}),
                    buffer(of.table) + "[" + buffer(of.rows) + "]");
  }
  std::string text(const kernel::ScatterAdd& of) const {
    return assigned(of, sizes({of.count, of.width}), buffer(of.updates) + " at " + buffer(of.rows));
  }
  std::string text(const kernel::OverlapAdd& of) const {
    return assigned(of, to_string(of.space), buffer(of.patches));
  }
  std::string text(const kernel::Random& of) const {
    return std::string(name_of(of.op)) + " " + sizes({of.count}) + "  " + buffer(of.result) +
           " = stream " + std::to_string(of.stream);
  }
  std::string text(const kernel::Permutation& of) const {
    return assigned(of, sizes({of.count, of.elements}), buffer(of.positions));
  }
  std::string text(const kernel::Fill& of) const { return assigned(of, sizes({of.count}), "0"); }

  const Graph& graph_;
  const Program& program_;
};

}  // namespace

std::string print(const Graph& graph, const Program& program, const BufferView& view) {
  return Printer(graph, program).buffer(view);
}

std::string print(const Graph& graph, const Program& program, std::size_t kernel) {
  return Printer(graph, program).kernel(program.kernels.at(kernel));
}

std::string print(const Graph& graph, const Program& program) {
  return Printer(graph, program).run();
}

}  // namespace lab
