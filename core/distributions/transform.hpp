// Maps one to one between rows of D numbers, as graph: what flows are made of.
#pragma once

#include "core/graph/graph.hpp"

namespace lab::distributions {

// Values (B, D), and ln |det| of the map that they came by, (B) or a scalar; none where it is 0.
struct Transformed {
  Value value, log_det;
};

class Transform {
 public:
  virtual ~Transform() = default;

  // x (B, D) → y (B, D), ln |det ∂y/∂x|.
  virtual Transformed forward(Value x) const = 0;

  // y → x, ln |det ∂x/∂y|.
  virtual Transformed inverse(Value y) const = 0;
};

}  // namespace lab::distributions
