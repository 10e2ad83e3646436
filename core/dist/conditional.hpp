// Densities whose parameters are values of the graph, elementwise: what decoders and encoders say.
// Everything is broadcast; sum over the last axis for the density of a vector.
#pragma once

#include "core/graph/graph.hpp"

namespace lab::dist {

// ln N(x; mean, e^log_variance), elementwise, in nats.
Value gaussian_log_density(Value x, Value mean, Value log_variance);

// ln N(x; 0, 1), elementwise.
Value standard_log_density(Value x);

// x ln y + (1 − x) ln (1 − y) with y = sigmoid(logits), elementwise; x in [0, 1].
Value bernoulli_log_probability(Value x, Value logits);

// ln of the logistic density with this mean and scale e^log_scale, elementwise.
Value logistic_log_density(Value x, Value mean, Value log_scale);

// KL(N(mean, e^log_variance) ‖ N(0, 1)) of each dimension:
// −½ (1 + log σ² − μ² − σ²)              (Kingma & Welling 2014, appendix B).
Value kl_to_standard(Value mean, Value log_variance);

}  // namespace lab::dist
