// The version of the lab, as CMakeLists.txt has it: "0.5.0".
#pragma once

namespace lab {

const char* version();

}  // namespace lab
