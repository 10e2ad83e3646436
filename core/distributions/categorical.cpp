#include "core/distributions/categorical.hpp"

namespace lab::distributions {

namespace {

Extent last(Value logits) { return logits.shape().back(); }

std::size_t last_axis(Value logits) { return logits.shape().size() - 1; }

Value squeezed(Value x) {
  Shape shape = x.shape();
  shape.pop_back();
  return reshape(x, shape);
}

Value widened(Value x) {
  Shape shape = x.shape();
  shape.push_back(1);
  return reshape(x, shape);
}

}  // namespace

Value log_probabilities(Value logits) {
  if (last(logits) == 1) {
    return concatenate({-softplus(logits), logits - softplus(logits)}, last_axis(logits));
  }
  return logits - widened(log_sum_exp(logits, {static_cast<Extent>(last_axis(logits))}));
}

Value categorical_log_probability(Value logits, Value k) {
  if (last(logits) == 1) {
    const Value logit = squeezed(logits);
    return k * logit - softplus(logit);
  }
  const Extent axis = static_cast<Extent>(last_axis(logits));
  const Value chosen = index_equal(widened(to_index(k)), iota(logits.graph(), last(logits)));
  return sum(select(chosen, logits, zeros_like(logits)), {axis}) - log_sum_exp(logits, {axis});
}

Value categorical_draw(Value logits, Value u) {
  if (last(logits) == 1) return u > sigmoid(-squeezed(logits));
  const Extent axis = static_cast<Extent>(last_axis(logits));
  const Value cumulative = cumulative_sum(exp(log_probabilities(logits)), last_axis(logits));
  // Rounding may leave the last of them short of 1.
  const Value passed = sum(widened(u) > cumulative, {axis});
  return minimum(passed, static_cast<double>(last(logits) - 1));
}

}  // namespace lab::distributions
