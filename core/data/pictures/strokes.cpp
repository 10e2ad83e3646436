// Digits as strokes of a pen: smooth curves through a few points each, which are moved a little,
// leaned, turned, scaled, and drawn by their distance from every pixel.
#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <span>

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

struct Digit {
  std::vector<Glyph> ways;      // to write it
  std::vector<double> chances;  // of each way
};

// Strokes that share a point keep sharing it when points are moved.
const std::array<Digit, 10>& digits() {
  static const std::array<Digit, 10> all = {{
      {{{{{0.42, 0.03},
          {0.2, 0.1},
          {0.05, 0.35},
          {0.02, 0.65},
          {0.13, 0.92},
          {0.32, 1},
          {0.53, 0.86},
          {0.63, 0.55},
          {0.6, 0.25},
          {0.46, 0.04},
          {0.28, 0.04}}},
        {{{0.5, 0.08},
          {0.3, 0},
          {0.08, 0.16},
          {0, 0.5},
          {0.1, 0.87},
          {0.36, 1},
          {0.6, 0.85},
          {0.7, 0.48},
          {0.6, 0.14},
          {0.4, 0}}}},
       {0.5, 0.5}},
      {{{{{0.3, 0}, {0.3, 0.33}, {0.3, 0.67}, {0.3, 1}}},
        {{{0.1, 0.24}, {0.22, 0.14}, {0.33, 0}},
         {{0.33, 0}, {0.33, 0.33}, {0.33, 0.67}, {0.33, 1}}}},
       {0.85, 0.15}},
      {{{{{0.06, 0.22},
          {0.17, 0.05},
          {0.38, 0},
          {0.54, 0.14},
          {0.5, 0.4},
          {0.28, 0.72},
          {0.02, 0.98}},
         {{0.02, 0.98}, {0.32, 0.94}, {0.68, 0.96}}},
        {{{0.06, 0.2},
          {0.24, 0.01},
          {0.48, 0.06},
          {0.54, 0.3},
          {0.38, 0.66},
          {0.14, 0.95},
          {0.01, 0.9},
          {0.08, 0.76},
          {0.28, 0.84},
          {0.46, 0.97},
          {0.7, 0.93}}}},
       {0.5, 0.5}},
      {{{{{0.06, 0.12}, {0.26, 0}, {0.5, 0.09}, {0.48, 0.32}, {0.22, 0.46}},
         {{0.22, 0.46}, {0.5, 0.52}, {0.59, 0.73}, {0.43, 0.95}, {0.19, 1}, {0.01, 0.88}}},
        {{{0.04, 0.05}, {0.28, 0.02}, {0.54, 0.03}},
         {{0.54, 0.03}, {0.42, 0.2}, {0.26, 0.4}},
         {{0.26, 0.4}, {0.5, 0.47}, {0.59, 0.7}, {0.44, 0.94}, {0.2, 1}, {0, 0.9}}}},
       {0.88, 0.12}},
      {{{{{0.1, 0.02}, {0.06, 0.24}, {0.06, 0.46}, {0.2, 0.53}, {0.4, 0.51}, {0.56, 0.46}},
         {{0.6, 0}, {0.57, 0.3}, {0.53, 0.65}, {0.51, 1}}},
        {{{0.46, 0}, {0.24, 0.3}, {0.01, 0.6}},
         {{0.01, 0.6}, {0.34, 0.61}, {0.7, 0.57}},
         {{0.46, 0}, {0.46, 0.5}, {0.44, 1}}}},
       {0.7, 0.3}},
      {{{{{0.17, 0.04}, {0.13, 0.22}, {0.1, 0.42}},
         {{0.1, 0.42}, {0.32, 0.38}, {0.54, 0.53}, {0.53, 0.82}, {0.3, 1}, {0.02, 0.93}},
         {{0.17, 0.04}, {0.4, 0.04}, {0.64, 0.01}}},
        {{{0.66, 0.02},
          {0.4, 0.02},
          {0.2, 0.06},
          {0.16, 0.26},
          {0.26, 0.42},
          {0.46, 0.54},
          {0.52, 0.78},
          {0.34, 0.98},
          {0.06, 0.96}}}},
       {0.7, 0.3}},
      {{{{{0.46, 0},
          {0.22, 0.24},
          {0.06, 0.56},
          {0.07, 0.86},
          {0.25, 1},
          {0.48, 0.92},
          {0.53, 0.7},
          {0.38, 0.56},
          {0.2, 0.62},
          {0.08, 0.8}}},
        {{{0.28, 0},
          {0.1, 0.3},
          {0.02, 0.65},
          {0.12, 0.95},
          {0.36, 1},
          {0.54, 0.84},
          {0.47, 0.63},
          {0.27, 0.6},
          {0.09, 0.74}}}},
       {0.6, 0.4}},
      {{{{{0.02, 0.1}, {0.3, 0.06}, {0.62, 0.04}},
         {{0.62, 0.04}, {0.48, 0.3}, {0.36, 0.64}, {0.28, 1}}},
        {{{0.02, 0.08}, {0.3, 0.06}, {0.62, 0.02}},
         {{0.62, 0.02}, {0.47, 0.33}, {0.34, 0.66}, {0.24, 1}},
         {{0.18, 0.55}, {0.38, 0.52}, {0.6, 0.5}}},
        {{{0.03, 0.2},
          {0.04, 0.05},
          {0.3, 0.05},
          {0.52, 0.03},
          {0.58, 0.12},
          {0.47, 0.4},
          {0.37, 0.7},
          {0.32, 1}}}},
       {0.6, 0.15, 0.25}},
      {{{{{0.55, 0.14},
          {0.34, 0},
          {0.12, 0.1},
          {0.14, 0.32},
          {0.36, 0.5},
          {0.54, 0.72},
          {0.44, 0.96},
          {0.2, 0.99},
          {0.06, 0.8},
          {0.2, 0.57},
          {0.44, 0.38},
          {0.57, 0.16}}},
        {{{0.32, 0},
          {0.1, 0.12},
          {0.12, 0.34},
          {0.34, 0.46},
          {0.54, 0.6},
          {0.56, 0.86},
          {0.32, 1},
          {0.08, 0.88},
          {0.1, 0.62},
          {0.34, 0.46},
          {0.54, 0.3},
          {0.52, 0.1},
          {0.32, 0}}}},
       {0.6, 0.4}},
      {{{{{0.54, 0.13},
          {0.36, 0},
          {0.12, 0.1},
          {0.05, 0.32},
          {0.2, 0.46},
          {0.42, 0.36},
          {0.54, 0.13}},
         {{0.54, 0.13}, {0.52, 0.4}, {0.47, 0.7}, {0.43, 1}}},
        {{{0.5, 0.08},
          {0.26, 0},
          {0.06, 0.2},
          {0.14, 0.42},
          {0.36, 0.4},
          {0.53, 0.16},
          {0.54, 0.42},
          {0.5, 0.78},
          {0.32, 1},
          {0.1, 0.96}}}},
       {0.75, 0.25}},
  }};
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
  samples.frame = {side, side, 1, true};
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
