// Words from files, which may hold any bytes.
#include "core/data/load/format.hpp"

namespace lab::data::format {

std::string printable(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = [&](std::size_t i) {
      return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
    };
    const unsigned first = byte(at);
    const std::size_t length = first < 0x80                    ? 1
                               : first >= 0xC2 && first < 0xE0 ? 2
                               : first >= 0xE0 && first < 0xF0 ? 3
                               : first >= 0xF0 && first < 0xF5 ? 4
                                                               : 0;
    bool sound = length > 0 && first >= 0x20 && first != 0x7F;
    for (std::size_t i = 1; i < length; ++i) sound = sound && (byte(at + i) & 0xC0) == 0x80;
    // Forms that are too long, surrogates, and what lies beyond the last character.
    const unsigned second = byte(at + 1);
    if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
        (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) {
      sound = false;
    }
    result += sound ? text.substr(at, length) : "?";
    at += sound ? length : 1;
  }
  return result;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& each : result) {
    if (each >= 'A' && each <= 'Z') each = static_cast<char>(each - 'A' + 'a');
  }
  return result;
}

}  // namespace lab::data::format
