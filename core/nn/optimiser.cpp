#include "core/nn/optimiser.hpp"

#include <algorithm>
#include <numbers>

#include "core/graph/one_of.hpp"

namespace lab::nn {

namespace {

// ‖g‖ over all parameters brought down to `clip` where it is larger.
std::vector<Value> clipped(const std::vector<Value>& gradients, Value clip) {
  Graph& graph = clip.graph();
  Value squares = graph.constant(0);
  for (const Value gradient : gradients) squares = squares + sum(gradient * gradient);
  const Value norm = sqrt(squares);
  const Value scale = select((clip > 0.0) * (norm > clip), clip / norm, graph.constant(1));
  std::vector<Value> result;
  for (const Value gradient : gradients) result.push_back(gradient * scale);
  return result;
}

}  // namespace

Value schedule(const Optimiser& optimiser, Value step) {
  one_of("schedule", optimiser.schedule, {"constant", "exponential", "step", "cosine"});
  if (optimiser.schedule == "constant") return step.graph().constant(1);
  const Value t = step / optimiser.schedule_steps;
  if (optimiser.schedule == "exponential") return power(optimiser.schedule_factor, t);
  if (optimiser.schedule == "step") return power(optimiser.schedule_factor, floor(t));
  const Value wave = 0.5 + 0.5 * cos(minimum(t, 1.0) * std::numbers::pi);
  return optimiser.schedule_factor + (1.0 - optimiser.schedule_factor) * wave;
}

std::vector<Value> descend(Procedure& procedure, const Optimiser& optimiser, Value step,
                           const std::vector<Value>& parameters,
                           const std::vector<Value>& gradients) {
  const std::string rule =
      one_of("optimiser", optimiser.name, {"sgd", "momentum", "rmsprop", "adagrad", "adam"});
  std::vector<Value> kept;
  const auto state = [&](const char* what, Value parameter) {
    Graph& graph = parameter.graph();
    kept.push_back(graph.variable(rule + "." + what + "." + parameter.node().name,
                                  graph.constant(0, parameter.shape())));
    return kept.back();
  };
  const auto update = [&](Value variable, Value next) {
    procedure.updates.emplace_back(variable, next);
    return next;
  };

  const Value common_rate = optimiser.rate * schedule(optimiser, step);
  const std::vector<Value> slopes = optimiser.clip ? clipped(gradients, optimiser.clip) : gradients;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Value theta = parameters[i], g = slopes[i];
    Value rate = common_rate;
    for (const auto& [parameter, factor] : optimiser.factors) {
      if (parameter.id() == theta.id()) rate = rate * factor;
    }
    Value change = rate * g;
    if (rule == "momentum") {
      const Value m = state("momentum", theta);
      change = rate * update(m, optimiser.momentum * m + g);
    } else if (rule == "rmsprop") {
      const Value v = state("square", theta);
      change = rate * g /
               (sqrt(update(v, optimiser.decay * v + (1.0 - optimiser.decay) * g * g)) +
                optimiser.epsilon);
    } else if (rule == "adagrad") {
      const Value v = state("square", theta);
      change = rate * g / (sqrt(update(v, v + g * g)) + optimiser.epsilon);
    } else if (rule == "adam") {
      const Value m = state("mean", theta), v = state("square", theta);
      const Value t = step + 1.0;
      const Value next_m = update(m, optimiser.beta1 * m + (1.0 - optimiser.beta1) * g);
      const Value next_v = update(v, optimiser.beta2 * v + (1.0 - optimiser.beta2) * g * g);
      const Value correction1 = 1.0 / (1.0 - power(optimiser.beta1, t));
      const Value correction2 = 1.0 / (1.0 - power(optimiser.beta2, t));
      // Scalars first: an element costs ten operations.
      change =
          next_m * (rate * correction1) / (sqrt(next_v) * sqrt(correction2) + optimiser.epsilon);
    }
    const bool decays = std::any_of(optimiser.decayed.begin(), optimiser.decayed.end(),
                                    [&](Value weight) { return weight.id() == theta.id(); });
    if (decays && optimiser.weight_decay) change = change + rate * optimiser.weight_decay * theta;
    update(theta, theta - change);
  }
  return kept;
}

void add_keys(keys::KeyList& list) {
  using namespace keys;
  const double huge = 1e6;
  const auto add = [&list](Key&& key) { list.add("optimiser", std::move(key)); };
  add(choice("optimiser.name", {"adam", "sgd", "momentum", "rmsprop", "adagrad"}));
  add(live(number("optimiser.rate", 1e-3, {0, huge, 1e-5, 1, true})));
  add(live(when(number("optimiser.momentum", 0.9, {0, 0.9999, 0, 0.99}), "optimiser.name",
                {"momentum"})));
  add(live(when(number("optimiser.decay", 0.9, {0, 0.99999, 0.5, 0.999}), "optimiser.name",
                {"rmsprop"})));
  add(live(when(number("optimiser.beta1", 0.9, {0, 0.9999, 0, 0.99}), "optimiser.name", {"adam"})));
  add(live(when(number("optimiser.beta2", 0.999, {0, 0.99999, 0.9, 0.9999}), "optimiser.name",
                {"adam"})));
  add(live(when(number("optimiser.epsilon", 1e-8, {1e-30, 1, 1e-10, 1e-2, true}), "optimiser.name",
                {"rmsprop", "adagrad", "adam"})));
  add(live(number("optimiser.weight_decay", 0, {0, 100, 0, 0.1})));
  const auto last = [&list](Key&& key) { list.add("optimiser last", std::move(key)); };
  last(number("optimiser.clip", 0, {0, huge, 0, 10}));
  last(choice("optimiser.schedule", {"constant", "exponential", "step", "cosine"}));
  last(live(
      when(with_unit(number("optimiser.schedule_steps", 5000, {1, 1e9, 100, 50000, true}), "steps"),
           "optimiser.schedule", {"exponential", "step", "cosine"})));
  last(live(when(number("optimiser.schedule_factor", 0.1, {0, 1, 0.001, 1, true}),
                 "optimiser.schedule", {"exponential", "step", "cosine"})));
}

}  // namespace lab::nn
