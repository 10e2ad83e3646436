// Densities with samplers, as graph: what noise-contrastive estimation draws its noise from.
#pragma once

#include <memory>
#include <vector>

#include "core/graph/graph.hpp"

namespace lab::dist {

class Density {
 public:
  virtual ~Density() = default;

  // x (B, D) → ln p(x), (B), in nats; −∞ is replaced by a large negative number (−1e30).
  virtual Value log_density(Value x) const = 0;

  // (count, D) independent draws; seed and counter as in random_normal.
  virtual Value sample(Graph& graph, Extent count, Value seed, Value counter) const = 0;
};

// N(mean, L Lᵀ), L lower triangular (D×D, row-major), its diagonal positive.
std::unique_ptr<Density> gaussian(std::vector<double> mean, std::vector<double> cholesky);

// Uniform on the box low ≤ x ≤ high.
std::unique_ptr<Density> uniform(std::vector<double> low, std::vector<double> high);

// Σ w_k N(mean_k, variance_k I): means (K, D) row-major.
std::unique_ptr<Density> mixture(std::vector<double> weights, std::vector<double> means,
                                 std::vector<double> variances);

}  // namespace lab::dist
