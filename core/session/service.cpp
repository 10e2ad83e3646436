#include "core/session/service.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <utility>

#include "core/data/grid.hpp"

namespace lab::session {

namespace {

// Columns of the history that come first; then all that is measured.
constexpr std::array first_columns{"step", "seconds", "samples_seen"};

// Measuring and drawing take at most about these shares of the time, and come at most this often.
constexpr double measuring_share = 0.08, drawing_share = 0.15;
constexpr double measure_interval = 0.1, picture_interval = 0.04;
// Of inpainting, with each snapshot while training goes on.
constexpr int moves_at_once = 20;
constexpr std::size_t most_noise_points = 2000, most_sent_data = 20000;

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

void Service::command(const Json& command, std::span<const std::uint8_t> bytes) {
  ask_ = command.is_object() ? command.value("ask", Json()) : Json();
  try {
    execute(command, bytes);
  } catch (const SpecificationError& error) {
    send_error(error.key(), error.what());
  } catch (const Diverged& error) {
    tell(error);
  } catch (const std::bad_alloc&) {
    send_error(
        "", "There is not enough memory for this. Make the model, the batch or the data smaller.");
  } catch (const std::exception& error) {
    send_error("", error.what());
  }
  ask_ = Json();
}

void Service::execute(const Json& command, std::span<const std::uint8_t> bytes) {
  const std::string name = command.value("do", "");
  if (name == "load") return load(command.at("spec"));
  if (name == "restore") return adopt(Experiment::restore(bytes, options_));
  if (name == "file") return take_file(command.at("name").get<std::string>(), bytes);
  if (name == "want") {
    views_.clear();
    for (const Json& view : command.at("views")) views_.insert(view.get<std::string>());
    choose_views();
    if (experiment_ && !playing_) send_snapshot();
    return;
  }
  if (name == "speed") {
    speed_ = std::max(0.0, command.at("steps_per_second").get<double>());
    last_rate_ = Clock::now();
    rate_steps_ = experiment_ ? experiment_->steps() : 0;
    return;
  }
  if (name == "set" && (experiment_ || pending_.is_object())) {
    return set(command.at("key").get<std::string>(), command.at("value"));
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
    measure();
    send_snapshot();
    send_fields(false);
  } else if (name == "step") {
    playing_ = false;
    stopped_.clear();
    train_steps(std::clamp(command.value("n", 1), 1, 100000));
    measure();
    send_snapshot();
    send_fields(false);
  } else if (name == "rewind") {
    experiment_->rewind();
    start_over();
  } else if (name == "reseed") {
    Json spec = pending_.is_object() ? pending_ : experiment_->spec();
    spec["seed"] = (spec.at("seed").get<std::uint32_t>() + 1u);
    load(std::move(spec));
  } else if (name == "fields") {
    box_ = box_of(command.at("box"));
    cells_ = static_cast<std::size_t>(std::clamp(command.value("n", 96), 8, 512));
    send_fields(true);
  } else if (name == "cross") {
    const auto from = command.at("from").get<std::array<double, 2>>();
    const auto to = command.at("to").get<std::array<double, 2>>();
    segment_ = {from[0], from[1], to[0], to[1]};
    segment_points_ = static_cast<std::size_t>(std::clamp(command.value("n", 256), 2, 2048));
    if (!playing_) send_snapshot();
  } else if (name == "undo") {
    experiment_->restore_good();
    measure();
    send_snapshot();
    send_fields(false);
  } else if (name == "profile") {
    send_profile(std::clamp(command.value("seconds", 0.5), 0.0, 10.0));
  } else if (name == "estimate") {
    begin_estimate(command.value("method", "importance"), command.value("samples", 500),
                   command.value("points", std::size_t{1000}));
  } else if (latent_pictures_.command(name, command, *experiment_) ||
             flow_pictures_.command(name, command, *experiment_)) {
    if (!playing_) send_snapshot();
  } else if (name == "save") {
    Message message("checkpoint");
    message.head["step"] = experiment_->steps();
    if (command.contains("tag")) message.head["tag"] = command["tag"];
    try {
      message.bytes = experiment_->save();
    } catch (const std::bad_alloc&) {
      // Who keeps weights in case something goes wrong is not told that something did.
      if (!command.contains("tag")) throw;
    }
    queue_.push_back(std::move(message));
  } else {
    throw std::runtime_error("There is no command '" + name + "'.");
  }
}

void Service::load(Json spec) {
  spec = complete(spec);
  pending_ = pending_ask_ = Json();
  try {
    adopt(std::make_unique<Experiment>(spec, options_));
  } catch (const data::MissingFile& missing) {
    pending_ = std::move(spec);
    pending_ask_ = ask_;
    Message message("need");
    message.head["file"] = missing.name();
    message.head["text"] = missing.what();
    answer(std::move(message));
  }
}

void Service::take_file(const std::string& name, std::span<const std::uint8_t> bytes) {
  files_[name].assign(bytes.begin(), bytes.end());
  if (!pending_.is_object()) return;
  ask_ = pending_ask_;
  load(std::exchange(pending_, Json()));
}

void Service::begin_estimate(const std::string& method, int samples, std::size_t points) {
  const std::vector<std::string> abilities = experiment_->abilities();
  if (std::find(abilities.begin(), abilities.end(), "bound") == abilities.end()) {
    throw std::runtime_error("This model's log p(x) needs no estimate by latents.");
  }
  const data::Dataset& data = experiment_->data();
  playing_ = false;
  estimate_ = Estimate{method,
                       std::clamp(samples, 2, 100000),
                       data.evaluated(data.test, std::max<std::size_t>(1, points)),
                       {}};
}

void Service::go_on_estimating() {
  constexpr std::size_t rows_at_once = 100;
  const std::size_t size = experiment_->data().dimensions(), from = estimate_->done.size(),
                    count = estimate_->rows.size() / size;
  const auto rows = std::span<const float>(estimate_->rows)
                        .subspan(from * size, std::min(rows_at_once, count - from) * size);
  const std::vector<double> more =
      experiment_->log_marginal(rows, estimate_->method, estimate_->samples);
  estimate_->done.insert(estimate_->done.end(), more.begin(), more.end());
  if (estimate_->done.size() == count) {
    experiment_->add_marginal(estimate_->rows, estimate_->done, measures_);
    estimate_.reset();
  }
  send_snapshot();
}

// Moves for about `budget` milliseconds, then shows where they have led.
void Service::go_on_inpainting(double budget) {
  const auto start = Clock::now();
  do flow_pictures_.inpaint(*experiment_, 1);
  while (flow_pictures_.inpaints() && 1e3 * seconds_between(start, Clock::now()) < budget);
  const bool due =
      queue_.size() < 4 && seconds_between(last_snapshot_, Clock::now()) > picture_interval;
  if (due || !flow_pictures_.inpaints()) send_snapshot();
}

void Service::adopt(std::unique_ptr<Experiment> experiment) {
  const bool same_data =
      experiment_ && experiment_->spec().at("data") == experiment->spec().at("data");
  // Nothing has changed where this throws.
  measures_ = experiment->measure();
  experiment_ = std::move(experiment);
  choose_views();
  estimate_.reset();
  latent_pictures_.adopt(*experiment_);
  flow_pictures_.adopt(*experiment_);
  if (!same_data && experiment_->data().plane()) {
    const data::Box box = experiment_->data().bounds;
    box_ = box;
    const double y = 0.5 * (box.y0 + box.y1), margin = 0.06 * (box.x1 - box.x0);
    segment_ = {box.x0 + margin, y, box.x1 - margin, y};
  }
  columns_.assign(first_columns.begin(), first_columns.end());
  for (const auto& [name, value] : measures_) columns_.push_back(name);
  send_loaded();
  start_over();
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

void Service::start_over() {
  seconds_ = 0;
  steps_per_second_ = 0;
  stopped_.clear();
  passed_.clear();
  warning_.clear();
  ruin_ = Json();
  rows_.clear();
  last_rate_ = Clock::now();
  rate_steps_ = experiment_->steps();
  first_measures_.clear();
  measure();
  send_snapshot();
  queue_.back().head["restarted"] = true;
  send_fields(true);
}

void Service::set(const std::string& key, const Json& value) {
  const Key* row = find_key(key);
  if (!row) (void)read_value(key, "");  // throws the sentence for an unknown key
  if (!row->live || pending_.is_object()) {
    return load(edited(pending_.is_object() ? pending_ : experiment_->spec(), key, value));
  }
  experiment_->set(key, value);
  // A limit that is set anew is meant.
  if (key.rfind("stop.", 0) == 0) passed_.erase(key.substr(5));
  Message message("changed");
  message.head["spec"] = experiment_->spec();
  answer(std::move(message));
  if (playing_ || stopped_.empty()) return;
  stopped_.clear();
  send_snapshot();
}

void Service::train_steps(int count) {
  const auto start = Clock::now();
  try {
    experiment_->step(count);
  } catch (...) {
    seconds_ += seconds_between(start, Clock::now());
    throw;
  }
  seconds_ += seconds_between(start, Clock::now());
}

void Service::measure() {
  const auto start = Clock::now();
  const std::map<std::string, double> before = std::exchange(measures_, experiment_->measure());
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
  if (experiment_ && !playing_ && estimate_) {
    try {
      go_on_estimating();
    } catch (const std::exception& error) {
      estimate_.reset();
      send_error("", error.what());
    }
    return Pulse::busy;
  }
  if (experiment_ && !playing_ && wants("inpainting") && flow_pictures_.inpaints()) {
    try {
      go_on_inpainting(budget);
    } catch (const std::exception& error) {
      flow_pictures_.adopt(*experiment_);
      send_error("", error.what());
    }
    return Pulse::busy;
  }
  if (!experiment_ || !playing_) return queue_.empty() ? Pulse::idle : Pulse::busy;
  const auto start = Clock::now();
  Pulse pulse = Pulse::busy;
  try {
    const double stop_at =
        passed_.count("steps") > 0 ? 0 : experiment_->spec().at("stop").at("steps").get<double>();
    do {
      if (speed_ > 0) {
        const double elapsed = seconds_between(last_rate_, Clock::now());
        const double due =
            speed_ * elapsed - static_cast<double>(experiment_->steps() - rate_steps_);
        if (due < 1) {
          pulse = Pulse::waiting;
          break;
        }
      }
      if (stop_at > 0 && static_cast<double>(experiment_->steps()) >= stop_at) break;
      train_steps(1);
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
    const bool ends = stop_at > 0 && static_cast<double>(experiment_->steps()) >= stop_at;
    if (ends || due(last_measure_, measure_interval, measure_cost_, measuring_share)) {
      measure();
      seconds_ += measure_cost_;
      check_stop();
    }
    // What nobody has fetched yet is not drawn again.
    const bool fresh =
        queue_.size() < 4 && due(last_snapshot_, picture_interval, picture_cost_, drawing_share);
    if (fresh || ends || !playing_) {
      const auto picture = Clock::now();
      send_snapshot();
      send_fields(false);
      picture_cost_ = seconds_between(picture, Clock::now());
      seconds_ += picture_cost_;
    }
  } catch (const Diverged& error) {
    tell(error);
  } catch (const std::exception& error) {
    playing_ = false;
    send_error("", error.what());
  }
  return pulse;
}

std::optional<Message> Service::take() {
  if (queue_.empty()) return std::nullopt;
  Message message = std::move(queue_.front());
  queue_.pop_front();
  return message;
}

void Service::tell(const Diverged& error) {
  playing_ = false;
  Message message("diverged");
  message.head["step"] = error.step();
  message.head["text"] = error.what();
  queue_.push_back(std::move(message));
  send_snapshot();
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
  message.head["entropy"] = number_or_null(experiment_->entropy());
  message.head["truth"] = experiment_->has_truth();
  message.head["truth_integral"] = number_or_null(experiment_->truth_integral());
  message.head["cross_entropy"] = experiment_->measures_cross_entropy();
  message.head["prepared"] = {{"listed", data.listed},
                              {"train", data.train.count()},
                              {"validation", data.validation.count()},
                              {"test", data.test.count()},
                              {"levels", data.levels},
                              {"on_levels", data.on_levels},
                              {"dequantised", data.dequantised}};
  message.head["noise_ratio"] = experiment_->noise_ratio();
  const Executor& executor = experiment_->executor();
  message.head["executor"] = executor.name();
  message.head["instruction_set"] = executor.instruction_set();
  message.head["threads"] = executor.threads();
  message.head["abilities"] = experiment_->abilities();
  message.head["segment"] = segment_;
  if (data.plane()) {
    add_points(message, "data_train", first_points(data.train.values, most_sent_data));
    add_points(message, "data_test", first_points(data.test.values, most_sent_data));
  }
  latent_pictures_.introduce(message, *experiment_);
  flow_pictures_.introduce(message, *experiment_);
  answer(std::move(message));
}

void Service::send_profile(double seconds) {
  const auto start = Clock::now();
  constexpr int first = 5;
  std::vector<Executor::KernelTime> kernels = experiment_->profile(first);
  const std::chrono::duration<double> taken = Clock::now() - start;
  const double rest = (seconds - taken.count()) / std::max(taken.count() / first, 1e-6);
  int steps = first;
  if (rest >= first) {
    steps = static_cast<int>(std::min(rest, 1e5));
    kernels = experiment_->profile(steps);
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
    measure();
    send_snapshot();
  }
}

void Service::send_snapshot() {
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
  const bool plane = experiment_->data().plane(), chains = experiment_->latents() == 0;
  if (wants("posterior") && experiment_->noise_ratio() > 0) {
    add_points(message, "noise", first_points(experiment_->noise(), most_noise_points));
  }
  if (wants("samples") && chains) {
    experiment_->move_chains(1);
    message.head["acceptance"] = number_or_null(experiment_->acceptance());
    add_points(message, "samples", experiment_->chains());
  }
  latent_pictures_.add(message, *experiment_, fitting_views_);
  // While the model learns, what it fills in is never the last word.
  if (playing_ && wants("inpainting")) flow_pictures_.go_on(*experiment_, moves_at_once);
  flow_pictures_.add(message, *experiment_, fitting_views_);
  if (wants("cross-section") && plane) {
    message.head["segment"] = segment_;
    message.add("cross", {static_cast<std::int64_t>(segment_points_), 3}, cross_section());
  }
  queue_.push_back(std::move(message));
  last_snapshot_ = Clock::now();
}

std::vector<float> Service::cross_section() {
  std::vector<float> points;
  for (std::size_t i = 0; i < segment_points_; ++i) {
    const double t = static_cast<double>(i) / static_cast<double>(segment_points_ - 1);
    points.push_back(static_cast<float>(segment_[0] + t * (segment_[2] - segment_[0])));
    points.push_back(static_cast<float>(segment_[1] + t * (segment_[3] - segment_[1])));
  }
  const auto densities = experiment_->log_densities(points);
  const auto c = measures_.find("c");
  const double shift = experiment_->minus_log_z() - (c == measures_.end() ? 0 : c->second);
  std::vector<float> values;
  for (std::size_t i = 0; i < segment_points_; ++i) {
    const auto truth = experiment_->data().plane_truth().log_density(
        static_cast<double>(points[2 * i]), static_cast<double>(points[2 * i + 1]));
    values.push_back(densities.model[i] + static_cast<float>(shift));
    values.push_back(truth ? static_cast<float>(*truth) : std::numeric_limits<float>::quiet_NaN());
    values.push_back(densities.noise.empty() ? std::numeric_limits<float>::quiet_NaN()
                                             : densities.noise[i]);
  }
  return values;
}

void Service::send_fields(bool all) {
  static constexpr std::array field_views{"posterior", "log-density", "difference", "truth"};
  if (!experiment_->data().plane()) return;
  const bool wanted = all || std::any_of(field_views.begin(), field_views.end(),
                                         [this](const char* view) { return wants(view); });
  if (!wanted) return;
  const data::Grid grid{box_, cells_};
  const auto n = static_cast<std::int64_t>(cells_);
  Message message("fields");
  message.head["box"] = {box_.x0, box_.x1, box_.y0, box_.y1};
  message.head["n"] = cells_;
  message.head["step"] = experiment_->steps();
  auto densities = experiment_->log_densities(grid.points());
  message.add("log_model", {n, n}, std::move(densities.model));
  if (all) {
    if (!densities.noise.empty()) {
      message.add("log_noise", {n, n}, std::move(densities.noise));
    }
    if (experiment_->has_truth()) {
      const std::vector<double> truth = data::log_density(experiment_->data().plane_truth(), grid);
      message.add("log_truth", {n, n}, std::vector<float>(truth.begin(), truth.end()));
    }
  }
  queue_.push_back(std::move(message));
}

}  // namespace lab::session
