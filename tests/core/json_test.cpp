// JSON that would overflow the stack is refused wherever it comes in.
#include <gtest/gtest.h>

#include <cstring>

#include "core/session/experiment.hpp"
#include "core/session/message.hpp"
#include "tests/core/tested_service.hpp"

namespace lab::session {
namespace {

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

// More than any stack bears.
constexpr std::size_t too_deep = 3'000'000;

template <class Work>
std::string refusal(Work work) {
  try {
    work();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

TEST(Json, IsReadToItsLimitsAndNotBeyond) {
  EXPECT_TRUE(read_json(nested(most_json_depth), "It").is_array());
  EXPECT_EQ(refusal([] { (void)read_json("\n " + nested(most_json_depth + 1), "It"); }),
            "It is nested too deep: at line 2, column 34 more than 32 brackets are open.");
  // Brackets in texts open nothing.
  EXPECT_EQ(read_json(R"(["\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["])", "It").size(), 1u);
  EXPECT_EQ(refusal([] { (void)read_json("{\"a\": 1,\n}", "It"); }),
            "It is no JSON: something is wrong at line 2, column 1.");
  EXPECT_NE(refusal([] { (void)read_json("1e999", "It"); }).find("beyond 1.8e308"),
            std::string::npos);
  EXPECT_EQ(refusal([] { (void)read_json(std::string(most_json_bytes + 1, ' '), "It"); }),
            "It is 16 MiB long, but it must be at most 16 MiB.");
}

TEST(Json, DeepSpecificationsAreRefused) {
  for (const std::string& text :
       {nested(too_deep), R"({"data": )" + nested(too_deep) + "}", std::string(too_deep, '[')}) {
    EXPECT_NE(refusal([&] { (void)parse(text); }).find("The specification is nested too deep"),
              std::string::npos);
  }
  EXPECT_NE(refusal([] {
              (void)read_value("data.points", nested(too_deep));
            }).find("'data.points' is nested too deep"),
            std::string::npos);
}

TEST(Json, DeepCommandsAreRefused) {
  TestedSessions sessions;
  sessions.command_text(R"({"do": "load", "spec": )" + nested(too_deep) + "}");
  const auto answer = sessions.take();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->kind(), "error");
  EXPECT_NE(answer->head.at("text").get<std::string>().find("The command is nested too deep"),
            std::string::npos);
  sessions.command_text("play");
  EXPECT_NE(sessions.take()->head.at("text").get<std::string>().find("The command is no JSON"),
            std::string::npos);
}

TEST(Json, DeepHeadsAreRefused) {
  const std::string head = R"({"spec": )" + nested(too_deep) + "}";
  const auto length = static_cast<std::uint32_t>(head.size());
  std::vector<std::uint8_t> message(4 + head.size());
  std::memcpy(message.data(), &length, 4);
  std::memcpy(message.data() + 4, head.data(), head.size());
  EXPECT_NE(refusal([&] { (void)Message::decode(message); }).find("nested too deep"),
            std::string::npos);

  std::vector<std::uint8_t> checkpoint(8 + message.size() + 8);
  std::memcpy(checkpoint.data(), "LABCKPT1", 8);
  std::memcpy(checkpoint.data() + 8, message.data(), message.size());
  std::uint64_t sum = 0xcbf29ce484222325ULL;  // FNV-1a
  for (std::size_t i = 0; i < checkpoint.size() - 8; ++i) {
    sum = (sum ^ checkpoint[i]) * 0x100000001b3ULL;
  }
  std::memcpy(checkpoint.data() + checkpoint.size() - 8, &sum, 8);
  EXPECT_NE(refusal([&] {
              (void)Experiment::restore(checkpoint);
            }).find("This checkpoint's head is nested too deep"),
            std::string::npos);
}

}  // namespace
}  // namespace lab::session
