// Labels as a condition of a model (model.condition).
#pragma once

#include <vector>

#include "core/graph/graph.hpp"

namespace lab::models {

// Numbers of classes (…) → (…, count), 1 at the class.
Value one_hot(Value classes, std::size_t count);

// What stands for "any" in an input that names a class.
inline constexpr float any_class = -1;

// Classes (R, 1): those that are wanted (R, 1), in place of any one drawn by u (R, 1), uniform in
// (0, 1), each as often as its share.
Value wanted_or_drawn(Value wanted, Value u, const std::vector<double>& shares);

}  // namespace lab::models
