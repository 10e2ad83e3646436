#include "core/session/service.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <utility>

#include "core/data/grid.hpp"
#include "core/session/probes/posteriors.hpp"
#include "core/session/views.hpp"

namespace lab::session {

namespace {

// Columns of the history that come first; then all that is measured.
constexpr std::array first_columns{"step", "seconds", "samples_seen"};

// Measuring and drawing take at most about these shares of the time, and come at most this often.
constexpr double measuring_share = 0.08, drawing_share = 0.15;
constexpr double measure_interval = 0.1, picture_interval = 0.04;
// Steps are asked for in lots that take about so many seconds.
constexpr double lot = 0.003;
constexpr int largest_lot = 64;
constexpr std::size_t most_sent_data = 20000;

// Training is ruined that stands so many nats worse than it began, and twice as far from zero.
constexpr double ruined_objective = 5, ruined_kl = 50;

double seconds_between(std::chrono::steady_clock::time_point from,
                       std::chrono::steady_clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

std::vector<float> first_points(const std::vector<float>& points, std::size_t count) {
  const std::size_t kept = std::min(points.size(), 2 * count);
  return {points.begin(), points.begin() + static_cast<std::ptrdiff_t>(kept)};
}

void add_points(Message& message, const char* name, std::vector<float> points) {
  const auto count = static_cast<std::int64_t>(points.size() / 2);
  message.add(name, {count, 2}, std::move(points));
}

// The first test data, as intensities, and what they are.
void add_inputs(Message& message, const data::Dataset& data, std::size_t count) {
  std::vector<float> inputs = data.evaluated(data.test, count);
  data.to_intensities(inputs);
  const auto rows = static_cast<std::int64_t>(count);
  message.add("test_inputs", {rows, static_cast<std::int64_t>(data.dimensions())},
              std::move(inputs));
  if (data.test.labels.empty()) return;
  message.add(
      "test_labels", {rows},
      {data.test.labels.begin(), data.test.labels.begin() + static_cast<std::ptrdiff_t>(count)});
}

// What the front end asks of a model: "plane" (ln p of points of the plane), "unnormalised",
// "noise", "sample", "encode", "decode", "bound", "exact" (ln p of data of any kind), "errors" (of
// what is given back: no ln p), "codes" (discrete), "inpaint".
std::vector<std::string> capabilities(const Experiment& experiment) {
  std::vector<std::string> all;
  const auto add = [&](const char* name, bool has) {
    if (has) all.push_back(name);
  };
  add("sample",
      experiment.can("sample") || experiment.can("transition") || experiment.can("draw_next"));
  add("plane", experiment.data().plane() && experiment.can("log_density"));
  add("unnormalised", experiment.can("log_density") && !experiment.system().normalised());
  add("noise", experiment.can("noise"));
  add("encode", experiment.can("decode"));
  add("decode", experiment.can("decode"));
  add("bound", experiment.can("elbo"));
  add("exact", experiment.system().exact_density() != nullptr);
  add("errors", experiment.can("reconstruct"));
  add("codes", experiment.can("codes"));
  add("information", experiment.can("information"));
  add("inpaint", experiment.can("inpaint_move") || experiment.can("influence"));
  return all;
}

Json number_or_null(double value) { return std::isfinite(value) ? Json(value) : Json(); }

// A box of four finite numbers in order.
data::Box box_of(const Json& given) {
  const auto box = given.get<std::array<double, 4>>();
  const bool sound =
      box[0] < box[1] && box[2] < box[3] &&
      std::all_of(box.begin(), box.end(), [](double x) { return std::abs(x) < 1e9; });
  if (!sound) throw std::runtime_error("A box must be [x0, x1, y0, y1] with x0 < x1 and y0 < y1.");
  return {box[0], box[1], box[2], box[3]};
}

}  // namespace

Service::Service(Options options) : options_(std::move(options)) {
  // Files that were handed over come before those of the machine.
  options_.open = [this, rest = options_.open](const std::string& names) {
    std::vector<data::File> found;
    for (std::size_t start = 0; start <= names.size();) {
      const std::size_t end = std::min(names.find(';', start), names.size());
      const std::string name = names.substr(start, end - start);
      const auto file = files_.find(name);
      if (file != files_.end()) {
        found.push_back({file->first, file->second});
      } else {
        for (data::File& each : rest(name)) found.push_back(std::move(each));
      }
      start = end + 1;
    }
    return found;
  };
}

void Service::command(Json command, std::span<const std::uint8_t> bytes) {
  commands_.push_back({std::move(command), {bytes.begin(), bytes.end()}});
  go_on();
}

// Begins what has been asked, one thing at a time, for as long as nothing has to be waited for.
void Service::go_on() {
  while (!work_ || work_->done()) {
    if (work_) {
      // What goes wrong while something else that did is told.
      try {
        work_->get();
      } catch (const std::exception& error) {
        send_error("", error.what());
      }
      work_.reset();
      now_ = {};
    }
    // One that failed is let go of here, where nobody is polling it.
    coming_.reset();
    if (commands_.empty()) return;
    now_ = std::move(commands_.front());
    commands_.pop_front();
    work_ = answer_command();
  }
}

Task<> Service::answer_command() {
  ask_ = now_.json.is_object() ? now_.json.value("ask", Json()) : Json();
  std::optional<Diverged> diverged;
  try {
    co_await execute();
  } catch (const SpecificationError& error) {
    send_error(error.key(), error.what());
  } catch (const Diverged& error) {
    diverged = error;
  } catch (const std::bad_alloc&) {
    send_error(
        "", "There is not enough memory for this. Make the model, the batch or the data smaller.");
  } catch (const std::exception& error) {
    send_error("", error.what());
  }
  if (diverged) co_await tell(*diverged);
  ask_ = Json();
}

Task<> Service::execute() {
  const Json& command = now_.json;
  const std::string name = command.value("do", "");
  if (name == "load") co_return co_await load(command.at("spec"));
  if (name == "restore") co_return co_await adopt(Experiment::restore(now_.bytes, options_));
  if (name == "file") co_return co_await take_file();
  if (name == "want") {
    views_.clear();
    for (const Json& view : command.at("views")) views_.insert(view.get<std::string>());
    choose_views();
    if (experiment_ && !playing_) co_await send_snapshot();
    co_return;
  }
  if (name == "speed") {
    speed_ = std::max(0.0, command.at("steps_per_second").get<double>());
    last_rate_ = Clock::now();
    rate_steps_ = experiment_ ? experiment_->steps() : 0;
    co_return;
  }
  if (name == "set" && (experiment_ || pending_.is_object())) {
    co_return co_await set(command.at("key").get<std::string>(), command.at("value"));
  }
  if (!experiment_) throw std::runtime_error("Nothing is loaded yet.");
  if (name == "play") {
    passed_.merge(reached());
    playing_ = true;
    estimate_.reset();
    stopped_.clear();
    last_rate_ = Clock::now();
    rate_steps_ = experiment_->steps();
  } else if (name == "pause") {
    playing_ = false;
    co_await show();
  } else if (name == "step") {
    playing_ = false;
    stopped_.clear();
    co_await train_steps(std::clamp(command.value("n", 1), 1, 100000));
    co_await show();
  } else if (name == "rewind") {
    experiment_->rewind();
    co_await start_over();
  } else if (name == "reseed") {
    Json spec = pending_.is_object() ? pending_ : experiment_->spec();
    spec["seed"] = (spec.at("seed").get<std::uint32_t>() + 1u);
    co_await load(std::move(spec));
  } else if (name == "fields") {
    box_ = box_of(command.at("box"));
    cells_ = static_cast<std::size_t>(std::clamp(command.value("n", 96), 8, 512));
    co_await send_fields(true);
  } else if (name == "undo") {
    experiment_->restore_good();
    co_await show();
  } else if (name == "profile") {
    co_await send_profile(std::clamp(command.value("seconds", 0.5), 0.0, 10.0));
  } else if (name == "estimate") {
    begin_estimate(command.value("method", "importance"), command.value("samples", 500),
                   command.value("points", std::size_t{1000}));
  } else if (name == "save") {
    Message message("checkpoint");
    message.head["step"] = experiment_->steps();
    if (command.contains("tag")) message.head["tag"] = command["tag"];
    try {
      message.bytes = co_await experiment_->save();
    } catch (const std::bad_alloc&) {
      // Who keeps weights in case something goes wrong is not told that something did.
      if (!command.contains("tag")) throw;
    }
    queue_.push_back(std::move(message));
  } else if (co_await probes_.command(name, command, *experiment_)) {
    if (!playing_) co_await send_snapshot();
  } else {
    throw std::runtime_error("There is no command '" + name + "'.");
  }
}

Task<> Service::load(Json spec) {
  spec = complete(spec);
  pending_ = pending_ask_ = Json();
  std::unique_ptr<Experiment> made;
  try {
    made = std::make_unique<Experiment>(spec, options_);
  } catch (const data::MissingFile& missing) {
    pending_ = std::move(spec);
    pending_ask_ = ask_;
    Message message("need");
    message.head["file"] = missing.name();
    message.head["text"] = missing.what();
    answer(std::move(message));
  }
  if (made) co_await adopt(std::move(made));
}

Task<> Service::take_file() {
  files_[now_.json.at("name").get<std::string>()] = std::move(now_.bytes);
  if (!pending_.is_object()) co_return;
  ask_ = pending_ask_;
  co_await load(std::exchange(pending_, Json()));
}

void Service::begin_estimate(const std::string& method, int samples, std::size_t points) {
  if (!experiment_->can("elbo")) {
    throw std::runtime_error("This model's log p(x) needs no estimate by latents.");
  }
  const data::Dataset& data = experiment_->data();
  playing_ = false;
  estimate_ = Estimate{method,
                       std::clamp(samples, 2, 100000),
                       data.evaluated(data.test, std::max<std::size_t>(1, points)),
                       {}};
}

Task<> Service::go_on_estimating() {
  constexpr std::size_t rows_at_once = 100;
  const std::size_t size = experiment_->data().dimensions(), from = estimate_->done.size(),
                    count = estimate_->rows.size() / size;
  try {
    const auto rows = std::span<const float>(estimate_->rows)
                          .subspan(from * size, std::min(rows_at_once, count - from) * size);
    const std::vector<double> more =
        co_await experiment_->measures().log_marginal(rows, estimate_->method, estimate_->samples);
    estimate_->done.insert(estimate_->done.end(), more.begin(), more.end());
    if (estimate_->done.size() == count) {
      co_await experiment_->measures().add_marginal(estimate_->rows, estimate_->done, measures_);
      estimate_.reset();
    }
    co_await send_snapshot();
  } catch (const std::exception& error) {
    estimate_.reset();
    send_error("", error.what());
  }
}

// Goes on for about `budget` milliseconds, then shows where that has led.
Task<> Service::go_on_probing(double budget) {
  const auto start = Clock::now();
  try {
    do co_await probes_.go_on(*experiment_, fitting_views_);
    while (probes_.due(*experiment_, fitting_views_) &&
           1e3 * seconds_between(start, Clock::now()) < budget);
    const bool due =
        queue_.size() < 4 && seconds_between(last_snapshot_, Clock::now()) > picture_interval;
    if (due || !probes_.unfinished(*experiment_, fitting_views_)) co_await send_snapshot();
  } catch (const std::exception& error) {
    probes_.adopt(*experiment_);
    send_error("", error.what());
  }
}

Task<> Service::adopt(std::unique_ptr<Experiment> experiment) {
  coming_ = std::move(experiment);
  const bool same_data =
      experiment_ && experiment_->spec().at("data") == coming_->spec().at("data");
  // Nothing has changed where this throws.
  measures_ = co_await coming_->measure();
  experiment_ = std::move(coming_);
  choose_views();
  estimate_.reset();
  probes_.adopt(*experiment_);
  if (!same_data && experiment_->data().plane()) box_ = experiment_->data().bounds;
  columns_.assign(first_columns.begin(), first_columns.end());
  for (const auto& [name, value] : measures_) columns_.push_back(name);
  send_loaded();
  co_await start_over();
}

// Views of the model before, which stay on screen until the front end has heard of the new one, are
// not asked of it.
void Service::choose_views() {
  fitting_views_.clear();
  if (!experiment_) return;
  for (const std::string& view : fitting(*find_key("views"), experiment_->spec())) {
    if (views_.count(view) > 0) fitting_views_.insert(view);
  }
}

Task<> Service::start_over() {
  seconds_ = 0;
  steps_per_second_ = 0;
  // Those of another model may take a thousand times as long.
  at_once_ = 1;
  stopped_.clear();
  passed_.clear();
  warning_.clear();
  ruin_ = Json();
  rows_.clear();
  last_rate_ = Clock::now();
  rate_steps_ = experiment_->steps();
  first_measures_.clear();
  co_await measure();
  co_await send_snapshot(true);
  co_await send_fields(true);
}

Task<> Service::set(const std::string& key, const Json& value) {
  const Key* row = find_key(key);
  if (!row) (void)read_value(key, "");  // throws the sentence for an unknown key
  if (!row->live || pending_.is_object()) {
    co_return co_await load(
        edited(pending_.is_object() ? pending_ : experiment_->spec(), key, value));
  }
  experiment_->set(key, value);
  // A limit that is set anew is meant.
  if (key.rfind("stop.", 0) == 0) passed_.erase(key.substr(5));
  Message message("changed");
  message.head["spec"] = experiment_->spec();
  answer(std::move(message));
  if (playing_ || stopped_.empty()) co_return;
  stopped_.clear();
  co_await send_snapshot();
}

Task<> Service::train_steps(int count) {
  const auto start = Clock::now();
  std::exception_ptr failure;
  try {
    co_await experiment_->step(count);
  } catch (...) {
    failure = std::current_exception();
  }
  const double taken = seconds_between(start, Clock::now());
  seconds_ += taken;
  if (failure) std::rethrow_exception(failure);
  const double fit = lot * count / std::max(taken, 1e-9);
  at_once_ = std::clamp(static_cast<int>(std::min(fit, 2.0 * at_once_)), 1, largest_lot);
}

Task<> Service::show() {
  co_await measure();
  co_await send_snapshot();
  co_await send_fields(false);
}

Task<> Service::measure() {
  const auto start = Clock::now();
  const Measures before = std::exchange(measures_, co_await experiment_->measure());
  for (const std::string& name : columns_) {
    const auto found = measures_.find(name);
    double value = std::numeric_limits<double>::quiet_NaN();
    if (found != measures_.end()) value = found->second;
    if (name == "step") value = static_cast<double>(experiment_->steps());
    if (name == "seconds") value = seconds_;
    if (name == "samples_seen") value = experiment_->samples_seen();
    rows_.push_back(static_cast<float>(value));
  }
  // An estimate holds until the weights move on; while they stand still it stays.
  if (!playing_) {
    for (const char* name : {"log_marginal", "elbo_marginal", "elbo_gap"}) {
      for (const std::string& each : {std::string(name), name + std::string("_se")}) {
        if (const auto kept = before.find(each); kept != before.end()) measures_.insert(*kept);
      }
    }
  }
  look_for_ruin();
  last_measure_ = Clock::now();
  measure_cost_ = seconds_between(start, last_measure_);
}

// Training may be ruined though all is still numbers: what stands far below where it began has
// unlearnt. A density may also rise where no noise falls: the divergence alone tells.
void Service::look_for_ruin() {
  warning_.clear();
  ruin_ = Json();
  const auto shown = [](double number) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", number);
    return std::string(text);
  };
  const auto look = [&](const char* name, const char* words, double sign, double nats) {
    const auto found = measures_.find(name);
    if (found == measures_.end() || !warning_.empty()) return;
    const double first = first_measures_.emplace(name, found->second).first->second;
    if (!(sign * (first - found->second) > std::max(nats, std::abs(first)))) return;
    const double rate = experiment_->spec().at("optimiser").at("rate").get<double>();
    warning_ = std::string("Training stands far worse than where it began: ") + words + " is " +
               shown(found->second) + " and was " + shown(first) + ". The learning rate of " +
               shown(rate) + " is probably too large; lower it and rewind.";
    ruin_ = {{"measure", name}, {"now", found->second}, {"first", first}, {"rate", rate}};
  };
  look("objective_test", "the objective on test data", 1, ruined_objective);
  look("kl_to_truth", "the KL to the truth", -1, ruined_kl);
}

// The limits of the specification at which training stands, or past which it has gone.
std::set<std::string> Service::reached() const {
  const Json& stop = experiment_->spec().at("stop");
  const auto limit = [&](const char* key) { return stop.value(key, 0.0); };
  const auto kl = measures_.find("kl_to_truth");
  std::set<std::string> all;
  if (limit("steps") > 0 && static_cast<double>(experiment_->steps()) >= limit("steps"))
    all.insert("steps");
  if (limit("seconds") > 0 && seconds_ >= limit("seconds")) all.insert("seconds");
  if (limit("kl") > 0 && kl != measures_.end() && kl->second < limit("kl")) all.insert("kl");
  return all;
}

void Service::check_stop() {
  for (const std::string& limit : reached()) {
    if (passed_.count(limit) == 0) stopped_ = limit;
  }
  if (stopped_.empty()) return;
  playing_ = false;
  const Json* method = find(experiment_->spec(), "measure.log_marginal");
  if (!method || *method == "none") return;
  const Json& measure = experiment_->spec().at("measure");
  begin_estimate(*method, measure.at("samples").get<int>(),
                 measure.at("points").get<std::size_t>());
}

Service::Pulse Service::pump(double budget) {
  if (waits()) {
    // What comes may take the other's place in between.
    if (coming_) coming_->executor().poll();
    if (experiment_) experiment_->executor().poll();
    go_on();
    return Pulse::busy;
  }
  pulse_ = Pulse::busy;
  if (experiment_ && playing_) work_ = train_and_show(budget);
  else if (experiment_ && estimate_) work_ = go_on_estimating();
  else if (experiment_ && probes_.due(*experiment_, fitting_views_)) work_ = go_on_probing(budget);
  else if (experiment_ && probes_.unfinished(*experiment_, fitting_views_)) return Pulse::waiting;
  else return queue_.empty() ? Pulse::idle : Pulse::busy;
  go_on();
  return pulse_;
}

Task<> Service::train_and_show(double budget) {
  std::optional<Diverged> diverged;
  try {
    co_await train(budget);
  } catch (const Diverged& error) {
    diverged = error;
  } catch (const std::exception& error) {
    playing_ = false;
    send_error("", error.what());
  }
  if (diverged) co_await tell(*diverged);
}

Task<> Service::train(double budget) {
  const auto start = Clock::now();
  const double stop_at =
      passed_.count("steps") > 0 ? 0 : experiment_->spec().at("stop").at("steps").get<double>();
  const auto left = [&] {
    return stop_at > 0 ? stop_at - static_cast<double>(experiment_->steps()) : largest_lot;
  };
  do {
    double count = std::min<double>(at_once_, left());
    if (speed_ > 0) {
      const double elapsed = seconds_between(last_rate_, Clock::now());
      const double due = speed_ * elapsed - static_cast<double>(experiment_->steps() - rate_steps_);
      if (due < 1) {
        pulse_ = Pulse::waiting;
        break;
      }
      count = std::min(count, due);
    }
    if (count < 1) break;
    co_await train_steps(static_cast<int>(count));
  } while (1e3 * seconds_between(start, Clock::now()) < budget);

  const auto now = Clock::now();
  const double elapsed = seconds_between(last_rate_, now);
  if (elapsed > 0.5) {
    const double rate = static_cast<double>(experiment_->steps() - rate_steps_) / elapsed;
    steps_per_second_ = steps_per_second_ > 0 ? 0.5 * (steps_per_second_ + rate) : rate;
    last_rate_ = now;
    rate_steps_ = experiment_->steps();
  }
  const auto due = [now](Clock::time_point last, double interval, double cost, double share) {
    return seconds_between(last, now) > std::max(interval, cost / share);
  };
  const bool ends = left() <= 0;
  if (ends || due(last_measure_, measure_interval, measure_cost_, measuring_share)) {
    co_await measure();
    seconds_ += measure_cost_;
    check_stop();
  }
  // What nobody has fetched yet is not drawn again.
  const bool fresh =
      queue_.size() < 4 && due(last_snapshot_, picture_interval, picture_cost_, drawing_share);
  if (!fresh && !ends && playing_) co_return;
  const auto picture = Clock::now();
  co_await send_snapshot();
  co_await send_fields(false);
  picture_cost_ = seconds_between(picture, Clock::now());
  seconds_ += picture_cost_;
}

std::optional<Message> Service::take() {
  if (queue_.empty()) return std::nullopt;
  Message message = std::move(queue_.front());
  queue_.pop_front();
  return message;
}

Task<> Service::tell(const Diverged& error) {
  playing_ = false;
  Message message("diverged");
  message.head["step"] = error.step();
  message.head["text"] = error.what();
  queue_.push_back(std::move(message));
  co_await send_snapshot();
}

void Service::send_error(const std::string& key, const std::string& text) {
  Message message("error");
  message.head["key"] = key;
  message.head["text"] = text;
  answer(std::move(message));
}

// Queues what the command that is being executed asked for.
void Service::answer(Message message) {
  if (!ask_.is_null()) message.head["ask"] = ask_;
  queue_.push_back(std::move(message));
}

void Service::send_loaded() {
  Message message("loaded");
  Json live = Json::array();
  for (const Key& key : schema()) {
    if (key.live && applies(key, experiment_->spec())) live.push_back(key.path);
  }
  message.head["spec"] = experiment_->spec();
  message.head["columns"] = columns_;
  message.head["live"] = std::move(live);
  message.head["parameters"] = experiment_->parameter_count();
  const data::Dataset& data = experiment_->data();
  const data::Box& box = data.bounds;
  message.head["bounds"] = {box.x0, box.x1, box.y0, box.y1};
  message.head["entropy"] = number_or_null(experiment_->measures().entropy());
  message.head["truth"] = experiment_->measures().has_truth();
  message.head["truth_integral"] = number_or_null(experiment_->measures().truth_integral());
  message.head["cross_entropy"] = experiment_->measures().cross_entropy();
  message.head["prepared"] = {{"listed", data.listed},
                              {"train", data.train.count()},
                              {"validation", data.validation.count()},
                              {"test", data.test.count()},
                              {"levels", data.levels},
                              {"on_levels", data.on_levels},
                              {"dequantised", data.dequantised}};
  message.head["noise_ratio"] = experiment_->system().noise_ratio;
  const Executor& executor = experiment_->executor();
  message.head["executor"] = executor.name();
  message.head["instruction_set"] = executor.instruction_set();
  message.head["threads"] = executor.threads();
  message.head["abilities"] = capabilities(*experiment_);
  const data::SampleShape& shape = data.train.shape;
  message.head["sample"] = {{"rows", shape.rows},
                            {"columns", shape.columns},
                            {"channels", shape.channels},
                            {"domain", data::domain_names[static_cast<std::size_t>(shape.domain)]}};
  message.head["latents"] = experiment_->system().latents;
  message.head["classes"] = data.test.classes;
  message.head["ordered"] = data.test.ordered;
  if (experiment_->can("forward")) {
    message.head["stages"] = experiment_->system().stages;
    message.head["prior"] = experiment_->spec().at("model").value("prior", Json());
  }
  probes_.introduce(message);
  if (data.plane()) {
    add_points(message, "data_train", first_points(data.train.values, most_sent_data));
    add_points(message, "data_test", first_points(data.test.values, most_sent_data));
  }
  if (!data.plane()) add_inputs(message, data, looked_at(*experiment_));
  answer(std::move(message));
}

Task<> Service::send_profile(double seconds) {
  const auto start = Clock::now();
  constexpr int first = 5;
  std::vector<Executor::KernelTime> kernels = co_await experiment_->profile(first);
  const std::chrono::duration<double> taken = Clock::now() - start;
  const double rest = (seconds - taken.count()) / std::max(taken.count() / first, 1e-6);
  int steps = first;
  if (rest >= first) {
    steps = static_cast<int>(std::min(rest, 1e5));
    kernels = co_await experiment_->profile(steps);
  }
  std::stable_sort(kernels.begin(), kernels.end(),
                   [](const auto& a, const auto& b) { return a.milliseconds > b.milliseconds; });
  Message message("profile");
  double total = 0;
  Json rows = Json::array();
  for (const auto& [kind, text, milliseconds, flop] : kernels) {
    total += milliseconds;
    rows.push_back({{"kind", kind},
                    {"text", text},
                    {"milliseconds", milliseconds},
                    {"gflops", milliseconds > 0 ? flop / milliseconds / 1e6 : 0}});
  }
  message.head["steps"] = steps;
  message.head["milliseconds"] = total;
  message.head["peak_gflops"] = experiment_->executor().peak_gflops();
  message.head["kernels"] = std::move(rows);
  queue_.push_back(std::move(message));
  if (!playing_) {
    co_await measure();
    co_await send_snapshot();
  }
}

Task<> Service::send_snapshot(bool restarted) {
  Message message("snapshot");
  message.head["step"] = experiment_->steps();
  message.head["seconds"] = seconds_;
  message.head["samples_seen"] = experiment_->samples_seen();
  message.head["steps_per_second"] = playing_ ? steps_per_second_ : 0;
  message.head["samples_per_second"] =
      playing_ ? steps_per_second_ * experiment_->spec().at("objective").at("batch").get<double>()
               : 0;
  message.head["playing"] = playing_;
  message.head["stopped"] = stopped_;
  message.head["warning"] = warning_;
  message.head["ruin"] = ruin_;
  Json metrics = Json::object();
  for (const auto& [name, value] : measures_) metrics[name] = number_or_null(value);
  message.head["metrics"] = std::move(metrics);
  if (estimate_) {
    message.head["estimating"] =
        static_cast<double>(estimate_->done.size() * experiment_->data().dimensions()) /
        static_cast<double>(estimate_->rows.size());
  }
  const auto width = static_cast<std::int64_t>(columns_.size());
  const auto rows = static_cast<std::int64_t>(rows_.size()) / width;
  message.add("history", {rows, width}, std::exchange(rows_, {}));
  if (restarted) message.head["restarted"] = true;
  co_await probes_.add(message, *experiment_, fitting_views_, playing_);
  queue_.push_back(std::move(message));
  last_snapshot_ = Clock::now();
}

Task<> Service::send_fields(bool all) {
  if (!experiment_->data().plane()) co_return;
  const bool wanted = all || std::any_of(views().begin(), views().end(), [this](const auto& view) {
                        return view.fields && wants(view.name);
                      });
  if (!wanted) co_return;
  const data::Grid grid{box_, cells_};
  const auto n = static_cast<std::int64_t>(cells_);
  Message message("fields");
  message.head["box"] = {box_.x0, box_.x1, box_.y0, box_.y1};
  message.head["n"] = cells_;
  message.head["step"] = experiment_->steps();
  if (experiment_->can("log_density")) {
    const std::vector<float> points = grid.points();
    Arrays densities = co_await experiment_->call("log_density", given("x", points));
    message.add("log_model", {n, n}, densities.take("log_density"));
    if (all && densities.has("log_noise")) {
      message.add("log_noise", {n, n}, densities.take("log_noise"));
    }
  }
  if (all && experiment_->measures().has_truth()) {
    const std::vector<double> truth = data::log_density(experiment_->data().plane_truth(), grid);
    message.add("log_truth", {n, n}, std::vector<float>(truth.begin(), truth.end()));
  }
  queue_.push_back(std::move(message));
}

}  // namespace lab::session
