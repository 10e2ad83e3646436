#include "core/infer/autocorrelation.hpp"

#include <algorithm>

namespace lab::infer {

namespace {

Autocorrelation of_coordinate(std::span<const float> positions, std::size_t chains,
                              std::size_t dimensions, std::size_t which) {
  const std::size_t moves = positions.size() / (chains * dimensions);
  std::vector<double> x(moves * chains);
  double mean = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = static_cast<double>(positions[i * dimensions + which]);
    mean += x[i] / static_cast<double>(x.size());
  }
  for (double& each : x) each -= mean;
  const auto covariance = [&](std::size_t lag) {
    double sum = 0;
    for (std::size_t i = 0; i + lag * chains < x.size(); ++i) sum += x[i] * x[i + lag * chains];
    return sum / static_cast<double>((moves - lag) * chains);
  };
  Autocorrelation result;
  const double variance = covariance(0);
  result.at = {1};
  // Chains that do not move at all: a density of one point, or one that refuses everything.
  if (!(variance > 0)) return result;
  double sum = 0;
  for (std::size_t lag = 0; lag + 1 < moves / 2; lag += 2) {
    const double even = covariance(lag) / variance, odd = covariance(lag + 1) / variance;
    result.beyond = even + odd > 0 ? 0.5 * (even + odd) : 0;
    if (even + odd <= 0) break;
    if (lag > 0) result.at.push_back(even);
    result.at.push_back(odd);
    sum += even + odd;
  }
  result.time = std::max(1.0, 2 * sum - 1);
  return result;
}

}  // namespace

Autocorrelation autocorrelation(std::span<const float> positions, std::size_t chains,
                                std::size_t dimensions) {
  Autocorrelation slowest;
  for (std::size_t which = 0; which < dimensions; ++which) {
    Autocorrelation each = of_coordinate(positions, chains, dimensions, which);
    if (slowest.at.empty() || each.time > slowest.time) slowest = std::move(each);
  }
  return slowest;
}

}  // namespace lab::infer
