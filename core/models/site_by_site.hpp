// Maps of symbols that are drawn one after another from what a masked network says of each
// (core/nn/grid_network.hpp): the abilities draw_start and draw_next. What they are told of
// classes.
#pragma once

#include <functional>
#include <vector>

#include "core/data/dataset.hpp"
#include "core/models/system.hpp"
#include "core/nn/grid_network.hpp"

namespace lab::models {

// The classes that a network is told of, or none.
class Classes {
 public:
  Classes() = default;
  // Those of the labels of `data`. Throws Unfit, of 'model.condition', where there are none.
  explicit Classes(const data::Dataset& data);

  bool any() const { return !shares_.empty(); }
  Extent count() const { return static_cast<Extent>(shares_.size()); }
  const std::vector<double>& shares() const { return shares_; }  // of the training data
  // What rows (B) of the training data, index, are told: (B, count); none where there are none.
  Value of_rows(Value rows) const;
  // ln p (B) of symbols (B, S) from that of rows whose class is told: ln Σ p(class) p(·|class).
  Value marginal(Value symbols,
                 const std::function<Value(Value symbols, Value told)>& log_probability) const;

 private:
  std::vector<double> shares_, labels_;
};

struct SiteBySite {
  const nn::GridNetwork& network;
  Extent rows = 16, sites = 1;             // maps at once; symbols of each
  std::function<Value(Value)> symbols_of;  // of numbers that are given (R, S); none: as they are
  std::function<Value(Value)> seen_as;     // numbers that symbols are told as; none: the same
  const Classes& classes;                  // that maps are of, or none
};

// Each move draws the first of the sites that are hidden in any of the maps.
void add_site_by_site(System& system, const SiteBySite& drawn);

}  // namespace lab::models
