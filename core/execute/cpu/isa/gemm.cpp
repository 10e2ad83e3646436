// Matrix products after Goto & van de Geijn, "Anatomy of High-Performance Matrix Multiplication"
// (2008): blocks of `a` and of `b` are packed for the second-level cache, a sliver of `b` then
// stays in the first, and a micro-kernel keeps a tile of c in registers.
#include <utility>

#include "core/execute/cpu/isa/isa.hpp"
#include "core/execute/cpu/isa/vector.hpp"

namespace lab::cpu::LAB_ISA {

namespace {

constexpr Extent tile_columns = width * tile_vectors;
static_assert(tile_columns <= sliver_most && tile_rows <= height_most);

Extent least(Extent a, Extent b) { return a < b ? a : b; }
Extent most(Extent a, Extent b) { return a > b ? a : b; }
Extent pieces(Extent size, Extent piece) { return (size + piece - 1) / piece; }

// ---------------------------------------------------------------- packing

// Four lanes by four depths: to[d·pitch + l] = from[l][d].
inline void transpose_quad(const float* const* from, Extent depth, float* to, Extent pitch) {
  const Quad a = *reinterpret_cast<const LooseQuad*>(from[0] + depth);
  const Quad b = *reinterpret_cast<const LooseQuad*>(from[1] + depth);
  const Quad c = *reinterpret_cast<const LooseQuad*>(from[2] + depth);
  const Quad d = *reinterpret_cast<const LooseQuad*>(from[3] + depth);
  const Quad ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5);
  const Quad ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const Quad cd_low = __builtin_shufflevector(c, d, 0, 4, 1, 5);
  const Quad cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  const auto put = [to, pitch](Extent at, Quad quad) {
    *reinterpret_cast<LooseQuad*>(to + at * pitch) = quad;
  };
  put(0, __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5));
  put(1, __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7));
  put(2, __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5));
  put(3, __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7));
}

// to[d·pitch + l] = element (lane + l, depth + d) for l < lanes, d < depths; lanes up to `pitch`
// are zero.
__attribute__((noinline)) void pack(const Operand& from, Extent lane, Extent lanes, Extent depth,
                                    Extent depths, float* to, Extent pitch) {
  const bool neighbours = from.lane_run > 1 && lane % from.lane_run + lanes <= from.lane_run;
  if (neighbours) {
    const float* const first = from.data + from.lanes[lane];
    for (Extent d = 0; d < depths; ++d) {
      const float* const row = first + from.depths[depth + d];
      float* const line = to + d * pitch;
      Extent l = 0;
      for (; l + 4 <= lanes; l += 4) {
        *reinterpret_cast<LooseQuad*>(line + l) = *reinterpret_cast<const LooseQuad*>(row + l);
      }
      for (; l < lanes; ++l) line[l] = row[l];
      for (; l < pitch; ++l) line[l] = 0;
    }
    return;
  }
  const float* starts[sliver_most];
  for (Extent l = 0; l < lanes; ++l) starts[l] = from.data + from.lanes[lane + l];
  for (Extent d = 0; d < depths;) {
    const Extent at = depth + d;
    const Extent offset = from.depths[at];
    const Extent run = least(from.depth_run - at % from.depth_run, depths - d);
    const float* here[sliver_most];
    for (Extent l = 0; l < lanes; ++l) here[l] = starts[l] + offset;
    Extent l = 0;
    for (; l + 4 <= lanes; l += 4) {
      Extent i = 0;
      for (; i + 4 <= run; i += 4) transpose_quad(here + l, i, to + (d + i) * pitch + l, pitch);
      for (; i < run; ++i) {
        for (Extent j = 0; j < 4; ++j) to[(d + i) * pitch + l + j] = here[l + j][i];
      }
    }
    for (; l < lanes; ++l) {
      for (Extent i = 0; i < run; ++i) to[(d + i) * pitch + l] = here[l][i];
    }
    for (; l < pitch; ++l) {
      for (Extent i = 0; i < run; ++i) to[(d + i) * pitch + l] = 0;
    }
    d += run;
  }
}

// Columns [column, column + columns) of b at depths [depth, depth + depths): slivers of
// tile_columns, `sliver` floats apart. Rows are read whole where they lie together: far fewer pages
// are touched.
void pack_slivers(const Operand& b, Extent column, Extent columns, Extent depth, Extent depths,
                  float* to, Extent sliver) {
  const bool neighbours = column % b.lane_run + columns <= b.lane_run;
  const Extent whole = neighbours ? columns / tile_columns : 0;
  const float* const first = b.data + b.lanes[column];
  for (Extent d = 0; whole > 0 && d < depths; ++d) {
    const float* row = first + b.depths[depth + d];
    float* line = to + d * tile_columns;
    if (d + 4 < depths) {
      const float* const later = first + b.depths[depth + d + 4];
      for (Extent s = 0; s < whole * tile_columns; s += 16) __builtin_prefetch(later + s, 0, 2);
    }
    for (Extent s = 0; s < whole; ++s, row += tile_columns, line += sliver) {
      for (int v = 0; v < tile_vectors; ++v) store(line + v * width, load(row + v * width));
    }
  }
  for (Extent s = whole; s * tile_columns < columns; ++s) {
    pack(b, column + s * tile_columns, least(tile_columns, columns - s * tile_columns), depth,
         depths, to + s * sliver, tile_columns);
  }
}

// ---------------------------------------------------------------- micro-kernels

// c (rows, vectors·width) = or += a sliver of a times a sliver of b. Not inlined, so that a
// WebAssembly engine can replace it by optimised code between two calls.
template <int rows, int vectors>
__attribute__((noinline)) void micro(Extent depth, const float* __restrict a,
                                     const float* __restrict b, float* __restrict c, Extent pitch,
                                     bool add) {
  Vector sums[rows][vectors];
#pragma GCC unroll 16
  for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 2
    for (int v = 0; v < vectors; ++v) sums[r][v] = Vector{};
  }
  for (const float* const end = a + depth * rows; a != end; a += rows, b += tile_columns) {
    Vector right[vectors];
#pragma GCC unroll 2
    for (int v = 0; v < vectors; ++v) right[v] = load(b + v * width);
#pragma GCC unroll 16
    for (int r = 0; r < rows; ++r) {
      const Vector left = splat(a[r]);
#pragma GCC unroll 2
      for (int v = 0; v < vectors; ++v) sums[r][v] = multiply_add(left, right[v], sums[r][v]);
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 2
    for (int v = 0; v < vectors; ++v) {
      float* const to = c + r * pitch + v * width;
      store(to, add ? load(to) + sums[r][v] : sums[r][v]);
    }
  }
}

using Micro = void (*)(Extent, const float* __restrict, const float* __restrict, float* __restrict,
                       Extent, bool);
// The kernels by rows − 1 and vectors − 1.
template <int... row>
struct Table {
  static constexpr Micro kernels[][2] = {{micro<row + 1, 1>, micro<row + 1, 2>}...};
};
template <class Sequence>
struct Rows;
template <int... row>
struct Rows<std::integer_sequence<int, row...>> : Table<row...> {};
using Kernels = Rows<std::make_integer_sequence<int, tile_rows>>;

// One tile of c, of which `columns` are wanted.
inline void tile(Extent rows, Extent columns, Extent depth, const float* a, const float* b,
                 float* c, Extent pitch, bool add, float* edge) {
  const auto& kernels = Kernels::kernels[rows - 1];
  if (columns == tile_columns) return kernels[1](depth, a, b, c, pitch, add);
  kernels[columns > width ? 1 : 0](depth, a, b, edge, tile_columns, false);
  for (Extent r = 0; r < rows; ++r) {
    for (Extent j = 0; j < columns; ++j) {
      c[r * pitch + j] = (add ? c[r * pitch + j] : 0.f) + edge[r * tile_columns + j];
    }
  }
}

// Equal slivers of at most tile_rows rows: the first `tall` have one row more than the others.
struct Slivers {
  Extent count, height, tall;
  explicit Slivers(Extent rows)
      : count(pieces(rows, tile_rows)), height(rows / count), tall(rows % count) {}
  Extent rows(Extent sliver) const { return height + (sliver < tall ? 1 : 0); }
  Extent begin(Extent sliver) const { return sliver * height + least(sliver, tall); }
};

}  // namespace

void multiply(const Product& product, const Block& part, float* scratch, const Finish& finish) {
  const Extent rows = part.row_end - part.row_begin;
  const Extent columns = part.column_end - part.column_begin;
  if (rows <= 0 || columns <= 0) return;
  // Depth in equal pieces: `outer` of them for which a is packed, each in `inner` ones.
  const Extent outer_count = most(1, pieces(product.k, depth_most));
  const Extent outer = pieces(most(product.k, 1), outer_count);
  const Extent inner_count = pieces(outer, depth_block);
  const Extent inner = pieces(outer, inner_count);
  // Where all of b is small enough to stay packed, rows are finished whole, few at a time, while
  // they are in cache; else a few columns are, and b is packed anew for every block of rows.
  const Extent slivers_of_b = pieces(columns, tile_columns);
  const bool keep_b = outer_count == 1 && slivers_of_b * tile_columns * outer <= kept_most;
  const Extent rows_most =
      keep_b ? least(packed_most / outer, result_most / columns) : packed_most / outer;
  const Extent block = pieces(rows, pieces(rows, most(2 * tile_rows, rows_most)));
  const Extent chunk_size = keep_b ? columns : column_block;
  const Extent sliver = (keep_b ? outer : inner) * tile_columns;
  float* const packed_a = scratch;
  float* const packed_b = packed_a + packed_most;
  float* const edge = packed_b + kept_most;

  for (Extent start = 0; start < most(product.k, 1); start += outer) {
    const Extent depth = least(outer, product.k - start);
    const bool last = start + outer >= product.k;
    for (Extent row = part.row_begin; row < part.row_end; row += block) {
      const Extent height = least(block, part.row_end - row);
      const Slivers slivers(height);
      for (Extent d = 0; d < depth; d += inner) {
        const Extent run = least(inner, depth - d);
        for (Extent s = 0; s < slivers.count; ++s) {
          pack(product.a, row + slivers.begin(s), slivers.rows(s), start + d, run,
               packed_a + d * height + slivers.begin(s) * run, slivers.rows(s));
        }
      }
      for (Extent chunk = part.column_begin; chunk < part.column_end; chunk += chunk_size) {
        const Extent chunk_end = least(chunk + chunk_size, part.column_end);
        for (Extent d = 0; d < most(depth, 1); d += inner) {
          const Extent run = least(inner, depth - d);
          float* b = packed_b + (keep_b ? d * tile_columns : 0);
          if (!keep_b || row == part.row_begin) {
            pack_slivers(product.b, chunk, chunk_end - chunk, start + d, run, b, sliver);
          }
          for (Extent column = chunk; column < chunk_end; column += tile_columns, b += sliver) {
            const Extent breadth = least(tile_columns, chunk_end - column);
            for (Extent s = 0; s < slivers.count; ++s) {
              const Extent begin = slivers.begin(s);
              tile(slivers.rows(s), breadth, run, packed_a + d * height + begin * run, b,
                   product.c + (row + begin) * product.pitch + column, product.pitch, start + d > 0,
                   edge);
            }
          }
        }
        if (last && finish.call) {
          finish.call(finish.context, {row, row + height, chunk, chunk_end});
        }
      }
    }
  }
}

}  // namespace lab::cpu::LAB_ISA
