// Numbers for people: round ticks, and the digits a value deserves.
#pragma once

#include <string>
#include <vector>

namespace lab::plot {

// Multiples of 1, 2 or 5 times a power of ten within [low, high], about `count` of them.
std::vector<double> round_ticks(double low, double high, int count);

// The label of one of some round ticks: as many decimals as the finest of them has, with a true
// minus sign.
std::string tick_label(double value, const std::vector<double>& ticks);

// `digits` significant digits, thousands and millions as 12.3k, 4.56M; "–" where it is no number.
std::string brief(double value, int digits = 4);

// To three significant digits: what a slider gives should be easy to say.
double easy_to_say(double value);

// "± 0.0035": what a value may be off by, two digits; empty where it is not known.
std::string plus_minus(double error);

}  // namespace lab::plot
