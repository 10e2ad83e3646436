#include "core/execute/debug.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <limits>

#include "core/graph/print.hpp"

namespace lab::debug {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// What a program's elements hold while it runs.
class Memory {
 public:
  Memory(const Cpu& cpu, Executor::Handle handle)
      : cpu_(cpu), handle_(handle), program_(cpu.program(handle)) {}

  bool is_real(const Access& access) const {
    return program_.buffers[static_cast<std::size_t>(access.view.buffer)].type == Type::real;
  }

  Range range(const Access& access) const {
    Range range{infinity, -infinity, 0, 0, 0};
    const cpu::Word* const words = cpu_.words(handle_, access.view);
    const bool real = is_real(access);
    visit(access, 0, 0, [&](Extent at) {
      const double value = real ? static_cast<double>(std::bit_cast<float>(words[at]))
                                : static_cast<double>(words[at]);
      ++range.count;
      if (std::isnan(value)) {
        ++range.nans;
      } else if (std::isinf(value)) {
        ++range.infinities;
      } else {
        range.least = std::min(range.least, value);
        range.largest = std::max(range.largest, value);
      }
    });
    return range;
  }

 private:
  // Calls work(offset) for every element, from `axis` on.
  template <class Work>
  static void visit(const Access& access, std::size_t axis, Extent offset, const Work& work) {
    if (axis == access.space.size()) return work(offset);
    for (Extent i = 0; i < access.space[axis]; ++i) {
      visit(access, axis + 1, offset + i * access.view.strides[axis], work);
    }
  }

  const Cpu& cpu_;
  Executor::Handle handle_;
  const Program& program_;
};

double error_of(float value, float against) {
  if (value == against || (std::isnan(value) && std::isnan(against))) return 0;
  const double error = std::abs(static_cast<double>(value) - static_cast<double>(against)) /
                       (1 + std::abs(static_cast<double>(against)));
  return std::isfinite(error) ? error : infinity;
}

// The element with the largest error.
Disagreement worst_of(const std::vector<float>& values, const std::vector<float>& against) {
  Disagreement worst;
  for (std::size_t at = 0; at < values.size(); ++at) {
    const double error = error_of(values[at], against[at]);
    if (error > worst.error) worst = {{}, false, at, values[at], against[at], error};
  }
  return worst;
}

// The values that are computed for a procedure, in the order of the graph.
std::vector<Value> values_for(Graph& graph, const Procedure& procedure) {
  std::vector<char> needed(static_cast<std::size_t>(graph.size()), 0);
  for (const Value output : procedure.outputs) needed[static_cast<std::size_t>(output.id())] = 1;
  for (const auto& [variable, next] : procedure.updates) {
    needed[static_cast<std::size_t>(next.id())] = 1;
  }
  std::vector<Value> values;
  for (NodeId id = graph.size(); id-- > 0;) {
    if (!needed[static_cast<std::size_t>(id)]) continue;
    const std::vector<NodeId>& inputs = graph.node(id).inputs;
    for (const NodeId input : inputs) needed[static_cast<std::size_t>(input)] = 1;
    if (!inputs.empty()) values.emplace_back(graph, id);
  }
  std::reverse(values.begin(), values.end());
  return values;
}

}  // namespace

std::string to_string(const Range& range) {
  char text[64];
  std::snprintf(text, sizeof text, "%.6g … %.6g", range.least, range.largest);
  std::string whole = range.least <= range.largest ? text : "no number";
  whole += " (" + std::to_string(range.count) + (range.count == 1 ? " element" : " elements");
  if (range.nans > 0) whole += ", " + std::to_string(range.nans) + " NaN";
  if (range.infinities > 0) whole += ", " + std::to_string(range.infinities) + " infinite";
  return whole + ")";
}

std::optional<NonNumber> run_to_non_number(Cpu& cpu, Executor::Handle handle, const Graph& graph) {
  const Program& program = cpu.program(handle);
  const Memory memory(cpu, handle);
  std::optional<NonNumber> found;
  std::vector<Range> before;  // of the operands of the present kernel that it writes over
  const auto is_overwritten = [](const Access& read, const std::vector<Access>& written) {
    return std::any_of(written.begin(), written.end(),
                       [&](const Access& write) { return write.view.buffer == read.view.buffer; });
  };
  cpu.watch(
      handle,
      [&](std::size_t k) {
        before.clear();
        const std::vector<Access> written = writes(program.kernels[k]);
        for (const Access& read : reads(program.kernels[k])) {
          if (is_overwritten(read, written)) before.push_back(memory.range(read));
        }
      },
      [&](std::size_t k) {
        const std::vector<Access> written = writes(program.kernels[k]);
        std::vector<NonNumber::Part> results;
        for (const Access& write : written) {
          if (!memory.is_real(write)) continue;
          const Range range = memory.range(write);
          if (!range.sound()) results.push_back({print(graph, program, write.view), range});
        }
        if (results.empty()) return true;
        found = NonNumber{k, print(graph, program, k), {}, std::move(results)};
        auto next = before.begin();
        for (const Access& read : reads(program.kernels[k])) {
          const bool overwritten = is_overwritten(read, written);
          found->operands.push_back(
              {print(graph, program, read.view), overwritten ? *next++ : memory.range(read)});
        }
        return false;
      });
  return found;
}

Comparison compare(Graph& graph, const Procedure& procedure, Executor& executor, Executor& against,
                   double tolerance) {
  Procedure results{"results of '" + procedure.name + "'", procedure.outputs, {}};
  for (const auto& [variable, next] : procedure.updates) results.outputs.push_back(next);
  const Procedure values{
      "all values of '" + procedure.name + "'", values_for(graph, procedure), {}};
  Comparison comparison;
  for (const bool fused : {false, true}) {
    const Procedure& each = fused ? results : values;
    const auto handle = executor.prepare(each), other = against.prepare(each);
    executor.submit(handle);
    against.submit(other);
    for (std::size_t i = 0; i < each.outputs.size(); ++i) {
      Disagreement worst = worst_of(wait(executor, executor.fetch(handle, i)),
                                    wait(against, against.fetch(other, i)));
      if (worst.error <= tolerance) continue;
      worst.node = print(graph, each.outputs[i].id());
      worst.fused = fused;
      comparison.found.push_back(std::move(worst));
    }
  }
  comparison.values = values.outputs.size();
  return comparison;
}

}  // namespace lab::debug
