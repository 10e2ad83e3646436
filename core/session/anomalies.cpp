#include "core/session/anomalies.hpp"

#include <algorithm>
#include <stdexcept>

#include "core/data/mean.hpp"

namespace lab::session {

std::vector<std::string> anomaly_scores(const Experiment& experiment) {
  std::vector<std::string> scores;
  const bool dense = experiment.system().exact_density() || experiment.can("elbo") ||
                     experiment.can("log_density");
  if (dense) scores.push_back("density");
  if (experiment.can("reconstruct") || experiment.can("elbo")) scores.push_back("error");
  return scores;
}

Task<std::vector<float>> given_back(Experiment& experiment, std::span<const float> x) {
  Call how;
  how.draw = evaluation_draw();
  if (experiment.can("reconstruct")) {
    how.outputs = {"x"};
    Arrays back = co_await experiment.call("reconstruct", given("x", x), how);
    co_return back.take("x");
  }
  if (!experiment.can("elbo")) co_return std::vector<float>();
  how.outputs = {"decoded"};
  Arrays back = co_await experiment.call("elbo", given("x", x), how);
  co_return back.take("decoded");
}

Task<std::vector<float>> score_anomalies(Experiment& experiment, std::string score,
                                         std::span<const float> x) {
  const std::vector<std::string> known = anomaly_scores(experiment);
  if (std::ranges::find(known, score) == known.end()) {
    std::string list;
    for (const std::string& each : known) list += (list.empty() ? "" : ", ") + each;
    throw std::invalid_argument("This model has no score '" + score + "'; it has " +
                                (list.empty() ? "none" : list) + ".");
  }
  std::vector<float> scores;
  if (score == "density") {
    const models::Ability* const exact = experiment.system().exact_density();
    // Up to a constant will do.
    const bool bound = !exact && experiment.can("elbo");
    const char* const name = bound ? "elbo" : "log_density";
    Call how;
    how.draw = evaluation_draw();
    how.outputs = {name};
    Arrays found = co_await experiment.call(exact ? exact->name : name, given("x", x), how);
    scores = found.take(name);
    for (float& each : scores) each = -each;
    co_return scores;
  }
  const std::vector<float> back = co_await given_back(experiment, x);
  scores = squared_errors(back, x, experiment.data().dimensions());
  co_return scores;
}

}  // namespace lab::session
