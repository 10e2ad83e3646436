// Optimisers as graph: updates of the parameters and of their moments.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/graph/graph.hpp"
#include "core/keys/make_keys.hpp"

namespace lab::nn {

// The rules, and what each heeds.
const std::vector<keys::Option>& rules();

// Which rule, and its numbers: real scalars, usually variables so that they can change while
// training runs. Those that a rule does not use may be empty.
struct Optimiser {
  std::string name = "adam";          // one of rules()
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
std::vector<Value> descend(Procedure& procedure, const Optimiser& optimiser, Value step,
                           const std::vector<Value>& parameters,
                           const std::vector<Value>& gradients);

// The keys of the optimiser (blocks "optimiser", "optimiser last").
void add_keys(keys::KeyList& keys);

}  // namespace lab::nn
