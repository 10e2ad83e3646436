// Hidden pixels filled in (core/session/inpainting.hpp): inpaint_given, inpaint_hidden, inpainted
// (k, D), as intensities; head inpaint {mask, first, moves, most_moves, log_density,
// given_log_density}: means of ln p, or of its bound, nats.
//
// Commands:
//   inpaint {mask, first, again} test pictures from `first` on under a mask of infer::mask_names(),
//                                or "painted"; "all": one picture under all; again: other noise
//   mask {values, first}         D numbers, 1 where the person has painted
#pragma once

#include "core/session/drawing.hpp"
#include "core/session/inpainting.hpp"
#include "core/session/probes/probe.hpp"

namespace lab::session {

class InpaintingProbe : public Probe {
 public:
  void adopt(const Experiment& experiment) override;
  Task<bool> command(const std::string& name, const Json& command, Experiment& experiment) override;
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;
  bool unfinished() const override;
  Task<> go_on(Experiment& experiment) override { return move(experiment, 1); }

 private:
  // By moves (ability inpaint_move), or because it draws pixel by pixel.
  static bool fills_in(const Experiment& experiment);
  Task<> begin(Experiment& experiment);
  Task<double> mean_log_density(Experiment& experiment, std::span<const float> x) const;
  Task<> move(Experiment& experiment, int moves);
  void add_pictures(Message& snapshot, const data::Dataset& data) const;

  std::string mask_;            // empty: nothing is inpainted
  std::vector<float> painted_;  // (D)
  std::size_t first_ = 0;
  std::uint32_t noise_ = 0;
  int moves_ = 0;
  std::vector<float> given_, hidden_;  // (k, D), as the model sees them
  bool draws_ = false;  // the model draws them one after another: it has no other way
  Inpainting now_;
  Drawing drawing_;
  int all_moves_ = 0;  // in the end
  double given_log_density_ = 0, log_density_ = 0;
  std::int64_t given_at_ = -1;  // the step of the weights that the former is of
};

}  // namespace lab::session
