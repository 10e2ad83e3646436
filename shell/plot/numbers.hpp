// Numbers for people: round ticks, and the digits a value deserves.
#pragma once

#include <string>
#include <vector>

namespace lab::plot {

// Multiples of 1, 2 or 5 times a power of ten within [low, high], about `count` of them.
std::vector<double> round_ticks(double low, double high, int count);

// The label of a tick whose neighbours are `spacing` away: as many decimals as tell them apart,
// with a true minus sign.
std::string tick_label(double value, double spacing);

// `digits` significant digits, thousands and millions as 12.3k, 4.56M; "–" where it is no number.
std::string brief(double value, int digits = 4);

}  // namespace lab::plot
