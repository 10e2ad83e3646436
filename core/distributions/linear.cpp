#include "core/distributions/linear.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

namespace lab::distributions {

namespace {

// Standard deviations below this share of the largest are taken for it.
constexpr double least_deviation = 1e-4;

class Scaling final : public Transform {
 public:
  explicit Scaling(Value log_scale) : log_scale_(log_scale) {}
  Transformed forward(Value x) const override { return {x * exp(log_scale_), sum(log_scale_)}; }
  Transformed inverse(Value y) const override { return {y * exp(-log_scale_), -sum(log_scale_)}; }

 private:
  Value log_scale_;
};

class Linear final : public Transform {
 public:
  explicit Linear(const Matrices& matrices) : of_(matrices) {}

  Transformed forward(Value x) const override {
    const Value turned = matmul(x, of_.matrix);
    return {of_.shift ? turned + of_.shift : turned, of_.log_det};
  }

  Transformed inverse(Value y) const override {
    return {matmul(of_.shift ? y - of_.shift : y, of_.inverse), -of_.log_det};
  }

 private:
  Matrices of_;
};

// A triangular matrix (D, D) that starts diagonal: e^log_diagonal on the diagonal, learnt numbers
// below or above it.
Value triangle(nn::Parameters& parameters, const std::string& name, Value log_diagonal,
               bool upper) {
  Graph& graph = parameters.graph;
  const Extent size = log_diagonal.extent(0);
  const Value index = to_real(iota(graph, size));
  const Value row = reshape(index, {size, 1}), column = reshape(index, {1, size});
  const Value raw = parameters.add(name, graph.constant(0, {size, size}));
  const Value beside = upper ? row < column : column < row;
  return raw * beside + equal(row, column) * reshape(exp(log_diagonal), {1, size});
}

}  // namespace

Value inverse_variable(Graph& graph, const std::string& name, Value matrix) {
  return graph.variable(name + ".inverse", graph.constant(0, matrix.shape()), Role::input);
}

Value log_abs_det(Value matrix) {
  Value rest = matmul(matrix, matrix, false, true), total;
  for (Extent left = matrix.extent(0); left > 0; --left) {
    const Value row = slice(rest, 0, 0, 1), pivot = slice(row, 1, 0, 1);  // (1, left), (1, 1)
    total = total ? total + log(pivot) : log(pivot);
    if (left == 1) break;
    const Value across = slice(row, 1, 1, left - 1);
    rest =
        slice(slice(rest, 0, 1, left - 1), 1, 1, left - 1) - transpose(across) * (across / pivot);
  }
  return reshape(0.5 * total, {});
}

std::unique_ptr<Transform> scaling(Value log_scale) { return std::make_unique<Scaling>(log_scale); }

std::unique_ptr<Transform> linear(const Matrices& matrices) {
  return std::make_unique<Linear>(matrices);
}

Matrices lu_mixing(nn::Parameters& parameters, const std::string& name, Extent dimensions) {
  Graph& graph = parameters.graph;
  const Value diagonal = parameters.add(name + ".log_diagonal", graph.constant(0, {dimensions}));
  const Value lower = triangle(parameters, name + ".lower", graph.constant(0, {dimensions}), false);
  const Value upper = triangle(parameters, name + ".upper", diagonal, true);
  const Value matrix = matmul(lower, upper);
  return {matrix, inverse_variable(graph, name, matrix), {}, sum(diagonal)};
}

Matrices learnt_whitening(nn::Parameters& parameters, const std::string& name,
                          std::span<const float> rows, Extent dimensions) {
  Graph& graph = parameters.graph;
  const auto size = static_cast<std::size_t>(dimensions);
  std::vector<double> log_diagonal(size), shift(size);
  const auto count = static_cast<double>(rows.size() / size);
  std::vector<double> mean(size, 0), squares(size, 0);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto value = static_cast<double>(rows[i]);
    mean[i % size] += value / count;
    squares[i % size] += value * value / count;
  }
  double most = 0;
  const auto deviation = [&](std::size_t j) {
    return std::sqrt(std::max(0.0, squares[j] - mean[j] * mean[j]));
  };
  for (std::size_t j = 0; j < size; ++j) most = std::max(most, deviation(j));
  for (std::size_t j = 0; j < size; ++j) {
    log_diagonal[j] = -std::log(std::max({deviation(j), least_deviation * most, 1e-15}));
    shift[j] = -mean[j] * std::exp(log_diagonal[j]);
  }
  const Value diagonal =
      parameters.add(name + ".log_diagonal", graph.constant(log_diagonal, {dimensions}));
  const Value matrix = transpose(triangle(parameters, name + ".lower", diagonal, false));
  const Value shifts = reshape(parameters.add(name + ".shift", graph.constant(shift, {dimensions})),
                               {1, dimensions});
  const Value log_det = sum(diagonal);
  return {matrix, inverse_variable(graph, name, matrix), shifts, log_det};
}

Matrices zca_whitening(Graph& graph, std::span<const float> rows, Extent dimensions) {
  const Zca zca = make_zca(rows, static_cast<std::size_t>(dimensions));
  const Value matrix = graph.constant(zca.matrix, {dimensions, dimensions});
  const Value inverse = graph.constant(zca.inverse, {dimensions, dimensions});
  const Value shift = -matmul(graph.constant(zca.mean, {1, dimensions}), matrix);
  return {matrix, inverse, shift, graph.constant(zca.log_det)};
}

Zca make_zca(std::span<const float> rows, std::size_t dimensions) {
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto size = static_cast<Eigen::Index>(dimensions);
  const auto count = static_cast<Eigen::Index>(rows.size() / dimensions);
  const Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>
      data(rows.data(), count, size);
  const Eigen::RowVectorXd mean = data.cast<double>().colwise().mean();
  Matrix covariance = Matrix::Zero(size, size);
  // In parts: the centred data in double would be as large again twice.
  constexpr Eigen::Index part = 1024;
  for (Eigen::Index start = 0; start < count; start += part) {
    const Matrix centred =
        data.middleRows(start, std::min(part, count - start)).cast<double>().rowwise() - mean;
    covariance.noalias() += centred.transpose() * centred;
  }
  covariance /= static_cast<double>(count);
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(covariance);
  const double floor =
      std::max(solver.eigenvalues().maxCoeff() * least_deviation * least_deviation, 1e-30);
  const Eigen::ArrayXd deviation = solver.eigenvalues().array().max(floor).sqrt();
  const Matrix& vectors = solver.eigenvectors();
  const Matrix forward = vectors * deviation.inverse().matrix().asDiagonal() * vectors.transpose();
  const Matrix inverse = vectors * deviation.matrix().asDiagonal() * vectors.transpose();
  const auto all = [](const auto& m) { return std::vector<double>(m.data(), m.data() + m.size()); };
  return {all(mean), all(forward), all(inverse), -deviation.log().sum()};
}

}  // namespace lab::distributions
