// Coupling layers: one part of the data is changed by numbers that a network makes of the other,
// which is kept (Dinh, Krueger & Bengio 2015, section 3.2).
#pragma once

#include <string>
#include <vector>

#include "core/distributions/columns.hpp"
#include "core/nn/mlp.hpp"

namespace lab::distributions {

enum class CouplingKind {
  additive,        // y = x + t
  multiplicative,  // y = x ⊙ e^a
  affine,          // y = x ⊙ e^a + t
};
// Throws std::invalid_argument that names an unknown one.
CouplingKind coupling_kind(const std::string& name);

// Of one part of the data (B, n), with log_scale a and shift t (B, n); those that the kind does not
// use may be none.
Transformed couple_forward(CouplingKind kind, Value x, Value log_scale, Value shift);
Transformed couple_inverse(CouplingKind kind, Value y, Value log_scale, Value shift);

// The network's hidden layers have these widths; it starts as almost nothing, so that a flow starts
// as almost the identity.
std::unique_ptr<Transform> coupling(nn::Parameters& parameters, const std::string& name,
                                    CouplingKind kind, Partition partition,
                                    const std::vector<Extent>& hidden,
                                    const std::string& activation);

}  // namespace lab::distributions
