// Experiments that repeat and resume exactly; the service's messages; bad input.
#include <gtest/gtest.h>

#include <cstring>

#include "core/nn/optimiser.hpp"
#include "core/version.hpp"
#include "tests/core/tested_service.hpp"

namespace lab::session {
namespace {

Json small_spec() {
  return {{"data", {{"name", "moons"}, {"train", 256}, {"test", 64}}},
          {"model", {{"width", 8}}},
          {"objective", {{"batch", 32}}},
          {"sampler", {{"chains", 16}}}};
}

TEST(Experiment, SameSpecificationSameNumbers) {
  Experiment a(complete(small_spec())), b(complete(small_spec()));
  a.step(40).get();
  b.step(40).get();
  EXPECT_EQ(a.measure().get(), b.measure().get());
  a.rewind();
  a.step(40).get();
  EXPECT_EQ(a.measure().get(), b.measure().get());
  Json other = small_spec();
  other["seed"] = 2;
  Experiment c(complete(other));
  c.step(40).get();
  EXPECT_NE(a.measure().get(), c.measure().get());
}

TEST(Experiment, ResumedRunContinuesExactly) {
  for (const auto& [rule, settings] : nn::rules()) {
    Json spec = small_spec();
    spec["optimiser"]["name"] = rule;
    Experiment whole(complete(spec));
    whole.step(25).get();
    whole.move_chains(3).get();
    const auto resumed = Experiment::restore(whole.save().get());
    whole.step(25).get();
    resumed->step(25).get();
    EXPECT_EQ(resumed->steps(), 50);
    EXPECT_EQ(whole.measure().get(), resumed->measure().get()) << rule;
    whole.move_chains(2).get();
    resumed->move_chains(2).get();
    EXPECT_EQ(whole.chains().get(), resumed->chains().get());
  }
}

TEST(Experiment, ACheckpointSaysWhichVersionWroteIt) {
  const std::vector<std::uint8_t> bytes = Experiment(complete(small_spec())).save().get();
  std::uint32_t length = 0;
  std::memcpy(&length, bytes.data() + 8, sizeof length);
  const Json head = Json::parse(bytes.data() + 12, bytes.data() + 12 + length);
  EXPECT_EQ(head.at("version"), version());
}

TEST(Experiment, ExecutorsAgreeOnTraining) {
  Experiment cpu(complete(small_spec())), threads(complete(small_spec()), {"cpu", 2}),
      reference(complete(small_spec()), {"reference", 1});
  cpu.step(5).get();
  threads.step(5).get();
  reference.step(5).get();
  const auto a = cpu.measure().get(), b = threads.measure().get(), c = reference.measure().get();
  for (const auto& [name, value] : a) {
    EXPECT_NEAR(value, c.at(name), 2e-4 * (1 + std::abs(value))) << name;
    EXPECT_NEAR(value, b.at(name), 1e-5 * (1 + std::abs(value))) << name;
  }
}

TEST(Experiment, DamagedCheckpointsAreRefused) {
  Experiment experiment(complete(small_spec()));
  std::vector<std::uint8_t> bytes = experiment.save().get();
  for (const std::size_t cut :
       {std::size_t{0}, std::size_t{7}, std::size_t{30}, bytes.size() / 2, bytes.size() - 1}) {
    EXPECT_THROW((void)Experiment::restore(std::span(bytes).first(cut)), std::runtime_error) << cut;
  }
  bytes[bytes.size() / 2] ^= 1;
  EXPECT_THROW((void)Experiment::restore(bytes), std::runtime_error);
}

TEST(Experiment, DivergenceNamesItsStepAndIsUndone) {
  Json spec = small_spec();
  spec["optimiser"] = {{"name", "sgd"}, {"rate", 0.01}};
  Experiment experiment(complete(spec));
  experiment.step(10).get();
  const auto good = experiment.measure().get();
  experiment.set("optimiser.rate", 1e6);
  try {
    experiment.step(500).get();
    FAIL() << "it should have diverged";
  } catch (const Diverged& error) {
    EXPECT_GT(error.step(), 10);
    EXPECT_NE(std::string(error.what()).find(std::to_string(error.step())), std::string::npos);
  }
  experiment.restore_good();
  EXPECT_NEAR(experiment.measure().get().at("objective_test"), good.at("objective_test"), 1e-6);
}

std::vector<Message> all(TestedService& service) {
  std::vector<Message> messages;
  while (auto message = service.take()) messages.push_back(std::move(*message));
  return messages;
}

TEST(Service, TellsWhatItLoadsAndTrains) {
  TestedService service;
  service.command({{"do", "load"}, {"spec", small_spec()}});
  std::vector<Message> messages = all(service);
  ASSERT_EQ(messages.size(), 3u);
  EXPECT_EQ(messages[0].kind(), "loaded");
  EXPECT_EQ(messages[0].shape("data_train"), (std::vector<std::int64_t>{256, 2}));
  EXPECT_EQ(messages[1].kind(), "snapshot");
  EXPECT_EQ(messages[2].kind(), "fields");
  EXPECT_EQ(messages[2].shape("log_truth"), (std::vector<std::int64_t>{96, 96}));

  EXPECT_EQ(service.pump(1), Service::Pulse::idle);
  service.command({{"do", "set"}, {"key", "stop.steps"}, {"value", 30}});
  service.command({{"do", "play"}});
  for (int i = 0; i < 1000 && service.pump(5) != Service::Pulse::idle; ++i) {
    for (Message& message : all(service)) messages.push_back(std::move(message));
  }
  for (Message& message : all(service)) messages.push_back(std::move(message));
  std::int64_t last = 0;
  std::string stopped;
  for (const Message& message : messages) {
    if (message.kind() != "snapshot") continue;
    last = message.head.at("step").get<std::int64_t>();
    stopped = message.head.at("stopped").get<std::string>();
  }
  EXPECT_EQ(last, 30);
  EXPECT_EQ(stopped, "steps");
}

TEST(Service, AnswersMistakesAndKeepsWhatItHas) {
  TestedService service;
  service.command({{"do", "play"}});
  EXPECT_EQ(all(service).front().kind(), "error");
  service.command({{"do", "load"}, {"spec", small_spec()}});
  all(service);
  service.command({{"do", "step"}, {"n", 5}});
  all(service);
  const std::vector<Json> mistakes{{{"do", "nonsense"}},
                                   {{"do", "set"}, {"key", "model.width"}, {"value", -1}},
                                   {{"do", "set"}, {"key", "no.such"}, {"value", 1}},
                                   {{"do", "load"}, {"spec", 3}},
                                   {{"do", "load"}},
                                   {{"do", "fields"}, {"box", {1, 0, 0, 1}}},
                                   {{"do", "restore"}},
                                   {{"do", 5}}};
  for (const Json& mistake : mistakes) {
    service.command(mistake);
    const std::vector<Message> answers = all(service);
    ASSERT_EQ(answers.size(), 1u) << mistake.dump();
    EXPECT_EQ(answers[0].kind(), "error");
    EXPECT_FALSE(answers[0].head.at("text").get<std::string>().empty());
  }
  service.command({{"do", "step"}, {"n", 1}});
  EXPECT_EQ(all(service).front().head.at("step"), 6);
}

TEST(Message, SurvivesTheTripAndRefusesDamage) {
  Message message("fields");
  message.head["n"] = 2;
  message.add("log_model", {2, 2}, {1, 2, 3, 4});
  message.add("empty", {0, 2}, {});
  message.bytes = {9, 8};
  const std::vector<std::uint8_t> encoded = message.encode();
  const Message copy = Message::decode(encoded);
  EXPECT_EQ(copy.kind(), "fields");
  EXPECT_EQ(copy.array("log_model")[3], 4);
  EXPECT_TRUE(copy.has("empty"));
  EXPECT_EQ(copy.bytes, message.bytes);
  for (std::size_t length = 0; length < encoded.size() - 2; ++length) {
    EXPECT_THROW((void)Message::decode(std::span(encoded).first(length)), std::runtime_error)
        << length;
  }
  EXPECT_THROW(message.add("wrong", {3}, {1}), std::invalid_argument);
}

// A lot of steps that was quick for one model may take another minutes.
TEST(Service, TheFirstStepOfAModelIsMadeAlone) {
  TestedService service;
  service.command({{"do", "load"}, {"spec", small_spec()}});
  service.command({{"do", "play"}});
  for (int i = 0; i < 50; ++i) service.pump(1);
  service.command({{"do", "load"}, {"spec", small_spec()}});
  while (service.take()) {
  }
  service.pump(0);
  service.command({{"do", "pause"}});
  std::int64_t step = -1;
  while (const auto message = service.take()) {
    if (message->kind() == "snapshot") step = message->head.at("step").get<std::int64_t>();
  }
  EXPECT_EQ(step, 1);
}

}  // namespace
}  // namespace lab::session
