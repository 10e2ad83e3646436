#include "core/infer/inverse.hpp"

#include <Eigen/LU>
#include <cmath>

namespace lab::infer {

std::vector<float> inverse(std::span<const float> matrix) {
  using Floats = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto size =
      static_cast<Eigen::Index>(std::lround(std::sqrt(static_cast<double>(matrix.size()))));
  const Eigen::Map<const Floats> given(matrix.data(), size, size);
  const Floats result = given.cast<double>().inverse().cast<float>();
  return {result.data(), result.data() + result.size()};
}

}  // namespace lab::infer
