#include "core/data/vectors.hpp"

#include <cmath>

#include "core/data/random.hpp"
#include "core/distributions/normal_numbers.hpp"

namespace lab::data {

namespace {

using distributions::log_two_pi;
using distributions::normal_log_density;

class ScaledGaussian final : public Truth, public KnownRatio {
 public:
  explicit ScaledGaussian(double deviation) : deviation_(deviation) {}

  std::size_t dimensions() const override { return 1; }
  std::vector<double> sample(std::size_t count, std::uint64_t seed) const override {
    Stream stream(seed, 0);
    std::vector<double> points(count);
    for (double& each : points) each = deviation_ * stream.normal();
    return points;
  }
  std::optional<double> log_density(std::span<const double> x) const override {
    return normal_log_density(x[0] / deviation_, 0, 1) - std::log(deviation_);
  }
  std::optional<double> entropy() const override {
    return 0.5 * (1 + log_two_pi) + std::log(deviation_);
  }
  double mutual_information() const override { return 0; }
  double divergence() const override {
    return -std::log(deviation_) - 0.5 + 0.5 * deviation_ * deviation_;
  }

 private:
  double deviation_;
};

class CorrelatedGaussians final : public Truth, public KnownRatio {
 public:
  CorrelatedGaussians(std::size_t pairs, double mutual_information)
      : pairs_(pairs),
        information_(mutual_information),
        rest_(std::exp(-2 * mutual_information / static_cast<double>(pairs))),
        rho_(std::sqrt(1 - rest_)) {}

  std::size_t dimensions() const override { return 2 * pairs_; }
  std::vector<double> sample(std::size_t count, std::uint64_t seed) const override {
    Stream stream(seed, 0);
    std::vector<double> points(count * dimensions());
    for (std::size_t row = 0; row < count; ++row) {
      double* const u = points.data() + row * dimensions();
      for (std::size_t i = 0; i < pairs_; ++i) {
        u[i] = stream.normal();
        u[pairs_ + i] = rho_ * u[i] + std::sqrt(rest_) * stream.normal();
      }
    }
    return points;
  }
  std::optional<double> log_density(std::span<const double> x) const override {
    double total = information_;  // −½ ln(1 − ρ²) of each pair
    for (std::size_t i = 0; i < pairs_; ++i) {
      const double u = x[i], v = x[pairs_ + i], left = (v - rho_ * u) / std::sqrt(rest_);
      total += normal_log_density(u, 0, 1) + normal_log_density(left, 0, 1);
    }
    return total;
  }
  std::optional<double> entropy() const override {
    return static_cast<double>(pairs_) * (1 + log_two_pi) - information_;
  }
  double mutual_information() const override { return information_; }
  double divergence() const override { return information_; }

 private:
  std::size_t pairs_;
  double information_, rest_, rho_;  // rest_: 1 − ρ²
};

}  // namespace

std::unique_ptr<Truth> make_scaled_gaussian(double deviation) {
  return std::make_unique<ScaledGaussian>(deviation);
}

std::unique_ptr<Truth> make_correlated_gaussians(std::size_t pairs, double mutual_information) {
  return std::make_unique<CorrelatedGaussians>(pairs, mutual_information);
}

const KnownRatio* ratio_behind(const Truth* truth) {
  return dynamic_cast<const KnownRatio*>(truth);
}

}  // namespace lab::data
