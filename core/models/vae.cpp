// Auto-encoding variational Bayes and the learners it is compared with, as a session's procedures.
//   1. Encoder, Decoder     2. objectives     3. evaluation     4. the row
#include "core/models/vae.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/distributions/normal.hpp"
#include "core/graph/one_of.hpp"
#include "core/infer/hmc.hpp"
#include "core/models/builder.hpp"
#include "core/models/classes.hpp"
#include "core/models/coders.hpp"
#include "core/models/family.hpp"

namespace lab::models {

using Json = nlohmann::json;

// ---------------------------------------------------------------- 1. Encoder, Decoder

namespace {

std::vector<std::string> decoder_outs(const Json& model) {
  const std::string kind = model.at("decoder");
  if (kind == "bernoulli") return {"logits"};
  if (kind == "fixed-gaussian") return {"mean"};
  if (kind == "gaussian") return {"mean", "log_variance"};
  return {"mean", "log_scale"};
}

}  // namespace

Encoder::Encoder(nn::Parameters& parameters, const Json& model, const data::SampleShape& shape,
                 Extent classes)
    : network_(make_encoder(parameters, model, shape,
                            {{"mean", model.at("latents").get<Extent>()},
                             {"log_variance", model.at("latents").get<Extent>()}},
                            classes)) {}

Posterior Encoder::operator()(Value x) const {
  const std::vector<Value> outs = (*network_)(x);
  return {outs[0], outs[1]};
}

Decoder::Decoder(nn::Parameters& parameters, const Json& model, const data::SampleShape& shape,
                 Extent classes)
    : kind_(one_of("decoder", model.at("decoder"),
                   {"bernoulli", "gaussian", "fixed-gaussian", "logistic"})),
      sigmoid_(kind_ != "bernoulli" &&
               one_of("mean", model.at("mean"), {"sigmoid", "linear"}) == "sigmoid"),
      log_variance_(kind_ == "fixed-gaussian" ? 2 * std::log(model.at("deviation").get<double>())
                                              : 0),
      network_(make_decoder(parameters, model, model.at("latents").get<Extent>() + classes, shape,
                            decoder_outs(model))) {}

std::unique_ptr<distributions::Distribution> Decoder::distribution(
    const std::vector<Value>& outs) const {
  if (kind_ == "bernoulli") return distributions::bernoulli(outs[0]);
  const Value mean = sigmoid_ ? sigmoid(outs[0]) : outs[0];
  if (kind_ == "logistic") return distributions::logistic(mean, outs[1]);
  return distributions::normal(
      mean, kind_ == "gaussian" ? outs[1] : mean.graph().constant(log_variance_));
}

Value Decoder::log_likelihood(Value x, Value z, Value visible) const {
  const Extent rows = x.extent(0), dimensions = x.extent(1), draws = z.extent(0) / rows;
  std::vector<Value> outs = (*network_)(z);
  // Rows of x are seen by every draw. Of what is not visible all z say the same.
  for (Value& out : outs) {
    out = reshape(out, {draws, rows, dimensions});
    if (visible) out = out * visible;
  }
  return distribution(outs)->log_density(visible ? x * visible : x);
}

Value Decoder::mean(Value z) const { return distribution((*network_)(z))->mean(z.graph()); }

std::pair<Value, Value> Decoder::moments(Value z) const {
  if (kind_ == "gaussian") return {mean(z), (*network_)(z)[1]};
  return {mean(z), broadcast(z.graph().constant(log_variance_), mean(z).shape())};
}

Value Decoder::sample(Value z, Value seed, Value counter) const {
  return distribution((*network_)(z))->sample(z.graph(), z.extent(0), seed, counter);
}

// ---------------------------------------------------------------- 2. Objectives

namespace {

// Rows at a time; chosen so that a run's arrays stay within some tens of megabytes.
constexpr Extent most_rows = 500, most_code_rows = 256, most_importance_rows = 100;
constexpr Extent inpainted_rows = 12, importance_draws = 50, plane_rows = 512, plane_draws = 32;

// How σ of q(θ) starts, as a share of what a weight of N(0, 1) has.
constexpr double first_weight_deviation = 0.01;

// How fast a step size is tuned: its logarithm moves by this times the surplus of acceptance.
constexpr double tuning_rate = 0.05;

class VaeBuilder : private Builder {
 public:
  VaeBuilder(const Json& spec, const data::Dataset& data)
      : Builder(spec, data),
        model_(spec.at("model")),
        objective_(spec.at("objective")),
        learner_(row_of("objective of a model with latents", objective_.at("name"), learners)),
        dimensions_(static_cast<Extent>(data.dimensions())),
        latents_(model_.at("latents")) {}

  System build() {
    check_data();
    system_.train_data = data_variable("data.train", data_.train);
    system_.latents = latents_;
    nn::Parameters parameters{graph(), system_.seed, {}};
    parameters.deviation = first_deviation();
    encoder_ = std::make_unique<Encoder>(parameters, model_, data_.train.shape, classes());
    decoder_ = std::make_unique<Decoder>(parameters, model_, data_.train.shape, classes());
    weights_ = parameters.values;
    system_.parameters = weights_;
    system_.weights = parameters.weights;
    build_training(parameters);
    build_bound(parameters);
    build_decoding();
    build_importance();
    if (!conditional()) build_marginal();
    if (data_.plane()) build_density();
    else add_corruption();
    if (!data_.plane() && !conditional()) build_inpainting();
    if (conditional()) {
      // Every datum is looked at as one of each class.
      system_.measured = std::max<Extent>(100, most_rows / classes());
      system_.notes.push_back(
          "The model learns ln p(x|class); its bound is that of ln p(x), ln Σ p(class) p(x|class) "
          "with the classes' shares of the training data. Reconstruction, KL and codes are those "
          "of the class that it finds likeliest.");
    }
    return std::move(system_);
  }

 private:
  struct Draws;
  // Data (B, D), and where the model is told of classes theirs (B, C).
  struct Rows {
    Value x, classes;
  };
  // A row for each objective.
  struct Learner {
    const char* name;
    Value (VaeBuilder::*objective)(nn::Parameters& parameters);  // of the next minibatch
    // What it is of every row; none: it is no sum over rows.
    Value (VaeBuilder::*of_rows)(const Decoder& decoder, const Rows& rows, const Posterior& q,
                                 const Draws& draw);
  };
  static const Learner learners[5];

  using Coders = std::pair<std::unique_ptr<Encoder>, std::unique_ptr<Decoder>>;

  Extent classes() const { return static_cast<Extent>(class_shares_.size()); }

  // Numbers (L·B, n) as encoder and decoder read them: their classes (B, C) behind them, where
  // there are any, the same for every draw.
  static Value told(Value numbers, Value classes) {
    if (!classes) return numbers;
    const Extent rows = classes.extent(0), count = classes.extent(1),
                 draws = numbers.extent(0) / rows;
    if (draws > 1) {
      classes = reshape(broadcast(classes, {draws, rows, count}), {draws * rows, count});
    }
    return concatenate({numbers, classes}, 1);
  }

  void check_data() const {
    if (model_.at("decoder") == "bernoulli") {
      require_unit_interval("model.decoder", "bernoulli", "gaussian");
    }
  }

  // `draws` of z for every row, (draws·B, J), and the noise they are made of, (draws, B, J).
  struct Draws {
    Value z, noise;
  };
  Draws drawn(const Posterior& q, Extent draws, Value counter) {
    const Extent rows = q.mean.extent(0);
    const Value noise = random_normal(graph(), {draws, rows, latents_}, system_.seed, counter);
    const Value z = q.mean + exp(0.5 * q.log_variance) * noise;
    return {reshape(z, {draws * rows, latents_}), noise};
  }

  // ln p(z) − ln q(z|x), (L, B), at z = μ + σ ε: the constants of the two cancel.
  Value log_prior_ratio(const Posterior& q, const Draws& draw) {
    const Shape& shape = draw.noise.shape();
    const Value z = reshape(draw.z, shape);
    return sum(0.5 * (square(draw.noise) - square(z) + q.log_variance), {2});
  }

  // How many z the objective draws for each datum.
  Extent objective_draws() const {
    return objective_.contains("samples") ? objective_.at("samples").get<Extent>() : 1;
  }

  Value row_objective(const Encoder& encoder, const Decoder& decoder, const Rows& rows,
                      Value counter) {
    const Posterior q = encoder(told(rows.x, rows.classes));
    return row_objective(decoder, rows, q, drawn(q, objective_draws(), counter));
  }

  // The objective of every row → (B), in nats.
  Value row_objective(const Decoder& decoder, const Rows& rows, const Posterior& q,
                      const Draws& draw) {
    return (this->*learner_.of_rows)(decoder, rows, q, draw);
  }

  // ln p(x|z) of every draw, (L, B).
  static Value log_likelihood(const Decoder& decoder, const Rows& rows, Value z) {
    return decoder.log_likelihood(rows.x, told(z, rows.classes));
  }

  // ln (1/k) Σ w, w = p(x, z)/q(z|x)                         (Burda, Grosse & Salakhutdinov 2016)
  Value importance_weighted(const Decoder& decoder, const Rows& rows, const Posterior& q,
                            const Draws& draw) {
    const Value log_weights = log_likelihood(decoder, rows, draw.z) + log_prior_ratio(q, draw);
    return log_sum_exp(log_weights, {0}) - std::log(static_cast<double>(objective_draws()));
  }

  // The bound, by either estimator, its KL term weighted.
  Value variational(const Decoder& decoder, const Rows& rows, const Posterior& q,
                    const Draws& draw) {
    const Value fit = mean(log_likelihood(decoder, rows, draw.z), {0});
    // Estimator A draws the KL term as well (equation 6), B takes its closed form (equation 7).
    const bool drawn_kl =
        one_of("estimator", objective_.value("estimator", "B"), {"A", "B"}) == "A";
    const Value kl = drawn_kl ? -mean(log_prior_ratio(q, draw), {0})
                              : sum(distributions::kl_to_standard(q.mean, q.log_variance), {1});
    if (one_of("KL term", objective_.value("form", "beta"), {"beta", "capacity"}) == "capacity") {
      // γ |KL − C|, C from 0 to the capacity                          (Burgess et al. 2018)
      const Value c = setting("objective", "capacity") *
                      minimum(to_real(system_.step) / setting("objective", "capacity_steps"), 1.0);
      return fit - setting("objective", "gamma") * absolute(kl - c);
    }
    const Value beta = setting("objective", "beta");
    return beta ? fit - beta * kl : fit - kl;
  }

  // ln p(θ), θ ~ N(0, I), up to a constant, for a single datum's share.
  Value weight_prior() {
    Value squares = graph().constant(0);
    for (const Value weight : weights_) squares = squares + sum(square(weight));
    return squares * (-0.5 / static_cast<double>(system_.train_data.extent(0)));
  }

  void build_training(nn::Parameters& parameters) {
    Value objective = (this->*learner_.objective)(parameters);
    if (objective_.value("weight_prior", false)) objective = objective + weight_prior();
    maximise(objective);
  }

  // The next minibatch, as the model sees it.
  Rows minibatch() {
    const Value rows = minibatch_rows(objective_.at("batch").get<Extent>());
    return of_training(rows, system_.step);
  }
  Rows of_training(Value rows, Value counter) {
    return {seen(gather(system_.train_data, rows), counter), minibatch_classes(rows)};
  }

  Value over_rows(nn::Parameters&) {
    return mean(row_objective(*encoder_, *decoder_, minibatch(), system_.step));
  }

  // Wake: the decoder learns p(x, z) at z ~ q(z|x). Sleep: the encoder learns q(z|x) at
  // (x, z) ~ p                                                          (Hinton et al. 1995).
  Value wake_sleep(nn::Parameters&) {
    const Rows rows = minibatch();
    const Posterior q = (*encoder_)(told(rows.x, rows.classes));
    const Value z = stop_gradient(drawn(q, 1, system_.step).z);
    const Value wake = mean(log_likelihood(*decoder_, rows, z));
    const Value dream = random_normal(graph(), z.shape(), system_.seed, system_.step);
    const Value fantasy =
        stop_gradient(decoder_->sample(told(dream, rows.classes), system_.seed, system_.step));
    return wake + mean(recognition({fantasy, rows.classes}, dream));
  }

  // ln q(z|x), (B).
  Value recognition(const Rows& rows, Value z) {
    const Posterior q = (*encoder_)(told(rows.x, rows.classes));
    return sum(distributions::gaussian_log_density(z, q.mean, q.log_variance), {1});
  }

  // ln p(x, z), (B).
  Value log_joint(const Rows& rows, Value z) {
    return reshape(log_likelihood(*decoder_, rows, z), {rows.x.extent(0)}) +
           sum(distributions::standard_log_density(z), {1});
  }

  // Monte-Carlo EM: a chain for each training datum moves by Hamiltonian Monte Carlo, its step
  // size tuned to the acceptance asked for; then come the updates of the weights. An encoder
  // learns from the same draws, for the eye alone: the decoder never sees it.
  Value expectation_maximisation(nn::Parameters&) {
    Graph& g = graph();
    const auto batch = objective_.at("batch").get<Extent>();
    const Extent count = system_.train_data.extent(0);
    const Value zero = g.index_constant(0);
    const Value chains =
        g.variable("mcem.chains", random_normal(g, {count, latents_}, system_.seed, zero));
    const Value rows = g.variable("mcem.rows", g.index_constant(0, {batch}));
    const Value z = g.variable("mcem.z", g.constant(0, {batch, latents_}));
    const Value counter = g.variable("mcem.counter", g.index_constant(0));
    const Value log_step = g.variable("mcem.log_step", g.constant(std::log(0.1)));

    const Value next_rows = minibatch_rows(batch);
    const Rows next = of_training(next_rows, system_.step);
    const Value before = gather(chains, next_rows);
    const infer::Transition moved =
        infer::hmc([&](Value position) { return log_joint(next, position); }, before,
                   objective_.at("leapfrog").get<int>(), exp(log_step), system_.seed, system_.step);
    const Value surplus = moved.acceptance - setting("objective", "acceptance");
    system_.phases.push_back(
        {{"expectation",
          {moved.acceptance},
          {{chains, chains + scatter_add(count, next_rows, moved.position - before)},
           {rows, next_rows},
           {z, moved.position},
           {counter, system_.step},
           {log_step, log_step + tuning_rate * surplus}}},
         objective_.at("updates").get<int>()});

    const Rows held = of_training(rows, counter);
    return mean(log_joint(held, z)) + mean(recognition(held, z));
  }

  // q(θ) = Π N(μ, σ²) over weights too, θ = μ + σ ζ                               (appendix F);
  // the KL of the weights is taken in closed form and shared by all data.
  Value full_variational(nn::Parameters& parameters) {
    const Rows batch = minibatch();
    const auto [encoder, decoder] = with_drawn_weights(parameters, system_.step);
    weight_kl_ = graph().constant(0);
    for (const auto& [weight, log_deviation] : log_deviations_) {
      weight_kl_ = weight_kl_ + sum(distributions::kl_to_standard(weight, 2.0 * log_deviation));
      system_.parameters.push_back(log_deviation);
    }
    weight_kl_ = weight_kl_ * (1.0 / static_cast<double>(system_.train_data.extent(0)));
    return mean(row_objective(*encoder, *decoder, batch, system_.step)) - weight_kl_;
  }

  // Encoder and decoder with weights drawn from q(θ) by `counter`. The paper's θ is the decoder's
  // alone; the encoder's are as uncertain where objective.uncertain says so.
  Coders with_drawn_weights(nn::Parameters& parameters, Value counter) {
    const auto draw = [this, counter](Value weight) {
      const auto known =
          std::find_if(log_deviations_.begin(), log_deviations_.end(),
                       [&](const auto& each) { return each.first.id() == weight.id(); });
      Value log_deviation;
      if (known != log_deviations_.end()) {
        log_deviation = known->second;
      } else {
        log_deviation =
            graph().variable(weight.node().name + ".log_deviation",
                             graph().constant(std::log(first_weight_deviation), weight.shape()));
        log_deviations_.emplace_back(weight, log_deviation);
      }
      const Value zeta = random_normal(graph(), weight.shape(), system_.seed, counter);
      return weight + exp(log_deviation) * zeta;
    };
    Coders coders;
    const bool both =
        one_of("uncertain part", objective_.at("uncertain"), {"decoder", "both"}) == "both";
    if (both) parameters.use = draw;
    coders.first = std::make_unique<Encoder>(parameters, model_, data_.train.shape, classes());
    parameters.use = draw;
    coders.second = std::make_unique<Decoder>(parameters, model_, data_.train.shape, classes());
    parameters.use = {};
    return coders;
  }

  // -------------------------------------------------------------- 3. Evaluation

  // Of uncertain weights one draw, another for every value of `weight_draw`.
  void build_bound(nn::Parameters& parameters) {
    Ability bound{"elbo", {}, {}};
    bound.draw = index_input("bound.draws");
    const Value counter = bound.draw;
    Coders coders;
    const Encoder* encoder = encoder_.get();
    const Decoder* decoder = decoder_.get();
    if (weight_kl_) {
      bound.weight_draw = index_input("bound.weight_draw", evaluation_counter);
      coders = with_drawn_weights(parameters, bound.weight_draw);
      encoder = coders.first.get();
      decoder = coders.second.get();
      system_.abilities.push_back({"evaluate", {}, {{"kl_weights", weight_kl_}}});
    }
    const Extent each = std::max<Extent>(1, classes());
    const Extent rows = std::clamp<Extent>(most_rows / objective_draws() / each, 4, most_rows);
    const Value x = input("bound.data", rows, dimensions_);
    const OfClasses of = of_every_class(x);
    const Rows all{of.x, of.classes};
    const Value read = told(all.x, all.classes);
    const Posterior q = (*encoder)(read), shown = (*encoder_)(read);
    const Draws once = drawn(q, 1, counter);
    const Value fit = reshape(log_likelihood(*decoder, all, once.z), {each * rows});
    const Value kl = distributions::kl_to_standard(q.mean, q.log_variance);
    Value elbo = fit - sum(kl, {1});
    // The same draws where one is enough, so that equal quantities have equal numbers.
    const Draws draws = objective_draws() == 1 ? once : drawn(q, objective_draws(), counter);
    const Value objective = learner_.of_rows ? row_objective(*decoder, all, q, draws) : elbo;
    // Of every datum the class that has the largest part of its bound. That is one in expectation
    // where weights p(x, z)/q(z|x) are summed; with a KL in closed form their sum would be too
    // large.
    Value best;
    if (conditional()) {
      const Value log_weights = fit + reshape(log_prior_ratio(q, once), {each * rows});
      const Value by_class = reshape(log_weights, {each, rows}) + of.log_shares;
      elbo = log_sum_exp(by_class, {0});
      best = argmax(by_class, 0);
    }
    const auto of_best = [&](Value value) {
      if (!best) return value;
      const Value count = graph().index_constant(static_cast<std::uint32_t>(rows));
      return gather(value, index_add(index_multiply(best, count), iota(graph(), rows)));
    };
    bound.inputs = {{"x", x, rows_of(Axis::dimension)}};
    bound.outputs = {{"elbo", elbo, {Axis::row}, Meaning::bound},
                     {"log_likelihood", of_best(fit), {Axis::row}},
                     {"kl", of_best(kl), rows_of(Axis::latent)},
                     {"mean", of_best(shown.mean), rows_of(Axis::latent)},
                     {"log_variance", of_best(shown.log_variance), rows_of(Axis::latent)},
                     {"decoded", of_best(decoder_->mean(told(shown.mean, all.classes))),
                      rows_of(Axis::dimension)},
                     {"objective", of_best(objective), {Axis::row}}};
    if (best) bound.outputs.push_back({"class", to_real(best), {Axis::row}});
    system_.abilities.push_back(std::move(bound));
  }

  void build_decoding() {
    const Extent rows = most_code_rows;
    const Value codes = input("decode.codes", rows, latents_);
    Ability decode{"decode", {{"z", codes, rows_of(Axis::latent)}}, {}};
    draws_ = index_input("draws");
    const Value z = random_normal(graph(), {rows, latents_}, system_.seed, draws_);
    Ability sample{"sample", {}, {}};
    sample.draw = draws_;
    Value given, drawn;  // classes, (rows, C)
    if (conditional()) {
      const Value of_codes = input("decode.class", rows, 1),
                  of_draws = input("sample.class", rows, 1);
      const auto first =
          std::ranges::find_if(class_shares_, [](double share) { return share > 0; });
      const auto usual = static_cast<double>(first - class_shares_.begin());
      const auto told_of = [&](Value numbers) {
        return one_hot(reshape(numbers, {rows}), class_shares_.size());
      };
      given = told_of(select(of_codes < 0.0, graph().constant(usual), of_codes));
      const Value u = random_uniform(graph(), {rows, 1}, system_.seed, draws_);
      drawn = told_of(wanted_or_drawn(of_draws, u, class_shares_));
      decode.inputs.push_back({"class", of_codes, rows_of(Axis::latent), any_class});
      sample.inputs.push_back({"class", of_draws, rows_of(Axis::latent), any_class});
    }
    decode.outputs = {{"x", decoder_->mean(told(codes, given)), rows_of(Axis::dimension)}};
    system_.abilities.push_back(std::move(decode));
    const Value from = told(z, drawn);
    const Value x = data_.train.shape.picture() ? decoder_->mean(from)
                                                : decoder_->sample(from, system_.seed, draws_);
    sample.outputs = {{"x", x, rows_of(Axis::dimension)}};
    system_.abilities.push_back(std::move(sample));
  }

  // ln Σ over draws of p(x, z)/q(z|x), (B); where there are classes over these too, by their
  // shares.
  Value log_importance(Value x, Extent draws, Value counter) {
    const OfClasses of = of_every_class(x);
    const Rows rows{of.x, of.classes};
    const Posterior q = (*encoder_)(told(rows.x, rows.classes));
    const Draws draw = drawn(q, draws, counter);
    const Value sums =
        log_sum_exp(log_likelihood(*decoder_, rows, draw.z) + log_prior_ratio(q, draw), {0});
    return over_classes(sums, of);
  }

  void build_importance() {
    const Extent rows = std::max<Extent>(1, most_importance_rows / std::max<Extent>(1, classes()));
    const Value x = input("importance.data", rows, dimensions_);
    Ability importance{"importance",
                       {{"x", x, rows_of(Axis::dimension)}},
                       {{"log_sum", log_importance(x, importance_draws, draws_), {Axis::row}}}};
    importance.draw = draws_;
    importance.draws = importance_draws;
    system_.abilities.push_back(std::move(importance));
  }

  // ln p(x) of points of the plane by importance sampling, half of the draws from q and half from
  // the prior: far from the data, where nobody has taught q, the prior's weights stay bounded.
  // The weights are p(x, z) over the mixture of both (Veach & Guibas 1995).
  void build_density() {
    Graph& g = graph();
    const Value query = input("query", plane_rows, dimensions_);
    const Value counter = g.index_constant(evaluation_counter);
    Posterior q = (*encoder_)(query);
    q.log_variance = maximum(minimum(q.log_variance, 20.0), -20.0);
    const Extent half = plane_draws / 2;
    const Value prior = random_normal(g, {half * plane_rows, latents_}, system_.seed, counter);
    const Value z = concatenate({drawn(q, half, counter).z, prior}, 0);
    const Value spread = reshape(z, {plane_draws, plane_rows, latents_});
    const Value log_q =
        sum(distributions::gaussian_log_density(spread, q.mean, q.log_variance), {2});
    const Value log_p = sum(distributions::standard_log_density(spread), {2});
    // ln (p + q)/2 = ln p + ln (1 + q/p) − ln 2
    const Value log_mixture = log_p + softplus(log_q - log_p) - std::numbers::ln2;
    const Value log_weights = decoder_->log_likelihood(query, z) + log_p - log_mixture;
    system_.abilities.push_back(
        {"log_density",
         {{"x", query, rows_of(Axis::dimension)}},
         {{"log_density",
           log_sum_exp(log_weights, {0}) - std::log(static_cast<double>(plane_draws)),
           {Axis::row},
           Meaning::estimate}}});
  }

  // Numbers that are lacking: chains of p(z|what is there) by Hamiltonian Monte Carlo, and what z
  // decodes to in their place.
  void build_inpainting() {
    Graph& g = graph();
    const auto kept = [&](const char* name, Extent columns) {
      return input(name, inpainted_rows, columns);
    };
    const Value given = kept("inpaint.given", dimensions_),
                hidden = kept("inpaint.hidden", dimensions_),
                now = kept("inpaint.now", dimensions_), z = kept("inpaint.z", latents_);
    const Value moves = index_input("inpaint.moves");
    const Value log_step = g.variable("inpaint.log_step", g.constant(std::log(0.1)), Role::input);
    const Value filled = select(hidden, uniform_noise(given.shape(), draws_), given);
    Ability start{
        "inpaint_start",
        {{"given", given, rows_of(Axis::dimension)}, {"hidden", hidden, rows_of(Axis::dimension)}},
        {},
        {{now, filled},
         {z, drawn((*encoder_)(filled), 1, draws_).z},
         {moves, index_multiply(draws_, g.index_constant(1u << 17))},
         {log_step, g.constant(std::log(0.1))}}};
    start.draw = draws_;
    system_.abilities.push_back(std::move(start));
    constexpr int leapfrog = 10;
    const Value visible = 1.0 - hidden;
    const infer::Transition moved = infer::hmc(
        [&](Value position) {
          return reshape(decoder_->log_likelihood(given, position, visible), {inpainted_rows}) +
                 sum(distributions::standard_log_density(position), {1});
        },
        z, leapfrog, exp(log_step), system_.seed, moves);
    // The bound of the picture as it was.
    const Posterior q = (*encoder_)(now);
    const Value fit =
        reshape(decoder_->log_likelihood(now, drawn(q, 1, moves).z), {inpainted_rows});
    const Value kl = sum(distributions::kl_to_standard(q.mean, q.log_variance), {1});
    const Value next = select(hidden, decoder_->mean(moved.position), given);
    system_.abilities.push_back(
        {"inpaint_move",
         {},
         {{"x", next, rows_of(Axis::dimension)},
          {"log_density", fit - kl, {Axis::row}, Meaning::bound}},
         {{now, next},
          {z, moved.position},
          {moves, index_add(moves, g.index_constant(1))},
          {log_step, log_step + 2 * tuning_rate * (moved.acceptance - 0.8)}}});
  }

  void build_marginal() {
    Graph& g = graph();
    const Extent rows = most_importance_rows;
    const Value x = input("marginal.data", rows, dimensions_);
    const Value z = g.variable("marginal.z", g.constant(0, {rows, latents_}));
    const Value counter = g.variable("marginal.counter", g.index_constant(0));
    const Value log_step = g.variable("marginal.log_step", g.constant(std::log(0.1)));
    Ability start{"posterior_start",
                  {{"x", x, rows_of(Axis::dimension)}},
                  {},
                  {{z, drawn((*encoder_)(x), 1, draws_).z},
                   // More moves than there are in a part lie between two counts.
                   {counter, index_multiply(draws_, g.index_constant(1u << 17))},
                   {log_step, g.constant(std::log(0.1))}}};
    start.draw = draws_;
    system_.abilities.push_back(std::move(start));
    constexpr int leapfrog = 4;
    const auto log_density = [&](Value position) { return log_joint({x, {}}, position); };
    const infer::Transition moved =
        infer::hmc(log_density, z, leapfrog, exp(log_step), system_.seed, counter);
    system_.abilities.push_back(
        {"posterior_move",
         {},
         {{"z", moved.position, rows_of(Axis::latent)},
          {"log_joint", log_density(moved.position), {Axis::row}},
          {"acceptance", moved.acceptance}},
         {{z, moved.position},
          {counter, index_add(counter, g.index_constant(1))},
          {log_step, log_step + 2 * tuning_rate * (moved.acceptance - 0.9)}}});
  }

  const Json& model_;
  const Json& objective_;
  const Learner& learner_;
  Extent dimensions_, latents_;
  std::unique_ptr<Encoder> encoder_;
  std::unique_ptr<Decoder> decoder_;
  std::vector<Value> weights_;
  std::vector<std::pair<Value, Value>> log_deviations_;  // of weights that are uncertain: ln σ
  Value draws_;      // counts draws of what is sampled and estimated
  Value weight_kl_;  // KL(q(θ) ‖ p(θ)), a datum's share; none where weights are certain
};

const VaeBuilder::Learner VaeBuilder::learners[5] = {
    {"aevb", &VaeBuilder::over_rows, &VaeBuilder::variational},
    {"iwae", &VaeBuilder::over_rows, &VaeBuilder::importance_weighted},
    {"wake-sleep", &VaeBuilder::wake_sleep, nullptr},
    {"mcem", &VaeBuilder::expectation_maximisation, nullptr},
    {"full-vb", &VaeBuilder::full_variational, &VaeBuilder::variational},
};

}  // namespace

// ---------------------------------------------------------------- 4. the row

System make_vae(const Json& spec, const data::Dataset& data) {
  return VaeBuilder(spec, data).build();
}

namespace {

void add_vae_keys(keys::KeyList& list) {
  list["model"]
      .choice("model.decoder", {"bernoulli", "gaussian", "fixed-gaussian", "logistic"})
      .otherwise("data.name", data::names_drawn(true), "gaussian")
      // Bits lie in [0, 1].
      .otherwise("data.scale", {"symmetric", "standard"}, "gaussian")
      .fit({"bernoulli"}, "data.name", data::names_drawn(false))
      .when("model.name", {"vae"});
  list.choice("model.mean", {"linear", "sigmoid"})
      .when("model.decoder", {"gaussian", "fixed-gaussian", "logistic"});
  list.number("model.deviation", 0.1, {1e-4, 100, 0.01, 1, true})
      .when("model.decoder", {"fixed-gaussian"});

  const auto of = [](const keys::Row& row, keys::Words objectives) {
    return row.when("objective.name", objectives);
  };
  of(list["objective"].choice("objective.estimator", {"B", "A"}), {"aevb", "full-vb"});
  of(list.integer("objective.samples", 1, {1, 1000, 1, 50, true}), {"aevb", "iwae", "full-vb"})
      .otherwise("objective.name", {"iwae"}, 5);
  of(list.choice("objective.uncertain", {"decoder", "both"}), {"full-vb"});
  of(list.choice("objective.form", {"beta", "capacity"}), {"aevb"});
  list.number("objective.beta", 1, {0, 1000, 0, 10}).live().when("objective.form", {"beta"});
  const auto to_capacity = [](const keys::Row& row) {
    return row.live().when("objective.form", {"capacity"});
  };
  to_capacity(list.number("objective.gamma", 30, {0, 10000, 1, 1000, true}));
  to_capacity(list.number("objective.capacity", 25, {0, 1000, 0, 50})).unit("nats");
  to_capacity(list.number("objective.capacity_steps", 10000, {1, 1e9, 100, 100000, true}))
      .unit("steps");
  of(list.integer("objective.leapfrog", 10, {1, 100, 1, 20}), {"mcem", "contrastive-divergence"})
      .otherwise("objective.name", {"contrastive-divergence"}, 3);
  of(list.integer("objective.updates", 5, {1, 100, 1, 20}), {"mcem"});
  of(list.number("objective.acceptance", 0.9, {0.05, 0.999, 0.5, 0.99}),
     {"mcem", "contrastive-divergence"})
      .live();
  of(list.boolean("objective.weight_prior", false), {"aevb", "iwae", "wake-sleep", "mcem"});

  list["measure"]
      .choice("measure.log_marginal", {"none", "importance", "hmc"})
      .fit_or_absent({"hmc"}, "model.condition", {"none"})
      .live()
      .when("model.name", {"vae"});
  const auto estimated = [](const keys::Row& row) {
    row.live().when("measure.log_marginal", {"importance", "hmc"});
  };
  estimated(list.integer("measure.samples", 500, {2, 100000, 50, 5000, true}));
  estimated(list.integer("measure.points", 100000, {1, 100000, 100, 10000, true}));
}

// A decoder of bits is no density of grey levels.
void compare_by_density(Json& model) {
  if (model.value("decoder", "bernoulli") == "bernoulli") model["decoder"] = "gaussian";
}

}  // namespace

Family vae_family() {
  Family row;
  row.name = "vae";
  row.objectives = {"aevb", "iwae", "wake-sleep", "mcem", "full-vb"};
  row.on_plane = {{"elbo", "decode", "sample", "importance", "posterior_start", "posterior_move",
                   "log_density"},
                  {"log-density", "samples", "latent", "bound"},
                  R"({"model": {"name": "vae", "latents": 2, "width": 64, "depth": 2,
                                "activation": "swish", "decoder": "gaussian"},
                      "objective": {"name": "aevb", "batch": 512}, "optimiser": {"rate": 0.003}})"};
  row.on_others = {{"elbo", "decode", "sample", "importance", "posterior_start", "posterior_move",
                    "corrupt", "inpaint_start", "inpaint_move"},
                   {"latent", "manifold", "reconstructions", "bound"},
                   R"({"model": {"name": "vae", "latents": 8, "width": 200, "depth": 1,
                                 "activation": "tanh", "decoder": "gaussian"},
                       "objective": {"name": "aevb", "batch": 100}, "optimiser": {"rate": 0.001}})"};
  row.shared_keys = {"model.width",   "model.depth",   "model.activation", "model.initial",
                     "model.latents", "model.network", "model.condition"};
  row.add_keys = add_vae_keys;
  row.place = 2;
  row.width = 200;
  row.depth = 1;
  row.of_bits = true;
  row.compare = compare_by_density;
  return row;
}

}  // namespace lab::models
