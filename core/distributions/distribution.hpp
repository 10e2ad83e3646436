// A distribution of rows of D numbers, as graph: what priors, noises, decoders and flows are.
#pragma once

#include "core/graph/graph.hpp"

namespace lab::distributions {

// Its parameters are the same for all rows, or a row each where they are values (B, D) of the
// graph: then row i of what is asked about or drawn is of parameters i.
class Distribution {
 public:
  virtual ~Distribution() = default;

  // ln p(x) of every row, x (…, D) → (…), in nats; −∞ is replaced by a large negative number
  // (−1e30).
  virtual Value log_density(Value x) const = 0;

  // (count, D) independent draws; seed and counter as in random_normal.
  virtual Value sample(Graph& graph, Extent count, Value seed, Value counter) const = 0;

  // (D), or as the parameters (B, D); none where there is no closed form.
  virtual Value mean(Graph& graph) const = 0;
};

// What a distribution's terms, one a number, add up to: (…, D) → (…).
inline Value sum_of_row(Value terms) {
  return sum(terms, {static_cast<Extent>(terms.shape().size()) - 1});
}

}  // namespace lab::distributions
