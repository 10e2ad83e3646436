// What a session shows of a flow, an invertible map f from data x to latents z: the plane bent
// stage by stage, its latents against the prior, the training data nearest to its samples, spheres
// of the latent space, and hidden pixels filled in.
//
// Commands (JSON objects, key "do"):
//   sphere {turn, radius}        which rotation; the radius, 1 where the prior has its mass
//   inpaint {mask, first, again} test pictures from `first` on under a mask of infer::mask_names(),
//                                or "painted"; "all": one picture under all; again: other noise
//   mask {values, first}         D numbers, 1 where the person has painted
//
// Arrays added to a snapshot, where a view on screen asks for them (S stages, x first; D numbers a
// sample; pictures as intensities):
//   warp        flow_grid (S, lines, points, 2), flow_grid_log_det (S, lines, points): a grid over
//               the data by f, half of the lines along x, and ln |det| up to there; flow_back,
//               flow_back_log_det: one over the prior by f⁻¹; flow_data, flow_samples (S, n, 2)
//   spectrum    spectrum (D): σ = exp(−s), largest first
//   marginals   marginals (1 + J, bins): densities of f(test data), all dimensions, then each; head
//               marginal_range [low, high]
//   neighbours  neighbours (k, D), neighbour_distances (k) of the first k of "drawn", Euclidean;
//               head usual_distance: the mean of test data
//   sphere      sphere (rows·columns, D) from its north, circle (steps, D) along its equator; head
//               sphere {rows, columns, turn, radius}
//   inpainting  inpaint_given, inpaint_hidden, inpainted (k, D); head inpaint {mask, first, moves,
//               most_moves, log_density, given_log_density}: means, nats
#pragma once

#include <set>
#include <string>

#include "core/session/experiment.hpp"
#include "core/session/message.hpp"

namespace lab::session {

class FlowPictures {
 public:
  // Whether `command` was one of the above. Throws std::runtime_error with a sentence where its
  // values will not do.
  bool command(const std::string& name, const Json& command, Experiment& experiment);

  // Forgets what belongs to the experiment before.
  void adopt(const Experiment& experiment);

  // Of a "loaded" message: head stages, prior.
  void introduce(Message& loaded, const Experiment& experiment) const;

  void add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views);

  // Whether inpainting has moves left.
  bool inpaints() const;
  void inpaint(Experiment& experiment, int moves);
  // The same, and after the last move once more, with other noise and the model as it is now.
  void go_on(Experiment& experiment, int moves);

 private:
  void begin_inpainting(Experiment& experiment);
  void add_warp(Message& snapshot, Experiment& experiment);
  void add_marginals(Message& snapshot, Experiment& experiment);
  void add_neighbours(Message& snapshot, const Experiment& experiment);
  void add_sphere(Message& snapshot, Experiment& experiment);
  void add_inpainting(Message& snapshot, const Experiment& experiment);

  std::vector<float> probes_;   // (n, D): test data whose latents are counted; empty: not drawn yet
  double usual_distance_ = -1;  // below 0: not known yet
  int turn_ = 0;
  double radius_ = 1;
  std::string mask_;            // empty: nothing is inpainted
  std::vector<float> painted_;  // (D)
  std::size_t first_ = 0;
  std::uint32_t noise_ = 0;
  int moves_ = 0;
  std::vector<float> given_, hidden_;  // (k, D), as the model sees them
  Experiment::Inpainted now_;
  double given_log_density_ = 0;
};

}  // namespace lab::session
