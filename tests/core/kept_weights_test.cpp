// What a page relies on that keeps weights in case the engine stops: a checkpoint says whose it is
// and of which step, and another session goes on from it and from what was changed since.
#include <gtest/gtest.h>

#include "tests/core/tested_service.hpp"

namespace lab::session {
namespace {

Json spec() {
  return {{"data", {{"name", "moons"}, {"train", 256}, {"test", 64}}},
          {"model", {{"name", "gaussian"}}},
          {"sampler", {{"chains", 16}}}};
}

std::vector<Message> of_kind(TestedSessions& sessions, const std::string& kind) {
  std::vector<Message> found;
  while (auto message = sessions.take()) {
    EXPECT_NE(message->kind(), "error") << message->head.dump();
    if (message->kind() == kind) found.push_back(std::move(*message));
  }
  return found;
}

TEST(KeptWeights, AreToldFromThoseThatAPersonSaves) {
  TestedSessions sessions;
  sessions.command({{"do", "load"}, {"spec", spec()}, {"session", 2}});
  sessions.command({{"do", "step"}, {"n", 7}, {"session", 2}});
  sessions.command({{"do", "save"}, {"tag", 41}, {"session", 2}});
  sessions.command({{"do", "save"}, {"session", 2}});
  const auto saved = of_kind(sessions, "checkpoint");
  ASSERT_EQ(saved.size(), 2u);
  EXPECT_EQ(saved[0].head.at("tag"), 41);
  EXPECT_EQ(saved[0].head.at("session"), 2);
  EXPECT_EQ(saved[0].head.at("step"), 7);
  EXPECT_FALSE(saved[1].head.contains("tag"));
  EXPECT_EQ(saved[0].bytes, saved[1].bytes);
}

TEST(KeptWeights, AreGoneOnFromInAnotherEngine) {
  TestedSessions first;
  first.command({{"do", "load"}, {"spec", spec()}});
  first.command({{"do", "step"}, {"n", 7}});
  first.command({{"do", "save"}, {"tag", 1}});
  const auto saved = of_kind(first, "checkpoint");
  ASSERT_EQ(saved.size(), 1u);

  TestedSessions second;
  second.command({{"do", "restore"}, {"session", 0}}, saved[0].bytes);
  second.command({{"do", "set"}, {"key", "optimiser.rate"}, {"value", 0.02}});
  second.command({{"do", "speed"}, {"steps_per_second", 0}});
  second.command({{"do", "play"}});
  const auto before = of_kind(second, "snapshot");
  ASSERT_FALSE(before.empty());
  EXPECT_EQ(before.front().head.at("step"), 7);
  for (int slice = 0; slice < 100; ++slice) second.pump(5);
  const auto snapshots = of_kind(second, "snapshot");
  ASSERT_FALSE(snapshots.empty());
  EXPECT_GT(snapshots.back().head.at("step"), 7);
  EXPECT_EQ(snapshots.back().head.at("playing"), true);
}

}  // namespace
}  // namespace lab::session
