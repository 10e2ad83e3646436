#include "core/infer/hmc.hpp"

namespace lab::infer {

namespace {

// min(1, e^gain) by Metropolis' rule; what has overflowed is refused.
Value acceptance(Value gain) {
  return select(equal(gain, gain), exp(minimum(gain, 0.0)), gain.graph().constant(0));
}

Value where(Value accepted, Value next, Value position) {
  return select(reshape(accepted, {position.extent(0), 1}), next, position);
}

}  // namespace

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
  const Value ratio =
      acceptance(log_density(q) - kinetic(p) - log_density(position) + kinetic(start));
  const Value accepted = random_uniform(graph, {shape[0]}, seed, counter) < ratio;
  return {where(accepted, q, position), mean(ratio)};
}

Value jump(const std::function<Value(Value)>& log_density,
           const std::function<Value(Value)>& log_offering, Value position, Value offered,
           Value seed, Value counter) {
  const Value ratio = acceptance(log_density(offered) - log_offering(offered) -
                                 log_density(position) + log_offering(position));
  const Value u = random_uniform(position.graph(), {position.extent(0)}, seed, counter);
  return where(u < ratio, offered, position);
}

}  // namespace lab::infer
