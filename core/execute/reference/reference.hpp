// The reference executor: each node by itself, by its op's plain evaluation (core/graph/rules.hpp),
// in double precision, no compiler. It is the oracle for every other executor and for the compiler,
// so it reads the graph and not a Program, and it stays plain. It also serves finite differences.
#pragma once

#include <map>

#include "core/execute/executor.hpp"
#include "core/graph/rules.hpp"

namespace lab {

class Reference final : public ImmediateExecutor {
 public:
  explicit Reference(Graph& graph) : graph_(graph) {}

  std::string name() const override { return "reference"; }
  Handle prepare(const Procedure& procedure) override;
  void run(Handle handle, int times = 1) override;
  std::vector<float> output(Handle handle, std::size_t i) const override;
  bool has(Value variable) const override { return variables_.count(variable.id()) > 0; }
  std::vector<float> read(Value variable) const override;
  void write(Value variable, std::span<const float> values) override;
  std::vector<std::uint32_t> read_index(Value variable) const override;
  void write_index(Value variable, std::span<const std::uint32_t> values) override;
  std::string describe(Handle handle) const override;

  // Elements in the executor's own precision.
  const std::vector<double>& exact_output(Handle handle, std::size_t i) const;
  std::vector<double>& exact_variable(Value variable);

 private:
  struct Prepared {
    Procedure procedure;
    std::vector<NodeId> order;
    std::vector<Tensor> outputs;
  };

  Graph& graph_;
  std::map<NodeId, Tensor> variables_;
  std::vector<Prepared> prepared_;
};

}  // namespace lab
