#include "core/models/builder.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "core/graph/one_of.hpp"
#include "core/models/family.hpp"

namespace lab::models {

namespace {

// An objective of this size, in nats, and so many times as large as the run's first, is past
// recovery although it is still a number.
constexpr double hopeless = 1e6, hopeless_growth = 1e3;

// Objectives that are kept.
constexpr std::uint32_t kept_objectives = 64;

}  // namespace

Builder::Builder(const nlohmann::json& spec, const data::Dataset& data) : spec_(spec), data_(data) {
  system_.graph = std::make_unique<Graph>();
  system_.seed =
      graph().variable("seed", graph().index_constant(spec_.at("seed").get<std::uint32_t>()));
  system_.step = graph().variable("step", graph().index_constant(0));
}

Value Builder::data_variable(const std::string& name, const data::Samples& samples) {
  return graph().variable(name,
                          graph().constant(0, {static_cast<Extent>(samples.count()),
                                               static_cast<Extent>(samples.shape.size())}),
                          Role::data);
}

Value Builder::setting(const std::string& section, const std::string& name) {
  const nlohmann::json& values = spec_.at(section);
  if (!values.contains(name)) return {};
  const std::string path = section + "." + name;
  const auto known = system_.settings.find(path);
  if (known != system_.settings.end()) return known->second;
  const Value made = graph().variable(path, graph().constant(values.at(name).get<double>()));
  system_.settings.emplace(path, made);
  return made;
}

Value Builder::minibatch_rows(Extent batch) {
  const Value positions = index_add(
      index_multiply(system_.step, graph().index_constant(static_cast<std::uint32_t>(batch))),
      iota(graph(), batch));
  return random_permutation(positions, system_.train_data.extent(0), system_.seed);
}

Value Builder::seen(Value x, Value counter) {
  if (data_.redrawn_bits) return random_bernoulli(x, system_.seed, counter);
  if (!data_.dequantised) return x;
  // ((levels − 1) x + u)/levels of the intensities.
  const double levels = data_.levels;
  const Value u = random_uniform(graph(), x.shape(), system_.seed, counter);
  if (data_.scale.empty()) return ((levels - 1) * x + u) * (1 / levels);
  return ((levels - 1) * x + columns(data_.shift) + u * columns(data_.scale)) * (1 / levels);
}

void Builder::require_unit_interval(const char* key, const char* choice,
                                    const char* instead) const {
  const auto within = [](float value) { return value >= 0 && value <= 1; };
  if (std::ranges::all_of(data_.train.values, within)) return;
  throw Unfit(key, "'" + std::string(key) + "' is \"" + choice +
                       "\", which needs data in [0, 1]; this data has other values. Choose " +
                       instead + ", or 'data.scale' \"unit\".");
}

Value Builder::columns(const std::vector<float>& values) {
  return graph().constant(std::vector<double>(values.begin(), values.end()),
                          {static_cast<Extent>(values.size())});
}

Value Builder::input(const std::string& name, Extent rows, Extent columns) {
  return graph().variable(name, graph().constant(0, {rows, columns}), Role::input);
}

Value Builder::index_input(const std::string& name, std::uint32_t initial) {
  return graph().variable(name, graph().index_constant(initial), Role::input);
}

double Builder::first_deviation() const {
  const std::string name =
      one_of("start of weights", spec_.at("model").at("initial"), {"scaled", "small"});
  return name == "small" ? 0.01 : 0;  // the paper's
}

nn::Optimiser Builder::optimiser() {
  const nlohmann::json& section = spec_.at("optimiser");
  nn::Optimiser optimiser;
  optimiser.name = section.at("name");
  optimiser.schedule = section.at("schedule");
  optimiser.rate = setting("optimiser", "rate");
  optimiser.momentum = setting("optimiser", "momentum");
  optimiser.decay = setting("optimiser", "decay");
  optimiser.beta1 = setting("optimiser", "beta1");
  optimiser.beta2 = setting("optimiser", "beta2");
  optimiser.epsilon = setting("optimiser", "epsilon");
  optimiser.weight_decay = setting("optimiser", "weight_decay");
  optimiser.decayed = system_.weights;
  // Its mere presence would keep the update out of the product's kernel.
  if (section.at("clip") != 0) optimiser.clip = setting("optimiser", "clip");
  optimiser.schedule_steps = setting("optimiser", "schedule_steps");
  optimiser.schedule_factor = setting("optimiser", "schedule_factor");
  return optimiser;
}

void Builder::maximise(Value objective, std::vector<std::pair<Value, Value>> factors) {
  Procedure train{"train", {objective}, {}};
  nn::Optimiser with = optimiser();
  with.factors = std::move(factors);
  nn::descend(train, with, to_real(system_.step), system_.parameters,
              gradients(-objective, system_.parameters));
  train.updates.emplace_back(system_.step, index_add(system_.step, graph().index_constant(1)));
  watch(train, objective);
  system_.phases.push_back({std::move(train)});
}

void Builder::watch(Procedure& train, Value objective) {
  Graph& g = graph();
  const auto number = [&](const char* name, double initial, Shape shape = {}) {
    return g.variable(name, g.constant(initial, std::move(shape)), Role::input);
  };
  Watch& watch = system_.watch;
  watch = {number("watch.broken", 0), index_input("watch.sound"), number("watch.objective", 0),
           number("watch.first", -1), number("watch.recent", 0, {kept_objectives})};
  const Value size = absolute(objective);
  const Value is_number = size <= std::numeric_limits<float>::max();
  const Value first = select(watch.first < 0.0, select(is_number, size, watch.first), watch.first);
  const Value sound = size < maximum(hopeless_growth * first, hopeless);
  const Value broken = maximum(watch.broken, 1.0 - sound);
  const Value place = index_modulo(system_.step, g.index_constant(kept_objectives));
  train.updates.emplace_back(watch.broken, broken);
  train.updates.emplace_back(watch.sound, index_add(watch.sound, to_index(1.0 - broken)));
  train.updates.emplace_back(watch.objective, select(watch.broken, watch.objective, objective));
  train.updates.emplace_back(watch.first, first);
  train.updates.emplace_back(
      watch.recent, select(index_equal(iota(g, kept_objectives), place), objective, watch.recent));
}

}  // namespace lab::models
