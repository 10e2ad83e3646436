// Lines over a common x: charts by step, cross-sections.
#pragma once

#include "shell/views/plane.hpp"

namespace lab::views {

struct Curve {
  std::string name;
  ImU32 colour;
  bool dashed;
  std::span<const float> y;
};

// Where the names of the curves stand.
enum class Words { inside, above };

// Draws the curves over x with axes that fit them; y values that are no number break the line.
// low, high: bounds on the y range that is shown.
void chart(Frame& frame, std::span<const float> x, const std::vector<Curve>& curves,
           const plot::Axes::Labels& labels, double low = -1e30, double high = 1e30,
           Words place = Words::inside);

bool any_number(std::span<const float> values);
// log₁₀ of each, of what has none no number.
std::vector<float> logarithms(std::span<const float> values);
// What the first steps reach from far below would flatten everything after: a lower bound of the
// range that all but the first fifth of a curve lies above.
double settled_floor(std::span<const float> values);

// "x,name…" with a line a value.
std::string curves_csv(const std::string& x_name, std::span<const float> x,
                       const std::vector<std::string>& names,
                       const std::vector<std::span<const float>>& values);

}  // namespace lab::views
