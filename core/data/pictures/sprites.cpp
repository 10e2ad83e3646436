// One white shape on black: a square, an ellipse or a heart.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/data/pictures.hpp"
#include "core/data/pictures/balance.hpp"
#include "core/data/random.hpp"

namespace lab::data {

namespace {

constexpr std::size_t side = 32;
constexpr double pi = std::numbers::pi;

// Whether a point is inside a shape whose centre of mass is the origin and whose area is π/2, that
// of the ellipse with half axes 1 and 1/2; y points down.
bool inside(std::int32_t shape, double x, double y) {
  if (shape == 0) {
    const double half = std::sqrt(pi / 8);
    return std::abs(x) <= half && std::abs(y) <= half;
  }
  if (shape == 1) return x * x + 4 * y * y <= 1;
  // (u² + v² − 1)³ = u² v³, of area 3.66204, centre of mass at v = 0.29353.
  const double scale = std::sqrt(3.66204 / (pi / 2));
  const double u = scale * x, v = 0.29353 - scale * y;
  const double ring = u * u + v * v - 1;
  return ring * ring * ring <= u * u * v * v * v;
}

struct Sprite {
  std::int32_t shape;
  double size, angle, x, y;
};

// Onto black pixels.
void paint(const Sprite& sprite, std::span<float> pixels) {
  constexpr int fine = 4;  // samples a pixel, across and down
  const auto& [shape, size, angle, x, y] = sprite;
  const double cos = std::cos(angle) / size, sin = std::sin(angle) / size;
  const auto row0 = static_cast<std::size_t>(std::max(0.0, y - 1.1 * size));
  const auto column0 = static_cast<std::size_t>(std::max(0.0, x - 1.1 * size));
  const auto row1 = std::min(side, static_cast<std::size_t>(y + 1.1 * size + 1));
  const auto column1 = std::min(side, static_cast<std::size_t>(x + 1.1 * size + 1));
  for (std::size_t row = row0; row < row1; ++row) {
    for (std::size_t column = column0; column < column1; ++column) {
      int hits = 0;
      for (int k = 0; k < fine * fine; ++k) {
        const double dx = static_cast<double>(column) + (k % fine + 0.5) / fine - x;
        const double dy = static_cast<double>(row) + (k / fine + 0.5) / fine - y;
        hits += inside(shape, cos * dx + sin * dy, cos * dy - sin * dx);
      }
      pixels[row * side + column] = static_cast<float>(hits) / (fine * fine);
    }
  }
}

Samples black(std::size_t count) {
  Samples samples;
  samples.shape = {side, side, 1, Domain::images};
  samples.values.assign(count * side * side, 0.0f);
  samples.classes = {"square", "ellipse", "heart"};
  samples.factors = {"shape", "size", "angle", "x", "y"};
  return samples;
}

std::span<float> picture(Samples& samples, std::size_t i) {
  return std::span(samples.values).subspan(i * side * side, side * side);
}

}  // namespace

Samples make_sprites(std::size_t count, std::uint64_t seed) {
  Samples samples = black(count);
  samples.labels = balanced_labels(count, 3, seed);
  samples.factor_values.reserve(5 * count);
  for (std::size_t i = 0; i < count; ++i) {
    Stream stream(seed, static_cast<std::uint32_t>(i));
    Sprite sprite{};
    sprite.shape = samples.labels[i];
    sprite.size = stream.uniform(4.5, 9);
    sprite.angle = stream.uniform(0, 2 * pi);
    sprite.x = stream.uniform(10, 22);
    sprite.y = stream.uniform(10, 22);
    paint(sprite, picture(samples, i));
    for (const double factor :
         {double(sprite.shape), sprite.size, sprite.angle, sprite.x, sprite.y}) {
      samples.factor_values.push_back(static_cast<float>(factor));
    }
  }
  return samples;
}

Samples paint_sprites(std::span<const float> factor_values) {
  const std::size_t count = factor_values.size() / 5;
  Samples samples = black(count);
  samples.factor_values.assign(factor_values.begin(), factor_values.end());
  for (std::size_t i = 0; i < count; ++i) {
    const float* const v = &factor_values[5 * i];
    const auto number = [v](std::size_t k) { return static_cast<double>(v[k]); };
    samples.labels.push_back(static_cast<std::int32_t>(std::lround(number(0))));
    paint({samples.labels[i], number(1), number(2), number(3), number(4)}, picture(samples, i));
  }
  return samples;
}

}  // namespace lab::data
