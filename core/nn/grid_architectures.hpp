// Names of the networks over a grid of symbols, for keys: what they are stands in grid_network.hpp.
#pragma once

#include <string>
#include <vector>

namespace lab::nn {

struct GridArchitecture {
  const char* name;
  bool layers;        // it has a width, a depth and an activation
  bool convolutions;  // every weight is used at every pixel
  bool attention;     // it keeps a number for each pair of pixels
};

// All of them, the usual one first.
inline constexpr GridArchitecture grid_architecture_rows[] = {
    {"pixelcnn", true, true, false},  {"gated-pixelcnn", true, true, false},
    {"pixelsnail", true, true, true}, {"made", true, false, false},
    {"fvsbn", false, false, false},
};

const std::vector<std::string>& grid_architectures();
// Those that have `what`.
std::vector<std::string> grid_architectures_with(bool GridArchitecture::*what);

}  // namespace lab::nn
