#include "core/data/ica.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace lab::data {

namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr double root_two = std::numbers::sqrt2;

// A stream of the seed that no draws of points use.
constexpr std::uint32_t mixing_stream = 107;

Eigen::Index index(std::size_t count) { return static_cast<Eigen::Index>(count); }

double condition_number(const Matrix& a) {
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(a.transpose() * a, Eigen::EigenvaluesOnly);
  const auto& squares = solver.eigenvalues();
  return std::sqrt(squares.maxCoeff() / std::max(squares.minCoeff(), 1e-300));
}

class MixedSources final : public Truth, public Mixed {
 public:
  explicit MixedSources(Mixing mixing) : mixing_(std::move(mixing)) {}

  std::size_t dimensions() const override { return mixing_.dimensions; }
  std::vector<double> sample(std::size_t count, std::uint64_t seed) const override {
    Stream stream(seed, 0);
    return mixing_.sample(count, stream);
  }
  std::optional<double> log_density(std::span<const double> x) const override {
    return mixing_.log_density(x);
  }
  std::optional<double> entropy() const override { return mixing_.entropy(); }
  const Mixing& mixing() const override { return mixing_; }

 private:
  Mixing mixing_;
};

class PlaneSources final : public PlaneTruth, public Mixed {
 public:
  explicit PlaneSources(Mixing mixing) : mixing_(std::move(mixing)) {}

  std::vector<double> sample(std::size_t count, std::uint64_t seed) const override {
    Stream stream(seed, 0);
    return mixing_.sample(count, stream);
  }
  std::optional<double> log_density(double x, double y) const override {
    const double point[] = {x, y};
    return mixing_.log_density(point);
  }
  std::optional<double> entropy() const override { return mixing_.entropy(); }
  const Mixing& mixing() const override { return mixing_; }

  Box bounds() const override {
    double half = 0;
    for (const std::size_t axis : {0, 1}) {
      // Where 3·10⁻⁴ lie beyond it, since to the 10⁻⁴ of others tails like these go so far that
      // the rest is small. They are αe^(−t/α) and βe^(−t/β), by how much each source is worth.
      const double a = std::abs(mixing_.matrix[2 * axis]) / root_two,
                   b = std::abs(mixing_.matrix[2 * axis + 1]) / root_two;
      const double alpha = std::max({a, b, 1e-9}), beta = std::min(std::min(a, b), 0.999 * alpha);
      const auto beyond = [&](double t) {
        return (alpha * alpha * std::exp(-t / alpha) -
                (beta > 0 ? beta * beta * std::exp(-t / beta) : 0)) /
               (alpha * alpha - beta * beta);
      };
      double low = 0, high = 50 * alpha;
      for (int i = 0; i < 60; ++i) {
        const double middle = 0.5 * (low + high);
        (beyond(middle) > 3e-4 ? low : high) = middle;
      }
      half = std::max(half, high);
    }
    half *= 1.02;
    return {-half, half, -half, half};
  }

  // The same wherever there is mass: what the midpoint rule gives too much at an edge, where a
  // source is 0, it gives too little beside it, if both are as fine.
  double finest(const Box& box) const override {
    const double half = 0.5 * (box.x1 - box.x0), x = box.x0 + half, y = box.y0 + half;
    double largest = 0, nats = 0;
    for (std::size_t i = 0; i < 2; ++i) {
      const double bx = mixing_.inverse[2 * i], by = mixing_.inverse[2 * i + 1];
      const double size = std::hypot(bx, by), away = std::abs(bx * x + by * y);
      largest = std::max(largest, size);
      nats += root_two * std::max(0.0, away - 1.5 * half * size);
    }
    return nats < 12 ? 0.2 / largest : std::numeric_limits<double>::infinity();
  }

 private:
  Mixing mixing_;
};

}  // namespace

double Mixing::log_constant() const {
  return -log_det - 0.5 * static_cast<double>(dimensions) * std::numbers::ln2;
}

double Mixing::log_density(std::span<const double> x) const {
  double total = log_constant();
  for (std::size_t i = 0; i < dimensions; ++i) {
    double source = 0;
    for (std::size_t j = 0; j < dimensions; ++j) source += inverse[i * dimensions + j] * x[j];
    total -= root_two * std::abs(source);
  }
  return total;
}

double Mixing::entropy() const { return static_cast<double>(dimensions) - log_constant(); }

std::vector<double> Mixing::sample(std::size_t count, Stream& stream) const {
  std::vector<double> points(count * dimensions, 0), s(dimensions);
  for (std::size_t row = 0; row < count; ++row) {
    for (double& each : s) {
      const double u = stream.uniform(-1, 1);
      each = std::copysign(std::log1p(-std::abs(u)), -u) / root_two;
    }
    for (std::size_t i = 0; i < dimensions; ++i) {
      for (std::size_t j = 0; j < dimensions; ++j) {
        points[row * dimensions + i] += matrix[i * dimensions + j] * s[j];
      }
    }
  }
  return points;
}

Mixing mixing_of(std::vector<double> matrix) {
  Mixing mixing;
  mixing.dimensions =
      static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(matrix.size()))));
  const Eigen::Map<const Matrix> a(matrix.data(), index(mixing.dimensions),
                                   index(mixing.dimensions));
  const Eigen::PartialPivLU<Matrix> factors(a);
  mixing.log_det = factors.matrixLU().diagonal().array().abs().log().sum();
  const Matrix inverse = factors.inverse();
  mixing.inverse.assign(inverse.data(), inverse.data() + inverse.size());
  mixing.matrix = std::move(matrix);
  return mixing;
}

Mixing draw_mixing(std::size_t dimensions, std::uint64_t seed) {
  Stream stream(seed, mixing_stream);
  Matrix a(index(dimensions), index(dimensions));
  do {
    for (Eigen::Index i = 0; i < a.size(); ++i) a.data()[i] = stream.normal();
  } while (!(condition_number(a) < largest_condition));
  return mixing_of({a.data(), a.data() + a.size()});
}

std::unique_ptr<Truth> make_mixed_sources(Mixing mixing) {
  return std::make_unique<MixedSources>(std::move(mixing));
}

std::unique_ptr<PlaneTruth> make_plane_sources(Mixing mixing) {
  return std::make_unique<PlaneSources>(std::move(mixing));
}

const Mixing* mixing_behind(const Truth* truth) {
  const auto* const mixed = dynamic_cast<const Mixed*>(truth);
  return mixed ? &mixed->mixing() : nullptr;
}

}  // namespace lab::data
