// Columns of rows (B, D): chosen, in another order, in two parts and together again.
#pragma once

#include <memory>
#include <vector>

#include "core/distributions/transform.hpp"

namespace lab::distributions {

// Columns `which` of x (B, D) → (B, n).
Value columns(Value x, const std::vector<Extent>& which);

// Which columns are kept, and which are changed; together all D of them, each once.
struct Partition {
  std::vector<Extent> kept, changed;
};

struct Parts {
  Value kept, changed;
};

// What join() put together, of this partition or the one of swapped roles, comes apart again
// without computation: between two couplings nothing is copied.
Parts split(Value x, const Partition& partition);
Value join(const Parts& parts, const Partition& partition);

// Column i of the result is column order[i].
std::unique_ptr<Transform> permutation(std::vector<Extent> order);

}  // namespace lab::distributions
