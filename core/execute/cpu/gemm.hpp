// Matrix products on plain memory: what cpu.cpp asks of an instruction set.
#pragma once

#include "core/graph/shape.hpp"

namespace lab::cpu {

// One operand of a product: the element of lane l (a's row, b's column) at depth d is
// data[lanes[l] + depths[d]], so that transposed matrices and the patches of a convolution are
// read where they lie. lane_run: lanes come in runs of so many neighbours in memory; depth_run
// likewise.
struct Operand {
  const float* data = nullptr;
  const Extent* lanes = nullptr;
  const Extent* depths = nullptr;
  Extent lane_run = 1, depth_run = 1;
};

// c (m, n), rows `pitch` apart, = a (m, k) · b (k, n).
struct Product {
  Operand a, b;
  float* c = nullptr;
  Extent m = 0, n = 0, k = 0, pitch = 0;
};

struct Block {
  Extent row_begin, row_end, column_begin, column_end;
};

// Called as each block of c is complete, in the thread that made it.
struct Finish {
  void (*call)(const void* context, const Block& block) = nullptr;
  const void* context = nullptr;
};

// How far a product works ahead of its registers, in floats: a packed block of a, and of the result
// between its product and its epilogue, stay in the second-level cache; a packed sliver of b, or
// all of a small b, in the first or second.
inline constexpr Extent depth_block = 256, depth_most = 1024;
inline constexpr Extent packed_most = 1 << 18, result_most = 1 << 16, kept_most = 1 << 18;
inline constexpr Extent column_block = 256;                  // columns finished together
inline constexpr Extent sliver_most = 32, height_most = 16;  // of a tile
// Floats of scratch that multiply() needs: packed a; packed b; a tile for the edges.
inline constexpr Extent gemm_scratch = packed_most + kept_most + sliver_most * height_most;

}  // namespace lab::cpu
