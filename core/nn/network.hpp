// What an encoder or a decoder is made of: rows of numbers to rows of numbers, by layers that are
// fully connected or, where the rows are images, by convolutions.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/nn/convolution.hpp"
#include "core/nn/mlp.hpp"

namespace lab::nn {

class Network {
 public:
  virtual ~Network() = default;
  // (B, in) → (B, out) for each output.
  virtual std::vector<Value> operator()(Value x) const = 0;
};

// The outputs of a network: a name and an extent each.
using Outs = std::vector<std::pair<std::string, Extent>>;

// MlpWithHeads.
std::unique_ptr<Network> fully_connected(Parameters& parameters, const std::string& name, Extent in,
                                         const std::vector<Extent>& hidden, const Outs& outs,
                                         const std::string& activation);

// How convolutions see images. Each of `halvings` layers of 4×4 kernels halves height and width;
// the first has `channels`, the others twice as many. Then come, where an encoder `mixes`, a layer
// of 3×3 kernels, and `residual_blocks`: activation, 3×3 to a part of the channels, activation, 1×1
// back, added to what was there (van den Oord et al. 2017, section 4.1).
struct ImageNetwork {
  Extent rows = 1, columns = 1, image_channels = 1;
  Extent channels = 32;
  int halvings = 2, residual_blocks = 0;
  Extent residual_part = 2;  // the channels inside a residual block are one such part of all
  bool mixes = false;
  std::string activation = "relu";

  // Of the smallest feature map. Sides that do not divide are filled up with zeros.
  Extent small_rows() const { return small(rows); }
  Extent small_columns() const { return small(columns); }
  Extent small_channels() const { return halvings > 1 ? 2 * channels : channels; }

 private:
  Extent small(Extent side) const {
    const Extent factor = Extent{1} << halvings;
    return (side + factor - 1) / factor;
  }
};

// The residual blocks of an image network, after which comes an activation; without any it does
// nothing.
class Residuals {
 public:
  Residuals(Parameters& parameters, const std::string& name, const ImageNetwork& shape);
  Value operator()(Value map) const;

 private:
  struct Block {
    Convolution wide, back;
  };
  std::string activation_;
  std::vector<Block> blocks_;
};

// From images (B, rows·columns·channels, channels last) to a map of features (B, small_rows(),
// small_columns(), small_channels()).
class FeatureEncoder {
 public:
  FeatureEncoder(Parameters& parameters, const std::string& name, const ImageNetwork& shape);
  Value operator()(Value x) const;

 private:
  ImageNetwork shape_;
  std::vector<Convolution> layers_;
  Residuals residuals_;
};

// The reverse, by transposed convolutions: an image, as rows like the above, for each of `outs`.
class FeatureDecoder {
 public:
  FeatureDecoder(Parameters& parameters, const std::string& name, const ImageNetwork& shape,
                 const std::vector<std::string>& outs);
  std::vector<Value> operator()(Value map) const;

 private:
  ImageNetwork shape_;
  Residuals residuals_;
  std::vector<TransposedConvolution> doublings_, heads_;
};

// From images as rows through the map of features to each output, linearly.
std::unique_ptr<Network> convolutional_encoder(Parameters& parameters, const std::string& name,
                                               const ImageNetwork& shape, const Outs& outs);
// The reverse; each output is an image of its own.
std::unique_ptr<Network> convolutional_decoder(Parameters& parameters, const std::string& name,
                                               Extent in, const ImageNetwork& shape,
                                               const std::vector<std::string>& outs);

}  // namespace lab::nn
