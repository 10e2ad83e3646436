// How strange a model finds data.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/session/experiment.hpp"

namespace lab::session {

// The scores that the model can give, the usual one first; empty where it has none:
//   density  −ln p(x), where only a bound is known minus that, nats
//   error    the mean square of a number of x against what is given back of it
std::vector<std::string> anomaly_scores(const Experiment& experiment);

// Of each row of x (n, D), larger for what is stranger. Throws std::invalid_argument naming the
// scores that there are.
Task<std::vector<float>> score_anomalies(Experiment& experiment, std::string score,
                                         std::span<const float> x);

// What is given back of rows x (n, D); empty where the model gives nothing back.
Task<std::vector<float>> given_back(Experiment& experiment, std::span<const float> x);

}  // namespace lab::session
