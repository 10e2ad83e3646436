#include "core/nn/grid_network.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "core/graph/one_of.hpp"
#include "core/nn/masked.hpp"

namespace lab::nn {

namespace {

// What all share: symbols as the network reads them, and what a condition adds to a layer.
class Base : public GridNetwork {
 public:
  Base(const Grid& grid, const GridNetworkShape& shape) : grid_(grid), shape_(shape) {}

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

// `count` slices of one axis, from `start` (index scalar) on.
Value chosen(Value x, std::size_t axis, Value start, Extent count) {
  Shape axes;
  for (std::size_t i = 0; i < x.shape().size(); ++i) axes.push_back(static_cast<Extent>(i));
  std::swap(axes[0], axes[axis]);
  return transpose(gather(transpose(x, axes), index_add(start, iota(x.graph(), count))), axes);
}

// A condition (B, J) as a bias of a layer (B, out); nothing where there is none.
class Condition {
 public:
  Condition(Parameters& parameters, const std::string& name, Extent in, std::size_t out) {
    if (in == 0) return;
    weight_ = parameters.add_weight(name + ".condition",
                                    parameters.graph.constant(0, {in, static_cast<Extent>(out)}));
  }
  // x (B, out) or (B, H, W, out).
  Value operator()(Value x, Value condition) const {
    if (!weight_) return x;
    Value bias = matmul(condition, weight_);
    if (x.shape().size() == 4) bias = reshape(bias, {x.extent(0), 1, 1, x.extent(3)});
    return x + bias;
  }

 private:
  Value weight_;  // (J, out)
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

  Value operator()(Value symbols, Value condition) const override {
    Value x = inputs(symbols);
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      x = conditions_[i](layers_[i](x), condition);
      if (i + 1 < layers_.size()) x = activated(x);
    }
    return reshape(x, {symbols.extent(0), grid_.sites(), grid_.logits()});
  }

  Value at(Value symbols, Value site, Value condition) const override {
    return reshape(chosen((*this)(symbols, condition), 1, site, 1),
                   {symbols.extent(0), grid_.logits()});
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
    conditions_.emplace_back(parameters, name, shape_.conditions, out.size());
  }

  std::vector<MaskedLinear> layers_;
  std::vector<Condition> conditions_;
};

// What convolutions share: channels belong to the colours in turn, each to the last colour that it
// knows of at its own pixel; and the head, ReLU, 1×1, ReLU, 1×1.
class Convolutional : public Base {
 public:
  using Reach = CausalConvolution::Reach;
  static constexpr Reach pixel{};

  using Base::Base;

  Value operator()(Value symbols, Value condition) const final {
    const Value y = ends(features(pictures(symbols, grid_.rows, grid_.columns), condition));
    return reshape(y, {symbols.extent(0), grid_.sites(), grid_.logits()});
  }

  // Within the picture a window that holds all that the site sees: where it ends at an edge of the
  // picture, the zeros around it are those of the picture; elsewhere they are too far to be seen.
  Value at(Value symbols, Value site, Value condition) const final {
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
    Value window = reshape(symbols, {batch, grid_.rows, grid_.columns, grid_.channels});
    window = chosen(chosen(window, 1, to_index(top), height), 2, to_index(left), width);
    const Value flat = reshape(window, {batch, height * width * grid_.channels});
    const Value all = features(pictures(flat, height, width), condition);
    const Value inside =
        to_index((to_real(row) - top) * static_cast<double>(width) + (to_real(column) - left));
    const Value seen = chosen(reshape(all, {batch, height * width, all.extent(3)}), 1, inside, 1);
    const Value y = ends(reshape(seen, {batch, 1, 1, all.extent(3)}));
    return reshape(chosen(reshape(y, {batch, grid_.channels, grid_.logits()}), 1,
                          index_modulo(site, number(grid_.channels)), 1),
                   {batch, grid_.logits()});
  }

 protected:
  virtual Value features(Value picture, Value condition) const = 0;

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
        first_condition_(parameters, name + ".first", shape.conditions,
                         static_cast<std::size_t>(2 * shape.width)) {
    // Together the blocks add about as much as they are given.
    const double last_gain = 1 / std::sqrt(std::max(1, shape.depth));
    const Degrees outer = channels(2 * shape.width), inner = channels(shape.width);
    for (int i = 0; i < shape.depth; ++i) {
      const std::string block = name + "." + std::to_string(i);
      blocks_.push_back({{parameters, block + ".in", pixel, outer, inner, gain()},
                         {parameters, block + ".wide", Reach{1, 1, 1}, inner, inner, gain()},
                         {parameters, block, shape.conditions, inner.size()},
                         {parameters, block + ".back", pixel, inner, outer, last_gain}});
    }
    add_head(parameters, name, 2 * shape.width, 2 * shape.width);
  }

 private:
  struct Block {
    CausalConvolution in, wide;
    Condition condition;
    CausalConvolution back;
  };

  Value features(Value picture, Value condition) const override {
    Value x = first_condition_(first_(picture), condition);
    for (const Block& block : blocks_) {
      const Value wide = block.condition(block.wide(activated(block.in(activated(x)))), condition);
      x = x + block.back(activated(wide));
    }
    return x;
  }

  CausalConvolution first_;
  Condition first_condition_;
  std::vector<Block> blocks_;
};

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
      // Two halves: what is let through, and how much of it.
      Degrees both = channels(width, first ? 1 : 0);
      both.insert(both.end(), both.begin(), both.begin() + width);
      const auto out = both.size();
      const Extent reach = first ? 3 : 1;
      layers_.push_back({{parameters, layer + ".vertical", Reach{reach, reach, reach, !first, true},
                          in, Degrees(out), 1},
                         {parameters, layer + ".vertical", shape.conditions, out},
                         {parameters, layer + ".horizontal", Reach{0, reach, 0}, in, both, 1},
                         {parameters, layer + ".horizontal", shape.conditions, out},
                         {parameters, layer + ".link", pixel, Degrees(out, -2), both, 1},
                         {parameters, layer + ".back", pixel, inner, inner, 1}});
    }
    add_head(parameters, name, width, 2 * width);
  }

 private:
  struct Layer {
    CausalConvolution vertical;
    Condition vertical_condition;
    CausalConvolution horizontal;
    Condition horizontal_condition;
    CausalConvolution link, back;
  };

  static Value gated(Value x) {
    const Extent width = x.extent(3) / 2;
    return tanh(slice(x, 3, 0, width)) * sigmoid(slice(x, 3, width, width));
  }

  Value features(Value picture, Value condition) const override {
    Value vertical = picture, horizontal = picture;
    bool first = true;
    for (const Layer& layer : layers_) {
      const Value above = layer.vertical_condition(layer.vertical(vertical), condition);
      const Value before =
          layer.horizontal_condition(layer.horizontal(horizontal) + layer.link(above), condition);
      const Value added = layer.back(gated(before));
      horizontal = first ? added : horizontal + added;
      vertical = gated(above);
      first = false;
    }
    return horizontal;
  }

  std::vector<Layer> layers_;
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
};

}  // namespace

const std::vector<std::string>& grid_architectures() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Architecture& each : architectures) all.emplace_back(each.name);
    return all;
  }();
  return names;
}

std::unique_ptr<GridNetwork> grid_network(Parameters& parameters, const std::string& name,
                                          const Grid& grid, const GridNetworkShape& shape) {
  return row_of("architecture", shape.architecture, architectures)
      .make(parameters, name, grid, shape);
}

}  // namespace lab::nn
