#include "core/nn/grid_levels.hpp"

#include "core/nn/network.hpp"

namespace lab::nn {

namespace {

constexpr int residual_blocks = 2;

ImageNetwork residual_shape(const GridNetworkShape& shape) {
  ImageNetwork image;
  image.channels = shape.width;
  image.halvings = 1;
  image.residual_blocks = residual_blocks;
  image.residual_part = shape.width > 1 ? 2 : 1;
  image.activation = shape.activation;
  return image;
}

class GridLevels final : public GridNetwork {
 public:
  GridLevels(Parameters& parameters, const std::string& name, const std::vector<Grid>& grids,
             const GridNetworkShape& shape) {
    Extent first = 0;
    for (std::size_t i = 0; i < grids.size(); ++i) {
      const std::string level = name + ".level" + std::to_string(i);
      GridNetworkShape own = shape;
      if (i > 0) {
        own.architecture = "gated-pixelcnn";
        own.map_conditions = shape.width;
        above_.emplace_back(parameters, level + ".above", grids[i - 1], shape);
      }
      levels_.push_back({grids[i], first, grid_network(parameters, level, grids[i], own)});
      first += grids[i].sites();
    }
  }

  Value operator()(Value symbols, const GridCondition& condition) const override {
    std::vector<Value> all;
    Value map;
    for (std::size_t i = 0; i < levels_.size(); ++i) {
      map = told(symbols, map, i);
      all.push_back((*levels_[i].network)(part(symbols, i), {condition.row, map}));
    }
    return concatenate(all, 1);
  }

  Value at(Value symbols, Value site, const GridCondition& condition) const override {
    const Value place = to_real(site);
    Value chosen, map;
    for (std::size_t i = 0; i < levels_.size(); ++i) {
      const auto first = static_cast<double>(levels_[i].first),
                 last = static_cast<double>(levels_[i].grid.sites() - 1);
      map = told(symbols, map, i);
      const Value own = to_index(minimum(maximum(place - first, 0.0), last));
      const Value logits = levels_[i].network->at(part(symbols, i), own, {condition.row, map});
      chosen = i == 0 ? logits : select(place < first, chosen, logits);
    }
    return chosen;
  }

 private:
  struct Level {
    Grid grid;
    Extent first;
    std::unique_ptr<GridNetwork> network;
  };

  // From the symbols of a grid, and what it was told, to what the next one is told.
  class Above {
   public:
    Above(Parameters& parameters, const std::string& name, const Grid& grid,
          const GridNetworkShape& shape)
        : grid_(grid),
          table_(parameters.add_weight(
              name + ".symbols",
              random_normal(parameters.graph, {grid.values, shape.width}, parameters.seed,
                            parameters.graph.index_constant(0)))),
          residuals_(parameters, name, residual_shape(shape)),
          up_(parameters, name + ".up", {shape.width, shape.width, 4, 2, 1, shape.activation}) {}

    Value operator()(Value symbols, Value told, const Grid& next) const {
      const Extent batch = symbols.extent(0), width = table_.extent(1);
      Value map = reshape(gather(table_, to_index(reshape(symbols, {batch * grid_.sites()}))),
                          {batch, grid_.rows, grid_.columns, width});
      if (told) map = map + told;
      return slice(up_(residuals_(map)), {0, 0, 0, 0}, {batch, next.rows, next.columns, width},
                   {1, 1, 1, 1});
    }

   private:
    Grid grid_;
    Value table_;  // (values, width)
    Residuals residuals_;
    TransposedConvolution up_;
  };

  Value part(Value symbols, std::size_t level) const {
    return slice(symbols, 1, levels_[level].first, levels_[level].grid.sites());
  }
  // What a level is told, from what the one before it was.
  Value told(Value symbols, Value before, std::size_t level) const {
    if (level == 0) return {};
    return above_[level - 1](part(symbols, level - 1), before, levels_[level].grid);
  }

  std::vector<Level> levels_;
  std::vector<Above> above_;  // of each level but the last
};

}  // namespace

std::unique_ptr<GridNetwork> grid_levels(Parameters& parameters, const std::string& name,
                                         const std::vector<Grid>& grids,
                                         const GridNetworkShape& shape) {
  if (grids.size() == 1) return grid_network(parameters, name, grids.front(), shape);
  return std::make_unique<GridLevels>(parameters, name, grids, shape);
}

}  // namespace lab::nn
