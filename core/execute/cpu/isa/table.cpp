#include "core/execute/cpu/isa/isa.hpp"

#if defined(__wasm_relaxed_simd__)
#define LAB_NAME "relaxed-simd"
#elif defined(__wasm_simd128__)
#define LAB_NAME "simd128"
#else
#define LAB_STRING_OF(name) #name
#define LAB_STRING(name) LAB_STRING_OF(name)
#define LAB_NAME LAB_STRING(LAB_ISA)
#endif

namespace lab::cpu::LAB_ISA {

const Kernels& table() {
  static constexpr Kernels kernels{LAB_NAME, loops,      multiply, fill_uniform, fill_normal,
                                   sum_of,   largest_of, add_to,   raise_to,     multiply_adds};
  return kernels;
}

}  // namespace lab::cpu::LAB_ISA
