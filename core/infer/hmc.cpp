#include "core/infer/hmc.hpp"

namespace lab::infer {

Transition hmc(const std::function<Value(Value)>& log_density, Value position, int steps,
               Value step_size, Value seed, Value counter) {
  Graph& graph = position.graph();
  const Shape& shape = position.shape();
  const auto slope = [&](Value q) { return gradients(sum(log_density(q)), {q}).front(); };
  const auto kinetic = [](Value p) { return 0.5 * sum(p * p, {1}); };

  const Value start = random_normal(graph, shape, seed, counter);
  Value q = position;
  Value p = start + 0.5 * step_size * slope(q);
  for (int step = 0; step < steps; ++step) {
    q = q + step_size * p;
    p = p + (step + 1 < steps ? 1.0 : 0.5) * step_size * slope(q);
  }
  // ln of the acceptance ratio; a path that has overflowed is refused.
  const Value gain = log_density(q) - kinetic(p) - log_density(position) + kinetic(start);
  const Value ratio = select(equal(gain, gain), exp(minimum(gain, 0.0)), graph.constant(0));
  const Value accepted = random_uniform(graph, {shape[0]}, seed, counter) < ratio;
  return {select(reshape(accepted, {shape[0], 1}), q, position), mean(ratio)};
}

}  // namespace lab::infer
