#include "shell/plot/theme.hpp"

namespace lab::plot {

namespace {

constexpr ImU32 rgb(unsigned hex) {
  return IM_COL32((hex >> 16) & 0xff, (hex >> 8) & 0xff, hex & 0xff, 0xff);
}

ImVec4 vector(ImU32 colour, float opacity = 1) {
  ImVec4 value = ImGui::ColorConvertU32ToFloat4(colour);
  value.w *= opacity;
  return value;
}

}  // namespace

const Theme& Theme::light() {
  static const Theme theme{false,         rgb(0xfcfcfd), rgb(0xf3f4f6), rgb(0xd9dce1),
                           rgb(0x1b1f24), rgb(0x5b6270), rgb(0x0072b2), rgb(0xd55e00),
                           rgb(0x009e73), rgb(0x1b1f24), rgb(0x6b7280), rgb(0xc2255c),
                           rgb(0x0072b2)};
  return theme;
}

const Theme& Theme::night() {
  static const Theme theme{true,          rgb(0x14171c), rgb(0x1d2128), rgb(0x343a44),
                           rgb(0xf2f4f7), rgb(0x9aa4b2), rgb(0x56b4e9), rgb(0xe69f00),
                           rgb(0x2bc49a), rgb(0xf2f4f7), rgb(0x9aa4b2), rgb(0xff8fa3),
                           rgb(0x56b4e9)};
  return theme;
}

ImU32 faded(ImU32 colour, float opacity) {
  const auto alpha = static_cast<ImU32>(static_cast<float>(colour >> IM_COL32_A_SHIFT) * opacity);
  return (colour & ~IM_COL32_A_MASK) | (alpha << IM_COL32_A_SHIFT);
}

void apply(const Theme& theme) {
  ImGuiStyle& style = ImGui::GetStyle();
  style = ImGuiStyle();
  style.FontSizeBase = body_size;
  style.WindowPadding = {2 * grid_unit, 2 * grid_unit};
  style.FramePadding = {grid_unit, 4};
  style.ItemSpacing = {grid_unit, grid_unit};
  style.ItemInnerSpacing = {grid_unit, 4};
  style.ScrollbarSize = 10;
  style.GrabMinSize = 14;
  style.WindowBorderSize = style.ChildBorderSize = style.FrameBorderSize = 0;
  style.PopupBorderSize = 1;
  style.WindowRounding = 0;
  style.ChildRounding = style.FrameRounding = style.PopupRounding = style.GrabRounding = 6;
  style.ScrollbarRounding = 6;
  style.HoverStationaryDelay = 0.2f;

  const auto set = [&style](ImGuiCol slot, ImVec4 colour) { style.Colors[slot] = colour; };
  const ImVec4 clear{0, 0, 0, 0};
  set(ImGuiCol_Text, vector(theme.ink));
  set(ImGuiCol_TextDisabled, vector(theme.muted));
  set(ImGuiCol_WindowBg, vector(theme.background));
  set(ImGuiCol_ChildBg, clear);
  set(ImGuiCol_PopupBg, vector(theme.background));
  set(ImGuiCol_Border, vector(theme.hairline));
  set(ImGuiCol_FrameBg, vector(theme.surface));
  set(ImGuiCol_FrameBgHovered, vector(theme.hairline, 0.8f));
  set(ImGuiCol_FrameBgActive, vector(theme.hairline));
  set(ImGuiCol_Button, vector(theme.surface));
  set(ImGuiCol_ButtonHovered, vector(theme.hairline, 0.8f));
  set(ImGuiCol_ButtonActive, vector(theme.hairline));
  set(ImGuiCol_Header, vector(theme.surface));
  set(ImGuiCol_HeaderHovered, vector(theme.hairline, 0.6f));
  set(ImGuiCol_HeaderActive, vector(theme.hairline));
  set(ImGuiCol_SliderGrab, vector(theme.muted));
  set(ImGuiCol_SliderGrabActive, vector(theme.ink));
  set(ImGuiCol_CheckMark, vector(theme.ink));
  set(ImGuiCol_Separator, vector(theme.hairline));
  set(ImGuiCol_ScrollbarBg, clear);
  set(ImGuiCol_ScrollbarGrab, vector(theme.hairline));
  set(ImGuiCol_ScrollbarGrabHovered, vector(theme.muted, 0.6f));
  set(ImGuiCol_ScrollbarGrabActive, vector(theme.muted));
  set(ImGuiCol_TableBorderLight, vector(theme.hairline));
  set(ImGuiCol_TableBorderStrong, vector(theme.hairline));
  set(ImGuiCol_TableHeaderBg, clear);
  set(ImGuiCol_NavCursor, vector(theme.accent));
  set(ImGuiCol_TextSelectedBg, vector(theme.accent, 0.3f));
}

}  // namespace lab::plot
