// NICE: data x is mapped one to one to z = f(x) with a factorised prior, so that
//   ln p(x) = ln p(z) + ln |det ∂f/∂x|                   (Dinh, Krueger & Bengio 2015, equation 1)
// is exact. f is made of coupling layers, then a diagonal scaling, and may begin with a whitening.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/data/samples.hpp"
#include "core/nn/mlp.hpp"

namespace lab::models {

// ---------------------------------------------------------------- Couplings

// How a coupling changes one part of the data by numbers that a network makes of the other
// (section 3.2).
enum class Law {
  additive,        // y = x + t
  multiplicative,  // y = x ⊙ e^a
  affine,          // y = x ⊙ e^a + t
};
Law law_of(const std::string& name);

// Values (B, n), and ln |det ∂y/∂x| of each row (B), none where that is 0.
struct Coupled {
  Value value, log_det;
};
// `log_scale` and `shift` (B, n): those that the law does not use may be empty.
Coupled couple(Law law, Value x, Value log_scale, Value shift);
Value uncouple(Law law, Value y, Value log_scale, Value shift);

// Which columns a coupling reads, and which it changes; together all D of them.
struct Partition {
  std::vector<Extent> kept, changed;
};

// Of layer `layer`: roles are swapped from one layer to the next. `name`: odd-even, halves,
// checkerboard (of pictures; each pixel whole), random (a shuffle fixed by `seed`).
Partition make_partition(const std::string& name, const data::Frame& frame, int layer,
                         std::uint32_t seed);

// Columns `which` of x (B, D) → (B, n).
Value columns(Value x, const std::vector<Extent>& which);

// ---------------------------------------------------------------- Whitening before the flow

// y = (x − mean)·matrix, both computed from data (rows, D) by an eigendecomposition, so that y has
// covariance I and is as near to x as may be; `inverse` leads back. (D, D), row-major. Directions
// in which the data does not vary are scaled as if it varied by 10⁻⁴ of the most.
struct Zca {
  std::vector<double> mean, matrix, inverse;
  double log_det = 0;
};
Zca make_zca(std::span<const float> rows, std::size_t dimensions);

// ---------------------------------------------------------------- The flow

class Nice {
 public:
  // `model` is that section of a completed specification. `train`: rows that a whitening is
  // computed from, or starts from. Throws std::invalid_argument for fewer than two dimensions.
  Nice(nn::Parameters& parameters, const nlohmann::json& model, const data::Frame& frame,
       std::span<const float> train, std::uint32_t seed);
  // A space between data and latents: values (B, D), and ln |det| (B) of the map from where it
  // began, none where that is 0.
  struct Stage {
    Value value, log_det;
  };
  // From x to z, all stages. The whitening that is learnt is not learnt through the flow.
  std::vector<Stage> forward(Value x) const;
  // From z to x; as many.
  std::vector<Stage> inverse(Value z) const;
  // "x", "whitened", "1", "2", …, "z".
  const std::vector<std::string>& stages() const { return stages_; }

  // ln p(z), (B): logistic −softplus(z) − softplus(−z), or standard normal, summed.
  Value log_prior(Value z) const;
  // Draws of the prior, shape (B, D), times `temperature`.
  Value sample_prior(Extent rows, Value temperature, Value seed, Value counter) const;

  Value log_scale() const { return scale_; }  // s (D), or none
  // ln |det| of the whitening (real scalar), or none.
  Value whitening_log_det() const { return whitening_log_det_; }
  // Own likelihood of the learnt whitening, ln N(Lx + b; 0, I) + ln |det L| (B); appendix B. Or
  // none.
  Value whitening_likelihood(Value x) const;

  // Matrices (D, D) whose inverses, the second of each pair, must be written before the inverse is
  // used.
  const std::vector<std::pair<Value, Value>>& inverses() const { return inverses_; }

 private:
  struct Layer {
    Partition partition;
    std::unique_ptr<nn::Coder> network;
    // A learnt mixing x·P·M before the coupling: P shuffles the columns, M = L·U.
    std::vector<Extent> shuffle;
    Value matrix, inverse, log_det;
  };

  void add_whitening(nn::Parameters& parameters, std::span<const float> train);
  Value triangle(nn::Parameters& parameters, const std::string& name, Value log_diagonal,
                 bool upper) const;
  Value add_inverse(const std::string& name, Value matrix);
  std::pair<Value, Value> numbers_of(const Layer& layer, Value kept) const;

  Graph& graph_;
  Law law_ = Law::additive;
  bool logistic_ = true;
  Extent dimensions_ = 0;
  std::string whitening_;
  Value whitening_matrix_, whitening_inverse_, whitening_shift_, whitening_log_det_;
  std::vector<Layer> layers_;
  Value scale_;
  std::vector<std::string> stages_;
  std::vector<std::pair<Value, Value>> inverses_;
};

}  // namespace lab::models
