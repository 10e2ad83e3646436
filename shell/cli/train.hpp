// Trains a specification; its work is on the disk while it goes on.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "core/session/experiment.hpp"

namespace lab::cli {

struct Training {
  session::Json spec;  // completed
  session::Options options;
  std::string out;                    // folder for checkpoint.lab, spec.json, metrics.csv, or none
  std::optional<std::int64_t> steps;  // those of the specification's "stop" if not given
  std::optional<double> seconds;      // likewise
  double checkpoint_every = 60;       // seconds; 0: at the end alone
  bool json = false;                  // lines on standard output
  bool resume = false;                // goes on from out/checkpoint.lab; `spec` is not looked at
};

// Trains until a limit is reached or a signal comes, and prints the last measures. What cannot be
// saved is told on standard error and tried again: training goes on. Returns the exit status.
int train(const Training& wanted);

// Says when the next checkpoint is due, once for each.
class Interval {
 public:
  explicit Interval(double seconds) : seconds_(seconds), last_(Clock::now()) {}
  bool over() {
    const Clock::time_point now = Clock::now();
    if (seconds_ <= 0 || now - last_ < std::chrono::duration<double>(seconds_)) return false;
    last_ = now;
    return true;
  }

 private:
  using Clock = std::chrono::steady_clock;
  double seconds_;
  Clock::time_point last_;
};

}  // namespace lab::cli
