// A compiled procedure: a short list of kernels over buffers placed in memory.
//
// An executor implements the kinds of kernel below and nothing else. All numbers are 32 bits wide:
// floats, or unsigned integers for values of type index.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/graph/graph.hpp"

namespace lab {

using BufferId = std::int32_t;

// Where a value's elements lie: element at coordinates x is at offset + Σ xᵢ·stridesᵢ.
struct View {
  BufferId buffer = -1;
  Extent offset = 0;
  Shape strides;

  bool operator==(const View&) const = default;
};

struct Buffer {
  enum class Kind : std::uint8_t {
    variable,  // the executor's; `source` is its node in the original graph
    constant,  // `words`
    arena,     // lives from kernel `first` to kernel `last`, at `place`
  };
  Kind kind = Kind::arena;
  Extent size = 0;  // elements
  NodeId source = -1;
  std::vector<std::uint32_t> words;
  std::int32_t first = -1, last = -1;
  Extent place = 0;  // elements from the start of the arena
};

using Register = std::uint16_t;

// result = op(operands): straight-line code over registers, each assigned once.
struct Instruction {
  Op op{};
  Register result = 0;
  std::array<Register, 3> operands{};
};

// A fused elementwise expression over an index space. Registers are numbered: loads, then
// immediates, then results of `code`.
struct Expression {
  Shape space;
  std::vector<View> loads;  // strides over `space`
  std::vector<std::uint32_t> immediates;
  std::vector<Instruction> code;
  struct Store {
    Register from = 0;
    View to;
  };
  std::vector<Store> stores;

  Register register_count() const {
    return static_cast<Register>(loads.size() + immediates.size() + code.size());
  }
  bool empty() const { return stores.empty(); }
};

struct Kernel {
  enum class Kind : std::uint8_t {
    map,             // `expression`
    gemm,            // result (m, n) = a (m, k) · b (k, n), then `expression` on it
    reduce,          // `producer`, folded by `op` over its axes from `kept` on, then `expression`
    argmax,          // a over (kept…, one axis) → result
    cumulative_sum,  // a over (kept…, one axis) → result, same space
    gather,          // a: table (rows, width); b: row numbers; result (count, width)
    scatter_add,     // a: updates (count, width); b: row numbers; result (rows, width)
    overlap_add,     // a over a_sides.space, added into zeros at result's strides
    random,          // `op`; a: seed; b: counter
    permutation,     // a: positions; b: seed; `extents[0]` elements to order
    fill,            // zeros
  };
  Kind kind = Kind::map;
  Op op{};
  // Sizes: gemm m, n, k; gather and scatter_add count, width, rows; argmax, cumulative_sum outer,
  // length; overlap_add elements of an image; random, permutation, fill count (and, second, the
  // elements to order).
  std::array<Extent, 3> extents{};
  View a, b, result;
  // gemm: the axes of an operand; the first `rows` of them make its rows, the others its columns.
  // overlap_add: a's axes, of which the first is the images and the last is of neighbours.
  struct Sides {
    Shape space;
    std::size_t rows = 0;
  };
  Sides a_sides, b_sides;
  std::uint32_t stream = 0;
  bool reverse = false;
  Expression expression;  // map; or the epilogue, whose load 0 is the result
  Expression producer;    // reduce; has one store register and no view
  std::size_t kept = 0;   // reduce: axes of producer.space before this one stay
  bool columns = false;  // reduce: space is (reduced…, kept…) instead, `kept` counts the reduced
  std::string label;     // names of what it computes, for print()
};

struct Program {
  std::string name;
  std::vector<Buffer> buffers;
  std::vector<Kernel> kernels;
  std::vector<View> outputs;
  std::vector<Shape> output_shapes;
  std::vector<Type> output_types;
  Extent arena_size = 0;     // elements
  Extent lower_bound = 0;    // the most elements that live at once
  double product_flops = 0;  // 2mkn of the products, a run
};

// Compiles a procedure: removes common and dead work, folds constants, fuses, places in memory.
Program compile(const Graph& graph, const Procedure& procedure);

std::string_view name_of(Kernel::Kind kind);
// One kernel as text.
std::string print(const Graph& graph, const Program& program, std::size_t kernel);
// The program as text, a line a kernel, with the fused expressions and the memory plan.
std::string print(const Graph& graph, const Program& program);

}  // namespace lab
