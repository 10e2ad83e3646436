// Runs a fused expression over ranges of its flat index space, a tile of elements at a time: every
// register of a tile stays in the first-level cache, and each instruction is one vectorised loop.
#pragma once

#include <cstdint>
#include <vector>

#include "core/compile/program.hpp"
#include "core/execute/cpu/kernels.hpp"
#include "core/execute/cpu/wasm_code.hpp"

namespace lab::cpu {

inline constexpr Extent tile_size = 512;

// An expression bound to memory. Words are floats or indices, by the op that reads them.
class Tiles {
 public:
  Tiles() = default;
  // memory[b] is where buffer b begins; `loops` are by elementwise op.
  Tiles(const Expression& expression, const std::vector<Word*>& memory, const Loop* loops);

  // Fills what is the same in every tile; each thread calls it on its own scratch, of
  // scratch_size() words, before the calls below and after what it reads may have changed.
  void start(Word* scratch) const;
  // Elements [begin, end) of the flat space.
  void run(Extent begin, Extent end, Word* scratch) const;
  // Calls visit(flat index, words, count) with register `stores[0]` of each tile instead of
  // storing.
  template <class Visit>
  void visit(Extent begin, Extent end, Word* scratch, Visit visit) const {
    for (Extent at = begin; at < end; at += tile_size) {
      const Extent count = end - at < tile_size ? end - at : tile_size;
      const Word* const* registers = compute(at, count, scratch);
      visit(at, registers[stores_[0].from], count);
    }
  }

  std::size_t scratch_size() const;
  Extent size() const { return size_; }
  bool empty() const { return stores_.empty(); }

 private:
  enum class Walk : std::uint8_t { contiguous, splat, strided };
  struct Load {
    const Word* from;
    Walk walk;
    Shape strides;
    std::size_t slot;  // where a tile's copy goes; unused if contiguous
  };
  struct Step {
    Loop loop;
    Register result, a, b, c;
    std::size_t slot;
    std::int32_t direct = -1;  // the store it may write to, without a slot
  };
  // Steps [first, last) as one function, for all but the last elements of a tile, fewer than a
  // vector's.
  struct Compiled {
    std::size_t first, last;
    int number;                        // of the run
    std::vector<std::size_t> outputs;  // steps whose results others read
  };
  struct Store {
    Register from;
    Word* to;
    Walk walk;
    Shape strides;
    bool direct = false;
  };

  void compile_runs(const Expression& expression);
  Word* place(const Step& step, Extent at, Word* slots) const;
  const Word* const* compute(Extent at, Extent count, Word* scratch) const;
  // Where the elements lie: in place if they are neighbours there, else copied to `to`.
  const Word* load(const Load& load, Extent at, Extent count, Word* to) const;
  void store(const Store& store, Extent at, Extent count, const Word* from) const;
  template <class Row>
  void for_each_row(const Shape& strides, Extent at, Extent count, Row row) const;

  Shape space_;
  Extent size_ = 0;
  std::vector<Load> loads_;
  std::vector<Word> immediates_;
  std::vector<Step> steps_;
  std::vector<Compiled> compiled_;
  std::vector<Store> stores_;
  std::size_t slots_ = 0;
};

}  // namespace lab::cpu
