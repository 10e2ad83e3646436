#include "core/session/experiment.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <deque>
#include <utility>

#include "core/execute/memory_limit.hpp"
#include "core/infer/autocorrelation.hpp"
#include "core/infer/inverse.hpp"
#include "core/models/family.hpp"
#include "core/models/first_variables.hpp"
#include "core/session/drawing.hpp"

namespace lab::session {

namespace {

// Numbers beyond this are large for a network whose weights start for numbers of about 1.
constexpr float large_number = 30;

// Updates at most before it is asked whether they were sound.
constexpr int most_unwatched = 64;

// Moves of the chains before the first is looked at, then looked at for how far apart draws must
// be; the most that lie between two draws.
constexpr int burn_in = 200, first_look = 128, longest_look = 2048, most_thinning = 1000;

data::Dataset checked_data(const Json& spec, const data::Open& open) {
  try {
    return data::make_dataset(spec.at("data"), open);
  } catch (const keys::Unfit& error) {
    throw SpecificationError(error.key(), error.what());
  } catch (const std::invalid_argument& error) {
    throw SpecificationError("data.name", error.what());
  } catch (const data::LoadError& error) {
    throw SpecificationError("data.file", error.what());
  }
}

models::System checked_system(const Json& spec, const data::Dataset& data) {
  try {
    return models::make_system(spec, data);
  } catch (const models::Unfit& error) {
    throw SpecificationError(error.key(), error.what());
  } catch (const std::invalid_argument& error) {
    throw SpecificationError("model.name", error.what());
  }
}

std::string in_millions(double count) {
  char text[32];
  std::snprintf(text, sizeof text, count < 1e7 ? "%.2g million" : "%.0f million", count / 1e6);
  return text;
}

// `part` rows of values from row `start` on, from the start of them again where they end.
std::vector<float> rows_of(std::span<const float> values, std::size_t width, std::size_t start,
                           std::size_t part) {
  const std::size_t left = values.size() / width - start;
  std::vector<float> rows(part * width);
  for (std::size_t row = 0; row < part; ++row) {
    std::copy_n(values.begin() + static_cast<std::ptrdiff_t>((start + row % left) * width), width,
                rows.begin() + static_cast<std::ptrdiff_t>(row * width));
  }
  return rows;
}

// An output's rows of one part, put where they belong in the array of all.
void take_part(Array& array, const models::Output& output, const std::vector<float>& values,
               std::size_t start, std::size_t kept, std::size_t total) {
  const auto axis = std::find(output.axes.begin(), output.axes.end(), models::Axis::row);
  const Shape& shape = output.value.shape();
  if (axis == output.axes.end()) {
    array = {shape, values};
    return;
  }
  const auto at = axis - output.axes.begin();
  if (array.shape.empty()) {
    array.shape = shape;
    array.shape[static_cast<std::size_t>(at)] = static_cast<Extent>(total);
    array.values.resize(static_cast<std::size_t>(size_of(array.shape)));
  }
  const auto part = static_cast<std::size_t>(shape[static_cast<std::size_t>(at)]);
  const auto inner = static_cast<std::size_t>(size_of({shape.begin() + at + 1, shape.end()}));
  const auto outer = static_cast<std::size_t>(size_of({shape.begin(), shape.begin() + at}));
  for (std::size_t i = 0; i < outer; ++i) {
    std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(i * part * inner), kept * inner,
                array.values.begin() + static_cast<std::ptrdiff_t>((i * total + start) * inner));
  }
}

}  // namespace

std::vector<data::File> Options::open_file(const std::string& name) {
#ifdef __EMSCRIPTEN__
  throw data::MissingFile(name, "'" + name + "' is not here yet.");
#else
  const std::string path = name == data::digits8_file ? LAB_DATA_DIR "/" + name : name;
  return data::read_files(path);
#endif
}

Experiment::Experiment(Json spec, const Options& options)
    : spec_(std::move(spec)),
      options_(options),
      data_(checked_data(spec_, options.open)),
      system_(checked_system(spec_, data_)),
      executor_(options.make(options.executor, *system_.graph, options.threads)),
      measurer_(*this) {
  for (const Value parameter : system_.parameters) {
    good_.emplace_back(parameter, system_.graph->variable(
                                      "good." + parameter.node().name,
                                      system_.graph->constant(0, parameter.shape()), Role::input));
  }
  require_memory();
  rewind();
}

Experiment::~Experiment() = default;

Executor::Handle Experiment::prepared(const Procedure& procedure) {
  const auto found = handles_.find(procedure.name);
  if (found != handles_.end()) return found->second;
  return handles_[procedure.name] = executor_->prepare(procedure);
}

void Experiment::rewind() {
  Graph& graph = *system_.graph;
  const auto initial = [&graph](Value variable) {
    return std::pair(variable, Value(graph, variable.node().initial));
  };
  const bool anew = handles_.count("initialise") == 0;
  // Variables that others start from must be there first: the seed before weights, where noise lies
  // before chains.
  const std::vector<Value> first = models::first_variables(system_);
  Procedure before{"seed", {}, {}};
  for (const Value variable : first) before.updates.push_back(initial(variable));
  executor_->submit(prepared(before));
  // What has been set since the graph was built.
  for (const auto& [key, variable] : system_.settings) {
    const auto value = static_cast<float>(find(spec_, key)->get<double>());
    executor_->write(variable, std::span(&value, 1));
  }
  Procedure rest{"initialise", {}, {}};
  for (const NodeId id : graph.variables()) {
    const Value variable(graph, id);
    const bool is_there =
        std::any_of(first.begin(), first.end(), [&](Value each) { return each.id() == id; }) ||
        std::any_of(good_.begin(), good_.end(),
                    [&](const auto& pair) { return pair.second.id() == id; });
    if (variable.node().role != Role::data && !is_there) rest.updates.push_back(initial(variable));
  }
  executor_->submit(prepared(rest));
  if (anew) {
    executor_->write(system_.train_data, data_.train.values);
    if (system_.test_data) executor_->write(system_.test_data, data_.test.values);
  }
  steps_ = watched_from_ = 0;
  remembers_ = false;
}

double Experiment::samples_seen() const {
  return static_cast<double>(steps_) * spec_.at("objective").at("batch").get<double>();
}

void Experiment::require_memory() const {
  double all = 0;
  for (const NodeId id : system_.graph->variables()) {
    all += static_cast<double>(size_of(system_.graph->node(id).shape));
  }
  const double parameters = static_cast<double>(parameter_count());
  // Data is in its variables and here.
  const double data = static_cast<double>(data_.train.values.size() + data_.test.values.size());
  const double inputs = 2 * data;
  // What the optimiser keeps is variables, as are the parameters that are remembered.
  const double learnt = all - data, needed = (learnt + inputs) * sizeof(float);
  const double limit = memory_limit();
  if (needed <= limit) return;
  const double fit = parameters * (limit / sizeof(float) - inputs) / learnt;
  throw SpecificationError(
      "model.name", "This model has " + in_millions(parameters) +
                        " parameters, which with what the optimiser keeps of them and the data "
                        "would need " +
                        in_bytes(needed) + " of memory, but there are " + in_bytes(limit) +
                        (fit > 1 ? ": about " + in_millions(fit) + " parameters fit."
                                 : ": the data alone is too much."));
}

Extent Experiment::parameter_count() const {
  Extent count = 0;
  for (const Value parameter : system_.parameters) count += size_of(parameter.shape());
  return count;
}

Task<> Experiment::step(int n) {
  const std::span<const models::Phase> phases(system_.phases);
  while (n > 0) {
    int together = std::min(n, most_unwatched);
    for (const models::Phase& phase : phases.first(phases.size() - 1)) {
      const auto since = static_cast<int>(steps_ % phase.every);
      if (since == 0) executor_->submit(prepared(phase.procedure));
      together = std::min(together, phase.every - since);
    }
    executor_->submit(prepared(phases.back().procedure), together);
    steps_ += together;
    n -= together;
    co_await require_sound();
  }
}

Task<std::vector<float>> Experiment::recent_objectives() {
  const std::vector<float> ring = as_reals(co_await executor_->fetch(system_.watch.recent));
  const auto size = static_cast<std::int64_t>(ring.size());
  std::vector<float> recent;
  for (std::int64_t at = std::max(watched_from_, steps_ - size); at < steps_; ++at) {
    recent.push_back(ring[static_cast<std::size_t>(at % size)]);
  }
  co_return recent;
}

// What probably made training break, and its cure.
std::string Experiment::cause_of_breaking() const {
  const Json* scale = find(spec_, "data.scale");
  float largest = 0;
  for (const float value : data_.train.values) largest = std::max(largest, std::abs(value));
  if (scale && *scale != "standard" && largest > large_number) {
    char size[32];
    std::snprintf(size, sizeof size, "%.3g", static_cast<double>(largest));
    return "The data's numbers are probably too large for the model (up to " + std::string(size) +
           "): set 'data.scale' to \"standard\"";
  }
  return "The learning rate is probably too large: go back to the last good weights and lower it";
}

Task<std::vector<Executor::KernelTime>> Experiment::profile(int n) {
  for (const models::Phase& phase : system_.phases) {
    if (&phase != &system_.phases.back()) executor_->submit(prepared(phase.procedure));
  }
  std::vector<Executor::KernelTime> times =
      executor_->profile(prepared(system_.phases.back().procedure), n);
  steps_ += n;
  co_await require_sound();
  co_return times;
}

Task<> Experiment::require_sound() {
  const models::Watch& watch = system_.watch;
  if (as_reals(co_await executor_->fetch(watch.broken)).front() == 0) co_return;
  const std::int64_t step = watched_from_ + (co_await executor_->fetch(watch.sound)).front() + 1;
  const float objective = as_reals(co_await executor_->fetch(watch.objective)).front();
  // Who goes on all the same is told of the next one.
  const float whole = 0;
  const std::uint32_t none = 0;
  executor_->write(watch.broken, std::span(&whole, 1));
  executor_->write_index(watch.sound, std::span(&none, 1));
  watched_from_ = steps_;
  const std::string what = std::isfinite(objective) ? "left all bounds" : "is no longer a number";
  throw Diverged(step, "Training broke at step " + std::to_string(step) + ": the objective " +
                           what + ". " + cause_of_breaking() + ", or rewind.");
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

Task<Arrays> Experiment::call(std::string_view name, const Arguments& arguments, const Call& how) {
  const models::Ability& ability = system_.ability(std::string(name));
  if (ability.inverts) co_await invert_matrices();
  const Handle handle = prepared(ability.procedure());
  const auto part = static_cast<std::size_t>(ability.rows());
  // An ability without rows runs once.
  std::size_t total = part == 0 ? 1 : how.rows > 0 ? how.rows : part;
  struct Rows {
    Value variable;
    std::size_t width;
    std::span<const float> values;
  };
  std::vector<Rows> inputs;
  for (const auto& [argument, values] : arguments.list()) {
    const auto input = std::find_if(ability.inputs.begin(), ability.inputs.end(),
                                    [&](const auto& each) { return each.name == argument; });
    if (input == ability.inputs.end()) {
      throw std::invalid_argument("The ability '" + std::string(ability.name) + "' has no input '" +
                                  std::string(argument) + "'.");
    }
    const std::size_t width = static_cast<std::size_t>(size_of(input->variable.shape())) / part;
    if (values.size() % width != 0 || (!inputs.empty() && values.size() / width != total)) {
      throw std::invalid_argument("The ability '" + std::string(ability.name) + "' takes rows of " +
                                  std::to_string(width) + " numbers as '" + std::string(argument) +
                                  "', as many as of its other inputs.");
    }
    total = values.size() / width;
    inputs.push_back({input->variable, width, values});
  }
  std::deque<std::vector<float>> otherwise;
  for (const models::Input& input : ability.inputs) {
    const bool is_given = std::ranges::any_of(
        arguments.list(), [&input](const auto& each) { return each.first == input.name; });
    if (is_given || !input.otherwise) continue;
    const std::size_t width = static_cast<std::size_t>(size_of(input.variable.shape())) / part;
    otherwise.emplace_back(total * width, *input.otherwise);
    inputs.push_back({input.variable, width, otherwise.back()});
  }
  Arrays result;
  std::vector<std::pair<std::size_t, Array*>> wanted;
  for (std::size_t i = 0; i < ability.outputs.size(); ++i) {
    const std::string_view output = ability.outputs[i].name;
    const bool chosen = !how.outputs.front() ||
                        std::any_of(how.outputs.begin(), how.outputs.end(),
                                    [&](const char* each) { return each && output == each; });
    if (chosen) wanted.emplace_back(i, &result.add(std::string(output)));
  }
  std::uint32_t draw = how.draw;
  for (std::size_t start = 0; start < total; start += std::max<std::size_t>(1, part)) {
    for (const Rows& input : inputs) {
      executor_->write(input.variable, rows_of(input.values, input.width, start, part));
    }
    if (ability.draw) executor_->write_index(ability.draw, std::span(&draw, 1));
    if (ability.weight_draw) {
      executor_->write_index(ability.weight_draw, std::span(&how.weight_draw, 1));
    }
    ++draw;
    executor_->submit(handle, how.times);
    for (const auto& [i, array] : wanted) {
      take_part(*array, ability.outputs[i], co_await executor_->fetch(handle, i), start,
                std::min(part, total - start), total);
    }
  }
  co_return result;
}

Task<> Experiment::invert_matrices() {
  if (system_.inverses.empty()) co_return;
  const Arrays matrices = co_await call("matrices");
  for (const auto& [matrix, inverse] : system_.inverses) {
    executor_->write(inverse, infer::inverse(matrices.values(inverse.node().name)));
  }
}

void Experiment::keep_good() {
  Procedure keep{"keep-good", {}, {}};
  for (const auto& [parameter, good] : good_) keep.updates.emplace_back(good, parameter);
  executor_->submit(prepared(keep));
  remembers_ = true;
}

void Experiment::restore_good() {
  if (!remembers_) return rewind();
  const std::int64_t steps = steps_;
  // Moments may be broken too: they start afresh.
  rewind();
  executor_->submit(prepared({"restore-good", {}, good_}));
  remembers_ = true;
  steps_ = watched_from_ = steps;
  const auto counter = static_cast<std::uint32_t>(steps);
  executor_->write_index(system_.step, std::span(&counter, 1));
}

Task<double> Experiment::move_chains(int transitions) {
  Call moves;
  moves.times = transitions;
  const Arrays moved = co_await call("transition", {}, moves);
  co_return static_cast<double>(moved.values("acceptance").front());
}

Task<std::vector<float>> Experiment::chains() {
  co_return as_reals(co_await executor_->fetch(system_.chains));
}

Task<std::vector<float>> Experiment::sample(std::size_t count, std::optional<std::uint32_t> first,
                                            std::span<const float> of_class) {
  const std::size_t wanted = data_.dimensions() * count;
  lab::require_memory(
      static_cast<double>(wanted) * sizeof(float),
      std::to_string(count) + " draws of " + std::to_string(data_.dimensions()) + " numbers");
  if (const models::Ability* const direct = system_.find("sample")) {
    const auto part = static_cast<std::size_t>(direct->rows());
    Call how;
    how.rows = count;
    how.draw = first ? *first : draws_ + 1;
    if (!first) draws_ += static_cast<std::uint32_t>((count + part - 1) / part);
    Arguments arguments;
    if (!of_class.empty()) arguments.and_given("class", of_class);
    Arrays drawn = co_await call("sample", arguments, how);
    co_return drawn.take("x");
  }
  if (can("draw_next")) {
    Drawing drawing;
    std::vector<float> draws;
    for (std::uint32_t part = 0; draws.size() < wanted; ++part) {
      const std::size_t rows =
          std::min(drawing.most(*this), count - draws.size() / data_.dimensions());
      const std::size_t done = draws.size() / data_.dimensions();
      co_await drawing.begin(*this, rows, first ? *first + part : next_draw(),
                             of_class.empty() ? of_class : of_class.subspan(done, rows));
      co_await drawing.go_on(*this, drawing.left());
      co_await drawing.decode(*this);
      draws.insert(draws.end(), drawing.pictures().begin(), drawing.pictures().end());
    }
    co_return draws;
  }
  if (!can("transition")) {
    throw std::runtime_error("This model draws no samples: it says nothing of p(x).");
  }
  co_await move_chains(burn_in);
  co_await find_mixing(count);
  std::vector<float> draws;
  while (true) {
    const std::vector<float> now = co_await chains();
    const std::size_t more = std::min(now.size(), wanted - draws.size());
    draws.insert(draws.end(), now.begin(), now.begin() + static_cast<std::ptrdiff_t>(more));
    if (draws.size() == wanted) break;
    co_await move_chains(mixing_->thinning);
  }
  co_return draws;
}

// Looks at the chains for as long as it takes to see how long they remember.
Task<> Experiment::find_mixing(std::size_t count) {
  const std::size_t chain_count = (co_await chains()).size() / data_.dimensions();
  std::vector<float> seen;
  infer::Autocorrelation correlation;
  for (int looked = 0, wanted = first_look;; wanted *= 2) {
    for (; looked < wanted; ++looked) {
      co_await move_chains(1);
      const std::vector<float> now = co_await chains();
      seen.insert(seen.end(), now.begin(), now.end());
    }
    correlation = infer::autocorrelation(seen, chain_count, data_.dimensions());
    if (wanted >= longest_look || 20 * correlation.time < wanted) break;
  }
  const double apart = std::clamp(std::ceil(2 * correlation.time), 1.0, 1.0 * most_thinning);
  Mixing found{correlation.time, static_cast<int>(apart), static_cast<double>(count)};
  const std::size_t rounds = (count + chain_count - 1) / chain_count;
  double sum = 0;
  for (std::size_t round = 1; round < rounds; ++round) {
    const auto lag = round * static_cast<std::size_t>(found.thinning);
    const double rho = lag < correlation.at.size() ? correlation.at[lag] : correlation.beyond;
    sum += rho * static_cast<double>(rounds - round) / static_cast<double>(rounds);
  }
  found.effective /= 1 + 2 * sum;
  mixing_ = found;
}

std::string Experiment::explain() {
  std::string text;
  for (const models::Phase& phase : system_.phases) {
    text += executor_->describe(prepared(phase.procedure)) + "\n";
  }
  for (const models::Ability& ability : system_.abilities) {
    text += executor_->describe(prepared(ability.procedure())) + "\n";
  }
  return text;
}

}  // namespace lab::session
