#include "shell/plot/numbers.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace lab::plot {

namespace {

std::string with_minus(const char* text) {
  return text[0] == '-' ? std::string("−") + (text + 1) : std::string(text);
}

}  // namespace

double easy_to_say(double value) {
  if (value == 0 || !std::isfinite(value)) return value;
  const double unit = std::pow(10.0, std::floor(std::log10(std::abs(value))) - 2);
  return std::round(value / unit) * unit;
}

std::vector<double> round_ticks(double low, double high, int count) {
  std::vector<double> ticks;
  if (!(high > low) || count < 1 || !std::isfinite(high - low)) return ticks;
  const double rough = (high - low) / count;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  const double fraction = rough / power;
  const double step = power * (fraction < 1.5 ? 1 : fraction < 3.5 ? 2 : fraction < 7.5 ? 5 : 10);
  for (double k = std::ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; ++k) {
    ticks.push_back(k == 0 ? 0 : k * step);
  }
  return ticks;
}

std::string tick_label(double value, const std::vector<double>& ticks) {
  char text[32];
  const double size = std::abs(value);
  double largest = 0;
  for (const double tick : ticks) largest = std::max(largest, std::abs(tick));
  const auto has = [&](double unit) {
    return std::ranges::all_of(ticks, [&](double tick) {
      return std::abs(std::remainder(tick, unit)) < 1e-6 * std::max(unit, 1e-3 * largest);
    });
  };
  if (size >= 1e4 && has(100)) return brief(value, 3);
  int decimals = 0;
  while (decimals < 8 && !has(std::pow(10.0, -decimals))) ++decimals;
  // What rounds to 0 has no sign.
  const bool zero = size < 0.5 * std::pow(10.0, -decimals);
  std::snprintf(text, sizeof text, "%.*f", decimals, zero ? 0.0 : value);
  return with_minus(text);
}

std::string brief(double value, int digits) {
  if (!std::isfinite(value)) return value > 0 ? "∞" : value < 0 ? "−∞" : "–";
  char text[40];
  const double size = std::abs(value);
  if (size >= 1e6) {
    std::snprintf(text, sizeof text, "%.*fM", std::max(0, digits - 2), value / 1e6);
  } else if (size >= 1e4) {
    std::snprintf(text, sizeof text, "%.1fk", value / 1e3);
  } else if (size != 0 && size < 1e-4) {
    std::snprintf(text, sizeof text, "%.*e", std::max(0, digits - 2), value);
  } else {
    const int whole = size < 1 ? 0 : static_cast<int>(std::floor(std::log10(size))) + 1;
    const bool exact = value == std::floor(value) && size < 1e4;
    std::snprintf(text, sizeof text, "%.*f", exact ? 0 : std::max(0, digits - whole), value);
  }
  return with_minus(text);
}

std::string plus_minus(double error) {
  if (!std::isfinite(error)) return {};
  if (error < 1e-4) return "± <0.0001";
  char digits[32];
  std::snprintf(digits, sizeof digits, "%.2g", error);
  return std::string("± ") + digits;
}

}  // namespace lab::plot
