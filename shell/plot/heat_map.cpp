#include "shell/plot/heat_map.hpp"

#include <imgui_internal.h>

#include <algorithm>
#include <utility>

#include "shell/plot/numbers.hpp"

namespace lab::plot {

HeatMap::HeatMap() = default;
HeatMap::HeatMap(HeatMap&&) noexcept = default;
HeatMap& HeatMap::operator=(HeatMap&&) noexcept = default;

HeatMap::~HeatMap() {
  if (texture_ && ImGui::GetCurrentContext()) ImGui::UnregisterUserTexture(texture_.get());
}

void HeatMap::update(int n, const std::function<ImU32(int)>& colour) {
  if (!texture_ || texture_->Width != n) {
    // The old one may still be on its way to the screen: its size changes by a texture of its own.
    auto fresh = std::make_unique<ImTextureData>();
    fresh->Create(ImTextureFormat_RGBA32, n, n);
    fresh->UseColors = true;
    fresh->SetStatus(ImTextureStatus_WantCreate);
    ImGui::RegisterUserTexture(fresh.get());
    if (texture_) ImGui::UnregisterUserTexture(texture_.get());
    texture_ = std::move(fresh);
  }
  auto* pixels = static_cast<ImU32*>(texture_->GetPixels());
  for (int row = 0; row < n; ++row) {
    for (int column = 0; column < n; ++column) {
      pixels[(n - 1 - row) * n + column] = colour(row * n + column);
    }
  }
  if (texture_->Status == ImTextureStatus_OK) {
    const ImTextureRect whole{0, 0, static_cast<unsigned short>(n), static_cast<unsigned short>(n)};
    texture_->UpdateRect = texture_->UsedRect = whole;
    texture_->Updates.resize(0);
    texture_->Updates.push_back(whole);
    texture_->SetStatus(ImTextureStatus_WantUpdates);
  }
}

void HeatMap::draw(const Axes& axes, const Window& box) const {
  if (!texture_) return;
  axes.draw().AddImage(texture_->GetTexRef(), axes.screen(box.x0, box.y1),
                       axes.screen(box.x1, box.y0));
}

void colour_bar(const Axes& axes, const Theme& theme, double low, double high, const char* unit,
                const std::function<ImU32(float)>& colour) {
  const float height = std::min(140.f, 0.5f * (axes.max().y - axes.min().y));
  const ImVec2 at{axes.max().x - 20, axes.min().y + 26};
  ImDrawList& draw = axes.draw();
  draw.AddRectFilled({at.x - 48, at.y - 24}, {at.x + 20, at.y + height + 12},
                     faded(theme.background, 0.82f), 6);
  constexpr int steps = 48;
  for (int i = 0; i < steps; ++i) {
    const float t0 = static_cast<float>(i) / steps, t1 = static_cast<float>(i + 1) / steps;
    draw.AddRectFilled({at.x, at.y + height * (1 - t1)}, {at.x + 10, at.y + height * (1 - t0)},
                       colour(0.5f * (t0 + t1)));
  }
  draw.AddRect(at, {at.x + 10, at.y + height}, theme.hairline);
  axes.text({at.x - 40, at.y - 20}, theme.muted, unit);
  const std::vector<double> ticks = round_ticks(low, high, 4);
  for (const double tick : ticks) {
    const float y = at.y + height * static_cast<float>(1 - (tick - low) / (high - low));
    const std::string label = tick_label(tick, ticks);
    const float width = ImGui::CalcTextSize(label.c_str()).x * axis_size / ImGui::GetFontSize();
    axes.text({at.x - 6 - width, y - 7}, theme.ink, label);
  }
}

}  // namespace lab::plot
