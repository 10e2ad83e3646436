#include "shell/views/store.hpp"

#include <algorithm>
#include <limits>

namespace lab::views {

namespace {

std::vector<float> copied(std::span<const float> values) { return {values.begin(), values.end()}; }

plot::Window window_of(const Json& box) {
  return {box.at(0).get<double>(), box.at(1).get<double>(), box.at(2).get<double>(),
          box.at(3).get<double>()};
}

// Longest history that is kept; past it every second row goes.
constexpr std::size_t most_rows = 8192;

}  // namespace

std::string Store::apply(const session::Message& message) {
  const Json& head = message.head;
  const std::string kind = message.kind();
  if (kind == "loaded") {
    spec = head.at("spec");
    live = head.at("live").get<std::vector<std::string>>();
    bounds = window_of(head.at("bounds"));
    columns = head.at("columns").get<std::vector<std::string>>();
    parameters = head.at("parameters").get<std::int64_t>();
    executor = head.at("executor").get<std::string>();
    instruction_set = head.at("instruction_set").get<std::string>();
    threads = head.at("threads").get<int>();
    profile = {};
    has_truth = head.at("truth").get<bool>();
    noise_ratio = head.at("noise_ratio").get<double>();
    segment = head.at("segment").get<std::array<double, 4>>();
    data = copied(message.array("data_train"));
    fields = Fields{{}, 0, {}, {}, {}, fields.version + 1};
    samples.clear();
    cross.clear();
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
    if (message.has("noise")) noise = copied(message.array("noise"));
    if (message.has("samples")) samples = copied(message.array("samples"));
    if (message.has("cross")) {
      cross = copied(message.array("cross"));
      segment = head.at("segment").get<std::array<double, 4>>();
    }
    if (head.contains("acceptance") && head["acceptance"].is_number()) {
      acceptance = head["acceptance"].get<double>();
    }
    if (playing) diverged.clear();
  } else if (kind == "fields") {
    const plot::Window box = window_of(head.at("box"));
    const int n = head.at("n").get<int>();
    if (!(box == fields.box) || n != fields.n) fields = Fields{box, n, {}, {}, {}, fields.version};
    const auto take = [&](const char* name, std::vector<float>& to) {
      if (message.has(name)) to = copied(message.array(name));
    };
    take("log_model", fields.log_model);
    take("log_truth", fields.log_truth);
    take("log_noise", fields.log_noise);
    ++fields.version;
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
  } else if (kind == "diverged") {
    diverged = head.at("text").get<std::string>();
    playing = false;
  } else if (kind == "error") {
    error_key = head.value("key", "");
    error = head.value("text", "");
  }
  return kind;
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
