// Kernels alone, by Google Benchmark: matrix products of every instruction set, beside OpenBLAS
// where it is installed, and the elementwise loops.
#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <vector>

#include "core/execute/cpu/aligned.hpp"
#include "core/execute/cpu/kernels.hpp"

#if defined(LAB_OPENBLAS)
#include <cblas.h>
#endif

namespace {

using namespace lab;

struct Sizes {
  Extent m, k, n;
};
constexpr Sizes shapes[] = {
    {128, 784, 1000}, {100, 1000, 1000}, {512, 512, 512}, {1000, 200, 1000}};

cpu::Aligned<float> random_floats(Extent count) {
  std::mt19937 generator(1);
  std::uniform_real_distribution<float> uniform(-1, 1);
  cpu::Aligned<float> values(static_cast<std::size_t>(count));
  for (float& value : values) value = uniform(generator);
  return values;
}

void count_products(benchmark::State& state, const Sizes& shape) {
  state.counters["GFLOP/s"] =
      benchmark::Counter(2e-9 * static_cast<double>(shape.m * shape.k * shape.n) *
                             static_cast<double>(state.iterations()),
                         benchmark::Counter::kIsRate);
}

void ours(benchmark::State& state, const cpu::Kernels& kernels, const Sizes& shape) {
  const auto [m, k, n] = shape;
  const auto a = random_floats(m * k), b = random_floats(k * n);
  cpu::Aligned<float> c(static_cast<std::size_t>(m * n));
  cpu::Aligned<float> scratch(static_cast<std::size_t>(cpu::gemm_scratch));
  std::vector<Extent> rows, depths_of_a, columns, depths_of_b;
  for (Extent i = 0; i < m; ++i) rows.push_back(i * k);
  for (Extent i = 0; i < k; ++i) depths_of_a.push_back(i), depths_of_b.push_back(i * n);
  for (Extent i = 0; i < n; ++i) columns.push_back(i);
  const cpu::Product product{{a.data(), rows.data(), depths_of_a.data(), 1, k},
                             {b.data(), columns.data(), depths_of_b.data(), n, 1},
                             c.data(),
                             m,
                             n,
                             k,
                             n};
  for (auto _ : state) {
    kernels.multiply(product, {0, m, 0, n}, scratch.data(), {});
    benchmark::ClobberMemory();
  }
  count_products(state, shape);
}

#if defined(LAB_OPENBLAS)
void openblas(benchmark::State& state, const Sizes& shape) {
  const auto m = static_cast<int>(shape.m), k = static_cast<int>(shape.k),
             n = static_cast<int>(shape.n);
  const auto a = random_floats(shape.m * shape.k), b = random_floats(shape.k * shape.n);
  cpu::Aligned<float> c(static_cast<std::size_t>(shape.m * shape.n));
  openblas_set_num_threads(1);
  for (auto _ : state) {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a.data(), k, b.data(), n, 0,
                c.data(), n);
    benchmark::ClobberMemory();
  }
  count_products(state, shape);
}
#endif

void loop(benchmark::State& state, const cpu::Kernels& kernels, Op op) {
  constexpr Extent count = 256;
  cpu::Aligned<cpu::Word> a(count), result(count);
  const auto values = random_floats(count);
  for (std::size_t i = 0; i < count; ++i) a[i] = std::bit_cast<cpu::Word>(2 + values[i]);
  for (auto _ : state) {
    kernels.loops[static_cast<std::size_t>(op)](result.data(), a.data(), a.data(), a.data(), count);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * count);
}

void normals(benchmark::State& state, const cpu::Kernels& kernels) {
  constexpr Extent count = 4096;
  cpu::Aligned<float> result(count);
  std::uint32_t counter = 0;
  for (auto _ : state) {
    kernels.fill_normal(result.data(), count, {1, counter++, 2});
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * count);
}

void peak(benchmark::State& state, const cpu::Kernels& kernels) {
  double flop = 0;
  for (auto _ : state) flop += kernels.multiply_adds(10000);
  state.counters["GFLOP/s"] = benchmark::Counter(1e-9 * flop, benchmark::Counter::kIsRate);
}

}  // namespace

int main(int count, char** arguments) {
  for (const cpu::Kernels* kernels : cpu::available_kernels()) {
    const std::string set = std::string("/") + kernels->name;
    benchmark::RegisterBenchmark(("peak" + set).c_str(), peak, *kernels);
    for (const Sizes& shape : shapes) {
      const std::string size =
          std::to_string(shape.m) + "x" + std::to_string(shape.k) + "x" + std::to_string(shape.n);
      benchmark::RegisterBenchmark(("gemm" + set + "/" + size).c_str(), ours, *kernels, shape);
#if defined(LAB_OPENBLAS)
      if (kernels == cpu::available_kernels().front()) {
        benchmark::RegisterBenchmark(("gemm/openblas/" + size).c_str(), openblas, shape);
      }
#endif
    }
    for (const Op op : {Op::add, Op::multiply_add, Op::divide, Op::sqrt, Op::exp, Op::log, Op::tanh,
                        Op::sigmoid, Op::softplus}) {
      benchmark::RegisterBenchmark((std::string(name_of(op)) + set).c_str(), loop, *kernels, op);
    }
    benchmark::RegisterBenchmark(("normals" + set).c_str(), normals, *kernels);
  }
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
