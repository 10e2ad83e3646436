// What the session has said last: all that a view may look at.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/samples.hpp"
#include "core/session/message.hpp"
#include "shell/plot/axes.hpp"

namespace lab::views {

using Json = nlohmann::json;

// An array of a message, row-major.
struct Array {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
  std::uint64_t version = 0;  // another one whenever shape or values are others; 0: there is none

  bool empty() const { return values.empty(); }
  std::size_t size() const { return values.size(); }
  float operator[](std::size_t index) const { return values[index]; }
  int extent(std::size_t axis) const {
    return axis < shape.size() ? static_cast<int>(shape[axis]) : 0;
  }
  operator std::span<const float>() const { return values; }
};

// The curve of a run that went before, kept to compare with.
struct PastRun {
  std::string label;
  std::vector<float> samples, train, test;  // samples seen; the objective's values in nats
};

struct Store {
  Json spec;         // as the person has it now
  Json loaded_spec;  // as the session has loaded it
  std::vector<std::string> live;
  plot::Window bounds;
  data::SampleShape sample_shape;
  std::vector<std::string> classes, abilities;
  bool ordered = false;  // neighbours in the test data belong together
  std::vector<PastRun> past_runs;
  std::vector<std::string> columns;
  std::vector<std::vector<float>> history;  // one vector a column
  std::map<std::string, double> metrics;
  std::int64_t step = 0, parameters = 0;
  double seconds = 0, samples_seen = 0, steps_per_second = 0, samples_per_second = 0;
  double noise_ratio = 1;
  bool loaded = false, playing = false, has_truth = false;
  double truth_integral = std::numeric_limits<double>::quiet_NaN();  // over cells; NaN: no truth
  // Grey levels under Bernoulli pixels: what is called elbo or likelihood is minus a cross-entropy.
  bool cross_entropy = false;
  // What became of the data before training (core/data/dataset.hpp).
  struct Prepared {
    std::int64_t listed = 0, train = 0, validation = 0, test = 0;  // samples; listed: own points
    std::int64_t levels = 0;                                       // of grey; 0: none
    bool on_levels = false, dequantised = false;
  } prepared;
  std::string executor, instruction_set, stopped;
  int threads = 1;
  // Where a step's time went when it was last asked; no kernels before that.
  struct Profile {
    int steps = 0;
    double milliseconds = 0, peak_gflops = 0;
    struct Row {
      std::string kind, text;
      double milliseconds = 0, gflops = 0;
    };
    std::vector<Row> kernels;
  } profile;
  double estimating = -1;        // share of an estimate of log p(x) that is done; below 0: none
  std::string needs;             // a file that the session waits for
  std::string error_key, error;  // the last mistake, until something is right again
  std::string diverged;
  std::string warning;  // training is worse than it began; empty while it is not
  Json ruin;            // what that says: measure, now, first, rate

  // Takes in a message. Returns its kind.
  std::string apply(const session::Message& message);

  // The latest array of that name (core/session/probes, and core/session/service.cpp for what comes
  // with an experiment and for densities on a grid) since the experiment was loaded.
  const Array& array(std::string_view name) const;
  // The latest value of that name in the head of such a message; null where there is none.
  const Json& said(std::string_view name) const;
  template <class T>
  T said(std::string_view name, T otherwise) const {
    const Json& value = said(name);
    return value.is_null() ? otherwise : value.get<T>();
  }
  // What the person has chosen is so at once. A value holds until the session says another, an
  // array until another experiment is loaded: what comes of it is older than what is being dragged.
  void choose(const std::string& name, Json value);
  void choose(const std::string& name, std::vector<float> values);
  void forget_runs();
  // As it was before the first message; versions that have been are not used again.
  void forget();
  // Grows with all that is said or chosen.
  std::uint64_t version() const { return version_; }

  bool can(const std::string& ability) const;
  // The data are points of the plane; "plane" is the ability to say ln p of such.
  bool on_plane() const { return loaded && sample_shape.domain == data::Domain::plane; }
  double metric(const std::string& name) const;  // NaN where it is unknown
  const std::vector<float>& column(const std::string& name) const;

 private:
  void keep_run(const Json& next);
  void forget_grid(const Json& head);
  void take(const session::Message& message);

  std::map<std::string, Array, std::less<>> arrays_;
  std::map<std::string, Json, std::less<>> said_;
  std::set<std::string> chosen_, on_the_grid_;  // arrays: of the person, of "fields"
  std::uint64_t version_ = 0;
};

// What a run is called in a comparison.
std::string label_of(const Json& spec);

// The measure of test data that models of all kinds have: "log_likelihood_test" or, where only a
// bound is known, "elbo_test".
std::string test_measure(const Store& store);

}  // namespace lab::views
