// Encoders and decoders as model.network asks for them: fully connected, model.depth hidden layers
// of model.width; or of convolutions, model.depth of which halve the picture, the first with
// model.width channels (core/nn/network.hpp).
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/data/samples.hpp"
#include "core/nn/network.hpp"

namespace lab::models {

// Whether model.network asks for convolutions. Throws Unfit where convolutions are asked for and
// the data are no images, or where none halves them.
bool convolutional(const nlohmann::json& model, const data::SampleShape& shape);
// What they are then.
nn::ImageNetwork image_network(const nlohmann::json& model, const data::SampleShape& shape);

// From data (B, D), whose class may be said by so many numbers behind it, to each of `outs`. Throws
// as convolutional(). To convolutions the class is one more channel, a picture of its own.
std::unique_ptr<nn::Network> make_encoder(nn::Parameters& parameters, const nlohmann::json& model,
                                          const data::SampleShape& shape, const nn::Outs& outs,
                                          Extent classes = 0);
// From codes (B, latents) to data (B, D), for each of `outs`.
std::unique_ptr<nn::Network> make_decoder(nn::Parameters& parameters, const nlohmann::json& model,
                                          Extent latents, const data::SampleShape& shape,
                                          const std::vector<std::string>& outs);

}  // namespace lab::models
