// One specification being trained: its data, its model, its executor.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/data/grid.hpp"
#include "core/execute/executor.hpp"
#include "core/models/system.hpp"
#include "core/session/specification.hpp"

namespace lab::session {

struct Options {
  std::string executor = "cpu";
  int threads = 1;  // 0: all the machine has
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
  // spec: completed. Throws SpecificationError where the data cannot be made.
  explicit Experiment(Json spec, const Options& options = {});
  ~Experiment();

  const Json& spec() const { return spec_; }
  const Options& options() const { return options_; }
  std::int64_t steps() const { return steps_; }
  double samples_seen() const;  // data points, repetitions counted
  Extent parameter_count() const;
  const data::Split& data() const { return split_; }
  const data::Box& bounds() const { return bounds_; }
  const data::Distribution& truth() const { return *truth_; }
  bool has_truth() const { return !log_truth_.empty(); }
  double entropy() const { return entropy_; }  // NaN where there is no truth

  const Executor& executor() const { return *executor_; }

  // n updates. Throws Diverged.
  void step(int n);
  // n updates; what each kernel of one took. Throws Diverged.
  std::vector<Executor::KernelTime> profile(int n);
  // Back to the first weights of this seed.
  void rewind();
  // Changes a live key: takes effect with the next step.
  void set(std::string_view key, const Json& value);
  // Every measure the model has, taken now: objective_train, objective_test, objective_optimum,
  // kl_to_truth, c, minus_log_z; those that are unknown are absent. Remembers the parameters as
  // good if all are numbers.
  std::map<std::string, double> measure();
  void restore_good();

  // ln p_model (with c) and ln p_noise at points (count, 2).
  struct LogDensities {
    std::vector<float> model, noise;
  };
  LogDensities log_densities(std::span<const float> points);
  // −ln Z as measured last, or now.
  double minus_log_z();

  std::vector<float> noise();         // of the latest minibatch, (m, 2)
  void move_chains(int transitions);  // the sampler's; after the model has changed, again
  std::vector<float> chains() const;  // (chains, 2)
  double acceptance() const { return acceptance_; }
  // count draws, (count, 2), from chains that have been moved until they forgot their start.
  std::vector<float> sample(std::size_t count);

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
  void require_sound(Handle train) const;
  std::vector<Value> state() const;  // all variables but data and query
  void find_optimum();

  Json spec_;
  Options options_;
  std::unique_ptr<data::Distribution> truth_;
  data::Box bounds_;
  data::Split split_;
  models::System system_;
  std::unique_ptr<Executor> executor_;
  std::map<std::string, Handle> handles_;
  data::Grid grid_;  // where Z and the divergence are integrated
  std::vector<float> grid_points_;
  std::vector<double> log_truth_;  // on grid_
  double entropy_, optimum_, minus_log_z_, acceptance_ = 0;
  std::int64_t steps_ = 0;
  std::vector<std::vector<float>> good_parameters_;
};

}  // namespace lab::session
