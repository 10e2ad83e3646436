#include "shell/plot/contour.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <unordered_map>

namespace lab::plot {

namespace {

// A crossing is known by the grid edge it lies on: 2·(row·n + column), plus 1 for the edge down.
using Edge = std::int32_t;

struct Crossing {
  GridPoint at;
  std::array<Edge, 2> next{-1, -1};
  bool used = false;
};

class Tracer {
 public:
  Tracer(std::span<const float> values, int n, float level)
      : values_(values), n_(n), level_(level) {}

  std::vector<Polyline> run() {
    for (int row = 0; row + 1 < n_; ++row) {
      for (int column = 0; column + 1 < n_; ++column) cell(row, column);
    }
    std::vector<Polyline> lines;
    // Open lines first, from their ends; what is left are loops.
    for (auto& [edge, crossing] : crossings_) {
      if (!crossing.used && crossing.next[1] < 0) lines.push_back(follow(edge));
    }
    for (auto& [edge, crossing] : crossings_) {
      if (crossing.used) continue;
      lines.push_back(follow(edge));
      lines.back().push_back(lines.back().front());
    }
    return lines;
  }

 private:
  float value(int row, int column) const {
    return values_[static_cast<std::size_t>(row * n_ + column)] - level_;
  }
  Edge across(int row, int column) const { return 2 * (row * n_ + column); }
  Edge down(int row, int column) const { return 2 * (row * n_ + column) + 1; }

  void cell(int row, int column) {
    const float a = value(row, column), b = value(row, column + 1);
    const float c = value(row + 1, column + 1), d = value(row + 1, column);
    if (!std::isfinite(a + b + c + d)) return;
    const int corners = (a > 0) | ((b > 0) << 1) | ((c > 0) << 2) | ((d > 0) << 3);
    const Edge top = across(row, column), bottom = across(row + 1, column);
    const Edge left = down(row, column), right = down(row, column + 1);
    const auto place = [&](Edge edge) {
      auto& crossing = crossings_[edge];
      const auto x = static_cast<float>(column), y = static_cast<float>(row);
      if (edge == top) crossing.at = {x + a / (a - b), y};
      if (edge == bottom) crossing.at = {x + d / (d - c), y + 1};
      if (edge == left) crossing.at = {x, y + a / (a - d)};
      if (edge == right) crossing.at = {x + 1, y + b / (b - c)};
    };
    const auto join = [&](Edge from, Edge to) {
      place(from);
      place(to);
      link(from, to);
      link(to, from);
    };
    switch (corners) {
      case 1:
      case 14: return join(left, top);
      case 2:
      case 13: return join(top, right);
      case 3:
      case 12: return join(left, right);
      case 4:
      case 11: return join(right, bottom);
      case 6:
      case 9: return join(top, bottom);
      case 7:
      case 8: return join(left, bottom);
      case 5:
      case 10: {
        // A saddle: its middle says which corners belong together.
        const bool joined = (a + b + c + d > 0) == (corners == 5);
        join(left, joined ? bottom : top);
        join(joined ? top : bottom, right);
        return;
      }
      default: return;
    }
  }

  void link(Edge from, Edge to) {
    auto& next = crossings_[from].next;
    (next[0] < 0 ? next[0] : next[1]) = to;
  }

  Polyline follow(Edge edge) {
    Polyline line;
    while (edge >= 0) {
      Crossing& crossing = crossings_.at(edge);
      crossing.used = true;
      line.push_back(crossing.at);
      edge = -1;
      for (const Edge next : crossing.next) {
        if (next >= 0 && !crossings_.at(next).used) edge = next;
      }
    }
    return line;
  }

  std::span<const float> values_;
  int n_;
  float level_;
  std::unordered_map<Edge, Crossing> crossings_;
};

}  // namespace

std::vector<Polyline> level_lines(std::span<const float> values, int n, float level) {
  // A field that has not come yet, or that there is none of.
  if (values.empty()) return {};
  return Tracer(values, n, level).run();
}

}  // namespace lab::plot
