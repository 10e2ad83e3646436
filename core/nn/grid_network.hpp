// Networks over a grid of symbols, read row by row: what each is likely to be, given those before
// it. Pictures of few grey levels or of bits, or the codes of a quantiser. What they say of site i
// depends on the sites before i alone (tests/core/autoregressive_test.cpp takes the Jacobian).
#pragma once

#include <memory>
#include <string>

#include "core/nn/grid_architectures.hpp"
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
  // pixelsnail      `depth` times a gated residual block of masked convolutions and attention to
  //                 all pixels before, by features, symbols and places (Chen et al. 2018), of
  //                 `width` channels, behind a 7×7 of kind A
  std::string architecture = "pixelcnn";
  Extent width = 16;
  int depth = 4;
  // What it reads of a symbol k: 2k/(values − 1) − 1, for levels of grey, or a number for each
  // symbol. What lies beyond the grid is 0, and neither.
  bool one_hot = false;
  std::string activation = "relu";  // of all but the gates, as in activate()
  Extent conditions = 0;            // numbers a row that all sites are told of; 0: none
  Extent map_conditions = 0;        // numbers a pixel that each is told of; 0: none
};

// What a network is told beside the symbols, of what its shape asks for.
struct GridCondition {
  GridCondition(Value row_told = {}, Value map_told = {}) : row(row_told), map(map_told) {}
  Value row;  // (B, conditions), or none
  Value map;  // (B, rows, columns, map_conditions), or none
};

class GridNetwork {
 public:
  virtual ~GridNetwork() = default;
  // symbols (B, sites), real numbers 0 … values − 1 → (B, sites, logits). What is read of symbols
  // at i and after is masked, whatever it is.
  virtual Value operator()(Value symbols, const GridCondition& condition = {}) const = 0;
  // The same of one site, an index scalar: (B, logits). Of convolutions alone only what that site
  // sees is computed.
  virtual Value at(Value symbols, Value site, const GridCondition& condition = {}) const = 0;
};

// Throws GraphError naming the architectures.
std::unique_ptr<GridNetwork> grid_network(Parameters& parameters, const std::string& name,
                                          const Grid& grid, const GridNetworkShape& shape);

}  // namespace lab::nn
