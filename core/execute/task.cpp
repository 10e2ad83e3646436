#include "core/execute/task.hpp"

#include <stdexcept>

namespace lab::detail {

void Promise::unhandled_exception() { failure = std::current_exception(); }

void Promise::rethrow() {
  if (failure) std::rethrow_exception(failure);
}

void fail_unfinished() { throw std::logic_error("A task that still waits has no result."); }

}  // namespace lab::detail
