// Unnormalised densities of the plane, ln p⁰(x; α): what the constant c is learnt beside.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>

#include "core/data/box.hpp"
#include "core/nn/mlp.hpp"

namespace lab::models {

// x (B, 2) → ln p⁰(x), (B).
using LogDensity = std::function<Value(Value)>;

// The model that the "model" section of a specification names; its parameters are added to
// `parameters`. `box` is where the data lies: models start spread over it.
//   gaussian    b·d − ½ dᵀ Λ d, d = x − the box's middle, Λ symmetric and free. Linear in b and Λ,
//   so
//               that the objective is concave; the mean is Λ⁻¹ b off the middle
//   mixture     ln Σ_k exp(a_k − ½ e^{l_k} ‖x − μ_k‖²)
//   ring        −½ e^{l} (‖x‖ − μ)²                       (Gutmann & Hyvärinen 2012, section 5)
//   energy-mlp  f(x) − ½ ‖x − m‖²/σ², f a perceptron without last bias (the constant is c's to
//               learn), m the box's middle, σ a quarter of its width: a base measure without which
//               flat tails weigh without end; f alone where `base` is "none"
LogDensity make_unnormalised(const nlohmann::json& model, nn::Parameters& parameters,
                             const data::Box& box);

// Logarithms of ratios of such densities, one for each of `centres` (2), all 0 or nearly so at
// first, without a constant:
//   gaussian    b·d − ½ dᵀ Λ d, d = x − centre: exact between Gaussians
//   energy-mlp  one perceptron without last bias, an output for each
std::vector<LogDensity> make_log_ratios(const nlohmann::json& model, nn::Parameters& parameters,
                                        const data::Box& box, const std::vector<Value>& centres);

// What the model gaussian multiplies its parameters by: d (B, 2), from where it is centred on → (B,
// 5), of Λ₁₁, Λ₁₂, Λ₂₂, b₁, b₂.
Value gaussian_features(Value d);

}  // namespace lab::models
