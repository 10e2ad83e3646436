#include "core/session/experiment.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>
#include <limits>
#include <utility>

#include "core/execute/memory_limit.hpp"
#include "core/infer/autocorrelation.hpp"
#include "core/infer/inverse.hpp"
#include "core/infer/marginal.hpp"
#include "core/session/mean.hpp"
#include "core/version.hpp"

namespace lab::session {

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

// An objective of this size, in nats, and so many times as large as the run's first, is past
// recovery although it is still a number.
constexpr double hopeless = 1e6, hopeless_growth = 1e3;

// Numbers beyond this are large for a network whose weights start for numbers of about 1.
constexpr float large_number = 30;

// Numbers of test points of the plane that an unnormalised density is averaged over.
constexpr std::size_t most_plane_test = 2 * 2000;

// Moves of the chains before the first is looked at, then looked at for how far apart draws must
// be; the most that lie between two draws.
constexpr int burn_in = 200, first_look = 128, longest_look = 2048, most_thinning = 1000;

// What is drawn for the bound of a part of some data; streams lie further apart than parts go.
constexpr std::uint32_t bound_draws = 0xc0000000u, bound_stream = 1u << 20, test_stream = 0,
                        train_stream = 1;

// Draws of uncertain weights that a bound is averaged over, while training and in the end.
constexpr int few_weight_draws = 4, most_weight_draws = 32;

constexpr char magic[8] = {'L', 'A', 'B', 'C', 'K', 'P', 'T', '1'};

// FNV-1a: notices a checkpoint that was cut or changed.
std::uint64_t checksum(std::span<const std::uint8_t> bytes) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const std::uint8_t byte : bytes) hash = (hash ^ byte) * 0x100000001b3ULL;
  return hash;
}

data::Dataset checked_data(const Json& spec, const data::Open& open) {
  try {
    return data::make_dataset(spec.at("data"), open);
  } catch (const std::invalid_argument& error) {
    const bool points = spec.at("data").at("name") == "points";
    throw SpecificationError(points ? "data.points" : "data.name", error.what());
  } catch (const data::LoadError& error) {
    throw SpecificationError("data.file", error.what());
  }
}

models::System checked_system(const Json& spec, const data::Dataset& data) {
  try {
    return models::make_system(spec, data);
  } catch (const std::invalid_argument& error) {
    const bool nice = spec.at("model").at("name") == "nice";
    throw SpecificationError(nice ? "data.dequantise" : "model.decoder", error.what());
  }
}

// Hands `input` to `run` in parts of as many rows as its variable has, the last filled up by its
// own first row, and calls `take` with the number of rows that count.
void in_parts(Executor& executor, Value variable, std::span<const float> input,
              const std::function<void(std::size_t rows)>& run) {
  const auto rows = static_cast<std::size_t>(variable.extent(0)),
             width = static_cast<std::size_t>(variable.extent(1));
  const std::size_t count = input.size() / width;
  std::vector<float> part(rows * width);
  for (std::size_t start = 0; start < count; start += rows) {
    const std::size_t kept = std::min(rows, count - start);
    const auto from = input.subspan(start * width, kept * width);
    std::copy(from.begin(), from.end(), part.begin());
    for (std::size_t row = kept; row < rows; ++row) {
      std::copy_n(from.begin(), width, part.begin() + static_cast<std::ptrdiff_t>(row * width));
    }
    executor.write(variable, part);
    run(kept);
  }
}

std::string in_millions(double count) {
  char text[32];
  std::snprintf(text, sizeof text, count < 1e7 ? "%.2g million" : "%.0f million", count / 1e6);
  return text;
}

void append(std::vector<float>& to, const std::vector<float>& from, std::size_t count) {
  to.insert(to.end(), from.begin(), from.begin() + static_cast<std::ptrdiff_t>(count));
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
      data_(checked_data(spec_, options_.open)),
      system_(checked_system(spec_, data_)),
      executor_(make_executor(options.executor, *system_.graph, options.threads)),
      entropy_{unknown, unknown},
      first_objective_(unknown),
      optimum_(unknown),
      minus_log_z_(unknown) {
  require_memory();
  if (data_.plane()) {
    cells_ = data::make_cells(*data_.truth);
    if (!system_.normalised) outside_ = data::make_outside(data_.truth->integration_box());
    if (has_truth()) entropy_ = data::entropy(cells_);
  }
  rewind();
  find_optimum();
}

Experiment::~Experiment() = default;

Executor::Handle Experiment::prepared(const Procedure& procedure) {
  if (!models::exists(procedure)) {
    throw std::invalid_argument("The model '" + spec_.at("model").at("name").get<std::string>() +
                                "' cannot do what was asked of it.");
  }
  const auto found = handles_.find(procedure.name);
  if (found != handles_.end()) return found->second;
  return handles_[procedure.name] = executor_->prepare(procedure);
}

void Experiment::rewind() {
  std::vector<Value> variables;
  for (const NodeId id : system_.graph->variables()) {
    const Value variable(*system_.graph, id);
    const bool is_data = variable.id() == system_.train_data.id() ||
                         (system_.test_data && variable.id() == system_.test_data.id());
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
    executor_->write(system_.train_data, data_.train.values);
    if (system_.test_data) executor_->write(system_.test_data, data_.test.values);
  } else {
    executor_->run(handles_.at("initialise"));
  }
  // What has been set since the graph was built.
  for (const auto& [key, variable] : system_.settings) {
    const auto value = static_cast<float>(find(spec_, key)->get<double>());
    executor_->write(variable, std::span(&value, 1));
  }
  if (system_.chains) start_chains();
  steps_ = 0;
  first_objective_ = unknown;
  good_parameters_.clear();
}

// Every other chain on a datum: noise may miss modes that the data has.
void Experiment::start_chains() {
  std::vector<float> positions = chains();
  const std::vector<float>& train = data_.train.values;
  for (std::size_t i = 0; i + 1 < positions.size(); i += 4) {
    const std::size_t from = i / 2 % data_.train.count() * 2;
    positions[i] = train[from];
    positions[i + 1] = train[from + 1];
  }
  executor_->write(system_.chains, positions);
}

double Experiment::truth_integral() const {
  return has_truth() ? std::exp(data::log_integral(cells_.log_density, cells_).value) : unknown;
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
  // What the optimiser keeps is variables; the last good parameters are kept beside them.
  const double learnt = all - data + parameters, needed = (learnt + inputs) * sizeof(float);
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

void Experiment::step(int n) {
  const Handle train = prepared(system_.train);
  for (int i = 0; i < n; ++i) {
    if (system_.expectation_every > 0 && steps_ % system_.expectation_every == 0) {
      executor_->run(prepared(system_.expectation));
    }
    executor_->run(train);
    ++steps_;
    require_sound(train);
  }
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

std::vector<Executor::KernelTime> Experiment::profile(int n) {
  if (system_.expectation_every > 0) executor_->run(prepared(system_.expectation));
  const Handle train = prepared(system_.train);
  std::vector<Executor::KernelTime> times = executor_->profile(train, n);
  steps_ += n;
  require_sound(train);
  return times;
}

void Experiment::require_sound(Handle train) {
  const auto objective = static_cast<double>(executor_->output(train, 0).front());
  if (std::isfinite(objective) && std::isnan(first_objective_)) first_objective_ = objective;
  if (std::abs(objective) < std::max(hopeless, hopeless_growth * std::abs(first_objective_)))
    return;
  const std::string what = std::isfinite(objective) ? "left all bounds" : "is no longer a number";
  throw Diverged(steps_, "Training broke at step " + std::to_string(steps_) + ": the objective " +
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

std::vector<std::string> Experiment::abilities() const {
  std::vector<std::string> all;
  if (models::exists(system_.density)) all.push_back("plane");
  if (models::exists(system_.density) && !system_.normalised) all.push_back("unnormalised");
  if (models::exists(system_.noise)) all.push_back("noise");
  all.push_back("sample");
  if (latents() > 0) all.insert(all.end(), {"encode", "decode"});
  if (models::exists(system_.latent.bound)) all.push_back("bound");
  if (models::exists(system_.flow.forward)) all.push_back("exact");
  if (models::exists(system_.flow.move)) all.push_back("inpaint");
  return all;
}

// The objective that the true density would reach on the very points that are evaluated.
void Experiment::find_optimum() {
  if (!has_truth() || !models::exists(system_.evaluated_noise)) return;
  const Handle evaluated = prepared(system_.evaluated_noise);
  executor_->run(evaluated);
  const std::vector<float> noise_points = executor_->output(evaluated, 0);
  const auto count = static_cast<std::size_t>(system_.evaluated);
  const std::span data_points(data_.test.values.data(), 2 * count);
  const std::vector<float> at_data = log_densities(data_points).noise;
  const std::vector<float> at_noise = log_densities(noise_points).noise;
  const double log_ratio =
      std::log(static_cast<double>(at_noise.size()) / static_cast<double>(count));
  const auto log_sigmoid = [](double g) {
    return g < 0 ? g - std::log1p(std::exp(g)) : -std::log1p(std::exp(-g));
  };
  const auto g = [&](std::span<const float> points, const std::vector<float>& log_noise,
                     std::size_t i) {
    const double truth = data_.truth
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
  LogDensities result;
  in_parts(*executor_, system_.query, points, [&](std::size_t rows) {
    executor_->run(density);
    append(result.model, executor_->output(density, 0), rows);
    if (system_.noise_ratio > 0) append(result.noise, executor_->output(density, 1), rows);
  });
  return result;
}

Experiment::Bound Experiment::bound(std::span<const float> x, std::uint32_t stream) {
  const Handle handle = prepared(system_.latent.bound);
  const auto width = static_cast<std::size_t>(latents()), dimensions = data_.dimensions();
  Bound result;
  std::uint32_t draws = bound_draws + stream * bound_stream;
  in_parts(*executor_, system_.latent.data, x, [&](std::size_t rows) {
    executor_->write_index(system_.latent.bound_draws, std::span(&draws, 1));
    ++draws;
    executor_->run(handle);
    const auto take = [&](std::vector<float>& to, models::Bound output, std::size_t columns) {
      append(to, executor_->output(handle, output), rows * columns);
    };
    take(result.elbo, models::bound_elbo, 1);
    take(result.log_likelihood, models::bound_log_likelihood, 1);
    take(result.objective, models::bound_objective, 1);
    take(result.kl, models::bound_kl, width);
    take(result.mean, models::bound_mean, width);
    take(result.log_variance, models::bound_log_variance, width);
    take(result.decoded, models::bound_decoded, dimensions);
  });
  return result;
}

Experiment::Exact Experiment::exact(std::span<const float> x) {
  const Handle handle = prepared(system_.flow.forward);
  Exact result;
  in_parts(*executor_, system_.flow.data, x, [&](std::size_t rows) {
    executor_->run(handle);
    append(result.log_density, executor_->output(handle, 0), rows);
    append(result.z, executor_->output(handle, 1), rows * data_.dimensions());
  });
  return result;
}

std::vector<float> Experiment::encode(std::span<const float> x) {
  return models::exists(system_.flow.forward) ? exact(x).z : bound(x).mean;
}

std::vector<float> Experiment::scales() {
  const Handle handle = prepared(system_.flow.scales);
  executor_->run(handle);
  return executor_->output(handle, 0);
}

Experiment::Path Experiment::path(std::span<const float> points, bool back) {
  if (back) invert_matrices();
  const Handle handle = prepared(back ? system_.flow.back : system_.flow.there);
  const std::size_t count = points.size() / 2, stages = system_.flow.stages.size();
  const auto part = static_cast<std::size_t>(system_.flow.points.extent(0));
  Path result{std::vector<float>(stages * points.size()), std::vector<float>(stages * count)};
  std::size_t done = 0;
  in_parts(*executor_, system_.flow.points, points, [&](std::size_t rows) {
    executor_->run(handle);
    const std::vector<float> values = executor_->output(handle, 0),
                             log_det = executor_->output(handle, 1);
    for (std::size_t stage = 0; stage < stages; ++stage) {
      const auto from = static_cast<std::ptrdiff_t>(stage * part),
                 to = static_cast<std::ptrdiff_t>(stage * count + done);
      std::copy_n(values.begin() + 2 * from, 2 * rows, result.values.begin() + 2 * to);
      std::copy_n(log_det.begin() + from, rows, result.log_det.begin() + to);
    }
    done += rows;
  });
  return result;
}

void Experiment::invert_matrices() {
  const models::FlowAbilities& flow = system_.flow;
  if (flow.inverses.empty()) return;
  const Handle handle = prepared(flow.matrices);
  executor_->run(handle);
  for (std::size_t i = 0; i < flow.inverses.size(); ++i) {
    const std::vector<float> matrix = executor_->output(handle, i);
    executor_->write(flow.inverses[i].second, infer::inverse(matrix));
  }
}

void Experiment::begin_inpainting(std::span<const float> given, std::span<const float> hidden,
                                  std::uint32_t noise) {
  const models::FlowAbilities& flow = system_.flow;
  const Handle begin = prepared(flow.begin);
  inpainted_ = given.size() / data_.dimensions();
  const auto all = static_cast<std::size_t>(size_of(flow.given.shape()));
  const auto write = [&](Value variable, std::span<const float> values) {
    std::vector<float> padded(values.begin(), values.end());
    padded.resize(all, 0);
    executor_->write(variable, padded);
  };
  write(flow.given, given);
  write(flow.hidden, hidden);
  next_draws(noise);
  executor_->run(begin);
  paced_at_ = -1;
}

Experiment::Inpainted Experiment::inpaint(int moves) {
  if (std::exchange(paced_at_, steps_) != steps_) executor_->run(prepared(system_.flow.pace));
  const Handle handle = prepared(system_.flow.move);
  executor_->run(handle, moves);
  Inpainted result;
  append(result.pictures, executor_->output(handle, 0), inpainted_ * data_.dimensions());
  append(result.log_density, executor_->output(handle, 1), inpainted_);
  return result;
}

std::vector<float> Experiment::decode(std::span<const float> codes) {
  invert_matrices();
  const Handle handle = prepared(system_.latent.decode);
  std::vector<float> result;
  in_parts(*executor_, system_.latent.codes, codes, [&](std::size_t rows) {
    executor_->run(handle);
    append(result, executor_->output(handle, 0), rows * data_.dimensions());
  });
  return result;
}

void Experiment::next_draws(std::optional<std::uint32_t> first) {
  const std::uint32_t counter = first ? *first : ++draws_;
  executor_->write_index(system_.latent.draws, std::span(&counter, 1));
}

std::vector<double> Experiment::log_marginal(std::span<const float> x, const std::string& method,
                                             int draws) {
  const models::LatentAbilities& latent = system_.latent;
  std::vector<double> result;
  if (method == "importance") {
    const Handle handle = prepared(latent.importance);
    const auto each = static_cast<int>(latent.importance_draws);
    const int runs = std::max(1, (draws + each - 1) / each);
    in_parts(*executor_, latent.importance_data, x, [&](std::size_t rows) {
      std::vector<double> totals(rows, -std::numeric_limits<double>::infinity());
      for (int run = 0; run < runs; ++run) {
        next_draws();
        executor_->run(handle);
        const std::vector<float> sums = executor_->output(handle, 0);
        for (std::size_t i = 0; i < rows; ++i) {
          const double more = static_cast<double>(sums[i]), top = std::max(totals[i], more);
          totals[i] = top + std::log(std::exp(totals[i] - top) + std::exp(more - top));
        }
      }
      for (const double total : totals) {
        result.push_back(total - std::log(static_cast<double>(runs * each)));
      }
    });
    return result;
  }
  if (method != "hmc") {
    throw std::invalid_argument("There is no estimator '" + method +
                                "' of the marginal likelihood; there are importance and hmc.");
  }
  constexpr int tuning = 100;
  lab::require_memory(static_cast<double>(latent.marginal_data.extent(0)) * draws *
                          static_cast<double>(latents() + 1) * sizeof(double),
                      std::to_string(draws) + " draws of the latents of each datum");
  const auto width = static_cast<std::size_t>(latents());
  const auto kept = static_cast<std::size_t>(draws);
  const Handle start = prepared(latent.marginal_start), move = prepared(latent.marginal_move);
  in_parts(*executor_, latent.marginal_data, x, [&](std::size_t rows) {
    next_draws();
    executor_->run(start);
    executor_->run(move, tuning);
    std::vector<double> z(rows * kept * width), log_joint(rows * kept);
    for (std::size_t draw = 0; draw < kept; ++draw) {
      executor_->run(move);
      const std::vector<float> position = executor_->output(move, 0),
                               joint = executor_->output(move, 1);
      for (std::size_t row = 0; row < rows; ++row) {
        log_joint[row * kept + draw] = static_cast<double>(joint[row]);
        std::copy_n(position.begin() + static_cast<std::ptrdiff_t>(row * width), width,
                    z.begin() + static_cast<std::ptrdiff_t>((row * kept + draw) * width));
      }
    }
    for (std::size_t row = 0; row < rows; ++row) {
      result.push_back(infer::log_marginal(std::span(z).subspan(row * kept * width, kept * width),
                                           std::span(log_joint).subspan(row * kept, kept), width));
    }
  });
  return result;
}

void Experiment::measure_plane(std::map<std::string, double>& measures) {
  const double c = measures.count("c") ? measures.at("c") : 0;
  const auto unnormalised = [&](const data::Cells& cells) {
    const std::vector<float> model = log_densities(cells.points).model;
    std::vector<double> result(model.size());
    for (std::size_t i = 0; i < model.size(); ++i) result[i] = static_cast<double>(model[i]) - c;
    return result;
  };
  const std::vector<double> log_p0 = unnormalised(cells_);
  const auto add = [&](const std::string& name, data::Integral integral, double sign = 1) {
    measures[name] = sign * integral.value;
    if (std::isfinite(integral.error)) measures[name + "_error"] = integral.error;
  };
  double log_more = 0;  // ln of what Z is more than the integral over the cells, as a factor
  if (!system_.normalised) {
    data::Integral log_z = data::log_integral(log_p0, cells_);
    const data::Integral outside = data::log_integral(unnormalised(outside_), outside_);
    log_more = std::log1p(std::exp(outside.value - log_z.value));
    const double share = -std::expm1(-log_more);
    log_z = {log_z.value + log_more, std::hypot((1 - share) * log_z.error, share * outside.error)};
    add("minus_log_z", log_z, -1);
    add("z_outside", {share, share * (1 - share) * std::hypot(log_z.error, outside.error)});
    minus_log_z_ = measures.at("minus_log_z");
  }
  if (has_truth()) {
    data::Integral kl = data::kl_divergence(log_p0, system_.normalised, cells_);
    kl.value += log_more;
    add("kl_to_truth", kl);
    add("log_likelihood_optimum", entropy_, -1);
  }
  if (system_.normalised) return;
  const std::vector<float>& test = data_.test.values;
  const std::span<const float> points(test.data(), std::min(test.size(), most_plane_test));
  measures["log_likelihood_test"] = mean_of(log_densities(points).model) - c + minus_log_z_;
}

// The first `most` samples as evaluations see them, kept for the next time.
std::span<const float> Experiment::evaluated(const data::Samples& samples, std::vector<float>& kept,
                                             std::size_t most) {
  const std::size_t wanted = std::min(most, samples.count()) * data_.dimensions();
  if (kept.size() < wanted) kept = data_.evaluated(samples, most);
  return std::span<const float>(kept).first(wanted);
}

// A mean over data with its standard error, where there are two or more.
void Experiment::add_mean(const std::string& name, std::span<const float> values,
                          std::map<std::string, double>& measures) const {
  measures[name] = mean_of(values);
  if (values.size() > 1) measures[name + "_se"] = standard_error_of(values);
}

void Experiment::measure_exact(std::size_t most, std::map<std::string, double>& measures) {
  const auto add = [&](const char* name, const data::Samples& samples, std::vector<float>& kept) {
    add_mean(name, exact(evaluated(samples, kept, most)).log_density, measures);
  };
  add("log_likelihood_train", data_.train, evaluated_train_);
  add("log_likelihood_test", data_.test, evaluated_test_);
  const double test = measures.at("log_likelihood_test");
  measures["objective_train"] = measures["log_likelihood_train"];
  measures["objective_test"] = test;
  if (data_.validation.count() > 0) {
    add("log_likelihood_validation", data_.validation, evaluated_validation_);
  }
  if (system_.flow.whitened) {
    const Handle scales = prepared(system_.flow.scales);
    executor_->run(scales);
    const auto log_det = static_cast<double>(executor_->output(scales, 1).front());
    measures["log_likelihood_whitened"] = test - log_det;
  }
  if (data_.has_bits()) measures["bits_per_dim"] = data_.bits_per_dimension(test);
}

// The bound of every row; where weights are uncertain its mean over so many draws of them, less a
// datum's share of their KL.
Experiment::Bound Experiment::mean_bound(std::span<const float> x, std::uint32_t stream, int draws,
                                         double kl_weights) {
  if (!system_.latent.weight_draw) return bound(x, stream);
  Bound result;
  for (int draw = 0; draw < draws; ++draw) {
    const std::uint32_t counter = models::evaluation_counter - static_cast<std::uint32_t>(draw);
    executor_->write_index(system_.latent.weight_draw, std::span(&counter, 1));
    const Bound one = bound(x, stream + 2 * static_cast<std::uint32_t>(draw));
    const auto add = [&](std::vector<float>& to, const std::vector<float>& more, double less) {
      to.resize(more.size(), static_cast<float>(-less));
      for (std::size_t i = 0; i < more.size(); ++i) to[i] += more[i] / static_cast<float>(draws);
    };
    add(result.elbo, one.elbo, kl_weights);
    add(result.objective, one.objective, kl_weights);
    add(result.log_likelihood, one.log_likelihood, 0);
    add(result.kl, one.kl, 0);
  }
  return result;
}

void Experiment::measure_bound(std::size_t most, std::map<std::string, double>& measures) {
  const auto weights = measures.find("kl_weights");
  const double kl_weights = weights == measures.end() ? 0 : weights->second;
  const int draws = most > usual_evaluated ? most_weight_draws : few_weight_draws;
  const Bound train = mean_bound(evaluated(data_.train, evaluated_train_, most), train_stream,
                                 draws, kl_weights),
              test = mean_bound(evaluated(data_.test, evaluated_test_, most), test_stream, draws,
                                kl_weights);
  measures["objective_train"] = mean_of(train.objective);
  measures["objective_test"] = mean_of(test.objective);
  add_mean("elbo_train", train.elbo, measures);
  add_mean("elbo_test", test.elbo, measures);
  measures["reconstruction"] = mean_of(test.log_likelihood);
  measures["kl"] = mean_of(test.kl) * static_cast<double>(latents());
  if (has_truth()) measures["elbo_optimum"] = -entropy_.value;
}

std::map<std::string, double> Experiment::measure(std::size_t most) {
  std::map<std::string, double> measures;
  if (models::exists(system_.evaluate)) {
    const Handle evaluate = prepared(system_.evaluate);
    executor_->run(evaluate);
    for (std::size_t i = 0; i < system_.measures.size(); ++i) {
      measures[system_.measures[i]] = static_cast<double>(executor_->output(evaluate, i).front());
    }
  }
  if (!std::isnan(optimum_)) measures["objective_optimum"] = optimum_;
  if (models::exists(system_.latent.bound)) measure_bound(most, measures);
  if (models::exists(system_.flow.forward)) measure_exact(most, measures);
  if (models::exists(system_.density)) measure_plane(measures);

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

std::map<std::string, double> Experiment::measure_all() {
  std::map<std::string, double> measures =
      measure(std::max(data_.train.count(), data_.test.count()));
  const Json* method = find(spec_, "measure.log_marginal");
  if (!method || *method == "none") return measures;
  const Json& section = spec_.at("measure");
  const std::vector<float> x = data_.evaluated(data_.test, section.at("points").get<std::size_t>());
  add_marginal(x, log_marginal(x, *method, section.at("samples").get<int>()), measures);
  return measures;
}

void Experiment::add_marginal(std::span<const float> x, std::span<const double> each,
                              std::map<std::string, double>& measures) {
  const auto weights = measures.find("kl_weights");
  const double kl_weights = weights == measures.end() ? 0 : weights->second;
  const std::vector<float> elbo = mean_bound(x, test_stream, most_weight_draws, kl_weights).elbo;
  const std::vector<float> log_p(each.begin(), each.end());
  std::vector<float> gap(elbo.size());
  for (std::size_t i = 0; i < gap.size(); ++i) {
    gap[i] = static_cast<float>(each[i] - static_cast<double>(elbo[i]));
  }
  add_mean("log_marginal", log_p, measures);
  add_mean("elbo_marginal", elbo, measures);
  add_mean("elbo_gap", gap, measures);
}

bool Experiment::measures_cross_entropy() const {
  const Json* decoder = find(spec_, "model.decoder");
  return decoder && *decoder == "bernoulli" && !data_.bits;
}

std::vector<std::string> Experiment::notes() const {
  std::vector<std::string> notes = data_.notes();
  if (measures_cross_entropy()) {
    notes.push_back(
        "The Bernoulli decoder sees grey levels, not bits: elbo, log_marginal and reconstruction "
        "are cross-entropies with their sign turned, no ln p(x). Set 'data.binarise' for bits, or "
        "choose another 'model.decoder'.");
  }
  if (has_truth() && std::abs(truth_integral() - 1) > 1e-3) {
    notes.push_back("This truth is too fine for the cells it is integrated over: it sums to " +
                    std::to_string(truth_integral()) +
                    " there, and distances to it are no better known than that.");
  }
  return notes;
}

double Experiment::minus_log_z() {
  if (system_.normalised) return 0;
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

std::vector<float> Experiment::sample(std::size_t count, std::optional<std::uint32_t> first) {
  const std::size_t wanted = data_.dimensions() * count;
  lab::require_memory(
      static_cast<double>(wanted) * sizeof(float),
      std::to_string(count) + " draws of " + std::to_string(data_.dimensions()) + " numbers");
  std::vector<float> draws;
  const auto add = [&](const std::vector<float>& more) {
    append(draws, more, std::min(more.size(), wanted - draws.size()));
  };
  if (models::exists(system_.latent.sample)) {
    invert_matrices();
    const Handle handle = prepared(system_.latent.sample);
    while (draws.size() < wanted) {
      next_draws(first);
      if (first) ++*first;
      executor_->run(handle);
      add(executor_->output(handle, 0));
    }
    return draws;
  }
  move_chains(burn_in);
  find_mixing(count);
  while (draws.size() < wanted) {
    add(chains());
    if (draws.size() < wanted) move_chains(mixing_->thinning);
  }
  return draws;
}

// Looks at the chains for as long as it takes to see how long they remember.
void Experiment::find_mixing(std::size_t count) {
  const std::size_t chain_count = chains().size() / data_.dimensions();
  std::vector<float> seen;
  infer::Autocorrelation correlation;
  for (int looked = 0, wanted = first_look;; wanted *= 2) {
    for (; looked < wanted; ++looked) {
      move_chains(1);
      const std::vector<float> now = chains();
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

std::vector<Value> Experiment::state() const {
  std::vector<Value> variables;
  for (const NodeId id : system_.graph->variables()) {
    const Value variable(*system_.graph, id);
    if (!system_.is_input(variable)) variables.push_back(variable);
  }
  return variables;
}

std::vector<std::uint8_t> Experiment::save() const {
  Json head{
      {"version", version()}, {"spec", spec_}, {"steps", steps_}, {"variables", Json::array()}};
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
  const Json head = read_json({text, length}, "This checkpoint's head");
  if (!head.is_object() || !head.contains("spec") || !head.contains("variables")) {
    throw std::runtime_error("This checkpoint's head does not hold a specification.");
  }
  at += length;
  Json spec = head.at("spec");
  // Energies that were saved before they stood on a base measure.
  const Json* model = find(spec, "model.name");
  if (model && *model == "energy-mlp" && !find(spec, "model.base")) {
    assign(spec, "model.base", "none");
  }
  auto experiment = std::make_unique<Experiment>(complete(spec), options);
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
    const Json writer = head.value("version", Json());
    throw std::runtime_error(
        "This checkpoint does not fit the model its specification names: it was saved by " +
        (writer.is_string() ? "version " + writer.get<std::string>() : "a version before 0.5.0") +
        ", and this is " + version() + ".");
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
       {&system_.train, &system_.expectation, &system_.evaluate, &system_.latent.bound,
        &system_.flow.forward, &system_.density, &system_.transition}) {
    if (models::exists(*procedure)) text += executor_->describe(prepared(*procedure)) + "\n";
  }
  return text;
}

}  // namespace lab::session
