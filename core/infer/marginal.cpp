#include "core/infer/marginal.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <string>
#include <vector>

namespace lab::infer {

double log_marginal(std::span<const double> z, std::span<const double> log_joint, std::size_t J) {
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const std::size_t draws = log_joint.size(), half = draws / 2;
  if (draws < 2 * (J + 2)) {
    throw std::invalid_argument("A Gaussian in " + std::to_string(J) + " dimensions needs " +
                                std::to_string(2 * (J + 2)) + " draws at least, not " +
                                std::to_string(draws) + ".");
  }
  const auto size = static_cast<Eigen::Index>(J);
  const Eigen::Map<const Matrix> all(z.data(), static_cast<Eigen::Index>(draws), size);
  const auto fitted = all.topRows(static_cast<Eigen::Index>(half));
  const Eigen::RowVectorXd mean = fitted.colwise().mean();
  const Matrix centred = fitted.rowwise() - mean;
  Matrix covariance = centred.transpose() * centred / static_cast<double>(half - 1);
  // Chains that hardly moved leave a singular matrix.
  covariance.diagonal().array() += 1e-9 + 1e-6 * covariance.diagonal().mean();
  const Eigen::LLT<Matrix> cholesky(covariance);
  double log_normaliser = -0.5 * static_cast<double>(J) * std::log(2 * std::numbers::pi);
  for (Eigen::Index i = 0; i < size; ++i) {
    log_normaliser -= std::log(cholesky.matrixLLT()(i, i));
  }
  std::vector<double> ratios;
  for (std::size_t s = half; s < draws; ++s) {
    const Eigen::VectorXd d = (all.row(static_cast<Eigen::Index>(s)) - mean).transpose();
    const double log_q = log_normaliser - 0.5 * d.dot(cholesky.solve(d));
    ratios.push_back(log_q - log_joint[s]);
  }
  const double top = *std::max_element(ratios.begin(), ratios.end());
  double total = 0;
  for (const double ratio : ratios) total += std::exp(ratio - top);
  return -(top + std::log(total / static_cast<double>(ratios.size())));
}

}  // namespace lab::infer
