// One cartoon face, seen from the front or turned, with a look on it: an ellipsoid lit from a side,
// and features painted where its longitude and latitude put them.
#include <algorithm>
#include <cmath>

#include "core/data/pictures.hpp"
#include "core/data/random.hpp"

namespace lab::data {

namespace {

constexpr std::size_t rows = 28, columns = 20;

// 1 inside (distance ≪ 0), 0 outside, soft over `width`.
double edge(double distance, double width) {
  const double t = std::clamp(0.5 - distance / width, 0.0, 1.0);
  return t * t * (3 - 2 * t);
}

double length(double x, double y) { return std::sqrt(x * x + y * y); }

double mix(double a, double b, double t) { return a + (b - a) * t; }

struct Face {
  double yaw, tilt, mouth, eyes, light;
};

// A place on the head, seen from the front: x, y in the head's half widths, and how much of the
// breadth there turns away.
struct Place {
  double x, y, breadth;
};

class Painter {
 public:
  explicit Painter(const Face& face)
      : face_(face), cos_(std::cos(face.tilt)), sin_(std::sin(face.tilt)) {
    const double azimuth = 0.9 * face.light;
    light_x_ = 0.9 * std::sin(azimuth);
    light_z_ = 0.9 * std::cos(azimuth);
    for (const int side : {-1, 1}) {
      eyes_[side > 0] = place(0.42 * side, -0.1);
      brows_[side > 0] = place(0.44 * side, -0.36);
    }
    nose_ = place(0, 0.18);
    mouth_ = place(0, 0.56);
  }

  // Brightness at x, y in pixels.
  double at(double x, double y) const {
    // About the neck the head tilts; half widths of 7.4 and 10.6 pixels.
    const double from_x = x - 10, from_y = y - 22;
    const double u = (cos_ * from_x + sin_ * from_y - 2.0 * face_.yaw) / 7.4;
    const double v = (cos_ * from_y - sin_ * from_x + 9) / 10.6;

    double value = 0.55 + 0.05 * (y - 14) / 14;
    // Neck and shoulders stay.
    const double neck = edge(std::abs(x - 10) - 3.2, 1.2) * edge(20 - y, 2);
    value = mix(value, 0.42, neck);
    const double slope = 25.2 + 0.035 * (x - 10) * (x - 10);
    value = mix(value, 0.22, edge(slope - y, 1.4));

    const double square = u * u + v * v;
    if (square > 1.5) return value;
    const double depth = std::sqrt(std::max(0.0, 1 - square));
    const double lit = std::max(0.0, light_x_ * u - 0.25 * v + light_z_ * depth);
    double skin = 0.38 + 0.48 * lit;

    // The nose: a bright ridge, its shadow on the side away from the light.
    const double ridge = edge(length((u - nose_.x) / 0.11, (v - 0.08) / 0.28) - 1, 1.2);
    skin += 0.1 * ridge;
    const double shade = u - nose_.x + 0.17 * face_.light;
    skin -= 0.17 * edge(length(shade / 0.13, (v - 0.24) / 0.12) - 1, 1);

    for (const int side : {0, 1}) {
      if (v < -0.7 || v > 0.25) break;
      const Place& eye = eyes_[side];
      const double ex = (u - eye.x) / (0.2 * eye.breadth), ey = v - eye.y;
      const double open = 0.025 + 0.1 * face_.eyes;
      const double lid = length(ex, ey / open);
      const double white = edge((lid - 1) * open, 0.1) * std::min(1.0, 0.25 + face_.eyes);
      skin = mix(skin, 0.9, 0.8 * white);
      const double pupil = edge(length(ex * 0.2, ey) - 0.085, 0.1) * edge((lid - 1) * open, 0.08);
      skin = mix(skin, 0.04, pupil * face_.eyes);
      // The lashes: a dark line that comes down as the eye closes.
      const double line = ey + open * (1 - 0.4 * ex * ex) - (1 - face_.eyes) * 0.05;
      skin = mix(skin, 0.14, 0.8 * edge(std::abs(line) - 0.03, 0.1) * edge(std::abs(ex) - 1, 0.5));
      const Place& brow = brows_[side];
      const double bx = (u - brow.x) / (0.25 * brow.breadth);
      const double arch = v - brow.y - 0.06 * bx * bx + 0.03 * face_.eyes;
      skin = mix(skin, 0.2, 0.75 * edge(std::abs(arch) - 0.035, 0.1) * edge(std::abs(bx) - 1, 0.5));
    }

    // Lips along a parabola, whose ends rise with a smile; teeth and dark between them.
    const double half = (0.36 + 0.08 * face_.mouth) * mouth_.breadth;
    const double mx = (u - mouth_.x) / half;
    const double bow = v - mouth_.y - 0.15 * face_.mouth * (0.45 - mx * mx);
    const double gap = 0.17 * std::max(0.0, face_.mouth - 0.15) * std::max(0.0, 1 - mx * mx);
    const double across = edge(std::abs(mx) - 1, 0.35);
    skin = mix(skin, 0.2, 0.85 * across * edge(std::abs(bow) - gap - 0.035, 0.09));
    skin = mix(
        skin, 0.95,
        across * edge(std::abs(bow + 0.3 * gap) - 0.6 * gap + 0.02, 0.06) * std::min(1.0, 8 * gap));

    // Hair: above a line that turns with the head, and down the sides.
    const double line = -0.56 + 0.5 * (u - 0.55 * face_.yaw) * (u - 0.55 * face_.yaw) * 0.6;
    const double hair =
        std::max(edge(v - line, 0.14), edge(0.9 - std::abs(u), 0.12) * edge(v + 0.05, 0.2));
    skin = mix(skin, 0.1 + 0.16 * lit, hair);
    const double hull = v < 0 ? std::sqrt(square) - 1.06 : std::sqrt(square) - 1;
    return mix(value, skin, edge(hull, 0.13));
  }

 private:
  Place place(double longitude, double latitude) const {
    const double around = std::sqrt(1 - latitude * latitude);
    const double angle = longitude / around + face_.yaw;
    return {around * std::sin(angle), latitude, std::max(0.25, std::cos(angle))};
  }

  Face face_;
  double cos_, sin_, light_x_, light_z_;
  Place eyes_[2], brows_[2], nose_, mouth_;
};

void paint(const Face& face, std::vector<float>& pixels) {
  const Painter painter(face);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      // Four points a pixel.
      double value = 0;
      for (const double dy : {0.25, 0.75}) {
        for (const double dx : {0.25, 0.75}) {
          value += painter.at(static_cast<double>(column) + dx, static_cast<double>(row) + dy) / 4;
        }
      }
      pixels.push_back(static_cast<float>(std::clamp(value, 0.0, 1.0)));
    }
  }
}

// No faces yet, and room for so many.
Samples room_for(std::size_t count) {
  Samples samples;
  samples.shape = {rows, columns, 1, Domain::images};
  samples.values.reserve(count * rows * columns);
  samples.factors = {"yaw", "tilt", "mouth", "eyes", "light"};
  return samples;
}

}  // namespace

Samples make_faces(std::size_t count, std::uint64_t seed) {
  Samples samples = room_for(count);
  samples.factor_values.reserve(5 * count);
  for (std::size_t i = 0; i < count; ++i) {
    Stream stream(seed, static_cast<std::uint32_t>(i));
    Face face{};
    face.yaw = stream.uniform(-0.6, 0.6);
    face.tilt = stream.uniform(-0.22, 0.22);
    face.mouth = stream.uniform(-1, 1);
    face.eyes = stream.uniform();
    face.light = stream.uniform(-1, 1);
    paint(face, samples.values);
    for (const double factor : {face.yaw, face.tilt, face.mouth, face.eyes, face.light}) {
      samples.factor_values.push_back(static_cast<float>(factor));
    }
  }
  return samples;
}

Samples paint_faces(std::span<const float> factor_values) {
  const std::size_t count = factor_values.size() / 5;
  Samples samples = room_for(count);
  samples.factor_values.assign(factor_values.begin(), factor_values.end());
  for (std::size_t i = 0; i < count; ++i) {
    const float* const v = &factor_values[5 * i];
    const auto number = [v](std::size_t k) { return static_cast<double>(v[k]); };
    paint({number(0), number(1), number(2), number(3), number(4)}, samples.values);
  }
  return samples;
}

}  // namespace lab::data
