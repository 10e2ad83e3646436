// An option's check: a finite number in [low, high]. CLI::Range lets NaN pass.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace lab::cli {

inline CLI::Validator number_between(double low, double high) {
  char range[64];
  std::snprintf(range, sizeof range, "a number from %g to %g", low, high);
  const std::string wanted = range;
  return {[=](std::string& text) {
            char* end = nullptr;
            const double value = std::strtod(text.c_str(), &end);
            const bool sound = end != text.c_str() && *end == '\0' && value >= low && value <= high;
            return sound ? std::string() : "'" + text + "' is not " + wanted;
          },
          wanted};
}

}  // namespace lab::cli
