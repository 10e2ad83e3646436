#include "core/graph/one_of.hpp"

#include <stdexcept>

namespace lab {

void there_is_no(const char* what, const std::string& name, const std::vector<const char*>& names) {
  std::string sentence = "There is no " + std::string(what) + " '" + name + "'; there are";
  const char* before = " ";
  for (const char* each : names) {
    sentence += before + std::string(each);
    before = ", ";
  }
  throw std::invalid_argument(sentence + ".");
}

std::string one_of(const char* what, std::string name, std::initializer_list<const char*> names) {
  for (const char* each : names) {
    if (name == each) return name;
  }
  there_is_no(what, name, names);
}

}  // namespace lab
