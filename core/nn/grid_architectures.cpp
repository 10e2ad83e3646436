#include "core/nn/grid_architectures.hpp"

namespace lab::nn {

const std::vector<std::string>& grid_architectures() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const GridArchitecture& each : grid_architecture_rows) all.emplace_back(each.name);
    return all;
  }();
  return names;
}

std::vector<std::string> grid_architectures_with(bool GridArchitecture::*what) {
  std::vector<std::string> names;
  for (const GridArchitecture& each : grid_architecture_rows) {
    if (each.*what) names.emplace_back(each.name);
  }
  return names;
}

}  // namespace lab::nn
