// Normal densities elementwise, in nats; sum over the last axis for the density of a vector.
#pragma once

#include "core/graph/graph.hpp"

namespace lab::distributions {

// ln N(x; mean, e^log_variance).
Value gaussian_log_density(Value x, Value mean, Value log_variance);

// ln N(x; 0, 1).
Value standard_log_density(Value x);

// KL(N(mean, e^log_variance) ‖ N(0, 1)) of each dimension:
// −½ (1 + log σ² − μ² − σ²)              (Kingma & Welling 2014, appendix B).
Value kl_to_standard(Value mean, Value log_variance);

}  // namespace lab::distributions
