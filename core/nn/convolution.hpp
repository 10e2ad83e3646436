// Convolutions of images (N, H, W, C) as products with their patches.
#pragma once

#include <string>

#include "core/nn/mlp.hpp"

namespace lab::nn {

// What a layer of convolution is: kernels of size × size, `stride` apart, with zeros around the
// image; the activation as in activate(), or empty for none.
struct ConvolutionShape {
  Extent in = 1, out = 1, size = 3, stride = 1, padding = 0;
  std::string activation;
};

// (N, H, W, in) → (N, (H + 2·padding − size) / stride + 1, …, out). Weights as in Mlp.
class Convolution {
 public:
  Convolution(Parameters& parameters, const std::string& name, const ConvolutionShape& shape);
  Value operator()(Value x) const;

 private:
  ConvolutionShape shape_;
  Value weight_, bias_;  // (size·size·in, out), (out)
};

// Its transpose: (N, H, W, in) → (N, (H − 1)·stride + size − 2·padding, …, out).
class TransposedConvolution {
 public:
  TransposedConvolution(Parameters& parameters, const std::string& name,
                        const ConvolutionShape& shape);
  Value operator()(Value x) const;

 private:
  ConvolutionShape shape_;
  Value weight_, bias_;  // (in, size·size·out), (out)
};

}  // namespace lab::nn
