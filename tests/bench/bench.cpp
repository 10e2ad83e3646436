// Times the workloads, a JSON line each, against the peak of the same instruction set in the same
// run:  lab_bench [--threads N] [--set NAME] [--seconds S] [--profile] [WORKLOAD…]
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>

#include "core/execute/cpu/cpu.hpp"
#include "tests/bench/workloads.hpp"

namespace {

using namespace lab;

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

struct Settings {
  int threads = 1;     // 0: all
  double seconds = 3;  // of each workload
  bool profile = false;
  const cpu::Kernels* kernels = cpu::available_kernels().front();
};

// Runs `work` until the time is over, and prints its line.
template <class Work, class Loss>
void measure(const Settings& settings, const std::string& workload, Extent batch, double flop,
             const std::string& note, int threads, Work work, Loss loss) {
  work();
  const double first = loss();
  for (int i = 0; i < 3; ++i) work();
  cpu::peak_gflops(*settings.kernels);
  std::vector<double> times;
  const double begin = now();
  while (times.size() < 8 || (now() - begin < settings.seconds && times.size() < 5000)) {
    const double start = now();
    work();
    times.push_back(1e3 * (now() - start));
  }
  // The best that was seen while this program ran.
  static double peak = 0;
  peak = std::max(peak, cpu::peak_gflops(*settings.kernels));
  std::sort(times.begin(), times.end());
  const double median = times[times.size() / 2], gflops = flop / median / 1e6;
  const nlohmann::ordered_json line{{"program", "likelihood-lab"},
                                    {"executor", std::string("cpu ") + settings.kernels->name},
                                    {"threads", threads},
                                    {"workload", workload},
                                    {"batch", batch},
                                    {"ms_per_step_median", median},
                                    {"ms_min", times.front()},
                                    {"ms_max", times.back()},
                                    {"steps", times.size()},
                                    {"first_loss", first},
                                    {"last_loss", loss()},
                                    {"gflops", gflops},
                                    {"peak_gflops", peak},
                                    {"peak_share", gflops / (peak * threads)},
                                    {"note", note}};
  std::cout << line.dump() << std::endl;
}

// Kernels by the time they take, to the thousandth of all.
void print_profile(std::vector<Executor::KernelTime> kernels) {
  std::sort(kernels.begin(), kernels.end(),
            [](const auto& a, const auto& b) { return a.milliseconds > b.milliseconds; });
  double total = 0;
  for (const auto& kernel : kernels) total += kernel.milliseconds;
  std::cout << total << " ms\n";
  for (const auto& [kind, text, milliseconds, flop] : kernels) {
    if (milliseconds < 1e-3 * total) break;
    std::cout << milliseconds << " ms";
    if (flop > 0) std::cout << ", " << flop / milliseconds / 1e6 << " GFLOP/s";
    std::cout << "  " << text << "\n";
  }
}

void train(const Settings& settings, const std::string& name) {
  bench::Workload workload = bench::make_workload(name);
  Cpu cpu(*workload.graph, settings.threads, *settings.kernels);
  cpu.initialise(*workload.graph, workload.variables);
  const auto step = cpu.prepare(workload.step);
  if (settings.profile) return print_profile(cpu.profile(step, 12));
  measure(
      settings, name, workload.batch, cpu.program(step).product_flops, workload.note, cpu.threads(),
      [&] { cpu.run(step); }, [&] { return cpu.output(step, 0)[0]; });
}

void gemm(const Settings& settings, Extent m, Extent k, Extent n) {
  Graph graph;
  const auto draw = [&graph](Shape shape, std::uint32_t stream) {
    return random_uniform(graph, std::move(shape), graph.index_constant(stream),
                          graph.index_constant(0));
  };
  const Value a = graph.variable("a", draw({m, k}, 1)), b = graph.variable("b", draw({k, n}, 2));
  Cpu cpu(graph, settings.threads, *settings.kernels);
  cpu.initialise(graph, {a, b});
  const auto handle = cpu.prepare({"gemm", {matmul(a, b)}, {}});
  Settings shorter = settings;
  shorter.seconds /= 3;
  measure(
      shorter, "gemm", m, 2.0 * static_cast<double>(m * k * n),
      std::to_string(m) + "x" + std::to_string(k) + "x" + std::to_string(n), cpu.threads(),
      [&] { cpu.run(handle); }, [] { return 0.0; });
}

int run(const std::vector<std::string>& arguments) {
  Settings settings;
  std::vector<std::string> workloads;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    const auto value = [&] {
      if (i + 1 == arguments.size()) {
        throw std::invalid_argument(argument + " needs a value.");
      }
      return arguments[++i];
    };
    const auto number = [&] {
      const std::string text = value();
      char* end = nullptr;
      const double parsed = std::strtod(text.c_str(), &end);
      if (text.empty() || *end != '\0' || !(parsed >= 0 && parsed <= 1e4)) {
        throw std::invalid_argument(argument + " needs a number from 0 to 10000, not '" + text +
                                    "'.");
      }
      return parsed;
    };
    if (argument == "--threads") {
      settings.threads = static_cast<int>(number());
    } else if (argument == "--seconds") {
      settings.seconds = number();
    } else if (argument == "--profile") {
      settings.profile = true;
    } else if (argument == "--set") {
      const std::string name = value();
      const auto sets = cpu::available_kernels();
      const auto found = std::find_if(sets.begin(), sets.end(),
                                      [&](const auto* set) { return set->name == name; });
      if (found == sets.end()) {
        std::string names;
        for (const auto* set : sets) names += std::string(" ") + set->name;
        throw std::invalid_argument("This machine has no instruction set '" + name +
                                    "'; there are:" + names + ".");
      }
      settings.kernels = *found;
    } else if (argument.starts_with("--")) {
      throw std::invalid_argument(
          "lab_bench takes --threads N, --set NAME, --seconds S, --profile and "
          "workloads, not '" +
          argument + "'.");
    } else {
      workloads.push_back(argument);
    }
  }
  if (workloads.empty()) workloads = {"gemm", "vae", "nice", "conv", "vq", "pixelcnn", "nce2d"};
  for (const std::string& workload : workloads) {
    if (workload == "gemm") {
      gemm(settings, 128, 784, 1000);
      gemm(settings, 100, 1000, 1000);
      gemm(settings, 512, 512, 512);
    } else {
      train(settings, workload);
    }
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    return run({arguments + 1, arguments + count});
  } catch (const std::exception& error) {
    std::cerr << "bench: " << error.what() << "\n";
    return 1;
  }
}
