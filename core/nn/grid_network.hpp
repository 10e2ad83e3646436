// Networks over a grid of symbols, read row by row: what each is likely to be, given those before
// it. Pictures of few grey levels or of bits, or the codes of a quantiser. What they say of site i
// depends on the sites before i alone (tests/core/autoregressive_test.cpp takes the Jacobian).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/nn/mlp.hpp"

namespace lab::nn {

// Site (row·columns + column)·channels + channel holds one of `values` symbols.
struct Grid {
  Extent rows = 1, columns = 1, channels = 1, values = 2;

  Extent sites() const { return rows * columns * channels; }
  // Numbers that are said of a site: a logit for each symbol; of two, that of the second alone.
  Extent logits() const { return values == 2 ? 1 : values; }
};

struct GridNetworkShape {
  // fvsbn           logistic (softmax) regressions (Frey et al. 1996; Gan et al. 2015)
  // made            a masked perceptron (Germain et al. 2015): `depth` hidden layers of `width`
  // pixelcnn        masked convolutions (van den Oord et al. 2016a, table 1): 7×7 of kind A, then
  //                 `depth` residual blocks of kind B, of 2·width channels, `width` within
  // gated-pixelcnn  a vertical and a horizontal stack with gates (van den Oord et al. 2016b): 7×7,
  //                 then `depth` layers of 3×3, all of `width` channels
  std::string architecture = "pixelcnn";
  Extent width = 16;
  int depth = 4;
  // What it reads of a symbol k: 2k/(values − 1) − 1, for levels of grey, or a number for each
  // symbol. What lies beyond the grid is 0, and neither.
  bool one_hot = false;
  std::string activation = "relu";  // of all but the gates, as in activate()
  Extent conditions = 0;            // numbers a row that all sites are told of; 0: none
};

class GridNetwork {
 public:
  virtual ~GridNetwork() = default;
  // symbols (B, sites), real numbers 0 … values − 1; condition (B, conditions) or none →
  // (B, sites, logits). What is read of symbols at i and after is masked, whatever it is.
  virtual Value operator()(Value symbols, Value condition = {}) const = 0;
  // The same of one site, an index scalar: (B, logits). Of convolutions only what that site sees is
  // computed.
  virtual Value at(Value symbols, Value site, Value condition = {}) const = 0;
};

const std::vector<std::string>& grid_architectures();
// Throws GraphError naming the architectures.
std::unique_ptr<GridNetwork> grid_network(Parameters& parameters, const std::string& name,
                                          const Grid& grid, const GridNetworkShape& shape);

}  // namespace lab::nn
