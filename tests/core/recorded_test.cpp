// What the lessons compute, bit by bit: recorded before a change that is to change nothing, and
// compared after it. LAB_RECORDED=FILE lab_tests --gtest_filter='Recorded.*' writes FILE where it
// is not there, and compares with it where it is. The bits are those of one machine, compiler and
// number of threads.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "core/session/experiment.hpp"
#include "tests/core/tested_service.hpp"

namespace lab::session {
namespace {

constexpr int steps = 200, measured_every = 20;
constexpr std::uint64_t pictured_after = 20;

std::string hexadecimal(std::uint64_t bits) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(bits));
  return text;
}

// FNV-1a.
std::string hash_of(std::span<const float> values) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const float value : values) {
    hash = (hash ^ std::bit_cast<std::uint32_t>(value)) * 0x100000001b3;
  }
  return hexadecimal(hash);
}

std::map<std::string, Json> lessons() {
  std::map<std::string, Json> result;
  for (const auto& entry : std::filesystem::directory_iterator(LAB_ASSETS "/lessons")) {
    const Json spec = Json::parse(std::ifstream(entry.path() / "spec.json"));
    const std::string data = spec.at("data").at("name");
    if (spec.contains("compare") || data == "file" || data == "mnist" || data == "frey") continue;
    result[entry.path().filename()] = spec;
  }
  return result;
}

// Every measure, as its bits, after every few steps.
Json measures_of(const Json& spec) {
  Json result = Json::array();
  Experiment experiment(complete(spec));
  for (int step = 0; step <= steps; step += measured_every) {
    if (step > 0) experiment.step(measured_every).get();
    Json row;
    for (const auto& [name, value] : experiment.measure().get()) {
      row[name] = hexadecimal(std::bit_cast<std::uint64_t>(value));
    }
    result.push_back(row);
  }
  return result;
}

// The arrays of every view after a few steps, by name: their shape and a hash of their bits.
Json arrays_of(const Json& spec) {
  Json result;
  TestedService service;
  const auto take_all = [&] {
    bool stepped = false;
    while (const auto message = service.take()) {
      EXPECT_NE(message->kind(), "error") << message->head;
      stepped |= message->kind() == "snapshot" && message->head.at("step") == pictured_after;
      if (!message->head.contains("arrays")) continue;
      for (const Json& array : message->head.at("arrays")) {
        const std::string name = array.at("name");
        // Rows of it are spaced by the clock.
        if (name == "history") continue;
        result[name] = {{"shape", array.at("shape")}, {"hash", hash_of(message->array(name))}};
      }
    }
    return stepped;
  };
  service.command({{"do", "load"}, {"spec", spec}});
  service.command({{"do", "want"}, {"views", fitting(*find_key("views"), complete(spec))}});
  service.command({{"do", "fields"}, {"box", {-4, 4, -4, 4}}, {"n", 24}});
  service.command({{"do", "cross"}, {"from", {-4, 0}}, {"to", {4, 0}}, {"n", 50}});
  service.command({{"do", "step"}, {"n", pictured_after}});
  for (int i = 0; i < 1000 && !take_all(); ++i) service.pump(1);
  return result;
}

TEST(Recorded, TheLessonsComputeWhatTheyDid) {
  const char* const path = std::getenv("LAB_RECORDED");
  if (!path) GTEST_SKIP() << "LAB_RECORDED names no file to write or to compare with";
  Json now;
  for (const auto& [name, spec] : lessons()) {
    now[name] = {{"measures", measures_of(spec)}, {"arrays", arrays_of(spec)}};
  }
  if (!std::filesystem::exists(path)) {
    std::ofstream(path) << now.dump(1) << "\n";
    return;
  }
  const Json before = Json::parse(std::ifstream(path));
  EXPECT_EQ(now.size(), before.size());
  for (const auto& [name, lesson] : before.items()) {
    const Json& again = now.value(name, Json::object());
    for (std::size_t i = 0; i < lesson.at("measures").size(); ++i) {
      for (const auto& [measure, bits] : lesson.at("measures").at(i).items()) {
        EXPECT_EQ(again.at("measures").at(i).value(measure, ""), bits)
            << name << ", " << measure << " after step " << i * measured_every;
      }
    }
    for (const auto& [array, what] : lesson.at("arrays").items()) {
      EXPECT_EQ(again.at("arrays").value(array, Json()), what) << name << ", " << array;
    }
  }
}

}  // namespace
}  // namespace lab::session
