// The vectors of one instruction set. The files of this folder are compiled once for each set, with
// LAB_ISA as its name and the compiler's options to match; kernels.cpp chooses among them.
//
// Nothing here may be inline in a shared namespace: the linker would keep one set's copy for all.
#pragma once

#include <cstdint>

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#endif

#ifndef LAB_ISA
#error "LAB_ISA names the instruction set"
#endif

namespace lab::cpu::LAB_ISA {

// width: floats in a vector; rows × vectors: the tile of a product that stays in registers, sized
// so that its accumulators, one row of b and one element of a fit the register file.
#if defined(__AVX512F__)
inline constexpr int width = 16, tile_rows = 14, tile_vectors = 2;
#elif defined(__AVX__)
inline constexpr int width = 8, tile_rows = 6, tile_vectors = 2;
#elif defined(__wasm_relaxed_simd__)
inline constexpr int width = 4, tile_rows = 6, tile_vectors = 2;
#else
inline constexpr int width = 4, tile_rows = 5, tile_vectors = 2;
#endif

typedef float Vector __attribute__((vector_size(width * sizeof(float))));
typedef float Loose __attribute__((vector_size(width * sizeof(float)), aligned(4), may_alias));
typedef float Quad __attribute__((vector_size(16)));
typedef float LooseQuad __attribute__((vector_size(16), aligned(4), may_alias));

static inline Vector load(const float* from) { return *reinterpret_cast<const Loose*>(from); }
static inline void store(float* to, Vector value) { *reinterpret_cast<Loose*>(to) = value; }
// Minus zero changes nothing, so that this is one broadcast.
static inline Vector splat(float value) { return value - Vector{}; }

// a·b + c, rounded once where the set can.
static inline Vector multiply_add(Vector a, Vector b, Vector c) {
#if defined(__wasm_relaxed_simd__)
  return static_cast<Vector>(wasm_f32x4_relaxed_madd(static_cast<v128_t>(a), static_cast<v128_t>(b),
                                                     static_cast<v128_t>(c)));
#else
  return a * b + c;
#endif
}

}  // namespace lab::cpu::LAB_ISA
