#include "core/nn/network.hpp"

namespace lab::nn {

namespace {

class FullyConnected final : public Network {
 public:
  template <class... Args>
  explicit FullyConnected(Args&&... args) : layers_(std::forward<Args>(args)...) {}
  std::vector<Value> operator()(Value x) const override { return layers_(x); }

 private:
  MlpWithHeads layers_;
};

// How many numbers a map of features holds.
Extent flat(const ImageNetwork& shape) {
  return shape.small_rows() * shape.small_columns() * shape.small_channels();
}

class Encoder final : public Network {
 public:
  Encoder(Parameters& parameters, const std::string& name, const ImageNetwork& shape,
          const Outs& outs)
      : features_(parameters, name, shape),
        heads_(parameters, name, flat(shape), {}, outs, shape.activation) {}

  std::vector<Value> operator()(Value x) const override {
    const Value map = features_(x);
    return heads_(reshape(map, {map.extent(0), map.extent(1) * map.extent(2) * map.extent(3)}));
  }

 private:
  FeatureEncoder features_;
  MlpWithHeads heads_;
};

class Decoder final : public Network {
 public:
  Decoder(Parameters& parameters, const std::string& name, Extent in, const ImageNetwork& shape,
          const std::vector<std::string>& outs)
      : shape_(shape),
        first_(parameters, name, {in, flat(shape)}, shape.activation, true,
               gain_of(shape.activation)),
        features_(parameters, name, shape, outs) {}

  std::vector<Value> operator()(Value z) const override {
    const Value map = activate(shape_.activation, first_(z));
    return features_(reshape(
        map, {z.extent(0), shape_.small_rows(), shape_.small_columns(), shape_.small_channels()}));
  }

 private:
  ImageNetwork shape_;
  Mlp first_;
  FeatureDecoder features_;
};

std::vector<Convolution> halving_layers(Parameters& parameters, const std::string& name,
                                        const ImageNetwork& shape) {
  std::vector<Convolution> layers;
  Extent in = shape.image_channels;
  for (int i = 0; i < shape.halvings; ++i) {
    const Extent out = i == 0 ? shape.channels : 2 * shape.channels;
    layers.emplace_back(parameters, name + "." + std::to_string(i),
                        ConvolutionShape{in, out, 4, 2, 1, shape.activation});
    in = out;
  }
  // A residual block begins with an activation of its own.
  const std::string activation = shape.residual_blocks > 0 ? "" : shape.activation;
  if (shape.mixes) {
    layers.emplace_back(parameters, name + ".mix", ConvolutionShape{in, in, 3, 1, 1, activation});
  }
  return layers;
}

}  // namespace

Residuals::Residuals(Parameters& parameters, const std::string& name, const ImageNetwork& shape)
    : activation_(shape.activation) {
  const Extent channels = shape.small_channels(), inside = channels / shape.residual_part;
  for (int i = 0; i < shape.residual_blocks; ++i) {
    const std::string block = name + ".residual." + std::to_string(i);
    blocks_.push_back({{parameters, block + ".wide", {channels, inside, 3, 1, 1, activation_}},
                       {parameters, block + ".back", {inside, channels, 1, 1, 0, ""}}});
  }
}

Value Residuals::operator()(Value map) const {
  for (const Block& block : blocks_) map = map + block.back(block.wide(activate(activation_, map)));
  return blocks_.empty() ? map : activate(activation_, map);
}

FeatureEncoder::FeatureEncoder(Parameters& parameters, const std::string& name,
                               const ImageNetwork& shape)
    : shape_(shape),
      layers_(halving_layers(parameters, name, shape)),
      residuals_(parameters, name, shape) {}

Value FeatureEncoder::operator()(Value x) const {
  const Extent count = x.extent(0), factor = Extent{1} << shape_.halvings;
  x = reshape(x, {count, shape_.rows, shape_.columns, shape_.image_channels});
  x = embed(
      x,
      {count, shape_.small_rows() * factor, shape_.small_columns() * factor, shape_.image_channels},
      {0, 0, 0, 0}, {1, 1, 1, 1});
  for (const Convolution& layer : layers_) x = layer(x);
  return residuals_(x);
}

FeatureDecoder::FeatureDecoder(Parameters& parameters, const std::string& name,
                               const ImageNetwork& shape, const std::vector<std::string>& outs)
    : shape_(shape), residuals_(parameters, name, shape) {
  Extent channels = shape.small_channels();
  for (int i = 0; i + 1 < shape.halvings; ++i) {
    const Extent out = i + 2 == shape.halvings ? shape.channels : 2 * shape.channels;
    doublings_.emplace_back(parameters, name + ".up." + std::to_string(i),
                            ConvolutionShape{channels, out, 4, 2, 1, shape.activation});
    channels = out;
  }
  for (const std::string& out : outs) {
    heads_.emplace_back(parameters, name + "." + out,
                        ConvolutionShape{channels, shape.image_channels, 4, 2, 1, ""});
  }
}

std::vector<Value> FeatureDecoder::operator()(Value map) const {
  const Extent count = map.extent(0);
  map = residuals_(map);
  for (const TransposedConvolution& layer : doublings_) map = layer(map);
  std::vector<Value> outs;
  for (const TransposedConvolution& head : heads_) {
    const Value whole =
        slice(head(map), {0, 0, 0, 0}, {count, shape_.rows, shape_.columns, shape_.image_channels},
              {1, 1, 1, 1});
    outs.push_back(reshape(whole, {count, shape_.rows * shape_.columns * shape_.image_channels}));
  }
  return outs;
}

std::unique_ptr<Network> fully_connected(Parameters& parameters, const std::string& name, Extent in,
                                         const std::vector<Extent>& hidden, const Outs& outs,
                                         const std::string& activation) {
  return std::make_unique<FullyConnected>(parameters, name, in, hidden, outs, activation);
}

std::unique_ptr<Network> convolutional_encoder(Parameters& parameters, const std::string& name,
                                               const ImageNetwork& shape, const Outs& outs) {
  return std::make_unique<Encoder>(parameters, name, shape, outs);
}

std::unique_ptr<Network> convolutional_decoder(Parameters& parameters, const std::string& name,
                                               Extent in, const ImageNetwork& shape,
                                               const std::vector<std::string>& outs) {
  return std::make_unique<Decoder>(parameters, name, in, shape, outs);
}

}  // namespace lab::nn
