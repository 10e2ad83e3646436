#include "shell/views/store.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/session/specification.hpp"

namespace lab::views {

namespace {

plot::Window window_of(const Json& box) {
  return {box.at(0).get<double>(), box.at(1).get<double>(), box.at(2).get<double>(),
          box.at(3).get<double>()};
}

// Longest history that is kept; past it every second row goes.
constexpr std::size_t most_rows = 8192;

constexpr std::size_t most_past_runs = 8;

double number_at(const Json& head, const char* name) {
  const Json value = head.value(name, Json());
  return value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN();
}

std::string text_at(const Json& spec, const char* path) {
  const Json* value = session::find(spec, path);
  return !value ? "" : value->is_string() ? value->get<std::string>() : value->dump();
}

}  // namespace

// What a run is called in a comparison: what was trained, how.
std::string label_of(const Json& spec) {
  std::string label = text_at(spec, "model.name");
  if (spec.at("model").contains("architecture")) label = text_at(spec, "model.architecture");
  if (spec.at("model").contains("latents")) label += " " + text_at(spec, "model.latents");
  return label + ", " + text_at(spec, "objective.name") + ", " + text_at(spec, "optimiser.name") +
         " " + text_at(spec, "optimiser.rate") + ", " + text_at(spec, "seed");
}

std::string test_measure(const Store& store) {
  return std::isfinite(store.metric("log_likelihood_test")) ? "log_likelihood_test" : "elbo_test";
}

void Store::keep_run(const Json& next) {
  if (!loaded) return;
  if (next.at("data") != loaded_spec.at("data")) return past_runs.clear();
  const bool bound = can("bound");
  const std::vector<float>& test = column(bound ? "elbo_test" : "objective_test");
  if (test.size() < 3) return;
  past_runs.push_back({label_of(loaded_spec), column("samples_seen"),
                       column(bound ? "elbo_train" : "objective_train"), test});
  if (past_runs.size() > most_past_runs) past_runs.erase(past_runs.begin());
}

void Store::forget_grid(const Json& head) {
  if (head.at("box") == said("box") && head.at("n") == said("n")) return;
  for (const std::string& name : on_the_grid_) arrays_.erase(name);
  on_the_grid_.clear();
}

void Store::take(const session::Message& message) {
  for (const auto& [name, value] : message.head.items()) {
    if (!value.is_null()) said_[name] = value;
  }
  for (const session::Message::Array& array : message.arrays()) {
    if (chosen_.count(array.name) > 0) continue;
    Array& kept = arrays_[array.name];
    if (kept.version > 0 && kept.shape == array.shape && kept.values == array.values) continue;
    kept = {array.shape, array.values, ++version_};
  }
}

std::string Store::apply(const session::Message& message) {
  const Json& head = message.head;
  const std::string kind = message.kind();
  ++version_;
  if (kind == "loaded") {
    keep_run(head.at("spec"));
    spec = loaded_spec = head.at("spec");
    const Json& sample = head.at("sample");
    const auto domain = std::ranges::find(data::domain_names, sample.at("domain"));
    sample_shape = {sample.at("rows").get<std::size_t>(), sample.at("columns").get<std::size_t>(),
                    sample.at("channels").get<std::size_t>(),
                    static_cast<data::Domain>(domain - std::begin(data::domain_names))};
    classes = head.at("classes").get<std::vector<std::string>>();
    abilities = head.at("abilities").get<std::vector<std::string>>();
    ordered = head.at("ordered").get<bool>();
    arrays_.clear();
    said_.clear();
    chosen_.clear();
    on_the_grid_.clear();
    take(message);
    needs.clear();
    live = head.at("live").get<std::vector<std::string>>();
    bounds = window_of(head.at("bounds"));
    columns = head.at("columns").get<std::vector<std::string>>();
    parameters = head.at("parameters").get<std::int64_t>();
    executor = head.at("executor").get<std::string>();
    instruction_set = head.at("instruction_set").get<std::string>();
    threads = head.at("threads").get<int>();
    profile = {};
    has_truth = head.at("truth").get<bool>();
    truth_integral = number_at(head, "truth_integral");
    cross_entropy = head.at("cross_entropy").get<bool>();
    const Json& made = head.at("prepared");
    const auto count = [&made](const char* name) { return made.at(name).get<std::int64_t>(); };
    prepared = {count("listed"),
                count("train"),
                count("validation"),
                count("test"),
                count("levels"),
                made.at("on_levels").get<bool>(),
                made.at("dequantised").get<bool>()};
    noise_ratio = head.at("noise_ratio").get<double>();
    loaded = true;
    error.clear();
    error_key.clear();
    diverged.clear();
  } else if (kind == "snapshot") {
    if (head.value("restarted", false)) {
      history.assign(columns.size(), {});
      diverged.clear();
    }
    step = head.at("step").get<std::int64_t>();
    seconds = head.at("seconds").get<double>();
    samples_seen = head.at("samples_seen").get<double>();
    steps_per_second = head.at("steps_per_second").get<double>();
    samples_per_second = head.at("samples_per_second").get<double>();
    playing = head.at("playing").get<bool>();
    stopped = head.at("stopped").get<std::string>();
    warning = head.value("warning", "");
    ruin = head.value("ruin", Json());
    metrics.clear();
    for (const auto& [name, value] : head.at("metrics").items()) {
      if (value.is_number()) metrics[name] = value.get<double>();
    }
    const auto rows = message.array("history");
    for (std::size_t i = 0; i < rows.size() && !columns.empty(); ++i) {
      history[i % columns.size()].push_back(rows[i]);
    }
    if (!history.empty() && history[0].size() > most_rows) {
      for (std::vector<float>& values : history) {
        for (std::size_t i = 0; 2 * i < values.size(); ++i) values[i] = values[2 * i];
        values.resize((values.size() + 1) / 2);
      }
    }
    estimating = head.value("estimating", -1.0);
    take(message);
    if (playing) diverged.clear();
  } else if (kind == "fields") {
    forget_grid(head);
    take(message);
    for (const session::Message::Array& array : message.arrays()) on_the_grid_.insert(array.name);
  } else if (kind == "profile") {
    profile = {head.at("steps").get<int>(),
               head.at("milliseconds").get<double>(),
               head.at("peak_gflops").get<double>(),
               {}};
    for (const Json& row : head.at("kernels")) {
      profile.kernels.push_back(
          {row.at("kind").get<std::string>(), row.at("text").get<std::string>(),
           row.at("milliseconds").get<double>(), row.at("gflops").get<double>()});
    }
  } else if (kind == "changed") {
    spec = loaded_spec = head.at("spec");
  } else if (kind == "need") {
    needs = head.at("file").get<std::string>();
  } else if (kind == "diverged") {
    diverged = head.at("text").get<std::string>();
    playing = false;
  } else if (kind == "error") {
    error_key = head.value("key", "");
    error = head.value("text", "");
  }
  return kind;
}

const Array& Store::array(std::string_view name) const {
  static const Array none;
  const auto found = arrays_.find(name);
  return found == arrays_.end() ? none : found->second;
}

const Json& Store::said(std::string_view name) const {
  static const Json nothing;
  const auto found = said_.find(name);
  return found == said_.end() ? nothing : found->second;
}

void Store::choose(const std::string& name, Json value) {
  said_[name] = std::move(value);
  ++version_;
}

void Store::choose(const std::string& name, std::vector<float> values) {
  const auto count = static_cast<std::int64_t>(values.size());
  arrays_[name] = {{count}, std::move(values), ++version_};
  chosen_.insert(name);
}

void Store::forget() {
  const std::uint64_t version = version_ + 1;
  *this = {};
  version_ = version;
}

void Store::forget_runs() {
  past_runs.clear();
  ++version_;
}

bool Store::can(const std::string& ability) const {
  return std::find(abilities.begin(), abilities.end(), ability) != abilities.end();
}

double Store::metric(const std::string& name) const {
  const auto found = metrics.find(name);
  return found == metrics.end() ? std::numeric_limits<double>::quiet_NaN() : found->second;
}

const std::vector<float>& Store::column(const std::string& name) const {
  static const std::vector<float> none;
  const auto found = std::find(columns.begin(), columns.end(), name);
  const auto index = static_cast<std::size_t>(found - columns.begin());
  return index < history.size() ? history[index] : none;
}

}  // namespace lab::views
