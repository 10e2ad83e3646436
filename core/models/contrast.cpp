#include "core/models/contrast.hpp"

#include <algorithm>
#include <cmath>

#include "core/graph/one_of.hpp"

namespace lab::models {

namespace {

bool is_exponential(const std::string& loss) {
  return one_of("loss of a contrast", loss, {"logistic", "exponential"}) == "exponential";
}

double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

}  // namespace

Value nce_objective(const LogDensity& log_p0, Value c, const distributions::Distribution& noise,
                    Value x, Value y, const Contrast& contrast) {
  // One pass over both: the products of the model are larger, hence faster.
  const Value u = concatenate({x, y}, 0);
  const Extent data_count = x.extent(0), noise_count = y.extent(0);
  const Value g = log_p0(u) + c - noise.log_density(u);
  return contrast_of(slice(g, 0, 0, data_count), slice(g, 0, data_count, noise_count), contrast);
}

Value contrast_of(Value at_data, Value at_noise, const Contrast& contrast) {
  const Shape last{static_cast<Extent>(at_data.shape().size()) - 1};
  if (is_exponential(contrast.loss)) {
    return -0.5 * (mean(exp(-0.5 * at_data), last) + mean(exp(0.5 * at_noise), last));
  }
  const double data_count = static_cast<double>(at_data.shape().back()),
               log_nu = std::log(static_cast<double>(at_noise.shape().back()) / data_count);
  Value g_data = at_data - log_nu, g_noise = at_noise - log_nu;
  if (contrast.weight) {
    g_data = g_data - log(contrast.weight);
    g_noise = g_noise - log(contrast.weight);
  }
  const Value log_h = sum(-softplus(-g_data), last);
  Value log_not_h = sum(-softplus(g_noise), last);
  if (contrast.weight) log_not_h = contrast.weight * log_not_h;
  return (log_h + log_not_h) * (1.0 / data_count);
}

double nce_objective(std::span<const double> at_data, std::span<const double> at_noise,
                     const std::string& loss, double weight) {
  const double data_count = static_cast<double>(at_data.size()),
               noise_count = static_cast<double>(at_noise.size());
  double data = 0, noise = 0;
  if (is_exponential(loss)) {
    for (const double g : at_data) data -= 0.5 * std::exp(-0.5 * g) / data_count;
    for (const double g : at_noise) noise -= 0.5 * std::exp(0.5 * g) / noise_count;
    return data + noise;
  }
  const double log_weight = std::log(weight * noise_count / data_count);
  for (const double g : at_data) data -= softplus(log_weight - g);
  for (const double g : at_noise) noise -= weight * softplus(g - log_weight);
  return (data + noise) / data_count;
}

std::vector<Value> waymarks(Value x, Value y, Extent bridges, Value power) {
  std::vector<Value> all{x};
  for (Extent k = 1; k < bridges; ++k) {
    const double share = static_cast<double>(k) / static_cast<double>(bridges);
    const Value alpha = exp(power * std::log(share));
    all.push_back(sqrt(1.0 - alpha * alpha) * x + alpha * y);
  }
  all.push_back(y);
  return all;
}

Value telescoping_objective(std::span<const LogDensity> ratios, std::span<const Value> waymarks) {
  Value objective = waymarks.front().graph().constant(0);
  for (std::size_t k = 0; k < ratios.size(); ++k) {
    const Value before = ratios[k](waymarks[k]), after = ratios[k](waymarks[k + 1]);
    objective = objective - softplus(-before) - softplus(after);
  }
  return objective;
}

Value infonce(Value scores) {
  const Extent count = scores.extent(0);
  const Value own = slice(reshape(scores, {count * count}), 0, 0, count, count + 1);
  return own - log_sum_exp(scores, {1}) + std::log(static_cast<double>(count));
}

}  // namespace lab::models
