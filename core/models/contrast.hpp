// Objectives that learn an unnormalised density by telling data from noise.
//
// An unnormalised density ln p⁰(u; α) and its constant c are learnt together by telling T_d data
// points x from T_n = ν T_d noise points y of known density p_n:
//   G(u) = ln p⁰(u; α) + c − ln p_n(u),   h(u) = 1 / (1 + ν e^{−G(u)}),
//   J = (1/T_d) [Σ ln h(x) + Σ ln(1 − h(y))]                         (JMLR 2012, equation 8),
// in log space: ln h = −softplus(ln ν − G), ln(1 − h) = −softplus(G − ln ν)
//                                        (Gutmann & Hyvärinen, AISTATS 2010; JMLR 2012).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/distributions/distribution.hpp"
#include "core/models/unnormalised.hpp"

namespace lab::models {

// How wrong answers are counted.
//   logistic     J above, of noise whose density is multiplied by `weight` M (a real scalar, or
//                none: 1): ν M stands for ν, in h and before the second sum. As M grows its
//                gradient is that of maximum likelihood, Z estimated by importance sampling.
//   exponential  J = −½ E_p e^{−G/2} − ½ E_n e^{G/2}, of which ν and M change nothing
//                                                                     (Liu et al. 2022, eNCE)
// All are largest at ln p⁰ + c = ln p.
struct Contrast {
  std::string loss = "logistic";
  Value weight = {};
};

// J in nats, a scalar to be made large; x (T_d, D), y (T_n, D), c a scalar.
Value nce_objective(const LogDensity& log_p0, Value c, const distributions::Distribution& noise,
                    Value x, Value y, const Contrast& contrast = {});
// Of G without ν and M: at data (…, T_d), at noise points (…, T_n) → (…).
Value contrast_of(Value at_data, Value at_noise, const Contrast& contrast);
// The same of numbers.
double nce_objective(std::span<const double> at_data, std::span<const double> at_noise,
                     const std::string& loss, double weight);

// Telescoping ratios (Rhodes, Xu & Gutmann 2020): K bridges lead from the data to the noise,
//   x_k = √(1 − α_k²) x + α_k y,  α_k = (k/K)^power, k = 0 … K,
// each its own question, and ln p(u) = ln p_n(u) + Σ_k ln p_k(u)/p_{k+1}(u).
//
// x, y (B, D), `power` a real scalar → K + 1 values (B, D), from x to y.
std::vector<Value> waymarks(Value x, Value y, Extent bridges, Value power);
// x and y may also be the means of both (D): the waymarks' means.
// ratios[k] (B, D) → (B) is to be ln p_k/p_{k+1}; of each datum Σ_k ln h(x_k) + ln(1 − h(x_{k+1})),
// h = 1/(1 + e^{−ratio}), (B) in nats, whose mean is to be made large.
Value telescoping_objective(std::span<const LogDensity> ratios, std::span<const Value> waymarks);

// InfoNCE (van den Oord, Li & Vinyals 2018): of scores s(uᵢ, vⱼ) of N pairs (N, N) each pair's
// ln N + s(uᵢ, vᵢ) − ln Σⱼ e^{s(uᵢ, vⱼ)}, (N) in nats, whose mean is not above I(u; v) in
// expectation, and never above ln N; to be made large.
Value infonce(Value scores);

}  // namespace lab::models
