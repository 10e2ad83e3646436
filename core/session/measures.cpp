#include "core/session/measures.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <stdexcept>

#include "core/data/ica.hpp"
#include "core/data/mean.hpp"
#include "core/data/random.hpp"
#include "core/data/vectors.hpp"
#include "core/execute/memory_limit.hpp"
#include "core/infer/assignment.hpp"
#include "core/infer/disentanglement.hpp"
#include "core/infer/ica.hpp"
#include "core/infer/marginal.hpp"
#include "core/infer/roc.hpp"
#include "core/models/contrast.hpp"
#include "core/session/anomalies.hpp"
#include "core/session/experiment.hpp"
#include "core/session/features.hpp"

namespace lab::session {

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

// Numbers of test points of the plane that an unnormalised density is averaged over.
constexpr std::size_t most_plane_test = 2 * 2000;

constexpr std::uint32_t test_stream = 0, train_stream = 1;

// Draws of uncertain weights that a bound is averaged over, while training and in the end.
constexpr int few_weight_draws = 4, most_weight_draws = 32;

// Moves of posterior chains before the first that counts.
constexpr int tuning = 100;

// A mean over data with its standard error, where there are two or more.
void add_mean(const std::string& name, std::span<const float> values, Measures& measures) {
  measures[name] = mean_of(values);
  if (values.size() > 1) measures[name + "_se"] = standard_error_of(values);
}

// Data whose codes are looked at for what they say of factors, at most; pairs of data for each
// factor.
constexpr std::size_t most_coded = 10000, most_pairs = 1500;
constexpr std::uint64_t pairs_seed = 1;

double value_or(const Measures& measures, const char* name, double otherwise) {
  const auto found = measures.find(name);
  return found == measures.end() ? otherwise : found->second;
}

}  // namespace

Measurer::Measurer(Experiment& experiment)
    : experiment_(experiment),
      entropy_{unknown, unknown},
      optimum_(unknown),
      log_normaliser_(unknown),
      train_variance_(unknown) {
  const data::Dataset& data = experiment.data();
  if (!data.plane()) return;
  cells_ = data::make_cells(data.plane_truth());
  if (!experiment.system().normalised()) {
    outside_ = data::make_outside(data.plane_truth().integration_box());
  }
  if (has_truth()) entropy_ = data::entropy(cells_);
}

double Measurer::truth_integral() const {
  return has_truth() ? std::exp(data::log_integral(cells_.log_density, cells_).value) : unknown;
}

// The objective that the true density would reach on the very points that are evaluated.
Task<> Measurer::find_optimum() {
  const data::Dataset& data = experiment_.data();
  const std::string objective_name = experiment_.spec().at("objective").at("name");
  const bool contrasts = objective_name == "nce" || objective_name == "flow-contrastive";
  if (!contrasts || !data.knows_density() || !experiment_.can("evaluated_noise")) co_return;
  const Arrays evaluated = co_await experiment_.call("evaluated_noise");
  const std::vector<float>& noise_points = evaluated.values("x");
  const auto count = static_cast<std::size_t>(experiment_.system().evaluated);
  const std::size_t size = data.dimensions();
  const std::span data_points(data.test.values.data(), size * count);
  const Arrays data_densities = co_await experiment_.call("log_density", given("x", data_points));
  const Arrays noise_densities = co_await experiment_.call("log_density", given("x", noise_points));
  const std::vector<float>& at_data = data_densities.values("log_noise");
  const std::vector<float>& at_noise = noise_densities.values("log_noise");
  const auto g = [&](std::span<const float> points, const std::vector<float>& log_noise,
                     std::size_t i) {
    const std::span<const float> point = points.subspan(i * size, size);
    const double truth =
        data.truth->log_density(std::vector<double>(point.begin(), point.end())).value();
    return std::max(truth, -1e30) - static_cast<double>(log_noise[i]);
  };
  std::vector<double> of_data, of_noise;
  for (std::size_t i = 0; i < at_data.size(); ++i) of_data.push_back(g(data_points, at_data, i));
  for (std::size_t i = 0; i < at_noise.size(); ++i) {
    of_noise.push_back(g(noise_points, at_noise, i));
  }
  const Json& objective = experiment_.spec().at("objective");
  optimum_ = models::nce_objective(of_data, of_noise, objective.value("loss", "logistic"),
                                   objective.value("noise_weight", 1.0));
}

Task<double> Measurer::log_normaliser() {
  if (experiment_.system().normalised()) co_return 0;
  if (std::isnan(log_normaliser_)) co_await measure();
  co_return log_normaliser_;
}

// ln p⁰ = ln p − c in double.
Task<std::vector<double>> Measurer::log_unnormalised(const data::Cells& cells, double c) {
  const Arrays densities = co_await experiment_.call("log_density", given("x", cells.points));
  const std::vector<float>& model = densities.values("log_density");
  std::vector<double> result(model.size());
  for (std::size_t i = 0; i < model.size(); ++i) result[i] = static_cast<double>(model[i]) - c;
  co_return result;
}

Task<> Measurer::measure_plane(Measures& measures) {
  const bool normalised = experiment_.system().normalised();
  const double c = value_or(measures, "c", 0);
  const std::vector<double> log_p0 = co_await log_unnormalised(cells_, c);
  const auto add = [&](const std::string& name, data::Integral integral, double sign = 1) {
    measures[name] = sign * integral.value;
    if (std::isfinite(integral.error)) measures[name + "_error"] = integral.error;
  };
  double log_more = 0;  // ln of what Z is more than the integral over the cells, as a factor
  if (!normalised) {
    data::Integral log_z = data::log_integral(log_p0, cells_);
    const std::vector<double> log_outside = co_await log_unnormalised(outside_, c);
    const data::Integral outside = data::log_integral(log_outside, outside_);
    log_more = std::log1p(std::exp(outside.value - log_z.value));
    const double share = -std::expm1(-log_more);
    log_z = {log_z.value + log_more, std::hypot((1 - share) * log_z.error, share * outside.error)};
    add("minus_log_z", log_z, -1);
    add("z_outside", {share, share * (1 - share) * std::hypot(log_z.error, outside.error)});
    log_normaliser_ = measures.at("minus_log_z") - c;
  }
  if (has_truth()) {
    data::Integral kl = data::kl_divergence(log_p0, normalised, cells_);
    kl.value += log_more;
    add("kl_to_truth", kl);
    if (experiment_.system().ability("log_density").output("log_flow")) {
      Call how;
      how.outputs = {"log_flow"};
      const Arrays flow = co_await experiment_.call("log_density", given("x", cells_.points), how);
      const std::vector<float>& log_flow = flow.values("log_flow");
      const std::vector<double> log_p(log_flow.begin(), log_flow.end());
      add("kl_flow", data::kl_divergence(log_p, true, cells_));
    }
    add("log_likelihood_optimum", entropy_, -1);
  }
  if (normalised) co_return;
  const std::vector<float>& test = experiment_.data().test.values;
  const std::span<const float> points(test.data(), std::min(test.size(), most_plane_test));
  const Arrays densities = co_await experiment_.call("log_density", given("x", points));
  measures["log_likelihood_test"] =
      mean_of(densities.values("log_density")) - c + measures.at("minus_log_z");
}

// The first `most` samples as evaluations see them, kept for the next time.
std::span<const float> Measurer::evaluated(const data::Samples& samples, std::vector<float>& kept,
                                           std::size_t most) {
  const data::Dataset& data = experiment_.data();
  const std::size_t wanted = std::min(most, samples.count()) * data.dimensions();
  if (kept.size() < wanted) kept = data.evaluated(samples, most);
  return std::span<const float>(kept).first(wanted);
}

Task<> Measurer::measure_likelihood(const char* name, const data::Samples& samples,
                                    std::vector<float>& kept, std::size_t most,
                                    Measures& measures) {
  Call how;
  how.outputs = {"log_density"};
  const char* const density = experiment_.system().exact_density()->name;
  const Arrays exact =
      co_await experiment_.call(density, given("x", evaluated(samples, kept, most)), how);
  add_mean(name, exact.values("log_density"), measures);
}

// Of data whose density is known and that are not of the plane: what is measured there on cells is
// here a mean over test data. `log_z`: what ln p(x) says too much.
Task<> Measurer::measure_vectors(std::size_t most, double log_z, Measures& measures) {
  const data::Dataset& data = experiment_.data();
  const models::System& system = experiment_.system();
  const models::Ability* const exact = system.exact_density();
  Call how;
  how.outputs = {"log_density"};
  const std::span<const float> x = evaluated(data.test, evaluated_test_, most);
  const Arrays found =
      co_await experiment_.call(exact ? exact->name : "log_density", given("x", x), how);
  std::vector<float> likelihoods = found.values("log_density"), differences;
  const std::vector<double> points(x.begin(), x.end());
  const std::vector<double> truth = data::log_density(*data.truth, points);
  for (std::size_t i = 0; i < likelihoods.size(); ++i) {
    likelihoods[i] -= static_cast<float>(log_z);
    differences.push_back(static_cast<float>(truth[i] - static_cast<double>(likelihoods[i])));
  }
  add_mean("log_likelihood_test", likelihoods, measures);
  add_mean("kl_to_truth", differences, measures);
  if (const auto entropy = data.truth->entropy()) {
    measures["log_likelihood_optimum"] = -*entropy;
  }
}

// How far B and c are from those of the sources that data were mixed from.
Task<> Measurer::measure_unmixing(Measures& measures) {
  const Arrays found = co_await experiment_.call("unmixing");
  const std::vector<float>& floats = found.values("unmixing");
  const std::vector<double> unmixing(floats.begin(), floats.end());
  const std::size_t size = experiment_.data().dimensions();
  const double minus_log_z = infer::ica_log_constant(unmixing);
  measures["minus_log_z"] = minus_log_z;
  const double c = value_or(measures, "c", minus_log_z);
  log_normaliser_ = experiment_.system().normalised() ? 0 : minus_log_z - c;
  const data::Mixing* const mixing = data::mixing_behind(experiment_.data().truth.get());
  if (!mixing) co_return;
  measures["squared_error_b"] = infer::match_rows(mixing->inverse, unmixing, size).squared_error;
  const double away = c - mixing->log_constant();
  measures["squared_error_c"] = away * away;
}

Task<> Measurer::measure_exact(std::size_t most, Measures& measures) {
  const data::Dataset& data = experiment_.data();
  co_await measure_likelihood("log_likelihood_train", data.train, evaluated_train_, most, measures);
  co_await measure_likelihood("log_likelihood_test", data.test, evaluated_test_, most, measures);
  const double test = measures.at("log_likelihood_test");
  // What trains a model whose ln p(x) is known may be another objective.
  measures.emplace("objective_train", measures.at("log_likelihood_train"));
  measures.emplace("objective_test", test);
  if (data.validation.count() > 0) {
    co_await measure_likelihood("log_likelihood_validation", data.validation, evaluated_validation_,
                                most, measures);
  }
  const models::Ability* const scaled = experiment_.system().find("scales");
  if (scaled && scaled->output("whitening_log_det")) {
    const Arrays scales = co_await experiment_.call("scales");
    const auto log_det = static_cast<double>(scales.values("whitening_log_det").front());
    measures["log_likelihood_whitened"] = test - log_det;
  }
  if (!data.has_bits()) co_return;
  measures["bits_per_dim"] = data.bits_per_dimension(test);
  if (const auto error = measures.find("log_likelihood_test_se"); error != measures.end()) {
    measures["bits_per_dim_se"] =
        error->second / (static_cast<double>(data.dimensions()) * std::log(2.0));
  }
}

// The bound of every row; where weights are uncertain its mean over so many draws of them, less a
// datum's share of their KL.
Task<Measurer::Elbo> Measurer::mean_bound(std::span<const float> x, std::uint32_t stream, int draws,
                                          double kl_weights) {
  const bool uncertain = static_cast<bool>(experiment_.system().ability("elbo").weight_draw);
  if (!uncertain) draws = 1;
  Elbo result;
  for (int draw = 0; draw < draws; ++draw) {
    Call how;
    how.draw = evaluation_draw(stream + 2 * static_cast<std::uint32_t>(draw));
    how.weight_draw = models::evaluation_counter - static_cast<std::uint32_t>(draw);
    how.outputs = {"elbo", "log_likelihood", "objective", "kl"};
    if (draw == 0 && stream == test_stream && !experiment_.data().test.factors.empty()) {
      how.outputs[4] = "mean";
      how.outputs[5] = "log_variance";
    }
    Arrays one = co_await experiment_.call("elbo", given("x", x), how);
    const auto add = [&](std::vector<float>& to, const char* name, double less) {
      std::vector<float> more = one.take(name);
      if (!uncertain) {
        to = std::move(more);
        return;
      }
      to.resize(more.size(), static_cast<float>(-less));
      for (std::size_t i = 0; i < more.size(); ++i) to[i] += more[i] / static_cast<float>(draws);
    };
    add(result.elbo, "elbo", kl_weights);
    add(result.objective, "objective", kl_weights);
    add(result.log_likelihood, "log_likelihood", 0);
    add(result.kl, "kl", 0);
    if (!how.outputs[4]) continue;
    result.mean = one.take("mean");
    result.log_variance = one.take("log_variance");
  }
  co_return result;
}

Task<> Measurer::measure_bound(std::size_t most, Measures& measures) {
  const data::Dataset& data = experiment_.data();
  const double kl_weights = value_or(measures, "kl_weights", 0);
  const int draws = most > usual_count ? most_weight_draws : few_weight_draws;
  const Elbo train = co_await mean_bound(evaluated(data.train, evaluated_train_, most),
                                         train_stream, draws, kl_weights);
  const Elbo test = co_await mean_bound(evaluated(data.test, evaluated_test_, most), test_stream,
                                        draws, kl_weights);
  measures["objective_train"] = mean_of(train.objective);
  measures["objective_test"] = mean_of(test.objective);
  add_mean("elbo_train", train.elbo, measures);
  add_mean("elbo_test", test.elbo, measures);
  measures["reconstruction"] = mean_of(test.log_likelihood);
  measures["kl"] = mean_of(test.kl) * static_cast<double>(experiment_.system().latents);
  if (has_truth()) measures["elbo_optimum"] = -entropy_.value;
  if (!test.mean.empty()) measure_factors(test.mean, test.log_variance, measures);
}

Task<> Measurer::measure_errors(std::size_t most, Measures& measures) {
  const data::Dataset& data = experiment_.data();
  const std::size_t size = data.dimensions();
  if (std::isnan(train_variance_)) train_variance_ = variance_of(data.train.values);
  const bool by_entropy = experiment_.spec().at("objective").value("loss", "") == "cross-entropy";
  for (const bool test : {false, true}) {
    const std::string of = test ? "_test" : "_train";
    const std::span<const float> clean = test ? evaluated(data.test, evaluated_test_, most)
                                              : evaluated(data.train, evaluated_train_, most);
    std::vector<float> seen(clean.begin(), clean.end());
    if (experiment_.system().denoises) {
      Call how;
      how.draw = evaluation_draw(test ? test_stream : train_stream);
      Arrays corrupted = co_await experiment_.call("corrupt", given("x", clean), how);
      seen = corrupted.take("x");
      if (test) measures["mse_corrupted"] = mean_of(squared_errors(seen, clean, size));
    }
    const Arrays decoded = co_await experiment_.call("reconstruct", given("x", seen));
    const std::vector<float>& repaired = decoded.values("x");
    add_mean("mse" + of, squared_errors(repaired, clean, size), measures);
    double objective = -measures.at("mse" + of);
    if (decoded.has("objective")) objective = mean_of(decoded.values("objective"));
    if (by_entropy) {
      objective = 0;
      for (std::size_t i = 0; i < clean.size(); ++i) {
        const double p = std::clamp(static_cast<double>(repaired[i]), 1e-7, 1 - 1e-7),
                     x = static_cast<double>(clean[i]);
        objective += x * std::log(p) + (1 - x) * std::log1p(-p);
      }
      objective /= static_cast<double>(clean.size() / size);
    }
    measures["objective" + of] = objective;
  }
  measures["mse_over_variance"] = measures.at("mse_test") / train_variance_;
}

Task<> Measurer::measure_codes(std::size_t most, Measures& measures) {
  const data::Dataset& data = experiment_.data();
  Call how;
  how.outputs = {"codes", "log_prior"};
  const Arrays coded = co_await experiment_.call(
      "codes", given("x", evaluated(data.test, evaluated_test_, most)), how);
  const Array& codes = coded.at("codes");
  const models::System& system = experiment_.system();
  const std::size_t sites = system.code_sites(), rows = codes.values.size() / sites;
  for (std::size_t i = 0; i < system.code_levels.size(); ++i) {
    const models::CodeLevel& level = system.code_levels[i];
    const auto each_code = [&](const auto& see) {
      for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t site = 0; site < level.sites(); ++site) {
          see(row, static_cast<std::size_t>(codes.values[row * sites + level.first + site]));
        }
      }
    };
    std::vector<double> counts(static_cast<std::size_t>(system.codes), 0);
    each_code([&](std::size_t, std::size_t code) { ++counts[code]; });
    const auto all = static_cast<double>(rows * level.sites());
    // −ln of how often its codes are used, of each row: their mean is the entropy.
    std::vector<float> surprises(rows, 0);
    each_code([&](std::size_t row, std::size_t code) {
      surprises[row] -=
          static_cast<float>(std::log(counts[code] / all) / static_cast<double>(level.sites()));
    });
    const std::string which = i == 0 ? "" : "_" + std::to_string(i + 1);
    const std::string perplexity = "perplexity" + which;
    measures[perplexity] = std::exp(mean_of(surprises));
    if (rows > 1) {
      measures[perplexity + "_se"] = measures.at(perplexity) * standard_error_of(surprises);
    }
    measures["codes_used" + which] =
        static_cast<double>(std::ranges::count_if(counts, [](double count) { return count > 0; }));
  }
  if (coded.has("log_prior")) {
    add_mean("log_prior_test", coded.values("log_prior"), measures);
  }
}

// Of a bound from a group of rows at a time the groups are independent, not the rows.
Task<> Measurer::measure_information(std::size_t most, Measures& measures) {
  const data::Dataset& data = experiment_.data();
  const models::Ability& ability = experiment_.system().ability("information");
  const std::string name = ability.output("information") ? "information" : "log_ratio";
  const bool of_groups = ability.output(name)->meaning == models::Meaning::bound;
  const auto group = static_cast<std::size_t>(ability.rows());
  for (const bool test : {false, true}) {
    const std::string of = test ? "_test" : "_train";
    std::span<const float> x = test ? evaluated(data.test, evaluated_test_, most)
                                    : evaluated(data.train, evaluated_train_, most);
    const std::size_t rows = x.size() / data.dimensions();
    if (rows >= group) x = x.first(rows / group * group * data.dimensions());
    const Arrays seen = co_await experiment_.call("information", given("x", x));
    measures["objective" + of] = mean_of(seen.values("objective"));
    if (!test) continue;
    std::vector<float> each = seen.values(name);
    if (of_groups) {
      std::vector<float> means;
      for (std::size_t at = 0; at + group <= each.size(); at += group) {
        means.push_back(static_cast<float>(mean_of(std::span(each).subspan(at, group))));
      }
      if (!means.empty()) each = std::move(means);
    }
    add_mean(name == "information" ? "mutual_information" : "divergence", each, measures);
  }
  if (of_groups) measures["information_ceiling"] = std::log(static_cast<double>(group));
  const data::KnownRatio* const known = data::ratio_behind(data.truth.get());
  if (!known) co_return;
  if (name == "information") measures["mutual_information_truth"] = known->mutual_information();
  else measures["divergence_truth"] = known->divergence();
}

Task<> Measurer::measure_anomalies(std::size_t most, Measures& measures) {
  const data::Dataset& data = experiment_.data();
  const std::vector<std::string> scores = anomaly_scores(experiment_);
  if (data.strange.count() == 0 || scores.empty()) co_return;
  const std::vector<float> normal = co_await score_anomalies(
      experiment_, scores.front(), evaluated(data.test, evaluated_test_, most));
  const std::vector<float> strange = co_await score_anomalies(
      experiment_, scores.front(), evaluated(data.strange, evaluated_strange_, most));
  const infer::AreaUnderCurve auc = infer::area_under_curve(normal, strange);
  measures["auc"] = auc.value;
  if (std::isfinite(auc.standard_error)) measures["auc_se"] = auc.standard_error;
}

Task<> Measurer::measure_features(Measures& measures) {
  const std::size_t most = 2000;
  const data::Dataset& data = experiment_.data();
  const bool codes =
      experiment_.can("encode") || experiment_.can("elbo") || experiment_.can("codes");
  const std::set<std::int32_t> known(data.train.labels.begin(), data.train.labels.end());
  if (!codes || data.plane() || known.size() < 2 || data.test.labels.empty()) co_return;
  const std::vector<float> train = data.evaluated(data.train, most),
                           test = data.evaluated(data.test, most);
  Labelled labelled;
  labelled.train = co_await features(experiment_, train);
  labelled.test = co_await features(experiment_, test);
  const auto first = [&](const std::vector<std::int32_t>& labels) {
    return std::vector(labels.begin(),
                       labels.begin() + static_cast<std::ptrdiff_t>(std::min(most, labels.size())));
  };
  labelled.train_labels = first(data.train.labels);
  labelled.test_labels = first(data.test.labels);
  labelled.classes = data.train.classes.size();
  Judge judge(std::move(labelled));
  while (!judge.done()) judge.go_on(1e3);
  const Judged& found = judge.found();
  measures["probe_accuracy"] = found.linear;
  measures["probe_accuracy_se"] = found.error_of(found.linear);
  measures["knn_accuracy"] = found.nearest;
  measures["knn_accuracy_se"] = found.error_of(found.nearest);
  measures["cluster_purity"] = found.purity;
  measures["cluster_information"] = found.information;
}

// Of the codes of the first test data; log_variance is empty where codes are points.
void Measurer::measure_factors(std::span<const float> mean, std::span<const float> log_variance,
                               Measures& measures) const {
  const auto latents = static_cast<std::size_t>(experiment_.system().latents);
  const std::size_t count = std::min(mean.size() / latents, most_coded);
  const auto sound = [](float value) { return std::isfinite(value); };
  if (count < 2 || !std::ranges::all_of(mean, sound) || !std::ranges::all_of(log_variance, sound)) {
    return;
  }
  const infer::Factors factors = infer::factors_of(experiment_.data().test, count);
  mean = mean.first(count * latents);
  const auto add = [&](const std::string& name, const infer::Gap& gap) {
    if (!std::isfinite(gap.value)) return;
    measures[name] = gap.value;
    measures[name + "_se"] = gap.error;
  };
  add("mig_mean", infer::mig_mean(infer::information_of_means(mean, latents, factors), factors));
  if (log_variance.empty()) return;
  add("mig_sampled",
      infer::mig_sampled(infer::information_of_samples(mean, log_variance.first(count * latents),
                                                       latents, factors),
                         factors));
}

// Pairs of test data and pictures made to share one of their factors with them, all else being
// that of other test data.
Task<> Measurer::measure_pairs(Measures& measures) {
  const data::Dataset& data = experiment_.data();
  const auto latents = static_cast<std::size_t>(experiment_.system().latents);
  const std::size_t factors = data.test.factors.size(),
                    pairs = std::min(data.test.count(), most_pairs);
  if (!data.painter || factors < 2 || pairs < 3) co_return;
  const std::vector<float> x = data.evaluated(data.test, pairs);
  const std::vector<float> first = co_await features(experiment_, x);
  std::vector<float> differences;
  for (std::size_t k = 0; k < factors; ++k) {
    data::Stream stream(pairs_seed, static_cast<std::uint32_t>(k));
    std::vector<float> values;
    for (std::size_t i = 0; i < pairs; ++i) {
      const std::size_t other = stream.below(static_cast<std::uint32_t>(data.test.count()));
      for (std::size_t of = 0; of < factors; ++of) {
        values.push_back(data.test.factor_values[(of == k ? i : other) * factors + of]);
      }
    }
    const std::vector<float> painted = data.painted(values);
    const std::vector<float> second = co_await features(experiment_, painted);
    for (std::size_t at = 0; at < second.size(); ++at) {
      differences.push_back(std::abs(first[at] - second[at]));
    }
  }
  const bool sound =
      std::ranges::all_of(differences, [](float value) { return std::isfinite(value); });
  if (!sound) co_return;
  const infer::Score score = infer::beta_vae_score(differences, factors, latents);
  measures["beta_vae_score"] = score.value;
  measures["beta_vae_score_se"] = score.error;
}

Task<Measures> Measurer::measure(std::size_t most) {
  // Noise may move, or learn.
  co_await find_optimum();
  if (most == usual_count) most = static_cast<std::size_t>(experiment_.system().measured);
  Measures measures;
  if (const models::Ability* const evaluate = experiment_.system().find("evaluate")) {
    const Arrays evaluated = co_await experiment_.call("evaluate");
    for (const models::Output& output : evaluate->outputs) {
      measures[output.name] = static_cast<double>(evaluated.values(output.name).front());
    }
  }
  if (!std::isnan(optimum_)) measures["objective_optimum"] = optimum_;
  if (experiment_.can("elbo")) co_await measure_bound(most, measures);
  if (experiment_.system().exact_density()) co_await measure_exact(most, measures);
  if (experiment_.can("reconstruct")) co_await measure_errors(most, measures);
  if (experiment_.can("codes")) co_await measure_codes(most, measures);
  if (experiment_.can("information")) co_await measure_information(most, measures);
  co_await measure_anomalies(most, measures);
  if (experiment_.can("encode") && !experiment_.data().test.factors.empty()) {
    const Arrays coded = co_await experiment_.call(
        "encode", given("x", evaluated(experiment_.data().test, evaluated_test_,
                                       std::min(most, most_coded))));
    measure_factors(coded.values("mean"), {}, measures);
  }
  if (experiment_.can("unmixing")) co_await measure_unmixing(measures);
  const bool plane = experiment_.data().plane();
  if (plane && experiment_.can("log_density")) co_await measure_plane(measures);
  const models::System& system = experiment_.system();
  const bool closed = system.exact_density() || experiment_.can("unmixing");
  if (!plane && experiment_.data().knows_density() && closed) {
    co_await measure_vectors(most, system.normalised() ? 0 : -log_normaliser_, measures);
  }

  const bool sound = std::all_of(measures.begin(), measures.end(),
                                 [](const auto& measure) { return std::isfinite(measure.second); });
  if (sound) experiment_.keep_good();
  co_return measures;
}

Task<Measures> Measurer::measure_all() {
  const data::Dataset& data = experiment_.data();
  const std::size_t all =
      std::max(std::max(data.train.count(), data.test.count()), data.strange.count());
  Measures measures = co_await measure(all);
  co_await measure_features(measures);
  if (experiment_.can("elbo") || experiment_.can("encode")) co_await measure_pairs(measures);
  const Json* method = find(experiment_.spec(), "measure.log_marginal");
  if (!method || *method == "none") co_return measures;
  const Json& section = experiment_.spec().at("measure");
  const std::vector<float> x = data.evaluated(data.test, section.at("points").get<std::size_t>());
  const std::vector<double> each =
      co_await log_marginal(x, method->get<std::string>(), section.at("samples").get<int>());
  co_await add_marginal(x, each, measures);
  co_return measures;
}

Task<> Measurer::add_marginal(std::span<const float> x, std::span<const double> each,
                              Measures& measures) {
  const double kl_weights = value_or(measures, "kl_weights", 0);
  const Elbo bound = co_await mean_bound(x, test_stream, most_weight_draws, kl_weights);
  const std::vector<float> log_p(each.begin(), each.end());
  std::vector<float> gap(bound.elbo.size());
  for (std::size_t i = 0; i < gap.size(); ++i) {
    gap[i] = static_cast<float>(each[i] - static_cast<double>(bound.elbo[i]));
  }
  add_mean("log_marginal", log_p, measures);
  add_mean("elbo_marginal", bound.elbo, measures);
  add_mean("elbo_gap", gap, measures);
}

Task<std::vector<double>> Measurer::log_marginal(std::span<const float> x,
                                                 const std::string& method, int draws) {
  const bool importance = method == "importance";
  if (!importance && method != "hmc") {
    throw std::invalid_argument("There is no estimator '" + method +
                                "' of the marginal likelihood; there are importance and hmc.");
  }
  const auto part = static_cast<std::size_t>(
      experiment_.system().ability(importance ? "importance" : "posterior_start").rows());
  const std::size_t dimensions = experiment_.data().dimensions();
  std::vector<double> result;
  for (std::size_t start = 0; start < x.size(); start += part * dimensions) {
    const auto rows = x.subspan(start, std::min(part * dimensions, x.size() - start));
    std::vector<double> more;
    if (importance) more = co_await by_importance(rows, draws);
    else more = co_await by_posterior(rows, draws);
    result.insert(result.end(), more.begin(), more.end());
  }
  co_return result;
}

Task<std::vector<double>> Measurer::by_importance(std::span<const float> x, int draws) {
  const auto each = static_cast<int>(experiment_.system().ability("importance").draws);
  const int runs = std::max(1, (draws + each - 1) / each);
  std::vector<double> totals(x.size() / experiment_.data().dimensions(),
                             -std::numeric_limits<double>::infinity());
  for (int run = 0; run < runs; ++run) {
    Call how;
    how.draw = experiment_.next_draw();
    const Arrays drawn = co_await experiment_.call("importance", given("x", x), how);
    const std::vector<float>& sums = drawn.values("log_sum");
    for (std::size_t i = 0; i < totals.size(); ++i) {
      const double more = static_cast<double>(sums[i]), top = std::max(totals[i], more);
      totals[i] = top + std::log(std::exp(totals[i] - top) + std::exp(more - top));
    }
  }
  for (double& total : totals) total -= std::log(static_cast<double>(runs * each));
  co_return totals;
}

Task<std::vector<double>> Measurer::by_posterior(std::span<const float> x, int draws) {
  const models::System& system = experiment_.system();
  const auto part = static_cast<double>(system.ability("posterior_start").rows());
  const auto width = static_cast<std::size_t>(system.latents);
  lab::require_memory(part * draws * static_cast<double>(width + 1) * sizeof(double),
                      std::to_string(draws) + " draws of the latents of each datum");
  const auto kept = static_cast<std::size_t>(draws);
  const std::size_t rows = x.size() / experiment_.data().dimensions();
  Call start, move;
  start.draw = experiment_.next_draw();
  (void)co_await experiment_.call("posterior_start", given("x", x), start);
  move.times = tuning;
  move.rows = rows;
  (void)co_await experiment_.call("posterior_move", {}, move);
  move.times = 1;
  std::vector<double> z(rows * kept * width), log_joint(rows * kept);
  for (std::size_t draw = 0; draw < kept; ++draw) {
    const Arrays moved = co_await experiment_.call("posterior_move", {}, move);
    const std::vector<float>&position = moved.values("z"), &joint = moved.values("log_joint");
    for (std::size_t row = 0; row < rows; ++row) {
      log_joint[row * kept + draw] = static_cast<double>(joint[row]);
      std::copy_n(position.begin() + static_cast<std::ptrdiff_t>(row * width), width,
                  z.begin() + static_cast<std::ptrdiff_t>((row * kept + draw) * width));
    }
  }
  std::vector<double> result;
  for (std::size_t row = 0; row < rows; ++row) {
    result.push_back(infer::log_marginal(std::span(z).subspan(row * kept * width, kept * width),
                                         std::span(log_joint).subspan(row * kept, kept), width));
  }
  co_return result;
}

bool Measurer::cross_entropy() const {
  const Json* decoder = find(experiment_.spec(), "model.decoder");
  return decoder && *decoder == "bernoulli" && !experiment_.data().bits;
}

std::vector<std::string> Measurer::notes() const {
  std::vector<std::string> notes = experiment_.data().notes();
  const std::vector<std::string>& more = experiment_.system().notes;
  notes.insert(notes.end(), more.begin(), more.end());
  if (cross_entropy()) {
    notes.push_back(
        "The Bernoulli decoder sees grey levels, not bits: elbo, log_marginal and reconstruction "
        "are cross-entropies with their sign turned, no ln p(x). Set 'data.binarise' for bits, or "
        "choose another 'model.decoder'.");
  }
  if (has_truth() && std::abs(truth_integral() - 1) > 1e-3) {
    notes.push_back("This truth is too fine for the cells it is integrated over: it sums to " +
                    std::to_string(truth_integral()) +
                    " there, and distances to it are no better known than that.");
  }
  return notes;
}

}  // namespace lab::session
