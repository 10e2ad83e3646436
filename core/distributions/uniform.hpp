// The uniform distribution on a box.
#pragma once

#include <vector>

#include "core/distributions/distribution.hpp"

namespace lab::distributions {

// On low ≤ x ≤ high, (D) each.
class Uniform final : public Distribution {
 public:
  Uniform(std::vector<double> low, std::vector<double> high);
  Value log_density(Value x) const override;
  Value sample(Graph& graph, Extent count, Value seed, Value counter) const override;
  Value mean(Graph& graph) const override;

 private:
  std::vector<double> low_, high_, width_;
  double log_volume_ = 0;
};

}  // namespace lab::distributions
