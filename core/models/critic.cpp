// Critics, which say of a datum by how much its two halves u, v belong together, or how much
// likelier it is as data than as noise: mutual information by InfoNCE (van den Oord, Li & Vinyals
// 2018) and by telescoping ratios (Rhodes, Xu & Gutmann 2020). The objectives are in contrast.hpp.
#include <algorithm>
#include <cmath>

#include "core/graph/one_of.hpp"
#include "core/models/builder.hpp"
#include "core/models/contrast.hpp"
#include "core/models/family.hpp"

namespace lab::models {

namespace {

using nlohmann::json;

// Rows at a time of ratios, which need no others.
constexpr Extent ratio_rows = 250;

class CriticBuilder : protected Builder {
 public:
  CriticBuilder(const json& spec, const data::Dataset& data)
      : Builder(spec, data),
        model_(spec.at("model")),
        objective_(spec.at("objective")),
        dimensions_(static_cast<Extent>(data.dimensions())),
        half_((dimensions_ + 1) / 2) {}

 protected:
  void require_halves() const {
    if (dimensions_ > 1) return;
    throw Unfit("data.name",
                "A critic tells which halves of a datum belong together, and this data has one "
                "number a datum. Choose data of two or more, such as \"correlated-gaussians\".");
  }

  Value minibatch() {
    const auto batch = objective_.at("batch").get<Extent>();
    return seen(gather(system_.train_data, minibatch_rows(batch)), system_.step);
  }

  // Both halves of x (B, D).
  Value first(Value x) const { return slice(x, 1, 0, half_); }
  Value second(Value x) const { return slice(x, 1, half_, dimensions_ - half_); }

  const json& model_;
  const json& objective_;
  Extent dimensions_, half_;
};

// Of each u among a group of N data its own v is to be found: scores s(u, v), ln of what InfoNCE
// calls f.
class InfoNceBuilder : private CriticBuilder {
 public:
  using CriticBuilder::CriticBuilder;

  System build() {
    require_halves();
    system_.train_data = data_variable("data.train", data_.train);
    nn::Parameters parameters{graph(), system_.seed, {}};
    make_networks(parameters);
    system_.parameters = parameters.values;
    system_.weights = parameters.weights;

    const Value x = minibatch();
    if (x.extent(0) < 2) {
      throw Unfit("objective.batch",
                  "'objective.batch' is 1, but InfoNCE finds a datum's half among those of the "
                  "others: it needs 2 at least.");
    }
    maximise(mean(infonce(scores(x))) - std::log(static_cast<double>(x.extent(0))));

    const Value rows = input("information.data", x.extent(0), dimensions_);
    const Value information = infonce(scores(rows));
    const double ceiling = std::log(static_cast<double>(x.extent(0)));
    system_.abilities.push_back({"information",
                                 {{"x", rows, rows_of(Axis::dimension)}},
                                 {{"information", information, {Axis::row}, Meaning::bound},
                                  {"objective", information - ceiling, {Axis::row}}}});
    system_.measured = 2000;
    return std::move(system_);
  }

 private:
  void make_networks(nn::Parameters& parameters) {
    const std::vector<Extent> hidden(model_.at("depth").get<std::size_t>(),
                                     model_.at("width").get<Extent>());
    const auto network = [&](const char* name, Extent in, Extent out) {
      std::vector<Extent> widths{in};
      widths.insert(widths.end(), hidden.begin(), hidden.end());
      widths.push_back(out);
      return std::make_unique<nn::Mlp>(parameters, name, widths, model_.at("activation"));
    };
    joint_ = one_of("critic", model_.at("critic"), {"separable", "joint"}) == "joint";
    if (joint_) {
      of_both_ = network("critic", dimensions_, 1);
      return;
    }
    const auto embedding = model_.at("embedding").get<Extent>();
    of_first_ = network("critic.u", half_, embedding);
    of_second_ = network("critic.v", dimensions_ - half_, embedding);
  }

  // s(uᵢ, vⱼ), (N, N).
  Value scores(Value x) const {
    const Extent count = x.extent(0), rest = dimensions_ - half_;
    if (!joint_) return matmul((*of_first_)(first(x)), (*of_second_)(second(x)), false, true);
    const Value u = broadcast(reshape(first(x), {count, 1, half_}), {count, count, half_}),
                v = broadcast(reshape(second(x), {1, count, rest}), {count, count, rest});
    const Value pairs = reshape(concatenate({u, v}, 2), {count * count, dimensions_});
    return reshape((*of_both_)(pairs), {count, count});
  }

  bool joint_ = false;
  std::unique_ptr<nn::Mlp> of_both_, of_first_, of_second_;
};

class RatioBuilder : private CriticBuilder {
 public:
  using CriticBuilder::CriticBuilder;

  System build() {
    of_halves_ =
        one_of("noise", objective_.at("against"), {"marginals", "standard"}) == "marginals";
    if (of_halves_) require_halves();
    system_.train_data = data_variable("data.train", data_.train);
    nn::Parameters parameters{graph(), system_.seed, {}};
    bridges_ = objective_.at("bridges").get<Extent>();
    const bool precision =
        one_of("ratio", model_.at("ratio"), {"quadratic", "precision"}) == "precision";
    if (precision) make_precisions(parameters);
    else make_quadratics(parameters);
    system_.parameters = parameters.values;
    system_.weights = parameters.weights;

    maximise(mean(objective(minibatch(), system_.step)));

    const Value rows = input("information.data", ratio_rows, dimensions_);
    Value log_ratio = ratios_.front()(rows);
    for (std::size_t k = 1; k < ratios_.size(); ++k) log_ratio = log_ratio + ratios_[k](rows);
    system_.abilities.push_back(
        {"information",
         {{"x", rows, rows_of(Axis::dimension)}},
         {{of_halves_ ? "information" : "log_ratio", log_ratio, {Axis::row}, Meaning::estimate},
          {"objective",
           objective(rows, graph().index_constant(evaluation_counter)),
           {Axis::row}}}});
    system_.measured = 2000;
    if (precision) build_theta();
    return std::move(system_);
  }

 private:
  // xᵀ A x + b·x + c for each bridge.
  void make_quadratics(nn::Parameters& parameters) {
    for (Extent k = 0; k < bridges_; ++k) {
      const std::string name = "ratio." + std::to_string(k);
      const Value matrix = parameters.add_weight(name + ".matrix",
                                                 graph().constant(0, {dimensions_, dimensions_})),
                  tilt = parameters.add(name + ".tilt", graph().constant(0, {dimensions_})),
                  constant = parameters.add(name + ".constant", graph().constant(0));
      ratios_.push_back(
          [=](Value x) { return sum(x * (matmul(x, matrix) + tilt), {1}) + constant; });
    }
  }

  // D ln(σ_{k+1}/σ_k) − e^{2θ_k} ‖x‖², σ_k the deviation of waymark k, as it is known where the
  // data's own is.
  void make_precisions(nn::Parameters& parameters) {
    double square = 0;
    for (const float each : data_.train.values) {
      square += static_cast<double>(each) * static_cast<double>(each) /
                static_cast<double>(data_.train.values.size());
    }
    if (!(square > 1e-30)) {
      throw Unfit(
          "model.ratio",
          "'model.ratio' is \"precision\", which needs data that vary; all of these are 0.");
    }
    theta_ = parameters.add("ratio.theta", graph().constant(0, {bridges_}));
    // Of what is 1 both in data and in noise.
    const std::vector<Value> alphas = waymarks(graph().constant(0), graph().constant(1), bridges_,
                                               setting("objective", "spacing"));
    std::vector<Value> log_deviations;
    for (const Value alpha : alphas) {
      const Value of_noise = alpha * alpha;
      log_deviations.push_back(0.5 * log((1.0 - of_noise) * square + of_noise));
    }
    for (Extent k = 0; k < bridges_; ++k) {
      const auto at = static_cast<std::size_t>(k);
      const Value intercept =
          static_cast<double>(dimensions_) * (log_deviations[at + 1] - log_deviations[at]);
      const Value precision = exp(2.0 * slice(theta_, 0, k, 1));
      ratios_.push_back([=](Value x) { return intercept - precision * sum(x * x, {1}); });
    }
  }

  // Of all bridges together, and of data whose deviation is known the best.
  void build_theta() {
    Ability evaluate{"evaluate", {}, {{"theta", 0.5 * log_sum_exp(2.0 * theta_)}}};
    const double deviation = spec_.at("data").value("deviation", 0.0);
    if (deviation > 0 && deviation < 1) {
      const double best = 0.5 * std::log(0.5 * (1 / (deviation * deviation) - 1));
      evaluate.outputs.push_back({"theta_truth", graph().constant(best)});
    }
    system_.abilities.push_back(std::move(evaluate));
  }

  // Halves of the next two data, so that no two of a noise point belong together; or N(0, I).
  Value noise_beside(Value x, Value counter) {
    if (!of_halves_) return random_normal(graph(), x.shape(), system_.seed, counter);
    const Extent count = x.extent(0);
    const auto rolled = [&](Value half, Extent by) {
      by %= count;
      if (by == 0) return half;
      return concatenate({slice(half, 0, by, count - by), slice(half, 0, 0, by)}, 0);
    };
    return concatenate({rolled(first(x), 1), rolled(second(x), 2)}, 1);
  }

  // Of each datum (B).
  Value objective(Value x, Value counter) {
    return telescoping_objective(
        ratios_, waymarks(x, noise_beside(x, counter), bridges_, setting("objective", "spacing")));
  }

  bool of_halves_ = true;
  Extent bridges_ = 1;
  Value theta_;
  std::vector<LogDensity> ratios_;
};

}  // namespace

System make_critic(const json& spec, const data::Dataset& data) {
  return InfoNceBuilder(spec, data).build();
}

System make_ratio(const json& spec, const data::Dataset& data) {
  return RatioBuilder(spec, data).build();
}

namespace {

void add_critic_keys(keys::KeyList& list) {
  list["model first"].choice("model.critic", {"separable", "joint"}).when("model.name", {"critic"});
  list["model"]
      .integer("model.embedding", 32, {1, 512, 2, 128, true})
      .when("model.critic", {"separable"});
}

void add_ratio_keys(keys::KeyList& list) {
  list["model first"]
      .choice("model.ratio", {"quadratic", "precision"})
      .when("model.name", {"ratio"});
  list["objective"]
      .choice("objective.against", {"marginals", "standard"})
      .fit({"marginals"}, "model.ratio", {"quadratic"})
      .when("model.name", {"ratio"});
}

}  // namespace

Family critic_family() {
  Family row;
  row.name = "critic";
  row.objectives = {"infonce"};
  row.on_others = {{"information"},
                   {"information", "objective"},
                   R"({"model": {"name": "critic", "width": 128, "depth": 2, "activation": "relu"},
                       "objective": {"batch": 64}, "optimiser": {"rate": 0.0005}})"};
  row.shared_keys = {"model.width", "model.depth", "model.activation"};
  row.add_keys = add_critic_keys;
  return row;
}

Family ratio_family() {
  Family row;
  row.name = "ratio";
  row.objectives = {"tre"};
  row.on_others = {{"information", "evaluate"},
                   {"information", "objective"},
                   R"({"model": {"name": "ratio"}, "objective": {"batch": 512},
                       "optimiser": {"rate": 0.0005}})"};
  row.add_keys = add_ratio_keys;
  return row;
}

}  // namespace lab::models
