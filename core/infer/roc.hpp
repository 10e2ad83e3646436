// How well a score tells strange data from normal ones.
#pragma once

#include <array>
#include <span>
#include <vector>

namespace lab::infer {

struct AreaUnderCurve {
  double value;           // in [0, 1]
  double standard_error;  // NaN where either kind has fewer than two
};

// The probability that a strange datum scores above a normal one, ties counting half: the area
// under the ROC (Mann & Whitney 1947). Its standard error after DeLong, DeLong & Clarke-Pearson
// (1988). Both not empty, all finite.
AreaUnderCurve area_under_curve(std::span<const float> normal, std::span<const float> strange);

// The ROC: for every threshold, from above all scores down, which share of the normal and of the
// strange data scores at or above it. From (0, 0) to (1, 1).
std::vector<std::array<double, 2>> roc(std::span<const float> normal,
                                       std::span<const float> strange);

// The value that a share `q` in [0, 1] of the values, at least one, does not exceed: between the
// two nearest it is interpolated.
double quantile(std::vector<float> values, double q);

}  // namespace lab::infer
