// Names that stand for something: a name that stands for nothing is an error wherever it is used,
// and never taken for another.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

namespace lab {

// Throws std::invalid_argument: there is no `what` ("coupling law") of that name, and which there
// are.
[[noreturn]] void there_is_no(const char* what, const std::string& name,
                              const std::vector<const char*>& names);

// `name`, one of `names`; or else as above.
std::string one_of(const char* what, std::string name, std::initializer_list<const char*> names);

// The row, in a range of those with a member `name`, that is called so; or else as above.
template <class Rows>
const auto& row_of(const char* what, const std::string& name, const Rows& rows) {
  std::vector<const char*> names;
  for (const auto& row : rows) {
    if (name == row.name) return row;
    names.push_back(row.name);
  }
  there_is_no(what, name, names);
}

}  // namespace lab
