// One of K symbols from logits (…, K); of two symbols from the one logit (…, 1) of the second.
#pragma once

#include "core/graph/graph.hpp"

namespace lab::distributions {

// ln p of each symbol (…, K), exactly normalised.
Value log_probabilities(Value logits);
// ln p(k), k (…) real, whole: (…).
Value categorical_log_probability(Value logits, Value k);
// The symbol at which the cumulative probability passes u (…) of (0, 1): (…), real.
Value categorical_draw(Value logits, Value u);

}  // namespace lab::distributions
