// Several sessions behind one screen: fair shares of time, messages that say whose they are; and
// the documents of comparisons.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "core/session/comparison.hpp"
#include "tests/core/tested_service.hpp"

namespace lab::session {
namespace {

// Serves as Sessions does, by a clock of its own: a slice is overrun by whole steps.
std::vector<double> served(const std::vector<double>& step_costs, int calls, Shares& shares,
                           double budget = 12) {
  std::vector<double> had(step_costs.size(), 0);
  for (int call = 0; call < calls; ++call) {
    const auto turn = shares.turn(budget / static_cast<double>(shares.count()));
    EXPECT_FALSE(turn.empty());
    for (const std::size_t who : turn) {
      double taken = 0;
      while (taken < budget / static_cast<double>(turn.size())) taken += step_costs[who];
      shares.charge(who, taken);
      had[who] += taken;
    }
  }
  return had;
}

TEST(Shares, ACheapAndADearExperimentGetTheSameTime) {
  for (const std::vector<double>& costs :
       {std::vector<double>{0.05, 40}, {3, 3.5}, {0.2, 7, 90}, {150, 0.1, 1, 20}}) {
    Shares shares;
    for (std::size_t who = 0; who < costs.size(); ++who) shares.join(who);
    const std::vector<double> had = served(costs, 2000, shares);
    for (const double each : had) EXPECT_NEAR(each / had[0], 1, 0.05);
  }
}

TEST(Shares, WhoComesLateIsOwedNothing) {
  Shares shares;
  shares.join(0);
  (void)served({1}, 500, shares);
  shares.join(1);
  const std::vector<double> had = served({1, 1}, 100, shares);
  EXPECT_NEAR(had[1] / had[0], 1, 0.1);
  shares.leave(0);
  EXPECT_EQ(shares.count(), 1u);
  EXPECT_EQ(shares.turn(4), std::vector<std::size_t>{1});
}

Json small_spec(int width) {
  return {{"data", {{"name", "moons"}, {"train", 256}, {"test", 64}}},
          {"model", {{"name", "gaussian"}}},
          {"objective", {{"batch", width}}},
          {"sampler", {{"chains", 16}}}};
}

std::vector<Message> all(TestedSessions& sessions) {
  std::vector<Message> messages;
  while (auto message = sessions.take()) messages.push_back(std::move(*message));
  return messages;
}

std::size_t session_of(const Message& message) {
  return message.head.value("session", std::size_t{0});
}

TEST(Sessions, MessagesSayWhoseTheyAre) {
  TestedSessions sessions;
  EXPECT_EQ(sessions.pump(1), Sessions::Pulse::idle);
  sessions.command({{"do", "load"}, {"spec", small_spec(32)}});
  for (const Message& message : all(sessions)) EXPECT_FALSE(message.head.contains("session"));
  sessions.command({{"do", "load"}, {"spec", small_spec(64)}, {"session", 2}});
  std::vector<Message> messages = all(sessions);
  ASSERT_FALSE(messages.empty());
  EXPECT_EQ(messages.front().kind(), "loaded");
  EXPECT_EQ(messages.front().head.at("spec").at("objective").at("batch"), 64);
  for (const Message& message : messages) EXPECT_EQ(session_of(message), 2u);

  sessions.command({{"do", "step"}, {"n", 3}});
  sessions.command({{"do", "step"}, {"n", 7}, {"session", 2}});
  std::map<std::size_t, std::int64_t> steps;
  for (const Message& message : all(sessions)) {
    if (message.kind() == "snapshot")
      steps[session_of(message)] = message.head.at("step").get<std::int64_t>();
  }
  EXPECT_EQ(steps[0], 3);
  EXPECT_EQ(steps[2], 7);
  EXPECT_EQ(sessions.pump(1), Sessions::Pulse::idle);
}

TEST(Sessions, AllThatPlayTrain) {
  TestedSessions sessions;
  for (const int session : {0, 1, 3}) {
    sessions.command({{"do", "load"}, {"spec", small_spec(32)}, {"session", session}});
    sessions.command(
        {{"do", "set"}, {"key", "stop.steps"}, {"value", 20 + session}, {"session", session}});
    sessions.command({{"do", "play"}, {"session", session}});
  }
  std::map<std::size_t, std::int64_t> steps;
  for (int i = 0; i < 5000 && sessions.pump(2) != Sessions::Pulse::idle; ++i) {
    for (const Message& message : all(sessions)) {
      if (message.kind() == "snapshot")
        steps[session_of(message)] = message.head.at("step").get<std::int64_t>();
    }
  }
  EXPECT_EQ(steps, (std::map<std::size_t, std::int64_t>{{0, 20}, {1, 21}, {3, 23}}));
}

TEST(Sessions, MistakesAreToldToWhoMadeThem) {
  TestedSessions sessions;
  const auto only_error = [&](const Json& command) {
    sessions.command(command);
    const std::vector<Message> messages = all(sessions);
    EXPECT_EQ(messages.size(), 1u) << command.dump();
    if (messages.empty()) return std::pair<std::size_t, std::string>{99, ""};
    EXPECT_EQ(messages[0].kind(), "error");
    return std::pair{session_of(messages[0]), messages[0].head.at("text").get<std::string>()};
  };
  EXPECT_EQ(only_error({{"do", "play"}, {"session", 1}}).first, 1u);
  EXPECT_NE(only_error({{"do", "load"}, {"session", 4}}).second.find("0 to 3"), std::string::npos);
  EXPECT_EQ(only_error({{"do", "load"}, {"session", "one"}}).first, 0u);
  EXPECT_EQ(only_error({{"do", "load"}, {"spec", 3}, {"session", 2}}).first, 2u);
  EXPECT_EQ(only_error({{"do", "play"}}).first, 0u);
  EXPECT_EQ(only_error(5).first, 0u);
  EXPECT_EQ(only_error({{"do", "file"}}).first, 0u);
}

TEST(Sessions, AClosedSessionIsGoneAndItsPlaceIsFree) {
  TestedSessions sessions;
  sessions.command({{"do", "load"}, {"spec", small_spec(32)}, {"session", 1}});
  sessions.command({{"do", "play"}, {"session", 1}});
  sessions.command({{"do", "close"}, {"session", 1}});
  EXPECT_TRUE(all(sessions).empty());
  EXPECT_EQ(sessions.pump(1), Sessions::Pulse::idle);
  sessions.command({{"do", "close"}, {"session", 1}});
  sessions.command({{"do", "load"}, {"spec", small_spec(16)}, {"session", 1}});
  EXPECT_EQ(all(sessions).front().kind(), "loaded");
}

TEST(Sessions, FilesGoToAllAlsoToLaterOnes) {
  Options options;
  options.open = [](const std::string& name) -> std::vector<data::File> {
    throw data::MissingFile(name, "not here");
  };
  TestedSessions sessions(options);
  const Json spec = {{"data", {{"name", "file"}, {"file", "own.csv"}, {"train", 30}, {"test", 16}}},
                     {"model", {{"name", "vae"}, {"width", 8}, {"decoder", "gaussian"}}},
                     {"objective", {{"batch", 8}}}};
  sessions.command({{"do", "load"}, {"spec", spec}, {"session", 1}});
  EXPECT_EQ(all(sessions).front().kind(), "need");
  std::string rows;
  for (int i = 0; i < 50; ++i) {
    rows += std::to_string(i) + "," + std::to_string(i % 7) + "," + std::to_string(i % 5) + "\n";
  }
  sessions.command({{"do", "file"}, {"name", "own.csv"}},
                   {reinterpret_cast<const std::uint8_t*>(rows.data()), rows.size()});
  EXPECT_EQ(session_of(all(sessions).front()), 1u);
  sessions.command({{"do", "load"}, {"spec", spec}, {"session", 2}});
  EXPECT_EQ(all(sessions).front().kind(), "loaded");
}

// ---------------------------------------------------------------- comparisons

Json document() {
  return {{"title", "both"},
          {"data", {{"name", "moons"}, {"noise", 0.2}}},
          {"compare",
           {{{"model", {{"name", "vae"}, {"width", 16}}}},
            {{"model", {{"name", "energy-mlp"}, {"width", 8}}}}}}};
}

TEST(Comparison, IsCompletedAndComesBackFromItsLink) {
  EXPECT_TRUE(is_comparison(document()));
  EXPECT_FALSE(is_comparison(Json::object()));
  const Comparison comparison = complete_comparison(document());
  ASSERT_EQ(comparison.members.size(), 2u);
  for (const Json& member : comparison.members) {
    EXPECT_EQ(member.at("data").at("noise"), 0.2);
    EXPECT_EQ(member, complete(member));
  }
  const Comparison again = complete_comparison(compact(comparison));
  EXPECT_EQ(again.members, comparison.members);
  EXPECT_EQ(again.views, comparison.views);
  EXPECT_EQ(again.title, "both");
}

TEST(Comparison, AMistakeSaysWhereItIs) {
  const auto sentence = [](const std::function<void(Json&)>& spoil) {
    Json spoilt = document();
    spoil(spoilt);
    try {
      (void)complete_comparison(spoilt);
    } catch (const SpecificationError& error) {
      return error.key() + " | " + error.what();
    }
    return std::string("no error");
  };
  const auto expect = [&](const std::function<void(Json&)>& spoil, const char* key,
                          const char* words) {
    const std::string said = sentence(spoil);
    EXPECT_EQ(said.rfind(std::string(key) + " | ", 0), 0u) << said;
    EXPECT_NE(said.find(words), std::string::npos) << said;
  };
  expect([](Json& d) { d["compare"] = 3; }, "compare", "must be an array");
  expect([](Json& d) { d["compare"] = Json::array(); }, "compare", "1 to 4");
  expect(
      [](Json& d) {
        for (int i = 0; i < 3; ++i) d["compare"].push_back(d["compare"][0]);
      },
      "compare", "holds 5");
  expect([](Json& d) { d["compare"][1]["model"]["widht"] = 3; }, "compare[1].model.widht",
         "In model 2 of the comparison: There is no key 'model.widht'");
  expect([](Json& d) { d["compare"][0] = 7; }, "compare[0]", "model 1");
  expect([](Json& d) { d["compare"][0]["data"] = Json::object(); }, "compare[0].data",
         "data of its own");
  expect([](Json& d) { d["model"] = Json::object(); }, "model", "no key 'model'");
  expect([](Json& d) { d["data"] = "moons"; }, "data", "must be an object");
  expect([](Json& d) { d["views"] = {"manifold"}; }, "views", "log-density");
  expect([](Json& d) { d["views"] = 5; }, "views", "log-density");
  expect([](Json& d) { d["data"]["name"] = "digits8"; }, "compare[1].model.name", "model 2");
}

TEST(Comparison, EveryUsualModelIsSound) {
  for (const std::string& name : find_key("data.name")->choices) {
    if (name == "file") continue;
    Json data{{"name", name}};
    EXPECT_GE(fitting_models(data).size(), 2u) << name;
    for (const std::string& model : fitting_models(data)) {
      EXPECT_EQ(usual_member(model, data).at("model").at("name"), model);
    }
  }
  EXPECT_THROW((void)usual_member("ring", {{"name", "digits8"}}), SpecificationError);
}

TEST(Comparison, StartsFromAnExperimentAndFollowsItsData) {
  Comparison comparison = comparison_of(complete({{"data", {{"name", "ring"}, {"radius", 1.5}}},
                                                  {"model", {{"name", "vae"}, {"width", 24}}}}));
  EXPECT_EQ(comparison.members.front().at("model").at("width"), 24);
  EXPECT_EQ(comparison.data.at("radius"), 1.5);
  EXPECT_EQ(comparison.members.size(), 3u);
  std::set<std::string> models;
  for (const Json& member : comparison.members)
    models.insert(member.at("model").at("name").get<std::string>());
  EXPECT_EQ(models.size(), comparison.members.size());
  EXPECT_EQ(complete_comparison(compact(comparison)).members, comparison.members);

  // Energies of the plane have no say about pictures.
  comparison = with_data(comparison, {{"name", "digits8"}});
  for (const Json& member : comparison.members) {
    EXPECT_NE(member.at("model").at("name"), "energy-mlp");
    EXPECT_EQ(member.at("data").at("dequantise"), "auto");
  }
  EXPECT_EQ(complete_comparison(compact(comparison)).members, comparison.members);
  comparison = with_data(comparison, {{"name", "moons"}});
  EXPECT_EQ(comparison.views, (std::vector<std::string>{"log-density", "samples"}));
  EXPECT_GE(comparison.members.size(), 2u);
}

}  // namespace
}  // namespace lab::session
