// Inpainting by projected gradient ascent with noise (Dinh, Krueger & Bengio 2015, section 5.2):
//   x_H ← x_H + α_i (∇_H ln p(x) + ε),  ε ~ N(0, I),  α_i = 10/(100 + i),
// where H is what is hidden; x stays within the data's range.
#pragma once

#include <functional>

#include "core/graph/graph.hpp"

namespace lab::infer {

struct Inpainting {
  Value next;         // (K, D)
  Value log_density;  // (K): of x as it was
};

// log_density: (K, D) → (K). x, hidden (K, D), hidden 1 or 0; low, high: range of every column (D)
// or a scalar; move: index scalar, counts from 0. seed as in random_normal.
Inpainting inpaint(const std::function<Value(Value)>& log_density, Value x, Value hidden, Value low,
                   Value high, Value seed, Value move);

}  // namespace lab::infer
