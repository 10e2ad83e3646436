// The marginal likelihood of one datum from draws of its posterior.
#pragma once

#include <cstddef>
#include <span>

namespace lab::infer {

// ln p(x) in nats from S draws z (S, J) of p(z|x) and ln p(x, z) at each: a Gaussian q is fitted to
// the first half, and over the other half p(x) ≈ [mean of q(z)/p(x, z)]⁻¹
// (Kingma & Welling 2014, appendix D). For under 5 latents. Needs S ≥ 2 (J + 2), else
// std::invalid_argument.
double log_marginal(std::span<const double> z, std::span<const double> log_joint, std::size_t J);

}  // namespace lab::infer
