#include "core/infer/ica.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <Eigen/QR>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <utility>

#include "core/data/ica.hpp"
#include "core/distributions/normal_numbers.hpp"
#include "core/graph/one_of.hpp"

namespace lab::infer {

namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Block = Eigen::Map<const Matrix>;
using Column = Eigen::ArrayXd;
using Numbers = std::vector<double>;

constexpr double root_two = std::numbers::sqrt2;

// Of L-BFGS.
constexpr int most_iterations = 1000, looked_at = 10;
// In so many iterations: of a loss whose own standard error is some 10⁻² or more.
constexpr double small_gain = 1e-7;

Eigen::Index index(std::size_t count) { return static_cast<Eigen::Index>(count); }

Block rows_of(const Numbers& values, std::size_t width) {
  return {values.data(), index(values.size() / width), index(width)};
}

Numbers numbers_of(const Matrix& matrix) { return {matrix.data(), matrix.data() + matrix.size()}; }

double softplus(double a) { return a > 0 ? a + std::log1p(std::exp(-a)) : std::log1p(std::exp(a)); }
double sigmoid(double a) { return 1 / (1 + std::exp(-a)); }

// ln |det B| − (D/2) ln 2.
double log_constant(const Matrix& b) {
  return Eigen::PartialPivLU<Matrix>(b).matrixLU().diagonal().array().abs().log().sum() -
         0.5 * static_cast<double>(b.rows()) * std::numbers::ln2;
}

// ln p⁰ at points (n, D), and what it makes of dJ/d ln p⁰ (n): dJ/dB.
struct Density {
  const Block& points;
  Matrix sources;  // (n, D)
  Column log_p0;   // (n)

  Density(const Block& at, const Block& b)
      : points(at),
        sources(at * b.transpose()),
        log_p0(-root_two * sources.array().abs().rowwise().sum()) {}

  Matrix slope(const Column& weights) const {
    return -root_two * (sources.array().sign().colwise() * weights).matrix().transpose() * points;
  }
};

double likelihood_loss(const IcaSample& sample, const Block& b, Eigen::Map<Matrix>& slope) {
  const Block x = rows_of(sample.x, sample.dimensions);
  const Density density(x, b);
  const double share = 1 / static_cast<double>(x.rows());
  slope = density.slope(Column::Constant(x.rows(), -share));
  slope -= Matrix(b).inverse().transpose();
  return -share * density.log_p0.sum() - log_constant(b);
}

double nce_loss(const IcaSample& sample, const Block& b, double c, Eigen::Map<Matrix>& slope,
                double& slope_c) {
  const Block x = rows_of(sample.x, sample.dimensions), y = rows_of(sample.y, sample.dimensions);
  const Density at_x(x, b), at_y(y, b);
  const double share = 1 / static_cast<double>(x.rows()),
               log_ratio = std::log(static_cast<double>(y.rows()) * share);
  Column weights_x(x.rows()), weights_y(y.rows());
  double loss = 0;
  for (Eigen::Index i = 0; i < x.rows(); ++i) {
    const double g =
        at_x.log_p0[i] + c - sample.log_noise_x[static_cast<std::size_t>(i)] - log_ratio;
    loss += share * softplus(-g);
    weights_x[i] = -share * sigmoid(-g);
  }
  for (Eigen::Index i = 0; i < y.rows(); ++i) {
    const double g =
        at_y.log_p0[i] + c - sample.log_noise_y[static_cast<std::size_t>(i)] - log_ratio;
    loss += share * softplus(g);
    weights_y[i] = share * sigmoid(g);
  }
  slope = at_x.slope(weights_x) + at_y.slope(weights_y);
  slope_c = weights_x.sum() + weights_y.sum();
  return loss;
}

// Weights p⁰/pₙ of the noise points that add up to 1, and ln of their mean.
std::pair<Column, double> importance(const Density& at_y, const Numbers& log_noise) {
  Column weights =
      at_y.log_p0 - Eigen::Map<const Column>(log_noise.data(), index(log_noise.size()));
  const double top = weights.maxCoeff();
  weights = (weights - top).exp();
  const double total = weights.sum();
  weights /= total;
  return {weights, top + std::log(total / static_cast<double>(log_noise.size()))};
}

double importance_loss(const IcaSample& sample, const Block& b, Eigen::Map<Matrix>& slope) {
  const Block x = rows_of(sample.x, sample.dimensions), y = rows_of(sample.y, sample.dimensions);
  const Density at_x(x, b), at_y(y, b);
  const double share = 1 / static_cast<double>(x.rows());
  const auto [weights, log_z] = importance(at_y, sample.log_noise_y);
  slope = at_x.slope(Column::Constant(x.rows(), -share)) + at_y.slope(weights);
  return -share * at_x.log_p0.sum() + log_z;
}

double score_loss(const IcaSample& sample, const Block& b, double sharpness,
                  Eigen::Map<Matrix>& slope) {
  const Block x = rows_of(sample.x, sample.dimensions);
  const double share = 1 / static_cast<double>(x.rows());
  const Matrix t = (sharpness * (x * b.transpose())).array().tanh();
  const Matrix bend = 1 - t.array().square();  // of tanh, by βu
  const Matrix v = t * b;                      // −ψ/√2
  const Eigen::RowVectorXd sizes = b.rowwise().squaredNorm().transpose();
  const double curvature = -root_two * sharpness * share * (bend * sizes.transpose()).sum();
  const double loss = curvature + share * v.squaredNorm();
  // By B as it stands …
  slope = 2 * share * t.transpose() * v;
  slope.array() -= (2 * root_two * sharpness * share * b.array()).colwise() *
                   bend.colwise().sum().transpose().array();
  // … and by the tanh.
  Matrix by_t = 2 * share * (v * b.transpose());
  by_t.array() += 2 * root_two * sharpness * share * (t.array().rowwise() * sizes.array());
  slope += sharpness * (by_t.array() * bend.array()).matrix().transpose() * x;
  return loss;
}

// W with W·W of the second moments of x the identity: B = B̃ W of whitened data's B̃.
Matrix whitening_of(const IcaSample& sample) {
  const Block x = rows_of(sample.x, sample.dimensions);
  const Matrix moments = x.transpose() * x / static_cast<double>(x.rows());
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(moments);
  const double floor = 1e-8 * solver.eigenvalues().maxCoeff();
  const Eigen::ArrayXd deviation = solver.eigenvalues().array().max(std::max(floor, 1e-300)).sqrt();
  return solver.eigenvectors() * deviation.inverse().matrix().asDiagonal() *
         solver.eigenvectors().transpose();
}

Matrix turned(std::size_t dimensions, data::Stream& stream) {
  Matrix normals(index(dimensions), index(dimensions));
  for (Eigen::Index i = 0; i < normals.size(); ++i) normals.data()[i] = stream.normal();
  const Eigen::HouseholderQR<Matrix> factors(normals);
  Matrix q = factors.householderQ();
  for (Eigen::Index j = 0; j < q.cols(); ++j) {
    if (factors.matrixQR()(j, j) < 0) q.col(j) *= -1;
  }
  return q;
}

}  // namespace

double ica_log_constant(std::span<const double> unmixing) {
  const Eigen::Index size = std::lround(std::sqrt(static_cast<double>(unmixing.size())));
  return log_constant(Block(unmixing.data(), size, size));
}

std::vector<double> rotation(std::size_t dimensions, data::Stream& stream) {
  return numbers_of(turned(dimensions, stream));
}

IcaObjective ica_objective(const std::string& name) {
  struct Named {
    const char* name;
    IcaObjective objective;
  };
  constexpr Named all[] = {{"likelihood", IcaObjective::likelihood},
                           {"nce", IcaObjective::nce},
                           {"importance-sampling", IcaObjective::importance_sampling},
                           {"score-matching", IcaObjective::score_matching},
                           {"contrastive-divergence", IcaObjective::contrastive_divergence}};
  return row_of("objective of ICA", name, all).objective;
}

void add_gaussian_noise(IcaSample& sample, std::size_t count, data::Stream& stream) {
  const std::size_t size = sample.dimensions;
  const Block x = rows_of(sample.x, size);
  const Eigen::RowVectorXd mean = x.colwise().mean();
  const Matrix centred = x.rowwise() - mean;
  const Matrix covariance = centred.transpose() * centred / static_cast<double>(x.rows());
  const Eigen::LLT<Matrix> factor(covariance);
  const Matrix lower = factor.matrixL();
  Matrix normals(index(count), index(size));
  for (Eigen::Index i = 0; i < normals.size(); ++i) normals.data()[i] = stream.normal();
  const double constant = -0.5 * static_cast<double>(size) * distributions::log_two_pi -
                          lower.diagonal().array().log().sum();
  const auto log_noise = [&](const Matrix& white) -> Numbers {
    const Column values = constant - 0.5 * white.array().square().rowwise().sum();
    return {values.begin(), values.end()};
  };
  const Matrix white_x =
      lower.triangularView<Eigen::Lower>().solve(centred.transpose()).transpose();
  sample.log_noise_x = log_noise(white_x);
  sample.log_noise_y = log_noise(normals);
  const Matrix y = (normals * lower.transpose()).rowwise() + mean;
  sample.y = numbers_of(y);
}

void add_laplacian_noise(IcaSample& sample, std::span<const double> unmixing, std::size_t count,
                         data::Stream& stream) {
  const Numbers b(unmixing.begin(), unmixing.end());
  const Matrix inverse = Matrix(rows_of(b, sample.dimensions)).inverse();
  if (!inverse.allFinite()) {
    throw std::invalid_argument("The first estimate of the unmixing matrix has no inverse.");
  }
  const data::Mixing mixing = data::mixing_of(numbers_of(inverse));
  sample.y = mixing.sample(count, stream);
  const auto log_noise = [&](const Numbers& points) {
    Numbers values;
    for (std::size_t i = 0; i < points.size(); i += sample.dimensions) {
      values.push_back(mixing.log_density(std::span(points).subspan(i, sample.dimensions)));
    }
    return values;
  };
  sample.log_noise_x = log_noise(sample.x);
  sample.log_noise_y = log_noise(sample.y);
}

double ica_loss(IcaObjective objective, const IcaSample& sample, const Numbers& parameters,
                Numbers& gradient, double sharpness) {
  const Eigen::Index size = index(sample.dimensions);
  gradient.resize(parameters.size());
  const Block b(parameters.data(), size, size);
  Eigen::Map<Matrix> slope(gradient.data(), size, size);
  switch (objective) {
    case IcaObjective::likelihood: return likelihood_loss(sample, b, slope);
    case IcaObjective::nce: return nce_loss(sample, b, parameters.back(), slope, gradient.back());
    case IcaObjective::importance_sampling: return importance_loss(sample, b, slope);
    case IcaObjective::score_matching: return score_loss(sample, b, sharpness, slope);
    case IcaObjective::contrastive_divergence: break;
  }
  throw std::invalid_argument("Contrastive divergence has no objective, only what moves by it.");
}

IcaEstimate estimate_ica(IcaObjective objective, const IcaSample& sample, data::Stream& stream,
                         int rotations, double sharpness, std::span<const double> also_from) {
  const Eigen::Index size = index(sample.dimensions);
  const Matrix whitening = whitening_of(sample);
  const bool has_c = objective == IcaObjective::nce;
  IcaEstimate best;
  best.loss = std::numeric_limits<double>::infinity();
  int evaluations = 0;
  Numbers parameters(static_cast<std::size_t>(size * size) + (has_c ? 1 : 0)), slope;
  // As whitened data has them.
  const auto unwhitened = [&](const Numbers& white) {
    parameters.back() = white.back();
    Eigen::Map<Matrix>(parameters.data(), size, size).noalias() =
        Block(white.data(), size, size) * whitening;
  };
  const auto loss = [&](const Numbers& white, Numbers& gradient) {
    ++evaluations;
    unwhitened(white);
    const double value = ica_loss(objective, sample, parameters, slope, sharpness);
    gradient.back() = slope.back();
    Eigen::Map<Matrix>(gradient.data(), size, size).noalias() =
        Block(slope.data(), size, size) * whitening.transpose();
    return value;
  };
  std::vector<Matrix> starts;
  for (int i = 0; i < rotations; ++i) starts.push_back(turned(sample.dimensions, stream));
  if (!also_from.empty()) {
    starts.push_back(Block(also_from.data(), size, size) * whitening.inverse());
  }
  for (const Matrix& start : starts) {
    Numbers white = numbers_of(start);
    if (has_c) white.push_back(log_constant(Block(white.data(), size, size) * whitening));
    Lbfgs descent(white, loss);
    // A step across a kink may say that nothing is left to gain; without what was remembered of
    // the curvature there sometimes is.
    for (int iterations = 0, failed = 0; iterations < most_iterations && failed < 2;) {
      const double before = descent.value();
      descent.improve(loss, looked_at);
      iterations += looked_at;
      failed = before - descent.value() < small_gain ? failed + 1 : 0;
      if (failed > 0 || descent.done()) descent.restart();
    }
    if (!(descent.value() < best.loss)) continue;
    unwhitened(descent.x());
    best.loss = descent.value();
    best.unmixing.assign(parameters.begin(), parameters.begin() + size * size);
    if (has_c) best.c = parameters.back();
  }
  best.evaluations = evaluations;
  if (best.unmixing.empty()) {
    throw std::invalid_argument("No start of the estimate has a loss that is a number.");
  }
  const Block b(best.unmixing.data(), size, size);
  if (objective == IcaObjective::importance_sampling) {
    const Block y = rows_of(sample.y, sample.dimensions);
    best.c = -importance(Density(y, b), sample.log_noise_y).second;
  } else if (!has_c) {
    best.c = log_constant(b);
  }
  return best;
}

IcaEstimate contrast_ica(const IcaSample& sample, data::Stream& stream, const IcaChains& how) {
  const Matrix whitening = whitening_of(sample);
  const Matrix x = rows_of(sample.x, sample.dimensions) * whitening.transpose();
  const Eigen::Index count = x.rows(), size = x.cols();
  Matrix b = turned(sample.dimensions, stream), mean = Matrix::Zero(size, size);
  double step = 0.5;
  int kept = 0;
  const auto slope = [&](const Matrix& q) -> Matrix {
    return -root_two * (q * b.transpose()).array().sign().matrix() * b;
  };
  const auto energy = [&](const Matrix& q, const Matrix& p) -> Column {
    return root_two * (q * b.transpose()).array().abs().rowwise().sum() +
           0.5 * p.array().square().rowwise().sum();
  };
  // Mean of −√2 sign(s) sᵀ.
  const auto moments = [&](const Matrix& q) -> Matrix {
    const Matrix s = q * b.transpose();
    return -root_two / static_cast<double>(count) * s.array().sign().matrix().transpose() * s;
  };
  for (int round = 0; round < how.rounds; ++round) {
    Matrix p(count, size);
    for (Eigen::Index i = 0; i < p.size(); ++i) p.data()[i] = stream.normal();
    Matrix q = x;
    const Column before = energy(q, p);
    p += 0.5 * step * slope(q);
    for (int i = 0; i < how.leapfrogs; ++i) {
      q += step * p;
      p += (i + 1 < how.leapfrogs ? 1 : 0.5) * step * slope(q);
    }
    const Column ratio = (before - energy(q, p)).min(0).exp();
    for (Eigen::Index i = 0; i < count; ++i) {
      if (!(stream.uniform() < ratio[i])) q.row(i) = x.row(i);
    }
    const double pace = std::pow(1 + 0.1 * round, -0.6);
    step *= std::exp(pace * (ratio.mean() - how.acceptance));
    // ∂J/∂B Bᵀ B.
    b += pace * (moments(x) - moments(q)) * b;
    if (2 * round < how.rounds) continue;
    mean += b;
    ++kept;
  }
  const Matrix unmixing = mean * whitening / kept;
  IcaEstimate estimate;
  estimate.unmixing = numbers_of(unmixing);
  estimate.c = log_constant(unmixing);
  estimate.loss = std::numeric_limits<double>::quiet_NaN();
  estimate.evaluations = how.rounds * (how.leapfrogs + 3);
  return estimate;
}

IcaCovariance ica_covariance(IcaObjective objective, IcaNoise noise,
                             std::span<const double> unmixing, std::span<const double> x,
                             double ratio) {
  const auto size =
      index(static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(unmixing.size())))));
  const Block b(unmixing.data(), size, size), points(x.data(), index(x.size()) / size, size);
  const Matrix inverse = Matrix(b).inverse();
  const Matrix sources = points * b.transpose();
  const bool nce = objective == IcaObjective::nce;
  const Eigen::Index parameters = size * size + (nce ? 1 : 0);
  Matrix information = Matrix::Zero(parameters, parameters);
  Eigen::VectorXd first = Eigen::VectorXd::Zero(parameters), g(parameters);
  for (Eigen::Index row = 0; row < points.rows(); ++row) {
    const auto s = sources.row(row);
    for (Eigen::Index i = 0; i < size; ++i) {
      for (Eigen::Index j = 0; j < size; ++j) {
        g[i * size + j] = -root_two * (s[i] > 0 ? 1 : -1) * points(row, j);
        if (!nce) g[i * size + j] += inverse(j, i);
      }
    }
    double share = 1;
    if (nce) {
      g[parameters - 1] = 1;
      // ln p/pₙ of independent sources.
      const double log_odds = noise == IcaNoise::laplacian
                                  ? 0
                                  : -root_two * s.array().abs().sum() + 0.5 * s.squaredNorm() +
                                        0.5 * static_cast<double>(size) *
                                            (distributions::log_two_pi - std::numbers::ln2);
      share = sigmoid(std::log(ratio) - log_odds);
    }
    information.selfadjointView<Eigen::Lower>().rankUpdate(g, share);
    first += share * g;
  }
  const double count = static_cast<double>(points.rows());
  information = Matrix(information.selfadjointView<Eigen::Lower>()) / count;
  Matrix covariance = information.inverse();
  if (nce) {
    const Eigen::VectorXd moved = covariance * (first / count);
    covariance -= (1 + 1 / ratio) * moved * moved.transpose();
  }
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(covariance);
  const Matrix root =
      solver.eigenvectors() * solver.eigenvalues().cwiseMax(0).cwiseSqrt().asDiagonal();
  double variance_c = 0;
  if (nce) {
    variance_c = covariance(parameters - 1, parameters - 1);
  } else {
    const Matrix turned = inverse.transpose();
    const Eigen::Map<const Eigen::VectorXd> by(turned.data(), parameters);
    variance_c = by.dot(covariance * by);
  }
  return {covariance.diagonal().head(size * size).sum(), variance_c, numbers_of(root)};
}

}  // namespace lab::infer
