// The experiment as four cards that read like a sentence, the numbers, and the transport.
#include <imgui_internal.h>

#include <algorithm>
#include <cmath>

#include "core/keys/listed.hpp"
#include "core/version.hpp"
#include "shell/app/app.hpp"
#include "shell/app/words.hpp"
#include "shell/plot/numbers.hpp"
#include "shell/words/choices.hpp"
#include "shell/words/keys.hpp"

namespace lab::app {

namespace {

using session::Key;
using session::Kind;

// Whether it is always in sight. What becomes of the numbers of a file is asked there too.
bool is_foremost(const Key& key, const Json& spec) {
  const bool file = spec.at("data").at("name") == "file";
  return words::of_key(key.path).foremost ||
         (file && (key.path == "data.dequantise" || key.path == "data.levels"));
}

bool in_section(const Key& key, const std::string& section) {
  return key.path.compare(0, section.size() + 1, section + ".") == 0;
}

// Rows of numbers are drawn or written, not slid.
bool has_control(const Key& key) {
  return key.kind == Kind::number || key.kind == Kind::integer || key.kind == Kind::choice ||
         key.kind == Kind::boolean || (key.kind == Kind::text && key.path != "title");
}

}  // namespace

void App::begin_region(const char* name, Area area, bool surface) {
  ImGui::SetCursorScreenPos(area.min);
  const plot::Theme& theme = theme_of(options_);
  if (surface) ImGui::GetWindowDrawList()->AddRectFilled(area.min, area.max, theme.surface);
  const bool panel = std::string_view(name) == "experiment" || std::string_view(name) == "numbers";
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, panel ? ImVec2{16, 12} : ImVec2{0, 0});
  ImGui::BeginChild(name, {area.width(), area.height()}, ImGuiChildFlags_AlwaysUseWindowPadding,
                    panel ? ImGuiWindowFlags_None
                          : ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleVar();
  // Where there is no wheel, panels scroll by dragging their ground.
  const ImGuiID active = ImGui::GetActiveID();
  const bool ground = active == 0 || active == ImGui::GetCurrentWindow()->MoveId ||
                      active == ImGui::GetCurrentWindow()->RootWindow->MoveId;
  if (panel && ground && ImGui::IsMouseDragging(0) &&
      ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem)) {
    ImGui::SetScrollY(ImGui::GetScrollY() - ImGui::GetIO().MouseDelta.y);
  }
}

void App::end_region() { ImGui::EndChild(); }

// ------------------------------------------------------------ experiment

void App::draw_experiment() {
  if (!store_.loaded) {
    ImGui::TextDisabled("%s", text("loading …", "불러오는 중 …"));
    return;
  }
  if (ImGui::Button(text("Compare with other models", "다른 모델과 비교"))) compare_ = true;
  if (ImGui::IsItemHovered(ImGuiHoveredFlags_DelayShort)) {
    ImGui::SetTooltip("%s", text("This model beside others on the same data, side by side",
                                 "같은 데이터에서 다른 모델들과 나란히 봅니다"));
  }
  ImGui::Spacing();
  card("data", "Data", "데이터");
  card("model", "Model", "모델");
  card("objective", "Objective", "목적함수");
  card("optimiser", "Optimiser", "최적화");
  ImGui::Spacing();
  if (ImGui::TreeNodeEx(text("Sampling, measuring, stopping", "표본, 측정, 멈춤"),
                        ImGuiTreeNodeFlags_NoTreePushOnOpen)) {
    for (const Key& key : session::schema()) {
      if ((in_section(key, "sampler") || in_section(key, "measure") || in_section(key, "stop")) &&
          session::applies(key, store_.spec))
        control(key);
    }
  }
  if (!undo_.empty()) {
    ImGui::Spacing();
    if (ImGui::Button(text("Undo the last change", "마지막 변경 취소"))) undo_change();
  }
}

void App::card(const char* section, const char* english, const char* korean) {
  const plot::Theme& theme = theme_of(options_);
  ImGui::PushID(section);
  ImGui::PushFont(fonts_.strong, plot::body_size);
  ImGui::TextUnformatted(text(english, korean));
  ImGui::PopFont();
  formulas(section);
  bool more = false;
  for (const Key& key : session::schema()) {
    if (!in_section(key, section) || !has_control(key) || !session::applies(key, store_.spec))
      continue;
    if (key.kind == Kind::choice && session::fitting(key, store_.spec).size() < 2) continue;
    if (is_foremost(key, store_.spec)) control(key);
    else more = true;
  }
  const std::string& data_name = store_.spec.at("data").at("name").get_ref<const std::string&>();
  if (std::string_view(section) == "data" && data_name == "points") {
    ImGui::PushTextWrapPos(0);
    ImGui::TextDisabled("%s", text("Open Samples and draw points with the pointer.",
                                   "표본 보기에서 점을 그리세요."));
    ImGui::PopTextWrapPos();
    if (ImGui::Button(text("Clear points", "점 지우기"))) {
      change("data.points", Json::array({{-1.0, 0.0}, {1.0, 0.0}}), true);
    }
  }
  if (std::string_view(section) == "data") prepared();
  if (more) {
    ImGui::PushStyleColor(ImGuiCol_Text, theme.muted);
    const bool open =
        ImGui::TreeNodeEx(text("more", "더 보기"), ImGuiTreeNodeFlags_NoTreePushOnOpen);
    ImGui::PopStyleColor();
    if (open) {
      for (const Key& key : session::schema()) {
        if (in_section(key, section) && has_control(key) && !is_foremost(key, store_.spec) &&
            session::applies(key, store_.spec))
          control(key);
      }
    }
  }
  ImGui::Dummy({0, 2});
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::GetWindowDrawList()->AddLine(at, {at.x + ImGui::GetContentRegionAvail().x, at.y},
                                      theme.hairline);
  ImGui::Dummy({0, 4});
  ImGui::PopID();
}

// What became of the data, in a quiet line.
void App::prepared() {
  const std::string words = prepared_words(store_, options_.korean);
  if (words.empty()) return;
  ImGui::PushFont(fonts_.regular, plot::axis_size);
  ImGui::PushTextWrapPos(0);
  ImGui::TextDisabled("%s", words.c_str());
  ImGui::PopTextWrapPos();
  ImGui::PopFont();
}

void App::formulas(const std::string& section) {
  ImGui::PushFont(fonts_.regular, plot::small_size);
  ImGui::PushStyleColor(ImGuiCol_Text, theme_of(options_).muted);
  for (const auto& [path, choice, lines] : words::formulas()) {
    if (path.substr(0, path.find('.')) != section) continue;
    const Json* value = session::find(store_.spec, path);
    if (!value || *value != choice) continue;
    ImGui::PushTextWrapPos(0);
    ImGui::TextUnformatted(lines.in(options_.korean));
    ImGui::PopTextWrapPos();
  }
  if (section == "objective" && store_.cross_entropy) {
    ImGui::PushTextWrapPos(0);
    ImGui::TextUnformatted(
        text("x has grey levels: ln p(x|z) is then −CE, minus a cross-entropy, "
             "and nothing here is ln p(x).",
             "x가 회색 단계라 ln p(x|z)는 교차 엔트로피의 음수 −CE이며, 여기 "
             "어느 값도 ln p(x)가 아닙니다."));
    ImGui::PopTextWrapPos();
  }
  ImGui::PopStyleColor();
  ImGui::PopFont();
}

void App::label(const Key& key) {
  const words::KeyWords& row = words::of_key(key.path);
  ImGui::PushFont(fonts_.regular, plot::small_size);
  ImGui::AlignTextToFramePadding();
  ImGui::TextUnformatted(row.label.in(options_.korean));
  ImGui::PopFont();
  if (ImGui::IsItemHovered(ImGuiHoveredFlags_DelayShort)) {
    ImGui::BeginTooltip();
    ImGui::PushTextWrapPos(260);
    ImGui::TextUnformatted(row.help.in(options_.korean));
    ImGui::PopTextWrapPos();
    ImGui::EndTooltip();
  }
}

void App::control(const Key& key) {
  const Json* value = session::find(store_.spec, key.path);
  if (!value) return;
  ImGui::PushID(key.path.c_str());
  const float width = ImGui::GetContentRegionAvail().x;
  label(key);
  if (key.kind == Kind::choice) {
    ImGui::SameLine(ImGui::GetCursorStartPos().x + width * 0.42f);
    ImGui::SetNextItemWidth(width * 0.58f);
    const std::string current = value->get<std::string>();
    if (ImGui::BeginCombo("##choice", current.c_str(), ImGuiComboFlags_HeightLarge)) {
      // Data and models may be chosen freely: what does not go with them gives way.
      const bool free = key.path == "data.name" || key.path == "model.name";
      for (const std::string& each : free ? key.choices : session::fitting(key, store_.spec)) {
        if (ImGui::Selectable(each.c_str(), each == current) && each != current)
          change(key.path, each, true);
      }
      ImGui::EndCombo();
    }
  } else if (key.kind == Kind::boolean) {
    bool on = value->get<bool>();
    ImGui::SameLine(ImGui::GetCursorStartPos().x + width - ImGui::GetFrameHeight());
    if (ImGui::Checkbox("##on", &on)) change(key.path, on, true);
  } else if (key.path == "data.normal" && !store_.classes.empty()) {
    ImGui::SameLine(ImGui::GetCursorStartPos().x + width * 0.42f);
    ImGui::SetNextItemWidth(width * 0.58f);
    classes(key, value->get<std::string>());
  } else if (key.kind == Kind::text) {
    words(key, value->get<std::string>());
  } else {
    slider(key, *value);
  }
  if (store_.error_key == key.path && !store_.error.empty()) {
    ImGui::PushStyleColor(ImGuiCol_Text, theme_of(options_).warning);
    ImGui::PushFont(fonts_.regular, plot::small_size);
    ImGui::PushTextWrapPos(0);
    ImGui::TextUnformatted(store_.error.c_str());
    if (ImGui::IsItemVisible()) error_shown_ = true;
    ImGui::PopTextWrapPos();
    ImGui::PopFont();
    ImGui::PopStyleColor();
  }
  ImGui::PopID();
}

// Some of the classes of the data, or all.
void App::classes(const Key& key, const std::string& value) {
  if (!ImGui::BeginCombo("##classes", value.empty() ? text("all", "모두") : value.c_str(),
                         ImGuiComboFlags_HeightLarge)) {
    return;
  }
  const std::vector<std::string> named = keys::listed(value);
  std::string next;
  bool changed = false, all = true;
  for (const std::string& name : store_.classes) {
    bool on = std::find(named.begin(), named.end(), name) != named.end();
    changed = ImGui::Checkbox(name.c_str(), &on) || changed;
    all = all && on;
    if (on) next += (next.empty() ? "" : ",") + name;
  }
  ImGui::EndCombo();
  if (changed) change(key.path, all ? "" : next, true);
}

// A text, taken when Enter is pressed or the field is left.
void App::words(const Key& key, const std::string& value) {
  std::string& typed = typed_.try_emplace(key.path, value).first->second;
  typed.resize(std::max<std::size_t>(typed.size() + 1, 1024));
  ImGui::SetNextItemWidth(-1);
  ImGui::InputText("##words", typed.data(), typed.size(), ImGuiInputTextFlags_ElideLeft);
  const bool done = ImGui::IsItemDeactivatedAfterEdit(), idle = !ImGui::IsItemActive();
  typed.resize(std::char_traits<char>::length(typed.c_str()));
  if (done && typed != value) change(key.path, typed, true);
  if (idle) typed_.erase(key.path);
}

// A field that takes any value the model can bear, and a slider over the usual ones.
void App::slider(const Key& key, const Json& value) {
  const float width = ImGui::GetContentRegionAvail().x;
  const bool whole = key.kind == Kind::integer;
  const auto dragged = dragged_.find(key.path);
  double shown = dragged == dragged_.end() ? value.get<double>() : dragged->second;

  const float field = 92;
  ImGui::SameLine(ImGui::GetCursorStartPos().x + width - field);
  ImGui::SetNextItemWidth(field);
  double typed = shown;
  const char* format = whole ? "%.0f" : "%.4g";
  if (ImGui::InputDouble("##field", &typed, 0, 0, format, ImGuiInputTextFlags_AutoSelectAll))
    dragged_[key.path] = typed;
  if (ImGui::IsItemDeactivatedAfterEdit() && dragged_.count(key.path)) {
    const double wanted = dragged_[key.path];
    dragged_.erase(key.path);
    // Beyond what the model can bear the nearest value that it can is taken, and said.
    const double taken = std::clamp(whole ? std::round(wanted) : wanted, key.low, key.high);
    change(key.path, whole ? Json(static_cast<std::int64_t>(taken)) : Json(taken), true);
    if (taken != wanted) {
      store_.error_key = key.path;
      store_.error = std::string(options_.korean ? "허용 범위로 바꿨습니다: "
                                                 : "Changed to the nearest that will do: ") +
                     plot::brief(taken);
    }
  }

  ImGui::SetNextItemWidth(width);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, ImVec2{0, 0});
  ImGui::PushFont(fonts_.regular, 12);
  const double low = key.slider_low, high = key.slider_high;
  double slid = std::clamp(shown, low, high);
  const ImGuiSliderFlags flags =
      ImGuiSliderFlags_NoInput | (key.logarithmic ? ImGuiSliderFlags_Logarithmic : 0);
  const bool moved =
      ImGui::SliderScalar("##slider", ImGuiDataType_Double, &slid, &low, &high, "", flags);
  const bool released = ImGui::IsItemDeactivatedAfterEdit();
  if (ImGui::IsItemActivated() && store_.loaded) undo_.push_back(store_.spec);
  if (released && !undo_.empty() && undo_.back() == store_.spec) undo_.pop_back();
  ImGui::PopFont();
  ImGui::PopStyleVar();
  if (!moved && !released) return;
  if (whole) slid = std::round(slid);
  if (!whole) slid = plot::easy_to_say(slid);
  if (moved) dragged_[key.path] = slid;
  const Json next = whole ? Json(static_cast<std::int64_t>(slid)) : Json(slid);
  if (key.live && moved) change(key.path, next, false);
  if (released && dragged_.count(key.path)) {
    const double final_value = dragged_[key.path];
    dragged_.erase(key.path);
    change(key.path, whole ? Json(static_cast<std::int64_t>(final_value)) : Json(final_value),
           !key.live);
  }
}

// Puts a value into the specification if it will do, and tells the session. `done`: it is a change
// of its own, to be undone by itself.
void App::change(const std::string& path, Json value, bool done) {
  const Json before = base();
  // The session knows what it will be made to.
  if (before.is_null()) return ask({{"do", "set"}, {"key", path}, {"value", std::move(value)}});
  Json next;
  try {
    next = session::edited(before, path, std::move(value));
  } catch (const session::SpecificationError& error) {
    store_.error_key = error.key();
    store_.error = error.what();
    return;
  }
  store_.error.clear();
  store_.error_key.clear();
  if (next == before) return;
  if (done) keep_for_undo(before);
  if (store_.loaded) store_.spec = next;
  if (!session::find_key(path)->live) return load(std::move(next));
  ask({{"do", "set"}, {"key", path}, {"value", *session::find(next, path)}});
  coming_ = std::move(next);
}

void App::undo_change() {
  if (undo_.empty()) return;
  const Json spec = std::move(undo_.back());
  undo_.pop_back();
  if (comparison_ || session::is_comparison(spec)) {
    open(spec);
    return;
  }
  // Live keys go back without losing what has been learnt.
  const Json present = base();
  std::vector<const Key*> live;
  bool only_live = present.is_object();
  for (const Key& key : session::schema()) {
    const Json *before = session::find(spec, key.path), *now = session::find(present, key.path);
    const bool differs = (before == nullptr) != (now == nullptr) || (before && *before != *now);
    if (!differs) continue;
    if (key.live && before) live.push_back(&key);
    else only_live = false;
  }
  if (store_.loaded) store_.spec = spec;
  store_.error.clear();
  if (!only_live) return load(spec);
  for (const Key* key : live) {
    ask({{"do", "set"}, {"key", key->path}, {"value", *session::find(spec, key->path)}});
    coming_ = spec;
  }
}

// ------------------------------------------------------------ numbers

void App::draw_numbers() {
  if (!store_.loaded) return;
  const plot::Theme& theme = theme_of(options_);
  ImGui::PushFont(fonts_.strong, plot::body_size);
  ImGui::TextUnformatted(text("Learning", "학습"));
  ImGui::PopFont();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  views::Frame frame{store_,
                     camera_,
                     theme,
                     fonts_,
                     options_.korean,
                     {at.x - 8, at.y},
                     {at.x + width + 4, at.y + 220},
                     false,
                     false};
  ImGui::Dummy({width, 220});
  view(store_.can("exact") ? "likelihood" : "objective").draw(frame);
  ImGui::Dummy({0, 4});

  ImGui::PushFont(fonts_.regular, plot::small_size);
  draw_measures();
  ImGui::PushTextWrapPos(0);
  ImGui::TextDisabled("%s", unit_words(store_, options_.korean).c_str());
  ImGui::PopTextWrapPos();
  if (store_.can("bound")) estimate_button();
  ImGui::Dummy({0, 4});
  const auto line = [&](const char* name, const std::string& value) {
    ImGui::TextDisabled("%s", name);
    ImGui::SameLine(ImGui::GetCursorStartPos().x + width - ImGui::CalcTextSize(value.c_str()).x);
    ImGui::TextUnformatted(value.c_str());
  };
  line(text("parameters", "매개변수"), std::to_string(store_.parameters));
  line(text("steps", "단계"), std::to_string(store_.step));
  line(text("samples seen", "본 표본"), plot::brief(store_.samples_seen, 3));
  line(text("time", "시간"), plot::brief(store_.seconds, 3) + " s");
  line(text("steps a second", "초당 단계"), plot::brief(store_.steps_per_second, 3));
  ImGui::Dummy({0, 4});
  draw_profile(width);
  ImGui::PopFont();
}

// Value, truth and difference of each measure, its error in small type below.
void App::draw_measures() {
  const plot::Theme& theme = theme_of(options_);
  const std::vector<Measured> rows = measured(store_, options_.korean);
  const bool with_truth = std::any_of(rows.begin(), rows.end(),
                                      [](const Measured& row) { return std::isfinite(row.truth); });
  if (!ImGui::BeginTable("numbers", with_truth ? 4 : 2,
                         ImGuiTableFlags_BordersInnerH | ImGuiTableFlags_SizingStretchProp)) {
    return;
  }
  ImGui::TableSetupColumn("##name", 0, 1.5f);
  ImGui::TableSetupColumn(text("value", "값"));
  if (with_truth) {
    ImGui::TableSetupColumn(text("truth", "참값"));
    ImGui::TableSetupColumn(text("diff.", "차이"));
  }
  ImGui::PushStyleColor(ImGuiCol_TableHeaderBg, theme.background);
  ImGui::PushStyleColor(ImGuiCol_Text, theme.muted);
  ImGui::TableHeadersRow();
  ImGui::PopStyleColor(2);
  // Side by side where there is room for both.
  const auto cell = [&](double value, double error) {
    ImGui::TableNextColumn();
    ImGui::TextUnformatted(plot::brief(value, 4).c_str());
    const std::string words = std::isfinite(value) ? plot::plus_minus(error) : "";
    if (words.empty()) return;
    if (!with_truth) ImGui::SameLine();
    ImGui::PushFont(fonts_.regular, plot::axis_size);
    ImGui::TextDisabled("%s", words.c_str());
    ImGui::PopFont();
  };
  for (const Measured& row : rows) {
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    ImGui::TextUnformatted(row.name.c_str());
    if (ImGui::IsItemHovered(ImGuiHoveredFlags_DelayShort)) {
      ImGui::BeginTooltip();
      ImGui::PushTextWrapPos(280);
      ImGui::TextUnformatted(row.help.c_str());
      ImGui::PopTextWrapPos();
      ImGui::EndTooltip();
    }
    cell(row.value, row.error);
    if (!with_truth) continue;
    cell(row.truth, row.truth_error);
    cell(row.value - row.truth, Measured::none);
  }
  ImGui::EndTable();
}

// ln p(x) itself, which the bound is below of: estimated when asked.
void App::estimate_button() {
  const bool grey = store_.cross_entropy;
  const char* words = grey ? text("Estimate the marginal", "주변값 재기")
                           : text("Estimate ln p(x)", "ln p(x) 재기");
  if (store_.estimating >= 0) {
    ImGui::ProgressBar(static_cast<float>(store_.estimating), {-1, 0}, words);
  } else if (ImGui::Button(words)) {
    const Json* method = session::find(store_.spec, "measure.log_marginal");
    const bool hmc = method && *method == "hmc";
    link_.send({{"do", "estimate"},
                {"method", hmc ? "hmc" : "importance"},
                {"samples", store_.spec.at("measure").value("samples", 500)},
                {"points", store_.spec.at("measure").value("points", 500)}});
  }
  if (ImGui::IsItemHovered(ImGuiHoveredFlags_DelayShort)) {
    ImGui::SetTooltip(
        "%s", grey ? text("Pauses training and estimates ln ∫ p(z) exp(−CE) dz of test data",
                          "학습을 멈추고 시험 데이터의 ln ∫ p(z) exp(−CE) dz를 추정합니다")
                   : text("Pauses training and estimates ln p(x) of test data",
                          "학습을 멈추고 시험 데이터의 ln p(x)를 추정합니다"));
  }
}

void App::draw_profile(float width) {
  if (!ImGui::TreeNodeEx(text("Where a step's time goes", "한 단계의 시간 쓰임"),
                         ImGuiTreeNodeFlags_NoTreePushOnOpen)) {
    return;
  }
  const plot::Theme& theme = theme_of(options_);
  const auto& [steps, milliseconds, peak, kernels] = store_.profile;
  const std::string where =
      store_.executor + " " + store_.instruction_set + ", " + std::to_string(store_.threads) +
      (store_.threads == 1 ? text(" thread", " 스레드") : text(" threads", " 스레드"));
  ImGui::TextDisabled("%s", where.c_str());
  if (ImGui::Button(kernels.empty() ? text("Measure", "재기")
                                    : text("Measure again", "다시 재기"))) {
    link_.send({{"do", "profile"}, {"seconds", 0.5}});
    frames_wanted_ = 3;
  }
  if (kernels.empty()) return;
  ImGui::SameLine();
  ImGui::Text(text("%s ms a step, of %d", "단계당 %s ms, %d단계"),
              plot::brief(milliseconds, 3).c_str(), steps);
  if (peak > 0) {
    ImGui::TextDisabled(text("peak of one thread: %s GFLOP/s", "한 스레드의 최고: %s GFLOP/s"),
                        plot::brief(peak, 3).c_str());
  }
  // The kernels that make up nearly all of the time, each with a bar as long as its share.
  constexpr std::size_t most = 12;
  ImDrawList* const list = ImGui::GetWindowDrawList();
  for (std::size_t i = 0; i < std::min(most, kernels.size()); ++i) {
    const auto& [kind, what, taken, gflops] = kernels[i];
    const float share = milliseconds > 0 ? static_cast<float>(taken / milliseconds) : 0.f;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float height = ImGui::GetTextLineHeightWithSpacing();
    list->AddRectFilled(at, {at.x + width * share, at.y + height}, plot::faded(theme.accent, 0.22f),
                        2);
    std::string left = kind, right = plot::brief(taken, 2) + " ms";
    if (gflops > 0) left += "  " + plot::brief(gflops, 2) + " GFLOP/s";
    list->AddText({at.x + 4, at.y + 1}, theme.ink, left.c_str());
    const float end = at.x + width - ImGui::CalcTextSize(right.c_str()).x - 2;
    list->AddText({end, at.y + 1}, theme.ink, right.c_str());
    ImGui::InvisibleButton(("kernel" + std::to_string(i)).c_str(), {width, height});
    if (ImGui::IsItemHovered()) {
      ImGui::BeginTooltip();
      ImGui::PushTextWrapPos(420);
      ImGui::TextUnformatted(what.c_str());
      ImGui::PopTextWrapPos();
      ImGui::EndTooltip();
    }
  }
}

// ------------------------------------------------------------ transport (desktop)

void App::draw_transport() {
  const plot::Theme& theme = theme_of(options_);
  ImGui::SetCursorPos({16, 12});
  if (ImGui::Button(text("Rewind", "처음으로"), {0, 32})) command({{"do", "rewind"}});
  if (ImGui::IsItemHovered())
    ImGui::SetTooltip("%s", text("Back to the same first weights", "같은 처음 가중치로"));
  ImGui::SameLine();
  ImGui::PushStyleColor(ImGuiCol_Button, theme.accent);
  ImGui::PushStyleColor(ImGuiCol_ButtonHovered, plot::faded(theme.accent, 0.85f));
  ImGui::PushStyleColor(ImGuiCol_Text, theme.background);
  const char* play = playing() ? text("Pause", "멈춤") : text("Play", "시작");
  if (ImGui::Button(play, {88, 32})) command({{"do", playing() ? "pause" : "play"}});
  ImGui::PopStyleColor(3);
  ImGui::SameLine();
  if (ImGui::Button(text("Step", "한 단계"), {0, 32})) command({{"do", "step"}, {"n", 1}});
  ImGui::SameLine();
  if (ImGui::Button(text("New weights", "새 가중치"), {0, 32})) command({{"do", "reseed"}});
  const auto sheets = [this] {
    if (ImGui::Button(text("Experiment", "실험"), {0, 32}))
      command({{"do", "panel"}, {"name", "experiment"}});
    ImGui::SameLine();
    if (ImGui::Button(text("Numbers", "숫자"), {0, 32}))
      command({{"do", "panel"}, {"name", "numbers"}});
  };
  if (ImGui::GetIO().DisplaySize.x < tablet_from) {
    if (comparison_) return;
    ImGui::SetCursorPosX(16);
    return sheets();
  }
  ImGui::SameLine(0, 24);
  ImGui::AlignTextToFramePadding();
  if (!comparison_) {
    ImGui::TextDisabled("%s %s     %s %s     %s %s     %s", text("step", "단계"),
                        std::to_string(store_.step).c_str(),
                        plot::brief(store_.steps_per_second, 3).c_str(), text("steps/s", "단계/초"),
                        plot::brief(store_.samples_per_second, 3).c_str(),
                        text("samples/s", "표본/초"), store_.executor.c_str());
  } else {
    ImGui::TextDisabled(
        "%s", text("all models get the same share of time", "모든 모델이 같은 시간을 받습니다"));
  }
  if (ImGui::GetIO().DisplaySize.x < wide_from) {
    if (comparison_) return;
    ImGui::SameLine();
    return sheets();
  }
  ImGui::SameLine(ImGui::GetWindowWidth() - 310);
  if (ImGui::Button("?", {30, 32})) ImGui::OpenPopup("about");
  if (ImGui::BeginPopup("about")) {
    ImGui::Text("%s %s", text("Likelihood Lab", "가능도 실험실"), version());
    ImGui::TextDisabled("%s",
                        text("Under the MIT licence. The work of others in it is named in "
                             "assets/NOTICES.",
                             "MIT 라이선스. 다른 이들이 만든 부분은 assets/NOTICES에 있습니다."));
    ImGui::EndPopup();
  }
  ImGui::SameLine();
  if (ImGui::Button(text("Save", "저장"), {0, 32})) command({{"do", "save"}});
  ImGui::SameLine();
  if (ImGui::Button(text("Metrics", "측정값"), {0, 32})) command({{"do", "metrics"}});
  ImGui::SameLine();
  if (ImGui::Button(options_.dark ? text("Light", "밝게") : text("Dark", "어둡게"), {0, 32})) {
    command({{"do", "theme"}, {"name", options_.dark ? "light" : "dark"}});
  }
  ImGui::SameLine();
  if (ImGui::Button(options_.korean ? "English" : "한국어", {0, 32})) {
    command({{"do", "language"}, {"name", options_.korean ? "en" : "ko"}});
  }
}

}  // namespace lab::app
