// One function per row of the elementwise table: a loop that the compiler vectorises. Words are
// read and written as the row's types through memory that is only ever accessed as 32-bit elements.
#include <bit>
#include <type_traits>

#include "core/execute/cpu/isa/isa.hpp"
#include "core/execute/cpu/vector_math.hpp"

namespace lab::cpu::LAB_ISA {

namespace {

template <char kind>
using Element = std::conditional_t<kind == 'r', float, std::uint32_t>;

// The result may be written over an operand, element by element, and over nothing else.
#if defined(__clang__)
#define LAB_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define LAB_INDEPENDENT _Pragma("GCC ivdep")
#endif

#define LAB_ROW(name, signature, cpp, ...)                                                  \
  __attribute__((noinline)) void loop_##name(Word* result_, const Word* a_, const Word* b_, \
                                             const Word* c_, Extent count) {                \
    using namespace vector_math;                                                            \
    using A = Element<signature[0]>;                                                        \
    using R = Element<signature[sizeof(signature) - 2]>;                                    \
    LAB_INDEPENDENT                                                                         \
    for (Extent i = 0; i < count; ++i) {                                                    \
      const A a = std::bit_cast<A>(a_[i]);                                                  \
      const A b = std::bit_cast<A>(b_[i]);                                                  \
      const float c = std::bit_cast<float>(c_[i]);                                          \
      (void)b, (void)c;                                                                     \
      result_[i] = std::bit_cast<Word>(static_cast<R>(cpp));                                \
    }                                                                                       \
  }
LAB_ELEMENTWISE_OPS(LAB_ROW)
#undef LAB_ROW

}  // namespace

extern const Loop loops[elementwise_count] = {
#define LAB_ROW(name, ...) loop_##name,
    LAB_ELEMENTWISE_OPS(LAB_ROW)
#undef LAB_ROW
};

}  // namespace lab::cpu::LAB_ISA
