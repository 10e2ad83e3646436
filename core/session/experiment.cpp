#include "core/session/experiment.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace lab::session {

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

// Z is taken over more than the data's box: a model may have mass beside it.
constexpr double integration_margin = 1.5;
constexpr std::size_t integration_cells = 128;

// An objective of this size, in nats, is past recovery although it is still a number.
constexpr float hopeless = 1e6f;

constexpr int burn_in = 200, thinning = 10;

constexpr char magic[8] = {'L', 'A', 'B', 'C', 'K', 'P', 'T', '1'};

// FNV-1a: notices a checkpoint that was cut or changed.
std::uint64_t checksum(std::span<const std::uint8_t> bytes) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const std::uint8_t byte : bytes) hash = (hash ^ byte) * 0x100000001b3ULL;
  return hash;
}

std::unique_ptr<data::Distribution> checked_distribution(const Json& spec) {
  if (spec.at("data").at("name") == "points" && spec.at("data").at("points").size() < 2) {
    throw SpecificationError("data.points",
                             "'data.points' has fewer than two points: draw at least two.");
  }
  return data::make_distribution(spec.at("data"));
}

}  // namespace

Experiment::Experiment(Json spec, const Options& options)
    : spec_(std::move(spec)),
      options_(options),
      truth_(checked_distribution(spec_)),
      bounds_(truth_->bounds()),
      split_(data::make_split(*truth_, spec_.at("data").at("train"), spec_.at("data").at("test"))),
      system_(models::make_nce(spec_, split_, bounds_)),
      executor_(make_executor(options.executor, *system_.graph, options.threads)),
      grid_{data::widened(bounds_, integration_margin), integration_cells},
      grid_points_(grid_.points()),
      log_truth_(data::log_density(*truth_, grid_)),
      entropy_(log_truth_.empty() ? unknown : data::entropy(log_truth_, grid_)),
      optimum_(unknown),
      minus_log_z_(unknown) {
  rewind();
  find_optimum();
}

Experiment::~Experiment() = default;

Executor::Handle Experiment::prepared(const Procedure& procedure) {
  const auto found = handles_.find(procedure.name);
  if (found != handles_.end()) return found->second;
  return handles_[procedure.name] = executor_->prepare(procedure);
}

void Experiment::rewind() {
  std::vector<Value> variables;
  for (const NodeId id : system_.graph->variables()) {
    const Value variable(*system_.graph, id);
    const bool is_data =
        variable.id() == system_.train_data.id() || variable.id() == system_.test_data.id();
    if (!is_data) variables.push_back(variable);
  }
  if (handles_.count("initialise") == 0) {
    // Variables that others start from must be there first: seed before weights.
    Procedure first{
        "seed", {}, {{system_.seed, Value(*system_.graph, system_.seed.node().initial)}}};
    executor_->run(prepared(first));
    Procedure rest{"initialise", {}, {}};
    for (const Value variable : variables) {
      rest.updates.emplace_back(variable, Value(*system_.graph, variable.node().initial));
    }
    executor_->run(prepared(rest));
    executor_->write(system_.train_data, split_.train);
    executor_->write(system_.test_data, split_.test);
  } else {
    executor_->run(handles_.at("initialise"));
  }
  // What has been set since the graph was built.
  for (const auto& [key, variable] : system_.settings) {
    const auto value = static_cast<float>(find(spec_, key)->get<double>());
    executor_->write(variable, std::span(&value, 1));
  }
  steps_ = 0;
  good_parameters_.clear();
}

double Experiment::samples_seen() const {
  return static_cast<double>(steps_) * spec_.at("objective").at("batch").get<double>();
}

Extent Experiment::parameter_count() const {
  Extent count = 0;
  for (const Value parameter : system_.parameters) count += size_of(parameter.shape());
  return count;
}

void Experiment::step(int n) {
  const Handle train = prepared(system_.train);
  for (int i = 0; i < n; ++i) {
    executor_->run(train);
    ++steps_;
    require_sound(train);
  }
}

std::vector<Executor::KernelTime> Experiment::profile(int n) {
  const Handle train = prepared(system_.train);
  std::vector<Executor::KernelTime> times = executor_->profile(train, n);
  steps_ += n;
  require_sound(train);
  return times;
}

void Experiment::require_sound(Handle train) const {
  const float objective = executor_->output(train, 0).front();
  if (std::abs(objective) < hopeless) return;
  const std::string what = std::isfinite(objective) ? "left all bounds" : "is no longer a number";
  throw Diverged(steps_, "Training broke at step " + std::to_string(steps_) + ": the objective " +
                             what +
                             ". The learning rate is probably too large; go back to the last good "
                             "weights and lower it, or rewind.");
}

void Experiment::set(std::string_view key, const Json& value) {
  const Key* row = find_key(key);
  if (!row || !row->live || !find(spec_, key)) {
    throw SpecificationError(std::string(key),
                             "'" + std::string(key) + "' cannot change while this runs.");
  }
  Json changed = spec_;
  assign(changed, key, value);
  spec_ = complete(changed);
  const auto setting = system_.settings.find(std::string(key));
  if (setting == system_.settings.end()) return;
  const auto number = static_cast<float>(find(spec_, key)->get<double>());
  executor_->write(setting->second, std::span(&number, 1));
}

// The objective that the true density would reach on the very points that are evaluated.
void Experiment::find_optimum() {
  if (!has_truth()) return;
  const Handle evaluate = prepared(system_.evaluate);
  executor_->run(evaluate);
  const std::vector<float> noise_points = executor_->output(evaluate, 3);
  const auto count = static_cast<std::size_t>(system_.evaluated);
  const std::span data_points(split_.test.data(), 2 * count);
  const std::vector<float> at_data = log_densities(data_points).noise;
  const std::vector<float> at_noise = log_densities(noise_points).noise;
  const double log_ratio =
      std::log(static_cast<double>(at_noise.size()) / static_cast<double>(count));
  const auto log_sigmoid = [](double g) {
    return g < 0 ? g - std::log1p(std::exp(g)) : -std::log1p(std::exp(-g));
  };
  const auto g = [&](std::span<const float> points, const std::vector<float>& log_noise,
                     std::size_t i) {
    const double truth = truth_
                             ->log_density(static_cast<double>(points[2 * i]),
                                           static_cast<double>(points[2 * i + 1]))
                             .value();
    return std::max(truth, -1e30) - static_cast<double>(log_noise[i]) - log_ratio;
  };
  double total = 0;
  for (std::size_t i = 0; i < at_data.size(); ++i) total += log_sigmoid(g(data_points, at_data, i));
  for (std::size_t i = 0; i < at_noise.size(); ++i) {
    total += log_sigmoid(-g(noise_points, at_noise, i));
  }
  optimum_ = total / static_cast<double>(count);
}

Experiment::LogDensities Experiment::log_densities(std::span<const float> points) {
  const Handle density = prepared(system_.density);
  const auto rows = static_cast<std::size_t>(models::query_rows);
  const std::size_t count = points.size() / 2;
  LogDensities result;
  result.model.reserve(count);
  result.noise.reserve(count);
  std::vector<float> query(2 * rows, 0);
  for (std::size_t start = 0; start < count; start += rows) {
    const std::size_t part = std::min(rows, count - start);
    std::copy_n(points.begin() + static_cast<std::ptrdiff_t>(2 * start), 2 * part, query.begin());
    executor_->write(system_.query, query);
    executor_->run(density);
    const auto append = [&](std::vector<float>& to, std::size_t output) {
      const std::vector<float> values = executor_->output(density, output);
      to.insert(to.end(), values.begin(), values.begin() + static_cast<std::ptrdiff_t>(part));
    };
    append(result.model, 0);
    append(result.noise, 1);
  }
  return result;
}

std::map<std::string, double> Experiment::measure() {
  const Handle evaluate = prepared(system_.evaluate);
  executor_->run(evaluate);
  std::map<std::string, double> measures;
  const auto first = [&](std::size_t output) {
    return static_cast<double>(executor_->output(evaluate, output).front());
  };
  measures["objective_train"] = first(0);
  measures["objective_test"] = first(1);
  const double c = first(2);
  measures["c"] = c;
  if (!std::isnan(optimum_)) measures["objective_optimum"] = optimum_;

  const std::vector<float> model = log_densities(grid_points_).model;
  std::vector<double> log_p0(model.size());
  for (std::size_t i = 0; i < model.size(); ++i) log_p0[i] = static_cast<double>(model[i]) - c;
  minus_log_z_ = -data::log_integral(log_p0, grid_);
  measures["minus_log_z"] = minus_log_z_;
  if (has_truth()) measures["kl_to_truth"] = data::kl_divergence(log_truth_, log_p0, grid_);

  const bool sound = std::all_of(measures.begin(), measures.end(),
                                 [](const auto& measure) { return std::isfinite(measure.second); });
  if (sound) {
    good_parameters_.clear();
    for (const Value parameter : system_.parameters) {
      good_parameters_.push_back(executor_->read(parameter));
    }
  }
  return measures;
}

double Experiment::minus_log_z() {
  if (std::isnan(minus_log_z_)) measure();
  return minus_log_z_;
}

void Experiment::restore_good() {
  if (good_parameters_.empty()) return rewind();
  const std::vector<std::vector<float>> good = good_parameters_;
  const std::int64_t steps = steps_;
  // Moments may be broken too: they start afresh.
  rewind();
  for (std::size_t i = 0; i < good.size(); ++i) executor_->write(system_.parameters[i], good[i]);
  good_parameters_ = good;
  steps_ = steps;
  const auto counter = static_cast<std::uint32_t>(steps);
  executor_->write_index(system_.step, std::span(&counter, 1));
}

std::vector<float> Experiment::noise() {
  const Handle handle = prepared(system_.noise);
  executor_->run(handle);
  return executor_->output(handle, 0);
}

void Experiment::move_chains(int transitions) {
  const Handle handle = prepared(system_.transition);
  executor_->run(handle, transitions);
  acceptance_ = static_cast<double>(executor_->output(handle, 0).front());
}

std::vector<float> Experiment::chains() const { return executor_->read(system_.chains); }

std::vector<float> Experiment::sample(std::size_t count) {
  move_chains(burn_in);
  std::vector<float> draws;
  while (draws.size() < 2 * count) {
    const std::vector<float> more = chains();
    const std::size_t wanted = std::min(more.size(), 2 * count - draws.size());
    draws.insert(draws.end(), more.begin(), more.begin() + static_cast<std::ptrdiff_t>(wanted));
    if (draws.size() < 2 * count) move_chains(thinning);
  }
  return draws;
}

std::vector<Value> Experiment::state() const {
  std::vector<Value> variables;
  for (const NodeId id : system_.graph->variables()) {
    if (id == system_.train_data.id() || id == system_.test_data.id() || id == system_.query.id()) {
      continue;
    }
    variables.emplace_back(*system_.graph, id);
  }
  return variables;
}

std::vector<std::uint8_t> Experiment::save() const {
  Json head{{"spec", spec_}, {"steps", steps_}, {"variables", Json::array()}};
  std::vector<std::uint8_t> words;
  const auto append = [](std::vector<std::uint8_t>& to, const void* from, std::size_t size) {
    const auto* bytes = static_cast<const std::uint8_t*>(from);
    to.insert(to.end(), bytes, bytes + size);
  };
  for (const Value variable : state()) {
    const Node& node = variable.node();
    head["variables"].push_back({{"name", node.name}, {"size", size_of(node.shape)}});
    if (node.type == Type::real) {
      const std::vector<float> values = executor_->read(variable);
      append(words, values.data(), values.size() * sizeof(float));
    } else {
      const std::vector<std::uint32_t> values = executor_->read_index(variable);
      append(words, values.data(), values.size() * sizeof(std::uint32_t));
    }
  }
  const std::string text = head.dump();
  const auto length = static_cast<std::uint32_t>(text.size());
  std::vector<std::uint8_t> bytes;
  append(bytes, magic, sizeof magic);
  append(bytes, &length, sizeof length);
  append(bytes, text.data(), text.size());
  append(bytes, words.data(), words.size());
  const std::uint64_t sum = checksum(bytes);
  append(bytes, &sum, sizeof sum);
  return bytes;
}

std::unique_ptr<Experiment> Experiment::restore(std::span<const std::uint8_t> bytes,
                                                const Options& options) {
  const std::size_t least = sizeof magic + sizeof(std::uint32_t) + sizeof(std::uint64_t);
  if (bytes.size() < least || std::memcmp(bytes.data(), magic, sizeof magic) != 0) {
    throw std::runtime_error(
        "This file is no checkpoint of the lab: it does not begin with LABCKPT1.");
  }
  std::uint64_t sum = 0;
  std::memcpy(&sum, bytes.data() + bytes.size() - sizeof sum, sizeof sum);
  bytes = bytes.first(bytes.size() - sizeof sum);
  if (checksum(bytes) != sum) {
    throw std::runtime_error(
        "This checkpoint is damaged: its checksum does not match. It may have been cut off while "
        "it was saved or sent.");
  }
  std::uint32_t length = 0;
  std::memcpy(&length, bytes.data() + sizeof magic, sizeof length);
  std::size_t at = sizeof magic + sizeof length;
  if (length > bytes.size() - at) throw std::runtime_error("This checkpoint's head is cut off.");
  const auto* text = reinterpret_cast<const char*>(bytes.data() + at);
  const Json head = Json::parse(text, text + length, nullptr, false);
  if (!head.is_object() || !head.contains("spec") || !head.contains("variables")) {
    throw std::runtime_error("This checkpoint's head does not hold a specification.");
  }
  at += length;
  auto experiment = std::make_unique<Experiment>(complete(head.at("spec")), options);
  const std::vector<Value> variables = experiment->state();
  const Json& saved = head.at("variables");
  bool fits = saved.size() == variables.size();
  std::size_t total = 0;
  for (std::size_t i = 0; fits && i < variables.size(); ++i) {
    const Node& node = variables[i].node();
    fits = saved[i].value("name", "") == node.name &&
           saved[i].value("size", Extent{-1}) == size_of(node.shape);
    total += static_cast<std::size_t>(size_of(node.shape)) * 4;
  }
  if (!fits || bytes.size() - at != total) {
    throw std::runtime_error(
        "This checkpoint does not fit the model its specification names; it was probably saved by "
        "another version.");
  }
  for (const Value variable : variables) {
    const auto count = static_cast<std::size_t>(size_of(variable.shape()));
    if (variable.type() == Type::real) {
      std::vector<float> values(count);
      std::memcpy(values.data(), bytes.data() + at, count * 4);
      experiment->executor_->write(variable, values);
    } else {
      std::vector<std::uint32_t> values(count);
      std::memcpy(values.data(), bytes.data() + at, count * 4);
      experiment->executor_->write_index(variable, values);
    }
    at += count * 4;
  }
  experiment->steps_ = head.value("steps", std::int64_t{0});
  return experiment;
}

std::string Experiment::explain() {
  std::string text;
  for (const Procedure* procedure :
       {&system_.train, &system_.evaluate, &system_.density, &system_.transition}) {
    text += executor_->describe(prepared(*procedure)) + "\n";
  }
  return text;
}

}  // namespace lab::session
