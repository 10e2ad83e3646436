// `lab debug`: where numbers go wrong (core/execute/debug.hpp), told on standard output.
#pragma once

#include <cstdint>
#include <string>

#include "core/session/experiment.hpp"

namespace lab::cli {

struct Debugging {
  bool compares = false;          // `debug compare`, else `debug numbers`
  session::Json spec;             // completed
  session::Options options;       // the executor that is looked at
  std::int64_t steps = 1000;      // `numbers`: at most
  std::int64_t steps_before = 0;  // `compare`
  std::string against = "reference";
  double tolerance = 1e-4;
};

// The exit status: 1 where something is wrong with the numbers. Throws std::invalid_argument where
// the executor cannot do it.
int debug(const Debugging& wanted);

}  // namespace lab::cli
