#include "core/infer/inpainting.hpp"

namespace lab::infer {

Inpainting inpaint(const std::function<Value(Value)>& log_density, Value x, Value hidden, Value low,
                   Value high, Value seed, Value move) {
  const Value density = log_density(x);
  const Value slope = gradients(sum(density), {x}).front();
  const Value noise = random_normal(x.graph(), x.shape(), seed, move);
  const Value rate = 10.0 / (100.0 + to_real(move));
  const Value moved = minimum(maximum(x + rate * (slope + noise), low), high);
  return {select(hidden, moved, x), density};
}

}  // namespace lab::infer
