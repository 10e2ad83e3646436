// The shell as a WebAssembly module: what the page calls, and what it hands to the page.
//
//   shell_font(name, bytes, n)   "regular", "semibold" before shell_start; "korean" at any time
//   shell_start(json)            spec, lesson and views (shell/app/app.hpp), language, theme, mode
//                                (lab, embed), play, width, height, ratio; 0, or 1 where WebGL2
//                                could not be had
//   shell_message(bytes, n)      a message of the engine
//   shell_command(json)          a command (shell/app/app.hpp)
//   shell_resize(w, h, ratio)    CSS pixels
//   shell_frame()                draws; returns how many more frames it wants
//   shell_restored()             after a lost WebGL context has come back
//   shell_wheel, shell_touch, shell_pinch, shell_text, shell_key   input that the page routes
//   shell_scrolls(x, y, dy)      1 where something could be scrolled down by dy; dy 0: at all
//   shell_scroll(x, y, dy)       scrolls it
//   shell_version()              of the lab: "0.5.0"
//   shell_escape()               closes the topmost drop-down; 1 where Esc was of use
//
// The page gives the module `to_engine(json, bytes)`, `to_page(json)`, `download(name, type,
// bytes)` and `picture(name, x, y, w, h)`.
#include <SDL.h>
#include <SDL_opengles2.h>
#include <emscripten/emscripten.h>
#include <emscripten/html5.h>
#include <imgui.h>
#include <imgui_impl_opengl3.h>
#include <imgui_impl_sdl2.h>
#include <imgui_internal.h>

#include <algorithm>
#include <cfloat>
#include <memory>
#include <utility>
#include <vector>

#include "core/version.hpp"
#include "shell/app/app.hpp"

EM_JS(void, page_to_engine, (const char* json, const std::uint8_t* bytes, int count), {
  Module["to_engine"](UTF8ToString(json), count > 0 ? HEAPU8.slice(bytes, bytes + count) : null);
});
EM_JS(void, page_to_page, (const char* json), { Module["to_page"](UTF8ToString(json)); });
EM_JS(void, page_download,
      (const char* name, const char* type, const std::uint8_t* bytes, int count), {
        Module["download"](UTF8ToString(name), UTF8ToString(type),
                           HEAPU8.slice(bytes, bytes + count));
      });
EM_JS(void, page_picture, (const char* name, double x, double y, double w, double h),
      { Module["picture"](UTF8ToString(name), x, y, w, h); });

namespace {

using lab::app::Json;

class PageLink final : public lab::app::Link {
 public:
  void send(const Json& command, std::span<const std::uint8_t> bytes) override {
    page_to_engine(command.dump().c_str(), bytes.data(), static_cast<int>(bytes.size()));
  }
  void file(const std::string& name, const std::string& type,
            std::span<const std::uint8_t> bytes) override {
    page_download(name.c_str(), type.c_str(), bytes.data(), static_cast<int>(bytes.size()));
  }
  void picture(const std::string& name, ImVec2 min, ImVec2 max) override {
    page_picture(name.c_str(), static_cast<double>(min.x), static_cast<double>(min.y),
                 static_cast<double>(max.x - min.x), static_cast<double>(max.y - min.y));
  }
};

struct Shell {
  SDL_Window* window = nullptr;
  SDL_GLContext context = nullptr;
  PageLink link;
  std::vector<std::pair<std::string, std::vector<std::uint8_t>>> early_fonts;
  std::unique_ptr<lab::app::App> app;
  int width = 0, height = 0;
  double ratio = 1;
  bool restored = false;  // the context is another since the last frame
};

// The module is the object: this is its state.
Shell& shell() {
  static Shell instance;
  return instance;
}

void resize(int width, int height, double ratio) {
  Shell& s = shell();
  s.width = width;
  s.height = height;
  s.ratio = ratio;
  SDL_SetWindowSize(s.window, width, height);
  emscripten_set_canvas_element_size("#canvas", static_cast<int>(width * ratio + 0.5),
                                     static_cast<int>(height * ratio + 0.5));
}

// All that lived in a context that was lost is made anew in this one. Between Render and drawing,
// where the list of textures holds those that there are; they still have their pixels.
void rebuild() {
  std::vector<ImTextureData*> shown;
  for (ImTextureData* texture : ImGui::GetPlatformIO().Textures) {
    if (texture->Status == ImTextureStatus_OK || texture->Status == ImTextureStatus_WantUpdates)
      shown.push_back(texture);
  }
  ImGui_ImplOpenGL3_Shutdown();
  ImGui_ImplOpenGL3_Init("#version 300 es");
  ImGui_ImplOpenGL3_NewFrame();
  for (ImTextureData* texture : shown) texture->SetStatus(ImTextureStatus_WantCreate);
}

// The window at a place that has somewhere to scroll to, if there is one. Plots do not scroll.
ImGuiWindow* scrolled(ImVec2 at) {
  ImGuiWindow *window = nullptr, *beneath = nullptr;
  ImGui::FindHoveredWindowEx(at, false, &window, &beneath);
  while (window) {
    if (window->ScrollMax.y > 0 && (window->Flags & ImGuiWindowFlags_NoScrollWithMouse) == 0) break;
    window = (window->Flags & ImGuiWindowFlags_ChildWindow) != 0 ? window->ParentWindow : nullptr;
  }
  return window;
}

// Where it is on its way to already, several events come in a frame.
float scroll_of(const ImGuiWindow& window) {
  return window.ScrollTarget.y < FLT_MAX ? window.ScrollTarget.y : window.Scroll.y;
}

}  // namespace

extern "C" {

EMSCRIPTEN_KEEPALIVE void shell_font(const char* name, const std::uint8_t* bytes, int count) {
  Shell& s = shell();
  const std::vector<std::uint8_t> font(bytes, bytes + count);
  if (s.app) s.app->font(name, font);
  else s.early_fonts.emplace_back(name, font);
}

EMSCRIPTEN_KEEPALIVE int shell_start(const char* json) {
  Shell& s = shell();
  Json given;
  try {
    given = lab::session::read_json(json, "What the page starts with");
  } catch (const lab::session::JsonError& error) {
    page_to_page(Json{{"failure", error.what()}}.dump().c_str());
    return 1;
  }
  // Keys go to the canvas alone, or the page would lose them all.
  SDL_SetHint(SDL_HINT_EMSCRIPTEN_KEYBOARD_ELEMENT, "#canvas");
  SDL_SetHint(SDL_HINT_TOUCH_MOUSE_EVENTS, "0");
  if (SDL_Init(SDL_INIT_VIDEO) != 0) return 1;
  SDL_GL_SetAttribute(SDL_GL_CONTEXT_PROFILE_MASK, SDL_GL_CONTEXT_PROFILE_ES);
  SDL_GL_SetAttribute(SDL_GL_CONTEXT_MAJOR_VERSION, 3);
  SDL_GL_SetAttribute(SDL_GL_CONTEXT_MINOR_VERSION, 0);
  SDL_GL_SetAttribute(SDL_GL_DOUBLEBUFFER, 1);
  const int width = given.value("width", 800), height = given.value("height", 600);
  s.window = SDL_CreateWindow("Likelihood Lab", 0, 0, width, height,
                              SDL_WINDOW_OPENGL | SDL_WINDOW_RESIZABLE);
  if (!s.window) return 1;
  s.context = SDL_GL_CreateContext(s.window);
  if (!s.context) return 1;
  // The page routes wheel and touch: it must know first whether they are meant for a plot.
  for (const auto event : {SDL_MOUSEWHEEL, SDL_FINGERDOWN, SDL_FINGERUP, SDL_FINGERMOTION}) {
    SDL_EventState(event, SDL_IGNORE);
  }
  ImGui::CreateContext();
  ImGui_ImplSDL2_InitForOpenGL(s.window, s.context);
  ImGui_ImplOpenGL3_Init("#version 300 es");
  lab::app::Options options;
  options.spec = given.value("spec", Json::object());
  options.views = given.value("views", Json());
  options.lesson = given.value("lesson", "");
  options.korean = given.value("language", "en") == "ko";
  options.dark = given.value("theme", "light") == "dark";
  options.embedded = given.value("mode", "lab") == "embed";
  options.play = given.value("play", false);
  s.app = std::make_unique<lab::app::App>(s.link, std::move(options));
  for (const auto& [name, bytes] : s.early_fonts) s.app->font(name, bytes);
  s.early_fonts.clear();
  resize(width, height, given.value("ratio", 1.0));
  return 0;
}

EMSCRIPTEN_KEEPALIVE void shell_message(const std::uint8_t* bytes, int count) {
  try {
    shell().app->message(lab::session::Message::decode({bytes, static_cast<std::size_t>(count)}));
  } catch (const std::exception& error) {
    page_to_page(Json{{"failure", error.what()}}.dump().c_str());
  }
}

EMSCRIPTEN_KEEPALIVE void shell_command(const char* json) {
  try {
    shell().app->command(lab::session::read_json(json, "The command"));
  } catch (const std::exception& error) {
    page_to_page(Json{{"failure", error.what()}}.dump().c_str());
  }
}

EMSCRIPTEN_KEEPALIVE void shell_resize(int width, int height, double ratio) {
  resize(width, height, ratio);
}

EMSCRIPTEN_KEEPALIVE int shell_frame() {
  Shell& s = shell();
  SDL_Event event;
  while (SDL_PollEvent(&event)) ImGui_ImplSDL2_ProcessEvent(&event);
  ImGui_ImplOpenGL3_NewFrame();
  ImGui_ImplSDL2_NewFrame();
  // SDL knows nothing of the canvas's own pixels.
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {static_cast<float>(s.width), static_cast<float>(s.height)};
  const auto ratio = static_cast<float>(s.ratio);
  io.DisplayFramebufferScale = {ratio, ratio};
  ImGui::NewFrame();
  const int more = s.app->frame();
  ImGui::Render();
  if (std::exchange(s.restored, false)) rebuild();
  glViewport(0, 0, static_cast<int>(s.width * s.ratio + 0.5),
             static_cast<int>(s.height * s.ratio + 0.5));
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
  if (const auto news = s.app->news()) page_to_page(news->c_str());
  return more;
}

EMSCRIPTEN_KEEPALIVE const char* shell_version() { return lab::version(); }

EMSCRIPTEN_KEEPALIVE void shell_restored() { shell().restored = true; }

EMSCRIPTEN_KEEPALIVE int shell_scrolls(double x, double y, double dy) {
  const ImGuiWindow* window = scrolled({static_cast<float>(x), static_cast<float>(y)});
  if (!window) return 0;
  const float from = scroll_of(*window);
  return dy < 0 ? from > 0 : dy > 0 ? from < window->ScrollMax.y : 1;
}

EMSCRIPTEN_KEEPALIVE void shell_scroll(double x, double y, double dy) {
  ImGuiWindow* window = scrolled({static_cast<float>(x), static_cast<float>(y)});
  if (!window) return;
  const float to = scroll_of(*window) + static_cast<float>(dy);
  ImGui::SetScrollY(window, std::clamp(to, 0.f, window->ScrollMax.y));
}

EMSCRIPTEN_KEEPALIVE int shell_escape() {
  const int open = ImGui::GetCurrentContext()->OpenPopupStack.Size;
  if (open > 0) ImGui::ClosePopupToLevel(open - 1, true);
  // A text that is being typed takes Esc itself.
  return open > 0 || ImGui::GetIO().WantTextInput;
}

EMSCRIPTEN_KEEPALIVE void shell_wheel(double dx, double dy) {
  ImGui::GetIO().AddMouseWheelEvent(static_cast<float>(dx), static_cast<float>(dy));
}

// phase: 0 down, 1 move, 2 up, 3 taken back: whatever was held stays as it is, nothing is clicked.
// A touch that is taken back has no place.
EMSCRIPTEN_KEEPALIVE void shell_touch(double x, double y, int phase) {
  ImGuiIO& io = ImGui::GetIO();
  io.AddMouseSourceEvent(ImGuiMouseSource_TouchScreen);
  if (phase == 3) {
    ImGui::ClearActiveID();
    io.AddMouseButtonEvent(0, false);
    return;
  }
  io.AddMousePosEvent(static_cast<float>(x), static_cast<float>(y));
  if (phase != 1) io.AddMouseButtonEvent(0, phase == 0);
}

EMSCRIPTEN_KEEPALIVE void shell_pinch(double x, double y, double factor) {
  ImGui::GetIO().AddMousePosEvent(static_cast<float>(x), static_cast<float>(y));
  shell().app->pinch(static_cast<float>(factor));
}

EMSCRIPTEN_KEEPALIVE void shell_text(const char* utf8) {
  ImGui::GetIO().AddInputCharactersUTF8(utf8);
}

EMSCRIPTEN_KEEPALIVE void shell_key(const char* name) {
  const std::string_view key = name;
  const ImGuiKey code = key == "Enter"        ? ImGuiKey_Enter
                        : key == "Backspace"  ? ImGuiKey_Backspace
                        : key == "Escape"     ? ImGuiKey_Escape
                        : key == "Delete"     ? ImGuiKey_Delete
                        : key == "ArrowLeft"  ? ImGuiKey_LeftArrow
                        : key == "ArrowRight" ? ImGuiKey_RightArrow
                                              : ImGuiKey_None;
  if (code == ImGuiKey_None) return;
  ImGui::GetIO().AddKeyEvent(code, true);
  ImGui::GetIO().AddKeyEvent(code, false);
}
}
