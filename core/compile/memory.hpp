// Places arena buffers in memory by the time they live, largest first, each at the lowest place
// where nothing that lives at the same time is.
#pragma once

#include "core/compile/program.hpp"

namespace lab {

// Fills in first, last and place of every arena buffer, arena_size and lower_bound.
void place_buffers(Program& program);

// Calls visit(view, writes) for every view of a kernel.
template <class Visit>
void for_each_view(const Kernel& kernel, Visit visit) {
  for (const View& load : kernel.producer.loads) visit(load, false);
  for (const View& load : kernel.expression.loads) visit(load, false);
  if (kernel.a.buffer >= 0) visit(kernel.a, false);
  if (kernel.b.buffer >= 0) visit(kernel.b, false);
  if (kernel.result.buffer >= 0) visit(kernel.result, true);
  for (const auto& store : kernel.expression.stores) visit(store.to, true);
}

}  // namespace lab
