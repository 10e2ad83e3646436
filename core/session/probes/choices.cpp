#include "core/session/probes/choices.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace lab::session {

void Choices::adopt(const Experiment& experiment) {
  const auto latents = static_cast<std::size_t>(experiment.system().latents);
  if (code.size() != latents) {
    code.assign(latents, 0);
    axes = {0, latents > 1 ? std::size_t{1} : std::size_t{0}};
  }
  const std::size_t count = experiment.data().test.count();
  for (std::size_t& end : ends) end = std::min(end, count - 1);
}

bool Choices::command(const std::string& name, const Json& command, const Experiment& experiment) {
  const auto latents = static_cast<std::size_t>(experiment.system().latents);
  if (name == "redraw") {
    draws += 1000;
    return true;
  }
  if (name != "code" && name != "path" && name != "plane") return false;
  if (latents == 0) throw std::runtime_error("This model has no latents to look at.");
  if (name == "code") {
    const auto z = command.at("z").get<std::vector<float>>();
    const bool sound = z.size() == latents && std::all_of(z.begin(), z.end(), [](float value) {
                         return std::abs(value) <= 100;
                       });
    if (!sound) {
      throw std::runtime_error("A code must be " + std::to_string(latents) +
                               " numbers between -100 and 100.");
    }
    code = z;
    return true;
  }
  const bool path = name == "path";
  const std::size_t limit = path ? experiment.data().test.count() : latents;
  const std::array<std::size_t, 2> pair{command.at(path ? "from" : "x").get<std::size_t>(),
                                        command.at(path ? "to" : "y").get<std::size_t>()};
  if (pair[0] >= limit || pair[1] >= limit) {
    throw std::runtime_error(
        std::string(path ? "A path runs between test data" : "A plane is made of latents") +
        " 0 to " + std::to_string(limit - 1) + ".");
  }
  (path ? ends : axes) = pair;
  return true;
}

}  // namespace lab::session
