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
  Value shift;  // of where it lies, along the first axis
};

// From the "objective" section of a specification; points (N, D) is the training data, as models
// see it:
//   gaussian  the mean and covariance of the training points, deviations times noise_scale
//   standard  N(0, I)
//   uniform   the box where the data lies, times noise_scale: of the plane `box`, of others
//             (where it is null) from the least to the greatest number of each column
//   mixture   a round Gaussian on each of noise_components clusters (Lloyd's algorithm)
//   laplacian independent Laplacian sources, mixed as a first estimate by Gaussian noise of this
//             very data says (core/infer/ica.hpp); of at most 16 dimensions
// Throws keys::Unfit where that will not do.
std::unique_ptr<distributions::Distribution> make_noise(
    Graph& graph, const nlohmann::json& objective, const std::vector<float>& points,
    std::size_t dimensions, const data::Box* box, const NoisePlace& place);

// The noises, and what each heeds.
const std::vector<keys::Option>& noises();
// Their keys (block "objective"), of objectives and models that have such a noise.
void add_noise_keys(keys::KeyList& keys, const std::vector<std::string>& objectives,
                    const std::vector<std::string>& models);

}  // namespace lab::models
