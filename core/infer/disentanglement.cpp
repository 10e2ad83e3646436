#include "core/infer/disentanglement.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>
#include <utility>

#include "core/data/random.hpp"
#include "core/distributions/normal_numbers.hpp"
#include "core/infer/softmax_regression.hpp"

namespace lab::infer {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

// How far beyond its mean a posterior is followed, in deviations: less than 10⁻⁸ of it lies
// outside.
constexpr double reach = 5.75;
constexpr double cells_a_deviation = 2;
constexpr std::size_t most_cells = 2000;

// The cells over which each datum's code is spread: `weights` from `end` of the datum before to its
// own, of the cells from `first` on.
struct Spread {
  std::size_t cells = 1;
  std::vector<std::uint32_t> first;  // (n)
  std::vector<std::size_t> end;      // (n)
  std::vector<double> weights;

  void add(std::size_t cell) { first.push_back(static_cast<std::uint32_t>(cell)); }
  void close() { end.push_back(weights.size()); }
  template <class Visit>  // visit(cell, weight)
  void each(std::size_t i, Visit visit) const {
    std::size_t cell = first[i];
    for (std::size_t at = i == 0 ? 0 : end[i - 1]; at < end[i]; ++at) visit(cell++, weights[at]);
  }
};

Spread spread_of_means(std::span<const float> mean, std::size_t latents, std::size_t j,
                       std::size_t bins) {
  const std::size_t n = mean.size() / latents;
  const auto at = [&](std::size_t i) { return static_cast<double>(mean[i * latents + j]); };
  double low = at(0), high = at(0);
  for (std::size_t i = 1; i < n; ++i) {
    low = std::min(low, at(i));
    high = std::max(high, at(i));
  }
  Spread spread;
  spread.cells = bins;
  const double width = (high - low) / static_cast<double>(bins);
  for (std::size_t i = 0; i < n; ++i) {
    const double bin = width > 0 ? (at(i) - low) / width : 0;
    spread.add(std::min(bins - 1, static_cast<std::size_t>(bin)));
    spread.weights.push_back(1);
    spread.close();
  }
  return spread;
}

Spread spread_of_samples(std::span<const float> mean, std::span<const float> log_variance,
                         std::size_t latents, std::size_t j) {
  const std::size_t n = mean.size() / latents;
  const auto middle = [&](std::size_t i) { return static_cast<double>(mean[i * latents + j]); };
  const auto deviation = [&](std::size_t i) {
    return std::exp(0.5 * static_cast<double>(log_variance[i * latents + j]));
  };
  double low = std::numeric_limits<double>::infinity(), high = -low, narrowest = low;
  for (std::size_t i = 0; i < n; ++i) {
    const double s = deviation(i);
    narrowest = std::min(narrowest, s);
    low = std::min(low, middle(i) - reach * s);
    high = std::max(high, middle(i) + reach * s);
  }
  Spread spread;
  const double cells = std::min(static_cast<double>(most_cells),
                                std::ceil(cells_a_deviation * (high - low) / narrowest));
  spread.cells = cells >= 1 ? static_cast<std::size_t>(cells) : 1;
  const double width = (high - low) / static_cast<double>(spread.cells);
  for (std::size_t i = 0; i < n; ++i) {
    const double m = middle(i), s = deviation(i);
    const auto cell_of = [&](double z) {
      const double cell = width > 0 ? (z - low) / width : 0;
      return std::min(spread.cells - 1, static_cast<std::size_t>(std::max(0.0, cell)));
    };
    const std::size_t from = cell_of(m - reach * s), to = cell_of(m + reach * s);
    spread.add(from);
    // What lies beyond counts to the ends.
    double below = 0;
    for (std::size_t cell = from; cell <= to; ++cell) {
      const double edge = low + width * static_cast<double>(cell + 1);
      const double above = cell == to ? 1 : distributions::normal_cumulative((edge - m) / s);
      spread.weights.push_back(above - below);
      below = above;
    }
    spread.close();
  }
  return spread;
}

// Sums of weights over the columns and over the rows of a table.
struct Margins {
  std::vector<double> rows, columns;
  double total = 0;
};

Margins margins_of(std::span<const double> table, std::size_t columns) {
  Margins sums;
  sums.rows.assign(columns == 0 ? 0 : table.size() / columns, 0);
  sums.columns.assign(columns, 0);
  for (std::size_t row = 0; row < sums.rows.size(); ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      const double weight = table[row * columns + column];
      sums.rows[row] += weight;
      sums.columns[column] += weight;
      sums.total += weight;
    }
  }
  return sums;
}

// ln p(row, column)/(p(row) p(column)) of what has a weight.
double log_ratio(double weight, double row, double column, double total) {
  return std::log(weight * total / (row * column));
}

// What each datum adds: ln p(z, v)/(p(z) p(v)) at its own, less the mean of all, which is I.
std::vector<float> influence_of(std::span<const double> table, const Spread& z,
                                const Factors& factors, std::size_t k, double nats) {
  const Margins sums = margins_of(table, z.cells);
  std::vector<float> influence(z.first.size());
  for (std::size_t i = 0; i < influence.size(); ++i) {
    const std::size_t row = factors.values[i * factors.count() + k];
    double own = 0;
    z.each(i, [&](std::size_t cell, double weight) {
      const double there = table[row * z.cells + cell];
      if (weight > 0 && there > 0) {
        own += weight * log_ratio(there, sums.rows[row], sums.columns[cell], sums.total);
      }
    });
    influence[i] = static_cast<float>(own - nats);
  }
  return influence;
}

// How many data have each value of factor k.
std::vector<double> counts_of(const Factors& factors, std::size_t k) {
  std::vector<double> counts(factors.sizes[k], 0);
  for (std::size_t i = k; i < factors.values.size(); i += factors.count()) {
    ++counts[factors.values[i]];
  }
  return counts;
}

template <class SpreadOf>  // spread_of(latent)
Information informed(std::size_t latents, const Factors& factors, SpreadOf spread_of) {
  const std::size_t count = factors.count(), n = factors.data();
  Information found;
  found.latents = latents;
  found.nats.assign(latents * count, 0);
  found.largest.assign(count, {latents, latents});
  for (std::size_t k = 0; k < count; ++k) {
    double entropy = 0;
    for (const double each : counts_of(factors, k)) {
      const double share = each / static_cast<double>(n);
      if (share > 0) entropy -= share * std::log(share);
    }
    found.entropies.push_back(entropy);
  }
  // Of the two largest of each factor so far.
  std::vector<std::array<std::vector<float>, 2>> influences(count);
  for (auto& pair : influences) pair.fill(std::vector<float>(n, 0));
  const auto nats_of = [&](std::size_t j, std::size_t k) {
    return j < latents ? found.nats[j * count + k] : -1;
  };
  std::vector<double> table;
  for (std::size_t j = 0; j < latents; ++j) {
    const Spread z = spread_of(j);
    for (std::size_t k = 0; k < count; ++k) {
      table.assign(factors.sizes[k] * z.cells, 0);
      for (std::size_t i = 0; i < n; ++i) {
        double* const row = table.data() + factors.values[i * count + k] * z.cells;
        z.each(i, [row](std::size_t cell, double weight) { row[cell] += weight; });
      }
      const double nats = found.nats[j * count + k] = mutual_information(table, z.cells);
      auto& [first, second] = found.largest[k];
      if (nats <= nats_of(second, k)) continue;
      second = j;
      influences[k][1] = influence_of(table, z, factors, k, nats);
      if (nats <= nats_of(first, k)) continue;
      std::swap(first, second);
      std::swap(influences[k][0], influences[k][1]);
    }
  }
  for (const auto& [first, second] : influences) {
    for (std::size_t i = 0; i < n; ++i) found.gap_influence.push_back(first[i] - second[i]);
  }
  return found;
}

// by_entropy: the gap of factor k is a share of H(v_k), else of the log of its number of values.
Gap gap_of(const Information& of, const Factors& factors, bool by_entropy) {
  const std::size_t count = factors.count(), n = factors.data();
  Gap gap{0, none, std::vector<double>(count, none)};
  std::vector<double> influence(n, 0);
  std::size_t counted = 0;
  for (std::size_t k = 0; k < count; ++k) {
    const double entropy = of.entropies[k];
    const double whole = by_entropy ? entropy : std::log(static_cast<double>(factors.sizes[k]));
    if (!(entropy > 0) || (!by_entropy && factors.classes[k])) continue;
    ++counted;
    const auto nats = [&](std::size_t j) { return j < of.latents ? of.nats[j * count + k] : 0; };
    gap.each[k] = (nats(of.largest[k][0]) - nats(of.largest[k][1])) / whole;
    gap.value += gap.each[k];
    const std::vector<double> counts = counts_of(factors, k);
    for (std::size_t i = 0; i < n; ++i) {
      double own = static_cast<double>(of.gap_influence[k * n + i]);
      if (by_entropy) {
        const double share = counts[factors.values[i * count + k]] / static_cast<double>(n);
        own -= gap.each[k] * (-std::log(share) - entropy);
      }
      influence[i] += own / whole;
    }
  }
  if (counted == 0) return {none, none, std::move(gap.each)};
  gap.value /= static_cast<double>(counted);
  double squares = 0;
  for (const double each : influence) squares += each * each;
  const auto data = static_cast<double>(n);
  gap.error = std::sqrt(squares / data / std::max(1.0, data - 1)) / static_cast<double>(counted);
  return gap;
}

// ---------------------------------------------------------------- the β-VAE score

// With which the error of a score is found: it is known to about 13 %.
constexpr std::size_t resamples = 30;

// Iterations that the classifier is given.
constexpr int most_iterations = 300;

struct Votes {
  std::vector<float> x;               // (votes, J)
  std::vector<std::int32_t> factors;  // (votes)
};

// From the first `from` pairs of each factor.
Votes drawn_votes(std::span<const float> differences, std::size_t factors, std::size_t latents,
                  std::size_t from, data::Stream stream) {
  const std::size_t pairs = differences.size() / factors / latents;
  Votes votes{std::vector<float>(train_votes * latents, 0), {}};
  for (std::size_t vote = 0; vote < train_votes; ++vote) {
    const std::size_t k = stream.below(static_cast<std::uint32_t>(factors));
    votes.factors.push_back(static_cast<std::int32_t>(k));
    for (std::size_t draw = 0; draw < pairs_of_vote; ++draw) {
      const std::size_t pair = stream.below(static_cast<std::uint32_t>(from));
      const float* const row = &differences[(k * pairs + pair) * latents];
      for (std::size_t j = 0; j < latents; ++j) {
        votes.x[vote * latents + j] += row[j] / float{pairs_of_vote};
      }
    }
  }
  return votes;
}

// The share of test votes that name their factor, drawn from the pairs of `pool` (K, P), which
// have `scores` (…, K).
double share_right(std::span<const double> scores, std::span<const std::size_t> pool,
                   std::size_t factors, data::Stream& stream) {
  const std::size_t pairs = pool.size() / factors;
  std::vector<double> sums(factors);
  std::size_t right = 0;
  for (std::size_t vote = 0; vote < test_votes; ++vote) {
    const std::size_t k = stream.below(static_cast<std::uint32_t>(factors));
    std::fill(sums.begin(), sums.end(), 0);
    for (std::size_t draw = 0; draw < pairs_of_vote; ++draw) {
      const std::size_t pair = pool[k * pairs + stream.below(static_cast<std::uint32_t>(pairs))];
      for (std::size_t of = 0; of < factors; ++of) sums[of] += scores[pair * factors + of];
    }
    right +=
        std::max_element(sums.begin(), sums.end()) - sums.begin() == static_cast<std::ptrdiff_t>(k);
  }
  return static_cast<double>(right) / double{test_votes};
}

}  // namespace

Factors factors_of(const data::Samples& samples, std::size_t n, std::size_t bins) {
  const std::size_t count = samples.factors.size();
  Factors found;
  found.values.resize(n * count);
  for (std::size_t k = 0; k < count; ++k) {
    const auto at = [&](std::size_t i) { return samples.factor_values[i * count + k]; };
    std::vector<float> sorted;
    bool classes = samples.labels.size() >= n;
    for (std::size_t i = 0; i < n; ++i) {
      sorted.push_back(at(i));
      classes = classes && at(i) == static_cast<float>(samples.labels[i]);
    }
    std::sort(sorted.begin(), sorted.end());
    // The least of each value, or bin.
    std::vector<float> starts;
    std::unique_copy(sorted.begin(), sorted.end(), std::back_inserter(starts));
    if (starts.size() > bins) {
      starts.clear();
      for (std::size_t bin = 0; bin < bins; ++bin) starts.push_back(sorted[bin * n / bins]);
      starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
    }
    for (std::size_t i = 0; i < n; ++i) {
      const auto above = std::upper_bound(starts.begin(), starts.end(), at(i));
      found.values[i * count + k] = static_cast<std::uint32_t>(above - starts.begin() - 1);
    }
    found.sizes.push_back(starts.size());
    found.classes.push_back(classes);
  }
  return found;
}

double mutual_information(std::span<const double> table, std::size_t columns) {
  const Margins sums = margins_of(table, columns);
  double nats = 0;
  for (std::size_t at = 0; at < table.size(); ++at) {
    if (!(table[at] > 0)) continue;
    nats += table[at] / sums.total *
            log_ratio(table[at], sums.rows[at / columns], sums.columns[at % columns], sums.total);
  }
  return std::max(0.0, nats);
}

Information information_of_means(std::span<const float> mean, std::size_t latents,
                                 const Factors& factors, std::size_t bins) {
  return informed(latents, factors,
                  [&](std::size_t j) { return spread_of_means(mean, latents, j, bins); });
}

Information information_of_samples(std::span<const float> mean, std::span<const float> log_variance,
                                   std::size_t latents, const Factors& factors) {
  return informed(latents, factors,
                  [&](std::size_t j) { return spread_of_samples(mean, log_variance, latents, j); });
}

Gap mig_mean(const Information& of_means, const Factors& factors) {
  return gap_of(of_means, factors, true);
}

Gap mig_sampled(const Information& of_samples, const Factors& factors) {
  return gap_of(of_samples, factors, false);
}

Score beta_vae_score(std::span<const float> differences, std::size_t factors, std::size_t latents,
                     std::uint64_t seed) {
  const std::size_t pairs = differences.size() / factors / latents, train = 2 * pairs / 3;
  const Votes votes = drawn_votes(differences, factors, latents, train, data::Stream(seed, 0));
  // With the usual weak prior, |w|²/2 beside the sum of losses.
  SoftmaxRegression classifier(votes.x, votes.factors, factors, 1.0 / double{train_votes});
  classifier.improve(most_iterations);
  // Of each test pair, (K, tested, K): what speaks for each factor is linear but for a part that
  // all have in common, so that a vote's is the mean of its pairs'.
  const std::size_t tested = pairs - train;
  std::vector<double> scores;
  for (std::size_t k = 0; k < factors; ++k) {
    const std::vector<double> of_factor = classifier.log_probabilities(
        differences.subspan((k * pairs + train) * latents, tested * latents));
    scores.insert(scores.end(), of_factor.begin(), of_factor.end());
  }
  std::vector<std::size_t> pool(factors * tested);
  std::iota(pool.begin(), pool.end(), std::size_t{0});
  data::Stream stream(seed, 1);
  const double share = share_right(scores, pool, factors, stream);
  // The same of pairs drawn from these with replacement.
  double total = 0, squares = 0;
  for (std::size_t time = 0; time < resamples; ++time) {
    for (std::size_t i = 0; i < pool.size(); ++i) {
      pool[i] = i / tested * tested + stream.below(static_cast<std::uint32_t>(tested));
    }
    const double again = share_right(scores, pool, factors, stream);
    total += again;
    squares += again * again;
  }
  const double mean = total / double{resamples};
  return {share, std::sqrt(std::max(0.0, squares - total * mean) / double{resamples - 1})};
}

}  // namespace lab::infer
