#if defined(__wasm__)

#include "core/execute/cpu/vector_math.hpp"

namespace lab::vector_math {

const Constants constants;

}  // namespace lab::vector_math

#endif
