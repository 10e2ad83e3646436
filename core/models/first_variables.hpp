// The variables that others may start from, and which therefore get their values first: where noise
// lies before chains that start as noise.
#pragma once

#include "core/models/system.hpp"

namespace lab::models {

// Seed, step, settings.
inline std::vector<Value> first_variables(const System& system) {
  std::vector<Value> first{system.seed, system.step};
  for (const auto& [key, variable] : system.settings) first.push_back(variable);
  return first;
}

}  // namespace lab::models
