#include "core/infer/principal.hpp"

#include <Eigen/Eigenvalues>

namespace lab::infer {

Principal principal(std::span<const float> x, std::size_t dimensions, std::size_t count,
                    const Principal* before) {
  using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto d = static_cast<Eigen::Index>(dimensions);
  const Eigen::Map<const Rows> rows(x.data(), static_cast<Eigen::Index>(x.size()) / d, d);
  const Eigen::RowVectorXd mean = rows.cast<double>().colwise().mean();
  // The same kind of matrix as of whitening, so that the page has one solver.
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Matrix centred = rows.cast<double>().rowwise() - mean;
  const Matrix scatter = centred.transpose() * centred;
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(scatter);
  const double total = std::max(solver.eigenvalues().sum(), 1e-300);
  Principal found;
  found.mean.assign(mean.data(), mean.data() + d);
  for (std::size_t k = 0; k < count; ++k) {
    const Eigen::Index column = d - 1 - static_cast<Eigen::Index>(k);
    Eigen::VectorXd axis = solver.eigenvectors().col(column);
    double agrees = axis.sum();
    if (before && before->axes.size() == count * dimensions) {
      agrees = Eigen::Map<const Eigen::VectorXd>(before->axes.data() + k * dimensions, d).dot(axis);
    }
    if (agrees < 0) axis = -axis;
    found.axes.insert(found.axes.end(), axis.data(), axis.data() + d);
    found.share.push_back(std::max(0.0, solver.eigenvalues()[column]) / total);
  }
  return found;
}

std::vector<float> project(const Principal& principal, std::span<const float> x) {
  const std::size_t dimensions = principal.mean.size(), count = principal.share.size();
  std::vector<float> projected;
  projected.reserve(x.size() / dimensions * count);
  for (std::size_t start = 0; start < x.size(); start += dimensions) {
    for (std::size_t k = 0; k < count; ++k) {
      double sum = 0;
      for (std::size_t j = 0; j < dimensions; ++j) {
        sum += (static_cast<double>(x[start + j]) - principal.mean[j]) *
               principal.axes[k * dimensions + j];
      }
      projected.push_back(static_cast<float>(sum));
    }
  }
  return projected;
}

}  // namespace lab::infer
