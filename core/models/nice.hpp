// NICE: a flow of coupling layers, then a diagonal scaling, over a factorised prior; it may begin
// with a whitening                                       (Dinh, Krueger & Bengio 2015).
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/data/samples.hpp"
#include "core/distributions/columns.hpp"
#include "core/distributions/flow.hpp"
#include "core/distributions/linear.hpp"

namespace lab::models {

// Of layer `layer`: roles are swapped from one layer to the next. `name`: odd-even, halves,
// checkerboard (of pictures; each pixel whole), random (a shuffle fixed by `seed`).
distributions::Partition make_partition(const std::string& name, const data::SampleShape& shape,
                                        int layer, std::uint32_t seed);

// Stages: "x", "whitened", "1", "2", …, "z".
class Nice final : public distributions::Flow {
 public:
  using Stage = distributions::Transformed;

  // `model` is that section of a completed specification. `train`: rows that a whitening is
  // computed from, or starts from. Throws std::invalid_argument for fewer than two dimensions.
  Nice(nn::Parameters& parameters, const nlohmann::json& model, const data::SampleShape& shape,
       std::span<const float> train, std::uint32_t seed);

  Value log_scale() const { return scale_; }  // s (D), or none
  // ln |det| of the whitening (real scalar), or none.
  Value whitening_log_det() const { return whitening_.log_det; }
  // Own likelihood of the learnt whitening, ln N(Lx + b; 0, I) + ln |det L| (B); appendix B. Or
  // none.
  Value whitening_likelihood(Value x) const;

  // Matrices (D, D) whose inverses, the second of each pair, must be written before the inverse is
  // used.
  const std::vector<std::pair<Value, Value>>& inverses() const { return inverses_; }

 private:
  distributions::Matrices whitening_;
  bool learns_whitening_ = false;
  Value scale_;
  std::vector<std::pair<Value, Value>> inverses_;
};

}  // namespace lab::models
