// Independent component analysis (Hyvärinen & Oja 2000): x = A s with independent Laplacian sources
// s of mean 0 and variance 1, so that with B = A⁻¹
//   ln p(x) = −√2 Σ |bᵢ·x| + ln |det B| − (D/2) ln 2
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/data/random.hpp"
#include "core/data/truth.hpp"

namespace lab::data {

inline constexpr double largest_condition = 10;

struct Mixing {
  std::size_t dimensions = 0;
  std::vector<double> matrix, inverse;  // A and B, (D, D) row-major
  double log_det = 0;                   // ln |det A|

  // What −ln Z of exp(−√2 Σ |bᵢ·x|) is: ln |det B| − (D/2) ln 2.
  double log_constant() const;
  double log_density(std::span<const double> x) const;
  // Nats.
  double entropy() const;
  // `count` draws x = A s, (count, D).
  std::vector<double> sample(std::size_t count, Stream& stream) const;
};

// Entries from N(0, 1), all drawn anew until the condition number of A is below largest_condition,
// as in Gutmann & Hyvärinen (JMLR 2012, section 3). At most 16 dimensions, past which such matrices
// are too rare to wait for.
Mixing draw_mixing(std::size_t dimensions, std::uint64_t seed);
// Of a given A, (D, D) row-major, that has an inverse.
Mixing mixing_of(std::vector<double> matrix);

// Who knows the mixing that the data came by.
class Mixed {
 public:
  virtual ~Mixed() = default;
  virtual const Mixing& mixing() const = 0;
};

// Both are Mixed.
std::unique_ptr<Truth> make_mixed_sources(Mixing mixing);
// Of two dimensions.
std::unique_ptr<PlaneTruth> make_plane_sources(Mixing mixing);

// The mixing behind a truth, or nullptr.
const Mixing* mixing_behind(const Truth* truth);

}  // namespace lab::data
