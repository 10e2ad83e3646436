// Attention between the sites of a grid (Vaswani et al. 2017), each to those strictly before it
// (PixelSNAIL, Chen et al. 2018).
#pragma once

#include "core/graph/graph.hpp"

namespace lab::nn {

// Of each of `heads`: output i = Σ over j < i of w_ij·values_j, w_ij ∝ exp(queries_i·keys_j / √d),
// which add up to 1. The first site has none before it: its output is 0.
// queries, keys (B, n, heads·d), values (B, n, heads·v) → (B, n, heads·v).
Value causal_attention(Value queries, Value keys, Value values, Extent heads);

}  // namespace lab::nn
