#include "shell/app/app.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "shell/app/words.hpp"
#include "shell/plot/numbers.hpp"
#include "shell/views/latent_parts.hpp"
#include "shell/words/views.hpp"

namespace lab::app {

namespace {

constexpr float experiment_width = 300, numbers_width = 280;
constexpr double camera_rest =
    0.12;  // seconds a camera must be still before densities are asked for

Json names(const std::vector<std::string>& list) { return Json(list); }

// A font where the person's have not come; none is downloaded for that case alone.
ImFont* stand_in() {
#ifdef IMGUI_DISABLE_DEFAULT_FONT
  throw std::runtime_error("The font is missing.");
#else
  return ImGui::GetIO().Fonts->AddFontDefault();
#endif
}

bool goes_with(const Json& spec, const std::string& view) {
  return session::fits(*session::find_key("views"), view, spec);
}

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

const plot::Theme& theme_of(const Options& options) {
  return options.dark ? plot::Theme::night() : plot::Theme::light();
}

App::App(Link& link, Options options) : link_(link), options_(std::move(options)) {
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.ConfigWindowsMoveFromTitleBarOnly = true;
  io.MouseDragThreshold = 3;
  plot::apply(theme_of(options_));
  visible_ = {"boundary"};
  remember_lesson(options_.spec, options_.lesson);
  open(with_views(options_.spec, options_.views));
  if (comparison_) origin_ = options_.lesson;
}

App::~App() = default;

// Goes over to a specification or a comparison, whichever is open now. False where the document is
// a comparison that will not do; a specification's mistakes are the session's to tell.
bool App::open(const Json& document) {
  const bool plays = comparison_ ? comparison_->playing() : store_.playing;
  if (!session::is_comparison(document)) {
    if (comparison_) {
      // A comparison does not give way to what will not do.
      try {
        (void)session::complete(document);
      } catch (const session::SpecificationError& mistake) {
        comparison_->error = mistake.what();
        return false;
      }
      options_.play = plays;
      comparison_->close();
      comparison_.reset();
      store_.forget();
      loaded_views_.clear();
      panel_ = "none";
    }
    load(document);
    return true;
  }
  try {
    session::Comparison next = session::complete_comparison(document);
    if (comparison_) {
      comparison_->adopt(std::move(next));
      return true;
    }
    const bool play = std::exchange(options_.play, false) || plays;
    comparison_ = std::make_unique<ComparisonPage>(link_, options_, std::move(next), play, speed_);
    store_.error.clear();
    coming_ = Json();
    loading_ = 0;
    restoring_ = false;
    return true;
  } catch (const session::SpecificationError& mistake) {
    if (comparison_) {
      comparison_->error = mistake.what();
    } else {
      // The page falls back where nothing is open yet; else what there is stays.
      store_.error = mistake.what();
      store_.error_key.clear();
    }
    return false;
  }
}

bool App::open_with_undo(const Json& document) {
  const Json before = this->document();
  if (!open(document)) return false;
  keep_for_undo(before);
  return true;
}

void App::keep_for_undo(Json document) {
  if (document.is_object()) undo_.push_back(std::move(document));
  if (undo_.size() > 50) undo_.erase(undo_.begin());
}

// What a change is made to: what the session has been asked for, or what it has; null where it is
// not known.
Json App::base() const {
  if (restoring_) return {};
  return coming_.is_object() ? coming_ : store_.loaded ? store_.spec : Json();
}

void App::ask(Json command) {
  command["ask"] = ++asked_;
  link_.send(command);
}

void App::load(Json spec) {
  try {
    coming_ = session::complete(spec);
  } catch (const session::SpecificationError&) {
    coming_ = Json();  // the session says why
  }
  restoring_ = false;
  if (loading_ == 0) loading_since_ = ImGui::GetTime();
  ask({{"do", "load"}, {"spec", std::move(spec)}});
  loading_ = asked_;
  frames_wanted_ = std::max(frames_wanted_, 2);
}

// `document` with the views that an address asks for; without them where they do not go with it.
// That, and settings of it that have no effect, are noticed.
Json App::with_views(Json document, const Json& views) {
  notice_.clear();
  try {
    for (const auto& each : session::unused(document)) {
      notice_ += (notice_.empty() ? "" : " ") + std::string(each.what());
    }
  } catch (const session::SpecificationError&) {
    // told when it is opened
  }
  if (views.is_null() || !document.is_object()) return document;
  Json next = document;
  next["views"] = views;
  try {
    if (session::is_comparison(next)) (void)session::complete_comparison(next);
    else (void)session::complete(next);
  } catch (const session::SpecificationError& mistake) {
    if (mistake.key() != "views") return next;  // told when it is opened
    notice_ +=
        (notice_.empty() ? "" : " ") + std::string(mistake.what()) +
        text(" The experiment's own views are shown instead.", " 실험의 원래 보기를 씁니다.");
    return document;
  }
  return next;
}

namespace {

// What a document holds beside its views.
std::string content_of(Json compacted) {
  compacted.erase("views");
  return compacted.dump();
}

}  // namespace

void App::remember_lesson(const Json& document, const std::string& name) {
  new_origin_ = {asked_ + 1, name};
  if (name.empty()) return;
  try {
    const bool comparison = session::is_comparison(document);
    const Json full = comparison ? session::compact(session::complete_comparison(document))
                                 : session::complete(document);
    lessons_[content_of(comparison ? full : session::compact(full))] = {name, full.at("views")};
  } catch (const session::SpecificationError&) {
    // told when it is opened
  }
}

void App::tell(const std::string& sentence) {
  if (comparison_) {
    comparison_->error = sentence;
  } else {
    store_.error = sentence;
    store_.error_key.clear();
  }
  frames_wanted_ = std::max(frames_wanted_, 3);
}

Json App::document() const {
  if (comparison_) return comparison_->document();
  return store_.loaded ? store_.spec : Json();
}

bool App::ready(std::int64_t steps) const {
  if (comparison_)
    return comparison_->loaded() && comparison_->drawn() && comparison_->least_steps() >= steps;
  return store_.loaded && store_.step >= steps &&
         (!store_.can("plane") || !store_.array("log_model").empty());
}

void App::compare() {
  if (comparison_) return;
  const Json spec = base();
  if (spec.is_null()) {
    return tell(
        text("Nothing is loaded yet that could be compared.", "아직 비교할 실험이 없습니다."));
  }
  try {
    open_with_undo(session::compact(session::comparison_of(spec)));
  } catch (const session::SpecificationError& mistake) {
    store_.error = mistake.what();
    store_.error_key.clear();
  }
}

void App::font(const std::string& name, std::span<const std::uint8_t> bytes) {
  font_files_[name].assign(bytes.begin(), bytes.end());
  ImFontConfig config;
  config.FontDataOwnedByAtlas = false;
  const auto add = [&](const char* file) {
    auto& kept = font_files_[file];
    return ImGui::GetIO().Fonts->AddFontFromMemoryTTF(kept.data(), static_cast<int>(kept.size()),
                                                      plot::body_size, &config);
  };
  // What Inter lacks comes from the Korean face. Fonts that have been drawn with keep their gaps,
  // so these are new ones.
  const auto made = [&](const char* file) {
    ImFont* font = add(file);
    if (font_files_.count("korean") > 0) {
      config.MergeMode = true;
      config.DstFont = font;
      add("korean");
      config.MergeMode = false;
      config.DstFont = nullptr;
    }
    return font;
  };
  if (name != "semibold" && font_files_.count("regular") > 0) fonts_.regular = made("regular");
  if (name != "regular" && font_files_.count("semibold") > 0) fonts_.strong = made("semibold");
  frames_wanted_ = 3;
}

void App::message(const session::Message& message) {
  const auto session = message.head.value("session", std::size_t{0});
  frames_wanted_ = std::max(frames_wanted_, 2);
  if (comparison_) return comparison_->message(session, message);
  // What a comparison that is closed had still to say.
  if (session > 0) return;
  const Json before = store_.loaded_spec;
  const std::string kind = store_.apply(message);
  const Json answered = message.head.value("ask", Json());
  const auto number = answered.is_number_integer() ? answered.get<std::int64_t>() : std::int64_t{0};
  const bool answers = kind == "loaded" || kind == "changed" || kind == "error";
  if (answers && number == asked_) coming_ = Json();
  if (answers && loading_ > 0 && number >= loading_) loading_ = 0;
  if (kind == "loaded") {
    if (number >= new_origin_.first) origin_ = new_origin_.second;
    if (restoring_) origin_.clear();
    restoring_ = false;
    const bool same_data = before.is_object() && before.at("data") == store_.spec.at("data");
    // Views that the person has chosen stay until another specification brings its own.
    const auto views = store_.spec.at("views").get<std::vector<std::string>>();
    if (views != std::exchange(loaded_views_, views)) {
      visible_ = views;
      if (visible_.size() > 4) visible_.resize(4);
    } else {
      keep_views();
    }
    if (!same_data) camera_.window = store_.bounds;
    asked_box_ = {};
    dragged_.clear();
    ask_after_ = 0;
    link_.send({{"do", "want"}, {"views", names(visible_)}});
    if (std::exchange(options_.play, false)) link_.send({{"do", "play"}});
  }
  if (kind == "changed") keep_views();
  // What has been changed since the session was asked is still to come.
  if (store_.loaded && coming_.is_object()) store_.spec = coming_;
  if (kind == "error" && store_.loaded) dragged_.clear();
  if (kind == "error" && number == 0) restoring_ = false;
  if (kind == "checkpoint") link_.file("checkpoint.lab", "application/octet-stream", message.bytes);
  frames_wanted_ = std::max(frames_wanted_, 2);
}

void App::command(const Json& command) {
  const std::string name = command.value("do", "");
  frames_wanted_ = std::max(frames_wanted_, 3);
  open_request();
  if (name == "speed") speed_ = command.value("steps_per_second", 0.0);
  if (name == "theme") {
    options_.dark = command.value("name", "light") == "dark";
    plot::apply(theme_of(options_));
  } else if (name == "language") {
    options_.korean = command.value("name", "en") == "ko";
  } else if (name == "panel") {
    const std::string wanted = command.value("name", "none");
    panel_ = panel_ == wanted ? "none" : wanted;
  } else if (name == "show") {
    show(command.value("view", "boundary"));
  } else if (name == "compare") {
    compare();
  } else if (name == "alone") {
    if (comparison_) open_with_undo(comparison_->alone());
  } else if (name == "spec") {
    const std::string lesson = command.value("lesson", "");
    remember_lesson(command.at("spec"), lesson);
    Json document = with_views(command.at("spec"), command.value("views", Json()));
    if (comparison_ || session::is_comparison(document)) {
      if (open_with_undo(document) && comparison_) origin_ = lesson;
      return;
    }
    keep_for_undo(base());
    load(std::move(document));
  } else if (name == "data") {
    const Json& data = command.at("data");
    // A comparison's models follow the data that was brought to it.
    if (comparison_) {
      open_with_undo(comparison_->on_data(data));
      return;
    }
    const Json before = base();
    Json spec = before.is_object() ? session::compact(before) : Json::object();
    spec["data"] = data;
    try {
      spec = session::adapted(spec, command.at("changed").get<std::vector<std::string>>());
    } catch (const session::SpecificationError& error) {
      store_.error_key = error.key();
      store_.error = error.what();
      return;
    }
    keep_for_undo(before);
    load(std::move(spec));
  } else if (name == "restoring") {
    if (comparison_) open_with_undo(comparison_->alone());
    restoring_ = true;
    loading_since_ = ImGui::GetTime();
  } else if (name == "undo_change") {
    undo_change();
  } else if (comparison_) {
    comparison_->command(command);
  } else if (name == "edit") {
    change(command.at("key").get<std::string>(), command.at("value"), true);
  } else if (name == "export") {
    pending_export_ = command.value("view", visible_.front());
    pending_csv_ = command.value("as", "csv") == "csv";
  } else if (name == "metrics") {
    std::string csv;
    for (std::size_t i = 0; i < store_.columns.size(); ++i) {
      csv += (i > 0 ? "," : "") + store_.columns[i];
    }
    csv += "\n";
    const std::size_t rows = store_.history.empty() ? 0 : store_.history[0].size();
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t i = 0; i < store_.history.size(); ++i) {
        csv += (i > 0 ? "," : "") + std::to_string(store_.history[i][row]);
      }
      csv += "\n";
    }
    link_.file("metrics.csv", "text/csv", bytes_of(csv));
  } else {
    link_.send(command);
  }
}

views::View& App::view(const std::string& name) {
  auto& made = views_[name];
  if (!made) made = views::find_view(name)->make();
  return *made;
}

void App::show(const std::string& name) {
  if (!views::find_view(name)) {
    return tell(text("There is no view '", "이런 보기는 없습니다: '") + name + text("'.", "'."));
  }
  const auto found = std::find(visible_.begin(), visible_.end(), name);
  if (found != visible_.end()) {
    std::iter_swap(visible_.begin(), found);
  } else {
    visible_.front() = name;
  }
  keep_views();
  link_.send({{"do", "want"}, {"views", names(visible_)}});
  frames_wanted_ = 3;
}

// The views on screen belong to the experiment, but those that do not go with it: it could not be
// opened again.
void App::keep_views() {
  if (!store_.loaded) return;
  std::vector<std::string> kept;
  std::copy_if(visible_.begin(), visible_.end(), std::back_inserter(kept),
               [this](const std::string& each) { return goes_with(store_.spec, each); });
  if (!kept.empty()) store_.spec["views"] = kept;
}

void App::open_request() {
  const Json request = comparison_ ? comparison_->take_request() : Json();
  if (!request.is_object()) return;
  if (request.empty()) undo_change();
  else open_with_undo(request);
  frames_wanted_ = 3;
}

int App::frame() {
  const plot::Theme& theme = theme_of(options_);
  if (!fonts_.regular) fonts_.regular = stand_in();
  if (!fonts_.strong) fonts_.strong = fonts_.regular;
  // What was asked for in the last frame: nothing of it is on its way to the screen any more.
  open_request();
  if (std::exchange(compare_, false)) compare();
  const ImVec2 size = ImGui::GetIO().DisplaySize;
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize(size);
  ImGui::PushFont(fonts_.regular, plot::body_size);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2{0, 0});
  ImGui::Begin("lab", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus |
                   ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleVar();
  ImGui::GetWindowDrawList()->AddRectFilled({0, 0}, size, theme.background);
  camera_.moved = camera_.segment_moved = false;
  // Whether a control shows the error is known when all have been drawn: the strip follows it by a
  // frame.
  const bool beside = error_shown_;
  error_is_new_ = std::exchange(error_drawn_, error()) != error();
  arrange({{0, 0}, size});
  if (error_shown_ != beside || error_is_new_) frames_wanted_ = std::max(frames_wanted_, 3);
  camera_.pinch = 1;
  ImGui::End();
  ImGui::PopFont();
  if (comparison_) {
    if (comparison_->ask_for_pictures()) frames_wanted_ = std::max(frames_wanted_, 2);
  } else {
    ask_for_pictures();
  }
  for (const Json& wanted : std::exchange(camera_.commands, {})) link_.send(wanted);

  const ImGuiIO& io = ImGui::GetIO();
  if (compare_ || (comparison_ && comparison_->has_request()))
    frames_wanted_ = std::max(frames_wanted_, 2);
  const bool busy = ImGui::IsAnyItemActive() || io.MouseDown[0] || camera_.moved || ask_after_ >= 0;
  if (busy) frames_wanted_ = std::max(frames_wanted_, 2);
  // A caret blinks.
  if (io.WantTextInput) frames_wanted_ = std::max(frames_wanted_, 2);
  frames_wanted_ = std::max(0, frames_wanted_ - 1);
  return frames_wanted_;
}

void App::ask_for_pictures() {
  const double now = ImGui::GetTime();
  if (!store_.on_plane()) return;
  if (camera_.segment_moved) {
    const auto s = views::segment_of(store_);
    link_.send({{"do", "cross"}, {"from", {s[0], s[1]}}, {"to", {s[2], s[3]}}, {"n", 256}});
  }
  const bool differs = !(visible_window_ == asked_box_) && visible_window_.x1 > visible_window_.x0;
  if (differs && ask_after_ < 0) ask_after_ = now + camera_rest;
  if (camera_.moved) ask_after_ = now + camera_rest;
  if (ask_after_ >= 0 && now >= ask_after_ && differs) {
    ask_after_ = -1;
    asked_box_ = visible_window_;
    const plot::Window& box = asked_box_;
    link_.send({{"do", "fields"}, {"box", {box.x0, box.x1, box.y0, box.y1}}, {"n", 96}});
  } else if (!differs && !camera_.moved) {
    ask_after_ = -1;
  }
  // Points drawn by hand are taken when the pointer is let go.
  if (!camera_.drawn_points.empty() && !ImGui::GetIO().MouseDown[0]) {
    Json points = store_.spec.at("data").value("points", Json::array());
    for (const ImVec2 point : camera_.drawn_points) points.push_back({point.x, point.y});
    camera_.drawn_points.clear();
    change("data.points", std::move(points), true);
  }
}

void App::arrange(Area all) {
  draw_banner(all);
  if (options_.embedded && !comparison_) return draw_views(all, all.width() < tablet_from);
  if (options_.transport && !options_.embedded) {
    // Two rows where there is no room for one.
    const float rows = all.width() < tablet_from && !comparison_ ? 2 : 1;
    const Area bar{{all.min.x, all.max.y - 16 - 40 * rows}, all.max};
    all.max.y = bar.min.y;
    begin_region("transport", bar, false);
    draw_transport();
    end_region();
    ImGui::GetWindowDrawList()->AddLine(bar.min, {bar.max.x, bar.min.y},
                                        theme_of(options_).hairline);
  }
  if (comparison_) return comparison_->draw(all.min, all.max, fonts_, !undo_.empty());
  if (all.width() >= wide_from) arrange_wide(all);
  else arrange_narrow(all, all.width() < tablet_from);
}

void App::arrange_wide(Area all) {
  const plot::Theme& theme = theme_of(options_);
  const Area left{all.min, {all.min.x + experiment_width, all.max.y}};
  const Area right{{all.max.x - numbers_width, all.min.y}, all.max};
  begin_region("experiment", left, false);
  draw_experiment();
  end_region();
  begin_region("numbers", right, false);
  draw_numbers();
  end_region();
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  draw.AddLine({left.max.x, all.min.y}, left.max, theme.hairline);
  draw.AddLine(right.min, {right.min.x, all.max.y}, theme.hairline);
  draw_views({{left.max.x, all.min.y}, {right.min.x, all.max.y}}, false);
}

void App::arrange_narrow(Area all, bool phone) {
  if (panel_ == "none") return draw_views(all, phone);
  // A sheet over the lower part, or a drawer at the side.
  const plot::Theme& theme = theme_of(options_);
  Area sheet = all;
  if (phone) {
    sheet.min.y = all.min.y + 0.38f * all.height();
    draw_views({all.min, {all.max.x, sheet.min.y}}, true);
  } else {
    sheet.max.x = all.min.x + experiment_width + 20;
    draw_views({{sheet.max.x, all.min.y}, all.max}, false);
  }
  begin_region(panel_.c_str(), sheet, false);
  if (panel_ == "experiment") draw_experiment();
  else draw_numbers();
  end_region();
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  if (phone) draw.AddLine(sheet.min, {sheet.max.x, sheet.min.y}, theme.hairline);
  else draw.AddLine({sheet.max.x, sheet.min.y}, sheet.max, theme.hairline);
}

void App::draw_views(Area area, bool phone) {
  if (!options_.embedded || visible_.size() > 1) draw_tabs(area);
  const std::size_t small =
      phone || options_.embedded || area.height() < 420 ? 0 : visible_.size() - 1;
  views_on_screen_ = 1 + small;
  const float pad = plot::grid_unit;
  Area large{{area.min.x + pad, area.min.y}, {area.max.x - pad, area.max.y - pad}};
  if (small > 0) {
    const float gap = pad, height = std::min(0.3f * area.height(), 230.f);
    large.max.y -= height + gap;
    const float width =
        (large.width() - gap * static_cast<float>(small - 1)) / static_cast<float>(small);
    for (std::size_t i = 0; i < small; ++i) {
      const float x = large.min.x + static_cast<float>(i) * (width + gap);
      draw_view(visible_[i + 1], {{x, large.max.y + gap}, {x + width, area.max.y - pad}}, true);
    }
  }
  draw_view(visible_.front(), large, false);
}

// The names of all views: a click makes one large.
void App::draw_tabs(Area& area) {
  const plot::Theme& theme = theme_of(options_);
  const float height = 40;
  begin_region("tabs", {area.min, {area.max.x, area.min.y + height}}, false);
  ImGui::SetCursorPos({plot::grid_unit, 6});
  const auto& rows = views::registry();
  std::vector<std::string> offered;
  if (store_.loaded) offered = session::fitting(*session::find_key("views"), store_.spec);
  const auto is_offered = [&](const views::ViewRow& row) {
    return std::find(offered.begin(), offered.end(), row.name) != offered.end();
  };
  for (const views::ViewRow& row : rows) {
    if (!is_offered(row)) continue;
    const bool chosen = visible_.front() == row.name;
    const auto& [name, tab, title] = words::of_view(row.name);
    const char* words = tab.in(options_.korean);
    // An author's page offers the author's views.
    if (options_.embedded &&
        std::find(visible_.begin(), visible_.end(), row.name) == visible_.end())
      continue;
    if (ImGui::GetCursorPosX() + ImGui::CalcTextSize(words).x + 64 > area.width()) {
      // What does not fit goes into a menu.
      ImGui::SetCursorPosX(area.width() - 34);
      if (ImGui::Button("…##more", {28, 28})) ImGui::OpenPopup("more views");
      break;
    }
    ImGui::PushStyleColor(ImGuiCol_Button, chosen ? theme.surface : theme.background);
    ImGui::PushStyleColor(ImGuiCol_Text, chosen ? theme.ink : theme.muted);
    if (ImGui::Button(words, {0, 28})) show(row.name);
    ImGui::PopStyleColor(2);
    if (ImGui::IsItemHovered(ImGuiHoveredFlags_DelayNormal)) {
      ImGui::SetTooltip("%s", title.in(options_.korean));
    }
    ImGui::SameLine(0, 2);
  }
  if (ImGui::BeginPopup("more views")) {
    for (const views::ViewRow& row : rows) {
      if (is_offered(row) && ImGui::Selectable(words::of_view(row.name).tab.in(options_.korean),
                                               visible_.front() == row.name))
        show(row.name);
    }
    ImGui::EndPopup();
  }
  end_region();
  area.min.y += height;
}

void App::draw_view(const std::string& name, Area area, bool compact) {
  const views::ViewRow* row = views::find_view(name);
  if (!row || area.width() < 40 || area.height() < 40) return;
  const plot::Theme& theme = theme_of(options_);
  const char* title = words::of_view(row->name).title.in(options_.korean);
  begin_region(row->name, area, false);
  const float title_height = compact ? 20 : 30;
  const float size = compact ? plot::axis_size : plot::body_size;
  const float buttons = compact ? 0 : 88;
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  // Long titles are set smaller, then cut.
  ImFont* const font = compact ? fonts_.regular : fonts_.strong;
  const float room = area.width() - buttons - 8;
  ImGui::PushFont(font, size);
  const float needed = ImGui::CalcTextSize(title).x;
  ImGui::PopFont();
  ImGui::PushFont(font, needed > room ? std::max(11.f, std::floor(size * room / needed)) : size);
  draw.PushClipRect(area.min, {area.max.x - buttons, area.max.y}, true);
  draw.AddText({area.min.x + 4, area.min.y + (compact ? 2.f : 5.f)},
               compact ? theme.muted : theme.ink, title);
  draw.PopClipRect();
  ImGui::PopFont();
  const Area plot_area{{area.min.x, area.min.y + title_height}, area.max};
  if (!compact) {
    ImGui::SetCursorScreenPos({area.max.x - buttons, area.min.y + 5});
    if (ImGui::SmallButton("PNG")) export_view(name, false, area);
    if (ImGui::IsItemHovered()) ImGui::SetTooltip("%s", text("Save this picture", "그림으로 저장"));
    ImGui::SameLine(0, 4);
    if (ImGui::SmallButton("CSV")) export_view(name, true, area);
    if (ImGui::IsItemHovered())
      ImGui::SetTooltip("%s", text("Save the numbers behind it", "숫자로 저장"));
  }
  if (pending_export_ == name) {
    pending_export_.clear();
    export_view(name, pending_csv_, area);
  }
  ImGui::SetCursorScreenPos(plot_area.min);
  if (!compact) ImGui::SetNextItemAllowOverlap();
  const bool clicked = ImGui::InvisibleButton("plot", {plot_area.width(), plot_area.height()});
  const bool drawing =
      name == "samples" && store_.loaded && store_.spec.at("data").at("name") == "points";
  if (compact) {
    if (clicked) show(name);
    if (ImGui::IsItemHovered()) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  } else if (views::through_camera(name, store_) && !drawing) {
    const ImVec2 low{plot_area.min.x + 44, plot_area.min.y + 18},
        high{plot_area.max.x - 8, plot_area.max.y - 36};
    if (plot::navigate_fitted(camera_.window, store_.bounds, low, high, camera_.pinch))
      camera_.moved = true;
    visible_window_ = plot::fitted(camera_.window, low, high);
  }
  const bool section = views_on_screen_ > 1 && std::find(visible_.begin(), visible_.end(),
                                                         "cross-section") != visible_.end();
  views::Frame frame{store_,        camera_,       theme,   fonts_, options_.korean,
                     plot_area.min, plot_area.max, compact, section};
  // What a view asks for goes to the model that is coming, and it shows the one that is here.
  if (!store_.loaded || (goes_with(store_.loaded_spec, name) && goes_with(store_.spec, name))) {
    view(name).draw(frame);
  } else {
    const bool refused = !store_.error.empty() && !coming_.is_object();
    views::sentence(frame, refused
                               ? text("What was asked for cannot be opened: mend it, or undo it.",
                                      "요청한 실험을 열 수 없습니다. 고치거나 되돌리세요.")
                               : text("This view does not go with the experiment.",
                                      "이 실험에는 없는 보기입니다."));
  }
  end_region();
}

void App::export_view(const std::string& name, bool csv, Area area) {
  if (!csv) return link_.picture(name + ".png", area.min, area.max);
  const std::string table = view(name).csv(store_);
  if (!table.empty()) link_.file(name + ".csv", "text/csv", bytes_of(table));
}

// A strip above everything: what is said, how it is closed (empty: not), what else can be pressed.
// Returns whether it was closed.
bool App::draw_strip(Area& area, const std::string& words, bool warns, const char* close,
                     const std::function<void()>& buttons) {
  banner_ += (banner_.empty() ? "" : "\n") + words;
  const plot::Theme& theme = theme_of(options_);
  const float room = *close ? 44 : 0, width = area.width() - 32 - room;
  const ImVec2 size = fonts_.regular->CalcTextSizeA(plot::small_size, 1e9f, width, words.c_str());
  const float height = size.y + (buttons ? 56.f : 20.f);
  const std::string name = "banner " + words.substr(0, 24);
  begin_region(name.c_str(), {area.min, {area.max.x, area.min.y + height}}, true);
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  draw.AddRectFilled(area.min, {area.min.x + 4, area.min.y + height},
                     warns ? theme.warning : theme.muted);
  draw.AddText(fonts_.regular, plot::small_size, {area.min.x + 16, area.min.y + 9}, theme.ink,
               words.c_str(), nullptr, width);
  ImGui::PushStyleColor(ImGuiCol_Button, theme.background);
  if (buttons) {
    ImGui::SetCursorPos({16, size.y + 16});
    buttons();
  }
  bool closed = false;
  if (*close) {
    ImGui::SetCursorPos({area.width() - 40, 6});
    closed = ImGui::Button(close, {28, 24});
    if (ImGui::IsItemHovered()) ImGui::SetTooltip("%s", text("Close", "닫기"));
  }
  ImGui::PopStyleColor();
  end_region();
  area.min.y += height;
  return closed;
}

// What went wrong or is worth knowing, with the way back.
void App::draw_banner(Area& area) {
  banner_.clear();
  const bool beside = std::exchange(error_shown_, false);
  const auto back = [this](const char* words, const char* command) {
    if (!ImGui::Button(words)) return;
    store_.diverged.clear();
    link_.send({{"do", command}});
  };
  if (!comparison_ && !store_.diverged.empty()) {
    draw_strip(area, store_.diverged, true, "", [&] {
      back(text("Last good weights", "마지막 정상 가중치"), "undo");
      ImGui::SameLine();
      back(text("Rewind", "처음으로"), "rewind");
    });
  } else if (!comparison_ && !store_.warning.empty()) {
    draw_strip(area, ruined_words(store_, options_.korean), true, "",
               [&] { back(text("Rewind", "처음으로"), "rewind"); });
  }
  // An error that is new has had no frame to be shown beside its control.
  const bool fresh = error_is_new_ && !store_.error_key.empty() && !comparison_;
  if (!error().empty() && !beside && !fresh && draw_strip(area, error(), true, "×")) {
    (comparison_ ? comparison_->error : store_.error).clear();
    store_.error_key.clear();
  }
  if (!notice_.empty() && draw_strip(area, notice_, false, "×")) notice_.clear();
  const std::string stopped = comparison_ ? "" : stopped_words(store_, options_.korean);
  if (!stopped.empty()) draw_strip(area, stopped, false, "");
  // Of a comparison, those of its models that are on their way.
  const bool loads = comparison_ ? comparison_->loading_since().has_value()
                                 : (loading_ > 0 || restoring_) && store_.needs.empty();
  if (!loads) return;
  frames_wanted_ = std::max(frames_wanted_, 2);
  const double since = comparison_ ? *comparison_->loading_since() : loading_since_;
  // What is quick is not worth a word.
  if (ImGui::GetTime() - since < 0.4) return;
  const Json document = comparison_ ? this->document() : coming_;
  const Json* file = session::find(document, "data.file");
  const std::string what =
      file && file->is_string() && *file != "" ? " " + file->get<std::string>() : "";
  draw_strip(area, text("Loading", "불러오는 중:") + what + " …", false, "");
}

std::optional<std::string> App::news() {
  std::string text = status().dump();
  if (text == told_) return {};
  return told_ = std::move(text);
}

Json App::status() {
  Json all = comparison_ ? comparison_status() : single_status();
  all["banner"] = banner_;
  if (!all.contains("spec")) return all;
  const auto lesson = lessons_.find(content_of(all["spec"]));
  const bool is_one = lesson != lessons_.end();
  // A change that is undone leads back to the lesson.
  if (is_one) origin_ = lesson->second.name;
  all["origin"] = origin_;
  all["lesson"] = is_one ? lesson->second.name : "";
  const Json views = comparison_ ? all["spec"].value("views", Json()) : store_.spec.at("views");
  all["views"] = views;
  all["own_views"] = is_one && lesson->second.views != views;
  return all;
}

Json App::comparison_status() const {
  const session::Comparison comparison = comparison_->comparison();
  return {{"status", comparison_->status()},
          {"main", "comparison"},
          {"panel", "none"},
          {"want_text", ImGui::GetIO().WantTextInput},
          {"fields_version", 0},
          {"undo", undo_.size()},
          {"spec", session::compact(comparison)},
          {"seed", comparison.members.front().at("seed")},
          {"stop", comparison.members.front().at("stop")},
          {"alt", comparison_->describe()}};
}

Json App::single_status() {
  Json metrics = Json::object();
  for (const auto& [name, value] : store_.metrics) metrics[name] = value;
  Json status{{"playing", store_.playing},
              {"step", store_.step},
              {"seconds", store_.seconds},
              {"samples_seen", store_.samples_seen},
              {"steps_per_second", store_.steps_per_second},
              {"samples_per_second", store_.samples_per_second},
              {"executor", store_.executor},
              {"instruction_set", store_.instruction_set},
              {"threads", store_.threads},
              {"profiled", store_.profile.kernels.size()},
              {"stopped", store_.stopped},
              {"warning", store_.warning},
              {"needs", store_.needs},
              {"loaded", store_.loaded},
              {"metrics", std::move(metrics)}};
  status["error"] =
      store_.error.empty()
          ? Json()
          : Json{{"key", store_.error_key}, {"text", store_.error}, {"beside", error_shown_}};
  status["diverged"] = store_.diverged.empty() ? Json() : Json(store_.diverged);
  Json all{{"status", std::move(status)},
           {"main", visible_.front()},
           {"panel", panel_},
           {"want_text", ImGui::GetIO().WantTextInput},
           {"fields_version", store_.array("log_model").version},
           {"undo", undo_.size()}};
  if (store_.loaded) {
    if (store_.spec != compacted_.first) compacted_ = {store_.spec, session::compact(store_.spec)};
    const std::pair now{visible_.front(), store_.version()};
    if (now != std::exchange(described_, now)) alt_ = view(visible_.front()).describe(store_);
    all["spec"] = compacted_.second;
    all["seed"] = store_.spec.at("seed");
    all["stop"] = store_.spec.at("stop");
    all["alt"] = alt_;
  }
  return all;
}

}  // namespace lab::app
