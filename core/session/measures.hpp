// What is measured of an experiment: every number on screen that says how well a model does.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/data/cells.hpp"
#include "core/data/dataset.hpp"
#include "core/execute/task.hpp"
#include "core/session/arrays.hpp"

namespace lab::session {

class Experiment;

// objective_train, objective_test, objective_optimum, kl_to_truth, c, minus_log_z, elbo_train,
// elbo_test, elbo_optimum, reconstruction, kl, kl_weights (a datum's share of the KL of uncertain
// weights, which bound and objective pay for); log_likelihood_train, _test, _validation, _optimum
// (exact, or of points of the plane normalised on cells), log_likelihood_whitened (without the
// whitening's log-det), bits_per_dim (of test pictures); log_marginal, elbo_marginal, elbo_gap of
// who asks for an estimate; mse_train, mse_test (of a number of a datum, given back from its code;
// of one that was corrupted before, where the model learns to repair), mse_corrupted (what that
// did), mse_over_variance (of test data, in units of the training data's variance);
// perplexity (exp of the entropy of the test data's discrete codes), codes_used (how many of them
// test data has), of several levels of the top; perplexity_2, codes_used_2, … of those below it;
// log_prior_test (ln p of a datum's codes, where there is a prior over them); auc (where some
// classes are strange: the chance that a datum of these scores above a test datum, by the model's
// usual score: core/session/anomalies.hpp); of latents and data whose factors of variation are
// known, as core/infer/disentanglement.hpp defines them, mig_mean, mig_sampled (where there are
// posteriors) and, over all data alone and where pictures of chosen factors can be made,
// beta_vae_score; over all data alone, where the model has codes and data have classes,
// probe_accuracy, knn_accuracy (of classifiers of test data that see codes alone), cluster_purity,
// cluster_information (core/session/features.hpp). kl_flow (to the truth from a flow that is the
// noise); mutual_information of the two halves of test data, or divergence, KL(data ‖ noise), as a
// critic says, each with _truth where that is known, and information_ceiling, what a bound cannot
// pass; theta; of models of independent components squared_error_b, squared_error_c, of the
// unmixing matrix (rows matched up to order and sign) and the constant, where data are known to be
// mixed sources, and minus_log_z in closed form; kl_to_truth of data that are not of the plane is a
// mean over test data. Those that are unknown are absent. A name with _error is that of an integral
// (core/data/cells.hpp), one with _se the standard error over data: of a mean, or as those files
// say.
using Measures = std::map<std::string, double>;

class Measurer {
 public:
  static constexpr std::size_t usual_count = 500;

  explicit Measurer(Experiment& experiment);

  // Every measure the model has, taken now over at most so many training and test data, or, as
  // usual, as many as the model bears while it trains (System::measured). Has the
  // experiment remember its parameters as good if all are numbers.
  Task<Measures> measure(std::size_t most = usual_count);
  // The same over all data, and log_marginal where the specification asks for it.
  Task<Measures> measure_all();
  // ln p(x) of each row of x (count, D), by importance sampling with the encoder as proposal, or
  // by the paper's estimator from posterior draws (core/infer/marginal.hpp): "importance", "hmc".
  Task<std::vector<double>> log_marginal(std::span<const float> x, const std::string& method,
                                         int draws);
  // log_marginal of test data x (count, D) from an estimate of each row, the bound of the very same
  // data, elbo_marginal, and what lies between them, elbo_gap, each with its standard error.
  Task<> add_marginal(std::span<const float> x, std::span<const double> each, Measures& measures);

  // What must be added to log_density to make it a density: 0 where it is one, else −ln Z − c as
  // measured last, or now.
  Task<double> log_normaliser();

  bool has_truth() const { return !cells_.log_density.empty(); }
  // Of the truth, and what it integrates to where densities are integrated; NaN without a truth.
  double entropy() const { return entropy_.value; }
  double truth_integral() const;
  // A decoder of bits that sees grey levels: what the names above call likelihood is then a
  // cross-entropy, −Σ [x ln p + (1 − x) ln (1 − p)] with its sign turned, and no ln p(x).
  bool cross_entropy() const;
  // What a person should know of this experiment, a sentence each, in English.
  std::vector<std::string> notes() const;

 private:
  // The rows of an ability elbo, summed over the draws of uncertain weights.
  struct Elbo {
    std::vector<float> elbo, log_likelihood, objective, kl;
    // Of q(z|x), where data has factors; by the first draw of weights.
    std::vector<float> mean, log_variance;
  };

  Task<> find_optimum();
  Task<> measure_plane(Measures& measures);
  Task<std::vector<double>> log_unnormalised(const data::Cells& cells, double c);
  Task<> measure_bound(std::size_t most, Measures& measures);
  Task<Elbo> mean_bound(std::span<const float> x, std::uint32_t stream, int draws,
                        double kl_weights);
  Task<> measure_errors(std::size_t most, Measures& measures);
  Task<> measure_codes(std::size_t most, Measures& measures);
  Task<> measure_features(Measures& measures);
  Task<> measure_information(std::size_t most, Measures& measures);
  Task<> measure_anomalies(std::size_t most, Measures& measures);
  void measure_factors(std::span<const float> mean, std::span<const float> log_variance,
                       Measures& measures) const;
  Task<> measure_pairs(Measures& measures);
  Task<> measure_exact(std::size_t most, Measures& measures);
  Task<> measure_vectors(std::size_t most, double log_z, Measures& measures);
  Task<> measure_unmixing(Measures& measures);
  Task<> measure_likelihood(const char* name, const data::Samples& samples,
                            std::vector<float>& kept, std::size_t most, Measures& measures);
  Task<std::vector<double>> by_importance(std::span<const float> x, int draws);
  Task<std::vector<double>> by_posterior(std::span<const float> x, int draws);
  std::span<const float> evaluated(const data::Samples& samples, std::vector<float>& kept,
                                   std::size_t most);

  Experiment& experiment_;
  data::Cells cells_;       // where Z and the divergence are integrated
  data::Cells outside_;     // around those, what Z there is beside
  data::Integral entropy_;  // of the truth
  // What measure() looks at.
  std::vector<float> evaluated_train_, evaluated_test_, evaluated_validation_, evaluated_strange_;
  double optimum_, log_normaliser_;
  double train_variance_;  // of all its numbers; NaN until it is wanted
};

}  // namespace lab::session
