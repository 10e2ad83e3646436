#include "core/nn/attention.hpp"

#include <cmath>

namespace lab::nn {

Value causal_attention(Value queries, Value keys, Value values, Extent heads) {
  Graph& g = queries.graph();
  const Extent batch = queries.extent(0), sites = queries.extent(1);
  const auto by_head = [&](Value x) {
    return transpose(reshape(x, {batch, sites, heads, x.extent(2) / heads}), {0, 2, 1, 3});
  };
  const Value q = by_head(queries), k = by_head(keys), v = by_head(values);
  const Value site = to_real(iota(g, sites));
  const Value before = reshape(site, {1, sites}) < reshape(site, {sites, 1});
  const Value likeness =
      matmul(q, k, false, true) * (1 / std::sqrt(static_cast<double>(q.extent(3))));
  const Shape column{batch, heads, sites, 1};
  const Value least = g.constant(-1e30), largest = max(select(before, likeness, least), {3});
  const Value above = likeness - stop_gradient(reshape(largest, column));
  const Value weights = before * exp(select(before, above, g.constant(0)));
  // The weights of the first site add up to 0, and are to stay so.
  const Value total = reshape(sum(weights, {3}), column) + reshape(site < 1.0, {sites, 1});
  const Value heard = matmul(weights / total, v);
  return reshape(transpose(heard, {0, 2, 1, 3}), {batch, sites, values.extent(2)});
}

}  // namespace lab::nn
