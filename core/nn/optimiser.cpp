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

// g / ‖g‖ over all parameters, also of gradients whose squares are no longer numbers above 0; zeros
// stay zeros.
std::vector<Value> of_unit_length(const std::vector<Value>& gradients) {
  Graph& graph = gradients.front().graph();
  Value largest = graph.constant(0), squares = graph.constant(0);
  for (const Value gradient : gradients) largest = maximum(largest, max(absolute(gradient)));
  const Value unit = select(largest > 0.0, 1.0 / largest, graph.constant(0));
  std::vector<Value> result;
  for (const Value gradient : gradients) {
    result.push_back(gradient * unit);
    squares = squares + sum(result.back() * result.back());
  }
  const Value scale = select(squares > 0.0, 1.0 / sqrt(squares), graph.constant(0));
  for (Value& gradient : result) gradient = gradient * scale;
  return result;
}

// The step of one parameter, while it is being written.
struct Step {
  const Optimiser& optimiser;
  Value parameter, gradient, rate, count;  // count: updates made before
  Procedure& procedure;
  std::vector<Value>& kept;

  // A variable of the rule's own, in the parameter's shape; 0 at first.
  Value state(const char* what) {
    Graph& graph = parameter.graph();
    kept.push_back(graph.variable(optimiser.name + "." + what + "." + parameter.node().name,
                                  graph.constant(0, parameter.shape())));
    return kept.back();
  }
  Value update(Value variable, Value next) {
    procedure.updates.emplace_back(variable, next);
    return next;
  }
};

// θ ← θ − η g; of a normalised gradient θ ← θ − η g/‖g‖                          (Liu et al. 2022)
Value sgd(Step& step) { return step.rate * step.gradient; }

// m ← μ m + g;  θ ← θ − η m                                                       (Polyak 1964)
Value momentum(Step& step) {
  const Value m = step.state("momentum");
  return step.rate * step.update(m, step.optimiser.momentum * m + step.gradient);
}

// v ← ρ v + (1−ρ) g²;  θ ← θ − η g/(√v + ε)                           (Tieleman & Hinton 2012)
Value rmsprop(Step& step) {
  const Optimiser& with = step.optimiser;
  const Value v = step.state("square"), g = step.gradient;
  return step.rate * g /
         (sqrt(step.update(v, with.decay * v + (1.0 - with.decay) * g * g)) + with.epsilon);
}

// v ← v + g²;  θ ← θ − η g/(√v + ε)                                        (Duchi et al. 2011)
Value adagrad(Step& step) {
  const Value v = step.state("square"), g = step.gradient;
  return step.rate * g / (sqrt(step.update(v, v + g * g)) + step.optimiser.epsilon);
}

// m, v moving means of g, g², corrected for their start                      (Kingma & Ba 2015)
Value adam(Step& step) {
  const Optimiser& with = step.optimiser;
  const Value m = step.state("mean"), v = step.state("square"), g = step.gradient;
  const Value t = step.count + 1.0;
  const Value next_m = step.update(m, with.beta1 * m + (1.0 - with.beta1) * g);
  const Value next_v = step.update(v, with.beta2 * v + (1.0 - with.beta2) * g * g);
  const Value correction1 = 1.0 / (1.0 - power(with.beta1, t));
  const Value correction2 = 1.0 / (1.0 - power(with.beta2, t));
  // Scalars first: an element costs ten operations.
  return next_m * (step.rate * correction1) / (sqrt(next_v) * sqrt(correction2) + with.epsilon);
}

// What a rule takes off a parameter.
struct Change {
  const char* name;
  Value (*of)(Step&);
  bool normalised = false;  // of the gradient's direction alone
};
constexpr Change changes[] = {{"adam", adam},         {"sgd", sgd},
                              {"momentum", momentum}, {"rmsprop", rmsprop},
                              {"adagrad", adagrad},   {"normalised", sgd, true}};

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
  const Change& change = row_of("optimiser", optimiser.name, changes);
  std::vector<Value> kept;
  const Value common_rate = optimiser.rate * schedule(optimiser, step);
  const std::vector<Value> slopes = change.normalised ? of_unit_length(gradients)
                                    : optimiser.clip  ? clipped(gradients, optimiser.clip)
                                                      : gradients;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Value theta = parameters[i];
    Value rate = common_rate;
    for (const auto& [parameter, factor] : optimiser.factors) {
      if (parameter.id() == theta.id()) rate = rate * factor;
    }
    Step written{optimiser, theta, slopes[i], rate, step, procedure, kept};
    Value taken = change.of(written);
    const bool decays = std::any_of(optimiser.decayed.begin(), optimiser.decayed.end(),
                                    [&](Value weight) { return weight.id() == theta.id(); });
    if (decays && optimiser.weight_decay) taken = taken + rate * optimiser.weight_decay * theta;
    written.update(theta, theta - taken);
  }
  return kept;
}

const std::vector<keys::Option>& rules() {
  static const std::vector<keys::Option> rules{{"adam", {"beta1", "beta2", "epsilon"}},
                                               {"sgd", {}},
                                               {"momentum", {"momentum"}},
                                               {"rmsprop", {"decay", "epsilon"}},
                                               {"adagrad", {"epsilon"}},
                                               {"normalised", {}}};
  return rules;
}

void add_keys(keys::KeyList& list) {
  const double huge = 1e6;
  list["optimiser"].choice("optimiser.name", names_of(rules()));
  list.number("optimiser.rate", 1e-3, {0, huge, 1e-5, 1, true}).live();
  const auto own = [](const char* setting, const keys::Row& row) {
    row.live().when("optimiser.name", heeding(rules(), setting));
  };
  own("momentum", list.number("optimiser.momentum", 0.9, {0, 0.9999, 0, 0.99}));
  own("decay", list.number("optimiser.decay", 0.9, {0, 0.99999, 0.5, 0.999}));
  own("beta1", list.number("optimiser.beta1", 0.9, {0, 0.9999, 0, 0.99}));
  own("beta2", list.number("optimiser.beta2", 0.999, {0, 0.99999, 0.9, 0.9999}));
  own("epsilon", list.number("optimiser.epsilon", 1e-8, {1e-30, 1, 1e-10, 1e-2, true}));
  list.number("optimiser.weight_decay", 0, {0, 100, 0, 0.1}).live();
  std::vector<std::string> clips = names_of(rules());
  std::erase(clips, "normalised");  // its length is known
  list["optimiser last"]
      .number("optimiser.clip", 0, {0, huge, 0, 10})
      .when("optimiser.name", clips);
  list.choice("optimiser.schedule", {"constant", "exponential", "step", "cosine"});
  const auto scheduled = [](const keys::Row& row) {
    return row.live().when("optimiser.schedule", {"exponential", "step", "cosine"});
  };
  scheduled(list.number("optimiser.schedule_steps", 5000, {1, 1e9, 100, 50000, true}))
      .unit("steps");
  scheduled(list.number("optimiser.schedule_factor", 0.1, {0, 1, 0.001, 1, true}));
}

}  // namespace lab::nn
