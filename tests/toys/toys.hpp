// What is known of the toys beside this, for the test that compares them with it.
#pragma once

#include <imgui.h>

#include <cmath>
#include <cstddef>
#include <numbers>

namespace lab::toys {

// data.cpp: N(0, Σ) with these deviations and correlation.
inline constexpr double deviation_x = 1.2, deviation_y = 0.7, correlation = 0.8;

// Nats: ln(2πe σx σy √(1−ρ²)).
inline double entropy() {
  return std::log(2 * std::numbers::pi * std::numbers::e * deviation_x * deviation_y) +
         0.5 * std::log(1 - correlation * correlation);
}

// What the two coordinates say of each other, in nats: −½ ln(1−ρ²). Of all Gaussians without
// correlations the nearest to the data, which has its means and variances, is so far from it.
inline double mutual_information() { return -0.5 * std::log(1 - correlation * correlation); }

// view.cpp: how many bars it draws, and their colour.
inline constexpr std::size_t ranked = 40;
inline constexpr ImU32 bar = IM_COL32(1, 2, 3, 255);

}  // namespace lab::toys
