#include "core/execute/cpu/kernels.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

namespace lab::cpu {

// As in CMakeLists.txt, the best first.
#if defined(__x86_64__)
#define LAB_INSTRUCTION_SETS(SET) SET(avx512) SET(avx2) SET(generic)
#else
#define LAB_INSTRUCTION_SETS(SET) SET(generic)
#endif

#define LAB_SET(set)      \
  namespace set {         \
  const Kernels& table(); \
  }
LAB_INSTRUCTION_SETS(LAB_SET)
#undef LAB_SET

namespace {

// Whether this machine can run the set of that name; a WebAssembly module holds one that it can.
bool runs(std::string_view name) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (name == "avx512") {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl");
  }
  if (name == "avx2") {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
           __builtin_cpu_supports("bmi2");
  }
#endif
  (void)name;
  return true;
}

}  // namespace

double peak_gflops(const Kernels& kernels) {
  // Many short calls: a WebAssembly engine replaces a function by optimised code between calls.
  // Times of several milliseconds: a browser's clock may have steps of a tenth of one.
  using Clock = std::chrono::steady_clock;
  const auto elapsed = [](Clock::time_point since) {
    return std::chrono::duration<double>(Clock::now() - since).count();
  };
  double best = 0;
  for (const auto begin = Clock::now(); elapsed(begin) < 0.05;) {
    const auto start = Clock::now();
    double flop = 0;
    while (elapsed(start) < 5e-3) flop += kernels.multiply_adds(10'000);
    best = std::max(best, flop / elapsed(start) / 1e9);
  }
  return best;
}

std::span<const Kernels* const> available_kernels() {
  static const std::vector<const Kernels*> found = [] {
    std::vector<const Kernels*> usable;
#define LAB_SET(set) \
  if (runs(set::table().name)) usable.push_back(&set::table());
    LAB_INSTRUCTION_SETS(LAB_SET)
#undef LAB_SET
    return usable;
  }();
  return found;
}

}  // namespace lab::cpu
