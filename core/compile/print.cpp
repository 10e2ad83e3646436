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

  std::string kernel(const Kernel& kernel) const;

 private:
  std::string buffer(const View& view) const {
    const Buffer& where = program_.buffers[static_cast<std::size_t>(view.buffer)];
    if (where.kind == Buffer::Kind::variable) return "'" + graph_.node(where.source).name + "'";
    return (where.kind == Buffer::Kind::constant ? "k" : "t") + std::to_string(view.buffer);
  }

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

  const Graph& graph_;
  const Program& program_;
};

std::string Printer::kernel(const Kernel& kernel) const {
  const auto sizes = [&](std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
      text += (i > 0 ? "×" : "") + std::to_string(kernel.extents[i]);
    }
    return text;
  };
  const auto assigned = [&](const std::string& right) {
    return buffer(kernel.result) + " = " + right +
           (kernel.expression.empty() ? "" : "; " + stores(kernel.expression));
  };
  switch (kernel.kind) {
    case Kernel::Kind::map:
      return "map " + to_string(kernel.expression.space) + "  " + stores(kernel.expression);
    case Kernel::Kind::gemm:
      return "gemm " + sizes(3) + "  " + assigned(buffer(kernel.a) + " · " + buffer(kernel.b));
    case Kernel::Kind::reduce:
      return "reduce " + to_string(kernel.producer.space) + "  " +
             assigned(std::string(name_of(kernel.op)) + "[" + stores(kernel.producer) + "]");
    case Kernel::Kind::argmax: return "argmax " + sizes(2) + "  " + assigned(buffer(kernel.a));
    case Kernel::Kind::cumulative_sum:
      return "cumulative_sum " + sizes(2) + "  " + assigned(buffer(kernel.a));
    case Kernel::Kind::gather:
      return "gather " + sizes(2) + "  " +
             assigned(buffer(kernel.a) + "[" + buffer(kernel.b) + "]");
    case Kernel::Kind::scatter_add:
      return "scatter_add " + sizes(2) + "  " +
             assigned(buffer(kernel.a) + " at " + buffer(kernel.b));
    case Kernel::Kind::overlap_add:
      return "overlap_add " + to_string(kernel.a_sides.space) + "  " + assigned(buffer(kernel.a));
    case Kernel::Kind::random:
      return std::string(name_of(kernel.op)) + " " + sizes(1) + "  " +
             assigned("stream " + std::to_string(kernel.stream));
    case Kernel::Kind::permutation:
      return "permutation " + sizes(2) + "  " + assigned(buffer(kernel.a));
    case Kernel::Kind::fill: return "fill " + sizes(1) + "  " + assigned("0");
  }
  return "";
}

}  // namespace

std::string_view name_of(Kernel::Kind kind) {
  switch (kind) {
    case Kernel::Kind::map: return "map";
    case Kernel::Kind::gemm: return "gemm";
    case Kernel::Kind::reduce: return "reduce";
    case Kernel::Kind::argmax: return "argmax";
    case Kernel::Kind::cumulative_sum: return "cumulative_sum";
    case Kernel::Kind::gather: return "gather";
    case Kernel::Kind::scatter_add: return "scatter_add";
    case Kernel::Kind::overlap_add: return "overlap_add";
    case Kernel::Kind::random: return "random";
    case Kernel::Kind::permutation: return "permutation";
    case Kernel::Kind::fill: return "fill";
  }
  return "";
}

std::string print(const Graph& graph, const Program& program, std::size_t kernel) {
  return Printer(graph, program).kernel(program.kernels.at(kernel));
}

std::string print(const Graph& graph, const Program& program) {
  return Printer(graph, program).run();
}

}  // namespace lab
