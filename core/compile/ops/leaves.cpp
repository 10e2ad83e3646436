// Leaves are memory that is there; the gradient is stopped when the program is simplified.
#include "core/compile/lowering.hpp"

namespace lab::ops {

const Lowering constant_lowering{}, variable_lowering{}, iota_lowering{}, stop_gradient_lowering{};

}  // namespace lab::ops
