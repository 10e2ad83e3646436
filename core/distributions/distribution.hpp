// Distributions of rows of D numbers, as graph: what priors, noises, decoders and flows are. Each
// is a file of this folder.
#pragma once

#include <memory>
#include <vector>

#include "core/graph/graph.hpp"

namespace lab::distributions {

class Distribution {
 public:
  virtual ~Distribution() = default;

  // ln p(x) of every row, x (…, D) → (…), in nats; −∞ is replaced by a large negative number
  // (−1e30).
  virtual Value log_density(Value x) const = 0;

  // (count, D) independent draws; seed and counter as in random_normal.
  virtual Value sample(Graph& graph, Extent count, Value seed, Value counter) const = 0;

  // (D), or (B, D) as the parameters; none where there is no closed form.
  virtual Value mean(Graph& graph) const = 0;
};

// Parameters that are values (D) are those of all rows. Of values (B, D) row i is about parameters
// i, and as many are drawn.

// N(0, I), and N(mean, diag e^log_variance); log_variance may be a scalar.
std::unique_ptr<Distribution> standard_normal(Extent dimensions);
std::unique_ptr<Distribution> normal(Value mean, Value log_variance);

// Independent numbers of density e^−t / (1 + e^−t)² / s, t = (x − mean)/s, s = e^log_scale; the
// standard one has mean 0 and s = 1.
std::unique_ptr<Distribution> standard_logistic(Extent dimensions);
std::unique_ptr<Distribution> logistic(Value mean, Value log_scale);

// Independent bits, or intensities x in [0, 1] as shares of bits:
// ln p(x) = Σ x ln y + (1 − x) ln (1 − y), y = sigmoid(logits).
std::unique_ptr<Distribution> bernoulli(Value logits);

// N(mean, L Lᵀ), L lower triangular (D×D, row-major), its diagonal positive.
std::unique_ptr<Distribution> gaussian(std::vector<double> mean, std::vector<double> cholesky);

// Uniform on the box low ≤ x ≤ high.
std::unique_ptr<Distribution> uniform(std::vector<double> low, std::vector<double> high);

// Σ w_k N(mean_k, scale² variance_k I): weights (K) that add up to 1, means (K, D) row-major; scale
// a real scalar, or none: 1.
std::unique_ptr<Distribution> mixture(std::vector<double> weights, std::vector<double> means,
                                      std::vector<double> variances, Value scale = {});

// Of scale · u + shift, u as `base` has it: scale a real scalar, or none: 1; shift (D).
std::unique_ptr<Distribution> moved(std::unique_ptr<Distribution> base, Value scale, Value shift);

// Independent Laplacian sources of mean 0 and variance 1 (p(s) = e^(−√2|s|)/√2), and x = A s of
// them: A and its inverse (D×D, row-major), ln |det A|.
Value standard_laplacian(Graph& graph, Shape shape, Value seed, Value counter);
std::unique_ptr<Distribution> mixed_laplacian(std::vector<double> mixing,
                                              std::vector<double> unmixing, double log_det);

// What terms, one a number, add up to: (…, D) → (…).
inline Value sum_of_row(Value terms) {
  return sum(terms, {static_cast<Extent>(terms.shape().size()) - 1});
}

}  // namespace lab::distributions
