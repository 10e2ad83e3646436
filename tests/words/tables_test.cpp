// The tables of words against the schema: nothing without words, no words of nothing.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "core/session/comparison.hpp"
#include "core/session/views.hpp"
#include "shell/words/choices.hpp"
#include "shell/words/keys.hpp"
#include "shell/words/views.hpp"

namespace lab::words {
namespace {

using Names = std::set<std::string, std::less<>>;

void expect_both_languages(const Text& text, std::string_view of) {
  EXPECT_STRNE(text.en, "") << of;
  EXPECT_STRNE(text.ko, "") << of;
}

Names choices(std::string_view path) {
  const session::Key* key = session::find_key(path);
  return key ? Names{key->choices.begin(), key->choices.end()} : Names{};
}

TEST(Words, EveryKeyHasItsOwnAndNoWordsAreOfNone) {
  Names paths, seen;
  for (const session::Key& key : session::schema()) paths.insert(key.path);
  for (const KeyWords& row : keys()) {
    EXPECT_TRUE(seen.emplace(row.path).second) << row.path << " stands twice";
    expect_both_languages(row.label, row.path);
    expect_both_languages(row.help, row.path);
    EXPECT_EQ(&of_key(row.path), &row);
  }
  EXPECT_EQ(seen, paths);
  EXPECT_THROW((void)of_key("optimiser.rat"), std::out_of_range);
}

TEST(Words, EveryViewHasItsOwnAndNoWordsAreOfNone) {
  Names seen;
  for (const ViewWords& row : views()) {
    EXPECT_TRUE(seen.emplace(row.name).second) << row.name << " stands twice";
    expect_both_languages(row.tab, row.name);
    expect_both_languages(row.title, row.name);
  }
  EXPECT_EQ(seen, choices("views"));
}

TEST(Words, EveryRowOfAComparisonHasSome) {
  Names usual, seen;
  for (const char* data : {"moons", "digits8"}) {
    const auto names = session::usual_comparison_views({{"name", data}});
    usual.insert(names.begin(), names.end());
    for (const std::string& row : session::comparison_views({{"name", data}}))
      EXPECT_NO_THROW((void)of_row(row)) << row;
  }
  for (const ViewWords& row : rows()) {
    EXPECT_TRUE(seen.emplace(row.name).second) << row.name << " stands twice";
    expect_both_languages(row.tab, row.name);
    expect_both_languages(row.title, row.name);
  }
  EXPECT_EQ(seen, usual);
}

TEST(Words, WhatAModelLacksIsSaid) {
  for (const session::ViewNeeds& view : session::views()) {
    for (const char* ability : view.abilities) expect_both_languages(lacking(ability), view.name);
  }
}

// Data but a person's own files, models, objectives and optimisers say what they are in a formula.
TEST(Words, ChoicesHaveTheirFormulas) {
  Names seen;
  for (const Formula& row : formulas()) {
    expect_both_languages(row.lines, row.choice);
    EXPECT_EQ(choices(row.path).count(row.choice), 1u) << row.path << " " << row.choice;
    EXPECT_TRUE(seen.insert(std::string(row.path) + " " + std::string(row.choice)).second)
        << row.choice << " stands twice";
  }
  for (const std::string path : {"data.name", "model.name", "objective.name", "optimiser.name"}) {
    for (const std::string& choice : choices(path)) {
      if (choice == "file") continue;
      EXPECT_TRUE(seen.count(path + " " + choice)) << path << " " << choice;
    }
  }
}

TEST(Words, EveryModelHasATitle) {
  Names seen;
  for (const ModelTitle& row : model_titles()) {
    EXPECT_TRUE(seen.emplace(row.model).second) << row.model << " stands twice";
    EXPECT_STREQ(model_title(row.model), row.title);
  }
  EXPECT_EQ(seen, choices("model.name"));
}

}  // namespace
}  // namespace lab::words
