// One table of op cases: each compares the executors, checks first and second gradients by finite
// differences, and can be timed (tests/bench). To add an op, add a case to op_cases.cpp.
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "core/graph/graph.hpp"

namespace lab::test {

struct OpCase {
  std::string name;
  std::vector<Op> covers;
  std::vector<Shape> inputs;  // real inputs, drawn uniformly from [low, high]
  std::function<Value(const std::vector<Value>&)> build;
  double low = -2, high = 2;
  bool differentiable = true;  // checked by finite differences
  float tolerance = 2e-6f;     // cpu against reference, relative to 1 + |value|
};

inline void PrintTo(const OpCase& op_case, std::ostream* out) { *out << op_case.name; }

const std::vector<OpCase>& op_cases();

}  // namespace lab::test
