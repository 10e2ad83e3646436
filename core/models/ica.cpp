// Independent component analysis as an unnormalised model, and the ways to learn it (Gutmann &
// Hyvärinen, JMLR 2012, section 3):
//   ln p⁰(x) = −√2 Σ |bᵢ·x|,  B (D, D), of Laplacian sources of variance 1,
// to which ln Z = (D/2) ln 2 − ln |det B| is known. What each objective is, infer/ica.hpp says;
// here they are graph, of minibatches.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/distributions/linear.hpp"
#include "core/graph/one_of.hpp"
#include "core/infer/hmc.hpp"
#include "core/infer/ica.hpp"
#include "core/models/builder.hpp"
#include "core/models/contrast.hpp"
#include "core/models/family.hpp"
#include "core/models/noise.hpp"

namespace lab::models {

namespace {

constexpr double root_two = std::numbers::sqrt2;

// Rows that one run of an ability takes or gives.
constexpr Extent query_rows = 2048, drawn_rows = 256, most_evaluated = 1000;

// Numbers of a datum, at most: of any objective, and of those that need ln |det B| in every step.
constexpr Extent most_sources = 256, most_eliminated = 64;

// How fast the step size of chains is tuned, as of the expectation of Monte-Carlo EM.
constexpr double tuning_rate = 0.05;

constexpr std::uint32_t start_stream = 109;

class IcaBuilder : private Builder {
 public:
  using Builder::Builder;

  System build() {
    size_ = static_cast<Extent>(data_.dimensions());
    objective_ = infer::ica_objective(spec_.at("objective").at("name"));
    contrasts_ = objective_ == infer::IcaObjective::nce;
    imports_ = objective_ == infer::IcaObjective::importance_sampling;
    check_size();
    system_.train_data = data_variable("data.train", data_.train);
    system_.test_data = data_variable("data.test", data_.test);

    const std::vector<float> rows = data_.evaluated(data_.train, data_.train.count());
    const auto size = static_cast<std::size_t>(size_);
    const distributions::Zca zca = distributions::make_zca(rows, size);
    whitening_ = graph().constant(zca.matrix, {size_, size_});
    unwhitening_ = graph().constant(zca.inverse, {size_, size_});
    log_det_whitening_ = zca.log_det;
    nn::Parameters parameters{graph(), system_.seed, {}};
    data::Stream stream(spec_.at("seed").get<std::uint64_t>(), start_stream);
    turned_ =
        parameters.add("unmixing", graph().constant(infer::rotation(size, stream), {size_, size_}));
    unmixing_ = matmul(turned_, whitening_);
    if (contrasts_) {
      c_ = parameters.add("c", graph().constant(log_det_whitening_ - half_log_two()));
    }
    if (contrasts_ || imports_) {
      noise_ = make_noise(graph(), spec_.at("objective"), rows, size,
                          data_.plane() ? &data_.bounds : nullptr, noise_place());
    }
    system_.parameters = parameters.values;
    build_training();
    build_evaluation();
    build_density();
    build_sampling();
    system_.abilities.push_back(
        {"unmixing", {}, {{"unmixing", unmixing_, {Axis::latent, Axis::dimension}}}});
    return std::move(system_);
  }

 private:
  void check_size() const {
    const bool eliminates = !contrasts_ && !imports_;
    const Extent most = eliminates ? most_eliminated : most_sources;
    if (size_ <= most) return;
    throw Unfit(eliminates && size_ <= most_sources ? "objective.name" : "model.name",
                "This data has " + std::to_string(size_) + " numbers a datum, but " +
                    (eliminates ? "this objective of ICA takes" : "ICA takes") + " at most " +
                    std::to_string(most) +
                    (eliminates && size_ <= most_sources
                         ? ", since it needs ln |det B| in every step. Choose nce."
                         : ". Choose another model, or data of fewer numbers."));
  }

  double half_log_two() const { return 0.5 * static_cast<double>(size_) * std::numbers::ln2; }

  // x (n, D) → B x, (n, D); ln p⁰ (n).
  Value sources(Value x) const { return matmul(x, unmixing_, false, true); }
  Value log_p0(Value x) const {
    return -root_two * distributions::sum_of_row(absolute(sources(x)));
  }

  // −ln Z as B says, a scalar.
  Value log_constant() const {
    return distributions::log_abs_det(turned_) + (log_det_whitening_ - half_log_two());
  }

  // −ln of what importance sampling takes for Z, from noise y.
  Value estimated_constant(Value y) const {
    return std::log(static_cast<double>(y.extent(0))) -
           log_sum_exp(log_p0(y) - noise_->log_density(y));
  }

  Value score_objective(Value x) {
    const double sharpness = spec_.at("objective").at("sharpness");
    const Value t = tanh(sharpness * sources(x));
    const Value sizes = sum(unmixing_ * unmixing_, {1});  // (D)
    const Value curvature = root_two * sharpness * distributions::sum_of_row((1.0 - t * t) * sizes);
    const Value slope = matmul(t, unmixing_);  // −ψ/√2
    return mean(curvature - distributions::sum_of_row(slope * slope));
  }

  // Where so many transitions from data lead, in whitened coordinates; acceptance of the last.
  infer::Transition moved(Value x, Value counter) {
    const auto log_density = [this](Value q) {
      return -root_two * distributions::sum_of_row(absolute(matmul(q, turned_, false, true)));
    };
    infer::Transition transition{matmul(x, whitening_), {}};
    for (int moves = spec_.at("objective").at("moves"); moves > 0; --moves) {
      transition = infer::hmc(log_density, transition.position,
                              spec_.at("objective").at("leapfrog").get<int>(), exp(log_step_),
                              system_.seed, counter);
    }
    return transition;
  }

  Value contrast(Value x, Value moved_to) const {
    const Value there = stop_gradient(moved_to);
    return mean(log_p0(x)) + root_two * mean(distributions::sum_of_row(
                                            absolute(matmul(there, turned_, false, true))));
  }

  // y: none where there is no noise.
  Value objective(Value x, Value y, Value counter) {
    switch (objective_) {
      case infer::IcaObjective::nce:
        return nce_objective(
            [this](Value u) { return log_p0(u); }, c_, *noise_, x, y,
            {spec_.at("objective").at("loss"), setting("objective", "noise_weight")});
      case infer::IcaObjective::likelihood: return mean(log_p0(x)) + log_constant();
      case infer::IcaObjective::importance_sampling: return mean(log_p0(x)) + estimated_constant(y);
      case infer::IcaObjective::score_matching: return score_objective(x);
      case infer::IcaObjective::contrastive_divergence: break;
    }
    return contrast(x, moved(x, counter).position);
  }

  void build_training() {
    const auto batch = spec_.at("objective").at("batch").get<Extent>();
    const Value x = seen(gather(system_.train_data, minibatch_rows(batch)), system_.step);
    if (objective_ == infer::IcaObjective::contrastive_divergence) {
      log_step_ = graph().variable("chains.log_step", graph().constant(std::log(0.5)));
      const infer::Transition transition = moved(x, system_.step);
      maximise(contrast(x, transition.position));
      system_.phases.back().procedure.updates.emplace_back(
          log_step_,
          log_step_ + tuning_rate * (transition.acceptance - setting("objective", "acceptance")));
      return;
    }
    if (!noise_) return maximise(objective(x, {}, system_.step));
    const Extent count = count_of_noise(batch);
    system_.noise_ratio = static_cast<double>(count) / static_cast<double>(batch);
    const Value y = noise_->sample(graph(), count, system_.seed, system_.step);
    maximise(objective(x, y, system_.step));
    system_.abilities.push_back({"noise", {}, {{"x", y, rows_of(Axis::dimension)}}});
  }

  void build_evaluation() {
    const Extent count =
        std::min({most_evaluated, system_.train_data.extent(0), system_.test_data.extent(0)});
    system_.evaluated = count;
    const Value counter = graph().index_constant(evaluation_counter);
    Value y;
    if (noise_) {
      y = noise_->sample(graph(), count_of_noise(count), graph().index_constant(0), counter);
      system_.abilities.push_back({"evaluated_noise", {}, {{"x", y, rows_of(Axis::dimension)}}});
    }
    known_c_ = contrasts_ ? c_ : imports_ ? estimated_constant(y) : log_constant();
    const auto of = [&](Value data) {
      return objective(seen(slice(data, 0, 0, count), counter), y, counter);
    };
    system_.abilities.push_back({"evaluate",
                                 {},
                                 {{"objective_train", of(system_.train_data)},
                                  {"objective_test", of(system_.test_data)},
                                  {"c", known_c_}}});
  }

  void build_density() {
    const Value query = input("query", query_rows, size_);
    Ability density{"log_density",
                    {{"x", query, rows_of(Axis::dimension)}},
                    {{"log_density",
                      log_p0(query) + known_c_,
                      {Axis::row},
                      noise_ ? Meaning::unnormalised : Meaning::exact}}};
    if (noise_) {
      density.outputs.push_back(
          {"log_noise", noise_->log_density(query), {Axis::row}, Meaning::exact});
    }
    system_.abilities.push_back(std::move(density));
  }

  void build_sampling() {
    const Value inverse = distributions::inverse_variable(graph(), "unmixing", turned_);
    system_.inverses = {{turned_, inverse}};
    system_.abilities.push_back({"matrices", {}, {{inverse.node().name.c_str(), turned_}}});
    const Value draws = index_input("draws");
    const Value s =
        distributions::standard_laplacian(graph(), {drawn_rows, size_}, system_.seed, draws);
    const Value x = matmul(matmul(s, inverse, false, true), unwhitening_, false, true);
    Ability sample{"sample", {}, {{"x", x, rows_of(Axis::dimension)}}};
    sample.draw = draws;
    sample.inverts = true;
    system_.abilities.push_back(std::move(sample));
  }

  Extent size_ = 0;
  infer::IcaObjective objective_{};
  bool contrasts_ = false, imports_ = false;
  Value whitening_, unwhitening_;  // (D, D), of the data: y = x W
  double log_det_whitening_ = 0;
  Value turned_, unmixing_;  // B of whitened data, B
  Value c_, known_c_, log_step_;
  std::unique_ptr<distributions::Distribution> noise_;
};

}  // namespace

System make_ica(const nlohmann::json& spec, const data::Dataset& data) {
  return IcaBuilder(spec, data).build();
}

namespace {

void add_ica_keys(keys::KeyList& list) {
  list["objective"]
      .number("objective.sharpness", infer::usual_sharpness, {0.1, 1000, 1, 30, true})
      .when("objective.name", {"score-matching"});
  list.integer("objective.moves", 1, {1, 50, 1, 20})
      .when("objective.name", {"contrastive-divergence"});
}

}  // namespace

Family ica_family() {
  Family row;
  row.name = "ica";
  row.objectives = {"nce", "likelihood", "score-matching", "contrastive-divergence",
                    "importance-sampling"};
  row.on_plane = {{"noise", "evaluate", "evaluated_noise", "log_density", "sample", "unmixing"},
                  {"mixing", "boundary", "sources", "log-density"},
                  R"({"model": {"name": "ica"}, "objective": {"noise": "gaussian", "ratio": 2},
                      "optimiser": {"rate": 0.01}})"};
  row.on_others = {{"noise", "evaluate", "evaluated_noise", "log_density", "sample", "unmixing"},
                   {"sources", "objective", "constant", "samples"},
                   R"({"model": {"name": "ica"},
                       "objective": {"noise": "gaussian", "ratio": 2, "batch": 256},
                       "optimiser": {"rate": 0.01}})"};
  row.add_keys = add_ica_keys;
  row.dequantise = "auto";
  return row;
}

}  // namespace lab::models
