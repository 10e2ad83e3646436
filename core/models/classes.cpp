#include "core/models/classes.hpp"

namespace lab::models {

Value one_hot(Value classes, std::size_t count) {
  Shape shape = classes.shape();
  shape.push_back(1);
  return index_equal(reshape(to_index(classes), shape),
                     iota(classes.graph(), static_cast<Extent>(count)));
}

Value wanted_or_drawn(Value wanted, Value u, const std::vector<double>& shares) {
  std::vector<double> cumulative;
  for (const double share : shares) {
    cumulative.push_back(share + (cumulative.empty() ? 0 : cumulative.back()));
  }
  const auto classes = static_cast<Extent>(cumulative.size());
  const Value passed = sum(u > u.graph().constant(cumulative, {1, classes}), {1});
  const Value drawn = reshape(minimum(passed, static_cast<double>(classes) - 1), wanted.shape());
  return select(wanted < 0.0, drawn, wanted);
}

}  // namespace lab::models
