#include "core/models/nice.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <stdexcept>

#include "core/data/random.hpp"
#include "core/dist/conditional.hpp"
#include "core/graph/one_of.hpp"

namespace lab::models {

namespace {

// Scales of a coupling stay within e^±this, so that none vanishes and none explodes at first.
constexpr double most_log_scale = 3;

// Networks of couplings start as almost nothing, the flow as almost the identity.
constexpr double first_out_gain = 0.01;

// Standard deviations below this share of the largest are taken for it.
constexpr double least_deviation = 1e-4;

constexpr std::uint32_t shuffle_stream = 201;

Value sum_or_none(Value a, Value b) { return a && b ? a + b : a ? a : b; }

std::vector<Extent> shuffled(Extent count, std::uint32_t seed, std::uint32_t number) {
  std::vector<Extent> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), Extent{0});
  data::Stream stream(seed, shuffle_stream + number);
  for (std::size_t i = order.size() - 1; i > 0; --i) {
    std::swap(order[i], order[stream.below(static_cast<std::uint32_t>(i + 1))]);
  }
  return order;
}

std::vector<Extent> inverted(const std::vector<Extent>& order) {
  std::vector<Extent> result(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    result[static_cast<std::size_t>(order[i])] = static_cast<Extent>(i);
  }
  return result;
}

// The step of an arithmetic sequence that rises; 0 where it is none.
Extent step_of(const std::vector<Extent>& which) {
  if (which.size() < 2) return 1;
  const Extent step = which[1] - which[0];
  for (std::size_t i = 1; i < which.size(); ++i) {
    if (which[i] - which[i - 1] != step) return 0;
  }
  return std::max<Extent>(step, 0);
}

// The two parts of the columns, side by side again as the data has them.
Value joined(const Partition& partition, Value kept, Value changed) {
  const Extent rows = kept.extent(0), all = kept.extent(1) + changed.extent(1);
  const Extent a = step_of(partition.kept), b = step_of(partition.changed);
  if (a > 0 && b > 0) {
    return embed(kept, {rows, all}, {0, partition.kept.front()}, {1, a}) +
           embed(changed, {rows, all}, {0, partition.changed.front()}, {1, b});
  }
  std::vector<Extent> order = partition.kept;
  order.insert(order.end(), partition.changed.begin(), partition.changed.end());
  return columns(concatenate({kept, changed}, 1), inverted(order));
}

// Data in two parts, put together only where somebody looks.
struct Parts {
  Value whole;
  Partition partition;
  Value kept, changed;

  void split(const Partition& wanted) {
    if (kept && wanted.kept == partition.kept) return;
    if (kept && wanted.kept == partition.changed) {
      std::swap(kept, changed);
    } else {
      const Value x = joined_value();
      kept = columns(x, wanted.kept);
      changed = columns(x, wanted.changed);
    }
    partition = wanted;
  }
  Value joined_value() const { return kept ? joined(partition, kept, changed) : whole; }
};

}  // namespace

Law law_of(const std::string& name) {
  one_of("coupling law", name, {"additive", "affine", "multiplicative"});
  if (name == "additive") return Law::additive;
  return name == "multiplicative" ? Law::multiplicative : Law::affine;
}

Coupled couple(Law law, Value x, Value log_scale, Value shift) {
  if (law == Law::additive) return {x + shift, {}};
  const Value scaled = x * exp(log_scale);
  return {law == Law::affine ? scaled + shift : scaled, sum(log_scale, {1})};
}

Value uncouple(Law law, Value y, Value log_scale, Value shift) {
  const Value unshifted = law == Law::multiplicative ? y : y - shift;
  return law == Law::additive ? unshifted : unshifted * exp(-log_scale);
}

Partition make_partition(const std::string& name, const data::Frame& frame, int layer,
                         std::uint32_t seed) {
  one_of("partition", name, {"odd-even", "halves", "checkerboard", "random", "learned"});
  const auto count = static_cast<Extent>(frame.size());
  Partition made;
  if (name == "random" || name == "halves") {
    std::vector<Extent> order(frame.size());
    std::iota(order.begin(), order.end(), Extent{0});
    if (name == "random") order = shuffled(count, seed, 0);
    const auto middle = order.begin() + (count + 1) / 2;
    made = {{order.begin(), middle}, {middle, order.end()}};
    std::sort(made.kept.begin(), made.kept.end());
    std::sort(made.changed.begin(), made.changed.end());
  } else {
    const bool checkerboard = name == "checkerboard";
    const auto channels = static_cast<Extent>(frame.channels),
               width = static_cast<Extent>(frame.columns);
    for (Extent i = 0; i < count; ++i) {
      const Extent pixel = i / channels;
      const bool second = (checkerboard ? pixel / width + pixel % width : i) % 2 == 1;
      (second ? made.changed : made.kept).push_back(i);
    }
  }
  if (layer % 2 == 1) std::swap(made.kept, made.changed);
  return made;
}

Value columns(Value x, const std::vector<Extent>& which) {
  if (const Extent step = step_of(which); step > 0) {
    return slice(x, 1, which.front(), static_cast<Extent>(which.size()), step);
  }
  const std::vector<std::uint32_t> rows(which.begin(), which.end());
  const Value chosen = x.graph().index_constant(rows, {static_cast<Extent>(which.size())});
  return transpose(gather(transpose(x), chosen));
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
  const Matrix back = vectors * deviation.matrix().asDiagonal() * vectors.transpose();
  const auto all = [](const auto& m) { return std::vector<double>(m.data(), m.data() + m.size()); };
  return {all(mean), all(forward), all(back), -deviation.log().sum()};
}

// ---------------------------------------------------------------- Nice

Nice::Nice(nn::Parameters& parameters, const nlohmann::json& model, const data::Frame& frame,
           std::span<const float> train, std::uint32_t seed)
    : graph_(parameters.graph),
      law_(law_of(model.at("law"))),
      logistic_(one_of("prior", model.at("prior"), {"logistic", "gaussian"}) == "logistic"),
      dimensions_(static_cast<Extent>(frame.size())),
      whitening_(one_of("whitening", model.at("whitening"), {"none", "approximate", "zca"})) {
  if (dimensions_ < 2) {
    throw std::invalid_argument(
        "A coupling reads one part of the data and changes the other: it needs two numbers a "
        "sample at least, and this data has one.");
  }
  stages_ = {"x"};
  if (whitening_ != "none") {
    add_whitening(parameters, train);
    stages_.push_back("whitened");
  }
  const auto layers = model.at("couplings").get<int>();
  const auto partition = model.at("partition").get<std::string>();
  const std::vector<Extent> hidden(model.at("depth").get<std::size_t>(),
                                   model.at("width").get<Extent>());
  for (int i = 0; i < layers; ++i) {
    const std::string name = "coupling." + std::to_string(i);
    Layer layer;
    layer.partition = make_partition(partition, frame, i, seed);
    if (partition == "learned") {
      layer.shuffle = shuffled(dimensions_, seed, 1 + static_cast<std::uint32_t>(i));
      const Value diagonal =
          parameters.add(name + ".log_diagonal", graph_.constant(0, {dimensions_}));
      const Value lower =
          triangle(parameters, name + ".lower", graph_.constant(0, {dimensions_}), false);
      const Value upper = triangle(parameters, name + ".upper", diagonal, true);
      layer.matrix = matmul(lower, upper);
      layer.log_det = sum(diagonal);
      layer.inverse = add_inverse(name + ".inverse", layer.matrix);
    }
    const auto changed = static_cast<Extent>(layer.partition.changed.size());
    std::vector<std::pair<std::string, Extent>> outs;
    if (law_ != Law::multiplicative) outs.emplace_back("shift", changed);
    if (law_ != Law::additive) outs.emplace_back("log_scale", changed);
    layer.network = std::make_unique<nn::Coder>(
        parameters, name, static_cast<Extent>(layer.partition.kept.size()), hidden, outs,
        model.at("activation"), first_out_gain);
    layers_.push_back(std::move(layer));
    stages_.push_back(std::to_string(i + 1));
  }
  if (model.at("scaling").get<bool>()) {
    scale_ = parameters.add("scale", graph_.constant(0, {dimensions_}));
    stages_.push_back("z");
  } else {
    stages_.back() = "z";
  }
}

// A triangular matrix (D, D) that starts diagonal: e^log_diagonal on the diagonal, learnt numbers
// below or above it.
Value Nice::triangle(nn::Parameters& parameters, const std::string& name, Value log_diagonal,
                     bool upper) const {
  const Value index = to_real(iota(graph_, dimensions_));
  const Value row = reshape(index, {dimensions_, 1}), column = reshape(index, {1, dimensions_});
  const Value raw = parameters.add(name, graph_.constant(0, {dimensions_, dimensions_}));
  const Value beside = upper ? row < column : column < row;
  return raw * beside + equal(row, column) * reshape(exp(log_diagonal), {1, dimensions_});
}

Value Nice::add_inverse(const std::string& name, Value matrix) {
  const Value inverse =
      graph_.variable(name, graph_.constant(0, {dimensions_, dimensions_}), Role::input);
  inverses_.emplace_back(matrix, inverse);
  return inverse;
}

void Nice::add_whitening(nn::Parameters& parameters, std::span<const float> train) {
  const auto size = static_cast<std::size_t>(dimensions_);
  if (whitening_ == "zca") {
    const Zca zca = make_zca(train, size);
    whitening_matrix_ = graph_.constant(zca.matrix, {dimensions_, dimensions_});
    whitening_inverse_ = graph_.constant(zca.inverse, {dimensions_, dimensions_});
    whitening_shift_ = -matmul(graph_.constant(zca.mean, {1, dimensions_}), whitening_matrix_);
    whitening_log_det_ = graph_.constant(zca.log_det);
    return;
  }
  // Starts as the whitening of every column by itself.
  std::vector<double> log_diagonal(size), shift(size);
  const auto count = static_cast<double>(train.size() / size);
  std::vector<double> mean(size, 0), squares(size, 0);
  for (std::size_t i = 0; i < train.size(); ++i) {
    const auto value = static_cast<double>(train[i]);
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
      parameters.add("whitening.log_diagonal", graph_.constant(log_diagonal, {dimensions_}));
  const Value lower = triangle(parameters, "whitening.lower", diagonal, false);
  whitening_matrix_ = transpose(lower);
  whitening_shift_ = reshape(
      parameters.add("whitening.shift", graph_.constant(shift, {dimensions_})), {1, dimensions_});
  whitening_log_det_ = sum(diagonal);
  whitening_inverse_ = add_inverse("whitening.inverse", whitening_matrix_);
}

Value Nice::whitening_likelihood(Value x) const {
  if (whitening_ != "approximate") return {};
  const Value y = matmul(x, whitening_matrix_) + whitening_shift_;
  return sum(dist::standard_log_density(y), {1}) + whitening_log_det_;
}

// log_scale and shift of a layer, (B, n) each or none.
std::pair<Value, Value> Nice::numbers_of(const Layer& layer, Value kept) const {
  const std::vector<Value> outs = (*layer.network)(kept);
  Value log_scale, shift;
  if (law_ != Law::multiplicative) shift = outs.front();
  if (law_ != Law::additive) log_scale = most_log_scale * tanh(outs.back() / most_log_scale);
  return {log_scale, shift};
}

std::vector<Nice::Stage> Nice::forward(Value x) const {
  std::vector<Stage> stages{{x, {}}};
  Value log_det;
  Parts parts{x, {}, {}, {}};
  if (whitening_matrix_) {
    parts.whole = matmul(x, stop_gradient(whitening_matrix_)) + stop_gradient(whitening_shift_);
    log_det = stop_gradient(whitening_log_det_);
    stages.push_back({parts.whole, log_det});
  }
  for (const Layer& layer : layers_) {
    if (!layer.shuffle.empty()) {
      const Value mixed = matmul(columns(parts.joined_value(), layer.shuffle), layer.matrix);
      parts = {mixed, {}, {}, {}};
      log_det = sum_or_none(log_det, layer.log_det);
    }
    parts.split(layer.partition);
    const auto [log_scale, shift] = numbers_of(layer, parts.kept);
    const Coupled coupled = couple(law_, parts.changed, log_scale, shift);
    parts.changed = coupled.value;
    log_det = sum_or_none(log_det, coupled.log_det);
    stages.push_back({parts.joined_value(), log_det});
  }
  if (scale_) {
    stages.push_back({stages.back().value * exp(scale_), sum_or_none(log_det, sum(scale_))});
  }
  return stages;
}

std::vector<Nice::Stage> Nice::inverse(Value z) const {
  std::vector<Stage> stages{{z, {}}};
  Value log_det;
  if (scale_) {
    log_det = -sum(scale_);
    stages.push_back({z * exp(-scale_), log_det});
  }
  Parts parts{stages.back().value, {}, {}, {}};
  for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer) {
    parts.split(layer->partition);
    const auto [log_scale, shift] = numbers_of(*layer, parts.kept);
    parts.changed = uncouple(law_, parts.changed, log_scale, shift);
    if (log_scale) log_det = sum_or_none(log_det, -sum(log_scale, {1}));
    if (!layer->shuffle.empty()) {
      const Value mixed = matmul(parts.joined_value(), layer->inverse);
      parts = {columns(mixed, inverted(layer->shuffle)), {}, {}, {}};
      log_det = sum_or_none(log_det, -layer->log_det);
    }
    stages.push_back({parts.joined_value(), log_det});
  }
  if (whitening_matrix_) {
    const Value x = matmul(parts.joined_value() - whitening_shift_, whitening_inverse_);
    stages.push_back({x, sum_or_none(log_det, -whitening_log_det_)});
  }
  std::reverse(stages.begin(), stages.end());
  return stages;
}

Value Nice::log_prior(Value z) const {
  const Value each = logistic_ ? -softplus(z) - softplus(-z) : dist::standard_log_density(z);
  return sum(each, {1});
}

Value Nice::sample_prior(Extent rows, Value temperature, Value seed, Value counter) const {
  const Shape shape{rows, dimensions_};
  if (!logistic_) return random_normal(graph_, shape, seed, counter) * temperature;
  const Value u = random_uniform(graph_, shape, seed, counter);
  return (log(u) - log1p(-u)) * temperature;
}

}  // namespace lab::models
