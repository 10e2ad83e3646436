// Maps of symbols that are drawn one after another from what a masked network says of each
// (core/nn/grid_network.hpp): the abilities draw_start and draw_next.
#pragma once

#include <functional>

#include "core/models/system.hpp"
#include "core/nn/grid_network.hpp"

namespace lab::models {

struct SiteBySite {
  const nn::GridNetwork& network;
  Extent rows = 16, sites = 1;             // maps at once; symbols of each
  std::function<Value(Value)> symbols_of;  // of numbers that are given (R, S); none: as they are
  std::function<Value(Value)> seen_as;     // numbers that symbols are told as; none: the same
  std::vector<double> class_shares = {};   // where maps are of a class: how often each is
};

// Each move draws the first of the sites that are hidden in any of the maps.
void add_site_by_site(System& system, const SiteBySite& drawn);

}  // namespace lab::models
