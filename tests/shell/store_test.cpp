// The store between session and views: what a message holds is there under its name, known to the
// store or not.
#include <gtest/gtest.h>
#include <imgui.h>

#include "core/session/sessions.hpp"
#include "core/session/specification.hpp"
#include "shell/views/plane.hpp"

namespace lab {
namespace {

using session::Json;
using session::Message;

// A session's messages upon loading, as they are.
std::vector<Message> loaded_messages(const char* spec) {
  session::Sessions sessions{session::Options{}};
  sessions.command({{"do", "load"}, {"spec", session::complete(Json::parse(spec))}}, {});
  std::vector<Message> messages;
  for (bool busy = true; busy;) {
    busy = sessions.pump(20) == session::Sessions::Pulse::busy;
    while (auto message = sessions.take()) messages.push_back(std::move(*message));
  }
  return messages;
}

const Message& of_kind(const std::vector<Message>& messages, const std::string& kind) {
  return *std::find_if(messages.begin(), messages.end(),
                       [&](const Message& message) { return message.kind() == kind; });
}

constexpr const char* moons = R"({"data": {"name": "moons", "train": 60, "test": 40}})";

// The view of a probe that sends tides (hours, 2), each a height and its deviation, and in the head
// tide_unit. Its row in shell/views/registry.cpp would be the one below.
class Tides final : public views::View {
 public:
  void draw(views::Frame& frame) override {
    const views::Array& tides = frame.store.array("tides");
    if (tides.version != std::exchange(seen_, tides.version)) {
      ++made;
      heights_.clear();
      for (std::size_t hour = 0; hour < tides.size() / 2; ++hour)
        heights_.push_back(tides[2 * hour]);
    }
    const plot::Axes axes(frame.theme, frame.fonts, frame.min, frame.max,
                          {0, tides.extent(0) + 0.0, 0, 5}, false, true, {});
    for (std::size_t hour = 0; hour < heights_.size(); ++hour) {
      axes.draw().AddRectFilled(
          axes.screen(static_cast<double>(hour), static_cast<double>(heights_[hour])),
          axes.screen(static_cast<double>(hour + 1), 0), bar);
    }
  }
  std::string csv(const views::Store&) const override { return {}; }
  std::string describe(const views::Store& store) const override {
    return std::to_string(store.array("tides").extent(0)) + " tides in " +
           store.said("tide_unit", std::string("metres"));
  }

  static constexpr ImU32 bar = IM_COL32(1, 2, 3, 255);
  int made = 0;  // how often what is drawn was made anew

 private:
  std::vector<float> heights_;
  std::uint64_t seen_ = 0;
};

constexpr views::ViewRow tides_row{
    "tides", []() -> std::unique_ptr<views::View> { return std::make_unique<Tides>(); }};

// The screen of one view, without a window.
class Screen {
 public:
  Screen() {
    ImGui::CreateContext();
    ImGui::GetIO().DisplaySize = {400, 300};
    ImGui::GetIO().IniFilename = nullptr;
    ImGui::GetIO().BackendFlags |= ImGuiBackendFlags_RendererHasTextures;
  }
  ~Screen() {
    for (ImTextureData* texture : ImGui::GetPlatformIO().Textures)
      texture->SetStatus(ImTextureStatus_Destroyed);
    ImGui::DestroyContext();
  }

  // How many corners the view has drawn in `colour`.
  int corners(views::View& view, views::Store& store, ImU32 colour) {
    ImGui::NewFrame();
    ImGui::SetNextWindowSize({400, 300});
    ImGui::Begin("view");
    const plot::Fonts fonts{ImGui::GetFont(), ImGui::GetFont()};
    views::Frame frame{store, camera_, plot::Theme::light(), fonts, false, {10, 10}, {390, 290},
                       true,  false};
    view.draw(frame);
    int found = 0;
    for (const ImDrawVert& corner : ImGui::GetWindowDrawList()->VtxBuffer)
      found += corner.col == colour;
    ImGui::End();
    ImGui::Render();
    for (ImTextureData* texture : ImGui::GetPlatformIO().Textures)
      texture->SetStatus(ImTextureStatus_OK);
    return found;
  }

 private:
  views::Camera camera_;
};

TEST(Store, AViewDrawsArraysThatNoCodeOfTheStoreKnows) {
  const std::vector<Message> messages = loaded_messages(moons);
  views::Store store;
  for (const Message& message : messages) store.apply(message);
  const auto view = tides_row.make();
  auto& tides = dynamic_cast<Tides&>(*view);
  Screen screen;
  const int none = screen.corners(*view, store, Tides::bar);

  Message snapshot = of_kind(messages, "snapshot");
  snapshot.add("tides", {3, 2}, {1, 0.1f, 2, 0.1f, 3, 0.2f});
  snapshot.head["tide_unit"] = "feet";
  store.apply(snapshot);
  const int three = screen.corners(*view, store, Tides::bar);
  EXPECT_EQ(none, 0);
  EXPECT_GE(three, 3 * 4);
  EXPECT_EQ(view->describe(store), "3 tides in feet");

  // The same again is no change; other values are one.
  const int made = tides.made;
  store.apply(snapshot);
  EXPECT_EQ(screen.corners(*view, store, Tides::bar), three);
  EXPECT_EQ(tides.made, made);
  Message next = of_kind(messages, "snapshot");
  next.add("tides", {1, 2}, {4, 0.1f});
  store.apply(next);
  EXPECT_EQ(screen.corners(*view, store, Tides::bar), three / 3);
  EXPECT_EQ(tides.made, made + 1);
  EXPECT_EQ(view->describe(store), "1 tides in feet");

  // Another experiment knows nothing of them.
  store.apply(of_kind(messages, "loaded"));
  EXPECT_EQ(screen.corners(*view, store, Tides::bar), 0);
  EXPECT_EQ(view->describe(store), "0 tides in metres");
}

TEST(Store, WhatBelongsToTheExperimentBeforeIsForgottenAndNoVersionComesAgain) {
  const std::vector<Message> messages = loaded_messages(moons);
  views::Store store;
  for (const Message& message : messages) store.apply(message);
  const std::uint64_t before = store.array("log_model").version;
  EXPECT_GT(before, 0u);
  EXPECT_FALSE(store.array("data_train").empty());
  store.apply(of_kind(messages, "loaded"));
  EXPECT_TRUE(store.array("log_model").empty());
  EXPECT_EQ(store.array("log_model").version, 0u);
  EXPECT_FALSE(store.array("data_train").empty());
  store.apply(of_kind(messages, "fields"));
  EXPECT_GT(store.array("log_model").version, before);
  const std::uint64_t last = store.version();
  store.forget();
  EXPECT_FALSE(store.loaded);
  EXPECT_TRUE(store.array("data_train").empty());
  EXPECT_GT(store.version(), last);
}

TEST(Store, DensitiesOnAnotherGridAreForgottenTogether) {
  const std::vector<Message> messages = loaded_messages(moons);
  views::Store store;
  for (const Message& message : messages) store.apply(message);
  EXPECT_FALSE(store.array("log_truth").empty());
  const auto cells = [](int n, double right) {
    Message message("fields");
    message.head["box"] = {0, right, 0, 1};
    message.head["n"] = n;
    message.add("log_model", {n, n}, std::vector<float>(static_cast<std::size_t>(n * n), 1));
    return message;
  };
  Message whole = cells(2, 1);
  whole.add("log_truth", {2, 2}, {1, 2, 3, 4});
  store.apply(whole);
  store.apply(cells(2, 1));
  EXPECT_EQ(store.array("log_truth").size(), 4u);  // the same grid: it is still so
  EXPECT_EQ(views::at(views::cells_of(store), store.array("log_truth"), 0.9, 0.1), 2.f);
  store.apply(cells(2, 3));
  EXPECT_TRUE(store.array("log_truth").empty());
  EXPECT_EQ(store.array("log_model").size(), 4u);
}

TEST(Store, WhatThePersonChoosesIsSoAtOnce) {
  const std::vector<Message> messages = loaded_messages(moons);
  views::Store store;
  for (const Message& message : messages) store.apply(message);
  Message snapshot = of_kind(messages, "snapshot");
  snapshot.add("code", {2}, {1, 2});
  snapshot.head["axes"] = {0, 1};
  store.apply(snapshot);
  // Values until the session answers, arrays until another experiment.
  store.choose("axes", std::array<int, 2>{1, 0});
  store.choose("code", std::vector<float>{5, 6});
  EXPECT_EQ(store.said("axes"), Json({1, 0}));
  store.apply(snapshot);
  EXPECT_EQ(store.said("axes"), Json({0, 1}));
  EXPECT_EQ(store.array("code").values, (std::vector<float>{5, 6}));
  store.apply(of_kind(messages, "loaded"));
  store.apply(snapshot);
  EXPECT_EQ(store.array("code").values, (std::vector<float>{1, 2}));
}

}  // namespace
}  // namespace lab
