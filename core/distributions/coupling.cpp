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

class Coupling final : public Transform {
 public:
  Coupling(nn::Parameters& parameters, const std::string& name, CouplingKind kind,
           Partition partition, const std::vector<Extent>& hidden, const std::string& activation)
      : kind_(kind),
        partition_(std::move(partition)),
        network_(parameters, name, static_cast<Extent>(partition_.kept.size()), hidden,
                 outs_of(kind, partition_.changed.size()), activation, first_out_gain) {}

  Transformed forward(Value x) const override { return changed(x, couple_forward); }
  Transformed inverse(Value y) const override { return changed(y, couple_inverse); }

 private:
  template <class Couple>
  Transformed changed(Value x, Couple couple) const {
    const Parts parts = split(x, partition_);
    const std::vector<Value> outs = network_(parts.kept);
    Value log_scale, shift;
    if (kind_ != CouplingKind::multiplicative) shift = outs.front();
    if (kind_ != CouplingKind::additive) {
      log_scale = most_log_scale * tanh(outs.back() / most_log_scale);
    }
    const Transformed made = couple(kind_, parts.changed, log_scale, shift);
    return {join({parts.kept, made.value}, partition_), made.log_det};
  }

  CouplingKind kind_;
  Partition partition_;
  nn::MlpWithHeads network_;
};

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

std::unique_ptr<Transform> coupling(nn::Parameters& parameters, const std::string& name,
                                    CouplingKind kind, Partition partition,
                                    const std::vector<Extent>& hidden,
                                    const std::string& activation) {
  return std::make_unique<Coupling>(parameters, name, kind, std::move(partition), hidden,
                                    activation);
}

}  // namespace lab::distributions
