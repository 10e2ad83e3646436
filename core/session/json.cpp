#include "core/session/json.hpp"

namespace lab::session {

namespace {

std::string place_of(std::string_view text, std::size_t byte) {
  std::size_t line = 1, column = 1;
  for (std::size_t i = 0; i < byte && i < text.size(); ++i) {
    column = text[i] == '\n' ? 1 : column + 1;
    line += text[i] == '\n';
  }
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

}  // namespace

void require_readable(std::string_view text, const std::string& what) {
  if (text.size() > most_json_bytes) {
    throw JsonError(what + " is " + std::to_string(text.size() >> 20) +
                    " MiB long, but it must be at most " + std::to_string(most_json_bytes >> 20) +
                    " MiB.");
  }
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '\\') ++i;
    else if (c == '"') quoted = !quoted;
    else if (quoted) continue;
    else if ((c == ']' || c == '}') && depth > 0) --depth;
    else if ((c == '[' || c == '{') && ++depth > most_json_depth) {
      throw JsonError(what + " is nested too deep: at " + place_of(text, i) + " more than " +
                      std::to_string(most_json_depth) + " brackets are open.");
    }
  }
}

Json read_json(std::string_view text, const std::string& what) {
  require_readable(text, what);
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    throw JsonError(what + " is no JSON: something is wrong at " +
                    place_of(text, error.byte > 0 ? error.byte - 1 : 0) + ".");
  } catch (const Json::out_of_range&) {
    throw JsonError(what +
                    " is no JSON that can be read: it holds a number beyond 1.8e308, the largest "
                    "there is.");
  }
}

}  // namespace lab::session
