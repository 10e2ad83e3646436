#include "core/data/truth.hpp"

#include "core/data/grid.hpp"

namespace lab::data {

std::vector<double> log_density(const Truth& truth, std::span<const double> points) {
  const std::size_t size = truth.dimensions();
  std::vector<double> values;
  values.reserve(points.size() / size);
  for (std::size_t start = 0; start < points.size(); start += size) {
    const auto value = truth.log_density(points.subspan(start, size));
    if (!value) return {};
    values.push_back(*value);
  }
  return values;
}

Box PlaneTruth::integration_box() const { return widened(bounds(), 1.5); }

}  // namespace lab::data
