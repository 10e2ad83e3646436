// Where numbers go wrong: the first kernel whose result is no number, and the first value on which
// two executors disagree.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/execute/cpu/cpu.hpp"

namespace lab::debug {

// Elements of a value. least > largest where none of them is a finite number.
struct Range {
  double least = 0, largest = 0;
  std::size_t count = 0, nans = 0, infinities = 0;

  bool sound() const { return nans == 0 && infinities == 0; }
};

// "-1.5 … 2 (77 elements, 3 NaN, 1 infinite)".
std::string to_string(const Range& range);

// A kernel that wrote NaN or an infinity into a real value.
struct NonNumber {
  std::size_t kernel = 0;
  std::string text;  // of the kernel, as in printed programs
  struct Part {
    std::string name;  // of its buffer, as in printed programs
    Range range;
  };
  std::vector<Part> operands;  // as they were before the kernel ran
  std::vector<Part> results;   // those that hold what is no number
};

// Runs the procedure once, up to the first such kernel; the rest of it is then left undone.
std::optional<NonNumber> run_to_non_number(Cpu& cpu, Executor::Handle handle, const Graph& graph);

struct Disagreement {
  std::string node;         // as print(graph, id)
  bool fused = false;       // a result of the procedure as it is compiled, else one value by itself
  std::size_t element = 0;  // the worst
  float value = 0, against = 0;
  double error = 0;  // |value − against| / (1 + |against|); ∞ where one of them alone is no number
};
struct Comparison {
  std::size_t values = 0;           // that were compared by themselves
  std::vector<Disagreement> found;  // beyond the tolerance, in the order of the graph, `fused` last
};

// Computes every value that the procedure needs on both executors, each written out and so hardly
// fused with others; then its outputs and next values alone, fused as in training. Both begin at
// the variables that they hold, and leave them as they are.
Comparison compare(Graph& graph, const Procedure& procedure, Executor& executor, Executor& against,
                   double tolerance);

}  // namespace lab::debug
