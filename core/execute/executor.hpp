// An executor holds a graph's variables and runs procedures on them. It takes work and gives values
// when they are there: at once on the CPU, some milliseconds later on a GPU.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/execute/task.hpp"
#include "core/graph/graph.hpp"

namespace lab {

class Executor {
 public:
  using Handle = std::size_t;

  virtual ~Executor() = default;

  // "reference", "cpu", …
  virtual std::string name() const = 0;

  // What it computes with: "avx512", "relaxed-simd", …; empty where there is no choice.
  virtual std::string instruction_set() const { return {}; }
  virtual int threads() const { return 1; }
  // GFLOP/s of multiply-adds in registers on one thread, measured now; 0 where it is not known.
  virtual double peak_gflops() const { return 0; }

  // Makes a procedure ready to run. The graph may have grown since the last call.
  virtual Handle prepare(const Procedure& procedure) = 0;

  // Has it run `times` times. All updates of one run read the variables as they were before it.
  virtual void submit(Handle handle, int times = 1) = 0;

  // Output i of the last run that was submitted, row-major. Index outputs come as reals.
  virtual Answer<float> fetch(Handle handle, std::size_t i) = 0;
  // A variable after all that was submitted, row-major, as its 32-bit words.
  virtual Answer<std::uint32_t> fetch(Value variable) = 0;

  // Hands out the answers that have come; who waits for one goes on in here. Whether more are to
  // come.
  virtual bool poll() { return false; }

  // The variables that exist (those that were initialised or written).
  virtual bool has(Value variable) const = 0;
  // Row-major; an index variable is written as its 32-bit values, exactly.
  virtual void write(Value variable, std::span<const float> values) = 0;
  virtual void write_index(Value variable, std::span<const std::uint32_t> values) = 0;

  // What each kernel of a run takes, in the order in which they run; empty where it is not known.
  struct KernelTime {
    std::string kind;         // "gemm", "map", …
    std::string text;         // as in describe()
    double milliseconds = 0;  // mean over the runs: a browser's clock is too coarse for a median
    double flop = 0;          // 2mkn of a product, else 0
  };
  // Runs the procedure `runs` times, which changes variables as submit() does.
  virtual std::vector<KernelTime> profile(Handle handle, int runs);

  // The compiled form as text for a person to read.
  virtual std::string describe(Handle handle) const = 0;

  // Gives every variable in `variables` its initial value.
  void initialise(Graph& graph, const std::vector<Value>& variables);
};

// Words of a real variable as what they are.
std::vector<float> as_reals(std::span<const std::uint32_t> words);

// An answer, for who may block until it is there.
template <class T>
std::vector<T> wait(Executor& executor, Answer<T> answer) {
  while (!answer.here()) executor.poll();
  return answer.await_resume();
}

// An executor whose values are there at once.
class ImmediateExecutor : public Executor {
 public:
  void submit(Handle handle, int times = 1) final { run(handle, times); }
  Answer<float> fetch(Handle handle, std::size_t i) final { return Answer(output(handle, i)); }
  Answer<std::uint32_t> fetch(Value variable) final;

  virtual void run(Handle handle, int times = 1) = 0;
  virtual std::vector<float> output(Handle handle, std::size_t i) const = 0;
  virtual std::vector<float> read(Value variable) const = 0;
  virtual std::vector<std::uint32_t> read_index(Value variable) const = 0;
};

// "cpu" or "reference" (in double precision); throws std::invalid_argument naming what there is.
// threads: 0 for all the machine has. The graph must outlive the executor.
std::unique_ptr<Executor> make_executor(std::string_view name, Graph& graph, int threads = 1);
std::vector<std::string> executor_names();

}  // namespace lab
