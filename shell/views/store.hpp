// What the session has said last: all that a view may look at.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/session/message.hpp"
#include "shell/plot/axes.hpp"

namespace lab::views {

using Json = nlohmann::json;

// Densities on a grid of n×n cells over `box`, row 0 at y0; empty where there are none.
struct Fields {
  plot::Window box;
  int n = 0;
  std::vector<float> log_model, log_truth, log_noise;
  std::uint64_t version = 0;  // grows with every change
};

struct Store {
  Json spec;
  std::vector<std::string> live;
  plot::Window bounds;
  std::vector<float> data, noise, samples;  // (count, 2)
  std::vector<float> cross;                 // (n, 3): ln p of the model, the truth, the noise
  std::array<double, 4> segment{};          // of the cross-section: x, y, x, y
  Fields fields;
  std::vector<std::string> columns;
  std::vector<std::vector<float>> history;  // one vector a column
  std::map<std::string, double> metrics;
  std::int64_t step = 0, parameters = 0;
  double seconds = 0, samples_seen = 0, steps_per_second = 0, samples_per_second = 0;
  double acceptance = 0, noise_ratio = 1;
  bool loaded = false, playing = false, has_truth = false;
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
  std::string error_key, error;  // the last mistake, until something is right again
  std::string diverged;

  // Takes in a message. Returns its kind.
  std::string apply(const session::Message& message);

  double metric(const std::string& name) const;  // NaN where it is unknown
  const std::vector<float>& column(const std::string& name) const;
};

}  // namespace lab::views
