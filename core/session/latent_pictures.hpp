// What a session shows of a model with latents: where the test data lies in the latent space, what
// codes decode to, and the person's own choices of both.
//
// Commands (JSON objects, key "do"):
//   code {z}        the code that is looked at, J numbers
//   path {from, to} the test data between which codes are interpolated
//   plane {x, y}    the two latents that are shown together
//   redraw          other samples
//
// Arrays added to a snapshot, where a view on screen asks for them (n, m, k counts; D numbers a
// sample, J latents; pictures as intensities):
//   latent_mean, latent_deviation (n, J): q(z|x) of the first n test data
//   reconstructions (m, D)    kl_dimensions (J): mean KL of each latent, nats
//   manifold (side², D), top row first: z at the quantiles of N(0, 1), along the plane's axes
//   code (J), decoded (D)     traversal (J', steps, D): each of the first J' latents swept
//   path (steps, D)           drawn (k, D): what the model draws
// and in the head: axes [x, y], path_ends [from, to].
#pragma once

#include <array>
#include <set>
#include <string>

#include "core/session/experiment.hpp"
#include "core/session/message.hpp"

namespace lab::session {

class LatentPictures {
 public:
  // Whether `command` was one of the above. Throws std::runtime_error with a sentence where its
  // values will not do.
  bool command(const std::string& name, const Json& command, const Experiment& experiment);

  // Forgets the choices that do not fit a new experiment.
  void adopt(const Experiment& experiment);

  // Of a "loaded" message: head frame, latents, classes, ordered; arrays test_inputs (n, D),
  // test_labels (n).
  void introduce(Message& loaded, const Experiment& experiment) const;

  void add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views);

 private:
  void add_posteriors(Message& snapshot, Experiment& experiment,
                      const std::set<std::string>& views);
  void add_pictures(Message& snapshot, Experiment& experiment, const char* name,
                    std::vector<float> codes, std::vector<std::int64_t> shape);
  std::vector<float> manifold_codes() const;
  std::vector<float> traversal_codes() const;

  std::vector<float> inputs_;  // (n, D): the test data whose posteriors are shown
  std::vector<float> pair_;    // (2, D): the ends of the path; empty until they are wanted
  std::vector<float> code_;
  std::array<std::size_t, 2> axes_{0, 1}, ends_{0, 1};
  std::uint32_t drawn_ = 0;
};

}  // namespace lab::session
