#include "shell/app/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/session/views.hpp"
#include "shell/app/app.hpp"
#include "shell/app/comparison_table.hpp"
#include "shell/app/words.hpp"
#include "shell/plot/numbers.hpp"
#include "shell/views/latent_parts.hpp"
#include "shell/views/latent_views.hpp"
#include "shell/words/choices.hpp"
#include "shell/words/keys.hpp"
#include "shell/words/views.hpp"

namespace lab::app {

namespace {

constexpr float gutter = 40, gap = 10, least_column = 180, least_row = 96, scrolled_row = 150;
constexpr int cells_of_a_field = 72;
constexpr double camera_rest = 0.12;  // seconds a camera is still before densities are asked for

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

// Around the data, as tight as it lies: columns are narrow.
plot::Window around(const views::Store& store) {
  const views::Array& data = store.array("data_train");
  if (data.size() < 4) return store.bounds;
  plot::Window window{1e30, -1e30, 1e30, -1e30};
  for (std::size_t i = 0; i + 1 < data.size(); i += 2) {
    const auto x = static_cast<double>(data[i]), y = static_cast<double>(data[i + 1]);
    window = {std::min(window.x0, x), std::max(window.x1, x), std::min(window.y0, y),
              std::max(window.y1, y)};
  }
  const double margin = 0.12 * std::max({window.x1 - window.x0, window.y1 - window.y0, 1e-3});
  return {window.x0 - margin, window.x1 + margin, window.y0 - margin, window.y1 + margin};
}

// A region of its own: WebGL draws at most 65,536 corners of one.
void begin_cell(const char* name, ImVec2 min, ImVec2 max, bool scrolls = false) {
  ImGui::SetCursorScreenPos(min);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2{0, 0});
  ImGui::BeginChild(
      name, {max.x - min.x, max.y - min.y}, ImGuiChildFlags_AlwaysUseWindowPadding,
      scrolls ? 0 : ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleVar();
}

// Rows that are no views by themselves: each says of all models what their sessions have measured.
using MakeView = std::unique_ptr<views::View> (*)();
MakeView only_beside_others(const std::string& row) {
  if (row == "learning") return views::make_learning;
  return row == "trade-off" ? views::make_trade_off : nullptr;
}

// The view in the column of the truth; null where only models have something to show.
const char* of_the_truth(const std::string& row) {
  if (row == "log-density") return "truth";
  for (const char* each : {"samples", "difference", "learning"}) {
    if (row == each) return each;
  }
  return nullptr;
}

bool goes_with(const Json& spec, const std::string& row) {
  if (row == "trade-off") return session::find(spec, "objective.beta") != nullptr;
  return row == "learning" || session::fits(*session::find_key("views"), row, spec);
}

// The key in which specifications of one model differ where it is a single one, and all have it.
std::string only_difference(const std::vector<const Json*>& specs) {
  std::string found;
  for (const session::Key& key : session::schema()) {
    if (key.path == "views" || key.path == "title") continue;
    const Json* const first = session::find(*specs.front(), key.path);
    bool differs = false, missing = !first;
    for (const Json* const spec : specs) {
      const Json* const value = session::find(*spec, key.path);
      differs = differs || (first == nullptr) != (value == nullptr) ||
                (first && value && *first != *value);
      missing = missing || !value;
    }
    if (!differs) continue;
    if (missing || !found.empty()) return {};
    found = key.path;
  }
  return found;
}

views::View& view_of(std::map<std::string, std::unique_ptr<views::View>>& views,
                     const std::string& name) {
  std::unique_ptr<views::View>& view = views[name];
  if (view) return *view;
  const MakeView make = only_beside_others(name);
  view = make ? make() : views::find_view(name)->make();
  return *view;
}

}  // namespace

ComparisonPage::ComparisonPage(Link& link, const Options& options, session::Comparison comparison,
                               bool play, double speed)
    : link_(link), options_(options), play_(play), speed_(speed) {
  adopt(std::move(comparison));
}

const char* ComparisonPage::text(const char* english, const char* korean) const {
  return options_.korean ? korean : english;
}

// ---------------------------------------------------------------- sessions

ComparisonPage::Column ComparisonPage::make_column(std::size_t session, Json spec) {
  return {session, std::move(spec), std::make_unique<views::Store>(), {}, {}, {}};
}

void ComparisonPage::adopt(session::Comparison next) {
  title_ = next.title;
  data_ = next.data;
  views_ = next.views;
  controls_ = next.controls;
  const std::vector<std::string> filled = session::filled_views(next);
  offered_.clear();
  for (const std::string& row : session::comparison_views(data_)) {
    const auto has = [&row](const auto& rows) {
      return std::find(rows.begin(), rows.end(), row) != rows.end();
    };
    if (has(filled) || has(views_)) offered_.push_back(row);
  }
  error.clear();
  std::vector<Column> kept = std::move(columns_);
  std::vector<std::optional<Column>> made(next.members.size());
  const auto take = [&](std::size_t member, std::vector<Column>::iterator from) {
    made[member] = std::move(*from);
    kept.erase(from);
  };
  for (std::size_t i = 0; i < made.size(); ++i) {
    const auto same = std::find_if(kept.begin(), kept.end(), [&](const Column& column) {
      return column.spec == next.members[i];
    });
    if (same != kept.end()) take(i, same);
  }
  std::vector<std::size_t> fresh;
  for (std::size_t i = 0; i < made.size(); ++i) {
    if (made[i]) continue;
    fresh.push_back(i);
    if (!kept.empty()) {
      take(i, kept.begin());
      made[i]->spec = next.members[i];
      continue;
    }
    std::size_t session = 0;
    const auto used = [&] {
      return std::any_of(made.begin(), made.end(),
                         [&](const auto& each) { return each && each->session == session; });
    };
    while (used()) ++session;
    made[i] = make_column(session, next.members[i]);
  }
  for (const Column& column : kept) send(column, {{"do", "close"}});
  columns_.clear();
  for (std::optional<Column>& column : made) columns_.push_back(std::move(*column));
  for (const std::size_t i : fresh) load(columns_[i]);
  current_ = std::min(current_, columns_.size());
  want_all();
}

void ComparisonPage::close() {
  for (const Column& column : columns_) {
    if (column.session > 0) send(column, {{"do", "close"}});
  }
}

void ComparisonPage::load(Column& column) {
  column.loading_since = ImGui::GetTime();
  send(column, {{"do", "load"}, {"spec", column.spec}});
  if (speed_ > 0) send(column, {{"do", "speed"}, {"steps_per_second", speed_}});
}

void ComparisonPage::send(const Column& column, Json command) {
  if (column.session > 0) command["session"] = column.session;
  link_.send(command);
}

void ComparisonPage::send_all(const Json& command) {
  for (const Column& column : columns_) send(column, command);
}

// Which views a session computes: those of the rows, and none where its column is not shown.
void ComparisonPage::want(const Column& column) {
  const bool hidden =
      single_ && current_ < columns_.size() && columns_[current_].session != column.session;
  std::vector<std::string> wanted;
  for (const std::string& row : views_) {
    if (!only_beside_others(row) && !hidden) wanted.push_back(row);
  }
  send(column, {{"do", "want"}, {"views", wanted}});
}

void ComparisonPage::want_all() {
  for (const Column& column : columns_) {
    if (column.store->loaded) want(column);
  }
}

void ComparisonPage::message(std::size_t session, const session::Message& message) {
  const auto found = std::find_if(columns_.begin(), columns_.end(),
                                  [&](const Column& column) { return column.session == session; });
  if (found == columns_.end()) return;
  Column& column = *found;
  const std::string kind = message.kind();
  // What a session said before it was this column's.
  const bool first = kind == "loaded" || kind == "need" || kind == "error";
  if (!column.store->loaded && !first) return;
  const Json before = column.store->loaded ? column.store->loaded_spec.at("data") : Json();
  column.store->apply(message);
  if (kind == "checkpoint") {
    link_.file(column.spec.at("model").at("name").get<std::string>() + ".lab",
               "application/octet-stream", message.bytes);
  }
  if (first) column.loading_since.reset();
  if (kind == "error") column.store->needs.clear();
  if (kind != "loaded") return;
  // New weights come with the next seed; any other difference is of a load that has been overtaken.
  Json reseeded = column.spec;
  reseeded["seed"] = column.store->loaded_spec.at("seed");
  if (reseeded == column.store->loaded_spec) column.spec = std::move(reseeded);
  const bool same_data = before == column.store->loaded_spec.at("data");
  // The camera begins where the first of the columns says the data is.
  if (session == columns_.front().session && !same_data) window_ = home_ = around(*column.store);
  want(column);
  if (same_data && column.store->can("plane") && asked_.x1 > asked_.x0) {
    send(column, {{"do", "fields"},
                  {"box", {asked_.x0, asked_.x1, asked_.y0, asked_.y1}},
                  {"n", cells_of_a_field}});
  } else {
    asked_ = {};
  }
  if (play_) send(column, {{"do", "play"}});
}

void ComparisonPage::command(const Json& command) {
  const std::string name = command.value("do", "");
  if (name == "play" || name == "pause" || name == "step") play_ = name == "play";
  if (name == "speed") speed_ = command.value("steps_per_second", 0.0);
  if (name == "edit") return edit(command.at("key").get<std::string>(), command.at("value"));
  if (name == "metrics" || name == "export") {
    const std::string csv = table().csv();
    return link_.file("comparison.csv", "text/csv",
                      {reinterpret_cast<const std::uint8_t*>(csv.data()), csv.size()});
  }
  send_all(command);
}

// A change of one key in all models. Live ones go on training.
void ComparisonPage::edit(const std::string& key, const Json& value) {
  if (key == "data.name") {
    request_ = on_data({{"name", value}});
    return;
  }
  const session::Key* const row = session::find_key(key);
  session::Comparison next = comparison();
  try {
    if (key.rfind("data.", 0) == 0) {
      Json data = next.data;
      session::assign(data, key.substr(5), value);
      next = session::with_data(next, data);
    } else {
      for (Json& member : next.members) {
        if (row && !session::applies(*row, member)) continue;
        session::assign(member, key, value);
        member = session::adapted(member, {key});
      }
    }
    // What no model heeds is told as one of them alone would tell it.
    Json given = Json::object();
    session::assign(given, key, value);
    const auto heeds = [&](const Json& member) { return session::unused(given, member).empty(); };
    if (std::none_of(next.members.begin(), next.members.end(), heeds)) {
      session::require_effect(given, next.members.front());
    }
  } catch (const session::SpecificationError& mistake) {
    error = mistake.what();
    return;
  }
  if (!row || !row->live) return ask(std::move(next));
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].spec == next.members[i]) continue;
    columns_[i].spec = next.members[i];
    columns_[i].store->spec = next.members[i];
    send(columns_[i], {{"do", "set"}, {"key", key}, {"value", value}});
  }
}

void ComparisonPage::ask(session::Comparison next) { request_ = session::compact(next); }

Json ComparisonPage::on_data(const Json& data) const {
  return session::compact(session::with_data(comparison(), data));
}

Json ComparisonPage::alone(std::size_t column) const {
  const Json& spec = columns_.at(column).spec;
  Json result = session::compact(spec);
  result["model"]["name"] = spec.at("model").at("name");
  return result;
}

session::Comparison ComparisonPage::comparison() const {
  session::Comparison result;
  result.title = title_;
  result.data = data_;
  result.views = views_;
  // Those that no model heeds any more are gone.
  for (const std::string& key : controls_) {
    const auto heeds = [&key](const Column& column) { return session::find(column.spec, key); };
    if (std::ranges::any_of(columns_, heeds)) result.controls.push_back(key);
  }
  for (const Column& column : columns_) result.members.push_back(column.spec);
  return result;
}

// ---------------------------------------------------------------- numbers

std::string ComparisonPage::title_of(const Column& column) const {
  const auto own = [](const Column& each) -> std::string {
    const Json& model = each.spec.at("model");
    return words::model_title(model.at("name").get<std::string>(), model.value("architecture", ""));
  };
  const auto& given = column.spec.at("title").get_ref<const std::string&>();
  if (!given.empty()) return given;
  const std::string title = own(column);
  std::vector<const Json*> alike;
  std::size_t before = 0;
  for (const Column& each : columns_) {
    if (&each == &column) before = alike.size();
    if (own(each) == title) alike.push_back(&each.spec);
  }
  if (alike.size() < 2) return title;
  const std::string differs = only_difference(alike);
  if (differs.empty()) return title + " " + std::to_string(before + 1);
  const Json& value = *session::find(column.spec, differs);
  return title + ", " + words::of_key(differs).label.in(options_.korean) + " " +
         (value.is_number()   ? plot::brief(value.get<double>(), 3)
          : value.is_string() ? value.get<std::string>()
                              : value.dump());
}

std::optional<double> ComparisonPage::loading_since() const {
  std::optional<double> first;
  for (const Column& column : columns_) {
    if (column.loading_since && (!first || *column.loading_since < *first))
      first = column.loading_since;
  }
  return first;
}

ComparisonTable ComparisonPage::table() const {
  std::vector<ComparisonTable::Member> members;
  for (const Column& column : columns_)
    members.push_back({title_of(column), column.spec, *column.store});
  return {std::move(members), entropy(), options_.korean};
}

views::Store* ComparisonPage::truth() const {
  views::Store* known = nullptr;
  for (const Column& column : columns_) {
    if (!column.store->has_truth) continue;
    if (!column.store->array("log_truth").empty()) return column.store.get();
    if (!known) known = column.store.get();
  }
  return known;
}

double ComparisonPage::entropy() const {
  for (const Column& column : columns_) {
    const double entropy = column.store->said("entropy", nothing);
    if (std::isfinite(entropy)) return entropy;
  }
  return nothing;
}

bool ComparisonPage::playing() const {
  return std::any_of(columns_.begin(), columns_.end(),
                     [](const Column& column) { return column.store->playing; });
}

bool ComparisonPage::loaded() const {
  return std::all_of(columns_.begin(), columns_.end(),
                     [](const Column& column) { return column.store->loaded; });
}

bool ComparisonPage::drawn() const {
  return std::all_of(columns_.begin(), columns_.end(), [](const Column& column) {
    return !column.store->can("plane") || !column.store->array("log_model").empty();
  });
}

std::int64_t ComparisonPage::least_steps() const {
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  for (const Column& column : columns_) least = std::min(least, column.store->step);
  return least;
}

std::string ComparisonPage::describe() const {
  return text("Comparison on ", "비교, 데이터 ") + data_.value("name", std::string()) + ". " +
         table().describe();
}

Json ComparisonPage::status() const {
  Json members = table().status();
  double steps_a_second = 0, samples_a_second = 0, seconds = 0, seen = 0;
  std::int64_t step = 0;
  std::string needs, stopped;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const views::Store& store = *columns_[i].store;
    members[i]["session"] = columns_[i].session;
    steps_a_second += store.steps_per_second;
    samples_a_second += store.samples_per_second;
    step = std::max(step, store.step);
    seconds = std::max(seconds, store.seconds);
    seen += store.samples_seen;
    if (!store.needs.empty()) needs = store.needs;
    if (!store.stopped.empty()) stopped = store.stopped;
  }
  const views::Store& front = *columns_.front().store;
  return {{"playing", playing()},
          {"step", step},
          {"seconds", seconds},
          {"samples_seen", seen},
          {"steps_per_second", steps_a_second},
          {"samples_per_second", samples_a_second},
          {"executor", front.executor},
          {"instruction_set", front.instruction_set},
          {"threads", front.threads},
          {"profiled", 0},
          {"stopped", stopped},
          {"needs", needs},
          {"loaded", loaded()},
          {"metrics", Json::object()},
          {"comparison", std::move(members)},
          {"error", error.empty() ? Json() : Json{{"key", ""}, {"text", error}}},
          {"diverged", Json()}};
}

// ---------------------------------------------------------------- layout

void ComparisonPage::draw(ImVec2 min, ImVec2 max, const plot::Fonts& fonts, bool can_undo) {
  fonts_ = fonts;
  shared_ = {};
  for (const Column& column : columns_) shared_.models.push_back(column.store.get());
  shared_.best = -entropy();
  shared_.top = views::top_of(shared_.models);
  shared_.pointer = std::exchange(pointer_, std::nullopt);
  moved_ = false;

  const bool embedded = options_.embedded;
  const float width = max.x - min.x;
  const auto count = static_cast<float>(columns_.size() + (truth() ? 1 : 0));
  const float least = embedded ? 130 : least_column;
  const bool one = width < gutter + count * (least + gap);
  if (one != single_) {
    single_ = one;
    want_all();
  }
  const bool phone = width < tablet_from;
  if (!embedded) {
    const float bar = phone ? bar_height + 36 : bar_height;
    draw_bar(min, width, can_undo);
    min.y += bar;
    if (const std::vector<std::string> controls = comparison().controls; !controls.empty()) {
      draw_controls(min, width, controls);
      min.y += controls_height;
    }
  }
  // The table, as long as half of the height is left for the pictures.
  const ComparisonTable table = this->table();
  const float wanted = table.height();
  if (wanted < (phone ? 0.45f : 0.5f) * (max.y - min.y)) {
    const ImVec2 corner{min.x, max.y - wanted};
    ImGui::GetWindowDrawList()->AddLine(corner, {max.x, corner.y}, theme_of(options_).hairline);
    table.draw(corner, max, theme_of(options_), fonts_);
    max.y = corner.y;
  }
  if (single_) {
    draw_tabs(min, width);
    min.y += 38;
  }
  draw_rows({min, max, !single_, !embedded});
  pinch_ = 1;
}

void ComparisonPage::draw_rows(const Layout& layout) {
  const std::size_t all = columns_.size() + (truth() ? 1 : 0);
  current_ = std::min(current_, all - 1);
  const std::size_t from = layout.columns ? 0 : current_, to = layout.columns ? all : current_ + 1;
  const views::Store& front = *columns_.front().store;
  const auto on_plane = [&](const std::string& row) { return views::through_camera(row, front); };
  const bool plane = std::any_of(views_.begin(), views_.end(), on_plane);
  const bool small = layout.max.x - layout.min.x < 520;
  const float left = layout.min.x + (!plane || small ? 8 : gutter), right = layout.max.x - 12;
  const auto count = static_cast<float>(to - from);
  // Whole pixels, so that every edge is drawn.
  const float width = std::floor((right - left - gap * (count - 1)) / count);
  // A name stands over each column; where only one is shown, its tab says it.
  const float head = layout.columns    ? (layout.controls ? head_height : 22)
                     : layout.controls ? 34
                                       : 0;
  const float ticks = plane && !small ? 18 : 0;
  const float top = layout.min.y + head, height = layout.max.y - top - 6;
  for (std::size_t i = from; head > 0 && i < to; ++i) {
    ImGui::PushID(static_cast<int>(i));
    draw_head(i, {left + static_cast<float>(i - from) * (width + gap), layout.min.y}, width,
              layout.controls);
    ImGui::PopID();
  }
  // Rows for which there is no room are left out of what is embedded, and else scrolled to.
  const auto fit = static_cast<std::size_t>(
      std::clamp(height / (least_row + gap), 1.f, static_cast<float>(views_.size())));
  const bool scrolls = layout.controls && fit < views_.size();
  const std::size_t shown = scrolls ? views_.size() : fit;
  const auto rows = static_cast<float>(shown);
  const float each = scrolls ? std::min(scrolled_row, height - ticks)
                             : std::floor((height - rows * ticks - (rows - 1) * 6) / rows);
  const float pitch = each + ticks + 6;
  // A little above: the highest value may stand beside the edge of the first.
  begin_cell("rows", {layout.min.x, top - 4}, layout.max, scrolls);
  if (scrolls) ImGui::Dummy({1, rows * pitch + 4});
  const float first = top - ImGui::GetScrollY();
  for (std::size_t i = from; i < to; ++i) {
    const float x = left + static_cast<float>(i - from) * (width + gap);
    ImGui::PushID(static_cast<int>(i));
    for (std::size_t row = 0; row < shown; ++row) {
      const float y = first + static_cast<float>(row) * pitch;
      const bool ticked = on_plane(views_[row]);
      const Cell cell{{x, y}, {x + width, y + each + (ticked ? 0 : ticks)}};
      if (cell.height() < 24 || cell.width() < 24 || cell.max.y < top || y > layout.max.y) continue;
      begin_cell(views_[row].c_str(), cell.min, cell.max);
      draw_cell(views_[row], i, cell, i == from, i + 1 == to);
      ImGui::EndChild();
      if (!ticked || ticks <= 0) continue;
      const plot::Window fitted = plot::fitted(window_, cell.min, cell.max);
      if (nothing_to_show(views_[row], i).empty())
        plot::name_x(theme_of(options_), fonts_, fitted, cell.min, cell.max);
      if (i == from) plot::name_y(theme_of(options_), fonts_, fitted, cell.min, cell.max);
    }
    if (i < columns_.size()) draw_trouble(columns_[i], {{x, top}, {x + width, top + height}});
    ImGui::PopID();
  }
  ImGui::EndChild();
}

// What went wrong in one column stands in it, with the way back.
void ComparisonPage::draw_trouble(Column& column, const Cell& cell) {
  views::Store& store = *column.store;
  const bool broken = !store.diverged.empty();
  std::string words = broken ? store.diverged : store.error;
  if (words.empty()) words = ruined_words(store, options_.korean);
  const bool warns = !words.empty();
  if (!warns) words = stopped_words(store, options_.korean);
  if (words.empty()) return;
  const plot::Theme& theme = theme_of(options_);
  const float width = cell.width() - 32;
  const ImVec2 size = fonts_.regular->CalcTextSizeA(plot::axis_size, 1e9f, width, words.c_str());
  const ImVec2 at{cell.min.x + 8, cell.min.y + 8};
  const ImVec2 end{cell.max.x - 8, at.y + size.y + (broken ? 50.f : 16.f)};
  begin_cell("trouble", at, end);
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  draw.AddRectFilled(at, end, theme.surface, 6);
  draw.AddRectFilled(at, {at.x + 4, end.y}, warns ? theme.warning : theme.muted);
  draw.AddText(fonts_.regular, plot::axis_size, {at.x + 12, at.y + 8}, theme.ink, words.c_str(),
               nullptr, width);
  if (!broken) return ImGui::EndChild();
  ImGui::SetCursorScreenPos({at.x + 12, at.y + size.y + 14});
  if (ImGui::SmallButton(text("Last good weights", "마지막 정상 가중치"))) {
    store.diverged.clear();
    send(column, {{"do", "undo"}});
  }
  ImGui::SameLine();
  if (ImGui::SmallButton(text("Rewind", "처음으로"))) {
    store.diverged.clear();
    send(column, {{"do", "rewind"}});
  }
  ImGui::EndChild();
}

void ComparisonPage::draw_cell(const std::string& row, std::size_t index, const Cell& cell,
                               bool first, bool last) {
  const bool is_truth = index >= columns_.size();
  views::Store& store = is_truth ? *truth() : *columns_[index].store;
  views::Camera& camera = is_truth ? truth_camera_ : columns_[index].camera;
  const bool plane = views::through_camera(row, *columns_.front().store);
  if (plane) navigate(cell, row);
  camera.window = window_;
  camera.pinch = pinch_;
  views::Shared shared = shared_;
  shared.of_truth = is_truth;
  // Where the truth is a column of its own, its head has the scale of densities.
  shared.scale = last && (single_ || !is_truth || row != "log-density");
  shared.values = first;
  // What has axes or a legend of its own needs room for them.
  const bool drawn_slim = plane || row == "samples" || only_beside_others(row);
  const bool compact = drawn_slim || cell.width() < 260 || cell.height() < 190;
  const float edge = plane || only_beside_others(row) ? 0 : 3;
  const bool section = std::find(views_.begin(), views_.end(), "cross-section") != views_.end();
  views::Frame frame{store,
                     camera,
                     theme_of(options_),
                     fonts_,
                     options_.korean,
                     {cell.min.x + edge, cell.min.y + edge},
                     {cell.max.x - edge, cell.max.y - edge},
                     compact,
                     section,
                     &shared};
  const std::string words = nothing_to_show(row, index);
  if (!words.empty()) views::sentence(frame, words.c_str());
  else if (is_truth) view_of(truth_views_, of_the_truth(row)).draw(frame);
  else view_of(columns_[index].views, row).draw(frame);
  // Pictures have a line around them, and so have axes.
  if (plane || !words.empty() || (compact && !drawn_slim))
    ImGui::GetWindowDrawList()->AddRect(cell.min, cell.max, theme_of(options_).hairline);
}

// Why there is nothing in a cell; empty where its view has something to draw, or says so itself.
std::string ComparisonPage::nothing_to_show(const std::string& row, std::size_t index) const {
  if (index >= columns_.size()) {
    const bool shown = of_the_truth(row) && (row == "learning" || truth()->can("plane"));
    return shown ? "" : text("Only models have this.", "모델에만 있습니다.");
  }
  const Column& column = columns_[index];
  if (!goes_with(column.spec, row)) {
    if (row == "trade-off") return text("This model has no β.", "β가 없는 모델입니다.");
    const auto view = std::find_if(session::views().begin(), session::views().end(),
                                   [&](const auto& each) { return each.name == row; });
    return view->abilities.size() == 1
               ? words::lacking(view->abilities.front()).in(options_.korean)
               : text("This model has no such picture.", "이 모델에는 없는 그림입니다.");
  }
  // The model that is here is another than the one that is coming.
  const bool coming = column.store->loaded && !goes_with(column.store->loaded_spec, row);
  return coming ? text("waiting for the first step", "첫 단계를 기다립니다") : "";
}

void ComparisonPage::navigate(const Cell& cell, const std::string& name) {
  ImGui::SetCursorScreenPos(cell.min);
  ImGui::SetNextItemAllowOverlap();
  ImGui::InvisibleButton(name.c_str(), {cell.width(), cell.height()});
  const bool hovered = ImGui::IsItemHovered();
  if (plot::navigate_fitted(window_, home_, cell.min, cell.max, hovered ? pinch_ : 1))
    moved_ = true;
  shown_ = plot::fitted(window_, cell.min, cell.max);
  if (!hovered) return;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const double u = static_cast<double>((mouse.x - cell.min.x) / cell.width()),
               v = static_cast<double>((cell.max.y - mouse.y) / cell.height());
  pointer_ = {shown_.x0 + (shown_.x1 - shown_.x0) * u, shown_.y0 + (shown_.y1 - shown_.y0) * v};
}

// What the views have asked for.
void ComparisonPage::send_wishes() {
  for (Column& column : columns_) {
    for (const Json& command : std::exchange(column.camera.commands, {})) send(column, command);
    if (!std::exchange(column.camera.segment_moved, false)) continue;
    // The segment is dragged in one column and lies in all.
    const std::array<double, 4> s = views::segment_of(*column.store);
    for (const Column& each : columns_) each.store->choose("segment", s);
    send_all({{"do", "cross"}, {"from", {s[0], s[1]}}, {"to", {s[2], s[3]}}, {"n", 256}});
  }
}

bool ComparisonPage::ask_for_pictures() {
  send_wishes();
  const double now = ImGui::GetTime();
  const bool plane =
      loaded() && std::any_of(views_.begin(), views_.end(), [this](const std::string& row) {
        return row != "samples" && views::through_camera(row, *columns_.front().store);
      });
  if (!plane || !(shown_.x1 > shown_.x0)) return false;
  const bool differs = !(shown_ == asked_);
  if (!differs) {
    ask_after_ = -1;
    return false;
  }
  if (moved_ || ask_after_ < 0) ask_after_ = now + (asked_.x1 > asked_.x0 ? camera_rest : 0);
  if (now < ask_after_) return true;
  ask_after_ = -1;
  asked_ = shown_;
  send_all({{"do", "fields"},
            {"box", {asked_.x0, asked_.x1, asked_.y0, asked_.y1}},
            {"n", cells_of_a_field}});
  return false;
}

}  // namespace lab::app
