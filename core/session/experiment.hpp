// One specification being trained: its data, its model, its executor.
//
// What needs an executor's values is a Task (core/execute/task.hpp): who may block calls wait().
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/execute/executor.hpp"
#include "core/models/system.hpp"
#include "core/session/arrays.hpp"
#include "core/session/measures.hpp"
#include "core/session/specification.hpp"

namespace lab::session {

struct Options {
  std::string executor = "cpu";
  int threads = 1;  // 0: all the machine has
  data::Open open = open_file;
  // Makes the executor of that name; as lab::make_executor.
  std::unique_ptr<Executor> (*make)(std::string_view name, Graph& graph,
                                    int threads) = make_executor;

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

// The first of the draws with which bounds of some data are evaluated, the same every time; a
// stream of others.
constexpr std::uint32_t evaluation_draw(std::uint32_t stream = 0) {
  return 0xc0000000u + (stream << 20);
}

// How an ability is called.
struct Call {
  std::uint32_t draw = 0;  // of the first part of the rows; the others' follow
  int times = 1;           // runs of each part; the outputs are those of the last
  std::size_t rows = 0;    // to be made where none are given; 0: as many as one run makes
  std::uint32_t weight_draw = models::evaluation_counter;
  std::array<const char*, 6> outputs{};  // those that are wanted; none: all
};

class Experiment {
 public:
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
  const models::System& system() const { return system_; }
  Executor& executor() { return *executor_; }
  const Executor& executor() const { return *executor_; }

  // n updates. Throws Diverged.
  Task<> step(int n);
  // The objectives of the latest updates' minibatches, at most 64, the latest last.
  Task<std::vector<float>> recent_objectives();
  // n updates; what each kernel of one took. Throws Diverged.
  Task<std::vector<Executor::KernelTime>> profile(int n);
  // Back to the first weights of this seed.
  void rewind();
  // Changes a live key: takes effect with the next step.
  void set(std::string_view key, const Json& value);
  // Back to the parameters that were last remembered, or to the first.
  void restore_good();
  // Remembers the parameters as good.
  void keep_good();

  // Whether the model has an ability (core/models/ability.hpp).
  bool can(const std::string& ability) const { return system_.find(ability) != nullptr; }
  // Runs an ability on any number of rows, in parts of as many as it takes. Rows that fill up the
  // last part repeat its own. Throws std::invalid_argument where the model lacks the ability, an
  // input, or rows do not fit.
  Task<Arrays> call(std::string_view ability, const Arguments& arguments = {},
                    const Call& how = {});
  // count draws of the model, (count, D): means of pictures. Of an unnormalised model they come
  // from chains that have been moved until they forgot their start, and are so many moves apart
  // that they are about as good as independent ones (see mixing()).
  // `first`: the same number gives the same draws of a model that draws directly; other calls go
  // on. of_class (count): of a model that is told of classes, below 0 any; none: any.
  Task<std::vector<float>> sample(std::size_t count, std::optional<std::uint32_t> first = {},
                                  std::span<const float> of_class = {});
  // A number of draws that no call before has had.
  std::uint32_t next_draw() { return ++draws_; }
  // Positions of the sampler's chains, (chains, D).
  Task<std::vector<float>> chains();
  // Moves them; the mean acceptance.
  Task<double> move_chains(int transitions);

  // What the last sample() of an unnormalised model was worth.
  struct Mixing {
    double autocorrelation;  // moves that are worth one independent draw
    int thinning;            // moves between two draws of one chain
    double effective;        // independent draws that are as good as those
  };
  const std::optional<Mixing>& mixing() const { return mixing_; }

  // What is measured of it.
  Measurer& measures() { return measurer_; }
  const Measurer& measures() const { return measurer_; }
  // As of Measurer.
  Task<Measures> measure(std::size_t most = Measurer::usual_count) {
    return measurer_.measure(most);
  }

  // Everything a later run needs to go on exactly from here.
  Task<std::vector<std::uint8_t>> save();
  // Throws std::runtime_error with a sentence where the bytes are no checkpoint or are damaged.
  static std::unique_ptr<Experiment> restore(std::span<const std::uint8_t> bytes,
                                             const Options& options = {});

  // The compiled programs as text.
  std::string explain();

 private:
  using Handle = Executor::Handle;
  Handle prepared(const Procedure& procedure);
  Task<> require_sound();
  std::string cause_of_breaking() const;
  std::vector<Value> state() const;  // the variables that a checkpoint holds
  // Throws SpecificationError where the variables are more than memory.
  void require_memory() const;
  Task<> find_mixing(std::size_t count);
  // What goes from z to x needs inverses of matrices that have changed.
  Task<> invert_matrices();

  Json spec_;
  Options options_;
  data::Dataset data_;
  models::System system_;
  std::vector<std::pair<Value, Value>> good_;  // where each parameter is remembered
  std::unique_ptr<Executor> executor_;
  std::map<std::string, Handle> handles_;
  Measurer measurer_;
  std::optional<Mixing> mixing_;
  bool remembers_ = false;
  std::uint32_t draws_ = 1u << 20;  // past those that are shown again and again
  std::int64_t steps_ = 0;
  std::int64_t watched_from_ = 0;  // the step from which the executor watches the objective
};

// The result of a task of `experiment`, for who may block until it is there.
template <class T>
T wait(Experiment& experiment, Task<T> task) {
  while (!task.done()) experiment.executor().poll();
  return task.get();
}

}  // namespace lab::session
