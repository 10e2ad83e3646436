#include "shell/app/comparison.hpp"
#include "core/data/rows.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "shell/app/app.hpp"
#include "shell/app/words.hpp"
#include "shell/plot/numbers.hpp"
#include "shell/words/choices.hpp"
#include "shell/words/views.hpp"

namespace lab::app {

namespace {

constexpr float bar_height = 44, head_height = 46, gutter = 40, gap = 10, line_height = 24,
                least_column = 180, least_row = 96;
constexpr int cells_of_a_field = 72;
constexpr double camera_rest = 0.12;  // seconds a camera is still before densities are asked for

bool is_plane_row(const std::string& name) { return name == "log-density" || name == "difference"; }

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

void begin_cell(const char* name, const views::Cell& cell) {
  ImGui::SetCursorScreenPos(cell.min);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2{0, 0});
  ImGui::BeginChild(name, {cell.width(), cell.height()}, ImGuiChildFlags_AlwaysUseWindowPadding,
                    ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleVar();
}

void tooltip(const char* words) {
  if (!ImGui::IsItemHovered(ImGuiHoveredFlags_DelayShort)) return;
  ImGui::BeginTooltip();
  ImGui::PushTextWrapPos(280);
  ImGui::TextUnformatted(words);
  ImGui::PopTextWrapPos();
  ImGui::EndTooltip();
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
  return {session,
          std::move(spec),
          std::make_unique<views::Store>(),
          std::make_unique<views::ComparisonColumn>(),
          nothing,
          {}};
}

void ComparisonPage::adopt(session::Comparison next) {
  title_ = next.title;
  data_ = next.data;
  views_ = next.views;
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
    if (row != "learning" && !hidden) wanted.push_back(row);
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
  const Json entropy = message.head.value("entropy", Json());
  column.entropy = entropy.is_number() ? entropy.get<double>() : nothing;
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
    const std::string csv = table();
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
  for (const Column& column : columns_) result.members.push_back(column.spec);
  return result;
}

// ---------------------------------------------------------------- numbers

std::string ComparisonPage::title_of(const Column& column) const {
  const auto model = [](const Column& each) {
    return each.spec.at("model").at("name").get<std::string>();
  };
  std::string title = words::model_title(model(column));
  std::size_t same = 0, before = 0;
  for (const Column& each : columns_) {
    if (&each == &column) before = same;
    same += model(each) == model(column);
  }
  if (same > 1) title += " " + std::to_string(before + 1);
  return title;
}

std::optional<double> ComparisonPage::loading_since() const {
  std::optional<double> first;
  for (const Column& column : columns_) {
    if (column.loading_since && (!first || *column.loading_since < *first))
      first = column.loading_since;
  }
  return first;
}

bool ComparisonPage::any_cross_entropy() const {
  return std::any_of(columns_.begin(), columns_.end(),
                     [](const Column& column) { return column.store->cross_entropy; });
}

const char* ComparisonPage::known_words(const Numbers& numbers) const {
  switch (numbers.known) {
    case Numbers::Known::bound: return text("a bound", "하한");
    case Numbers::Known::grid: return text("normalised on a grid", "격자에서 정규화");
    case Numbers::Known::cross_entropy: return text("a cross-entropy", "교차 엔트로피");
    case Numbers::Known::exact: break;
  }
  return text("exact", "정확");
}

ComparisonPage::Numbers ComparisonPage::numbers_of(const Column& column) const {
  const views::Store& store = *column.store;
  const std::string measure = views::test_measure(store);
  Numbers numbers{store.metric(measure),
                  store.metric("kl_to_truth"),
                  store.metric("bits_per_dim"),
                  store.metric(measure + "_se"),
                  store.metric("kl_to_truth_error"),
                  Numbers::Known::exact};
  if (store.cross_entropy) {
    // Neither a density nor the bits of a grey level can be told from it.
    numbers.known = Numbers::Known::cross_entropy;
    numbers.cross_entropy = -std::exchange(numbers.log_density, nothing);
    numbers.bits = nothing;
  } else if (measure == "elbo_test") {
    numbers.known = Numbers::Known::bound;
    // Nats and bits differ by what all columns share, the width of a grey level: a flow tells it.
    const double nats_a_bit = static_cast<double>(store.sample_shape.size()) * std::log(2.0);
    for (const Column& each : columns_) {
      const views::Store& other = *each.store;
      const double bits = other.metric("bits_per_dim"), nats = other.metric("log_likelihood_test");
      const bool same = each.spec.at("data") == column.spec.at("data");
      if (same && std::isfinite(bits) && std::isfinite(nats))
        numbers.bits = bits + (nats - numbers.log_density) / nats_a_bit;
    }
  } else if (store.can("unnormalised")) {
    numbers.known = Numbers::Known::grid;
  }
  return numbers;
}

const views::Store* ComparisonPage::truth() const {
  for (const Column& column : columns_) {
    if (column.store->has_truth && !column.store->array("log_truth").empty())
      return column.store.get();
  }
  return nullptr;
}

double ComparisonPage::entropy() const {
  for (const Column& column : columns_) {
    if (std::isfinite(column.entropy)) return column.entropy;
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

std::string ComparisonPage::table() const {
  std::string csv =
      "model,test_log_density,known,bits_per_dim,kl_to_truth,steps,seconds,parameters,"
      "test_cross_entropy\n";
  const auto number = [](double value) {
    return std::isfinite(value) ? std::to_string(value) : "";
  };
  constexpr std::array words{"exact", "grid", "bound"};
  for (const Column& column : columns_) {
    const Numbers numbers = numbers_of(column);
    csv += title_of(column) + "," + number(numbers.log_density) + "," +
           words.at(static_cast<std::size_t>(numbers.known)) + "," + number(numbers.bits) + "," +
           number(numbers.kl) + "," + std::to_string(column.store->step) + "," +
           number(column.store->seconds) + "," + std::to_string(column.store->parameters) + "," +
           number(numbers.cross_entropy) + "\n";
  }
  if (std::isfinite(entropy())) csv += "truth," + number(-entropy()) + ",exact,,0,,,,\n";
  return csv;
}

std::string ComparisonPage::describe() const {
  std::string words =
      text("Comparison on ", "비교, 데이터 ") + data_.value("name", std::string()) + ". ";
  for (const Column& column : columns_) {
    const Numbers numbers = numbers_of(column);
    if (numbers.known == Numbers::Known::cross_entropy) {
      words += title_of(column) + ": " +
               text("cross-entropy of grey levels plus KL ", "회색 단계의 교차 엔트로피 + KL ") +
               plot::brief(numbers.cross_entropy, 4) +
               text(" nats, no density", " nats (밀도 아님)");
    } else {
      words += title_of(column) + ": " + text("test log-density ", "시험 로그 밀도 ") +
               plot::brief(numbers.log_density, 4) + " nats (" + known_words(numbers) + ")";
    }
    if (std::isfinite(numbers.kl))
      words += std::string(", ") + text("KL to the truth ", "참값까지 KL ") +
               plot::brief(numbers.kl, 3) + " nats";
    words += std::string(", ") + text("step ", "단계 ") + std::to_string(column.store->step) + ". ";
  }
  if (std::isfinite(entropy()))
    words += std::string(text("The truth: ", "참값: ")) + plot::brief(-entropy(), 4) + " nats.";
  return words;
}

Json ComparisonPage::status() const {
  Json members = Json::array();
  double steps_a_second = 0, samples_a_second = 0, seconds = 0, seen = 0;
  std::int64_t step = 0;
  std::string needs, stopped;
  constexpr std::array words{"exact", "grid", "bound"};
  for (const Column& column : columns_) {
    const views::Store& store = *column.store;
    const Numbers numbers = numbers_of(column);
    Json metrics = Json::object();
    for (const auto& [name, value] : store.metrics) metrics[name] = value;
    members.push_back({{"model", column.spec.at("model").at("name")},
                       {"title", title_of(column)},
                       {"session", column.session},
                       {"loaded", store.loaded},
                       {"playing", store.playing},
                       {"step", store.step},
                       {"seconds", store.seconds},
                       {"parameters", store.parameters},
                       {"error", store.error},
                       {"diverged", store.diverged},
                       {"warning", store.warning},
                       {"metrics", std::move(metrics)},
                       {"known", words.at(static_cast<std::size_t>(numbers.known))}});
    const auto put = [&](const char* name, double value) {
      members.back()[name] = std::isfinite(value) ? Json(value) : Json();
    };
    put("test_log_density", numbers.log_density);
    put("test_cross_entropy", numbers.cross_entropy);
    put("kl_to_truth", numbers.kl);
    put("bits_per_dim", numbers.bits);
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
  pointer_ = std::exchange(next_pointer_, std::nullopt);
  std::vector<const views::Store*> models;
  for (const Column& column : columns_) models.push_back(column.store.get());
  top_ = views::common_top(models, truth());
  moved_ = false;

  const bool embedded = options_.embedded;
  const bool with_truth = std::any_of(columns_.begin(), columns_.end(),
                                      [](const Column& column) { return column.store->has_truth; });
  const float width = max.x - min.x;
  const auto count = static_cast<float>(columns_.size() + (with_truth ? 1 : 0));
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
  }
  // The table, as long as half of the height is left for the pictures.
  const float rows =
      static_cast<float>(columns_.size() + (with_truth ? 2 : 1) + (any_cross_entropy() ? 1 : 0));
  const float wanted = rows * line_height + 12;
  const float height = max.y - min.y;
  const bool has_table = wanted < (phone ? 0.45f : 0.5f) * height;
  if (has_table) {
    const ImVec2 corner{min.x, max.y - wanted};
    ImGui::GetWindowDrawList()->AddLine(corner, {max.x, corner.y}, theme_of(options_).hairline);
    draw_table(corner, max);
    max.y = corner.y;
  }
  if (single_) {
    draw_tabs(min, width);
    min.y += 38;
  }
  draw_rows({min, max, !single_, !embedded});
  pinch_ = 1;
}

void ComparisonPage::draw_bar(ImVec2 min, float width, bool can_undo) {
  const plot::Theme& theme = theme_of(options_);
  const bool phone = width < tablet_from;
  ImGui::SetCursorScreenPos({min.x + 16, min.y + 8});
  ImGui::BeginGroup();
  const std::string name = data_.value("name", std::string("eight-gaussians"));
  if (!phone) {
    ImGui::AlignTextToFramePadding();
    ImGui::TextDisabled("%s", text("Data", "데이터"));
    ImGui::SameLine();
  }
  ImGui::SetNextItemWidth(phone ? 150.f : 170.f);
  if (ImGui::BeginCombo("##data", name.c_str(), ImGuiComboFlags_HeightLarge)) {
    for (const std::string& each : session::find_key("data.name")->choices) {
      if (lab::data::row_of(each).asks && each != name) continue;
      if (ImGui::Selectable(each.c_str(), each == name) && each != name) edit("data.name", each);
    }
    ImGui::EndCombo();
  }
  tooltip(text("What all models learn", "모든 모델이 배울 데이터"));
  ImGui::SameLine(0, phone ? 8.f : 20.f);
  const bool full = columns_.size() >= session::most_members;
  ImGui::BeginDisabled(full);
  if (ImGui::Button(text("+ Model", "+ 모델"))) ImGui::OpenPopup("add");
  ImGui::EndDisabled();
  tooltip(text("Another model beside these, four at most", "모델을 더합니다(최대 넷)"));
  if (ImGui::BeginPopup("add")) {
    for (const std::string& model : session::fitting_models(data_)) {
      if (!ImGui::Selectable(words::model_title(model))) continue;
      session::Comparison next = comparison();
      next.members.push_back(session::usual_member(model, data_));
      ask(std::move(next));
    }
    ImGui::EndPopup();
  }
  if (can_undo) {
    ImGui::SameLine();
    if (ImGui::Button(text("Undo", "되돌리기"))) request_ = Json::object();
    tooltip(text("Back to what was before the last change", "마지막 변경 전으로"));
  }
  if (phone) ImGui::SetCursorScreenPos({min.x + 16, min.y + 8 + 36});
  else ImGui::SameLine(0, 20);
  if (!phone) {
    ImGui::AlignTextToFramePadding();
    ImGui::TextDisabled("%s", text("Show", "보기"));
    ImGui::SameLine();
  }
  bool first = true;
  for (const std::string& each : session::comparison_views(data_)) {
    const words::ViewWords& row = words::of_row(each);
    if (!first) ImGui::SameLine(0, 4);
    first = false;
    const auto found = std::find(views_.begin(), views_.end(), each);
    const bool on = found != views_.end();
    // Told by a frame too, not by colour alone.
    ImGui::PushStyleColor(ImGuiCol_Button, on ? theme.surface : theme.background);
    ImGui::PushStyleColor(ImGuiCol_Text, on ? theme.ink : theme.muted);
    ImGui::PushStyleColor(ImGuiCol_Border, on ? theme.muted : theme.hairline);
    ImGui::PushStyleVar(ImGuiStyleVar_FrameBorderSize, 1);
    const bool pressed = ImGui::Button(row.tab.in(options_.korean));
    ImGui::PopStyleVar();
    ImGui::PopStyleColor(3);
    tooltip(row.title.in(options_.korean));
    if (!pressed) continue;
    if (!on) views_.push_back(each);
    else if (views_.size() > 1) views_.erase(found);
    // In the order in which they are offered, so that the picture stays calm.
    std::vector<std::string> ordered;
    for (const std::string& known : session::comparison_views(data_)) {
      if (std::find(views_.begin(), views_.end(), known) != views_.end()) ordered.push_back(known);
    }
    views_ = std::move(ordered);
    want_all();
    break;
  }
  ImGui::EndGroup();
  if (width > 900) {
    ImGui::SetCursorScreenPos({min.x + width - 104, min.y + 11});
    if (ImGui::SmallButton("PNG")) {
      const ImVec2 size = ImGui::GetIO().DisplaySize;
      link_.picture("comparison.png", {min.x, min.y + bar_height}, {min.x + width, size.y});
    }
    tooltip(text("Save this picture", "그림으로 저장"));
    ImGui::SameLine(0, 4);
    if (ImGui::SmallButton("CSV")) command({{"do", "metrics"}});
    tooltip(text("Save the table", "표를 저장"));
  }
}

void ComparisonPage::draw_tabs(ImVec2 min, float width) {
  const plot::Theme& theme = theme_of(options_);
  const bool with_truth = truth() != nullptr;
  const std::size_t count = columns_.size() + (with_truth ? 1 : 0);
  current_ = std::min(current_, count - 1);
  const float each = (width - 16) / static_cast<float>(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string title = i < columns_.size() ? title_of(columns_[i]) : text("Truth", "참값");
    ImGui::SetCursorScreenPos({min.x + 8 + each * static_cast<float>(i), min.y + 4});
    ImGui::PushID(static_cast<int>(i));
    const bool on = i == current_;
    ImGui::PushStyleColor(ImGuiCol_Button, on ? theme.surface : theme.background);
    ImGui::PushStyleColor(ImGuiCol_Text, on ? theme.ink : theme.muted);
    ImGui::PushFont(on ? fonts_.strong : fonts_.regular, plot::small_size);
    if (ImGui::Button(title.c_str(), {each - 4, 30}) && !on) {
      current_ = i;
      want_all();
    }
    ImGui::PopFont();
    ImGui::PopStyleColor(2);
    ImGui::PopID();
  }
}

void ComparisonPage::draw_rows(const Layout& layout) {
  const bool with_truth = std::any_of(columns_.begin(), columns_.end(),
                                      [](const Column& column) { return column.store->has_truth; });
  const std::size_t all = columns_.size() + (with_truth ? 1 : 0);
  current_ = std::min(current_, all - 1);
  const std::size_t from = layout.columns ? 0 : current_, to = layout.columns ? all : current_ + 1;
  const bool plane = columns_.front().store->loaded && columns_.front().store->can("plane");
  const bool small = layout.max.x - layout.min.x < 520;
  const float left = layout.min.x + (!plane || small ? 8 : gutter), right = layout.max.x - 12;
  const auto count = static_cast<float>(to - from);
  const float width = (right - left - gap * (count - 1)) / count;
  // A name stands over each column; where only one is shown, its tab says it.
  const float head = layout.columns    ? (layout.controls ? head_height : 22)
                     : layout.controls ? 34
                                       : 0;
  const float ticks = plane && !small ? 18 : 0;
  const float top = layout.min.y + head, height = layout.max.y - top - 6;
  const auto shown = static_cast<std::size_t>(
      std::clamp(height / (least_row + gap), 1.f, static_cast<float>(views_.size())));
  for (std::size_t i = from; i < to; ++i) {
    const float x = left + static_cast<float>(i - from) * (width + gap);
    ImGui::PushID(static_cast<int>(i));
    if (head > 0) draw_head(i, {x, layout.min.y}, width, layout.controls);
    const auto rows = static_cast<float>(shown);
    const float each = (height - rows * ticks - (rows - 1) * 6) / rows;
    for (std::size_t row = 0; row < shown; ++row) {
      const float y = top + static_cast<float>(row) * (each + ticks + 6);
      const bool learning = views_[row] == "learning";
      const views::Cell cell{{x, y}, {x + width, y + each + (learning ? ticks : 0)}};
      if (cell.height() < 24 || cell.width() < 24) continue;
      // A cell is a region of its own: WebGL draws at most 65,536 corners of one.
      begin_cell(views_[row].c_str(), cell);
      draw_cell(views_[row], i, cell, i + 1 == to);
      ImGui::EndChild();
      if (learning || ticks <= 0) continue;
      const views::Common common{
          theme_of(options_), fonts_, options_.korean, window_, 0, nullptr, {}};
      const plot::Window fitted = views::fitted(window_, cell);
      views::x_ticks(common, fitted, cell);
      if (i == from) views::y_ticks(common, fitted, cell);
    }
    if (i < columns_.size()) {
      draw_trouble(columns_[i], {{x, top}, {x + width, top + height}});
    }
    ImGui::PopID();
  }
}

void ComparisonPage::draw_head(std::size_t index, ImVec2 min, float width, bool controls) {
  const plot::Theme& theme = theme_of(options_);
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const bool is_truth = index >= columns_.size();
  const std::string title = is_truth ? text("Truth", "참값") : title_of(columns_[index]);
  if (!controls) {
    draw.AddText(fonts_.strong, plot::small_size, {min.x + 2, min.y + 3},
                 is_truth ? theme.muted : theme.ink, title.c_str());
    return;
  }
  std::string how;
  if (is_truth) {
    how = text("what the data was drawn from", "데이터가 나온 분포");
    draw.AddText(fonts_.strong, plot::body_size, {min.x + 2, min.y + 4}, theme.muted,
                 title.c_str());
    const bool scaled = std::find(views_.begin(), views_.end(), "log-density") != views_.end();
    if (scaled && truth()) {
      const views::Common common{theme, fonts_, options_.korean, window_, top_, truth(), {}};
      views::density_scale(common, {min.x + 60, min.y + 5}, {min.x + width, min.y + 20});
    }
  } else {
    const Column& column = columns_[index];
    how = words::model_answer(column.spec.at("model").at("name").get_ref<const std::string&>())
              .in(options_.korean);
    ImGui::SetCursorScreenPos({min.x, min.y});
    const bool removable = columns_.size() > 1;
    const float buttons = removable ? 86 : 56;
    draw_choice_of_model(index, std::min(width - buttons - 4, 190.f));
    ImGui::SetCursorScreenPos({min.x + width - buttons, min.y});
    ImGui::PushStyleColor(ImGuiCol_Button, theme.background);
    ImGui::PushStyleColor(ImGuiCol_Text, theme.muted);
    if (ImGui::Button(text("Alone", "따로"))) {
      request_ = alone(index);
    }
    tooltip(text("Open this model alone, with all its settings and views",
                 "이 모델만 열어 모든 설정과 보기를 씁니다"));
    if (removable) {
      ImGui::SameLine(0, 2);
      if (ImGui::Button("×")) {
        session::Comparison next = comparison();
        next.members.erase(next.members.begin() + static_cast<std::ptrdiff_t>(index));
        ask(std::move(next));
      }
      tooltip(text("Take this model out", "이 모델을 뺍니다"));
    }
    ImGui::PopStyleColor(2);
  }
  if (!single_) {
    draw.PushClipRect(min, {min.x + width, min.y + head_height}, true);
    draw.AddText(fonts_.regular, plot::axis_size, {min.x + 2, min.y + 28}, theme.muted,
                 how.c_str());
    draw.PopClipRect();
  }
}

void ComparisonPage::draw_choice_of_model(std::size_t index, float width) {
  const std::string current = columns_[index].spec.at("model").at("name").get<std::string>();
  ImGui::SetNextItemWidth(width);
  ImGui::PushFont(fonts_.strong, plot::body_size);
  const bool open = ImGui::BeginCombo("##model", title_of(columns_[index]).c_str());
  ImGui::PopFont();
  if (!open) {
    tooltip(views::label_of(columns_[index].spec).c_str());
    return;
  }
  for (const std::string& model : session::fitting_models(data_)) {
    if (!ImGui::Selectable(words::model_title(model), model == current) || model == current)
      continue;
    session::Comparison next = comparison();
    next.members[index] = session::usual_member(model, data_);
    ask(std::move(next));
  }
  ImGui::EndCombo();
}

// What went wrong in one column stands in it, with the way back.
void ComparisonPage::draw_trouble(Column& column, const views::Cell& cell) {
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
  begin_cell("trouble", {at, end});
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

void ComparisonPage::draw_cell(const std::string& row, std::size_t index, const views::Cell& cell,
                               bool last) {
  const bool is_truth = index >= columns_.size();
  views::Store* const store = is_truth ? nullptr : columns_[index].store.get();
  views::ComparisonColumn& cells = is_truth ? truth_cells_ : *columns_[index].cells;
  const views::Common common{
      theme_of(options_), fonts_, options_.korean, window_, top_, truth(), pointer_};
  const views::Store& any = *columns_.front().store;
  if (any.loaded && any.can("plane") && row != "learning") navigate(cell, row);
  if (row == "log-density") {
    // Where the truth is a column of its own, its head has the scale.
    cells.density(common, store, cell, last && (single_ || !is_truth));
  } else if (row == "difference") {
    cells.difference(common, store, cell, single_ || (last && !is_truth));
  } else if (row == "samples") {
    cells.samples(common, store, cell);
  } else {
    std::vector<views::Course> courses;
    for (const Column& column : columns_) {
      const views::Store& each = *column.store;
      // Not a log-density, though nats too.
      courses.push_back({title_of(column) + (each.cross_entropy ? " (−CE − KL)" : ""),
                         each.column("seconds"), each.column(views::test_measure(each))});
    }
    views::ComparisonColumn::learning(common, courses, index, -entropy(), cell,
                                      index == 0 || single_);
  }
}

void ComparisonPage::navigate(const views::Cell& cell, const std::string& name) {
  ImGui::SetCursorScreenPos(cell.min);
  ImGui::SetNextItemAllowOverlap();
  ImGui::InvisibleButton(name.c_str(), {cell.width(), cell.height()});
  const plot::Window before = views::fitted(window_, cell), home = home_;
  plot::Window shown = before;
  const float pinch = ImGui::IsItemHovered() ? pinch_ : 1;
  if (plot::navigate(shown, home, cell.min, cell.max, pinch)) {
    if (shown == home) {
      window_ = home;
    } else {
      const double scale = (shown.y1 - shown.y0) / (before.y1 - before.y0);
      const double x = 0.5 * (shown.x0 + shown.x1), y = 0.5 * (shown.y0 + shown.y1);
      const double across = 0.5 * (window_.x1 - window_.x0) * scale,
                   up = 0.5 * (window_.y1 - window_.y0) * scale;
      window_ = {x - across, x + across, y - up, y + up};
    }
    moved_ = true;
  }
  shown_ = views::fitted(window_, cell);
  if (!ImGui::IsItemHovered()) return;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  next_pointer_ = {
      shown.x0 + (shown.x1 - shown.x0) * static_cast<double>((mouse.x - cell.min.x) / cell.width()),
      shown.y0 +
          (shown.y1 - shown.y0) * static_cast<double>((cell.max.y - mouse.y) / cell.height())};
}

bool ComparisonPage::ask_for_pictures() {
  const double now = ImGui::GetTime();
  const bool plane = loaded() && columns_.front().store->can("plane") &&
                     std::any_of(views_.begin(), views_.end(), is_plane_row);
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

// ---------------------------------------------------------------- the table

void ComparisonPage::draw_table(ImVec2 min, ImVec2 max) {
  const plot::Theme& theme = theme_of(options_);
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const bool pictures = columns_.front().store->sample_shape.picture();
  const bool with_truth = std::isfinite(entropy());
  const float width = max.x - min.x;

  // What each line says; number and words of a cell, and whether it is the best.
  struct Entry {
    std::string words;
    bool best = false;
  };
  struct Field {
    const char* title;
    const char* help;
    float weight;
    bool right;
    std::vector<Entry> entries;
  };
  const bool narrow = width < 820;
  std::vector<Numbers> numbers;
  for (const Column& column : columns_) numbers.push_back(numbers_of(column));
  const auto best_of = [&](auto value, bool highest) {
    double best = nothing;
    for (const Numbers& each : numbers) {
      const double number = value(each);
      if (std::isfinite(number) &&
          (!std::isfinite(best) || (highest ? number > best : number < best)))
        best = number;
    }
    return best;
  };
  const auto log_density = [](const Numbers& each) { return each.log_density; };
  const auto kl = [](const Numbers& each) { return each.kl; };
  const auto bits = [](const Numbers& each) { return each.bits; };
  const double best_density = best_of(log_density, true), best_kl = best_of(kl, false),
               best_bits = best_of(bits, false);
  const bool contest = columns_.size() > 1;
  std::string truth_help = text(
      "Nats lost by believing the model; 0 is the truth, lower is better. An integral over "
      "cells of the plane; ± is its error.",
      "모델을 믿어서 잃는 nats. 0이면 참값이며 낮을수록 좋습니다. 평면의 칸들로 적분하며 ±는 "
      "그 오차입니다.");
  for (const Column& column : columns_) {
    const std::string words = truth_words(*column.store, options_.korean);
    truth_help += words;
    if (!words.empty()) break;
  }

  std::vector<Field> fields{
      {text("Model", "모델"), text("One line a model", "모델마다 한 줄"), 1.3f, false, {}},
      {narrow ? text("ln p, test", "시험 ln p")
              : text("test log-density, nats", "시험 로그 밀도, nats"),
       text("Mean ln p of data that is not trained on; higher is better",
            "학습에 쓰지 않은 데이터의 평균 ln p. 높을수록 좋습니다"),
       1.2f,
       true,
       {}}};
  if (!narrow) {
    fields.push_back({text("known", "아는 방법"),
                      text("Exact; a bound, which the true value lies above; or normalised by a "
                           "sum over a grid of the plane",
                           "정확한 값, 참값보다 낮은 하한, 또는 평면의 격자에서 정규화한 값"),
                      1.3f,
                      false,
                      {}});
  }
  if (pictures)
    fields.push_back({text("bits/dim", "bits/dim"),
                      text("Bits to name one grey level of one pixel; lower is better",
                           "픽셀 하나의 밝기를 적는 데 드는 비트. 낮을수록 좋습니다"),
                      1,
                      true,
                      {}});
  if (with_truth)
    fields.push_back({narrow ? "KL" : text("KL to the truth, nats", "참값까지 KL, nats"),
                      truth_help.c_str(),
                      1.2f,
                      true,
                      {}});
  fields.push_back({text("steps", "단계"),
                    text("Updates of the weights", "가중치를 고친 횟수"),
                    0.8f,
                    true,
                    {}});
  if (!narrow) {
    fields.push_back({text("seconds", "초"),
                      text("Time that this model has trained; all get the same share",
                           "이 모델이 학습한 시간. 모두 같은 몫을 받습니다"),
                      0.8f,
                      true,
                      {}});
    fields.push_back({text("parameters", "매개변수"),
                      text("Numbers that are learnt", "배우는 수의 개수"),
                      0.9f,
                      true,
                      {}});
  }
  const auto put = [&fields](std::size_t& at, Entry entry) {
    fields[at++].entries.push_back(std::move(entry));
  };
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const Numbers& each = numbers[i];
    const views::Store& store = *columns_[i].store;
    std::size_t at = 0;
    const bool bound = each.known == Numbers::Known::bound;
    const std::string least = bound && std::isfinite(each.log_density) ? "≥ " : "",
                      most = bound && std::isfinite(each.bits) ? "≤ " : "";
    put(at, {title_of(columns_[i])});
    // The error where there is room for it.
    const auto with_error = [narrow](double value, int digits, double give_or_take) {
      const std::string off = std::isfinite(value) && !narrow ? error_words(give_or_take) : "";
      return plot::brief(value, digits) + (off.empty() ? "" : " " + off);
    };
    if (each.known == Numbers::Known::cross_entropy) {
      put(at, {"CE + KL " + with_error(each.cross_entropy, 4, each.log_density_error)});
    } else {
      put(at, {least + with_error(each.log_density, 4, each.log_density_error),
               contest && each.log_density == best_density});
    }
    if (!narrow) put(at, {known_words(each)});
    if (pictures) put(at, {most + plot::brief(each.bits, 3), contest && each.bits == best_bits});
    if (with_truth) put(at, {with_error(each.kl, 3, each.kl_error), contest && each.kl == best_kl});
    put(at, {std::to_string(store.step)});
    if (!narrow) {
      put(at, {plot::brief(store.seconds, 3)});
      put(at, {std::to_string(store.parameters)});
    }
  }
  if (with_truth) {
    std::size_t at = 0;
    put(at, {text("Truth", "참값")});
    put(at, {plot::brief(-entropy(), 4)});
    if (!narrow) put(at, {text("minus its entropy", "엔트로피의 음수")});
    if (pictures) put(at, {""});
    put(at, {"0"});
    while (at < fields.size()) put(at, {""});
  }

  const float total =
      std::accumulate(fields.begin(), fields.end(), 0.f,
                      [](float sum, const Field& field) { return sum + field.weight; });
  const float margin = narrow ? 12 : 16;
  float x = min.x + margin;
  for (std::size_t k = 0; k < fields.size(); ++k) {
    const Field& field = fields[k];
    const float column = (std::min(width, 1180.f) - 2 * margin) * field.weight / total;
    const auto write = [&](const std::string& words, float y, ImU32 colour, ImFont* font,
                           bool best) {
      const ImVec2 size = font->CalcTextSizeA(plot::small_size, 1e9f, 0, words.c_str());
      const float left = field.right ? x + column - 18 - size.x : x;
      draw.PushClipRect({x, y - 4}, {x + column - 4, y + line_height}, true);
      draw.AddText(font, plot::small_size, {left, y}, colour, words.c_str());
      // The best is marked by weight and by a dot before it.
      if (best) draw.AddCircleFilled({left - 9, y + 8}, 3.5f, theme.accent);
      draw.PopClipRect();
    };
    float y = min.y + 8;
    write(field.title, y, theme.muted, fonts_.regular, false);
    ImGui::SetCursorScreenPos({x, y});
    ImGui::PushID(static_cast<int>(k));
    ImGui::InvisibleButton("title", {column - 4, line_height});
    tooltip(field.help);
    ImGui::PopID();
    for (std::size_t i = 0; i < field.entries.size(); ++i) {
      y += line_height;
      const bool is_truth = i >= columns_.size();
      const bool strong = field.entries[i].best || (k == 0 && !is_truth);
      write(field.entries[i].words, y, is_truth ? theme.muted : theme.ink,
            strong ? fonts_.strong : fonts_.regular, field.entries[i].best);
      if (k == 0)
        draw.AddLine({min.x + margin, y - 4}, {min.x + std::min(width, 1180.f) - margin, y - 4},
                     plot::faded(theme.hairline, 0.6f));
    }
    x += column;
  }
  if (!any_cross_entropy()) return;
  const char* words =
      narrow ? text("CE: cross-entropy of grey levels, no −ln p",
                    "CE: 회색 단계의 교차 엔트로피, −ln p 아님")
             : text(
                   "CE: the cross-entropy of grey levels and Bernoulli pixels. It is no −ln p(x), "
                   "and lies on no scale with the others.",
                   "CE: 회색 단계와 베르누이 화소의 교차 엔트로피입니다. −ln p(x)가 아니며 다른 "
                   "값들과 견줄 수 없습니다.");
  draw.AddText(fonts_.regular, plot::axis_size, {min.x + margin, max.y - line_height}, theme.muted,
               words);
}

}  // namespace lab::app
