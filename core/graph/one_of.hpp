// Names that stand for something: a name that stands for nothing is an error wherever it is used,
// and never taken for another.
#pragma once

#include <initializer_list>
#include <stdexcept>
#include <string>

namespace lab {

// `name`, one of `names`. Throws std::invalid_argument, a sentence that says what it should name
// ("coupling law") and lists all that would do.
inline std::string one_of(const char* what, std::string name,
                          std::initializer_list<const char*> names) {
  for (const char* each : names) {
    if (name == each) return name;
  }
  std::string sentence = "There is no " + std::string(what) + " '" + name + "'; there are";
  for (const char* each : names)
    sentence += (each == *names.begin() ? " " : ", ") + std::string(each);
  throw std::invalid_argument(sentence + ".");
}

}  // namespace lab
