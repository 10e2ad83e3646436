// What latents say of factors, of codes whose information is known.
#include "core/infer/disentanglement.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>

#include "core/data/random.hpp"

namespace lab::infer {
namespace {

// Every pair of one of 5 and one of 20 values, `times` times; the first is the class.
data::Samples all_pairs(std::size_t times) {
  data::Samples samples;
  samples.factors = {"five", "twenty"};
  for (std::size_t i = 0; i < 100 * times; ++i) {
    samples.labels.push_back(static_cast<std::int32_t>(i % 5));
    samples.factor_values.push_back(static_cast<float>(i % 5));
    samples.factor_values.push_back(static_cast<float>(i / 5 % 20));
  }
  return samples;
}

// Codes (n, columns) made of the values of each datum.
template <class Code>
std::vector<float> coded(const Factors& factors, std::size_t columns, Code code) {
  std::vector<float> result;
  for (std::size_t i = 0; i < factors.data(); ++i) {
    for (std::size_t j = 0; j < columns; ++j) {
      result.push_back(static_cast<float>(code(&factors.values[i * factors.count()], j)));
    }
  }
  return result;
}

TEST(Disentanglement, MutualInformationOfKnownTables) {
  const std::vector<double> table{0.4, 0.1, 0.1, 0.4};
  const double nats = 2 * (0.4 * std::log(0.4 / 0.25) + 0.1 * std::log(0.1 / 0.25));
  EXPECT_NEAR(mutual_information(table, 2), nats, 1e-12);
  const std::vector<double> counts{40, 10, 10, 40};  // a table of weights need not sum to 1
  EXPECT_NEAR(mutual_information(counts, 2), nats, 1e-12);
  const std::vector<double> independent{0.06, 0.24, 0.14, 0.56};
  EXPECT_NEAR(mutual_information(independent, 2), 0, 1e-12);
  const std::vector<double> same{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0};  // 3 rows, 4 columns
  EXPECT_NEAR(mutual_information(same, 4), std::log(3.0), 1e-12);
  EXPECT_EQ(mutual_information({}, 4), 0);
}

TEST(Disentanglement, FactorsAreTakenByValueOrInBins) {
  data::Samples samples = all_pairs(2);
  samples.factors.push_back("continuous");
  std::vector<float> values;
  data::Stream stream(1, 0);
  for (std::size_t i = 0; i < 200; ++i) {
    values.push_back(samples.factor_values[2 * i]);
    values.push_back(samples.factor_values[2 * i + 1]);
    values.push_back(static_cast<float>(std::exp(stream.normal())));
  }
  samples.factor_values = values;
  const Factors factors = factors_of(samples, 200);
  EXPECT_EQ(factors.sizes, (std::vector<std::size_t>{5, 20, 20}));
  EXPECT_EQ(factors.classes, (std::vector<bool>{true, false, false}));
  std::vector<int> held(20);
  for (std::size_t i = 0; i < 200; ++i) {
    EXPECT_EQ(factors.values[3 * i], i % 5);
    EXPECT_EQ(factors.values[3 * i + 1], i / 5 % 20);
    ++held.at(factors.values[3 * i + 2]);
    for (std::size_t other = 0; other < 200; ++other) {
      if (values[3 * i + 2] < values[3 * other + 2]) {
        EXPECT_LE(factors.values[3 * i + 2], factors.values[3 * other + 2]);
      }
    }
  }
  for (const int each : held) EXPECT_EQ(each, 10);
}

TEST(Disentanglement, PerfectCodesHaveAGapOfOne) {
  const Factors factors = factors_of(all_pairs(10), 1000);
  const auto mean = coded(factors, 3, [](const std::uint32_t* v, std::size_t j) {
    return j < 2 ? static_cast<double>(v[j]) : 0;
  });
  const Information means = information_of_means(mean, 3, factors);
  EXPECT_NEAR(means.entropies[0], std::log(5.0), 1e-12);
  EXPECT_NEAR(means.nats[0], std::log(5.0), 1e-12);   // z₁ of the first
  EXPECT_NEAR(means.nats[1], 0, 1e-12);               // … of the second
  EXPECT_NEAR(means.nats[3], std::log(20.0), 1e-12);  // z₂ of the second
  EXPECT_NEAR(means.nats[4], 0, 1e-12);               // a constant
  EXPECT_EQ(means.largest[0][0], 0u);
  EXPECT_EQ(means.largest[1][0], 1u);
  const Gap gap = mig_mean(means, factors);
  EXPECT_NEAR(gap.value, 1, 1e-12);
  EXPECT_NEAR(gap.error, 0, 1e-6);

  // Posteriors that hardly touch; the class does not count.
  const std::vector<float> narrow(mean.size(), -7);
  const Information samples = information_of_samples(mean, narrow, 3, factors);
  EXPECT_NEAR(samples.nats[0], std::log(5.0), 1e-6);
  const Gap sampled = mig_sampled(samples, factors);
  EXPECT_TRUE(std::isnan(sampled.each[0]));
  EXPECT_NEAR(sampled.each[1], 1, 1e-6);
  EXPECT_NEAR(sampled.value, 1, 1e-6);
}

TEST(Disentanglement, GapsAreThoseOfTheDefinition) {
  const Factors factors = factors_of(all_pairs(10), 1000);
  // z₁ tells 0 and 1 of the five apart from none of each other; z₂ is the twenty, z₃ the same less
  // finely: its upper half alone.
  const auto mean = coded(factors, 3, [](const std::uint32_t* v, std::size_t j) {
    return j == 0   ? std::max(1.0, static_cast<double>(v[0]))
           : j == 1 ? static_cast<double>(v[1])
                    : static_cast<double>(v[1] / 10);
  });
  const Gap gap = mig_mean(information_of_means(mean, 3, factors), factors);
  const double merged = std::log(5.0) - 0.4 * std::log(2.0);
  EXPECT_NEAR(gap.each[0], merged / std::log(5.0), 1e-12);
  EXPECT_NEAR(gap.each[1], (std::log(20.0) - std::log(2.0)) / std::log(20.0), 1e-12);
  EXPECT_NEAR(gap.value, 0.5 * (gap.each[0] + gap.each[1]), 1e-12);
  // A copy leaves no gap; a single latent has no second.
  const auto copied = coded(factors, 2, [](const std::uint32_t* v, std::size_t) { return v[1]; });
  EXPECT_NEAR(mig_mean(information_of_means(copied, 2, factors), factors).value, 0, 1e-12);
  const auto alone = coded(factors, 1, [](const std::uint32_t* v, std::size_t) { return v[1]; });
  EXPECT_NEAR(mig_mean(information_of_means(alone, 1, factors), factors).each[1], 1, 1e-12);
}

TEST(Disentanglement, FactorsThatDoNotVaryDoNotCount) {
  data::Samples samples = all_pairs(1);
  for (std::size_t i = 0; i < 100; ++i) samples.factor_values[2 * i + 1] = 3;
  const Factors factors = factors_of(samples, 100);
  const auto mean = coded(factors, 1, [](const std::uint32_t* v, std::size_t) { return v[0]; });
  const Gap gap = mig_mean(information_of_means(mean, 1, factors), factors);
  EXPECT_NEAR(gap.value, 1, 1e-12);
  EXPECT_TRUE(std::isnan(gap.each[1]));
  const std::vector<float> narrow(mean.size(), -7);
  EXPECT_TRUE(
      std::isnan(mig_sampled(information_of_samples(mean, narrow, 1, factors), factors).value));
}

TEST(Disentanglement, SamplesSayWhatAChannelOfNormalNoiseCarries) {
  // z ~ N(v, σ²) of v 0 or 1 alike: I = ln 2 − E ln(1 + exp(−(2uσ + 1)/2σ²)), u ~ N(0, 1).
  data::Samples samples;
  samples.factors = {"bit"};
  for (int i = 0; i < 100; ++i) samples.factor_values.push_back(static_cast<float>(i % 2));
  const Factors factors = factors_of(samples, 100);
  const auto mean = coded(factors, 1, [](const std::uint32_t* v, std::size_t) { return v[0]; });
  for (const double deviation : {0.2, 0.5, 1.0, 3.0}) {
    double expected = std::log(2.0);
    constexpr double step = 1e-3;
    for (double u = -9; u < 9; u += step) {
      expected -= step * std::exp(-0.5 * u * u) / std::sqrt(2 * std::numbers::pi) *
                  std::log1p(std::exp(-(2 * u * deviation + 1) / (2 * deviation * deviation)));
    }
    const std::vector<float> log_variance(100, static_cast<float>(2 * std::log(deviation)));
    const Information found = information_of_samples(mean, log_variance, 1, factors);
    EXPECT_LE(found.nats[0], expected + 1e-6);
    EXPECT_NEAR(found.nats[0], expected, 0.01) << deviation;
  }
}

// n data of three continuous factors; J = 4 codes: the first two are factors with noise.
struct Noisy {
  data::Samples samples;
  std::vector<float> mean;
};

Noisy noisy(std::size_t n, double signal, std::uint32_t number) {
  Noisy made;
  made.samples.factors = {"a", "b", "c"};
  data::Stream stream(7, number);
  for (std::size_t i = 0; i < n; ++i) {
    const double v[] = {stream.uniform(), stream.uniform(), stream.uniform()};
    for (const double each : v) made.samples.factor_values.push_back(static_cast<float>(each));
    for (std::size_t j = 0; j < 4; ++j) {
      made.mean.push_back(static_cast<float>((j < 2 ? signal * v[j] : 0) + 0.1 * stream.normal()));
    }
  }
  return made;
}

TEST(Disentanglement, NoiseHasNoGapButItsBias) {
  constexpr std::size_t n = 4000;
  const Noisy made = noisy(n, 0, 0);
  const Factors factors = factors_of(made.samples, n);
  const Information means = information_of_means(made.mean, 4, factors);
  // Independent numbers seem to say (bins − 1)(values − 1)/2n, less where bins are empty.
  for (const double nats : means.nats) EXPECT_NEAR(nats, 19.0 * 19 / (2 * n), 0.015);
  EXPECT_LT(mig_mean(means, factors).value, 0.005);
  const std::vector<float> log_variance(made.mean.size(), 0);
  const Gap sampled =
      mig_sampled(information_of_samples(made.mean, log_variance, 4, factors), factors);
  EXPECT_LT(sampled.value, 0.001);
}

TEST(Disentanglement, ErrorsAreThoseOfRepeatedData) {
  constexpr std::size_t n = 1500, times = 60;
  std::vector<double> means, samples;
  double mean_error = 0, sampled_error = 0;
  for (std::uint32_t time = 0; time < times; ++time) {
    const Noisy made = noisy(n, 1, time);
    const Factors factors = factors_of(made.samples, n);
    const Gap of_means = mig_mean(information_of_means(made.mean, 4, factors), factors);
    const std::vector<float> log_variance(made.mean.size(), -4);
    const Gap of_samples =
        mig_sampled(information_of_samples(made.mean, log_variance, 4, factors), factors);
    means.push_back(of_means.value);
    samples.push_back(of_samples.value);
    mean_error += of_means.error / times;
    sampled_error += of_samples.error / times;
  }
  const auto deviation = [](const std::vector<double>& values) {
    double mean = 0, squares = 0;
    for (const double value : values) mean += value / times;
    for (const double value : values) squares += (value - mean) * (value - mean);
    return std::sqrt(squares / (times - 1));
  };
  // A deviation of 60 numbers is known to 9 %.
  EXPECT_NEAR(mean_error / deviation(means), 1, 0.3);
  EXPECT_NEAR(sampled_error / deviation(samples), 1, 0.3);
}

// Pairs of 4 latents, which are the factors of 3 or noise: of those that are factor k, a pair that
// shares it does not differ.
std::vector<float> differences(std::size_t pairs, bool perfect, std::uint32_t number) {
  std::vector<float> result;
  data::Stream stream(3, number);
  for (std::size_t k = 0; k < 3; ++k) {
    for (std::size_t pair = 0; pair < pairs; ++pair) {
      for (std::size_t j = 0; j < 4; ++j) {
        const double away = std::abs(stream.uniform() - stream.uniform());
        result.push_back(perfect && j == k ? 0 : static_cast<float>(away));
      }
    }
  }
  return result;
}

TEST(Disentanglement, PairsTellTheFactorTheyShare) {
  const Score perfect = beta_vae_score(differences(300, true, 0), 3, 4);
  EXPECT_EQ(perfect.value, 1);
  EXPECT_EQ(perfect.error, 0);
}

TEST(Disentanglement, PairsOfNoiseTellNothing) {
  constexpr std::uint32_t times = 10;
  double mean = 0, errors = 0, squares = 0;
  for (std::uint32_t time = 0; time < times; ++time) {
    const Score score = beta_vae_score(differences(900, false, 1 + time), 3, 4, time);
    mean += score.value / times;
    errors += score.error * score.error / times;
    squares += (score.value - 1.0 / 3) * (score.value - 1.0 / 3) / times;
  }
  EXPECT_NEAR(mean, 1.0 / 3, 3 * std::sqrt(errors / times));
  // Errors tell how far scores are from chance; a mean of 10 squares is known to 45 %.
  EXPECT_GT(squares, 0.3 * errors);
  EXPECT_LT(squares, 2.4 * errors);
}

}  // namespace
}  // namespace lab::infer
