// How well single latents of a model tell single factors of variation of its data.
//   I(z_j; v_k)   what latent j says of factor k, nats
//   MIG           the mutual information gap: of each factor, how much more the latent that says
//                 most says than the next, as a share of all there is to say; the mean over factors
//                 (Chen et al. 2018, arXiv 1802.04942). Two definitions are in use, both here.
//   β-VAE score   whether a linear classifier sees in codes which factor pairs of data share
//                 (Higgins et al. 2017)
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/data/samples.hpp"

namespace lab::infer {

// Bins of factors and of means.
inline constexpr std::size_t usual_bins = 20;

// What is known of the factors v (n, K) of n data, each as an index of its values.
struct Factors {
  std::vector<std::uint32_t> values;  // (n, K)
  std::vector<std::size_t> sizes;     // (K): how many values there are
  std::vector<bool> classes;          // (K): whether the factor is what class a datum is of

  std::size_t count() const { return sizes.size(); }
  std::size_t data() const { return sizes.empty() ? 0 : values.size() / sizes.size(); }
};
// Of the first n ≤ samples.count(). A factor of at most `bins` values is taken as it is; a
// continuous one is cut into `bins` bins that hold equally many of these data.
Factors factors_of(const data::Samples& samples, std::size_t n, std::size_t bins = usual_bins);

// Of rows and columns of a table of weights ≥ 0 (rows, columns), nats; 0 of an empty one.
double mutual_information(std::span<const double> table, std::size_t columns);

// I(z_j; v_k) of n data, and what each datum adds to the two largest of a factor.
struct Information {
  std::size_t latents = 0;
  std::vector<double> nats;                         // (J, K)
  std::vector<double> entropies;                    // (K): H(v_k), nats
  std::vector<std::array<std::size_t, 2>> largest;  // (K): latents that say most and next most of
                                                    // it; of one latent J twice
  std::vector<double> gap_influence;  // (K, n): of each datum on the difference of these two
};

// z: the means of q(z|x), or codes (n, J), all finite. Each latent is cut into `bins` bins of one
// width between its least and its largest. Of n data an independent latent seems to say about
// (bins − 1)(values − 1)/2n nats.
Information information_of_means(std::span<const float> mean, std::size_t latents,
                                 const Factors& factors, std::size_t bins = usual_bins);

// z ~ q(z|x) = N(mean, exp log_variance) (n, J), x each of these n data as likely as the others:
// nothing is drawn, each q is integrated over cells half as wide as the narrowest of its latent, at
// most 2,000 for a latent (a bound from below, by less than 0.01 nats where there are enough).
Information information_of_samples(std::span<const float> mean, std::span<const float> log_variance,
                                   std::size_t latents, const Factors& factors);

struct Gap {
  double value;              // of all factors that count; NaN where none does
  double error;              // its standard error over data, by the delta method: of the plug-in
                             // estimate from n data, whose bias it does not know
  std::vector<double> each;  // (K); NaN of a factor that does not count
};
// Locatello et al. 2019 (disentanglement_lib): of means, divided by H(v_k). Factors that do not
// vary do not count.
Gap mig_mean(const Information& of_means, const Factors& factors);
// Chen et al. 2018: of samples, divided by the log of the number of values; nor does the class
// count (their data's shape). They average −ln q(z) over 10,000 draws, the aggregate q(z) being the
// mean over all their data, the conditional q(z|v) over those of the value; here the n data stand
// for all, and a bin for a value.
Gap mig_sampled(const Information& of_samples, const Factors& factors);

// Votes and the classifier of the β-VAE score.
struct Score {
  double value;  // share of test votes in which the factor is named rightly; by chance 1/K
  double error;  // its standard error over votes and test pairs (bootstrap), given the classifier
};
inline constexpr std::size_t train_votes = 10000, test_votes = 5000, pairs_of_vote = 64;
// differences (K, P, J): |z₁ − z₂| of P ≥ 3 pairs of data that share factor k, z means. A vote is
// the mean of 64 pairs of one factor, drawn with replacement: training votes from the first two
// thirds of the pairs, test votes from the others. The classifier is a multinomial logistic
// regression.
Score beta_vae_score(std::span<const float> differences, std::size_t factors, std::size_t latents,
                     std::uint64_t seed = 1);

}  // namespace lab::infer
