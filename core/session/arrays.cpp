#include "core/session/arrays.hpp"

#include <algorithm>
#include <stdexcept>

namespace lab::session {

Array& Arrays::add(std::string name) { return list_.emplace_back(std::move(name), Array{}).second; }

bool Arrays::has(std::string_view name) const {
  return std::any_of(list_.begin(), list_.end(),
                     [&](const auto& each) { return each.first == name; });
}

const Array& Arrays::at(std::string_view name) const {
  const auto found = std::find_if(list_.begin(), list_.end(),
                                  [&](const auto& each) { return each.first == name; });
  if (found == list_.end()) {
    throw std::invalid_argument("There is no array '" + std::string(name) + "' here.");
  }
  return found->second;
}

std::vector<float> Arrays::take(std::string_view name) {
  return std::move(const_cast<Array&>(at(name)).values);
}

}  // namespace lab::session
