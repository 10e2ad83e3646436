// What a session answers that would else be silence: a live change, a limit that is reached and
// gone past, training that is ruined, changes while a file is awaited.
#include <gtest/gtest.h>

#include "tests/core/tested_service.hpp"

namespace lab::session {
namespace {

Json small_spec() {
  return {{"data", {{"name", "moons"}, {"train", 256}, {"test", 64}}},
          {"model", {{"width", 8}}},
          {"objective", {{"batch", 32}}},
          {"sampler", {{"chains", 16}}}};
}

std::vector<Message> all(TestedService& service) {
  std::vector<Message> messages;
  while (auto message = service.take()) messages.push_back(std::move(*message));
  return messages;
}

Message last_of(const std::vector<Message>& messages, const std::string& kind) {
  for (auto message = messages.rbegin(); message != messages.rend(); ++message) {
    if (message->kind() == kind) return *message;
  }
  for (const Message& message : messages) ADD_FAILURE() << "not " << kind << ": " << message.head;
  return Message(kind);
}

// Trains until it rests or has trained so often; what it said.
std::vector<Message> run(TestedService& service, int pumps = 2000) {
  std::vector<Message> messages;
  for (int i = 0; i < pumps && service.pump(5) != Service::Pulse::idle; ++i) {
    for (Message& message : all(service)) messages.push_back(std::move(message));
  }
  for (Message& message : all(service)) messages.push_back(std::move(message));
  return messages;
}

TEST(Answers, ALiveChangeIsAnsweredWithWhatIsInForce) {
  TestedService service;
  service.command({{"do", "load"}, {"spec", small_spec()}, {"ask", 1}});
  EXPECT_EQ(last_of(all(service), "loaded").head.at("ask"), 1);
  service.command({{"do", "set"}, {"key", "optimiser.rate"}, {"value", 0.02}, {"ask", 2}});
  const Message changed = last_of(all(service), "changed");
  EXPECT_EQ(changed.head.at("ask"), 2);
  EXPECT_EQ(changed.head.at("spec").at("optimiser").at("rate"), 0.02);
  service.command({{"do", "set"}, {"key", "optimiser.rate"}, {"value", -1}, {"ask", 3}});
  const std::vector<Message> refused = all(service);
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_EQ(refused[0].kind(), "error");
  EXPECT_EQ(refused[0].head.at("ask"), 3);
  // Nobody asked for what comes next.
  service.command({{"do", "step"}, {"n", 1}});
  for (const Message& message : all(service)) EXPECT_FALSE(message.head.contains("ask"));
}

TEST(Answers, PlayGoesOnPastALimitThatIsReached) {
  TestedService service;
  Json spec = small_spec();
  spec["stop"]["steps"] = 20;
  service.command({{"do", "load"}, {"spec", spec}});
  service.command({{"do", "play"}});
  Message end = last_of(run(service), "snapshot");
  EXPECT_EQ(end.head.at("stopped"), "steps");
  EXPECT_EQ(end.head.at("step"), 20);
  service.command({{"do", "play"}});
  end = last_of(run(service, 20), "snapshot");
  EXPECT_GT(end.head.at("step"), 20);
  EXPECT_EQ(end.head.at("playing"), true);
  EXPECT_EQ(end.head.at("stopped"), "");
  // A limit that is set anew, and every limit after a rewind, holds again.
  service.command({{"do", "pause"}});
  const auto limit = last_of(all(service), "snapshot").head.at("step").get<std::int64_t>() + 10;
  service.command({{"do", "set"}, {"key", "stop.steps"}, {"value", limit}});
  service.command({{"do", "play"}});
  end = last_of(run(service), "snapshot");
  EXPECT_EQ(end.head.at("step"), limit);
  EXPECT_EQ(end.head.at("stopped"), "steps");
  service.command({{"do", "play"}});
  run(service, 5);
  service.command({{"do", "rewind"}});
  end = last_of(run(service), "snapshot");
  EXPECT_EQ(end.head.at("step"), limit);
}

TEST(Answers, TrainingThatIsRuinedWithoutANaNIsSaid) {
  for (const char* model : {"energy-mlp", "nice", "vae"}) {
    TestedService service;
    Json spec = small_spec();
    spec["model"]["name"] = model;
    spec["optimiser"]["rate"] = 0.01;
    service.command({{"do", "load"}, {"spec", spec}});
    service.command({{"do", "step"}, {"n", 50}});
    EXPECT_EQ(last_of(all(service), "snapshot").head.at("warning"), "") << model;
    service.command({{"do", "set"}, {"key", "optimiser.rate"}, {"value", 1000}});
    std::string warning;
    for (int i = 0; i < 20 && warning.empty(); ++i) {
      service.command({{"do", "step"}, {"n", 1}});
      const std::vector<Message> said = all(service);
      for (const Message& message : said) {
        if (message.kind() == "diverged") warning = "diverged " + message.head.dump();
        if (message.kind() == "snapshot" && warning.empty()) {
          warning = message.head.at("warning").get<std::string>();
        }
      }
    }
    EXPECT_NE(warning.find("1000"), std::string::npos) << model << ": " << warning;
    service.command({{"do", "rewind"}});
    EXPECT_EQ(last_of(all(service), "snapshot").head.at("warning"), "") << model;
  }
}

// One row of sixteen numbers, many times over.
std::vector<std::uint8_t> table() {
  std::string text;
  for (int row = 0; row < 40; ++row) {
    for (int column = 0; column < 16; ++column) {
      text += (column > 0 ? "," : "") + std::to_string((row * 7 + column * 3) % 16);
    }
    text += "\n";
  }
  return {text.begin(), text.end()};
}

TEST(Answers, ChangesWhileAFileIsAwaitedAreOfWhatWaits) {
  Options options;
  options.open = [](const std::string& name) -> std::vector<data::File> {
    throw data::MissingFile(name, "'" + name + "' is not here.");
  };
  TestedService service(options);
  service.command({{"do", "load"}, {"spec", small_spec()}});
  all(service);
  const Json spec = {
      {"data", {{"name", "file"}, {"file", "mine.csv"}, {"train", 32}, {"test", 16}}},
      {"model", {{"name", "vae"}, {"width", 8}, {"decoder", "gaussian"}}},
      {"objective", {{"batch", 16}}}};
  service.command({{"do", "load"}, {"spec", spec}, {"ask", 7}});
  EXPECT_EQ(last_of(all(service), "need").head.at("ask"), 7);
  service.command({{"do", "set"}, {"key", "optimiser.rate"}, {"value", 0.02}, {"ask", 8}});
  service.command({{"do", "set"}, {"key", "model.width"}, {"value", 12}, {"ask", 9}});
  service.command({{"do", "reseed"}});
  for (const Message& message : all(service)) EXPECT_EQ(message.kind(), "need");
  service.command({{"do", "file"}, {"name", "mine.csv"}}, table());
  const Message loaded = last_of(all(service), "loaded");
  const Json& now = loaded.head.at("spec");
  EXPECT_EQ(now.at("data").at("name"), "file");
  EXPECT_EQ(now.at("optimiser").at("rate"), 0.02);
  EXPECT_EQ(now.at("model").at("width"), 12);
  EXPECT_EQ(now.at("seed"), 2);
}

TEST(Answers, AnEditKeepsWhatIsChosenAndLetsTheRestGiveWay) {
  const Json moons = complete({{"data", {{"name", "moons"}}}, {"model", {{"width", 8}}}});
  const Json nice = edited(moons, "model.name", "nice");
  EXPECT_EQ(nice.at("model").at("name"), "nice");
  EXPECT_EQ(nice.at("model").at("width"), 8);
  EXPECT_EQ(nice.at("data").at("name"), "moons");
  EXPECT_EQ(edited(nice, "optimiser.rate", 0.5).at("model").at("name"), "nice");
  EXPECT_THROW((void)edited(moons, "seed", "abc"), SpecificationError);
  EXPECT_THROW((void)edited(moons, "data.radius", 3), SpecificationError);
}

}  // namespace
}  // namespace lab::session
