// What is shown of a model that draws number after number.
//   drawing          drawing (k, D): pictures as they are drawn, as intensities;
//                    drawing_probabilities (k, K): from which the last number of each was drawn;
//                    drawing_symbols (k): what it became; head drawing {site, left, sites, level
//                    and levels of codes, grid (of that level rows and columns of sites, each of as
//                    many numbers as a pixel has channels, or of one code, and its first site),
//                    class (that was asked for, −1: any), classes (of each picture, or null)}
//   receptive-field  receptive_field (D): |∂ logit/∂ x| of one site, a mean over test data; head
//                    receptive_field {site, count, slope: its largest}
//
// Commands: draw {class}: other pictures, of a class; site {site}: which is looked at.
#pragma once

#include <chrono>

#include "core/session/drawing.hpp"
#include "core/session/probes/probe.hpp"

namespace lab::session {

class DrawingProbe : public Probe {
 public:
  void adopt(const Experiment& experiment) override;
  Task<bool> command(const std::string& name, const Json& command, Experiment& experiment) override;
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;
  bool unfinished() const override { return drawing_.left() > 0; }
  bool due() const override;
  Task<> go_on(Experiment& experiment) override;

 private:
  using Clock = std::chrono::steady_clock;

  Task<> begin(Experiment& experiment);

  Drawing drawing_;
  std::uint32_t number_ = 0;
  int class_ = -1;
  std::size_t moves_ = 120;  // that a picture takes
  std::int64_t step_ = -1;   // of the weights at its begin; below 0: none has begun
  Clock::time_point last_{};
};

class ReceptiveFieldProbe : public Probe {
 public:
  void adopt(const Experiment& experiment) override;
  Task<bool> command(const std::string& name, const Json& command, Experiment& experiment) override;
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;

 private:
  std::size_t site_ = 0;
};

}  // namespace lab::session
