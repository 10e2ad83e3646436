// Sessions on the executor that is tested. LAB_DELAYED=1 lab_tests runs every test of sessions on
// one that answers later; a command and a pump are then followed by polls until what was asked is
// done.
#pragma once

#include <cstdlib>

#include "core/session/sessions.hpp"
#include "tests/core/delayed_executor.hpp"

namespace lab::session {

inline Options tested(Options options = {}) {
  if (std::getenv("LAB_DELAYED")) {
    options.make = [](std::string_view, Graph& graph, int) -> std::unique_ptr<Executor> {
      return std::make_unique<DelayedExecutor>(graph);
    };
  }
  return options;
}

template <class S>
class Tested : public S {
 public:
  explicit Tested(Options options = {}) : S(tested(std::move(options))) {}

  void command(Json command, std::span<const std::uint8_t> bytes = {}) {
    S::command(std::move(command), bytes);
    settle();
  }
  typename S::Pulse pump(double budget) {
    const auto pulse = S::pump(budget);
    settle();
    return pulse;
  }

 protected:
  void settle() {
    while (S::waits()) S::pump(0);
  }
};

using TestedService = Tested<Service>;

class TestedSessions : public Tested<Sessions> {
 public:
  using Tested::Tested;

  void command_text(std::string_view text, std::span<const std::uint8_t> bytes = {}) {
    Sessions::command_text(text, bytes);
    settle();
  }
};

}  // namespace lab::session
