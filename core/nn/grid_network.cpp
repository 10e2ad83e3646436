#include "core/nn/grid_network.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "core/graph/one_of.hpp"
#include "core/nn/attention.hpp"
#include "core/nn/masked.hpp"

namespace lab::nn {

namespace {

// `count` slices of one axis, from `start` (index scalar) on.
Value chosen(Value x, std::size_t axis, Value start, Extent count) {
  Shape axes;
  for (std::size_t i = 0; i < x.shape().size(); ++i) axes.push_back(static_cast<Extent>(i));
  std::swap(axes[0], axes[axis]);
  return transpose(gather(transpose(x, axes), index_add(start, iota(x.graph(), count))), axes);
}

// What all share: symbols as the network reads them, and what a condition adds to a layer.
class Base : public GridNetwork {
 public:
  Base(const Grid& grid, const GridNetworkShape& shape) : grid_(grid), shape_(shape) {}

  Value at(Value symbols, Value site, const GridCondition& condition) const override {
    return reshape(chosen((*this)(symbols, condition), 1, site, 1),
                   {symbols.extent(0), grid_.logits()});
  }

 protected:
  double gain() const { return gain_of(shape_.activation); }
  Value activated(Value x) const { return activate(shape_.activation, x); }

  // Numbers that are read of a site.
  Extent read() const { return shape_.one_hot ? grid_.values : 1; }

  // (B, n) → (B, n·read).
  Value inputs(Value symbols) const {
    if (!shape_.one_hot) {
      const auto last = static_cast<double>(std::max<Extent>(1, grid_.values - 1));
      return symbols * (2 / last) - 1.0;
    }
    const Extent rows = symbols.extent(0), count = symbols.extent(1);
    const Value each = index_equal(reshape(to_index(symbols), {rows, count, 1}),
                                   iota(symbols.graph(), grid_.values));
    return reshape(each, {rows, count * grid_.values});
  }

  const Grid grid_;
  const GridNetworkShape shape_;
};

// What a condition adds to a layer; nothing where there is none.
class Told {
 public:
  Told(Parameters& parameters, const std::string& name, const Grid& grid,
       const GridNetworkShape& shape, std::size_t out, bool flat = false) {
    const auto weight = [&](const char* of, Extent in) {
      return in == 0 ? Value()
                     : parameters.add_weight(
                           name + of, parameters.graph.constant(0, {in, static_cast<Extent>(out)}));
    };
    row_ = weight(".condition", shape.conditions);
    map_ = weight(".map", shape.map_conditions * (flat ? grid.rows * grid.columns : 1));
  }
  // x (B, H, W, out), a map of as many pixels; or (B, out), to which the whole map is told.
  Value operator()(Value x, const GridCondition& condition) const {
    const Extent batch = x.extent(0);
    if (row_) {
      Value bias = matmul(condition.row, row_);
      if (x.shape().size() == 4) bias = reshape(bias, {batch, 1, 1, x.extent(3)});
      x = x + bias;
    }
    if (map_)
      x = x + reshape(matmul(reshape(condition.map, {-1, map_.extent(0)}), map_), x.shape());
    return x;
  }

 private:
  Value row_, map_;  // (J, out), (C, out)
};

// Degrees of a perceptron's units: the last site that they know of.
class Made final : public Base {
 public:
  Made(Parameters& parameters, const std::string& name, const Grid& grid,
       const GridNetworkShape& shape, int depth)
      : Base(grid, shape) {
    const Extent sites = grid.sites();
    Degrees degrees = site_degrees(read(), 0);
    // Hidden units are spread evenly over the sites that anything may depend on.
    for (int i = 0; i < depth; ++i) {
      Degrees hidden;
      for (Extent unit = 0; unit < shape.width; ++unit) {
        hidden.push_back(std::floor((static_cast<double>(unit) + 0.5) *
                                    static_cast<double>(std::max<Extent>(1, sites - 1)) /
                                    static_cast<double>(shape.width)));
      }
      add_layer(parameters, name + "." + std::to_string(i), degrees, hidden, gain());
      degrees = std::move(hidden);
    }
    add_layer(parameters, name + ".out", degrees, site_degrees(grid.logits(), -1), 1);
  }

  Value operator()(Value symbols, const GridCondition& condition) const override {
    Value x = inputs(symbols);
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      x = told_[i](layers_[i](x), condition);
      if (i + 1 < layers_.size()) x = activated(x);
    }
    return reshape(x, {symbols.extent(0), grid_.sites(), grid_.logits()});
  }

 private:
  Degrees site_degrees(Extent each, int shift) const {
    Degrees degrees;
    for (Extent i = 0; i < grid_.sites() * each; ++i) {
      degrees.push_back(static_cast<double>(i / each + shift));
    }
    return degrees;
  }

  void add_layer(Parameters& parameters, const std::string& name, const Degrees& in,
                 const Degrees& out, double gain) {
    layers_.emplace_back(parameters, name, in, out, gain);
    told_.emplace_back(parameters, name, grid_, shape_, out.size(), true);
  }

  std::vector<MaskedLinear> layers_;
  std::vector<Told> told_;
};

// What convolutions share: channels belong to the colours in turn, each to the last colour that it
// knows of at its own pixel; and the head, ReLU, 1×1, ReLU, 1×1.
class Convolutional : public Base {
 public:
  using Reach = CausalConvolution::Reach;
  static constexpr Reach pixel{};

  using Base::Base;

  Value operator()(Value symbols, const GridCondition& condition) const final {
    const Value y = ends(features(pictures(symbols, grid_.rows, grid_.columns), condition));
    return reshape(y, {symbols.extent(0), grid_.sites(), grid_.logits()});
  }

  // Within the picture a window that holds all that the site sees: where it ends at an edge of the
  // picture, the zeros around it are those of the picture; elsewhere they are too far to be seen.
  Value at(Value symbols, Value site, const GridCondition& condition) const override {
    Graph& g = symbols.graph();
    const Extent batch = symbols.extent(0), reach = 3 + shape_.depth,
                 height = std::min(grid_.rows, reach + 1),
                 width = std::min(grid_.columns, 2 * reach + 1);
    const auto number = [&g](Extent n) { return g.index_constant(static_cast<std::uint32_t>(n)); };
    const Value pixel_number = index_divide(site, number(grid_.channels)),
                row = index_divide(pixel_number, number(grid_.columns)),
                column = index_modulo(pixel_number, number(grid_.columns));
    const auto start = [&](Value place, Extent left) {
      const auto most = static_cast<double>(left);
      return minimum(maximum(to_real(place) - static_cast<double>(reach), 0.0), most);
    };
    const Value top = start(row, grid_.rows - height), left = start(column, grid_.columns - width);
    const auto window = [&](Value map) {
      return chosen(chosen(map, 1, to_index(top), height), 2, to_index(left), width);
    };
    const Value flat =
        reshape(window(reshape(symbols, {batch, grid_.rows, grid_.columns, grid_.channels})),
                {batch, height * width * grid_.channels});
    const GridCondition told{condition.row, condition.map ? window(condition.map) : Value()};
    const Value all = features(pictures(flat, height, width), told);
    const Value inside =
        to_index((to_real(row) - top) * static_cast<double>(width) + (to_real(column) - left));
    const Value seen = chosen(reshape(all, {batch, height * width, all.extent(3)}), 1, inside, 1);
    const Value y = ends(reshape(seen, {batch, 1, 1, all.extent(3)}));
    return reshape(chosen(reshape(y, {batch, grid_.channels, grid_.logits()}), 1,
                          index_modulo(site, number(grid_.channels)), 1),
                   {batch, grid_.logits()});
  }

 protected:
  virtual Value features(Value picture, const GridCondition& condition) const = 0;

  // Of `count` channels that see colours before theirs by `before`.
  Degrees channels(Extent count, int before = 0) const {
    Degrees degrees;
    for (Extent i = 0; i < count; ++i) {
      degrees.push_back(static_cast<double>(i % grid_.channels - before));
    }
    return degrees;
  }
  // `each` of every colour, colour after colour.
  Degrees colours(Extent each) const {
    Degrees degrees;
    for (Extent i = 0; i < grid_.channels * each; ++i) {
      degrees.push_back(static_cast<double>(i / each));
    }
    return degrees;
  }

  void add_head(Parameters& parameters, const std::string& name, Extent in, Extent hidden) {
    head_.emplace(parameters, name + ".head", pixel, channels(in), channels(hidden), gain());
    out_.emplace(parameters, name + ".out", pixel, channels(hidden), colours(grid_.logits()), 1);
  }

 private:
  Value pictures(Value symbols, Extent rows, Extent columns) const {
    return reshape(inputs(symbols), {symbols.extent(0), rows, columns, grid_.channels * read()});
  }
  Value ends(Value x) const { return (*out_)(activated((*head_)(activated(x)))); }

  std::optional<CausalConvolution> head_, out_;
};

// Features of colour c at a pixel know of the colours before c: kind A lets none of itself in, and
// what follows is of kind B.
class PixelCnn final : public Convolutional {
 public:
  PixelCnn(Parameters& parameters, const std::string& name, const Grid& grid,
           const GridNetworkShape& shape)
      : Convolutional(grid, shape),
        first_(parameters, name + ".first", Reach{3, 3, 3}, colours(read()),
               channels(2 * shape.width, 1), 1),
        first_told_(parameters, name + ".first", grid, shape,
                    static_cast<std::size_t>(2 * shape.width)) {
    // Together the blocks add about as much as they are given.
    const double last_gain = 1 / std::sqrt(std::max(1, shape.depth));
    const Degrees outer = channels(2 * shape.width), inner = channels(shape.width);
    for (int i = 0; i < shape.depth; ++i) {
      const std::string block = name + "." + std::to_string(i);
      blocks_.push_back({{parameters, block + ".in", pixel, outer, inner, gain()},
                         {parameters, block + ".wide", Reach{1, 1, 1}, inner, inner, gain()},
                         {parameters, block, grid, shape, inner.size()},
                         {parameters, block + ".back", pixel, inner, outer, last_gain}});
    }
    add_head(parameters, name, 2 * shape.width, 2 * shape.width);
  }

 private:
  struct Block {
    CausalConvolution in, wide;
    Told told;
    CausalConvolution back;
  };

  Value features(Value picture, const GridCondition& condition) const override {
    Value x = first_told_(first_(picture), condition);
    for (const Block& block : blocks_) {
      const Value wide = block.told(block.wide(activated(block.in(activated(x)))), condition);
      x = x + block.back(activated(wide));
    }
    return x;
  }

  CausalConvolution first_;
  Told first_told_;
  std::vector<Block> blocks_;
};

// For two halves: what is let through, and how much of it.
Degrees twice(Degrees degrees) {
  const auto count = static_cast<std::ptrdiff_t>(degrees.size());
  degrees.reserve(2 * degrees.size());
  degrees.insert(degrees.end(), degrees.begin(), degrees.begin() + count);
  return degrees;
}

// The vertical stack knows the rows above, in all columns; the horizontal one its own row before
// the pixel, and what the vertical stack says.
class GatedPixelCnn final : public Convolutional {
 public:
  GatedPixelCnn(Parameters& parameters, const std::string& name, const Grid& grid,
                const GridNetworkShape& shape)
      : Convolutional(grid, shape) {
    const Extent width = shape.width;
    const Degrees inner = channels(width);
    for (int i = 0; i <= shape.depth; ++i) {
      const bool first = i == 0;
      const std::string layer = name + "." + std::to_string(i);
      const Degrees in = first ? colours(read()) : inner;
      const Degrees both = twice(channels(width, first ? 1 : 0));
      const auto out = both.size();
      const Extent reach = first ? 3 : 1;
      layers_.push_back({{parameters, layer + ".vertical", Reach{reach, reach, reach, !first, true},
                          in, Degrees(out), 1},
                         {parameters, layer + ".vertical", grid, shape, out},
                         {parameters, layer + ".horizontal", Reach{0, reach, 0}, in, both, 1},
                         {parameters, layer + ".horizontal", grid, shape, out},
                         {parameters, layer + ".link", pixel, Degrees(out, -2), both, 1},
                         {parameters, layer + ".back", pixel, inner, inner, 1}});
    }
    add_head(parameters, name, width, 2 * width);
  }

 private:
  struct Layer {
    CausalConvolution vertical;
    Told vertical_told;
    CausalConvolution horizontal;
    Told horizontal_told;
    CausalConvolution link, back;
  };

  static Value gated(Value x) {
    const Extent width = x.extent(3) / 2;
    return tanh(slice(x, 3, 0, width)) * sigmoid(slice(x, 3, width, width));
  }

  Value features(Value picture, const GridCondition& condition) const override {
    Value vertical = picture, horizontal = picture;
    bool first = true;
    for (const Layer& layer : layers_) {
      const Value above = layer.vertical_told(layer.vertical(vertical), condition);
      const Value before =
          layer.horizontal_told(layer.horizontal(horizontal) + layer.link(above), condition);
      const Value added = layer.back(gated(before));
      horizontal = first ? added : horizontal + added;
      vertical = gated(above);
      first = false;
    }
    return horizontal;
  }

  std::vector<Layer> layers_;
};

// Every pixel reads from all pixels before it what convolutions are too near to see. What it asks
// for knows none of its own colours, so that all of its channels may hear the answer.
class PixelSnail final : public Convolutional {
 public:
  PixelSnail(Parameters& parameters, const std::string& name, const Grid& grid,
             const GridNetworkShape& shape)
      : Convolutional(grid, shape),
        heads_(std::clamp<Extent>(shape.width / head_size, 1, 8)),
        first_(parameters, name + ".first", Reach{3, 3, 3}, colours(read()),
               channels(shape.width, 1), 1),
        first_told_(parameters, name + ".first", grid, shape, channels(shape.width).size()) {
    const Degrees inner = channels(shape.width), places(2, -1);
    const Degrees seen = joined(joined(inner, colours(read())), places),
                  own = joined(inner, places);
    const auto of_heads = [this](Extent each, double degree) {
      return Degrees(static_cast<std::size_t>(heads_ * each), degree);
    };
    const auto each = std::max<Extent>(1, shape.width / heads_);
    const auto all = static_cast<double>(grid.channels);
    const double last_gain = 1 / std::sqrt(std::max(1, 2 * shape.depth));
    for (int i = 0; i < shape.depth; ++i) {
      const std::string block = name + "." + std::to_string(i);
      blocks_.push_back(
          {{parameters, block + ".in", Reach{1, 1, 1}, inner, inner, gain()},
           {parameters, block, grid, shape, inner.size()},
           {parameters, block + ".out", Reach{1, 1, 1}, inner, twice(inner), last_gain},
           {parameters, block + ".query", pixel, own, of_heads(head_size, 0), 1},
           {parameters, block + ".key", pixel, seen, of_heads(head_size, all), 1},
           {parameters, block + ".value", pixel, seen, of_heads(each, all), 1},
           {parameters, block + ".mix", pixel, inner, inner, gain()},
           {parameters, block + ".heard", pixel, of_heads(each, -1), inner, gain()},
           {parameters, block + ".back", pixel, inner, twice(inner), last_gain}});
    }
    add_head(parameters, name, shape.width, 2 * shape.width);
  }

  Value at(Value symbols, Value site, const GridCondition& condition) const override {
    return Base::at(symbols, site, condition);
  }

 private:
  static constexpr Extent head_size = 16;  // numbers of a key

  struct Block {
    CausalConvolution in;
    Told told;
    CausalConvolution out, query, key, value, mix, heard, back;
  };

  static Degrees joined(Degrees a, const Degrees& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
  }
  static Value gated(Value x) {
    const Extent width = x.extent(3) / 2;
    return slice(x, 3, 0, width) * sigmoid(slice(x, 3, width, width));
  }

  // (B, rows, columns, 2): from −1/2 at the first to nearly 1/2 at the last.
  Value places(Graph& g, Extent batch) const {
    std::vector<double> numbers;
    for (Extent row = 0; row < grid_.rows; ++row) {
      for (Extent column = 0; column < grid_.columns; ++column) {
        numbers.push_back(static_cast<double>(row) / static_cast<double>(grid_.rows) - 0.5);
        numbers.push_back(static_cast<double>(column) / static_cast<double>(grid_.columns) - 0.5);
      }
    }
    return broadcast(g.constant(numbers, {1, grid_.rows, grid_.columns, 2}),
                     {batch, grid_.rows, grid_.columns, 2});
  }

  Value features(Value picture, const GridCondition& condition) const override {
    const Value where = places(picture.graph(), picture.extent(0));
    const auto flat = [](Value map) {
      return reshape(map, {map.extent(0), map.extent(1) * map.extent(2), map.extent(3)});
    };
    Value x = first_told_(first_(picture), condition);
    for (const Block& block : blocks_) {
      const Value within = block.told(block.in(activated(x)), condition);
      x = x + gated(block.out(activated(within)));
      const Value seen = concatenate({x, picture, where}, 3), own = concatenate({x, where}, 3);
      const Value heard = causal_attention(flat(block.query(own)), flat(block.key(seen)),
                                           flat(block.value(seen)), heads_);
      const Value map = reshape(heard, {x.extent(0), grid_.rows, grid_.columns, heard.extent(2)});
      const Value mixed = block.mix(activated(x)) + block.heard(map);
      x = x + gated(block.back(activated(mixed)));
    }
    return x;
  }

  Extent heads_;
  CausalConvolution first_;
  Told first_told_;
  std::vector<Block> blocks_;
};

template <class Network>
std::unique_ptr<GridNetwork> make(Parameters& parameters, const std::string& name, const Grid& grid,
                                  const GridNetworkShape& shape) {
  return std::make_unique<Network>(parameters, name, grid, shape);
}

struct Architecture {
  const char* name;
  std::unique_ptr<GridNetwork> (*make)(Parameters& parameters, const std::string& name,
                                       const Grid& grid, const GridNetworkShape& shape);
};

constexpr std::array architectures{
    Architecture{"fvsbn",
                 [](Parameters& parameters, const std::string& name, const Grid& grid,
                    const GridNetworkShape& shape) -> std::unique_ptr<GridNetwork> {
                   return std::make_unique<Made>(parameters, name, grid, shape, 0);
                 }},
    Architecture{"made",
                 [](Parameters& parameters, const std::string& name, const Grid& grid,
                    const GridNetworkShape& shape) -> std::unique_ptr<GridNetwork> {
                   return std::make_unique<Made>(parameters, name, grid, shape, shape.depth);
                 }},
    Architecture{"pixelcnn", make<PixelCnn>},
    Architecture{"gated-pixelcnn", make<GatedPixelCnn>},
    Architecture{"pixelsnail", make<PixelSnail>},
};
static_assert(architectures.size() == std::size(grid_architecture_rows));

}  // namespace

std::unique_ptr<GridNetwork> grid_network(Parameters& parameters, const std::string& name,
                                          const Grid& grid, const GridNetworkShape& shape) {
  return row_of("architecture", shape.architecture, architectures)
      .make(parameters, name, grid, shape);
}

}  // namespace lab::nn
