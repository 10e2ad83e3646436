// Hamiltonian Monte Carlo in graph: one transition of many chains at once.
#pragma once

#include <functional>
#include <string>

#include "core/graph/graph.hpp"

namespace lab::infer {

// One transition (Duane et al. 1987; Neal 2011): fresh momenta, `steps` leapfrog steps of size
// `step_size` (real scalar), accepted by Metropolis. With one step this is the
// Metropolis-adjusted Langevin algorithm.
struct Transition {
  Value position;    // (chains, D)
  Value acceptance;  // real scalar: the mean of min(1, exp(−ΔH))
};

// log_density: (chains, D) → (chains), up to a constant. seed and counter as in random_normal.
Transition hmc(const std::function<Value(Value)>& log_density, Value position, int steps,
               Value step_size, Value seed, Value counter);

// One independence move (Tierney 1994): chain i goes to offered[i], a draw of a density of its own
// that is known, with the probability that leaves `log_density` as it is. log_offering: ln of that
// density, (chains, D) → (chains).
Value jump(const std::function<Value(Value)>& log_density,
           const std::function<Value(Value)>& log_offering, Value position, Value offered,
           Value seed, Value counter);

}  // namespace lab::infer
