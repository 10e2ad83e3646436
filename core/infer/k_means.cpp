#include "core/infer/k_means.hpp"

#include <algorithm>
#include <limits>

#include "core/data/random.hpp"

namespace lab::infer {

namespace {

std::span<const float> row_of(std::span<const float> x, std::size_t dimensions, std::size_t row) {
  return x.subspan(row * dimensions, dimensions);
}

// The first centres: each a row, drawn in proportion to the square of how far it is from those
// that are there.
std::vector<float> first_centres(std::span<const float> x, std::size_t dimensions, std::size_t k,
                                 std::uint32_t seed) {
  const std::size_t n = x.size() / dimensions;
  data::Stream stream(seed, 0);
  std::vector<double> away(n, std::numeric_limits<double>::infinity());
  std::vector<float> centres;
  std::size_t chosen = stream.below(static_cast<std::uint32_t>(n));
  for (std::size_t c = 0; c < k; ++c) {
    const std::span<const float> centre = row_of(x, dimensions, chosen);
    centres.insert(centres.end(), centre.begin(), centre.end());
    double total = 0;
    for (std::size_t i = 0; i < n; ++i) {
      away[i] = std::min(away[i], nearest(centre, row_of(x, dimensions, i)).second);
      total += away[i];
    }
    double left = total * stream.uniform();
    chosen = n - 1;
    for (std::size_t i = 0; i < n && left >= 0; ++i) {
      left -= away[i];
      chosen = i;
    }
  }
  return centres;
}

}  // namespace

std::pair<std::uint32_t, double> nearest(std::span<const float> centres,
                                         std::span<const float> row) {
  std::uint32_t best = 0;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t c = 0; c * row.size() < centres.size(); ++c) {
    double square = 0;
    for (std::size_t j = 0; j < row.size(); ++j) {
      const double difference =
          static_cast<double>(row[j]) - static_cast<double>(centres[c * row.size() + j]);
      square += difference * difference;
    }
    if (square < least) {
      least = square;
      best = static_cast<std::uint32_t>(c);
    }
  }
  return {best, least};
}

Clusters k_means(std::span<const float> x, std::size_t dimensions, std::size_t k,
                 std::uint32_t seed, int most_rounds) {
  const std::size_t n = x.size() / dimensions;
  Clusters found;
  found.centres = first_centres(x, dimensions, k, seed);
  found.members.assign(n, std::numeric_limits<std::uint32_t>::max());
  while (true) {
    bool changed = false;
    double total = 0;
    std::vector<double> sums(k * dimensions, 0), counts(k, 0);
    for (std::size_t i = 0; i < n; ++i) {
      const std::span<const float> row = row_of(x, dimensions, i);
      const auto [centre, square] = nearest(found.centres, row);
      changed = changed || found.members[i] != centre;
      found.members[i] = centre;
      total += square;
      ++counts[centre];
      for (std::size_t j = 0; j < dimensions; ++j) {
        sums[centre * dimensions + j] += static_cast<double>(row[j]);
      }
    }
    found.error = total / static_cast<double>(n * dimensions);
    if (!changed || found.rounds == most_rounds) return found;
    ++found.rounds;
    for (std::size_t c = 0; c < k; ++c) {
      for (std::size_t j = 0; j < dimensions && counts[c] > 0; ++j) {
        found.centres[c * dimensions + j] =
            static_cast<float>(sums[c * dimensions + j] / counts[c]);
      }
    }
  }
}

}  // namespace lab::infer
