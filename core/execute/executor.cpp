#include "core/execute/executor.hpp"

#include <stdexcept>

#include "core/execute/cpu/cpu.hpp"
#include "core/execute/reference/reference.hpp"

namespace lab {

std::vector<Executor::KernelTime> Executor::profile(Handle handle, int runs) {
  run(handle, runs);
  return {};
}

void Executor::initialise(Graph& graph, const std::vector<Value>& variables) {
  Procedure procedure{"initialise", {}, {}};
  for (const Value variable : variables) {
    procedure.updates.emplace_back(variable, Value(graph, variable.node().initial));
  }
  run(prepare(procedure));
}

std::vector<std::string> executor_names() { return {"cpu", "reference"}; }

std::unique_ptr<Executor> make_executor(std::string_view name, Graph& graph, int threads) {
  if (name == "cpu") return std::make_unique<Cpu>(graph, threads);
  if (name == "reference") return std::make_unique<Reference<double>>(graph);
  std::string known;
  for (const std::string& each : executor_names()) known += (known.empty() ? "" : ", ") + each;
  throw std::invalid_argument("There is no executor '" + std::string(name) +
                              "'; there are: " + known + ".");
}

}  // namespace lab
