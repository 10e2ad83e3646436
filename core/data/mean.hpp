// The mean of numbers, at least one, and its standard error; how varied counts are.
#pragma once

#include <cmath>
#include <span>

namespace lab {

template <class Values>
double mean_of(const Values& values) {
  double total = 0;
  for (const auto value : values) total += static_cast<double>(value);
  return total / static_cast<double>(values.size());
}

// The mean square of how far they are from their mean.
inline double variance_of(std::span<const float> values) {
  const double mean = mean_of(values);
  double squares = 0;
  for (const float value : values) {
    const double away = static_cast<double>(value) - mean;
    squares += away * away;
  }
  return squares / static_cast<double>(values.size());
}

// s/√n; NaN of a single number.
template <class Values>
double standard_error_of(const Values& values) {
  const double mean = mean_of(values), count = static_cast<double>(values.size());
  double squares = 0;
  for (const auto value : values) {
    const double away = static_cast<double>(value) - mean;
    squares += away * away;
  }
  return std::sqrt(squares / (count - 1) / count);
}

// exp of the entropy of how often each of several things was counted; 0 where nothing was.
inline double perplexity_of(std::span<const float> counts) {
  double total = 0, entropy = 0;
  for (const float count : counts) total += static_cast<double>(count);
  if (!(total > 0)) return 0;
  for (const float count : counts) {
    const double share = static_cast<double>(count) / total;
    if (share > 0) entropy -= share * std::log(share);
  }
  return std::exp(entropy);
}

}  // namespace lab
