#include "core/nn/mlp.hpp"

#include <algorithm>
#include <cmath>

#include "core/graph/one_of.hpp"

namespace lab::nn {

Value Parameters::add(const std::string& name, Value initial) {
  const auto known = std::find_if(values.begin(), values.end(),
                                  [&](Value value) { return value.node().name == name; });
  Value variable;
  if (known != values.end()) {
    variable = *known;
  } else {
    if (deviation > 0) {
      initial = random_normal(graph, initial.shape(), seed, graph.index_constant(0)) * deviation;
    }
    variable = graph.variable(name, initial, Role::parameter);
    values.push_back(variable);
  }
  return use ? use(variable) : variable;
}

Value Parameters::add_weight(const std::string& name, Value initial) {
  const std::size_t before = values.size();
  const Value used = add(name, initial);
  if (values.size() > before) weights.push_back(values.back());
  return used;
}

namespace {

void require_activation(std::string_view name) {
  one_of("activation", std::string(name), {"tanh", "relu", "softplus", "elu", "swish"});
}

}  // namespace

double gain_of(std::string_view activation) {
  require_activation(activation);
  return activation == "relu" || activation == "elu" ? std::sqrt(2.0) : 1;
}

Value activate(std::string_view activation, Value x) {
  require_activation(activation);
  if (activation == "tanh") return tanh(x);
  if (activation == "relu") return relu(x);
  if (activation == "softplus") return softplus(x);
  if (activation == "elu") return select(x > 0.0, x, expm1(minimum(x, 0.0)));
  return x * sigmoid(x);
}

Mlp::Mlp(Parameters& parameters, const std::string& name, std::vector<Extent> widths,
         std::string activation, bool last_bias, double last_gain)
    : activation_(std::move(activation)) {
  Graph& graph = parameters.graph;
  const double gain = gain_of(activation_);
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) {
    const bool last = i + 2 == widths.size();
    const double scale = (last ? last_gain : gain) / std::sqrt(static_cast<double>(widths[i]));
    const std::string layer = name + "." + std::to_string(i);
    const Value noise =
        random_normal(graph, {widths[i], widths[i + 1]}, parameters.seed, graph.index_constant(0));
    Layer made;
    made.weight = parameters.add_weight(layer + ".weight", noise * scale);
    if (!last || last_bias) {
      made.bias = parameters.add(layer + ".bias", graph.constant(0, {widths[i + 1]}));
    }
    layers_.push_back(made);
  }
}

Value Mlp::operator()(Value x) const {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    x = matmul(x, layers_[i].weight);
    if (layers_[i].bias) x = x + layers_[i].bias;
    if (i + 1 < layers_.size()) x = activate(activation_, x);
  }
  return x;
}

MlpWithHeads::MlpWithHeads(Parameters& parameters, const std::string& name, Extent in,
                           const std::vector<Extent>& hidden,
                           const std::vector<std::pair<std::string, Extent>>& outs,
                           const std::string& activation, double out_gain)
    : activation_(activation) {
  std::vector<Extent> widths{in};
  widths.insert(widths.end(), hidden.begin(), hidden.end());
  if (!hidden.empty()) {
    body_ = std::make_unique<Mlp>(parameters, name, widths, activation, true, gain_of(activation));
  }
  for (const auto& [out_name, extent] : outs) {
    heads_.emplace_back(parameters, name + "." + out_name,
                        std::vector<Extent>{widths.back(), extent}, activation, true, out_gain);
  }
}

std::vector<Value> MlpWithHeads::operator()(Value x) const {
  if (body_) x = activate(activation_, (*body_)(x));
  std::vector<Value> outs;
  for (const Mlp& head : heads_) outs.push_back(head(x));
  return outs;
}

}  // namespace lab::nn
