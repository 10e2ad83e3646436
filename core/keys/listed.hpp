// Names in one text, separated by commas.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace lab::keys {

// Without the blanks around them; of an empty text none.
inline std::vector<std::string> listed(const std::string& text) {
  std::vector<std::string> names;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find(',', start), text.size());
    std::string name = text.substr(start, end - start);
    name.erase(0, name.find_first_not_of(' '));
    name.erase(name.find_last_not_of(' ') + 1);
    names.push_back(std::move(name));
    start = end + 1;
  }
  return names;
}

}  // namespace lab::keys
