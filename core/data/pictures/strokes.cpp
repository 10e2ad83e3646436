// Digits as strokes of a pen: smooth curves through a few points each, which are moved a little,
// leaned, turned, scaled, and drawn by their distance from every pixel.
#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/pictures.hpp"
#include "core/data/pictures/balance.hpp"
#include "core/data/random.hpp"

namespace lab::data {

namespace {

constexpr std::size_t side = 28;

struct Point {
  double x, y;
  bool operator==(const Point&) const = default;
};

using Stroke = std::vector<Point>;  // curves through these points; y points down, a digit is 1 high
using Glyph = std::vector<Stroke>;

// Ways to write the digits: points x y in hundredths, a comma between points, a semicolon between
// strokes. Strokes that share a point keep sharing it when points are moved.
struct Way {
  int digit;
  double chance;  // among the ways to write this digit
  std::string_view strokes;
};

constexpr Way ways[] = {
    {0, 0.5, "42 3, 20 10, 5 35, 2 65, 13 92, 32 100, 53 86, 63 55, 60 25, 46 4, 28 4"},
    {0, 0.5, "50 8, 30 0, 8 16, 0 50, 10 87, 36 100, 60 85, 70 48, 60 14, 40 0"},
    {1, 0.85, "30 0, 30 33, 30 67, 30 100"},
    {1, 0.15,
     "10 24, 22 14, 33 0; "
     "33 0, 33 33, 33 67, 33 100"},
    {2, 0.5,
     "6 22, 17 5, 38 0, 54 14, 50 40, 28 72, 2 98; "
     "2 98, 32 94, 68 96"},
    {2, 0.5, "6 20, 24 1, 48 6, 54 30, 38 66, 14 95, 1 90, 8 76, 28 84, 46 97, 70 93"},
    {3, 0.88,
     "6 12, 26 0, 50 9, 48 32, 22 46; "
     "22 46, 50 52, 59 73, 43 95, 19 100, 1 88"},
    {3, 0.12,
     "4 5, 28 2, 54 3; "
     "54 3, 42 20, 26 40; "
     "26 40, 50 47, 59 70, 44 94, 20 100, 0 90"},
    {4, 0.7,
     "10 2, 6 24, 6 46, 20 53, 40 51, 56 46; "
     "60 0, 57 30, 53 65, 51 100"},
    {4, 0.3,
     "46 0, 24 30, 1 60; "
     "1 60, 34 61, 70 57; "
     "46 0, 46 50, 44 100"},
    {5, 0.7,
     "17 4, 13 22, 10 42; "
     "10 42, 32 38, 54 53, 53 82, 30 100, 2 93; "
     "17 4, 40 4, 64 1"},
    {5, 0.3, "66 2, 40 2, 20 6, 16 26, 26 42, 46 54, 52 78, 34 98, 6 96"},
    {6, 0.6, "46 0, 22 24, 6 56, 7 86, 25 100, 48 92, 53 70, 38 56, 20 62, 8 80"},
    {6, 0.4, "28 0, 10 30, 2 65, 12 95, 36 100, 54 84, 47 63, 27 60, 9 74"},
    {7, 0.6,
     "2 10, 30 6, 62 4; "
     "62 4, 48 30, 36 64, 28 100"},
    {7, 0.15,
     "2 8, 30 6, 62 2; "
     "62 2, 47 33, 34 66, 24 100; "
     "18 55, 38 52, 60 50"},
    {7, 0.25, "3 20, 4 5, 30 5, 52 3, 58 12, 47 40, 37 70, 32 100"},
    {8, 0.6, "55 14, 34 0, 12 10, 14 32, 36 50, 54 72, 44 96, 20 99, 6 80, 20 57, 44 38, 57 16"},
    {8, 0.4,
     "32 0, 10 12, 12 34, 34 46, 54 60, 56 86, 32 100, 8 88, 10 62, 34 46, 54 30, 52 10, "
     "32 0"},
    {9, 0.75,
     "54 13, 36 0, 12 10, 5 32, 20 46, 42 36, 54 13; "
     "54 13, 52 40, 47 70, 43 100"},
    {9, 0.25, "50 8, 26 0, 6 20, 14 42, 36 40, 53 16, 54 42, 50 78, 32 100, 10 96"},
};

struct Digit {
  std::vector<Glyph> ways;
  std::vector<double> chances;
};

Glyph read(std::string_view strokes) {
  Glyph glyph(1);
  std::vector<double> numbers;
  for (std::size_t at = 0; at <= strokes.size(); ++at) {
    const char each = at < strokes.size() ? strokes[at] : ';';
    if (each >= '0' && each <= '9') {
      const bool more = at > 0 && strokes[at - 1] >= '0' && strokes[at - 1] <= '9';
      if (!more) numbers.push_back(0);
      numbers.back() = 10 * numbers.back() + (each - '0');
    } else if (each == ',' || each == ';') {
      glyph.back().push_back({numbers[0] / 100, numbers[1] / 100});
      numbers.clear();
      if (each == ';' && at < strokes.size()) glyph.emplace_back();
    }
  }
  return glyph;
}

const std::array<Digit, 10>& digits() {
  static const std::array<Digit, 10> all = [] {
    std::array<Digit, 10> read_digits;
    for (const Way& way : ways) {
      Digit& digit = read_digits[static_cast<std::size_t>(way.digit)];
      digit.ways.push_back(read(way.strokes));
      digit.chances.push_back(way.chance);
    }
    return read_digits;
  }();
  return all;
}

// Points of the curve through `points` (Catmull and Rom): cubic pieces, `steps` lines each.
void flatten(std::span<const Point> points, std::size_t steps, std::vector<Point>& path) {
  const std::size_t last = points.size() - 1;
  path.push_back(points[0]);
  for (std::size_t i = 0; i < last; ++i) {
    const Point& b = points[i];
    const Point& c = points[i + 1];
    // Beyond the ends the curve goes on as a parabola would; a loop goes on round.
    const bool loop = points[0] == points[last];
    const Point a = i > 0      ? points[i - 1]
                    : loop     ? points[last - 1]
                    : last > 1 ? Point{2.5 * b.x - 2 * c.x + 0.5 * points[2].x,
                                       2.5 * b.y - 2 * c.y + 0.5 * points[2].y}
                               : b;
    const Point d = i + 2 <= last ? points[i + 2]
                    : loop        ? points[1]
                    : last > 1    ? Point{2.5 * c.x - 2 * b.x + 0.5 * points[last - 2].x,
                                       2.5 * c.y - 2 * b.y + 0.5 * points[last - 2].y}
                                  : c;
    for (std::size_t k = 1; k <= steps; ++k) {
      const double t = static_cast<double>(k) / static_cast<double>(steps);
      const auto along = [t](double p, double q, double r, double s) {
        return q + 0.5 * t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p)));
      };
      path.push_back({along(a.x, b.x, c.x, d.x), along(a.y, b.y, c.y, d.y)});
    }
  }
}

struct Line {
  Point from, to;
};

struct Drawn {
  double slant, thickness, size;
};

// Half where the pen's edge is; soft over a pixel or so, as a scanned pen's.
float ink(double distance, double radius) {
  constexpr double soft = 1.35;
  const double t = std::clamp(0.5 + (radius - distance) / soft, 0.0, 1.0);
  return static_cast<float>(t * t * (3 - 2 * t));
}

void draw(std::span<const Line> lines, double radius, std::span<float> pixels) {
  constexpr float far = 1e9f;
  std::array<float, side * side> nearest;  // squared distances
  nearest.fill(far);
  const double reach = radius + 0.7;
  const auto from = [&](double low) {
    return static_cast<std::size_t>(std::clamp(std::floor(low - reach), 0.0, side - 1.0));
  };
  const auto to = [&](double high) {
    return static_cast<std::size_t>(std::clamp(std::ceil(high + reach), 0.0, double{side}));
  };
  for (const auto& [a, b] : lines) {
    const double dx = b.x - a.x, dy = b.y - a.y;
    const double scale = 1 / std::max(dx * dx + dy * dy, 1e-12);
    const std::size_t x0 = from(std::min(a.x, b.x)), x1 = to(std::max(a.x, b.x));
    const std::size_t y0 = from(std::min(a.y, b.y)), y1 = to(std::max(a.y, b.y));
    for (std::size_t y = y0; y < y1; ++y) {
      for (std::size_t x = x0; x < x1; ++x) {
        const double px = static_cast<double>(x) + 0.5 - a.x;
        const double py = static_cast<double>(y) + 0.5 - a.y;
        const double t = std::clamp((px * dx + py * dy) * scale, 0.0, 1.0);
        const double ex = px - t * dx, ey = py - t * dy;
        float& square = nearest[y * side + x];
        square = std::min(square, static_cast<float>(ex * ex + ey * ey));
      }
    }
  }
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    pixels[i] = nearest[i] < far ? ink(std::sqrt(nearest[i]), radius) : 0.0f;
  }
}

Drawn write(const Digit& digit, Stream& stream, std::span<float> pixels) {
  double chance = stream.uniform();
  std::size_t way = 0;
  while (way + 1 < digit.ways.size() && chance > digit.chances[way]) chance -= digit.chances[way++];
  const Glyph& glyph = digit.ways[way];

  // The hand: lean, turn, height, width, pen.
  const double shear = std::clamp(0.16 + 0.2 * stream.normal(), -0.4, 0.75);
  const double turn = std::clamp(0.07 * stream.normal(), -0.2, 0.2);
  const double width = stream.uniform(0.85, 1.4);
  const double thickness = std::clamp(2.25 * std::exp(0.22 * stream.normal()), 1.1, 3.8);
  const double wanted = stream.uniform(17, 20.5);
  const double radius = thickness / 2;
  // A slow wave over the whole digit, and a jump of every point.
  const double bend_x = 0.05 * stream.normal(), bend_y = 0.035 * stream.normal();
  const double phase_x = stream.uniform(0, 6.283), phase_y = stream.uniform(0, 6.283);

  std::vector<Point> before, after, path, points;
  std::vector<Line> lines;
  const double cos = std::cos(turn), sin = std::sin(turn);
  for (const Stroke& stroke : glyph) {
    points.clear();
    for (const Point& point : stroke) {
      const auto known = std::find(before.begin(), before.end(), point);
      if (known != before.end()) {
        points.push_back(after[static_cast<std::size_t>(known - before.begin())]);
        continue;
      }
      double x = point.x + 0.028 * stream.normal() + bend_x * std::sin(4 * point.y + phase_x);
      double y = point.y + 0.024 * stream.normal() + bend_y * std::sin(5 * point.x + phase_y);
      x = width * x + shear * (0.5 - y);
      before.push_back(point);
      after.push_back({cos * x - sin * y, sin * x + cos * y});
      points.push_back(after.back());
    }
    path.clear();
    flatten(points, 4, path);
    for (std::size_t i = 1; i < path.size(); ++i) lines.push_back({path[i - 1], path[i]});
  }

  // Into the frame: so high, but not wider than 20 pixels; then its centre of mass near the middle.
  double x0 = 1e9, x1 = -1e9, y0 = 1e9, y1 = -1e9, mass = 0, mx = 0, my = 0;
  for (const auto& [a, b] : lines) {
    x0 = std::min({x0, a.x, b.x});
    x1 = std::max({x1, a.x, b.x});
    y0 = std::min({y0, a.y, b.y});
    y1 = std::max({y1, a.y, b.y});
    const double length = std::hypot(b.x - a.x, b.y - a.y);
    mass += length;
    mx += length * (a.x + b.x) / 2;
    my += length * (a.y + b.y) / 2;
  }
  const double scale =
      std::min((wanted - thickness) / (y1 - y0), (20.5 - thickness) / std::max(x1 - x0, 1e-6));
  const auto place = [&](double low, double high, double middle) {
    const double edge = radius + 1.25;
    const double wish = side / 2.0 + 0.5 * stream.normal() - scale * middle;
    return std::clamp(wish, edge - scale * low, side - edge - scale * high);
  };
  const double left = place(x0, x1, mx / mass), top = place(y0, y1, my / mass);
  for (Line& line : lines) {
    line = {{left + scale * line.from.x, top + scale * line.from.y},
            {left + scale * line.to.x, top + scale * line.to.y}};
  }
  draw(lines, radius, pixels);
  return {(shear * cos + sin) / (cos - shear * sin), thickness, scale * (y1 - y0) + thickness};
}

}  // namespace

Samples make_strokes(std::size_t count, std::uint64_t seed) {
  Samples samples;
  samples.shape = {side, side, 1, Domain::images};
  samples.values.resize(count * side * side);
  samples.labels = balanced_labels(count, 10, seed);
  for (int digit = 0; digit < 10; ++digit) samples.classes.push_back(std::to_string(digit));
  samples.factors = {"slant", "thickness", "size"};
  samples.factor_values.reserve(3 * count);
  for (std::size_t i = 0; i < count; ++i) {
    Stream stream(seed, static_cast<std::uint32_t>(i));
    const Digit& digit = digits()[static_cast<std::size_t>(samples.labels[i])];
    const Drawn drawn =
        write(digit, stream, std::span(samples.values).subspan(i * side * side, side * side));
    for (const double factor : {drawn.slant, drawn.thickness, drawn.size}) {
      samples.factor_values.push_back(static_cast<float>(factor));
    }
  }
  return samples;
}

}  // namespace lab::data
