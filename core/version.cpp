#include "core/version.hpp"

namespace lab {

const char* version() { return LAB_VERSION; }

}  // namespace lab
