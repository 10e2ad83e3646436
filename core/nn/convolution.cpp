#include "core/nn/convolution.hpp"

#include <cmath>

namespace lab::nn {

namespace {

Value weights(Parameters& parameters, const std::string& name, Shape extents,
              const ConvolutionShape& shape, Extent fan_in) {
  Graph& graph = parameters.graph;
  const double gain = shape.activation.empty() ? 1 : gain_of(shape.activation);
  const double scale = gain / std::sqrt(static_cast<double>(fan_in));
  const Value noise =
      random_normal(graph, std::move(extents), parameters.seed, graph.index_constant(0));
  return parameters.add_weight(name + ".weight", noise * scale);
}

Value activated(const ConvolutionShape& shape, Value x) {
  return shape.activation.empty() ? x : activate(shape.activation, x);
}

}  // namespace

Convolution::Convolution(Parameters& parameters, const std::string& name,
                         const ConvolutionShape& shape)
    : shape_(shape) {
  const Extent patch = shape.size * shape.size * shape.in;
  weight_ = weights(parameters, name, {patch, shape.out}, shape, patch);
  bias_ = parameters.add(name + ".bias", parameters.graph.constant(0, {shape.out}));
}

Value Convolution::operator()(Value x) const {
  const Extent edge = shape_.padding;
  const Shape from = x.shape();
  x = embed(x, {from[0], from[1] + 2 * edge, from[2] + 2 * edge, from[3]}, {0, edge, edge, 0},
            {1, 1, 1, 1});
  const Value patches = windows(x, shape_.size, shape_.size, shape_.stride);
  const Shape to = patches.shape();
  const Value matrix = reshape(patches, {to[0] * to[1] * to[2], to[3] * to[4] * to[5]});
  // The activation before the reshape, so that it is part of the product's kernel.
  const Value y = activated(shape_, matmul(matrix, weight_) + bias_);
  return reshape(y, {to[0], to[1], to[2], shape_.out});
}

TransposedConvolution::TransposedConvolution(Parameters& parameters, const std::string& name,
                                             const ConvolutionShape& shape)
    : shape_(shape) {
  // Each pixel out is reached by about (size / stride)² kernels.
  const Extent reach = (shape.size + shape.stride - 1) / shape.stride;
  weight_ = weights(parameters, name, {shape.in, shape.size * shape.size * shape.out}, shape,
                    reach * reach * shape.in);
  bias_ = parameters.add(name + ".bias", parameters.graph.constant(0, {shape.out}));
}

Value TransposedConvolution::operator()(Value x) const {
  const Shape from = x.shape();
  const Value matrix = reshape(x, {from[0] * from[1] * from[2], from[3]});
  const Value patches = reshape(matmul(matrix, weight_),
                                {from[0], from[1], from[2], shape_.size, shape_.size, shape_.out});
  const Extent height = (from[1] - 1) * shape_.stride + shape_.size;
  const Extent width = (from[2] - 1) * shape_.stride + shape_.size;
  const Extent edge = shape_.padding;
  const Value whole = overlap_add(patches, height, width, shape_.stride);
  const Value y = slice(whole, {0, edge, edge, 0},
                        {from[0], height - 2 * edge, width - 2 * edge, shape_.out}, {1, 1, 1, 1});
  return activated(shape_, y + bias_);
}

}  // namespace lab::nn
