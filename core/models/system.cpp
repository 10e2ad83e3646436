#include "core/models/system.hpp"

#include <algorithm>
#include <stdexcept>

#include "core/models/first_variables.hpp"

namespace lab::models {

const Ability* System::find(const std::string& name) const {
  const auto found = std::find_if(abilities.begin(), abilities.end(),
                                  [&](const Ability& ability) { return ability.name == name; });
  return found == abilities.end() ? nullptr : &*found;
}

const Ability& System::ability(const std::string& name) const {
  if (const Ability* const found = find(name)) return *found;
  std::string all;
  for (const Ability& each : abilities) all += std::string(all.empty() ? "" : ", ") + each.name;
  throw std::invalid_argument("This model has no ability '" + name + "'; it has " + all + ".");
}

std::size_t System::code_sites() const {
  return code_levels.empty() ? 0 : code_levels.back().first + code_levels.back().sites();
}

std::size_t System::level_of(std::size_t site) const {
  std::size_t level = 0;
  while (level + 1 < code_levels.size() && code_levels[level + 1].first <= site) ++level;
  return level;
}

bool System::normalised() const {
  const Ability* const density = find("log_density");
  return density && density->output("log_density")->meaning != Meaning::unnormalised;
}

const Ability* System::exact_density() const {
  for (const char* name : {"forward", "log_density"}) {
    const Ability* const density = find(name);
    if (density && density->output("log_density")->meaning == Meaning::exact) return density;
  }
  return nullptr;
}

void initialise(Executor& executor, const System& system, const data::Dataset& data) {
  Graph& graph = *system.graph;
  const std::vector<Value> first = first_variables(system);
  executor.initialise(graph, first);
  std::vector<Value> all;
  for (const NodeId id : graph.variables()) all.emplace_back(graph, id);
  executor.initialise(graph, all);
  executor.write(system.train_data, data.train.values);
  if (system.test_data) executor.write(system.test_data, data.test.values);
}

}  // namespace lab::models
