// From every kind of experiment to every other, as a person goes: the front end and its sessions in
// one thread, frames built but not shown. What was asked of one model is on its way when the next
// is loaded, and views of both are looked at. Under the sanitizers, where a pair takes a second,
// each is followed by two others; as released, by all.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <set>

#include "core/data/rows.hpp"
#include "core/session/comparison.hpp"
#include "tests/shell/lab_without_window.hpp"

namespace lab {
namespace {

using session::Json;

// Small, whatever its lesson says.
Json small(Json spec) {
  spec = session::complete(spec);
  const std::map<std::string, Json> sizes{{"data.train", 150},    {"data.test", 60},
                                          {"model.width", 8},     {"objective.batch", 16},
                                          {"sampler.chains", 16}, {"objective.samples", 2}};
  for (const auto& [key, value] : sizes) {
    if (session::find(spec, key)) session::assign(spec, key, value);
  }
  return session::complete(session::compact(spec));
}

std::set<std::string> views_of(const Json& spec) {
  const auto views = session::fitting(*session::find_key("views"), spec);
  return {views.begin(), views.end()};
}

// One experiment of each kind: what is in the lessons, and what is not.
std::map<std::string, Json> kinds() {
  std::vector<Json> specs;
  for (const auto& folder : std::filesystem::directory_iterator(LAB_ASSETS "/lessons")) {
    std::ifstream file(folder.path() / "spec.json");
    Json spec = Json::parse(file);
    spec.erase("title");
    if (!session::is_comparison(spec)) specs.push_back(spec);
  }
  const auto add = [&](const char* text) { specs.push_back(Json::parse(text)); };
  add(R"({"data": {"name": "points", "points": [[0, 0], [1, 1], [2, 0], [1, -1], [0, 2]]}})");
  add(R"({"data": {"name": "file", "file": "rows.csv", "scale": "standard"},
          "model": {"name": "vae", "decoder": "gaussian"}})");
  add(R"({"data": {"name": "file", "file": "rows.csv", "scale": "standard"}, "model": {"name": "nice"}})");
  add(R"({"data": {"name": "digits8", "binarise": "stochastic"}, "model": {"name": "vae"}})");
  add(R"({"data": {"name": "digits8", "binarise": "stochastic"},
          "model": {"name": "ar", "architecture": "gated-pixelcnn", "depth": 1}})");
  add(R"({"data": {"name": "sprites"}, "model": {"name": "nice", "whitening": "zca"}})");
  std::map<std::string, Json> found;
  for (const Json& each : specs) {
    const Json spec = session::complete(each);
    const std::string name = spec.at("data").at("name");
    if (name == "file" && spec.at("data").at("file") != "rows.csv") continue;
    const bool plane = data::row_of(name).plane;
    std::string kind = spec.at("model").at("name").get<std::string>() + " " +
                       spec.at("objective").at("name").get<std::string>() + " " +
                       (plane ? name == "points" ? "points" : "plane"
                        : name == "file" || data::row_of(name).vectors ? "rows"
                        : spec.at("data").at("binarise") != "none"     ? "bits"
                                                                       : "pictures");
    if (spec.at("model").value("code_levels", 1) > 1) kind += " in levels";
    found.emplace(std::move(kind), small(each));
  }
  return found;
}

#if defined(__SANITIZE_ADDRESS__)
constexpr std::size_t most_followers = 2;
#else
constexpr std::size_t most_followers = std::numeric_limits<std::size_t>::max();
#endif

// How many others each of n is followed by.
std::size_t followers(std::size_t n) { return std::min(n - 1, most_followers); }

// A closed walk over the nodes 0 … n − 1 that goes from each to each of its followers once
// (Hierholzer): those next to it and, where they are few, those farthest from it in the circle of
// all.
std::vector<std::size_t> walk(std::size_t n) {
  std::vector<std::vector<std::size_t>> to(n);
  for (std::size_t a = 0; a < n; ++a) {
    for (std::size_t i = followers(n); i > 0; --i) {
      const std::size_t away = followers(n) == 2 && i == 2 ? std::max<std::size_t>(n / 2, 2) : i;
      to[a].push_back((a + away) % n);
    }
  }
  std::vector<std::size_t> stack{0}, path;
  while (!stack.empty()) {
    const std::size_t at = stack.back();
    if (to[at].empty()) {
      path.push_back(at);
      stack.pop_back();
    } else {
      stack.push_back(to[at].back());
      to[at].pop_back();
    }
  }
  return {path.rbegin(), path.rend()};
}

TEST(Pairs, EveryKindOfExperimentFollowsEveryOther) {
  const std::map<std::string, Json> all = kinds();
  std::vector<std::pair<std::string, Json>> nodes(all.begin(), all.end());
  ASSERT_GE(nodes.size(), 15u);
  const std::vector<std::size_t> path = walk(nodes.size());
  ASSERT_EQ(path.size(), nodes.size() * followers(nodes.size()) + 1);
  std::printf("%zu kinds, %zu pairs\n", nodes.size(), path.size() - 1);
  Lab lab;
  std::set<std::string> before;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const auto& [kind, spec] = nodes[path[i]];
    lab.what = (i > 0 ? nodes[path[i - 1]].first + " → " : "") + kind;
    lab.command({{"do", "spec"}, {"spec", spec}});
    const std::set<std::string> views = views_of(spec);
    before.insert(views.begin(), views.end());
    lab.look(before);
    before = views;
    // The way back by undo, and here again.
    if (i % 23 == 22) {
      lab.what += ", undone";
      lab.app->command({{"do", "undo_change"}});
      lab.look(before);
      lab.command({{"do", "spec"}, {"spec", spec}});
      lab.look(before);
    }
    if (HasFailure()) return;
  }
}

TEST(Pairs, EveryModelOfThePanelFollowsEveryOther) {
  Lab lab;
  for (const char* data : {R"({"data": {"name": "moons"}})",
                           R"({"data": {"name": "digits8"}, "model": {"name": "vae"}})",
                           R"({"data": {"name": "file", "file": "rows.csv", "scale": "standard"},
            "model": {"name": "vae", "decoder": "gaussian"}})"}) {
    const Json spec = small(Json::parse(data));
    lab.what = data;
    lab.command({{"do", "spec"}, {"spec", spec}});
    lab.look({"samples"});
    std::vector<std::string> models = session::fitting(*session::find_key("model.name"), spec);
    // Rows of real numbers have no levels and are no patches: these two refuse them
    // (tests/core/{autoregressive, two_layer}_test.cpp).
    if (spec.at("data").at("name") == "file") {
      std::erase(models, "ar");
      std::erase(models, "two-layer");
    }
    std::set<std::string> before = views_of(spec);
    for (const std::size_t model : walk(models.size())) {
      lab.what = std::string(data) + " with " + models[model];
      lab.app->command({{"do", "edit"}, {"key", "model.name"}, {"value", models[model]}});
      lab.frame();
      const std::set<std::string> views = views_of(lab.app->document());
      before.insert(views.begin(), views.end());
      lab.look(before);
      before = views;
      if (HasFailure()) return;
    }
  }
}

TEST(Pairs, ComparisonsComeAndGo) {
  Lab lab;
  const auto lesson = [](const std::string& name) {
    std::ifstream file(LAB_ASSETS "/lessons/" + name + "/spec.json");
    Json spec = Json::parse(file);
    spec.erase("title");
    spec["data"]["train"] = 150;
    spec["data"]["test"] = 60;
    return session::is_comparison(spec) ? spec : small(spec);
  };
  for (const char* name :
       {"vae-digits8", "compare-digits8", "nice-digits8", "compare-moons", "nce-ring",
        "compare-digits8", "compare-moons", "vae-moons", "compare-digits8"}) {
    lab.what = name;
    lab.command({{"do", "spec"}, {"spec", lesson(name)}});
    lab.look({"samples"});
    if (HasFailure()) return;
  }
  for (int i = 0; i < 8; ++i) {
    lab.what = "undone " + std::to_string(i);
    lab.app->command({{"do", "undo_change"}});
    lab.look({"samples", "latent", "inpainting", "boundary"});
    if (HasFailure()) return;
  }
}

// One by one, so that none is out of sight; at last all at once.
TEST(Pairs, EveryRowOfAComparisonIsDrawn) {
  Lab lab;
  for (const char* lesson : {"compare-moons", "compare-digits8"}) {
    Json spec =
        Json::parse(std::ifstream(LAB_ASSETS "/lessons/" + std::string(lesson) + "/spec.json"));
    spec["data"]["train"] = 150;
    spec["data"]["test"] = 60;
    lab.what = lesson;
    lab.command({{"do", "spec"}, {"spec", spec}});
    lab.look({});
    const auto rows = session::comparison_views(spec.at("data"));
    EXPECT_GT(rows.size(), 8u);
    std::vector<std::vector<std::string>> shown;
    for (const std::string& row : rows) shown.push_back({row});
    shown.push_back(rows);
    for (const auto& views : shown) {
      lab.what = std::string(lesson) + " with " + views.front();
      spec["views"] = views;
      lab.app->command({{"do", "spec"}, {"spec", spec}});
      lab.app->command({{"do", "step"}, {"n", 1}});
      lab.pump();
      EXPECT_EQ(lab.app->error(), "") << lab.what;
      EXPECT_EQ(lab.app->document().at("views"), Json(views));
      // WebGL's indices have 16 bits.
      for (const ImDrawList* list : ImGui::GetDrawData()->CmdLists)
        EXPECT_LT(list->VtxBuffer.Size, 65536) << lab.what << " in " << list->_OwnerName;
    }
    if (HasFailure()) return;
  }
}

TEST(Pairs, ThePageHearsOnlyWhatIsNew) {
  Lab lab;
  lab.what = "moons";
  lab.command({{"do", "spec"}, {"spec", small(Json::parse(R"({"data": {"name": "moons"}})"))}});
  lab.look({"samples"});
  for (int i = 0; i < 3; ++i) lab.frame();
  EXPECT_TRUE(lab.app->news());
  lab.frame();
  EXPECT_FALSE(lab.app->news());
  lab.app->command({{"do", "show"}, {"view", "objective"}});
  lab.frame();
  const auto news = lab.app->news();
  ASSERT_TRUE(news);
  EXPECT_EQ(Json::parse(*news), lab.app->status());
  EXPECT_EQ(Json::parse(*news)["main"], "objective");
}

TEST(Pairs, WhatNoModelOfAComparisonHeedsIsTold) {
  Lab lab;
  lab.what = "compare-moons";
  lab.command(
      {{"do", "spec"},
       {"spec", Json::parse(std::ifstream(LAB_ASSETS "/lessons/compare-moons/spec.json"))}});
  lab.frame();
  const auto edit = [&](const char* key, const Json& value) {
    lab.app->command({{"do", "edit"}, {"key", key}, {"value", value}});
    lab.frame();
    return lab.app->error();
  };
  for (const auto& [key, value] : std::map<const char*, Json>{
           {"data.radius", 5}, {"model.components", 3}, {"objective.gamma", 2}}) {
    const std::string said = edit(key, value);
    EXPECT_NE(said.find(std::string("'") + key + "' has no effect: it needs"), std::string::npos)
        << said;
  }
  EXPECT_EQ(edit("data.noise", 0.2), "");
  EXPECT_EQ(edit("model.couplings", 4), "");  // of the flow alone
}

}  // namespace
}  // namespace lab
