// A compiled procedure: a short list of kernels over buffers placed in memory.
//
// An executor implements the kinds of kernel below and nothing else. All numbers are 32 bits wide:
// floats, or unsigned integers for values of type index.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/graph/graph.hpp"

namespace lab {

using BufferId = std::int32_t;

// Where a value's elements lie: element at coordinates x is at offset + Σ xᵢ·stridesᵢ.
struct BufferView {
  BufferId buffer = -1;
  Extent offset = 0;
  Shape strides;

  bool operator==(const BufferView&) const = default;
};

struct Buffer {
  enum class Kind : std::uint8_t {
    variable,  // the executor's; `source` is its node in the original graph
    constant,  // `words`
    arena,     // lives from kernel `first` to kernel `last`, at `place`
  };
  Kind kind = Kind::arena;
  Extent size = 0;  // elements
  Type type = Type::real;
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
  std::vector<BufferView> loads;  // strides over `space`
  std::vector<std::uint32_t> immediates;
  std::vector<Instruction> code;
  struct Store {
    Register from = 0;
    BufferView to;
  };
  std::vector<Store> stores;

  Register register_count() const {
    return static_cast<Register>(loads.size() + immediates.size() + code.size());
  }
  bool empty() const { return stores.empty(); }
};

namespace kernel {

// The expression over its space, stored where it says.
struct Map {
  static constexpr std::string_view name = "map";
  Expression expression;
};

// result (m, n) = a (m, k) · b (k, n), `products` times, then the epilogue on all of it.
struct Gemm {
  static constexpr std::string_view name = "gemm";
  // The axes of an operand: the first `which` of them say of which product it is, the next `rows`
  // make its rows, the others its columns.
  struct Operand {
    BufferView view;
    Shape space;
    std::size_t which = 0, rows = 0;
  };
  Extent products = 1, m = 0, n = 0, k = 0;
  Operand a, b;
  BufferView result;
  Expression epilogue;  // load 0 is the result; empty: there is none

  double flop() const {
    return 2.0 * static_cast<double>(products) * static_cast<double>(m) * static_cast<double>(n) *
           static_cast<double>(k);
  }
};

// The producer, folded by `op` (sum or max) over some of its axes, then the epilogue.
struct Reduce {
  static constexpr std::string_view name = "reduce";
  Op op{};
  Expression producer;  // has one store's register, and no view
  // producer.space is (kept…, folded…) or, where `columns`, (folded…, kept…); `lead` counts the
  // axes of the first group.
  std::size_t lead = 0;
  bool columns = false;
  BufferView result;
  Expression epilogue;
};

// The index of the largest of each row of `from` (outer, length) → (outer).
struct Argmax {
  static constexpr std::string_view name = "argmax";
  Extent outer = 0, length = 0;
  BufferView from, result;
};

// Along the rows of `from` (outer, length) → (outer, length); from their ends where `reverse`.
struct CumulativeSum {
  static constexpr std::string_view name = "cumulative_sum";
  Extent outer = 0, length = 0;
  BufferView from, result;
  bool reverse = false;
};

// table (height, width), rows (count) → (count, width).
struct Gather {
  static constexpr std::string_view name = "gather";
  Extent count = 0, width = 0, height = 0;
  BufferView table, rows, result;
};

// updates (count, width), added into zeros (height, width) at rows (count).
struct ScatterAdd {
  static constexpr std::string_view name = "scatter_add";
  Extent count = 0, width = 0, height = 0;
  BufferView updates, rows, result;
};

// patches, over `space` (images, rows, columns, height, neighbours), added into zeros at result's
// strides; `image` elements each.
struct OverlapAdd {
  static constexpr std::string_view name = "overlap_add";
  Extent image = 0;
  Shape space;
  BufferView patches, result;
};

// `count` numbers by `op` (random_uniform or random_normal).
struct Random {
  static constexpr std::string_view name = "random";
  Op op{};
  Extent count = 0;
  std::uint32_t stream = 0;
  BufferView seed, counter, result;
};

// Each of `count` positions → its element in an order of `elements`.
struct Permutation {
  static constexpr std::string_view name = "permutation";
  Extent count = 0, elements = 0;
  std::uint32_t stream = 0;
  BufferView positions, seed, result;
};

// Zeros.
struct Fill {
  static constexpr std::string_view name = "fill";
  Extent count = 0;
  BufferView result;
};

}  // namespace kernel

using Kernel = std::variant<kernel::Map, kernel::Gemm, kernel::Reduce, kernel::Argmax,
                            kernel::CumulativeSum, kernel::Gather, kernel::ScatterAdd,
                            kernel::OverlapAdd, kernel::Random, kernel::Permutation, kernel::Fill>;

struct Program {
  std::string name;
  std::vector<Buffer> buffers;
  std::vector<Kernel> kernels;
  std::vector<BufferView> outputs;
  std::vector<Shape> output_shapes;
  std::vector<Type> output_types;
  Extent arena_size = 0;     // elements
  Extent lower_bound = 0;    // the most elements that live at once
  double product_flops = 0;  // 2mkn of the products, a run
};

// Compiles a procedure: removes common and dead work, folds constants, fuses, places in memory.
Program compile(const Graph& graph, const Procedure& procedure);

std::string_view name_of(const Kernel& kernel);
// A map's expression, or the epilogue of a product or reduction; nullptr where there is none.
const Expression* expression_of(const Kernel& kernel);
// Elements of a buffer: `view` over `space`.
struct Access {
  BufferView view;
  Shape space;
};
// What a kernel reads, and what it writes.
std::vector<Access> reads(const Kernel& kernel);
std::vector<Access> writes(const Kernel& kernel);
// A buffer as printed programs name it.
std::string print(const Graph& graph, const Program& program, const BufferView& view);
// One kernel as text.
std::string print(const Graph& graph, const Program& program, std::size_t kernel);
// The program as text, a line a kernel, with the fused expressions and the memory plan.
std::string print(const Graph& graph, const Program& program);

}  // namespace lab
