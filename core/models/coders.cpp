#include "core/models/coders.hpp"

#include "core/graph/one_of.hpp"
#include "core/models/family.hpp"

namespace lab::models {

namespace {

using Json = nlohmann::json;

std::vector<Extent> hidden_of(const Json& model) {
  return std::vector<Extent>(model.at("depth").get<std::size_t>(), model.at("width").get<Extent>());
}

// An encoder of images that are told their class, (B, D + classes): it becomes one more channel.
class ToldByPicture final : public nn::Network {
 public:
  ToldByPicture(nn::Parameters& parameters, const nn::ImageNetwork& image, const nn::Outs& outs,
                Extent classes)
      : image_(image),
        pictures_(parameters.add_weight(
            "encoder.class", parameters.graph.constant(0, {classes, image.rows * image.columns}))) {
    nn::ImageNetwork wider = image;
    ++wider.image_channels;
    network_ = nn::convolutional_encoder(parameters, "encoder", wider, outs);
  }

  std::vector<Value> operator()(Value x) const override {
    const Extent count = x.extent(0), pixels = image_.rows * image_.columns,
                 size = pixels * image_.image_channels;
    const Value image = reshape(slice(x, 1, 0, size), {count, pixels, image_.image_channels});
    const Value told = matmul(slice(x, 1, size, x.extent(1) - size), pictures_);
    return (*network_)(
        reshape(concatenate({image, reshape(told, {count, pixels, 1})}, 2), {count, -1}));
  }

 private:
  nn::ImageNetwork image_;
  Value pictures_;  // (classes, pixels)
  std::unique_ptr<nn::Network> network_;
};

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
                                          const data::SampleShape& shape, const nn::Outs& outs,
                                          Extent classes) {
  if (convolutional(model, shape)) {
    const nn::ImageNetwork image = image_network(model, shape);
    if (classes > 0) return std::make_unique<ToldByPicture>(parameters, image, outs, classes);
    return nn::convolutional_encoder(parameters, "encoder", image, outs);
  }
  return nn::fully_connected(parameters, "encoder", static_cast<Extent>(shape.size()) + classes,
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
