#include "tests/core/moved_graph.hpp"

#include <Eigen/Dense>
#include <cmath>

#include "core/data/random.hpp"
#include "core/infer/inverse.hpp"

namespace lab {

void MovedGraph::start() {
  reference_ = std::make_unique<Reference>(graph);
  std::vector<Value> all;
  for (const NodeId id : graph.variables()) all.emplace_back(graph, id);
  reference_->initialise(graph, all);
  data::Stream stream(5, 2);
  for (const Value parameter : parameters.values) {
    std::vector<float> values = reference_->read(parameter);
    for (float& value : values) value += static_cast<float>(0.2 * stream.normal());
    reference_->write(parameter, values);
  }
  for (const auto& [matrix, inverse] : inverses) {
    reference_->write(inverse, infer::inverse(values_of(matrix)));
  }
}

std::vector<float> MovedGraph::values_of(Value value) {
  const auto handle = reference_->prepare({"value", {value}, {}});
  reference_->run(handle);
  return reference_->output(handle, 0);
}

std::vector<double> MovedGraph::log_jacobian(Value y, Value x) {
  const Extent rows = x.extent(0), size = x.extent(1);
  // ∂y/∂x of every row, one column of y at a time.
  std::vector<std::vector<float>> slopes;
  for (Extent j = 0; j < size; ++j) {
    slopes.push_back(values_of(gradients(sum(slice(y, 1, j, 1)), {x}).front()));
  }
  std::vector<double> result;
  for (Extent row = 0; row < rows; ++row) {
    Eigen::MatrixXd jacobian(size, size);
    for (Extent j = 0; j < size; ++j) {
      for (Extent i = 0; i < size; ++i) {
        jacobian(j, i) = static_cast<double>(
            slopes[static_cast<std::size_t>(j)][static_cast<std::size_t>(row * size + i)]);
      }
    }
    result.push_back(std::log(std::abs(jacobian.determinant())));
  }
  return result;
}

std::vector<float> MovedGraph::log_det_of(Value log_det, Extent rows) {
  return values_of(broadcast(log_det ? log_det : graph.constant(0), {rows}));
}

std::vector<float> correlated_rows(std::size_t count, std::size_t dimensions) {
  data::Stream stream(5, 1);
  std::vector<float> rows;
  for (std::size_t i = 0; i < count; ++i) {
    const double common = stream.normal();
    for (std::size_t j = 0; j < dimensions; ++j) {
      rows.push_back(static_cast<float>(0.5 * common +
                                        (0.5 + 0.1 * static_cast<double>(j)) * stream.normal()));
    }
  }
  return rows;
}

}  // namespace lab
