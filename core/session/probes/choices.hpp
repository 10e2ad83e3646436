// What the person has chosen to look at, where several probes heed it.
//
// Commands (JSON objects, key "do"):
//   code {z}        the code that is looked at, J numbers
//   path {from, to} the test data between which codes are interpolated
//   plane {x, y}    the two latents that are shown together
//   redraw          other samples
//   noise {kind, level} what is done to data before they are given back (models/corruption.hpp);
//                   no kind: what the model was trained with; kind painted: `values` (D),
//                   intensities that a hand put over the pictures, below 0 where it put none
//   class {class}   of which class draws and codes are, of a model that is told; below 0: of any
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/session/experiment.hpp"

namespace lab::session {

// Whether the model is told of what class it draws or decodes.
bool tells_classes(const Experiment& experiment);

// The kind of noise that a hand paints.
inline constexpr const char* painted_noise = "painted";

struct Choices {
  std::vector<float> code;  // (J)
  std::array<std::size_t, 2> axes{0, 1};
  std::array<std::size_t, 2> ends{0, 1};
  std::uint32_t draws = 0;  // which draws of the model are shown
  std::string noise;        // a kind, or empty
  float noise_level = 0.3f;
  std::vector<float> painted;  // (D), of the kind that is called so
  int of_class = -1;           // below 0: any

  // The chosen class for each of `count` rows; none where the model is told of no classes.
  std::vector<float> classes(const Experiment& experiment, std::size_t count) const;

  // Forgets those that do not fit a new experiment.
  void adopt(const Experiment& experiment);
  // Whether `command` was one of the above. Throws std::runtime_error with a sentence where its
  // values will not do.
  bool command(const std::string& name, const Json& command, const Experiment& experiment);
};

}  // namespace lab::session
