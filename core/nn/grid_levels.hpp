// Networks over several grids of symbols, one of which follows another (VQ-VAE-2, Razavi et al.
// 2019): the first by any architecture, each other one told of all before it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/nn/grid_network.hpp"

namespace lab::nn {

// Over the sites of all grids, in their order. Sides of a grid are at most twice those of the one
// before it, in which a symbol stands for four; all have one channel and as many values. One grid:
// grid_network(). The others are gated-pixelcnn of the same width and depth; a map from the symbols
// before, through residual blocks, is made twice as large for each. Throws as grid_network().
std::unique_ptr<GridNetwork> grid_levels(Parameters& parameters, const std::string& name,
                                         const std::vector<Grid>& grids,
                                         const GridNetworkShape& shape);

}  // namespace lab::nn
