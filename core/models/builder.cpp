#include "core/models/builder.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "core/graph/one_of.hpp"
#include "core/models/classes.hpp"
#include "core/models/corruption.hpp"
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
  if (spec_.at("model").value("condition", "none") == "label") find_classes();
}

Value Builder::over_classes(Value log_p, const OfClasses& of) {
  if (!of.classes) return log_p;
  return log_sum_exp(reshape(log_p, {of.log_shares.extent(0), -1}) + of.log_shares, {0});
}

void Builder::find_classes() {
  const std::vector<std::int32_t>& labels = data_.train.labels;
  if (labels.empty()) {
    throw Unfit("model.condition",
                "'model.condition' is \"label\", but these data have no labels: choose none, or "
                "name a file of labels behind 'data.file'.");
  }
  class_shares_.assign(data_.train.classes.size(), 0);
  for (const std::int32_t label : labels) {
    class_shares_.at(static_cast<std::size_t>(label)) += 1 / static_cast<double>(labels.size());
  }
}

Value Builder::minibatch_classes(Value rows) {
  if (!conditional()) return {};
  const std::vector<std::int32_t>& labels = data_.train.labels;
  const Value all = graph().constant(std::vector<double>(labels.begin(), labels.end()),
                                     {static_cast<Extent>(labels.size())});
  return one_hot(gather(all, rows), class_shares_.size());
}

Builder::OfClasses Builder::of_every_class(Value x) {
  if (!conditional()) return {x, {}, {}};
  const Extent rows = x.extent(0), size = x.extent(1),
               classes = static_cast<Extent>(class_shares_.size());
  std::vector<double> of_rows, log_shares;
  for (Extent c = 0; c < classes; ++c) {
    of_rows.insert(of_rows.end(), static_cast<std::size_t>(rows), static_cast<double>(c));
    // Of a class that training data lacks nothing is ever seen; a number all the same.
    const double share = class_shares_[static_cast<std::size_t>(c)];
    log_shares.push_back(share > 0 ? std::log(share) : -1e30);
  }
  return {reshape(broadcast(x, {classes, rows, size}), {classes * rows, size}),
          one_hot(graph().constant(of_rows, {classes * rows}), class_shares_.size()),
          graph().constant(log_shares, {classes, 1})};
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

NoisePlace Builder::noise_place() {
  NoisePlace place{setting("objective", "noise_scale"), setting("objective", "noise_shift")};
  const int steps = spec_.at("objective").value("noise_steps", 0);
  if (steps > 0) place.shift = place.shift * minimum(to_real(system_.step) * (1.0 / steps), 1.0);
  return place;
}

Extent Builder::count_of_noise(Extent count) const {
  const double ratio = spec_.at("objective").value("ratio", 1.0);
  return std::max<Extent>(1, std::llround(ratio * static_cast<double>(count)));
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

std::pair<Value, Value> Builder::range() {
  if (!data_.train.shape.picture()) return {graph().constant(-1e30), graph().constant(1e30)};
  if (data_.scale.empty()) return {graph().constant(0), graph().constant(1)};
  const Value low = columns(data_.shift);
  return {low, low + columns(data_.scale)};
}

std::pair<double, double> Builder::extremes() const {
  const auto [low, high] =
      std::minmax_element(data_.train.values.begin(), data_.train.values.end());
  return {static_cast<double>(*low), static_cast<double>(*high)};
}

void Builder::add_corruption(const std::string& kind, Value level) {
  constexpr Extent rows = 100;
  const auto [low, high] = extremes();
  const Value x = input("corrupt.data", rows, static_cast<Extent>(data_.dimensions())),
              kinds = input("corrupt.kind", rows, 1), levels = input("corrupt.level", rows, 1);
  const auto own =
      static_cast<double>(std::ranges::find(corruption_names, kind) - corruption_names.begin());
  const Value wanted = select(kinds < 0.0, graph().constant(kind.empty() ? 0 : own), kinds);
  const Value much = select(levels < 0.0, level ? level : graph().constant(0), levels);
  Ability ability{"corrupt",
                  {{"x", x, rows_of(Axis::dimension)},
                   {"kind", kinds, rows_of(Axis::latent), -1.f},
                   {"level", levels, rows_of(Axis::latent), -1.f}},
                  {}};
  ability.draw = index_input("corrupt.draw");
  Value seen = x;
  for (std::size_t i = 0; i < corruption_names.size(); ++i) {
    const Value one = corrupt(corruption_names[i], x, much, low, high, system_.seed, ability.draw);
    const auto number = static_cast<double>(i);
    seen = select((wanted > number - 0.5) * (wanted < number + 0.5), one, seen);
  }
  ability.outputs = {{"x", seen, rows_of(Axis::dimension)}};
  system_.abilities.push_back(std::move(ability));
}

Value Builder::uniform_noise(const Shape& shape, Value counter) {
  const Value u = random_uniform(graph(), shape, system_.seed, counter);
  if (!data_.train.shape.picture()) return u;
  const auto [low, high] = range();
  return low + u * (high - low);
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
  if (section.value("clip", 0.0) != 0) optimiser.clip = setting("optimiser", "clip");
  optimiser.schedule_steps = setting("optimiser", "schedule_steps");
  optimiser.schedule_factor = setting("optimiser", "schedule_factor");
  return optimiser;
}

void Builder::maximise(Value objective, std::vector<std::pair<Value, Value>> factors,
                       std::vector<Value> of) {
  Procedure train{"train", {objective}, {}};
  nn::Optimiser with = optimiser();
  with.factors = std::move(factors);
  if (of.empty()) of = system_.parameters;
  nn::descend(train, with, to_real(system_.step), of, gradients(-objective, of));
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
