// The front end and its sessions in one thread, frames built but not shown.
#pragma once

#include <gtest/gtest.h>
#include <imgui.h>

#include <optional>
#include <set>
#include <string>

#include "core/session/sessions.hpp"
#include "shell/app/app.hpp"

namespace lab {

// The desktop's loop without a window and without a thread.
class Lab : public app::Link {
 public:
  using Json = session::Json;

  // Steps that look() trains.
  static constexpr int steps = 20;

  Lab() {
    ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.DisplaySize = {1366, 768};
    io.DeltaTime = 1.f / 60;
    io.BackendFlags |= ImGuiBackendFlags_RendererHasTextures;
    std::string rows = "a,b,c\n";
    for (int i = 0; i < 120; ++i) {
      rows += std::to_string(i % 7) + "," + std::to_string(i % 5 * 0.3) + "," +
              std::to_string(i * i % 11) + "\n";
    }
    sessions_.command({{"do", "file"}, {"name", "rows.csv"}},
                      {reinterpret_cast<const std::uint8_t*>(rows.data()), rows.size()});
  }
  ~Lab() override {
    // As the desktop: while those that own them are there.
    for (ImTextureData* texture : ImGui::GetPlatformIO().Textures) {
      texture->SetStatus(ImTextureStatus_Destroyed);
    }
    app.reset();
    ImGui::DestroyContext();
  }

  void send(const Json& command, std::span<const std::uint8_t> bytes) override {
    sessions_.command(command, bytes);
  }
  void file(const std::string&, const std::string&, std::span<const std::uint8_t>) override {}
  void picture(const std::string&, ImVec2, ImVec2) override {}

  void command(const Json& command) {
    if (app) return app->command(command);
    app::Options options;
    options.spec = command.at("spec");
    app.emplace(*this, options);
  }

  // What the sessions have to say, then a frame.
  void frame() {
    frame([] {});
  }

  // All that is written in a frame; what is folded is unfolded for that.
  std::string read() {
    frame([] { ImGui::LogToClipboard(); });
    return ImGui::GetClipboardText();
  }

  // How many corners of this colour the last frame has.
  static int corners(ImU32 colour) {
    int found = 0;
    for (const ImDrawList* list : ImGui::GetDrawData()->CmdLists) {
      for (const ImDrawVert& corner : list->VtxBuffer) found += corner.col == colour;
    }
    return found;
  }

  // Trains while everything is asked of the model, then looks at `views` one by one.
  void look(const std::set<std::string>& views) {
    frame();
    Json all = Json::array();
    for (const views::ViewRow& row : views::registry()) all.push_back(row.name);
    app->command({{"do", "want"}, {"views", all}});
    // Snapshots of what plays are spaced by what they cost, which is much under the sanitizers: a
    // few frames of that, and the steps by themselves.
    app->command({{"do", "play"}});
    for (int i = 0; i < 3; ++i) {
      sessions_.pump(1);
      frame();
    }
    app->command({{"do", "step"}, {"n", steps}});
    for (int i = 0; i < 40 && !app->ready(steps); ++i) {
      sessions_.pump(1);
      frame();
    }
    EXPECT_TRUE(app->ready(steps)) << what << ": " << app->status()["status"].dump();
    for (const std::string& view : views) {
      app->command({{"do", "show"}, {"view", view}});
      frame();
    }
    EXPECT_EQ(app->error(), "") << what;
  }

  // A few frames with what the sessions do between them.
  void pump() {
    for (int i = 0; i < 4; ++i) {
      sessions_.pump(1);
      frame();
    }
  }

  std::optional<app::App> app;
  std::string what;

 private:
  template <class Begin>
  void frame(Begin begin) {
    while (const auto message = sessions_.take()) {
      // Told here, since a later load clears it.
      if (message->kind() == "error" || message->kind() == "diverged") {
        ADD_FAILURE() << message->head.dump() << " in " << what;
      }
      app->message(*message);
    }
    ImGui::NewFrame();
    begin();
    app->frame();
    ImGui::Render();
    for (ImTextureData* texture : ImGui::GetPlatformIO().Textures) {
      texture->SetStatus(texture->Status == ImTextureStatus_WantDestroy ? ImTextureStatus_Destroyed
                                                                        : ImTextureStatus_OK);
    }
  }

  session::Sessions sessions_{session::Options{}};
};

}  // namespace lab
