// Rows of numbers whose density is known, and with it the ratios that are to be learnt of them.
#pragma once

#include <memory>

#include "core/data/truth.hpp"

namespace lab::data {

// Who knows what a learner of ratios is after, in nats.
class KnownRatio {
 public:
  virtual ~KnownRatio() = default;
  // I(u; v) of the first half u of the numbers and the second half v.
  virtual double mutual_information() const = 0;
  // KL(p ‖ N(0, I)).
  virtual double divergence() const = 0;
};

// N(0, deviation²), one number: of no halves, whose mutual information is 0.
std::unique_ptr<Truth> make_scaled_gaussian(double deviation);

// `pairs` pairs (uᵢ, vᵢ) of standard normal numbers of correlation ρ, all u before all v:
// I(u; v) = −(pairs/2) ln(1 − ρ²), which says ρ.
std::unique_ptr<Truth> make_correlated_gaussians(std::size_t pairs, double mutual_information);

// What is known of the ratios of a truth, or nullptr.
const KnownRatio* ratio_behind(const Truth* truth);

}  // namespace lab::data
