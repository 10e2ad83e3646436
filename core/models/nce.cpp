// Unnormalised densities of the plane that are learnt by telling data from noise: by
// noise-contrastive estimation (Gutmann & Hyvärinen 2010, 2012), by telescoping ratios (Rhodes, Xu
// & Gutmann 2020), and against noise that learns too (flow-contrastive estimation, Gao et al.
// 2020). The objectives are in contrast.hpp; here they become an experiment's procedures.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/graph/one_of.hpp"
#include "core/infer/hmc.hpp"
#include "core/models/builder.hpp"
#include "core/models/contrast.hpp"
#include "core/models/family.hpp"
#include "core/models/nice.hpp"
#include "core/models/noise.hpp"

namespace lab::models {

namespace {

constexpr Extent most_evaluated = 1000;

// How many points the density procedure takes at once.
constexpr Extent query_rows = 2048;

// Places of the model gaussian that its objective is looked at in one run, and its parameters:
// Λ₁₁, Λ₁₂, Λ₂₂, b₁, b₂, c.
constexpr Extent landscape_rows = 32, gaussian_parameters = 6;

// ‖g‖ of each row of g (R, P), also where its square is no number above 0.
Value length_of_rows(Value g) {
  const Value largest = max(absolute(g), {1});
  const Value unit = select(largest > 0.0, largest, ones_like(largest));
  const Value scaled = g / reshape(unit, {g.extent(0), 1});
  return unit * sqrt(sum(scaled * scaled, {1}));
}

class NceBuilder : private Builder {
 public:
  using Builder::Builder;

  System build() {
    transitions_ = graph().variable("transitions", graph().index_constant(0));
    system_.train_data = data_variable("data.train", data_.train);
    system_.test_data = data_variable("data.test", data_.test);
    nn::Parameters parameters{graph(), system_.seed, {}};
    if (by("tre")) {
      noise_ = fixed_noise();
      build_ratios(parameters);
    } else {
      build_energy(parameters);
    }
    const std::vector<Value> of_model = parameters.values;
    if (by("flow-contrastive")) noise_ = flow_noise(parameters);
    else if (!noise_) noise_ = fixed_noise();
    system_.parameters = parameters.values;
    system_.weights = parameters.weights;

    build_training(of_model);
    build_evaluation();
    build_density();
    build_sampler();
    if (spec_.at("model").at("name") == "gaussian" && !by("tre")) build_landscape();
    return std::move(system_);
  }

 private:
  bool by(const char* objective) const { return objective_.at("name") == objective; }

  void build_energy(nn::Parameters& parameters) {
    const data::Box& box = data_.bounds;
    log_p0_ = make_unnormalised(spec_.at("model"), parameters, box);
    // c starts as that of the uniform density on the data's box.
    const double area = (box.x1 - box.x0) * (box.y1 - box.y0);
    c_ = parameters.add("c", graph().constant(-std::log(area)));
  }

  // ln p⁰ = ln p_n + Σ_k f_k, c = Σ_k c_k.
  void build_ratios(nn::Parameters& parameters) {
    const auto bridges = objective_.at("bridges").get<Extent>();
    // Each ratio about the middle between the means of what it tells apart.
    const data::Box& box = data_.bounds;
    const Value middle = graph().constant({0.5 * (box.x0 + box.x1), 0.5 * (box.y0 + box.y1)}, {2});
    const std::vector<Value> means =
        waymarks(middle, noise_->mean(graph()), bridges, setting("objective", "spacing"));
    std::vector<Value> centres;
    for (std::size_t k = 0; k + 1 < means.size(); ++k) {
      centres.push_back(0.5 * (means[k] + means[k + 1]));
    }
    const std::vector<LogDensity> shapes =
        make_log_ratios(spec_.at("model"), parameters, data_.bounds, centres);
    const Value constants = parameters.add("ratios.c", graph().constant(0, {bridges}));
    for (Extent k = 0; k < bridges; ++k) {
      ratios_.push_back([shape = shapes[static_cast<std::size_t>(k)],
                         own = slice(constants, 0, k, 1)](Value x) { return shape(x) + own; });
    }
    c_ = sum(constants);
    log_p0_ = [this, shapes](Value x) {
      Value log_p = noise_->log_density(x);
      for (const LogDensity& shape : shapes) log_p = log_p + shape(x);
      return log_p;
    };
  }

  std::unique_ptr<distributions::Distribution> fixed_noise() {
    return make_noise(graph(), objective_, data_.train.values, 2, &data_.bounds, noise_place());
  }

  std::unique_ptr<distributions::Distribution> flow_noise(nn::Parameters& parameters) {
    const nlohmann::json flow{{"prior", "gaussian"},
                              {"law", "affine"},
                              {"couplings", objective_.at("flow_couplings")},
                              {"partition", "odd-even"},
                              {"scaling", true},
                              {"whitening", "none"},
                              {"width", objective_.at("flow_width")},
                              {"depth", 2},
                              {"activation", "swish"}};
    return std::make_unique<Nice>(parameters, flow, data_.train.shape,
                                  std::span<const float>(data_.train.values),
                                  spec_.at("seed").get<std::uint32_t>());
  }

  Value objective(Value x, Value y) {
    if (by("tre")) {
      const auto bridges = static_cast<Extent>(ratios_.size());
      return mean(
          telescoping_objective(ratios_, waymarks(x, y, bridges, setting("objective", "spacing"))));
    }
    return nce_objective(log_p0_, c_, *noise_, x, y, contrast());
  }

  Contrast contrast() {
    return {objective_.value("loss", "logistic"), setting("objective", "noise_weight")};
  }

  void build_training(const std::vector<Value>& of_model) {
    const auto batch = objective_.at("batch").get<Extent>();
    const Extent noise_count = count_of_noise(batch);
    system_.noise_ratio = static_cast<double>(noise_count) / static_cast<double>(batch);

    const Value x = gather(system_.train_data, minibatch_rows(batch));
    const Value y = noise_->sample(graph(), noise_count, system_.seed, system_.step);
    const Value j = objective(x, y);
    if (by("flow-contrastive")) {
      // Before each update of the energy, that of the flow, which makes the same J small.
      const std::vector<Value> of_flow(
          system_.parameters.begin() + static_cast<std::ptrdiff_t>(of_model.size()),
          system_.parameters.end());
      Procedure flow{"flow", {j}, {}};
      nn::Optimiser with = optimiser();
      with.rate = with.rate * setting("objective", "flow_rate");
      nn::descend(flow, with, to_real(system_.step), of_flow, gradients(j, of_flow));
      system_.phases.push_back({std::move(flow)});
    }
    maximise(j, {}, of_model);
    system_.abilities.push_back({"noise", {}, {{"x", y, rows_of(Axis::dimension)}}});
  }

  void build_evaluation() {
    system_.evaluated =
        std::min({most_evaluated, system_.train_data.extent(0), system_.test_data.extent(0)});
    const Extent count = system_.evaluated;
    evaluated_noise_ = noise_->sample(graph(), count_of_noise(count), graph().index_constant(0),
                                      graph().index_constant(evaluation_counter));
    const Value y = evaluated_noise_;
    const auto first = [count](Value data) { return slice(data, 0, 0, count); };
    system_.abilities.push_back({"evaluate",
                                 {},
                                 {{"objective_train", objective(first(system_.train_data), y)},
                                  {"objective_test", objective(first(system_.test_data), y)},
                                  {"c", c_}}});
    // Of several questions at once there is no one optimum that densities tell.
    if (by("tre")) return;
    system_.abilities.push_back({"evaluated_noise", {}, {{"x", y, rows_of(Axis::dimension)}}});
  }

  void build_density() {
    const Value query = input("query", query_rows, 2);
    const Value log_noise = noise_->log_density(query);
    Ability density{"log_density",
                    {{"x", query, rows_of(Axis::dimension)}},
                    {{"log_density", log_p0_(query) + c_, {Axis::row}, Meaning::unnormalised},
                     {"log_noise", log_noise, {Axis::row}, Meaning::exact}}};
    if (by("flow-contrastive")) {
      density.outputs.push_back({"log_flow", log_noise, {Axis::row}, Meaning::exact});
    }
    system_.abilities.push_back(std::move(density));
  }

  void build_sampler() {
    const nlohmann::json& sampler = spec_.at("sampler");
    const auto count = sampler.at("chains").get<Extent>();
    // Every other chain starts on a datum, the others as noise, spread over the data and beyond:
    // noise may miss modes that the data has.
    // A flow starts as no noise to speak of.
    const auto fitted =
        by("flow-contrastive")
            ? make_noise(graph(), {{"noise", "gaussian"}}, data_.train.values, 2, &data_.bounds, {})
            : nullptr;
    const Value start = (fitted ? *fitted : *noise_)
                            .sample(graph(), count, system_.seed, graph().index_constant(0));
    std::vector<double> on_data, positions;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      on_data.push_back(i % 2 == 0);
      for (const std::size_t axis : {0, 1}) {
        positions.push_back(data_.train.values[i % data_.train.count() * 2 + axis]);
      }
    }
    system_.chains =
        graph().variable("chains", select(graph().constant(on_data, {count, 1}),
                                          graph().constant(positions, {count, 2}), start));
    const bool langevin = one_of("sampler", sampler.at("name"), {"hmc", "langevin"}) == "langevin";
    const int steps = langevin ? 1 : sampler.at("steps").get<int>();
    const infer::Transition moved =
        infer::hmc(log_p0_, system_.chains, steps, setting("sampler", "step_size"), system_.seed,
                   transitions_);
    Value next = moved.position;
    if (sampler.at("jumps").get<bool>()) {
      const Value offered = noise_->sample(graph(), count, system_.seed, transitions_);
      next = infer::jump(
          log_p0_, [this](Value x) { return noise_->log_density(x); }, next, offered, system_.seed,
          transitions_);
    }
    system_.abilities.push_back(
        {"transition",
         {},
         {{"acceptance", moved.acceptance}},
         {{system_.chains, next},
          {transitions_, index_add(transitions_, graph().index_constant(1))}}});
  }

  // J of the evaluated training data and how steep it is, where the model gaussian's parameters are
  // any; the parameters of the Gaussian with the training data's mean and covariance, the most
  // likely.
  void build_landscape() {
    Graph& g = graph();
    const data::Box& box = data_.bounds;
    const Value middle = g.constant({0.5 * (box.x0 + box.x1), 0.5 * (box.y0 + box.y1)}, {2});
    const Value theta = input("landscape.theta", landscape_rows, gaussian_parameters);
    const Value x = slice(system_.train_data, 0, 0, system_.evaluated);
    const auto log_ratio = [&](Value u) {
      const Value features =
          concatenate({gaussian_features(u - middle), g.constant(1, {u.extent(0), 1})}, 1);
      return matmul(theta, features, false, true) - noise_->log_density(u);  // (R, T)
    };
    const Value j = contrast_of(log_ratio(x), log_ratio(evaluated_noise_), contrast());
    const Value slopes = gradients(sum(j), {theta}).front();
    std::vector<Value> now;
    for (const Value parameter : system_.parameters) {
      if (now.size() == 3) break;
      now.push_back(reshape(parameter, {size_of(parameter.shape())}));
    }
    system_.abilities.push_back({"landscape",
                                 {{"theta", theta, rows_of(Axis::dimension)}},
                                 {{"objective", j, {Axis::row}},
                                  {"slope", length_of_rows(slopes), {Axis::row}},
                                  {"now", concatenate(now, 0)},
                                  {"optimum", g.constant(most_likely(), {gaussian_parameters})}}});
  }

  // The moments of the training data as parameters of the model gaussian.
  std::vector<double> most_likely() const {
    const data::Box& box = data_.bounds;
    const std::vector<float>& points = data_.train.values;
    const double count = static_cast<double>(points.size() / 2);
    double x = 0, y = 0, xx = 0, xy = 0, yy = 0;
    for (std::size_t i = 0; i < points.size(); i += 2) {
      const double dx = static_cast<double>(points[i]) - 0.5 * (box.x0 + box.x1),
                   dy = static_cast<double>(points[i + 1]) - 0.5 * (box.y0 + box.y1);
      x += dx / count, y += dy / count;
      xx += dx * dx / count, xy += dx * dy / count, yy += dy * dy / count;
    }
    xx -= x * x, xy -= x * y, yy -= y * y;
    const double determinant = std::max(xx * yy - xy * xy, 1e-12);
    const double a = yy / determinant, b = -xy / determinant, d = xx / determinant;
    const double tilt_x = a * x + b * y, tilt_y = b * x + d * y;
    return {a,
            b,
            d,
            tilt_x,
            tilt_y,
            -std::log(2 * std::numbers::pi) - 0.5 * std::log(determinant) -
                0.5 * (x * tilt_x + y * tilt_y)};
  }

  const nlohmann::json& objective_ = spec_.at("objective");
  std::unique_ptr<distributions::Distribution> noise_;
  LogDensity log_p0_;
  std::vector<LogDensity> ratios_;
  Value c_, transitions_, evaluated_noise_;
};

}  // namespace

System make_nce(const nlohmann::json& spec, const data::Dataset& data) {
  return NceBuilder(spec, data).build();
}

namespace {

void add_objective_keys(keys::KeyList& list) {
  const std::vector<std::string> ours{"nce", "tre", "flow-contrastive"},
      models{"energy-mlp", "mixture", "gaussian", "ring"};
  add_noise_keys(list, {"nce", "tre", "importance-sampling"}, keys::joined(models, {"ica"}));
  const auto only = [](const keys::Row& row, const std::vector<std::string>& objectives) {
    return row.when("objective.name", objectives);
  };
  const auto sampled = [&](const keys::Row& row) {
    return only(row, ours).when("model.name", models);
  };
  only(list["objective"].number("objective.ratio", 1, {0.1, 64, 1, 16, true}),
       {"nce", "flow-contrastive", "nce-on-sphere", "importance-sampling"});
  only(list.number("objective.noise_weight", 1, {1, 1e12, 1, 1e6, true}), {"nce"})
      .when("objective.loss", {"logistic"})
      .live();
  only(list.integer("objective.bridges", 4, {1, 32, 1, 16}), {"tre"});
  only(list.number("objective.spacing", 1, {0.1, 20, 0.5, 8, true}), {"tre"}).live();
  only(list.integer("objective.flow_couplings", 6, {1, 32, 2, 12}), {"flow-contrastive"});
  only(list.integer("objective.flow_width", 64, {1, 1024, 8, 256, true}), {"flow-contrastive"});
  only(list.number("objective.flow_rate", 1, {0, 100, 0.01, 10, true}), {"flow-contrastive"})
      .live();
  sampled(list["sampler"].choice("sampler.name", {"hmc", "langevin"}));
  sampled(list.integer("sampler.chains", 512, {1, 8192, 64, 2048, true}));
  list.integer("sampler.steps", 10, {1, 50, 1, 20}).when("sampler.name", {"hmc"});
  sampled(list.boolean("sampler.jumps", true));
  sampled(list.number("sampler.step_size", 0.15, {1e-5, 10, 0.01, 1, true})).live();
}

void add_energy_keys(keys::KeyList& list) {
  list["model"].choice("model.base", {"gaussian", "none"}).when("model.name", {"energy-mlp"});
  add_objective_keys(list);
}

void add_mixture_keys(keys::KeyList& list) {
  list["model"].integer("model.components", 8, {1, 64, 1, 16}).when("model.name", {"mixture"});
}

// Energies that were saved before they stood on a base measure.
void revise_energy(nlohmann::json& spec) {
  nlohmann::json& model = spec.at("model");
  if (!model.contains("base")) model["base"] = "none";
}

Family energy(const char* name, std::vector<const char*> objectives, const char* usual) {
  Family row;
  row.name = name;
  row.objectives = std::move(objectives);
  row.on_plane = {{"noise", "evaluate", "evaluated_noise", "log_density", "transition"},
                  {"boundary", "log-density", "samples", "cross-section"},
                  usual};
  return row;
}

}  // namespace

std::vector<Family> nce_families() {
  // Ratios of neighbouring densities are bumps or rings of neither.
  const std::vector<const char*> any{"nce", "tre", "flow-contrastive"},
      of_one{"nce", "flow-contrastive"};
  Family mlp = energy("energy-mlp", any, R"({
    "model": {"name": "energy-mlp", "width": 64, "depth": 2, "activation": "swish"},
    "objective": {"noise": "gaussian", "ratio": 2}, "optimiser": {"rate": 0.003}})");
  mlp.shared_keys = {"model.width", "model.depth", "model.activation"};
  mlp.add_keys = add_energy_keys;
  mlp.place = 3;
  mlp.revise = revise_energy;
  Family mixture = energy("mixture", of_one, R"({"model": {"name": "mixture", "components": 8},
                                         "optimiser": {"rate": 0.01}})");
  mixture.add_keys = add_mixture_keys;
  mixture.place = 4;
  Family gaussian =
      energy("gaussian", any, R"({"model": {"name": "gaussian"}, "optimiser": {"rate": 0.01}})");
  gaussian.on_plane.abilities.push_back("landscape");
  return {mlp, gaussian, mixture,
          energy("ring", of_one, R"({"model": {"name": "ring"}, "optimiser": {"rate": 0.01}})")};
}

}  // namespace lab::models
