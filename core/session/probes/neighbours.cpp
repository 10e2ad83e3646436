#include "core/session/probes/neighbours.hpp"

#include <cmath>
#include <limits>

namespace lab::session {

namespace {

constexpr std::size_t neighbour_count = 12, usual_count = 40;

// The row of `data`'s training samples nearest to `picture` (D intensities), and how far it is.
std::pair<std::size_t, double> nearest(const data::Dataset& data, std::span<const float> picture) {
  const std::size_t size = data.dimensions();
  std::vector<float> factor(size, 1), shift(size, 0);
  for (std::size_t j = 0; j < data.scale.size(); ++j) {
    factor[j] = 1 / data.scale[j];
    shift[j] = -data.shift[j] / data.scale[j];
  }
  const std::vector<float>& train = data.train.values;
  std::size_t found = 0;
  float least = std::numeric_limits<float>::infinity();
  constexpr std::size_t part = 32;  // after each, those that are already too far are given up
  for (std::size_t row = 0; row < data.train.count(); ++row) {
    const float* values = train.data() + row * size;
    float total = 0;
    for (std::size_t start = 0; start < size && total < least; start += part) {
      const std::size_t end = std::min(start + part, size);
      for (std::size_t j = start; j < end; ++j) {
        const float difference = values[j] * factor[j] + shift[j] - picture[j];
        total += difference * difference;
      }
    }
    if (total < least) {
      least = total;
      found = row;
    }
  }
  return {found, std::sqrt(static_cast<double>(least))};
}

}  // namespace

Task<> NeighboursProbe::add(Message& snapshot, Experiment& experiment, const std::set<std::string>&,
                            bool) {
  const data::Dataset& data = experiment.data();
  const std::size_t size = data.dimensions();
  const auto mean_distance = [&](std::span<const float> pictures, std::vector<float>* found,
                                 std::vector<float>* distances) {
    double total = 0;
    const std::size_t count = pictures.size() / size;
    for (std::size_t i = 0; i < count; ++i) {
      const auto [row, distance] = nearest(data, pictures.subspan(i * size, size));
      total += distance;
      if (!found) continue;
      const auto start = data.train.values.begin() + static_cast<std::ptrdiff_t>(row * size);
      found->insert(found->end(), start, start + static_cast<std::ptrdiff_t>(size));
      distances->push_back(static_cast<float>(distance));
    }
    return total / static_cast<double>(std::max<std::size_t>(1, count));
  };
  if (usual_distance_ < 0) {
    std::vector<float> test = data.evaluated(data.test, usual_count);
    data.to_intensities(test);
    usual_distance_ = mean_distance(test, nullptr, nullptr);
  }
  snapshot.head["usual_distance"] = usual_distance_;
  const std::span<const float> drawn = snapshot.array("drawn");
  std::vector<float> neighbours, distances;
  (void)mean_distance(drawn.first(std::min(drawn.size(), neighbour_count * size)), &neighbours,
                      &distances);
  data.to_intensities(neighbours);
  const std::int64_t count = signed_of(distances.size());
  snapshot.add("neighbours", {count, signed_of(size)}, std::move(neighbours));
  snapshot.add("neighbour_distances", {count}, std::move(distances));
  co_return;
}

}  // namespace lab::session
