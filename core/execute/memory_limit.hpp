// Sizes are worked out before memory is asked for, so that what is too large is refused by a
// sentence that says how large.
#pragma once

#include <stdexcept>
#include <string>

namespace lab {

class OutOfMemory : public std::runtime_error {
  using runtime_error::runtime_error;
};

// Bytes that this program may hold: the machine's memory, or what a container or a limit of the
// process leaves of it; in WebAssembly what its heap may grow to.
double memory_limit();

// "12.3 GB".
std::string in_bytes(double bytes);

// Throws OutOfMemory, "WHAT would need 98 GB of memory, but there are 16 GB.", where it is more
// than memory_limit().
void require_memory(double bytes, const std::string& what);

}  // namespace lab
