// Optimisers as graph: updates of the parameters and of their moments.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/graph/graph.hpp"
#include "core/keys/make_keys.hpp"

namespace lab::nn {

// Which rule, and its numbers: real scalars, usually variables so that they can change while
// training runs. Those that a rule does not use may be empty.
struct Optimiser {
  std::string name = "adam";          // sgd, momentum, rmsprop, adagrad, adam
  std::string schedule = "constant";  // constant, exponential, step, cosine
  Value rate;
  Value momentum;      // momentum
  Value decay;         // rmsprop: of the mean square
  Value beta1, beta2;  // adam
  Value epsilon;       // rmsprop, adagrad, adam
  Value weight_decay;  // of `decayed`, by every rule, decoupled (Loshchilov & Hutter 2019)
  Value clip;          // largest global norm of the gradient; 0 = none
  Value schedule_steps, schedule_factor;
  // What decays: weights, not biases, scales or constants, which have no reason to be near zero.
  std::vector<Value> decayed = {};
  // Parameters with a rate of their own: it is multiplied by the second.
  std::vector<std::pair<Value, Value>> factors = {};
};

// The schedule's multiple of the rate after `step` updates (real scalar): factor^(t/T),
// factor^⌊t/T⌋, or from 1 to factor by half a cosine over T steps.
Value schedule(const Optimiser& optimiser, Value step);

// Appends to procedure.updates a step down the gradient of every parameter. `step` is the number
// of updates made before (real scalar). Returns the variables that the rule keeps.
//   sgd       θ ← θ − η g
//   momentum  m ← μ m + g;  θ ← θ − η m                                  (Polyak 1964)
//   rmsprop   v ← ρ v + (1−ρ) g²;  θ ← θ − η g/(√v + ε)                  (Tieleman & Hinton 2012)
//   adagrad   v ← v + g²;  θ ← θ − η g/(√v + ε)                          (Duchi et al. 2011)
//   adam      m, v moving means of g, g², corrected for their start      (Kingma & Ba 2015)
std::vector<Value> descend(Procedure& procedure, const Optimiser& optimiser, Value step,
                           const std::vector<Value>& parameters,
                           const std::vector<Value>& gradients);

// The keys of the optimiser (blocks "optimiser", "optimiser last").
void add_keys(keys::KeyList& keys);

}  // namespace lab::nn
