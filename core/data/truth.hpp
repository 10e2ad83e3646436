// What data are drawn from, where it is known: the truth against which every model is measured. Of
// any dimension D; one of the plane can be drawn and integrated over besides.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "core/data/box.hpp"

namespace lab::data {

class Truth {
 public:
  virtual ~Truth() = default;

  virtual std::size_t dimensions() const = 0;

  // `count` independent draws, row-major (count, D). The same seed gives the same points on every
  // machine; a longer draw begins with the shorter one.
  virtual std::vector<double> sample(std::size_t count, std::uint64_t seed) const = 0;

  // ln p(x) in nats, x (D); −∞ outside the support. Nothing where the density is not known.
  virtual std::optional<double> log_density(std::span<const double> x) const = 0;

  // Differential entropy in nats, where it is known.
  virtual std::optional<double> entropy() const = 0;
};

// ln p at points (n, D) → (n); empty where the density is not known.
std::vector<double> log_density(const Truth& truth, std::span<const double> points);

class PlaneTruth : public Truth {
 public:
  std::size_t dimensions() const final { return 2; }

  std::optional<double> log_density(std::span<const double> x) const final {
    return log_density(x[0], x[1]);
  }
  virtual std::optional<double> log_density(double x, double y) const = 0;

  // A square box that holds all but about 1e-4 of the mass, with a margin fit for drawing.
  virtual Box bounds() const = 0;

  // A square that is cut into cells to integrate over: more than bounds(), since a model may have
  // mass beside the data. Edges of the density lie on lines that repeated halving gives.
  virtual Box integration_box() const;

  // The deviation of the narrowest part of the density that reaches into a box; ∞ where there is
  // none to be afraid of.
  virtual double finest(const Box&) const { return std::numeric_limits<double>::infinity(); }
};

}  // namespace lab::data
