// What the encoder says of test data: latent_mean, latent_deviation (n, J): q(z|x) of the first n;
// kl_dimensions (J): the mean KL of each latent, nats.
#pragma once

#include "core/session/probes/probe.hpp"

namespace lab::session {

// How many of them are drawn with what comes back of them, at most.
inline constexpr std::size_t most_reconstructions = 60;
// How many of the first test data are looked at one by one.
std::size_t looked_at(const Experiment& experiment);

class PosteriorsProbe : public Probe {
 public:
  void adopt(const Experiment& experiment) override;
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;

 private:
  std::vector<float> inputs_;  // (n, D)
};

}  // namespace lab::session
