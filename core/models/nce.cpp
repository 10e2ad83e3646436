// Noise-contrastive estimation (Gutmann & Hyvärinen, AISTATS 2010; JMLR 2012).
// The objective is in nce.hpp; here it becomes an experiment's procedures.
#include <algorithm>
#include <cmath>

#include "core/infer/hmc.hpp"
#include "core/models/nce.hpp"
#include "core/models/noise.hpp"
#include "core/models/system.hpp"
#include "core/nn/optimiser.hpp"

namespace lab::models {

namespace {

using Json = nlohmann::json;

constexpr Extent most_evaluated = 1000;

// A counter that no training step reaches: the noise of evaluations is always the same.
constexpr std::uint32_t evaluation_counter = 0xffffffffu;

class NceBuilder {
 public:
  NceBuilder(const Json& spec, const data::Split& split, const data::Box& box)
      : spec_(spec), split_(split), box_(box) {}

  System build() {
    system_.graph = std::make_unique<Graph>();
    Graph& graph = *system_.graph;
    system_.seed =
        graph.variable("seed", graph.index_constant(spec_.at("seed").get<std::uint32_t>()));
    system_.step = graph.variable("step", graph.index_constant(0));
    system_.transitions = graph.variable("transitions", graph.index_constant(0));
    system_.train_data = data_variable("data.train", split_.train);
    system_.test_data = data_variable("data.test", split_.test);
    noise_ = make_noise(spec_.at("objective"), split_, box_);

    nn::Parameters parameters{graph, system_.seed, {}};
    log_p0_ = make_unnormalised(spec_.at("model"), parameters, box_);
    // c starts as that of the uniform density on the data's box.
    const double area = (box_.x1 - box_.x0) * (box_.y1 - box_.y0);
    c_ = parameters.add("c", graph.constant(-std::log(area)));
    system_.parameters = parameters.values;

    build_training();
    build_evaluation();
    build_density();
    build_sampler();
    return std::move(system_);
  }

 private:
  Graph& graph() { return *system_.graph; }

  Value data_variable(const std::string& name, const std::vector<float>& points) {
    return graph().variable(name, graph().constant(0, {static_cast<Extent>(points.size() / 2), 2}));
  }

  // A live key of the specification as a variable.
  Value setting(const std::string& section, const std::string& name) {
    const Json& values = spec_.at(section);
    if (!values.contains(name)) return {};
    const std::string path = section + "." + name;
    const Value made = graph().variable(path, graph().constant(values.at(name).get<double>()));
    system_.settings.emplace(path, made);
    return made;
  }

  Value objective(Value x, Value y) { return nce_objective(log_p0_, c_, *noise_, x, y); }

  void build_training() {
    const Json& objective_spec = spec_.at("objective");
    const auto batch = objective_spec.at("batch").get<Extent>();
    const double ratio = objective_spec.at("ratio").get<double>();
    const auto noise_count = std::max<Extent>(1, std::llround(ratio * static_cast<double>(batch)));
    system_.noise_ratio = static_cast<double>(noise_count) / static_cast<double>(batch);

    const Value positions = index_add(
        index_multiply(system_.step, graph().index_constant(static_cast<std::uint32_t>(batch))),
        iota(graph(), batch));
    const Value rows = random_permutation(positions, system_.train_data.extent(0), system_.seed);
    const Value x = gather(system_.train_data, rows);
    const Value y = noise_->sample(graph(), noise_count, system_.seed, system_.step);
    const Value j = objective(x, y);

    nn::Optimiser optimiser;
    optimiser.name = spec_.at("optimiser").at("name");
    optimiser.schedule = spec_.at("optimiser").at("schedule");
    optimiser.rate = setting("optimiser", "rate");
    optimiser.momentum = setting("optimiser", "momentum");
    optimiser.decay = setting("optimiser", "decay");
    optimiser.beta1 = setting("optimiser", "beta1");
    optimiser.beta2 = setting("optimiser", "beta2");
    optimiser.epsilon = setting("optimiser", "epsilon");
    optimiser.weight_decay = setting("optimiser", "weight_decay");
    optimiser.clip = setting("optimiser", "clip");
    optimiser.schedule_steps = setting("optimiser", "schedule_steps");
    optimiser.schedule_factor = setting("optimiser", "schedule_factor");

    system_.train = {"train", {j}, {}};
    nn::descend(system_.train, optimiser, to_real(system_.step), system_.parameters,
                gradients(-j, system_.parameters));
    system_.train.updates.emplace_back(system_.step,
                                       index_add(system_.step, graph().index_constant(1)));
    system_.noise = {"noise", {y}, {}};
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
    system_.evaluate = {
        "evaluate",
        {objective(first(system_.train_data), y), objective(first(system_.test_data), y), c_, y},
        {}};
  }

  void build_density() {
    system_.query = graph().variable("query", graph().constant(0, {query_rows, 2}));
    system_.density = {
        "density", {log_p0_(system_.query) + c_, noise_->log_density(system_.query)}, {}};
  }

  void build_sampler() {
    const Json& sampler = spec_.at("sampler");
    const auto count = sampler.at("chains").get<Extent>();
    // Chains start as noise: spread over the data and beyond.
    const Value start = noise_->sample(graph(), count, system_.seed, graph().index_constant(0));
    system_.chains = graph().variable("chains", start);
    const int steps = sampler.at("name") == "langevin" ? 1 : sampler.at("steps").get<int>();
    const infer::Transition moved =
        infer::hmc(log_p0_, system_.chains, steps, setting("sampler", "step_size"), system_.seed,
                   system_.transitions);
    system_.transition = {
        "transition",
        {moved.acceptance},
        {{system_.chains, moved.position},
         {system_.transitions, index_add(system_.transitions, graph().index_constant(1))}}};
  }

  const Json& spec_;
  const data::Split& split_;
  const data::Box& box_;
  System system_;
  std::unique_ptr<dist::Density> noise_;
  LogDensity log_p0_;
  Value c_;
};

}  // namespace

Value nce_objective(const LogDensity& log_p0, Value c, const dist::Density& noise, Value x,
                    Value y) {
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

System make_nce(const Json& spec, const data::Split& split, const data::Box& box) {
  return NceBuilder(spec, split, box).build();
}

}  // namespace lab::models
