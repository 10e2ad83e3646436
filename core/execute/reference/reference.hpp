// The reference executor: each node by itself, one plain loop, no compiler. It is the oracle for
// every other executor and for the compiler, so it reads the graph and not a Program, and it
// stays plain. In double precision it also serves finite differences and constant folding.
#pragma once

#include <map>

#include "core/execute/executor.hpp"

namespace lab {

// A value's elements: `real` or `index` is filled, by its type.
template <class T>
struct Tensor {
  std::vector<T> real;
  std::vector<std::uint32_t> index;
};

// The value of one node from those of its inputs.
template <class T>
Tensor<T> evaluate(const Graph& graph, const Node& node,
                   const std::vector<const Tensor<T>*>& inputs);

template <class T>
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
  const std::vector<T>& exact_output(Handle handle, std::size_t i) const;
  std::vector<T>& exact_variable(Value variable);

 private:
  struct Prepared {
    Procedure procedure;
    std::vector<NodeId> order;
    std::vector<Tensor<T>> outputs;
  };

  Graph& graph_;
  std::map<NodeId, Tensor<T>> variables_;
  std::vector<Prepared> prepared_;
};

extern template class Reference<float>;
extern template class Reference<double>;

}  // namespace lab
