// The mean of numbers, at least one, and its standard error; how varied counts are; how far rows
// are apart.
#pragma once

#include <cmath>
#include <span>
#include <vector>

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

// Of rows a, b (n, width) each how far they are apart: the mean square of a number (n).
inline std::vector<float> squared_errors(std::span<const float> a, std::span<const float> b,
                                         std::size_t width) {
  std::vector<float> rows(a.size() / width);
  for (std::size_t i = 0; i < a.size(); ++i) {
    const float away = a[i] - b[i];
    rows[i / width] += away * away / static_cast<float>(width);
  }
  return rows;
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
