// A graph whose parameters were moved at random, so that nothing is as it started; evaluated in
// double.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "core/execute/reference/reference.hpp"
#include "core/nn/mlp.hpp"

namespace lab {

class MovedGraph {
 public:
  Graph graph;
  nn::Parameters parameters{graph, graph.index_constant(3), {}};
  std::vector<std::pair<Value, Value>> inverses;  // matrices, and where their inverses go

  // When all variables are made.
  void start();
  // Value (…) of what `start` left.
  std::vector<float> values_of(Value value);
  // ln |det ∂y/∂x| of every row by automatic differentiation; x and y (B, D) → (B).
  std::vector<double> log_jacobian(Value y, Value x);
  // What a transform says of it, (B).
  std::vector<float> log_det_of(Value log_det, Extent rows);

 private:
  std::unique_ptr<Reference> reference_;
};

// Rows of numbers with correlations, (count, dimensions).
std::vector<float> correlated_rows(std::size_t count, std::size_t dimensions);

}  // namespace lab
