// Linear transforms: a diagonal scaling, a whitening computed from data or learnt, and a learnt
// mixing of all columns.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/distributions/transform.hpp"
#include "core/nn/mlp.hpp"

namespace lab::distributions {

// y = x ⊙ e^s, s (D).
std::unique_ptr<Transform> scaling(Value log_scale);

// What y = x·matrix + shift needs: matrices (D, D), the shift (1, D) or none, ln |det| a scalar.
struct Matrices {
  Value matrix, inverse, shift, log_det;
};

std::unique_ptr<Transform> linear(const Matrices& matrices);

// ln |det M| of a square matrix (D, D) that has an inverse, a scalar: half that of M·Mᵀ, whose
// pivots are positive without a search, by elimination in D steps of graph.
Value log_abs_det(Value matrix);

// The inverse of a learnt matrix is a variable that must be written before an inverse is used; it
// is named `name`.inverse.

// Starts as the identity: M = L·U, both triangular, L's diagonal 1.
Matrices lu_mixing(nn::Parameters& parameters, const std::string& name, Extent dimensions);

// A triangular matrix (Dinh, Krueger & Bengio 2015, appendix B) that starts as the whitening of
// every column of `rows` (n, D) by itself.
Matrices learnt_whitening(nn::Parameters& parameters, const std::string& name,
                          std::span<const float> rows, Extent dimensions);

// A variable for the inverse of a matrix (D, D), named `name`.inverse.
Value inverse_variable(Graph& graph, const std::string& name, Value matrix);

// Whitening by an eigendecomposition of the covariance of rows (n, D), so that y has covariance I
// and is as near to x as may be.
Matrices zca_whitening(Graph& graph, std::span<const float> rows, Extent dimensions);

// The same as numbers: y = (x − mean)·matrix, and `inverse` leads back; (D, D), row-major.
// Directions in which the data does not vary are scaled as if it varied by 10⁻⁴ of the most.
struct Zca {
  std::vector<double> mean, matrix, inverse;
  double log_det = 0;
};
Zca make_zca(std::span<const float> rows, std::size_t dimensions);

}  // namespace lab::distributions
