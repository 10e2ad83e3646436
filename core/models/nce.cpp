// Noise-contrastive estimation (Gutmann & Hyvärinen, AISTATS 2010; JMLR 2012).
// The objective is in nce.hpp; here it becomes an experiment's procedures.
#include <algorithm>
#include <cmath>

#include "core/graph/one_of.hpp"
#include "core/infer/hmc.hpp"
#include "core/models/builder.hpp"
#include "core/models/family.hpp"
#include "core/models/nce.hpp"
#include "core/models/noise.hpp"

namespace lab::models {

namespace {

constexpr Extent most_evaluated = 1000;

// How many points the density procedure takes at once.
constexpr Extent query_rows = 2048;

class NceBuilder : private Builder {
 public:
  using Builder::Builder;

  System build() {
    transitions_ = graph().variable("transitions", graph().index_constant(0));
    system_.train_data = data_variable("data.train", data_.train);
    system_.test_data = data_variable("data.test", data_.test);
    const data::Box& box = data_.bounds;
    noise_ = make_noise(spec_.at("objective"), data_.train.values, 2, &box);

    nn::Parameters parameters{graph(), system_.seed, {}};
    log_p0_ = make_unnormalised(spec_.at("model"), parameters, box);
    // c starts as that of the uniform density on the data's box.
    const double area = (box.x1 - box.x0) * (box.y1 - box.y0);
    c_ = parameters.add("c", graph().constant(-std::log(area)));
    system_.parameters = parameters.values;
    system_.weights = parameters.weights;

    build_training();
    build_evaluation();
    build_density();
    build_sampler();
    return std::move(system_);
  }

 private:
  Value objective(Value x, Value y) { return nce_objective(log_p0_, c_, *noise_, x, y); }

  void build_training() {
    const nlohmann::json& objective_spec = spec_.at("objective");
    const auto batch = objective_spec.at("batch").get<Extent>();
    const double ratio = objective_spec.at("ratio").get<double>();
    const auto noise_count = std::max<Extent>(1, std::llround(ratio * static_cast<double>(batch)));
    system_.noise_ratio = static_cast<double>(noise_count) / static_cast<double>(batch);

    const Value x = gather(system_.train_data, minibatch_rows(batch));
    const Value y = noise_->sample(graph(), noise_count, system_.seed, system_.step);
    const Value j = objective(x, y);
    maximise(j);
    system_.abilities.push_back({"noise", {}, {{"x", y, rows_of(Axis::dimension)}}});
  }

  void build_evaluation() {
    system_.evaluated =
        std::min({most_evaluated, system_.train_data.extent(0), system_.test_data.extent(0)});
    const Extent count = system_.evaluated;
    const auto noise_count =
        std::max<Extent>(1, std::llround(system_.noise_ratio * static_cast<double>(count)));
    const Value y = noise_->sample(graph(), noise_count, graph().index_constant(0),
                                   graph().index_constant(evaluation_counter));
    const auto first = [count](Value data) { return slice(data, 0, 0, count); };
    system_.abilities.push_back({"evaluate",
                                 {},
                                 {{"objective_train", objective(first(system_.train_data), y)},
                                  {"objective_test", objective(first(system_.test_data), y)},
                                  {"c", c_}}});
    system_.abilities.push_back({"evaluated_noise", {}, {{"x", y, rows_of(Axis::dimension)}}});
  }

  void build_density() {
    const Value query = input("query", query_rows, 2);
    system_.abilities.push_back(
        {"log_density",
         {{"x", query, rows_of(Axis::dimension)}},
         {{"log_density", log_p0_(query) + c_, {Axis::row}, Meaning::unnormalised},
          {"log_noise", noise_->log_density(query), {Axis::row}, Meaning::exact}}});
  }

  void build_sampler() {
    const nlohmann::json& sampler = spec_.at("sampler");
    const auto count = sampler.at("chains").get<Extent>();
    // Every other chain starts on a datum, the others as noise, spread over the data and beyond:
    // noise may miss modes that the data has.
    const Value start = noise_->sample(graph(), count, system_.seed, graph().index_constant(0));
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

  std::unique_ptr<distributions::Distribution> noise_;
  LogDensity log_p0_;
  Value c_, transitions_;
};

}  // namespace

Value nce_objective(const LogDensity& log_p0, Value c, const distributions::Distribution& noise,
                    Value x, Value y) {
  // One pass over both: the products of the model are larger, hence faster.
  const Value u = concatenate({x, y}, 0);
  const Extent data_count = x.extent(0), noise_count = y.extent(0);
  const double log_ratio =
      std::log(static_cast<double>(noise_count) / static_cast<double>(data_count));
  const Value g = log_p0(u) + c - noise.log_density(u) - log_ratio;
  const Value log_h = -softplus(-slice(g, 0, 0, data_count));
  const Value log_not_h = -softplus(slice(g, 0, data_count, noise_count));
  return (sum(log_h) + sum(log_not_h)) * (1.0 / static_cast<double>(data_count));
}

System make_nce(const nlohmann::json& spec, const data::Dataset& data) {
  return NceBuilder(spec, data).build();
}

namespace {

void add_objective_keys(keys::KeyList& list) {
  add_noise_keys(list, {"nce", "importance-sampling"});
  list["objective"]
      .number("objective.ratio", 1, {0.1, 64, 1, 16, true})
      .when("objective.name", {"nce", "nce-on-sphere", "importance-sampling"});
  // Chains draw what cannot be drawn directly.
  const auto only = [](const keys::Row& row) {
    return row.when("objective.name", {"nce"})
        .when("model.name", {"energy-mlp", "gaussian", "mixture", "ring"});
  };
  only(list["sampler"].choice("sampler.name", {"hmc", "langevin"}));
  only(list.integer("sampler.chains", 512, {1, 8192, 64, 2048, true}));
  list.integer("sampler.steps", 10, {1, 50, 1, 20}).when("sampler.name", {"hmc"});
  only(list.boolean("sampler.jumps", true));
  only(list.number("sampler.step_size", 0.15, {1e-5, 10, 0.01, 1, true})).live();
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

Family energy(const char* name, const char* usual) {
  Family row;
  row.name = name;
  row.objectives = {"nce"};
  row.on_plane = {{"noise", "evaluate", "evaluated_noise", "log_density", "transition"},
                  {"boundary", "log-density", "samples", "cross-section"},
                  usual};
  return row;
}

}  // namespace

std::vector<Family> nce_families() {
  Family mlp = energy("energy-mlp", R"({
    "model": {"name": "energy-mlp", "width": 64, "depth": 2, "activation": "swish"},
    "objective": {"noise": "gaussian", "ratio": 2}, "optimiser": {"rate": 0.003}})");
  mlp.shared_keys = {"model.width", "model.depth", "model.activation"};
  mlp.add_keys = add_energy_keys;
  mlp.place = 3;
  mlp.revise = revise_energy;
  Family mixture = energy("mixture", R"({"model": {"name": "mixture", "components": 8},
                                         "optimiser": {"rate": 0.01}})");
  mixture.add_keys = add_mixture_keys;
  mixture.place = 4;
  return {mlp,
          energy("gaussian", R"({"model": {"name": "gaussian"}, "optimiser": {"rate": 0.01}})"),
          mixture, energy("ring", R"({"model": {"name": "ring"}, "optimiser": {"rate": 0.01}})")};
}

}  // namespace lab::models
