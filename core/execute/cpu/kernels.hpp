// The inner loops of the CPU executor, compiled once for each instruction set (folder isa/).
#pragma once

#include <cstdint>
#include <span>

#include "core/execute/cpu/gemm.hpp"
#include "core/graph/graph.hpp"

namespace lab::cpu {

// 32 bits: a float or an index.
using Word = std::uint32_t;

// result[i] = op(a[i], b[i], c[i]); operands that the op does not use may be any memory. The result
// may be one of the operands.
using Loop = void (*)(Word* result, const Word* a, const Word* b, const Word* c, Extent count);

// Which random numbers (core/graph/random.hpp): those from element `first`, a multiple of 4, on.
struct Draw {
  std::uint32_t stream, counter, seed;
  Extent first = 0;
};

struct Kernels {
  const char* name;
  const Loop* loops;  // by elementwise op
  // The block `part` of a product. `scratch` has gemm_scratch floats.
  void (*multiply)(const Product& product, const Block& part, float* scratch, const Finish& finish);
  void (*fill_uniform)(float* out, Extent count, const Draw& draw);
  void (*fill_normal)(float* out, Extent count, const Draw& draw);
  double (*sum_of)(const float* values, Extent count);
  float (*largest_of)(const float* values, Extent count);
  // total[i] += values[i]; largest[i] = max(largest[i], values[i]).
  void (*add_to)(float* total, const float* values, Extent count);
  void (*raise_to)(float* largest, const float* values, Extent count);
  // Independent multiply-adds in registers: how many operations they were. Timed, it is the most
  // that the instruction set can do on this machine.
  double (*multiply_adds)(Extent rounds);
};

// GFLOP/s of multiply_adds(): the best of ten times, 50 ms in all.
double peak_gflops(const Kernels& kernels);

// All that were compiled in and this machine can run, the best first.
std::span<const Kernels* const> available_kernels();

}  // namespace lab::cpu
