#include "shell/views/store.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/session/specification.hpp"

namespace lab::views {

namespace {

std::vector<float> copied(std::span<const float> values) { return {values.begin(), values.end()}; }

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
  if (spec.at("model").contains("latents")) label += " " + text_at(spec, "model.latents");
  return label + ", " + text_at(spec, "objective.name") + ", " + text_at(spec, "optimiser.name") +
         " " + text_at(spec, "optimiser.rate") + ", " + text_at(spec, "seed");
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

void Store::take_latents(const session::Message& message) {
  const Json& head = message.head;
  const auto take = [&](const char* name, std::vector<float>& to) {
    if (message.has(name)) to = copied(message.array(name));
  };
  take("latent_mean", latents.mean);
  take("latent_deviation", latents.deviation);
  take("reconstructions", latents.reconstructions);
  take("kl_dimensions", latents.kl);
  take("manifold", latents.manifold);
  take("decoded", latents.decoded);
  take("traversal", latents.traversal);
  take("path", latents.path);
  take("drawn", drawn);
  // While a person drags a code, theirs is newer than the session's.
  if (latents.code.size() != static_cast<std::size_t>(latents.count)) take("code", latents.code);
  if (message.has("manifold")) {
    latents.side =
        static_cast<int>(std::lround(std::sqrt(static_cast<double>(message.shape("manifold")[0]))));
  }
  if (message.has("traversal")) {
    latents.traversal_steps = static_cast<int>(message.shape("traversal")[1]);
  }
  if (head.contains("axes")) latents.axes = head["axes"].get<std::array<int, 2>>();
  if (head.contains("path_ends")) latents.path_ends = head["path_ends"].get<std::array<int, 2>>();
}

void Store::take_flow(const session::Message& message) {
  const Json& head = message.head;
  const auto take = [&](const char* name, std::vector<float>& to) {
    if (message.has(name)) to = copied(message.array(name));
  };
  const auto extent = [&](const char* name, std::size_t axis) {
    return static_cast<int>(message.shape(name)[axis]);
  };
  take("flow_grid", flow.grid);
  take("flow_grid_log_det", flow.grid_log_det);
  take("flow_back", flow.back);
  take("flow_back_log_det", flow.back_log_det);
  take("flow_data", flow.data);
  take("flow_samples", flow.samples);
  take("spectrum", flow.spectrum);
  take("marginals", flow.marginals);
  take("neighbours", flow.neighbours);
  take("neighbour_distances", flow.distances);
  take("sphere", flow.sphere);
  take("circle", flow.circle);
  take("inpaint_given", flow.given);
  take("inpaint_hidden", flow.hidden);
  take("inpainted", flow.inpainted);
  if (message.has("flow_grid")) {
    flow.lines = extent("flow_grid", 1) / 2;
    flow.points = extent("flow_grid", 2);
  }
  if (message.has("marginals")) {
    flow.marginal_bins = extent("marginals", 1);
    const auto range = head.at("marginal_range").get<std::array<double, 2>>();
    flow.marginal_low = range[0];
    flow.marginal_high = range[1];
  }
  flow.usual_distance = head.value("usual_distance", flow.usual_distance);
  if (head.contains("sphere")) {
    const Json& sphere = head["sphere"];
    flow.sphere_rows = sphere.at("rows").get<int>();
    flow.sphere_columns = sphere.at("columns").get<int>();
    flow.sphere_turn = sphere.at("turn").get<int>();
    flow.sphere_radius = sphere.at("radius").get<double>();
  }
  if (head.contains("inpaint")) {
    const Json& inpaint = head["inpaint"];
    flow.mask = inpaint.at("mask").get<std::string>();
    flow.first = inpaint.at("first").get<int>();
    flow.moves = inpaint.at("moves").get<int>();
    flow.most_moves = inpaint.at("most_moves").get<int>();
    flow.log_density = inpaint.at("log_density").get<double>();
    flow.given_log_density = inpaint.at("given_log_density").get<double>();
  }
}

std::string Store::apply(const session::Message& message) {
  const Json& head = message.head;
  const std::string kind = message.kind();
  if (kind == "loaded") {
    keep_run(head.at("spec"));
    spec = loaded_spec = head.at("spec");
    const Json& shape = head.at("frame");
    frame = {shape.at("rows").get<std::size_t>(), shape.at("columns").get<std::size_t>(),
             shape.at("channels").get<std::size_t>(),
             shape.at("picture").get<bool>() ? data::Domain::images : data::Domain::vectors};
    classes = head.at("classes").get<std::vector<std::string>>();
    abilities = head.at("abilities").get<std::vector<std::string>>();
    ordered = head.at("ordered").get<bool>();
    test_inputs = copied(message.array("test_inputs"));
    test_labels.clear();
    for (const float label : message.array("test_labels")) {
      test_labels.push_back(static_cast<int>(label));
    }
    latents = {};
    latents.count = head.at("latents").get<int>();
    flow = {};
    flow.stages = head.value("stages", std::vector<std::string>());
    flow.prior = head.value("prior", "");
    drawn.clear();
    noise.clear();
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
    take_latents(message);
    take_flow(message);
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
