#include "core/distributions/columns.hpp"

#include <algorithm>

namespace lab::distributions {

namespace {

using Which = std::vector<Extent>;

Which inverted(const Which& order) {
  Which result(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    result[static_cast<std::size_t>(order[i])] = static_cast<Extent>(i);
  }
  return result;
}

// The step of an arithmetic sequence that rises; 0 where it is none.
Extent step_of(const Which& which) {
  if (which.size() < 2) return 1;
  const Extent step = which[1] - which[0];
  for (std::size_t i = 1; i < which.size(); ++i) {
    if (which[i] - which[i - 1] != step) return 0;
  }
  return std::max<Extent>(step, 0);
}

Which chained(const Which& a, const Which& b) {
  Which all = a;
  all.insert(all.end(), b.begin(), b.end());
  return all;
}

Value operand(Value x, std::size_t i) { return {x.graph(), x.node().inputs.at(i)}; }

// Where an `embed` puts its columns.
Which places_of(Value embedded) {
  const Node& node = embedded.node();
  Which places;
  for (Extent i = 0; i < operand(embedded, 0).extent(1); ++i) {
    places.push_back(node.starts[1] + i * node.steps[1]);
  }
  return places;
}

// The two parts that x is joined of where the first lies at `first`, the second at `second`; none
// where x is something else.
Parts joined_of(Value x, const Which& first, const Which& second) {
  if (x.node().op == Op::add) {
    const Value a = operand(x, 0), b = operand(x, 1);
    const bool both = a.node().op == Op::embed && b.node().op == Op::embed;
    if (!both || places_of(a) != first || places_of(b) != second) return {};
    return {operand(a, 0), operand(b, 0)};
  }
  // Columns of both side by side.
  if (x.node().op != Op::transpose || operand(x, 0).node().op != Op::gather) return {};
  const Value gathered = operand(x, 0), turned = operand(gathered, 0);
  if (turned.node().op != Op::transpose || operand(turned, 0).node().op != Op::concatenate)
    return {};
  const Value both = operand(turned, 0);
  const std::vector<double>& rows = operand(gathered, 1).node().numbers;
  const Which order = inverted(chained(first, second));
  if (both.node().axes != Shape{1} || both.node().inputs.size() != 2 ||
      operand(both, 0).extent(1) != static_cast<Extent>(first.size()) ||
      !std::equal(rows.begin(), rows.end(), order.begin(), order.end())) {
    return {};
  }
  return {operand(both, 0), operand(both, 1)};
}

class Permutation final : public Transform {
 public:
  explicit Permutation(Which order) : order_(std::move(order)), inverse_(inverted(order_)) {}
  Transformed forward(Value x) const override { return {columns(x, order_), {}}; }
  Transformed inverse(Value y) const override { return {columns(y, inverse_), {}}; }

 private:
  Which order_, inverse_;
};

}  // namespace

Value columns(Value x, const Which& which) {
  if (const Extent step = step_of(which); step > 0) {
    return slice(x, 1, which.front(), static_cast<Extent>(which.size()), step);
  }
  const std::vector<std::uint32_t> rows(which.begin(), which.end());
  const Value chosen = x.graph().index_constant(rows, {static_cast<Extent>(which.size())});
  return transpose(gather(transpose(x), chosen));
}

Parts split(Value x, const Partition& partition) {
  const auto& [kept, changed] = partition;
  if (const Parts same = joined_of(x, kept, changed); same.kept) return same;
  if (const Parts swapped = joined_of(x, changed, kept); swapped.kept) {
    return {swapped.changed, swapped.kept};
  }
  return {columns(x, kept), columns(x, changed)};
}

Value join(const Parts& parts, const Partition& partition) {
  const auto& [kept, changed] = partition;
  const Extent rows = parts.kept.extent(0), all = static_cast<Extent>(kept.size() + changed.size());
  const Extent a = step_of(kept), b = step_of(changed);
  if (a > 0 && b > 0) {
    return embed(parts.kept, {rows, all}, {0, kept.front()}, {1, a}) +
           embed(parts.changed, {rows, all}, {0, changed.front()}, {1, b});
  }
  return columns(concatenate({parts.kept, parts.changed}, 1), inverted(chained(kept, changed)));
}

std::unique_ptr<Transform> permutation(Which order) {
  return std::make_unique<Permutation>(std::move(order));
}

}  // namespace lab::distributions
