// Measures by name, as JSON.
#pragma once

#include <cmath>
#include <map>
#include <string>

#include "core/session/specification.hpp"

namespace lab::cli {

using Measures = std::map<std::string, double>;

// What is no number becomes null.
inline session::Json as_json(const Measures& measures) {
  session::Json object = session::Json::object();
  for (const auto& [name, value] : measures)
    object[name] = std::isfinite(value) ? session::Json(value) : session::Json();
  return object;
}

}  // namespace lab::cli
