#include "core/models/ability.hpp"

#include <algorithm>

namespace lab::models {

namespace {

Extent row_count(const Axes& axes, Value value) {
  const auto found = std::find(axes.begin(), axes.end(), Axis::row);
  return found == axes.end() ? 0 : value.extent(static_cast<std::size_t>(found - axes.begin()));
}

}  // namespace

const Output* Ability::output(std::string_view wanted) const {
  const auto found = std::find_if(outputs.begin(), outputs.end(),
                                  [&](const Output& output) { return output.name == wanted; });
  return found == outputs.end() ? nullptr : &*found;
}

Extent Ability::rows() const {
  for (const Input& input : inputs) {
    if (const Extent rows = row_count(input.axes, input.variable)) return rows;
  }
  for (const Output& output : outputs) {
    if (const Extent rows = row_count(output.axes, output.value)) return rows;
  }
  return 0;
}

Procedure Ability::procedure() const {
  Procedure made{name, {}, updates};
  for (const Output& output : outputs) made.outputs.push_back(output.value);
  return made;
}

}  // namespace lab::models
