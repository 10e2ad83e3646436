// The desktop program: a window on the same shell and session as the page.
#include <SDL.h>
#include <SDL_opengl.h>
#include <imgui.h>
#include <imgui_impl_opengl3.h>
#include <imgui_impl_sdl2.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include "core/version.hpp"
#include "shell/app/app.hpp"
#include "shell/cli/data_folder.hpp"
#include "shell/cli/files.hpp"
#include "shell/cli/lessons.hpp"
#include "shell/cli/number_between.hpp"
#include "shell/cli/png.hpp"
#include "shell/desktop/worker.hpp"

namespace {

using lab::app::Json;

struct Arguments {
  std::string spec = "nce-eight-gaussians", size = "1280x800", language = "en", view, screenshot,
              restore;
  std::vector<std::string> opened;
  std::string fonts = LAB_FONTS, lessons = LAB_ASSETS "/lessons", panel, data;
  double scale = 1;
  std::int64_t after_steps = 0;
  int threads = 0;
  bool dark = false, paused = false, embedded = false;
};

struct Rectangle {
  ImVec2 min, max;
};

class DesktopLink final : public lab::app::Link {
 public:
  explicit DesktopLink(lab::desktop::Worker& worker) : worker_(worker) {}

  void send(const Json& command, std::span<const std::uint8_t> bytes) override {
    worker_.send(command, {bytes.begin(), bytes.end()});
  }
  void file(const std::string& name, const std::string&,
            std::span<const std::uint8_t> bytes) override {
    const std::string path = free_name(name);
    try {
      lab::cli::write_file(path, bytes.data(), bytes.size());
    } catch (const std::exception& error) {
      // Asked for in the middle of a frame: told after it.
      failures.emplace_back(error.what());
      return;
    }
    std::cout << "saved " << std::filesystem::absolute(path).string() << std::endl;
  }
  void picture(const std::string& name, ImVec2 min, ImVec2 max) override {
    pictures.emplace_back(free_name(name), Rectangle{min, max});
  }

  std::vector<std::pair<std::string, Rectangle>> pictures;
  std::vector<std::string> failures;

 private:
  // Nothing is overwritten: name.csv, name-2.csv, …
  static std::string free_name(const std::string& name) {
    const std::filesystem::path path = name;
    std::string candidate = name;
    for (int i = 2; std::filesystem::exists(candidate); ++i) {
      candidate = path.stem().string() + "-" + std::to_string(i) + path.extension().string();
    }
    return candidate;
  }

  lab::desktop::Worker& worker_;
};

lab::cli::Picture read_pixels(int width, int height, Rectangle part) {
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(width) *
                                   static_cast<std::size_t>(height) * 4);
  glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE, pixels.data());
  const int x0 = std::max(0, static_cast<int>(part.min.x)),
            x1 = std::min(width, static_cast<int>(part.max.x));
  const int y0 = std::max(0, static_cast<int>(part.min.y)),
            y1 = std::min(height, static_cast<int>(part.max.y));
  lab::cli::Picture picture{x1 - x0, y1 - y0, {}};
  for (int y = y0; y < y1; ++y) {
    for (int x = x0; x < x1; ++x) {
      // OpenGL's rows go upwards.
      const std::uint8_t* pixel =
          pixels.data() + 4 * (static_cast<std::ptrdiff_t>(height - 1 - y) * width + x);
      picture.rgb.insert(picture.rgb.end(), pixel, pixel + 3);
    }
  }
  return picture;
}

// Does what may fail; a failure is told in the window, and where it was started from.
template <class Work>
void guarded(lab::app::App& app, Work work) {
  try {
    work();
  } catch (const std::exception& error) {
    std::cerr << "lab_desktop: " << error.what() << std::endl;
    app.tell(error.what());
  }
}

// Files dropped on the window together: weights, a specification, or data. A folder is data.
void take_files(const std::vector<std::string>& paths, lab::app::App& app, DesktopLink& link) {
  for (const std::string& path : paths) {
    if (!std::filesystem::exists(path)) {
      throw std::runtime_error("'" + path + "' is not there any more: it was moved or deleted.");
    }
  }
  const std::string& path = paths.front();
  const std::string kind =
      paths.size() == 1 ? std::filesystem::path(path).extension().string() : "";
  if (kind == ".lab") {
    const std::string bytes = lab::cli::read_file(path);
    app.command({{"do", "restoring"}});
    link.send({{"do", "restore"}},
              {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  } else if (kind == ".json") {
    const Json spec = lab::session::read_json(lab::cli::read_file(path), "'" + path + "'");
    app.command({{"do", "spec"}, {"spec", spec}});
  } else {
    std::string joined;
    for (const std::string& each : paths) joined += (joined.empty() ? "" : ";") + each;
    app.command({{"do", "data"},
                 {"data", {{"name", "file"}, {"file", joined}}},
                 {"changed", {"data.name", "data.file"}}});
  }
}

int run(const Arguments& arguments) {
  int width = 0, height = 0;
  if (std::sscanf(arguments.size.c_str(), "%dx%d", &width, &height) != 2 || width < 200 ||
      height < 150) {
    std::cerr << "lab_desktop: --size is '" << arguments.size
              << "', but it must be WIDTHxHEIGHT such as 1280x800.\n";
    return 2;
  }
  if (!arguments.screenshot.empty()) lab::cli::require_writable(arguments.screenshot);
  lab::app::Options options;
  options.spec = lab::cli::read_document(arguments.spec, arguments.lessons);
  options.dark = arguments.dark;
  options.korean = arguments.language == "ko";
  options.embedded = arguments.embedded;
  options.transport = !arguments.embedded;
  options.play = !arguments.paused;

  SDL_SetHint(SDL_HINT_VIDEO_HIGHDPI_DISABLED, "0");
  if (SDL_Init(SDL_INIT_VIDEO) != 0)
    throw std::runtime_error(std::string("No window could be opened: ") + SDL_GetError() + ".");
  SDL_GL_SetAttribute(SDL_GL_CONTEXT_MAJOR_VERSION, 3);
  SDL_GL_SetAttribute(SDL_GL_CONTEXT_MINOR_VERSION, 2);
  SDL_GL_SetAttribute(SDL_GL_CONTEXT_PROFILE_MASK, SDL_GL_CONTEXT_PROFILE_CORE);
  const int pixel_width = static_cast<int>(width * arguments.scale),
            pixel_height = static_cast<int>(height * arguments.scale);
  SDL_Window* window = SDL_CreateWindow(
      "Likelihood Lab", SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, pixel_width, pixel_height,
      SDL_WINDOW_OPENGL | SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI);
  SDL_GLContext context = window ? SDL_GL_CreateContext(window) : nullptr;
  if (!context)
    throw std::runtime_error(std::string("OpenGL 3.2 is not available: ") + SDL_GetError() + ".");
  SDL_GL_SetSwapInterval(1);

  const Uint32 wake_event = SDL_RegisterEvents(1);
  lab::desktop::Worker worker({"cpu", arguments.threads, lab::cli::open_in(arguments.data)},
                              [wake_event] {
                                SDL_Event event{};
                                event.type = wake_event;
                                SDL_PushEvent(&event);
                              });
  DesktopLink link(worker);

  ImGui::CreateContext();
  ImGui_ImplSDL2_InitForOpenGL(window, context);
  ImGui_ImplOpenGL3_Init("#version 150");
  {
    lab::app::App app(link, options);
    for (const char* name : {"regular.otf", "semibold.otf", "korean.ttf"}) {
      const std::string path = arguments.fonts + "/" + name;
      if (!std::filesystem::exists(path)) continue;
      const std::string bytes = lab::cli::read_file(path);
      app.font(std::filesystem::path(name).stem().string(),
               {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    }
    if (!arguments.restore.empty()) {
      const std::string bytes = lab::cli::read_file(arguments.restore);
      link.send({{"do", "restore"}},
                {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    }
    std::vector<std::string> dropped, opened = arguments.opened;
    bool drop_ends = false;
    bool asked_view = arguments.view.empty();
    int wanted = 3, settled = 0;
    for (bool open = true; open;) {
      SDL_Event event;
      // Asleep unless a frame is wanted: no work while nothing changes.
      if (wanted <= 0 ? SDL_WaitEvent(&event) : SDL_PollEvent(&event)) {
        do {
          ImGui_ImplSDL2_ProcessEvent(&event);
          if (event.type == SDL_QUIT) open = false;
          if (event.type == SDL_DROPFILE) {
            dropped.emplace_back(event.drop.file);
            SDL_free(event.drop.file);
          }
          if (event.type == SDL_DROPCOMPLETE) drop_ends = !dropped.empty();
          wanted = std::max(wanted, 2);
        } while (SDL_PollEvent(&event));
      }
      while (const auto message = worker.take()) guarded(app, [&] { app.message(*message); });
      // As by a hand: once there is something to drop it on.
      if (!opened.empty() && (app.loaded() || !app.error().empty())) {
        dropped = std::exchange(opened, {});
        drop_ends = true;
      }
      if (std::exchange(drop_ends, false)) {
        guarded(app, [&, paths = std::exchange(dropped, {})] { take_files(paths, app, link); });
      }
      if (!asked_view && app.loaded()) {
        app.command({{"do", "show"}, {"view", arguments.view}});
        if (!arguments.panel.empty()) app.command({{"do", "panel"}, {"name", arguments.panel}});
        asked_view = true;
      }
      ImGui_ImplOpenGL3_NewFrame();
      ImGui_ImplSDL2_NewFrame();
      int drawable_width = 0, drawable_height = 0;
      SDL_GL_GetDrawableSize(window, &drawable_width, &drawable_height);
      ImGuiIO& io = ImGui::GetIO();
      if (arguments.scale != 1) {
        const auto scale = static_cast<float>(arguments.scale);
        io.DisplaySize = {static_cast<float>(drawable_width) / scale,
                          static_cast<float>(drawable_height) / scale};
        io.DisplayFramebufferScale = {scale, scale};
      }
      ImGui::NewFrame();
      wanted = app.frame();
      ImGui::Render();
      glViewport(0, 0, drawable_width, drawable_height);
      glClear(GL_COLOR_BUFFER_BIT);
      ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
      const float ratio = io.DisplayFramebufferScale.x;
      for (const auto& [path, part] : std::exchange(link.pictures, {})) {
        guarded(app, [&, &file = path, &piece = part] {
          lab::cli::write_png(file, read_pixels(drawable_width, drawable_height,
                                                {{piece.min.x * ratio, piece.min.y * ratio},
                                                 {piece.max.x * ratio, piece.max.y * ratio}}));
          std::cout << "saved " << file << std::endl;
        });
      }
      for (const std::string& failure : std::exchange(link.failures, {})) {
        guarded(app, [&failure] { throw std::runtime_error(failure); });
      }
      // Nobody is there to read the banner.
      if (!arguments.screenshot.empty() && !app.loaded() && !app.error().empty()) {
        throw std::runtime_error(app.error());
      }
      const bool ready = app.ready(arguments.after_steps);
      if (!arguments.screenshot.empty() && ready && ++settled > 20) {
        lab::cli::write_png(arguments.screenshot,
                            read_pixels(drawable_width, drawable_height, {{0, 0}, {1e5f, 1e5f}}));
        open = false;
      }
      if (!arguments.screenshot.empty()) wanted = std::max(wanted, 1);
      SDL_GL_SwapWindow(window);
    }
    // It looks at every texture, and those of the app go with it.
    ImGui_ImplOpenGL3_Shutdown();
  }
  ImGui_ImplSDL2_Shutdown();
  ImGui::DestroyContext();
  SDL_GL_DeleteContext(context);
  SDL_DestroyWindow(window);
  SDL_Quit();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app{"Likelihood Lab: see how models learn a probability density."};
  app.set_version_flag("--version", std::string("lab_desktop ") + lab::version());
  app.add_option("--spec", arguments.spec, "a lesson, or a file");
  app.add_option("--size", arguments.size, "WIDTHxHEIGHT of the window");
  app.add_option("--scale", arguments.scale, "pixels for each unit of length")
      ->check(lab::cli::number_between(0.5, 4.0));
  app.add_option("--language", arguments.language, "en or ko")->check(CLI::IsMember({"en", "ko"}));
  app.add_option("--view", arguments.view, "the large view");
  app.add_option("--panel", arguments.panel,
                 "the sheet that is open on a small window: experiment, numbers");
  app.add_option("--restore", arguments.restore, "a checkpoint to go on from");
  app.add_option("--data", arguments.data, "folder of the files that specifications name");
  app.add_option("--open", arguments.opened,
                 "files to open, as if they were dropped on the window");
  app.add_option("--threads", arguments.threads,
                 "threads for training; 0, as if not given, for all");
  app.add_option("--screenshot", arguments.screenshot, "write a picture, then quit");
  app.add_option("--after-steps", arguments.after_steps, "steps before the picture");
  app.add_option("--fonts", arguments.fonts, "folder of the fonts");
  app.add_flag("--dark", arguments.dark, "dark colours");
  app.add_flag("--paused", arguments.paused, "do not start training");
  app.add_flag("--embedded", arguments.embedded, "only the views");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  try {
    return run(arguments);
  } catch (const std::exception& error) {
    std::cerr << "lab_desktop: " << error.what() << "\n";
    return 1;
  }
}
