#include "core/infer/roc.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/data/mean.hpp"

namespace lab::infer {

namespace {

// The rank of every value among all, from 1 on; equal ones share the mean of theirs.
std::vector<double> ranks(std::span<const float> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> result(values.size());
  for (std::size_t i = 0; i < order.size();) {
    std::size_t end = i;
    while (end < order.size() && values[order[end]] == values[order[i]]) ++end;
    const double rank = 0.5 * static_cast<double>(i + 1 + end);
    for (; i < end; ++i) result[order[i]] = rank;
  }
  return result;
}

}  // namespace

AreaUnderCurve area_under_curve(std::span<const float> normal, std::span<const float> strange) {
  std::vector<float> all(normal.begin(), normal.end());
  all.insert(all.end(), strange.begin(), strange.end());
  const std::vector<double> together = ranks(all), of_normal = ranks(normal),
                            of_strange = ranks(strange);
  const auto n = static_cast<double>(normal.size()), m = static_cast<double>(strange.size());
  // For each datum the share of the other kind that it is on the right side of.
  std::vector<double> above(strange.size()), below(normal.size());
  for (std::size_t i = 0; i < below.size(); ++i) {
    below[i] = 1 - (together[i] - of_normal[i]) / m;
  }
  for (std::size_t i = 0; i < above.size(); ++i) {
    above[i] = (together[normal.size() + i] - of_strange[i]) / n;
  }
  return {mean_of(above), std::hypot(standard_error_of(above), standard_error_of(below))};
}

std::vector<std::array<double, 2>> roc(std::span<const float> normal,
                                       std::span<const float> strange) {
  std::vector<float> a(normal.begin(), normal.end()), b(strange.begin(), strange.end());
  std::ranges::sort(a, std::greater());
  std::ranges::sort(b, std::greater());
  std::vector<std::array<double, 2>> points{{0, 0}};
  std::size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    const float threshold = i == a.size() ? b[j] : j == b.size() ? a[i] : std::max(a[i], b[j]);
    while (i < a.size() && a[i] >= threshold) ++i;
    while (j < b.size() && b[j] >= threshold) ++j;
    points.push_back({static_cast<double>(i) / static_cast<double>(a.size()),
                      static_cast<double>(j) / static_cast<double>(b.size())});
  }
  return points;
}

double quantile(std::vector<float> values, double q) {
  std::ranges::sort(values);
  const double at = std::clamp(q, 0.0, 1.0) * static_cast<double>(values.size() - 1);
  const auto low = static_cast<std::size_t>(at), high = std::min(low + 1, values.size() - 1);
  const double share = at - std::floor(at);
  return (1 - share) * static_cast<double>(values[low]) + share * static_cast<double>(values[high]);
}

}  // namespace lab::infer
