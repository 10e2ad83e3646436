// The inverse of a matrix, for maps that are learnt in one direction and used in both.
#pragma once

#include <span>
#include <vector>

namespace lab::infer {

// matrix: square, row-major. Solved in double by LU with pivots.
std::vector<float> inverse(std::span<const float> matrix);
std::vector<double> inverse(std::span<const double> matrix);

}  // namespace lab::infer
