// A density in the plane that can be sampled and, where mathematics allows, evaluated: the truth
// against which every model is measured.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lab::data {

// An axis-aligned box.
struct Box {
  double x0 = -1, x1 = 1, y0 = -1, y1 = 1;
};

class Distribution {
 public:
  virtual ~Distribution() = default;

  // `count` independent draws, row-major (count, 2). The same seed gives the same points on every
  // machine; a longer draw begins with the shorter one.
  virtual std::vector<double> sample(std::size_t count, std::uint64_t seed) const = 0;

  // ln p(x, y) in nats; −∞ outside the support. Nothing where the density is not known.
  virtual std::optional<double> log_density(double x, double y) const = 0;

  // Differential entropy in nats, where it is known.
  virtual std::optional<double> entropy() const = 0;

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
