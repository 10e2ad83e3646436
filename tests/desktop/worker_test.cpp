// Sessions on a thread of their own, trained by several more, while commands come in.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <thread>

#include "shell/desktop/worker.hpp"

namespace lab::desktop {
namespace {

using session::Json;
using std::chrono::steady_clock;

Json small_spec() {
  return {{"data", {{"name", "moons"}, {"train", 256}, {"test", 64}}},
          {"model", {{"width", 8}}},
          {"objective", {{"batch", 32}}},
          {"sampler", {{"chains", 16}}}};
}

TEST(Worker, TrainsSessionsSideBySideWhileItIsSpokenTo) {
  std::atomic<int> woken = 0;
  Worker worker({"cpu", 2}, [&woken] { ++woken; });
  for (const int session : {0, 1}) {
    worker.send({{"do", "load"}, {"session", session}, {"spec", small_spec()}});
    worker.send({{"do", "play"}, {"session", session}});
  }
  std::map<std::size_t, std::int64_t> steps;
  double rate = 1e-3;
  const auto end = steady_clock::now() + std::chrono::seconds(60);
  const auto trained = [&] { return steps[0] >= 60 && steps[1] >= 60; };
  while (!trained() && steady_clock::now() < end) {
    if (const auto message = worker.take()) {
      ASSERT_NE(message->kind(), "error") << message->head.dump();
      auto& seen = steps[message->head.value("session", std::size_t{0})];
      seen = std::max(seen, message->head.value("step", std::int64_t{0}));
      worker.send({{"do", "set"}, {"key", "optimiser.rate"}, {"value", rate *= 0.999}});
    } else {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  EXPECT_TRUE(trained()) << steps[0] << " and " << steps[1] << " steps";
  EXPECT_GT(woken, 0);
  // It ends in the middle of its work.
}

}  // namespace
}  // namespace lab::desktop
