#include "core/infer/inverse.hpp"

#include <Eigen/LU>
#include <cmath>

namespace lab::infer {

std::vector<double> inverse(std::span<const double> matrix) {
  using Doubles = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto size =
      static_cast<Eigen::Index>(std::lround(std::sqrt(static_cast<double>(matrix.size()))));
  const Doubles result = Eigen::Map<const Doubles>(matrix.data(), size, size).inverse();
  return {result.data(), result.data() + result.size()};
}

std::vector<float> inverse(std::span<const float> matrix) {
  const std::vector<double> given(matrix.begin(), matrix.end()), result = inverse(given);
  return {result.begin(), result.end()};
}

}  // namespace lab::infer
