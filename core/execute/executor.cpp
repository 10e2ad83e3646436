#include "core/execute/executor.hpp"

#include <algorithm>
#include <bit>
#include <stdexcept>

#include "core/execute/cpu/cpu.hpp"
#ifndef __EMSCRIPTEN__
#include "core/execute/reference/reference.hpp"
#endif

namespace lab {

std::vector<Executor::KernelTime> Executor::profile(Handle handle, int runs) {
  submit(handle, runs);
  return {};
}

std::vector<float> as_reals(std::span<const std::uint32_t> words) {
  std::vector<float> values(words.size());
  std::transform(words.begin(), words.end(), values.begin(),
                 [](std::uint32_t word) { return std::bit_cast<float>(word); });
  return values;
}

Answer<std::uint32_t> ImmediateExecutor::fetch(Value variable) {
  if (variable.type() == Type::index) return Answer(read_index(variable));
  const std::vector<float> values = read(variable);
  std::vector<std::uint32_t> words(values.size());
  std::transform(values.begin(), values.end(), words.begin(),
                 [](float value) { return std::bit_cast<std::uint32_t>(value); });
  return Answer(std::move(words));
}

void Executor::initialise(Graph& graph, const std::vector<Value>& variables) {
  Procedure procedure{"initialise", {}, {}};
  for (const Value variable : variables) {
    procedure.updates.emplace_back(variable, Value(graph, variable.node().initial));
  }
  submit(prepare(procedure));
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
