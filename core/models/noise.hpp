// The noise of noise-contrastive estimation, fitted to the data where its name asks for it.
#pragma once

#include <nlohmann/json.hpp>

#include "core/data/box.hpp"
#include "core/distributions/distribution.hpp"
#include "core/keys/make_keys.hpp"

namespace lab::models {

// Real scalars, usually variables so that they can change while training runs; those that a noise
// does not heed may be none.
struct NoisePlace {
  Value scale;  // of its deviations, or of its box
  Value shift;  // of where it lies, along x
};

// From the "objective" section of a specification; points (N, 2) is the training data:
//   gaussian  the mean and covariance of the training points, deviations times noise_scale
//   standard  N(0, I)
//   uniform   the box where the data lies, times noise_scale
//   mixture   a round Gaussian on each of noise_components clusters (Lloyd's algorithm)
std::unique_ptr<distributions::Distribution> make_noise(Graph& graph,
                                                        const nlohmann::json& objective,
                                                        const std::vector<float>& points,
                                                        const data::Box& box,
                                                        const NoisePlace& place);

// The noises, and what each heeds.
const std::vector<keys::Option>& noises();
// Their keys (block "objective"), of objectives and models that have such a noise.
void add_noise_keys(keys::KeyList& keys, const std::vector<std::string>& objectives,
                    const std::vector<std::string>& models);

}  // namespace lab::models
