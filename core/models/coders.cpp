#include "core/models/coders.hpp"

#include "core/graph/one_of.hpp"
#include "core/models/family.hpp"

namespace lab::models {

namespace {

using Json = nlohmann::json;

std::vector<Extent> hidden_of(const Json& model) {
  return std::vector<Extent>(model.at("depth").get<std::size_t>(), model.at("width").get<Extent>());
}

}  // namespace

bool convolutional(const Json& model, const data::SampleShape& shape) {
  // The key stands only where data are pictures, or may be.
  const bool asked = one_of("network", model.value("network", "mlp"), {"mlp", "conv"}) == "conv";
  if (asked && !shape.picture()) {
    throw Unfit(
        "model.network",
        "'model.network' is \"conv\", which needs pictures; these data are rows of numbers. "
        "Choose mlp.");
  }
  if (asked && model.at("depth") == 0) {
    throw Unfit("model.depth",
                "'model.depth' is 0, but with 'model.network' \"conv\" it is the number of layers "
                "that halve the picture: choose at least 1.");
  }
  if (asked && model.at("depth") > 8) {
    throw Unfit("model.depth",
                "'model.depth' is " + model.at("depth").dump() +
                    ", but with 'model.network' \"conv\" it is the number of layers that halve the "
                    "picture: choose at most 8.");
  }
  return asked;
}

nn::ImageNetwork image_network(const Json& model, const data::SampleShape& shape) {
  nn::ImageNetwork network;
  network.rows = static_cast<Extent>(shape.rows);
  network.columns = static_cast<Extent>(shape.columns);
  network.image_channels = static_cast<Extent>(shape.channels);
  network.channels = model.at("width").get<Extent>();
  network.halvings = model.at("depth").get<int>();
  network.residual_blocks = model.at("residual_blocks").get<int>();
  network.activation = model.at("activation").get<std::string>();
  return network;
}

std::unique_ptr<nn::Network> make_encoder(nn::Parameters& parameters, const Json& model,
                                          const data::SampleShape& shape, const nn::Outs& outs) {
  if (convolutional(model, shape)) {
    return nn::convolutional_encoder(parameters, "encoder", image_network(model, shape), outs);
  }
  return nn::fully_connected(parameters, "encoder", static_cast<Extent>(shape.size()),
                             hidden_of(model), outs, model.at("activation"));
}

std::unique_ptr<nn::Network> make_decoder(nn::Parameters& parameters, const Json& model,
                                          Extent latents, const data::SampleShape& shape,
                                          const std::vector<std::string>& outs) {
  if (convolutional(model, shape)) {
    return nn::convolutional_decoder(parameters, "decoder", latents, image_network(model, shape),
                                     outs);
  }
  nn::Outs wide;
  for (const std::string& out : outs) wide.emplace_back(out, static_cast<Extent>(shape.size()));
  return nn::fully_connected(parameters, "decoder", latents, hidden_of(model), wide,
                             model.at("activation"));
}

}  // namespace lab::models
