#include "core/session/json.hpp"

#include <vector>

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

// Makes the value of what the parser says. The library's own maker comes with a second one, for
// who wants to be asked about each value: a hundredth of what the page downloads.
class Maker {
 public:
  Json value;
  std::size_t failed_at = 0;
  bool number_too_large = false;

  bool null() { return put(nullptr); }
  bool boolean(bool given) { return put(given); }
  bool number_integer(Json::number_integer_t given) { return put(given); }
  bool number_unsigned(Json::number_unsigned_t given) { return put(given); }
  bool number_float(Json::number_float_t given, const std::string&) { return put(given); }
  bool string(std::string& given) { return put(std::move(given)); }
  bool binary(Json::binary_t&) { return false; }
  bool start_object(std::size_t) { return open(Json::object()); }
  bool start_array(std::size_t) { return open(Json::array()); }
  bool key(std::string& name) {
    key_ = std::move(name);
    return true;
  }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  template <class Error>
  bool parse_error(std::size_t at, const std::string&, const Error& error) {
    constexpr int out_of_range = 406;
    failed_at = at;
    number_too_large = error.id == out_of_range;
    return false;
  }

 private:
  Json* add(Json&& given) {
    if (inside_.empty()) return &(value = std::move(given));
    Json& whole = *inside_.back();
    if (whole.is_object()) return &(whole[key_] = std::move(given));
    whole.push_back(std::move(given));
    return &whole.back();
  }
  bool put(Json&& given) {
    add(std::move(given));
    return true;
  }
  bool open(Json&& given) {
    inside_.push_back(add(std::move(given)));
    return true;
  }
  bool close() {
    inside_.pop_back();
    return true;
  }

  std::vector<Json*> inside_;  // the arrays and objects that are open
  std::string key_;
};

}  // namespace

std::optional<Json> json_of(std::string_view text) {
  Maker maker;
  if (!Json::sax_parse(text.begin(), text.end(), &maker)) return {};
  return std::move(maker.value);
}

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
  Maker maker;
  if (Json::sax_parse(text.begin(), text.end(), &maker)) return std::move(maker.value);
  if (maker.number_too_large) {
    throw JsonError(what +
                    " is no JSON that can be read: it holds a number beyond 1.8e308, the largest "
                    "there is.");
  }
  throw JsonError(what + " is no JSON: something is wrong at " +
                  place_of(text, maker.failed_at > 0 ? maker.failed_at - 1 : 0) + ".");
}

}  // namespace lab::session
