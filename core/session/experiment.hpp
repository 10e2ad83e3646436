// One specification being trained: its data, its model, its executor.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/data/cells.hpp"
#include "core/execute/executor.hpp"
#include "core/models/system.hpp"
#include "core/session/specification.hpp"

namespace lab::session {

struct Options {
  std::string executor = "cpu";
  int threads = 1;  // 0: all the machine has
  data::Open open = open_file;

  // A path, or the name of bundled data; throws data::MissingFile, also where there are no files.
  static std::vector<data::File> open_file(const std::string& name);
};

// Training produced something that is no number; the parameters are still there to look at, and
// restore_good() brings back the last ones that were sound.
class Diverged : public std::runtime_error {
 public:
  Diverged(std::int64_t step, const std::string& sentence)
      : std::runtime_error(sentence), step_(step) {}
  std::int64_t step() const { return step_; }

 private:
  std::int64_t step_;
};

class Experiment {
 public:
  static constexpr std::size_t usual_evaluated = 500;

  // spec: completed. Throws SpecificationError where the data cannot be made, or the model is too
  // large for this machine.
  explicit Experiment(Json spec, const Options& options = {});
  ~Experiment();

  const Json& spec() const { return spec_; }
  const Options& options() const { return options_; }
  std::int64_t steps() const { return steps_; }
  double samples_seen() const;  // data points, repetitions counted
  Extent parameter_count() const;
  const data::Dataset& data() const { return data_; }
  bool has_truth() const { return !cells_.log_density.empty(); }
  // Of the truth, and what it integrates to where densities are integrated; NaN without a truth.
  double entropy() const { return entropy_.value; }
  double truth_integral() const;
  // Noise points for each data point; 0 where there is no noise.
  double noise_ratio() const { return system_.noise_ratio; }
  Extent latents() const { return system_.latent.count; }
  // The spaces between data and latents of a flow; empty where the model is none.
  const std::vector<std::string>& stages() const { return system_.flow.stages; }
  // What the model can do: "plane" (ln p of points of the plane), "unnormalised", "noise",
  // "sample", "encode", "decode", "bound", "exact" (ln p of data of any kind), "inpaint".
  std::vector<std::string> abilities() const;

  const Executor& executor() const { return *executor_; }

  // n updates. Throws Diverged.
  void step(int n);
  // n updates; what each kernel of one took. Throws Diverged.
  std::vector<Executor::KernelTime> profile(int n);
  // Back to the first weights of this seed.
  void rewind();
  // Changes a live key: takes effect with the next step.
  void set(std::string_view key, const Json& value);
  // Every measure the model has, taken now over at most so many training and test data:
  // objective_train, objective_test, objective_optimum, kl_to_truth, c, minus_log_z, elbo_train,
  // elbo_test, elbo_optimum, reconstruction, kl, kl_weights (a datum's share of the KL of uncertain
  // weights, which bound and objective pay for); log_likelihood_train, _test, _validation, _optimum
  // (exact, or of points of the plane normalised on cells), log_likelihood_whitened (without the
  // whitening's log-det), bits_per_dim (of test pictures). Those that are unknown are absent.
  // A name with _error is that of an integral (core/data/cells.hpp), one with _se the standard
  // error of a mean over data. Remembers the parameters as good if all are numbers.
  std::map<std::string, double> measure(std::size_t most = usual_evaluated);
  // The same over all data, and log_marginal where the specification asks for it.
  std::map<std::string, double> measure_all();
  // log_marginal of test data x (count, D) from an estimate of each row, the bound of the very same
  // data, elbo_marginal, and what lies between them, elbo_gap, each with its standard error.
  void add_marginal(std::span<const float> x, std::span<const double> each,
                    std::map<std::string, double>& measures);
  // A decoder of bits that sees grey levels: what the names above call likelihood is then a
  // cross-entropy, −Σ [x ln p + (1 − x) ln (1 − p)] with its sign turned, and no ln p(x).
  bool measures_cross_entropy() const;
  // What a person should know of this experiment, a sentence each, in English.
  std::vector<std::string> notes() const;
  void restore_good();

  // ln p_model (with c) and ln p_noise, if there is noise, at points (count, 2).
  struct LogDensities {
    std::vector<float> model, noise;
  };
  LogDensities log_densities(std::span<const float> points);
  // −ln Z as measured last, or now; 0 where the model is normalised.
  double minus_log_z();

  // What the encoder and the bound say of data x (count, D) as evaluations see it: outputs of
  // models::Bound, J the latents.
  struct Bound {
    std::vector<float> elbo, log_likelihood, objective;  // (count)
    std::vector<float> kl, mean, log_variance;           // (count, J)
    std::vector<float> decoded;                          // (count, D)
  };
  // Every row has noise of its own, the same every time; `stream`: another one.
  Bound bound(std::span<const float> x, std::uint32_t stream = 0);
  // ln p(x) in nats and z = f(x), exactly, of rows of x (count, D) as evaluations see them.
  struct Exact {
    std::vector<float> log_density;  // (count)
    std::vector<float> z;            // (count, D)
  };
  Exact exact(std::span<const float> x);
  // Codes of data (count, D): the mean of q(z|x), or f(x) → (count, J).
  std::vector<float> encode(std::span<const float> x);
  // σ = exp(−s) of a flow's latents, (D).
  std::vector<float> scales();
  // Points of the plane (count, 2) from x to z, or from z to x if `back`: values (S, count, 2) and
  // ln |det| from where they began (S, count), x first in both.
  struct Path {
    std::vector<float> values, log_det;
  };
  Path path(std::span<const float> points, bool back);
  // Inpainting of at most 10 pictures (count, D): noise where hidden is 1 (another for every
  // `noise`), then moves up ln p.
  void begin_inpainting(std::span<const float> given, std::span<const float> hidden,
                        std::uint32_t noise);
  struct Inpainted {
    std::vector<float> pictures;     // (count, D)
    std::vector<float> log_density;  // (count), before the last move
  };
  Inpainted inpaint(int moves);
  // The decoder's mean at codes (count, J) → (count, D).
  std::vector<float> decode(std::span<const float> codes);
  // ln p(x) of each row of x (count, D), by importance sampling with the encoder as proposal, or
  // by the paper's estimator from posterior draws (core/infer/marginal.hpp).
  std::vector<double> log_marginal(std::span<const float> x, const std::string& method, int draws);

  std::vector<float> noise();         // of the latest minibatch, (m, 2)
  void move_chains(int transitions);  // the sampler's; after the model has changed, again
  std::vector<float> chains() const;  // (chains, 2)
  double acceptance() const { return acceptance_; }
  // count draws of the model, (count, D): means of pictures. Of an unnormalised model they come
  // from chains that have been moved until they forgot their start, and are so many moves apart
  // that they are about as good as independent ones (see mixing()).
  // `first`: the same number gives the same draws of a model with latents; other calls go on.
  std::vector<float> sample(std::size_t count, std::optional<std::uint32_t> first = {});

  // What the last sample() of an unnormalised model was worth.
  struct Mixing {
    double autocorrelation;  // moves that are worth one independent draw
    int thinning;            // moves between two draws of one chain
    double effective;        // independent draws that are as good as those
  };
  const std::optional<Mixing>& mixing() const { return mixing_; }

  // Everything a later run needs to go on exactly from here.
  std::vector<std::uint8_t> save() const;
  // Throws std::runtime_error with a sentence where the bytes are no checkpoint or are damaged.
  static std::unique_ptr<Experiment> restore(std::span<const std::uint8_t> bytes,
                                             const Options& options = {});

  // The compiled programs as text.
  std::string explain();

 private:
  using Handle = Executor::Handle;
  Handle prepared(const Procedure& procedure);
  void require_sound(Handle train);
  std::string cause_of_breaking() const;
  std::vector<Value> state() const;  // all variables but data and query
  // Throws SpecificationError where the variables and what is kept of them are more than memory.
  void require_memory() const;
  void find_optimum();
  void measure_plane(std::map<std::string, double>& measures);
  void measure_bound(std::size_t most, std::map<std::string, double>& measures);
  Bound mean_bound(std::span<const float> x, std::uint32_t stream, int draws, double kl_weights);
  void measure_exact(std::size_t most, std::map<std::string, double>& measures);
  std::span<const float> evaluated(const data::Samples& samples, std::vector<float>& kept,
                                   std::size_t most);
  void add_mean(const std::string& name, std::span<const float> values,
                std::map<std::string, double>& measures) const;
  void find_mixing(std::size_t count);
  void start_chains();
  void next_draws(std::optional<std::uint32_t> first = {});
  // What goes from z to x needs inverses of matrices that have changed.
  void invert_matrices();

  Json spec_;
  Options options_;
  data::Dataset data_;
  models::System system_;
  std::unique_ptr<Executor> executor_;
  std::map<std::string, Handle> handles_;
  data::Cells cells_;       // where Z and the divergence are integrated
  data::Cells outside_;     // around those, what Z there is beside
  data::Integral entropy_;  // of the truth
  std::optional<Mixing> mixing_;
  // What measure() looks at.
  std::vector<float> evaluated_train_, evaluated_test_, evaluated_validation_;
  std::size_t inpainted_ = 0;   // pictures
  std::int64_t paced_at_ = -1;  // the step whose weights the moves suit
  double first_objective_;      // of the run, at its first weights
  double optimum_, minus_log_z_, acceptance_ = 0;
  std::uint32_t draws_ = 1u << 20;  // past those that are shown again and again
  std::int64_t steps_ = 0;
  std::vector<std::vector<float>> good_parameters_;
};

}  // namespace lab::session
