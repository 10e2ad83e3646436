// Dead leaves: discs of one shade each that lie upon one another, with radii of a power law, as
// objects in the world hide each other at every distance (Ruderman 1997; Lee, Mumford & Huang
// 2001). Seen from above: the first disc that falls on a place from below is the one that is seen.
#include <algorithm>
#include <cmath>

#include "core/data/pictures.hpp"
#include "core/data/random.hpp"

namespace lab::data {

namespace {

constexpr std::size_t side = 64;
// Density of radii ∝ r⁻³: each octave covers as much.
constexpr double least_radius = 1.5, most_radius = 40;

void paint(float* picture, Stream& stream) {
  std::vector<double> clear(side * side, 1);  // the share of a pixel that is still uncovered
  std::vector<double> value(side * side, 0);
  const double a = 1 / (least_radius * least_radius), b = 1 / (most_radius * most_radius);
  std::size_t open = side * side;
  while (open > 0) {
    const double radius = 1 / std::sqrt(a - stream.uniform() * (a - b));
    // Wherever any disc may reach the picture, so that large ones are as often cut by its edge as
    // inside.
    const double x = stream.uniform(-most_radius, side + most_radius),
                 y = stream.uniform(-most_radius, side + most_radius), shade = stream.uniform();
    const auto bound = [](double at) {
      return static_cast<std::size_t>(std::clamp(at, 0.0, static_cast<double>(side)));
    };
    for (std::size_t row = bound(y - radius - 1); row < bound(y + radius + 2); ++row) {
      for (std::size_t column = bound(x - radius - 1); column < bound(x + radius + 2); ++column) {
        double& left = clear[row * side + column];
        if (left == 0) continue;
        const double dx = static_cast<double>(column) + 0.5 - x,
                     dy = static_cast<double>(row) + 0.5 - y;
        const double covered = std::clamp(radius + 0.5 - std::sqrt(dx * dx + dy * dy), 0.0, 1.0);
        value[row * side + column] += left * covered * shade;
        left *= 1 - covered;
        if (left < 1e-3) {
          left = 0;
          --open;
        }
      }
    }
  }
  std::transform(value.begin(), value.end(), picture,
                 [](double v) { return static_cast<float>(std::clamp(v, 0.0, 1.0)); });
}

}  // namespace

Samples make_dead_leaves(std::size_t count, std::uint64_t seed) {
  Samples made;
  made.shape = {side, side, 1, Domain::images};
  made.values.resize(count * made.shape.size());
  for (std::size_t i = 0; i < count; ++i) {
    Stream stream(seed, static_cast<std::uint32_t>(i));
    paint(&made.values[i * made.shape.size()], stream);
  }
  return made;
}

}  // namespace lab::data
