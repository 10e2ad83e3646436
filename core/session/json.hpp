// The one way in which JSON comes in: links, files, commands, messages, heads of checkpoints.
//
// What works through a value (printing, merging, checking) calls itself once for each bracket that
// it is inside of, so a text is refused before a value is made of it where they are nested deeper
// than anything here has use for.
#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace lab::session {

using Json = nlohmann::json;

inline constexpr std::size_t most_json_depth = 32;
inline constexpr std::size_t most_json_bytes = std::size_t{16} << 20;

class JsonError : public std::runtime_error {
  using runtime_error::runtime_error;
};

// The value of `text`. Throws JsonError, a sentence that begins with `what` ("The specification")
// and names the line and column.
Json read_json(std::string_view text, const std::string& what);

// The same without a sentence: nothing where it is no JSON.
std::optional<Json> json_of(std::string_view text);

// Throws JsonError where `text`, whether or not it is JSON, is too long or nested too deep.
void require_readable(std::string_view text, const std::string& what);

}  // namespace lab::session
