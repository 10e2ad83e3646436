// What an experiment on this machine's processor answers, at once.
#pragma once

#include "core/session/experiment.hpp"

namespace lab::session {

// One output of an ability.
inline std::vector<float> ask(Experiment& experiment, const std::string& ability,
                              std::string_view output, const Arguments& arguments = {},
                              const Call& how = {}) {
  return wait(experiment, experiment.call(ability, arguments, how)).take(output);
}

// An output of the bound, of noise that depends on `stream`.
inline std::vector<float> ask_bound(Experiment& experiment, std::span<const float> x,
                                    std::string_view output, std::uint32_t stream = 0) {
  Call how;
  how.draw = evaluation_draw(stream);
  return ask(experiment, "elbo", output, given("x", x), how);
}

}  // namespace lab::session
