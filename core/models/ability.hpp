// What a model can do, as a named procedure: ln p(x) of data, codes of it, draws, …
//
// One name has one meaning whatever the family. Inputs → outputs; R rows at a time, an axis called
// `row` first or, where another stands before it, second:
//   log_density        x (R, D) → log_density (R), where there is noise log_noise
//                      (R), the same as log_flow where that learns too
//   forward            x (R, D) → log_density (R), z (R, D)               one-to-one maps
//   elbo               x (R, D) → elbo, log_likelihood (R), kl (R, J), mean, log_variance (R, J) of
//                      q(z|x), decoded (R, D): the mean of x at the mean of q, objective (R):
//                      what training makes large, without the prior on weights; where there are
//                      classes elbo is that of ln Σ p(class) p(x|class), and all else of the class
//                      (R) that has the largest part of it
//   encode             x (R, D) → mean (R, J): its code, in deviations from the mean of all codes
//   reconstruct        x (R, D) → x (R, D): what is given back of it from its code
//   corrupt            x (R, D), kind, level (R, 1) → x (R, D): corrupted (models/corruption.hpp;
//                      below 0: as a model that learns to repair sees it, by others not at all)
//   decode             z (R, J), where there are classes class (R, 1), below 0: the first → x
//                      (R, D): the mean of x
//   codes              x (R, D) → codes (R, S): at each site which of its level's K codewords is
//                      nearest to encodings (R, S, d), those of the top level first; where there is
//                      a prior log_prior (R): ln p of the codes
//   from_codes         codes (R, S) → x (R, D): what they stand for; log_prior (R), as above
//   straight_through   x (R, D) → pull (R, S, d): minus the gradient of its mean square error at
//                      the codewords, which training passes on to the encodings
//   codebook           → codewords (L·K, d), code k of level l in row l·K + k; uses (L·K): running
//                      counts, of a minibatch; revived (L·K): the step at which each was last put
//                      elsewhere for want of use, or −1; revivals: how often any was
//   sample             where there are classes class (R, 1), below 0: any → x (R, D): draws; of
//                      pictures, their means
//   importance         x (R, D) → log_sum (R): ln Σ over its draws of p(x, z)/q(z|x)
//   posterior_start, posterior_move   chains of p(z|x): x (R, D) → ; → z (R, J), log_joint (R),
//                      acceptance
//   transition         one move of the sampler's chains → acceptance
//   path_forward, path_inverse   points (R, 2) → values (S, R, 2), log_det (S, R), stage by stage
//   scales             → scales (D): exp(−s); whitening_log_det
//   matrices           → what must be inverted for abilities that `inverts` says
//   unmixing           → unmixing (D, D): B of sources B x that are taken for independent
//   inpaint_start, inpaint_pace, inpaint_move   given, hidden (R, D) → ; ; → x (R, D),
//                      log_density (R), or a bound, of x as it was before; a pace is there where
//                      moves have a length
//   draw_start, draw_next   given, hidden (R, D), where there are classes class (R, 1), below 0:
//   any
//                      → ; → x (R, D), in which one more number is drawn, at `site`, from
//                      probabilities (R, K), class (R, 1)
//   influence          x (R, D), site (R, 1) → slope (R, D): of what is said of a site by what is
//                      before it
//   information        x (R, D) → information, or log_ratio (R): of each datum its part of the
//                      mutual information of its halves, or ln p/q; objective (R)
//   landscape          theta (R, P) → objective, slope (R): the objective of evaluated training
//                      data where the parameters are theta, and the length of its gradient; now,
//                      optimum (P): the parameters, and the most likely ones
//   filters            → patterns (K, D): what each feature of the first layer answers to most;
//                      pooling (K, K): weights of the second, ≥ 0; thresholds (K)
//   respond            x (R, D) → seen (R, D): as the model sees it, in pixels; pooled (R, K): what
//                      comes to the second layer; log_ratio (R): ln p(x) − ln p_n(x) of noise
//   noise, evaluated_noise   → x (R, D): noise points of the latest minibatch, of `evaluate`
//   evaluate           → measures, each a number under its own name
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "core/graph/graph.hpp"

namespace lab::models {

// What an axis of an input or an output counts.
enum class Axis : std::uint8_t { row, dimension, latent, stage, site, code, symbol };

// What the numbers of an output are.
enum class Meaning : std::uint8_t {
  value,         // what it says
  exact,         // ln p(x), nats
  bound,         // not above ln p(x) in expectation
  estimate,      // of ln p(x), from draws
  unnormalised,  // ln p(x) up to a constant that is estimated beside it
};

// The axes of a value, three at most.
class Axes {
 public:
  Axes() = default;
  Axes(std::initializer_list<Axis> axes) {
    for (const Axis axis : axes) all_.at(count_++) = axis;
  }
  const Axis* begin() const { return all_.data(); }
  const Axis* end() const { return all_.data() + count_; }

 private:
  std::array<Axis, 3> all_{};
  std::size_t count_ = 0;
};

// The axes (R, …) of rows of numbers.
inline Axes rows_of(Axis columns) { return {Axis::row, columns}; }

// Names are literals, or those of variables.
struct Input {
  const char* name;
  Value variable;
  Axes axes;
  std::optional<float> otherwise = {};  // what all rows are where it is not given; none: as before
};

struct Output {
  const char* name;
  Value value;
  Axes axes = {};
  Meaning meaning = Meaning::value;
};

struct Ability {
  const char* name;
  std::vector<Input> inputs;
  std::vector<Output> outputs;
  std::vector<std::pair<Value, Value>> updates = {};  // of what it goes on from
  Value draw = {};         // index scalar: which random numbers; another for every part of the rows
  Extent draws = 1;        // of z for each row in one run, where it draws several
  bool inverts = false;    // uses System::inverses
  Value weight_draw = {};  // index scalar: which draw of uncertain weights, or none

  const Output* output(std::string_view name) const;
  // How many rows it takes or gives in one run; 0: it has none.
  Extent rows() const;
  Procedure procedure() const;
};

}  // namespace lab::models
