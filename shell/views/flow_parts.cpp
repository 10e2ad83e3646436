#include "shell/views/flow_parts.hpp"

#include <cmath>

namespace lab::views {

float paragraph(const Frame& frame, ImVec2 at, float width, ImU32 colour, const std::string& words,
                float size) {
  ImGui::GetWindowDrawList()->AddText(frame.fonts.regular, size, at, colour, words.c_str(), nullptr,
                                      width);
  return frame.fonts.regular->CalcTextSizeA(size, 1e9f, width, words.c_str()).y;
}

void explain(const Frame& frame, const char* words) {
  if (!ImGui::IsItemHovered(ImGuiHoveredFlags_DelayNormal) || !ImGui::BeginTooltip()) return;
  ImGui::PushFont(frame.fonts.regular, plot::small_size);
  ImGui::PushTextWrapPos(std::min(340.f, ImGui::GetIO().DisplaySize.x - 40));
  ImGui::TextUnformatted(words);
  ImGui::PopTextWrapPos();
  ImGui::PopFont();
  ImGui::EndTooltip();
}

float button_width(const Frame& frame, const char* words) {
  return std::ceil(size_of(frame, words, plot::small_size).x) + 18;
}

bool button(const Frame& frame, const char* words, ImVec2 at, float width, const char* tip,
            bool chosen) {
  ImGui::SetCursorScreenPos(at);
  ImGui::SetNextItemAllowOverlap();
  if (chosen) {
    ImGui::PushStyleColor(ImGuiCol_Button, frame.theme.ink);
    ImGui::PushStyleColor(ImGuiCol_ButtonHovered, frame.theme.ink);
    ImGui::PushStyleColor(ImGuiCol_ButtonActive, frame.theme.muted);
    ImGui::PushStyleColor(ImGuiCol_Text, frame.theme.background);
  }
  ImGui::PushFont(frame.fonts.regular, plot::small_size);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, ImVec2{4, 4});
  const bool pressed =
      ImGui::Button(words, {width > 0 ? width : button_width(frame, words), control_height});
  ImGui::PopStyleVar();
  ImGui::PopFont();
  if (chosen) ImGui::PopStyleColor(4);
  if (tip) explain(frame, tip);
  return pressed;
}

float class_buttons(Frame& frame, ImVec2 at, float right, bool any) {
  const Json& said = frame.store.said("of_class");
  if (!said.is_number()) return 0;
  const int chosen = said.get<int>();
  const ImVec2 start = at;
  const std::vector<std::string>& names = frame.store.classes;
  for (int c = -1; c < static_cast<int>(names.size()); ++c) {
    if (c < 0 && !any) continue;
    const std::string words =
        c < 0 ? frame.text({"any", "아무거나"}) : names[static_cast<std::size_t>(c)];
    const float width = button_width(frame, words.c_str());
    if (at.x > start.x && at.x + width > right) at = {start.x, at.y + control_height + 4};
    ImGui::PushID(c);
    // What is chosen first where there is no "any" is the first.
    const bool here = c == chosen || (!any && chosen < 0 && c == 0);
    if (button(frame, words.c_str(), at, width,
               frame.text({"The class that the model is told", "모델에 알려 줄 부류"}), here)) {
      frame.store.choose("of_class", c);
      frame.camera.commands.push_back({{"do", "class"}, {"class", c}});
    }
    ImGui::PopID();
    at.x += width + 4;
  }
  return at.y + control_height - start.y + 6;
}

Slid slider(const Frame& frame, const char* id, ImVec2 at, float width, float& value, float low,
            float high, const char* tip) {
  ImGui::SetCursorScreenPos(at);
  ImGui::SetNextItemAllowOverlap();
  ImGui::SetNextItemWidth(width);
  ImGui::PushFont(frame.fonts.regular, plot::small_size);
  ImGui::PushStyleVar(
      ImGuiStyleVar_FramePadding,
      ImVec2{8, std::max(0.f, 0.5f * (control_height - ImGui::GetTextLineHeight()))});
  Slid slid;
  slid.changed = ImGui::SliderFloat(id, &value, low, high, "", ImGuiSliderFlags_AlwaysClamp);
  slid.held = ImGui::IsItemActive();
  slid.released = ImGui::IsItemDeactivatedAfterEdit();
  ImGui::PopStyleVar();
  ImGui::PopFont();
  if (tip && !slid.held) explain(frame, tip);
  return slid;
}

// The front end draws on while the camera is said to move.
void keep_drawing(Frame& frame) { frame.camera.moved = true; }

bool Throttle::due() {
  const double now = ImGui::GetTime();
  if (last_ >= 0 && now - last_ < 0.1) return false;
  last_ = now;
  return true;
}

void Pending::ask() { since_ = ImGui::GetTime(); }

bool Pending::waiting() const { return since_ >= 0 && ImGui::GetTime() - since_ < 2; }

}  // namespace lab::views
