#include "core/nn/network.hpp"

#include "core/nn/convolution.hpp"

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

// x + 1×1(activation(3×3(activation(x)))).
class Residual {
 public:
  Residual(Parameters& parameters, const std::string& name, Extent channels,
           const std::string& activation)
      : activation_(activation),
        wide_(parameters, name + ".wide", {channels, channels / 2, 3, 1, 1, activation}),
        back_(parameters, name + ".back", {channels / 2, channels, 1, 1, 0, ""}) {}

  Value operator()(Value x) const { return x + back_(wide_(activate(activation_, x))); }

 private:
  std::string activation_;
  Convolution wide_, back_;
};

// What encoder and decoder share: the residual blocks, after which comes an activation.
class Residuals {
 public:
  Residuals(Parameters& parameters, const std::string& name, const ImageNetwork& shape)
      : activation_(shape.activation) {
    for (int i = 0; i < shape.residual_blocks; ++i) {
      blocks_.emplace_back(parameters, name + ".residual." + std::to_string(i),
                           shape.small_channels(), shape.activation);
    }
  }

  Value operator()(Value x) const {
    for (const Residual& block : blocks_) x = block(x);
    return blocks_.empty() ? x : activate(activation_, x);
  }

 private:
  std::string activation_;
  std::vector<Residual> blocks_;
};

class Encoder final : public Network {
 public:
  Encoder(Parameters& parameters, const std::string& name, const ImageNetwork& shape,
          const Outs& outs)
      : shape_(shape) {
    Extent in = shape.image_channels;
    for (int i = 0; i < shape.halvings; ++i) {
      const Extent out = i == 0 ? shape.channels : 2 * shape.channels;
      halvings_.emplace_back(parameters, name + "." + std::to_string(i),
                             ConvolutionShape{in, out, 4, 2, 1, shape.activation});
      in = out;
    }
    residuals_ = std::make_unique<Residuals>(parameters, name, shape);
    const Extent flat = shape.small_rows() * shape.small_columns() * shape.small_channels();
    heads_ = std::make_unique<MlpWithHeads>(parameters, name, flat, std::vector<Extent>{}, outs,
                                            shape.activation);
  }

  std::vector<Value> operator()(Value x) const override {
    const Extent count = x.extent(0), factor = Extent{1} << shape_.halvings;
    x = reshape(x, {count, shape_.rows, shape_.columns, shape_.image_channels});
    x = embed(x,
              {count, shape_.small_rows() * factor, shape_.small_columns() * factor,
               shape_.image_channels},
              {0, 0, 0, 0}, {1, 1, 1, 1});
    for (const Convolution& layer : halvings_) x = layer(x);
    x = (*residuals_)(x);
    return (*heads_)(reshape(x, {count, x.extent(1) * x.extent(2) * x.extent(3)}));
  }

 private:
  ImageNetwork shape_;
  std::vector<Convolution> halvings_;
  std::unique_ptr<Residuals> residuals_;
  std::unique_ptr<MlpWithHeads> heads_;
};

class Decoder final : public Network {
 public:
  Decoder(Parameters& parameters, const std::string& name, Extent in, const ImageNetwork& shape,
          const std::vector<std::string>& outs)
      : shape_(shape) {
    const Extent flat = shape.small_rows() * shape.small_columns() * shape.small_channels();
    first_ = std::make_unique<Mlp>(parameters, name, std::vector<Extent>{in, flat},
                                   shape.activation, true, gain_of(shape.activation));
    residuals_ = std::make_unique<Residuals>(parameters, name, shape);
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

  std::vector<Value> operator()(Value z) const override {
    const Extent count = z.extent(0);
    Value x = activate(shape_.activation, (*first_)(z));
    x = reshape(x, {count, shape_.small_rows(), shape_.small_columns(), shape_.small_channels()});
    x = (*residuals_)(x);
    for (const TransposedConvolution& layer : doublings_) x = layer(x);
    std::vector<Value> outs;
    for (const TransposedConvolution& head : heads_) {
      const Value whole =
          slice(head(x), {0, 0, 0, 0}, {count, shape_.rows, shape_.columns, shape_.image_channels},
                {1, 1, 1, 1});
      outs.push_back(reshape(whole, {count, shape_.rows * shape_.columns * shape_.image_channels}));
    }
    return outs;
  }

 private:
  ImageNetwork shape_;
  std::unique_ptr<Mlp> first_;
  std::unique_ptr<Residuals> residuals_;
  std::vector<TransposedConvolution> doublings_, heads_;
};

}  // namespace

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
