// A normal distribution of any covariance.
#pragma once

#include <vector>

#include "core/distributions/distribution.hpp"

namespace lab::distributions {

// N(mean, L Lᵀ), L lower triangular (D×D, row-major), its diagonal positive.
class Gaussian final : public Distribution {
 public:
  Gaussian(std::vector<double> mean, std::vector<double> cholesky);
  Value log_density(Value x) const override;
  Value sample(Graph& graph, Extent count, Value seed, Value counter) const override;
  Value mean(Graph& graph) const override;

 private:
  std::vector<double> mean_, cholesky_, inverse_;
  double log_normaliser_ = 0;
};

}  // namespace lab::distributions
