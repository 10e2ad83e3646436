// Hidden numbers of pictures filled in by a model that can (core/infer/inpainting.hpp).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/session/experiment.hpp"

namespace lab::session {

class Inpainting {
 public:
  // given, hidden: (count, D), count at most what the model takes at once; hidden 1 or 0. Noise is
  // put where hidden is 1, another for every `noise`.
  Task<> begin(Experiment& experiment, std::span<const float> given, std::span<const float> hidden,
               std::uint32_t noise);
  // Moves, as the model fills in; where that is up ln p, of a length that suits the weights as they
  // are.
  Task<> move(Experiment& experiment, int moves);

  const std::vector<float>& pictures() const { return pictures_; }        // (count, D)
  const std::vector<float>& log_density() const { return log_density_; }  // before the last move

 private:
  std::size_t count_ = 0;
  std::int64_t paced_at_ = -1;  // the step whose weights the moves suit
  std::vector<float> pictures_, log_density_;
};

}  // namespace lab::session
