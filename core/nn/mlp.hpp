// Multilayer perceptrons and how their weights start.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/graph/graph.hpp"

namespace lab::nn {

// Where a model's variables start from, and the parameters made so far.
struct Parameters {
  Graph& graph;
  Value seed;                       // index scalar: the same seed, the same weights
  std::vector<Value> values;        // all trained variables, in the order they were made
  std::vector<Value> weights = {};  // those of them that activations are multiplied by
  double deviation = 0;             // above 0: all start from N(0, deviation²) instead
  // What a layer computes with in place of its variable: a draw from a posterior over weights.
  std::function<Value(Value variable)> use = {};

  // The same name is the same variable, so that layers can be built over it again.
  Value add(const std::string& name, Value initial);
  Value add_weight(const std::string& name, Value initial);
};

// tanh, relu, softplus, elu, swish; throws GraphError naming them.
Value activate(std::string_view activation, Value x);

// What the weights before an activation start with, times 1/√in: √2 for the rectifiers relu and
// elu, which keeps the size of activations from layer to layer (He et al. 2015), 1 for the smooth
// ones (tanh: LeCun et al. 1998). swish at √2 was tried: flows of the plane ended twice as far off.
double gain_of(std::string_view activation);

// A stack of layers x·W + b that can be applied more than once. W starts from N(0, gain²/in), with
// gain_of() the activation that follows; b starts from 0.
class Mlp {
 public:
  // widths: in, hidden…, out. The last layer is linear, without bias if `last_bias` is false; its
  // gain is `last_gain`.
  Mlp(Parameters& parameters, const std::string& name, std::vector<Extent> widths,
      std::string activation, bool last_bias = true, double last_gain = 1);

  // (B, in) → (B, out).
  Value operator()(Value x) const;

 private:
  struct Layer {
    Value weight, bias;  // (in, out), (out) or none
  };
  std::vector<Layer> layers_;
  std::string activation_;
};

// Hidden layers shared by several linear outputs.
class MlpWithHeads {
 public:
  // in → hidden… (activated) → each of `outs`, linear, whose weights start `out_gain` times as
  // large as usual.
  MlpWithHeads(Parameters& parameters, const std::string& name, Extent in,
               const std::vector<Extent>& hidden,
               const std::vector<std::pair<std::string, Extent>>& outs,
               const std::string& activation, double out_gain = 1);

  // (B, in) → (B, out) for each output.
  std::vector<Value> operator()(Value x) const;

 private:
  std::unique_ptr<Mlp> body_;
  std::vector<Mlp> heads_;
  std::string activation_;
};

}  // namespace lab::nn
