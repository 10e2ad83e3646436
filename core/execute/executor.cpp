#include "core/execute/executor.hpp"

#include <stdexcept>

#include "core/execute/cpu/cpu.hpp"
#ifndef __EMSCRIPTEN__
#include "core/execute/reference/reference.hpp"
#endif

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

// The reference is for tests and for who checks a number: it is not worth downloading.
std::vector<std::string> executor_names() {
#ifdef __EMSCRIPTEN__
  return {"cpu"};
#else
  return {"cpu", "reference"};
#endif
}

std::unique_ptr<Executor> make_executor(std::string_view name, Graph& graph, int threads) {
  if (name == "cpu") return std::make_unique<Cpu>(graph, threads);
#ifndef __EMSCRIPTEN__
  if (name == "reference") return std::make_unique<Reference>(graph);
#endif
  std::string known;
  for (const std::string& each : executor_names()) known += (known.empty() ? "" : ", ") + each;
  throw std::invalid_argument("There is no executor '" + std::string(name) +
                              "'; there are: " + known + ".");
}

}  // namespace lab
