// The CPU executor: compiled programs on one or more threads, with the best instruction set that
// the machine has. Products by gemm.hpp, everything else by tiles (tile.hpp). A run allocates
// nothing.
#pragma once

#include <functional>
#include <map>

#include "core/compile/program.hpp"
#include "core/execute/cpu/aligned.hpp"
#include "core/execute/cpu/tile.hpp"
#include "core/execute/executor.hpp"

namespace lab {

class Cpu final : public ImmediateExecutor {
 public:
  // threads: how many to use; 0 for all the machine has. One where there are no threads.
  explicit Cpu(Graph& graph, int threads = 1,
               const cpu::Kernels& kernels = *cpu::available_kernels().front());
  ~Cpu() override;

  std::string name() const override { return "cpu"; }
  std::string instruction_set() const override { return kernels_.name; }
  int threads() const override;
  double peak_gflops() const override { return cpu::peak_gflops(kernels_); }
  Handle prepare(const Procedure& procedure) override;
  void run(Handle handle, int times = 1) override;
  std::vector<float> output(Handle handle, std::size_t i) const override;
  bool has(Value variable) const override { return variables_.count(variable.id()) > 0; }
  std::vector<float> read(Value variable) const override;
  void write(Value variable, std::span<const float> values) override;
  std::vector<std::uint32_t> read_index(Value variable) const override;
  void write_index(Value variable, std::span<const std::uint32_t> values) override;
  std::vector<KernelTime> profile(Handle handle, int runs) override;
  std::string describe(Handle handle) const override;

  const Program& program(Handle handle) const;
  // Runs the procedure once, kernel by kernel: before(k), kernel k of its program, after(k). Ends
  // early where after(k) is false.
  void watch(Handle handle, const std::function<void(std::size_t)>& before,
             const std::function<bool(std::size_t)>& after);
  // Where a view of its program lies, in a run and until the next.
  const cpu::Word* words(Handle handle, const BufferView& view) const;

 private:
  class Prepared;
  class Pool;

  cpu::Aligned<cpu::Word>& storage(NodeId variable);
  // Counts words that are about to be held; throws OutOfMemory where they are too many.
  void claim(Extent words, const std::string& what);
  // The same; throws where the variable has not `given` elements.
  cpu::Aligned<cpu::Word>& checked_storage(Value variable, std::size_t given);

  Graph& graph_;
  const cpu::Kernels& kernels_;
  std::shared_ptr<Pool> pool_;
  // By thread, for whichever program runs: packed operands.
  std::vector<cpu::Aligned<float>> workspace_;
  std::map<NodeId, cpu::Aligned<cpu::Word>> variables_;
  double held_ = 0;  // bytes of variables and arenas
  std::vector<std::unique_ptr<Prepared>> prepared_;
};

}  // namespace lab
