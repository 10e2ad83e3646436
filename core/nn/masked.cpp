#include "core/nn/masked.hpp"

#include <algorithm>
#include <cmath>

namespace lab::nn {

namespace {

constexpr double always = -1e9, never = 1e9;

// Of how many inputs an output sees on average.
double mean_seen(Degrees in, const Degrees& out) {
  std::sort(in.begin(), in.end());
  double total = 0;
  for (const double degree : out) {
    total += static_cast<double>(std::upper_bound(in.begin(), in.end(), degree) - in.begin());
  }
  return std::max(1.0, total / static_cast<double>(out.size()));
}

// The degrees of a patch, tap by tap.
Degrees patch_degrees(const CausalConvolution::Reach& reach, const Degrees& in) {
  Degrees all;
  for (Extent row = -reach.above; row <= (reach.here ? 0 : -1); ++row) {
    for (Extent column = -reach.left; column <= reach.right; ++column) {
      for (const double degree : in) {
        const bool before = row < 0 || column < 0 || reach.whole, same = row == 0 && column == 0;
        all.push_back(before ? always : same ? degree : never);
      }
    }
  }
  return all;
}

}  // namespace

MaskedLinear::MaskedLinear(Parameters& parameters, const std::string& name, const Degrees& in,
                           const Degrees& out, double gain) {
  Graph& graph = parameters.graph;
  const auto from = static_cast<Extent>(in.size()), to = static_cast<Extent>(out.size());
  const double scale = gain / std::sqrt(mean_seen(in, out));
  const Value noise = random_normal(graph, {from, to}, parameters.seed, graph.index_constant(0));
  weight_ = parameters.add_weight(name + ".weight", noise * scale);
  bias_ = parameters.add(name + ".bias", graph.constant(0, {to}));
  if (*std::max_element(in.begin(), in.end()) <= *std::min_element(out.begin(), out.end())) return;
  weight_ = weight_ * (graph.constant(in, {from, 1}) <= graph.constant(out, {1, to}));
}

Value MaskedLinear::operator()(Value x) const { return matmul(x, weight_) + bias_; }

CausalConvolution::CausalConvolution(Parameters& parameters, const std::string& name,
                                     const Reach& reach, const Degrees& in, const Degrees& out,
                                     double gain)
    : reach_(reach), product_(parameters, name, patch_degrees(reach, in), out, gain) {}

Value CausalConvolution::operator()(Value x) const {
  const Shape from = x.shape();
  const Extent height = reach_.above + (reach_.here ? 1 : 0),
               width = reach_.left + 1 + reach_.right;
  if (height * width > 1 || !reach_.here) {
    x = embed(x, {from[0], from[1] + reach_.above, from[2] + reach_.left + reach_.right, from[3]},
              {0, reach_.above, reach_.left, 0}, {1, 1, 1, 1});
    if (!reach_.here) x = slice(x, 1, 0, from[1] + reach_.above - 1);
    x = windows(x, height, width, 1);
  }
  const Extent pixels = from[0] * from[1] * from[2];
  const Value y = product_(reshape(x, {pixels, height * width * from[3]}));
  return reshape(y, {from[0], from[1], from[2], y.extent(1)});
}

}  // namespace lab::nn
