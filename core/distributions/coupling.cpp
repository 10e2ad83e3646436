#include "core/distributions/coupling.hpp"

#include "core/graph/one_of.hpp"

namespace lab::distributions {

namespace {

// Scales of a coupling stay within e^±this, so that none vanishes and none explodes at first.
constexpr double most_log_scale = 3;

constexpr double first_out_gain = 0.01;

std::vector<std::pair<std::string, Extent>> outs_of(CouplingKind kind, std::size_t changed) {
  std::vector<std::pair<std::string, Extent>> outs;
  const auto width = static_cast<Extent>(changed);
  if (kind != CouplingKind::multiplicative) outs.emplace_back("shift", width);
  if (kind != CouplingKind::additive) outs.emplace_back("log_scale", width);
  return outs;
}

}  // namespace

CouplingKind coupling_kind(const std::string& name) {
  one_of("coupling law", name, {"additive", "affine", "multiplicative"});
  if (name == "additive") return CouplingKind::additive;
  return name == "multiplicative" ? CouplingKind::multiplicative : CouplingKind::affine;
}

Transformed couple_forward(CouplingKind kind, Value x, Value log_scale, Value shift) {
  if (kind == CouplingKind::additive) return {x + shift, {}};
  const Value scaled = x * exp(log_scale);
  return {kind == CouplingKind::affine ? scaled + shift : scaled, sum(log_scale, {1})};
}

Transformed couple_inverse(CouplingKind kind, Value y, Value log_scale, Value shift) {
  const Value unshifted = kind == CouplingKind::multiplicative ? y : y - shift;
  if (kind == CouplingKind::additive) return {unshifted, {}};
  return {unshifted * exp(-log_scale), -sum(log_scale, {1})};
}

Coupling::Coupling(nn::Parameters& parameters, const std::string& name, CouplingKind kind,
                   Partition partition, const std::vector<Extent>& hidden,
                   const std::string& activation)
    : kind_(kind),
      partition_(std::move(partition)),
      network_(parameters, name, static_cast<Extent>(partition_.kept.size()), hidden,
               outs_of(kind, partition_.changed.size()), activation, first_out_gain) {}

Coupling::Numbers Coupling::numbers_of(Value kept) const {
  const std::vector<Value> outs = network_(kept);
  Numbers numbers;
  if (kind_ != CouplingKind::multiplicative) numbers.shift = outs.front();
  if (kind_ != CouplingKind::additive) {
    numbers.log_scale = most_log_scale * tanh(outs.back() / most_log_scale);
  }
  return numbers;
}

Transformed Coupling::forward(Value x) const {
  const auto [kept, changed] = split(x, partition_);
  const auto [log_scale, shift] = numbers_of(kept);
  const auto [value, log_det] = couple_forward(kind_, changed, log_scale, shift);
  return {join({kept, value}, partition_), log_det};
}

Transformed Coupling::inverse(Value y) const {
  const auto [kept, changed] = split(y, partition_);
  const auto [log_scale, shift] = numbers_of(kept);
  const auto [value, log_det] = couple_inverse(kind_, changed, log_scale, shift);
  return {join({kept, value}, partition_), log_det};
}

}  // namespace lab::distributions
