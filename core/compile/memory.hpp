// Places arena buffers in memory by the time they live, largest first, each at the lowest place
// where nothing that lives at the same time is.
#pragma once

#include "core/compile/program.hpp"

namespace lab {

// Fills in first, last and place of every arena buffer, arena_size and lower_bound.
void place_buffers(Program& program);

}  // namespace lab
