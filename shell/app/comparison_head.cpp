// The choosers of a comparison: data, models, rows; and what stands over a column.
#include <algorithm>
#include <cmath>

#include "core/data/rows.hpp"
#include "shell/app/app.hpp"
#include "shell/app/comparison.hpp"
#include "shell/app/comparison_table.hpp"
#include "shell/plot/colour_map.hpp"
#include "shell/plot/numbers.hpp"
#include "shell/words/choices.hpp"
#include "shell/words/keys.hpp"
#include "shell/words/views.hpp"

namespace lab::app {

void ComparisonPage::draw_bar(ImVec2 min, float width, bool can_undo) {
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
  draw_choice_of_rows();
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

// A slider for each key, which sets it in all models that heed it.
void ComparisonPage::draw_controls(ImVec2 min, float width,
                                   const std::vector<std::string>& controls) {
  const float each = (width - 24) / static_cast<float>(controls.size());
  for (std::size_t i = 0; i < controls.size(); ++i) {
    const session::Key& key = *session::find_key(controls[i]);
    const Json* value = nullptr;
    for (const Column& column : columns_) {
      if (!value) value = session::find(column.spec, key.path);
    }
    const words::KeyWords& words = words::of_key(key.path);
    const std::string label = words.label.in(options_.korean);
    ImGui::SetCursorScreenPos({min.x + 16 + each * static_cast<float>(i), min.y + 2});
    ImGui::PushID(key.path.c_str());
    ImGui::AlignTextToFramePadding();
    ImGui::TextUnformatted(label.c_str());
    tooltip(words.help.in(options_.korean));
    ImGui::SameLine();
    const float taken = ImGui::CalcTextSize(label.c_str()).x + 24;
    ImGui::SetNextItemWidth(std::clamp(each - taken, 60.f, 360.f));
    const double low = key.slider_low, high = key.slider_high;
    double slid = value->get<double>();
    const bool whole = key.kind == session::Kind::integer;
    const ImGuiSliderFlags flags = key.logarithmic ? ImGuiSliderFlags_Logarithmic : 0;
    if (ImGui::SliderScalar("##slider", ImGuiDataType_Double, &slid, &low, &high,
                            whole ? "%.0f" : "%.3g", flags)) {
      slid = std::clamp(slid, key.low, key.high);
      edit(key.path, whole ? Json(std::llround(slid)) : Json(plot::easy_to_say(slid)));
    }
    tooltip(words.help.in(options_.korean));
    ImGui::PopID();
  }
}

void ComparisonPage::draw_choice_of_rows() {
  const plot::Theme& theme = theme_of(options_);
  const auto button = [&](const char* words, bool on) {
    // Told by a frame too, not by colour alone.
    ImGui::PushStyleColor(ImGuiCol_Button, on ? theme.surface : theme.background);
    ImGui::PushStyleColor(ImGuiCol_Text, on ? theme.ink : theme.muted);
    ImGui::PushStyleColor(ImGuiCol_Border, on ? theme.muted : theme.hairline);
    ImGui::PushStyleVar(ImGuiStyleVar_FrameBorderSize, 1);
    const bool pressed = ImGui::Button(words);
    ImGui::PopStyleVar();
    ImGui::PopStyleColor(3);
    return pressed;
  };
  const auto shown = [this](const std::string& row) {
    return std::find(views_.begin(), views_.end(), row) != views_.end();
  };
  const auto usual =
      offered_.begin() + static_cast<std::ptrdiff_t>(session::usual_comparison_views(data_).size());
  std::string changed;
  for (auto each = offered_.begin(); each != usual; ++each) {
    const words::ViewWords& row = words::of_row(*each);
    if (button(row.tab.in(options_.korean), shown(*each))) changed = *each;
    tooltip(row.title.in(options_.korean));
    ImGui::SameLine(0, 4);
  }
  if (usual != offered_.end()) {
    if (button(text("More…", "더 보기…"), std::any_of(usual, offered_.end(), shown)))
      ImGui::OpenPopup("more");
    tooltip(text("Every other view that one of these models has", "이 모델들의 나머지 보기"));
  }
  if (ImGui::BeginPopup("more")) {
    for (auto each = usual; each != offered_.end(); ++each) {
      const words::ViewWords& row = words::of_row(*each);
      bool on = shown(*each);
      if (ImGui::Checkbox(row.tab.in(options_.korean), &on)) changed = *each;
      tooltip(row.title.in(options_.korean));
    }
    ImGui::EndPopup();
  }
  if (changed.empty() || (views_.size() == 1 && shown(changed))) return;
  // In the order in which they are offered, so that the picture stays calm.
  std::vector<std::string> next;
  for (const std::string& row : offered_) {
    if (shown(row) != (row == changed)) next.push_back(row);
  }
  views_ = std::move(next);
  want_all();
}

void ComparisonPage::draw_tabs(ImVec2 min, float width) {
  const plot::Theme& theme = theme_of(options_);
  const std::size_t count = columns_.size() + (truth() ? 1 : 0);
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
    if (scaled) draw_scale({min.x + 60, min.y + 5}, min.x + width);
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

// The scale of densities as a slim bar that ends at `right`.
void ComparisonPage::draw_scale(ImVec2 min, float right) {
  const plot::Theme& theme = theme_of(options_);
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const auto width_of = [&](const std::string& words) {
    return fonts_.regular->CalcTextSizeA(plot::axis_size, 1e9f, 0, words.c_str()).x;
  };
  const std::string low = "ln p  " + plot::brief(shared_.top - views::depth, 3),
                    high = plot::brief(shared_.top, 3) + " nats";
  const float end = right - width_of(high) - 6;
  const float length = std::min(96.f, end - min.x - width_of(low) - 8);
  if (length < 30) return;
  constexpr int steps = 32;
  for (int i = 0; i < steps; ++i) {
    const float t0 = static_cast<float>(i) / steps, t1 = static_cast<float>(i + 1) / steps;
    draw.AddRectFilled({end - length * (1 - t0), min.y + 3}, {end - length * (1 - t1), min.y + 12},
                       plot::sequential(theme, 0.5f * (t0 + t1)));
  }
  draw.AddRect({end - length, min.y + 3}, {end, min.y + 12}, theme.hairline);
  const auto write = [&](float x, const std::string& words) {
    draw.AddText(fonts_.regular, plot::axis_size, {x, min.y}, theme.muted, words.c_str());
  };
  write(end - length - width_of(low) - 6, low);
  write(end + 6, high);
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

}  // namespace lab::app
