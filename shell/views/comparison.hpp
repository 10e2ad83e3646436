// The cells of a comparison: one model's density, samples or curve, drawn so that it can be laid
// beside another's: the same window, colour scale and axes, without ornament of its own.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "shell/plot/heat_map.hpp"
#include "shell/plot/pictures.hpp"
#include "shell/views/plane.hpp"

namespace lab::views {

// What all columns share.
struct Common {
  const plot::Theme& theme;
  const plot::Fonts& fonts;
  bool korean = false;
  plot::Window window;                           // of the plane; fitted into each cell
  double top = 0;                                // of the colour scale, nats
  const Store* truth = nullptr;                  // of a session that knows it
  std::optional<std::array<double, 2>> pointer;  // where it is, whichever column it is over

  const char* text(const words::Text& words) const { return words.in(korean); }
};

struct Cell {
  ImVec2 min, max;
  float width() const { return max.x - min.x; }
  float height() const { return max.y - min.y; }
};

// One model's test log-density over the time it has trained.
struct Course {
  std::string name;
  std::span<const float> seconds, nats;
};

// The highest value of the truth, else of any of the models, in nats.
double common_top(std::span<const Store* const> models, const Store* truth);
// "log_likelihood_test" or, where only a bound is known, "elbo_test".
std::string test_measure(const Store& store);

// A column; it keeps textures. store: nullptr in the column of the truth.
class ComparisonColumn {
 public:
  void density(const Common& common, const Store* store, const Cell& cell, bool scale);
  void difference(const Common& common, const Store* store, const Cell& cell, bool scale);
  void samples(const Common& common, Store* store, const Cell& cell);
  // All courses on the same axes, number `own` before the others. optimum: nats, NaN for none.
  static void learning(const Common& common, const std::vector<Course>& courses, std::size_t own,
                       double optimum, const Cell& cell, bool labelled);

 private:
  struct Field {
    plot::HeatMap map;
    Levels levels, truth_levels;
    // What was drawn: versions of the model and the truth, top, shift, theme.
    std::tuple<std::uint64_t, std::uint64_t, double, double, bool> seen;
    // Whether that is out of date; from now on it is not.
    bool stale(const Common& common, const Store& store, double shift);
  };
  Field density_, difference_;
  plot::Pictures pictures_;
};

// The colour scale of densities as a slim bar, right-aligned in [min, max].
void density_scale(const Common& common, ImVec2 min, ImVec2 max);

// Ticks of the axes of such a cell: of x below it, of y to its left.
void x_ticks(const Common& common, const plot::Window& shown, const Cell& cell);
void y_ticks(const Common& common, const plot::Window& shown, const Cell& cell);
// The common window as a cell shows it: widened to its shape.
plot::Window fitted(const plot::Window& window, const Cell& cell);

}  // namespace lab::views
