#include "core/session/probes/choices.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string_view>

#include "core/models/corruption.hpp"

namespace lab::session {

bool tells_classes(const Experiment& experiment) {
  return std::ranges::any_of(experiment.system().abilities, [](const models::Ability& ability) {
    return std::ranges::any_of(ability.inputs, [](const models::Input& input) {
      return std::string_view(input.name) == "class";
    });
  });
}

std::vector<float> Choices::classes(const Experiment& experiment, std::size_t count) const {
  if (!tells_classes(experiment)) return {};
  return std::vector<float>(count, static_cast<float>(of_class));
}

void Choices::adopt(const Experiment& experiment) {
  const auto latents = static_cast<std::size_t>(experiment.system().latents);
  if (code.size() != latents) {
    code.assign(latents, 0);
    axes = {0, latents > 1 ? std::size_t{1} : std::size_t{0}};
  }
  if (!tells_classes(experiment) ||
      of_class >= static_cast<int>(experiment.data().train.classes.size())) {
    of_class = -1;
  }
  if (noise == painted_noise && painted.size() != experiment.data().dimensions()) noise.clear();
  const std::size_t count = experiment.data().test.count();
  for (std::size_t& end : ends) end = std::min(end, count - 1);
}

namespace {

std::vector<float> painting_of(const Json& command, const Experiment& experiment) {
  const std::size_t size = experiment.data().dimensions();
  auto values = command.at("values").get<std::vector<float>>();
  if (!experiment.data().train.shape.picture()) {
    throw std::runtime_error("These data are no pictures that could be painted over.");
  }
  const bool sound = values.size() == size && std::ranges::all_of(values, [](float value) {
                       return std::isfinite(value) && value <= 1;
                     });
  if (!sound) {
    throw std::runtime_error("What is painted must be " + std::to_string(size) +
                             " numbers: intensities up to 1, below 0 where nothing is.");
  }
  return values;
}

}  // namespace

bool Choices::command(const std::string& name, const Json& command, const Experiment& experiment) {
  const auto latents = static_cast<std::size_t>(experiment.system().latents);
  if (name == "redraw") {
    draws += 1000;
    return true;
  }
  if (name == "noise") {
    const auto kind = command.value("kind", noise);
    const auto level = command.value("level", noise_level);
    const auto& kinds = models::corruption_names;
    if (kind == painted_noise) {
      painted = painting_of(command, experiment);
      noise = kind;
      return true;
    }
    if (!kind.empty() && std::ranges::find(kinds, kind) == kinds.end()) {
      std::string known;
      for (const char* each : kinds) known += std::string(each) + ", ";
      known += painted_noise;
      throw std::runtime_error("There is no noise '" + kind + "'; there are " + known + ".");
    }
    if (!(level >= 0 && level <= 0.95f)) {
      throw std::runtime_error("A level of noise must be between 0 and 0.95.");
    }
    noise = kind;
    noise_level = level;
    return true;
  }
  if (name == "class") {
    const int wanted = command.at("class").get<int>();
    const auto classes = static_cast<int>(experiment.data().train.classes.size());
    if (!tells_classes(experiment)) {
      throw std::runtime_error("This model is told of no class: 'model.condition' is \"none\".");
    }
    if (wanted >= classes) {
      throw std::runtime_error("There are classes 0 to " + std::to_string(classes - 1) + ".");
    }
    of_class = wanted;
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
