// Times the workloads that this version can run, a JSON line each: `nce2d` (a training step of
// noise-contrastive estimation) and `gemm` (matrix products), against the machine's peak measured
// in the same run by independent fused multiply-adds in registers.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>

#include "core/execute/cpu/cpu.hpp"
#include "core/session/experiment.hpp"

namespace {

using lab::session::Json;

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// GFLOP/s of sixteen chains of multiply-adds on vectors of this build's widest registers.
double peak_gflops() {
#if defined(__AVX512F__)
  constexpr int width = 16;
#elif defined(__AVX__)
  constexpr int width = 8;
#else
  constexpr int width = 4;
#endif
  typedef float Vector __attribute__((vector_size(width * sizeof(float))));
  constexpr int chains = 16;
  constexpr std::int64_t rounds = 2'000'000;
  double best = 0;
  for (int attempt = 0; attempt < 5; ++attempt) {
    Vector sums[chains];
    for (int i = 0; i < chains; ++i) sums[i] = Vector{} + static_cast<float>(i);
    const Vector factor = Vector{} + 0.999f, addend = Vector{} + 0.001f;
    const double start = now();
    for (std::int64_t round = 0; round < rounds; ++round) {
      for (Vector& sum : sums) sum = sum * factor + addend;
    }
    const double seconds = now() - start;
    float used = 0;
    for (const Vector& sum : sums) used += sum[0];
    if (std::isfinite(used)) best = std::max(best, 2.0 * width * chains * rounds / seconds / 1e9);
  }
  return best;
}

struct Times {
  double median, least, most;
};

// Milliseconds of each of `count` calls, after a tenth as many to warm up.
template <class Work>
Times time_of(int count, Work work) {
  for (int i = 0; i < count / 10 + 1; ++i) work();
  std::vector<double> times;
  for (int i = 0; i < count; ++i) {
    const double start = now();
    work();
    times.push_back(1e3 * (now() - start));
  }
  std::sort(times.begin(), times.end());
  return {times[times.size() / 2], times.front(), times.back()};
}

void print_line(const std::string& workload, int batch, int threads, const Times& times, int steps,
                double flop, double peak, double first, double last, const char* note) {
  Json line{{"program", "likelihood-lab"},
            {"executor", "cpu"},
            {"threads", threads},
            {"workload", workload},
            {"batch", batch},
            {"ms_per_step_median", times.median},
            {"ms_min", times.least},
            {"ms_max", times.most},
            {"steps", steps},
            {"first_loss", first},
            {"last_loss", last},
            {"gflops", flop / times.median / 1e6},
            {"peak_gflops", peak},
            {"peak_share", flop / times.median / 1e6 / (peak * threads)},
            {"note", note}};
  std::cout << line.dump() << std::endl;
}

void nce2d(int threads, double peak) {
  lab::session::Experiment experiment(lab::session::complete(Json::object()), {"cpu", threads});
  const double first = -experiment.measure().at("objective_train");
  const Times times = time_of(600, [&] { experiment.step(1); });
  // 2–64–64–1 over 1024 rows: forward once, backward twice but for the first layer's input.
  const double flop = 2.0 * 1024 * (2 * 64 * 2 + 64 * 64 * 3 + 64 * 3);
  print_line("nce2d", 512, threads, times, 600, flop, peak, first,
             -experiment.measure().at("objective_train"),
             "energy MLP 2-64-64-1 tanh, eight Gaussians, 512 + 512 points");
}

void gemm(int threads, double peak, lab::Extent m, lab::Extent k, lab::Extent n) {
  lab::Graph graph;
  const lab::Value a = graph.variable("a", graph.constant(0, {m, k})),
                   b = graph.variable("b", graph.constant(0, {k, n}));
  lab::Cpu cpu(graph, threads);
  cpu.write(a, std::vector<float>(static_cast<std::size_t>(m * k), 0.5f));
  cpu.write(b, std::vector<float>(static_cast<std::size_t>(k * n), 0.25f));
  const auto handle = cpu.prepare({"gemm", {lab::matmul(a, b)}, {}});
  const Times times = time_of(60, [&] { cpu.run(handle); });
  const std::string shape = std::to_string(m) + "x" + std::to_string(k) + "x" + std::to_string(n);
  print_line("gemm", static_cast<int>(m), threads, times, 60, 2.0 * static_cast<double>(m * k * n),
             peak, 0, 0, shape.c_str());
}

}  // namespace

int main() {
  const double peak = peak_gflops();
  for (const int threads : {1, 2}) {
    nce2d(threads, peak);
    gemm(threads, peak, 128, 784, 1000);
    gemm(threads, peak, 100, 1000, 1000);
    gemm(threads, peak, 512, 512, 512);
  }
}
