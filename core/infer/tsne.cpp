#include "core/infer/tsne.hpp"

#include <algorithm>
#include <cmath>

#include "core/data/random.hpp"

namespace lab::infer {

namespace {

constexpr int early_steps = 100;
constexpr double early_pull = 4, least_share = 1e-12;

}  // namespace

Tsne::Tsne(std::span<const float> x, std::size_t dimensions, double perplexity, std::uint64_t seed)
    : count_(x.size() / dimensions),
      dimensions_(dimensions),
      perplexity_(std::min(perplexity, static_cast<double>(count_ - 1) / 3)),
      speeds_(2 * count_, 0),
      gains_(2 * count_, 1) {
  data::Stream stream(seed, 1);
  for (std::size_t i = 0; i < 2 * count_; ++i) places_.push_back(1e-2 * stream.normal());
  replace(x);
}

// p(j|i) ∝ exp(−β_i |x_i − x_j|²), β_i such that its entropy is ln perplexity; p = (p(j|i) +
// p(i|j))/2n.
void Tsne::replace(std::span<const float> x) {
  std::vector<double> squares(count_ * count_, 0), conditional(count_ * count_, 0);
  for (std::size_t i = 0; i < count_; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      double total = 0;
      for (std::size_t k = 0; k < dimensions_; ++k) {
        const auto away = static_cast<double>(x[i * dimensions_ + k] - x[j * dimensions_ + k]);
        total += away * away;
      }
      squares[i * count_ + j] = squares[j * count_ + i] = total;
    }
  }
  for (std::size_t i = 0; i < count_; ++i) {
    const double* const away = &squares[i * count_];
    double* const p = &conditional[i * count_];
    double nearest = 1e300;
    for (std::size_t j = 0; j < count_; ++j) {
      if (j != i) nearest = std::min(nearest, away[j]);
    }
    double low = 0, high = 1e300, beta = 1;
    for (int tries = 0; tries < 60; ++tries) {
      double sum = 0, weighted = 0;
      for (std::size_t j = 0; j < count_; ++j) {
        p[j] = j == i ? 0 : std::exp(-beta * (away[j] - nearest));
        sum += p[j];
        weighted += p[j] * (away[j] - nearest);
      }
      const double entropy = std::log(sum) + beta * weighted / sum;
      for (std::size_t j = 0; j < count_; ++j) p[j] /= sum;
      const double excess = entropy - std::log(perplexity_);
      if (std::abs(excess) < 1e-5) break;
      (excess > 0 ? low : high) = beta;
      beta = high > 1e299 ? 2 * beta : 0.5 * (low + high);
    }
  }
  p_.assign(count_ * count_, 0);
  for (std::size_t i = 0; i < count_; ++i) {
    for (std::size_t j = 0; j < count_; ++j) {
      if (i == j) continue;
      p_[i * count_ + j] = std::max((conditional[i * count_ + j] + conditional[j * count_ + i]) /
                                        (2.0 * static_cast<double>(count_)),
                                    least_share);
    }
  }
}

void Tsne::move(int steps) {
  const double rate = std::max(10.0, static_cast<double>(count_) / 12);
  std::vector<double> near(count_ * count_), slope(2 * count_);
  for (int step = 0; step < steps; ++step, ++steps_) {
    const bool early = steps_ < early_steps;
    const double pull = early ? early_pull : 1, momentum = early ? 0.5 : 0.8;
    double all = 0;
    for (std::size_t i = 0; i < count_; ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        const double dx = places_[2 * i] - places_[2 * j],
                     dy = places_[2 * i + 1] - places_[2 * j + 1];
        const double nearness = 1 / (1 + dx * dx + dy * dy);
        near[i * count_ + j] = nearness;
        all += 2 * nearness;
      }
    }
    std::ranges::fill(slope, 0);
    for (std::size_t i = 0; i < count_; ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        const double nearness = near[i * count_ + j];
        const double force = 4 * (pull * p_[i * count_ + j] - nearness / all) * nearness;
        for (std::size_t axis = 0; axis < 2; ++axis) {
          const double part = force * (places_[2 * i + axis] - places_[2 * j + axis]);
          slope[2 * i + axis] += part;
          slope[2 * j + axis] -= part;
        }
      }
    }
    double middle[2] = {0, 0};
    for (std::size_t k = 0; k < slope.size(); ++k) {
      const bool turned = (slope[k] > 0) != (speeds_[k] > 0);
      gains_[k] = std::max(turned ? gains_[k] + 0.2 : 0.8 * gains_[k], 0.01);
      speeds_[k] = momentum * speeds_[k] - rate * gains_[k] * slope[k];
      places_[k] += speeds_[k];
      middle[k % 2] += places_[k] / static_cast<double>(count_);
    }
    for (std::size_t k = 0; k < places_.size(); ++k) places_[k] -= middle[k % 2];
  }
}

double Tsne::divergence() const {
  std::vector<double> near(count_ * count_, 0);
  double all = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    for (std::size_t j = 0; j < count_; ++j) {
      if (i == j) continue;
      const double dx = places_[2 * i] - places_[2 * j],
                   dy = places_[2 * i + 1] - places_[2 * j + 1];
      near[i * count_ + j] = 1 / (1 + dx * dx + dy * dy);
      all += near[i * count_ + j];
    }
  }
  double total = 0;
  for (std::size_t k = 0; k < near.size(); ++k) {
    if (p_[k] > 0) total += p_[k] * std::log(p_[k] / std::max(near[k] / all, least_share));
  }
  return total;
}

std::vector<float> Tsne::places() const { return {places_.begin(), places_.end()}; }

}  // namespace lab::infer
