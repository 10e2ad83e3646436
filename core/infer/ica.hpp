// Estimates of an ICA model, ln p⁰(x) = −√2 Σ |bᵢ·x| with B (D, D), from one sample, all of it at
// once and in double: what the paper's figures are made of (Gutmann & Hyvärinen, JMLR 2012,
// sections 3 and 5), and what a better noise is made from. The same objectives as graph, on
// minibatches, are core/models/ica.cpp's.
//
// Each objective J is to be large:
//   likelihood           (1/T) Σ ln p⁰(x) + ln |det B| − (D/2) ln 2
//   nce                  (1/T) [Σ ln h(x) + Σ ln (1 − h(y))], h = 1/(1 + ν pₙ e^(−ln p⁰ − c))
//   importance-sampling  (1/T) Σ ln p⁰(x) − ln (1/n) Σ p⁰(y)/pₙ(y)    (Geyer & Thompson 1992)
//   score-matching       −(1/T) Σ [Σⱼ ∂ψⱼ/∂xⱼ + ½ ‖ψ‖²], ψ = ∇ ln p⁰ = −√2 Bᵀ tanh(βBx): |u| is
//                        ln cosh(βu)/β                                  (Hyvärinen, JMLR 2005)
//   contrastive-divergence   no objective, but what its gradient is: that of (1/T) Σ ln p⁰ at the
//                        data less that where one transition of Hamiltonian Monte Carlo leads from
//                        there                                          (Hinton 2002)
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/data/random.hpp"
#include "core/infer/lbfgs.hpp"

namespace lab::infer {

enum class IcaObjective {
  likelihood,
  nce,
  importance_sampling,
  score_matching,
  contrastive_divergence,
};

// By what the objectives are called in a specification.
IcaObjective ica_objective(const std::string& name);

// How |u| is smoothed for score matching: ln cosh(βu)/β.
inline constexpr double usual_sharpness = 10;

// Data x (T, D) and, where an objective asks for noise, y (n, D) and what ln pₙ is at both, in
// nats. Row-major.
struct IcaSample {
  std::size_t dimensions = 0;
  std::vector<double> x, y, log_noise_x, log_noise_y;

  std::size_t count() const { return x.size() / dimensions; }
  std::size_t noise_count() const { return log_noise_y.size(); }
};

// Draws `count` points of N(mean, covariance) of the data as noise.
void add_gaussian_noise(IcaSample& sample, std::size_t count, data::Stream& stream);
// Draws them as Laplacian sources mixed by B⁻¹, B (D, D). Throws std::invalid_argument where B has
// no inverse.
void add_laplacian_noise(IcaSample& sample, std::span<const double> unmixing, std::size_t count,
                         data::Stream& stream);

// An orthogonal matrix (D, D), row-major, any as likely: where B of whitened data may start.
std::vector<double> rotation(std::size_t dimensions, data::Stream& stream);

// −ln Z of B (D, D): ln |det B| − (D/2) ln 2.
double ica_log_constant(std::span<const double> unmixing);

// −J and its gradient at B, row-major, of nce followed by c. Of contrastive-divergence there is
// none: std::invalid_argument.
double ica_loss(IcaObjective objective, const IcaSample& sample,
                const std::vector<double>& parameters, std::vector<double>& gradient,
                double sharpness = usual_sharpness);

struct IcaEstimate {
  std::vector<double> unmixing;  // B (D, D)
  double c = 0;                  // as learnt: of nce; of importance-sampling −ln of the mean of
                                 // p⁰/pₙ; of the others ln |det B| − (D/2) ln 2
  double loss = 0;               // −J; of contrastive-divergence not a number
  int evaluations = 0;           // of the whole sample
};

// By L-BFGS, from rotations of whitened data drawn of the stream and, where it is given, from B
// `also_from` (D, D): of so many ends the one with the least loss. Parameters are those of whitened
// data while it goes on.
IcaEstimate estimate_ica(IcaObjective objective, const IcaSample& sample, data::Stream& stream,
                         int rotations = 1, double sharpness = usual_sharpness,
                         std::span<const double> also_from = {});

// How contrastive divergence goes.
struct IcaChains {
  int leapfrogs = 3;        // of one transition
  double acceptance = 0.9;  // what the step size is tuned to
  int rounds = 200;         // passes over the sample
};
// Natural gradients (Amari 1998) of the whole sample, each with steps that shrink; the mean of the
// second half of the way.
IcaEstimate contrast_ica(const IcaSample& sample, data::Stream& stream, const IcaChains& how = {});

// The error of an estimate by theory, times T (section 2.3): of Gaussian noise with the model's own
// covariance, or of the model's density itself, ν points of it for each datum. By Monte Carlo over
// x (m, D) drawn of the model, whose B is `unmixing`. Of likelihood there is neither noise nor c:
// variance_c is that of ln |det B|.
enum class IcaNoise { gaussian, laplacian };
struct IcaCovariance {
  double trace_b, variance_c;
  std::vector<double> root;  // (P, P) with Σ = root·rootᵀ of the P parameters, as of ica_loss()
};
IcaCovariance ica_covariance(IcaObjective objective, IcaNoise noise,
                             std::span<const double> unmixing, std::span<const double> x,
                             double ratio);

}  // namespace lab::infer
