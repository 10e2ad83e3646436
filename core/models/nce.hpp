// The objective of noise-contrastive estimation (Gutmann & Hyvärinen, AISTATS 2010; JMLR 2012).
//
// An unnormalised density ln p⁰(u; α) and its constant c are learnt together by telling T_d data
// points x from T_n = ν T_d noise points y of known density p_n:
//   G(u) = ln p⁰(u; α) + c − ln p_n(u),   h(u) = 1 / (1 + ν e^{−G(u)}),
//   J = (1/T_d) [Σ ln h(x) + Σ ln(1 − h(y))]                         (JMLR 2012, equation 8),
// in log space: ln h = −softplus(ln ν − G), ln(1 − h) = −softplus(G − ln ν).
#pragma once

#include "core/distributions/distribution.hpp"
#include "core/models/unnormalised.hpp"

namespace lab::models {

// J in nats, a scalar to be made large; x (T_d, D), y (T_n, D), c a scalar.
Value nce_objective(const LogDensity& log_p0, Value c, const distributions::Distribution& noise,
                    Value x, Value y);

}  // namespace lab::models
