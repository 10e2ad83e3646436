#include "shell/plot/axes.hpp"

#include <algorithm>
#include <cmath>

#include "shell/plot/numbers.hpp"

namespace lab::plot {

namespace {

std::vector<double> ticks_of_x(const Window& window, ImVec2 min, ImVec2 max) {
  return round_ticks(window.x0, window.x1, std::max(2, static_cast<int>((max.x - min.x) / 90)));
}

std::vector<double> ticks_of_y(const Window& window, ImVec2 min, ImVec2 max) {
  return round_ticks(window.y0, window.y1, std::max(2, static_cast<int>((max.y - min.y) / 60)));
}

float width_of(const Fonts& fonts, const std::string& words) {
  return fonts.regular->CalcTextSizeA(axis_size, 1e9f, 0, words.c_str()).x;
}

ImVec2 place(const Window& window, ImVec2 min, ImVec2 max, double x, double y) {
  const double u = (x - window.x0) / (window.x1 - window.x0);
  const double v = (y - window.y0) / (window.y1 - window.y0);
  // Far outside the frame the place does not matter, only that it stays a number.
  const auto clamped = [](double t) { return static_cast<float>(std::clamp(t, -20.0, 20.0)); };
  return {min.x + clamped(u) * (max.x - min.x), max.y - clamped(v) * (max.y - min.y)};
}

}  // namespace

Window fitted(const Window& window, ImVec2 min, ImVec2 max) {
  const double width = static_cast<double>(std::max(8.f, max.x - min.x)),
               height = static_cast<double>(std::max(8.f, max.y - min.y));
  const double scale = std::max((window.x1 - window.x0) / width, (window.y1 - window.y0) / height);
  const double x = 0.5 * (window.x0 + window.x1), y = 0.5 * (window.y0 + window.y1);
  return {x - 0.5 * scale * width, x + 0.5 * scale * width, y - 0.5 * scale * height,
          y + 0.5 * scale * height};
}

Axes::Axes(const Theme& theme, const Fonts& fonts, ImVec2 min, ImVec2 max, Window window,
           bool equal, bool compact, const Labels& labels)
    : draw_(ImGui::GetWindowDrawList()), fonts_(fonts), min_(min), max_(max), window_(window) {
  if (!compact) {
    min_.x += 44;
    max_.y -= 36;
    max_.x -= 8;
    min_.y += 18;
  }
  max_.x = std::max(max_.x, min_.x + 8);
  max_.y = std::max(max_.y, min_.y + 8);
  if (equal) window_ = fitted(window, min_, max_);
  draw_ticks(theme, compact, labels);
  draw_->PushClipRect(min_, max_, true);
}

Axes::~Axes() { draw_->PopClipRect(); }

ImVec2 Axes::screen(double x, double y) const { return place(window_, min_, max_, x, y); }

double Axes::x_of(float screen_x) const {
  return window_.x0 +
         (window_.x1 - window_.x0) * static_cast<double>((screen_x - min_.x) / (max_.x - min_.x));
}

double Axes::y_of(float screen_y) const {
  return window_.y0 +
         (window_.y1 - window_.y0) * static_cast<double>((max_.y - screen_y) / (max_.y - min_.y));
}

void Axes::text(ImVec2 at, ImU32 colour, const std::string& words, float size) const {
  draw_->AddText(fonts_.regular, size, at, colour, words.c_str());
}

void Axes::draw_ticks(const Theme& theme, bool compact, const Labels& labels) {
  const ImU32 grid = faded(theme.hairline, 0.6f);
  for (const double x : ticks_of_x(window_, min_, max_)) {
    const float at = std::round(screen(x, window_.y0).x);
    draw_->AddLine({at, min_.y}, {at, max_.y}, grid);
  }
  for (const double y : ticks_of_y(window_, min_, max_)) {
    const float at = std::round(screen(window_.x0, y).y);
    draw_->AddLine({min_.x, at}, {max_.x, at}, grid);
  }
  if (compact) return;
  name_x(theme, fonts_, window_, min_, max_);
  name_y(theme, fonts_, window_, min_, max_);
  text({0.5f * (min_.x + max_.x - width_of(fonts_, labels.x)), max_.y + 18}, theme.muted, labels.x);
  if (!labels.y.empty()) {
    // Above the axis: upright letters are read faster than turned ones.
    text({min_.x - 14, min_.y - 17}, theme.muted, labels.y);
  }
}

void Axes::line(const std::vector<ImVec2>& points, ImU32 colour, float width) const {
  draw_->AddPolyline(points.data(), static_cast<int>(points.size()), colour, 0, width);
}

void Axes::dashes(const std::vector<ImVec2>& points, ImU32 colour, float width, float dash) const {
  float along = 0;
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    const ImVec2 a = points[i], b = points[i + 1];
    const float length = std::hypot(b.x - a.x, b.y - a.y);
    if (!(length > 0) || length > 1e5f) continue;
    for (float t = 0; t < length;) {
      const float phase = std::fmod(along, 2 * dash);
      const float run = std::min((phase < dash ? dash : 2 * dash) - phase, length - t);
      const float step = std::max(run, 0.01f);
      if (phase < dash) {
        const auto at = [&](float s) {
          return ImVec2{a.x + (b.x - a.x) * s / length, a.y + (b.y - a.y) * s / length};
        };
        draw_->AddLine(at(t), at(t + run), colour, width);
      }
      t += step;
      along += step;
    }
  }
}

void Axes::contours(const std::vector<Polyline>& lines, int n, const Window& box, ImU32 colour,
                    float width, bool dashed) const {
  std::vector<ImVec2> points;
  for (const Polyline& polyline : lines) {
    points.clear();
    for (const GridPoint& point : polyline) {
      points.push_back(
          screen(box.x0 + (box.x1 - box.x0) * (static_cast<double>(point.column) + 0.5) / n,
                 box.y0 + (box.y1 - box.y0) * (static_cast<double>(point.row) + 0.5) / n));
    }
    if (dashed) dashes(points, colour, width);
    else line(points, colour, width);
  }
}

bool navigate(Window& window, const Window& home, ImVec2 min, ImVec2 max, float pinch) {
  const Window before = window;
  const ImGuiIO& io = ImGui::GetIO();
  // The wheel scrolls nothing then.
  ImGui::SetItemKeyOwner(ImGuiKey_MouseWheelY);
  const double width = static_cast<double>(max.x - min.x),
               height = static_cast<double>(max.y - min.y);
  if (ImGui::IsItemActive() && ImGui::IsMouseDragging(ImGuiMouseButton_Left, 3)) {
    const double dx = -static_cast<double>(io.MouseDelta.x) * (window.x1 - window.x0) / width;
    const double dy = static_cast<double>(io.MouseDelta.y) * (window.y1 - window.y0) / height;
    window = {window.x0 + dx, window.x1 + dx, window.y0 + dy, window.y1 + dy};
  }
  const float turns = ImGui::IsItemHovered() ? io.MouseWheel : 0;
  const double factor = std::pow(0.85, static_cast<double>(turns)) / static_cast<double>(pinch);
  if (factor != 1) {
    const double u = static_cast<double>(io.MousePos.x - min.x) / width;
    const double v = static_cast<double>(max.y - io.MousePos.y) / height;
    const double x = window.x0 + u * (window.x1 - window.x0),
                 y = window.y0 + v * (window.y1 - window.y0);
    const double size = (window.x1 - window.x0) * factor, whole = home.x1 - home.x0;
    if (size > whole * 1e-4 && size < whole * 50) {
      window = {x + (window.x0 - x) * factor, x + (window.x1 - x) * factor,
                y + (window.y0 - y) * factor, y + (window.y1 - y) * factor};
    }
  }
  if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) window = home;
  return !(window == before);
}

bool navigate_fitted(Window& window, const Window& home, ImVec2 min, ImVec2 max, float pinch) {
  const Window before = fitted(window, min, max);
  Window shown = before;
  if (!navigate(shown, home, min, max, pinch)) return false;
  if (shown == home) {
    window = home;
    return true;
  }
  const double scale = (shown.y1 - shown.y0) / (before.y1 - before.y0);
  const double x = 0.5 * (shown.x0 + shown.x1), y = 0.5 * (shown.y0 + shown.y1);
  const double across = 0.5 * (window.x1 - window.x0) * scale,
               up = 0.5 * (window.y1 - window.y0) * scale;
  window = {x - across, x + across, y - up, y + up};
  return true;
}

void name_x(const Theme& theme, const Fonts& fonts, const Window& shown, ImVec2 min, ImVec2 max) {
  const std::vector<double> ticks = ticks_of_x(shown, min, max);
  for (const double tick : ticks) {
    const std::string label = tick_label(tick, ticks);
    const float width = width_of(fonts, label);
    const float at = std::round(place(shown, min, max, tick, shown.y0).x);
    const float left = std::clamp(at - 0.5f * width, min.x, std::max(min.x, max.x - width + 8));
    ImGui::GetWindowDrawList()->AddText(fonts.regular, axis_size, {left, max.y + 3}, theme.muted,
                                        label.c_str());
  }
}

void name_y(const Theme& theme, const Fonts& fonts, const Window& shown, ImVec2 min, ImVec2 max) {
  const std::vector<double> ticks = ticks_of_y(shown, min, max);
  for (const double tick : ticks) {
    const std::string label = tick_label(tick, ticks);
    const float at = std::round(place(shown, min, max, shown.x0, tick).y);
    ImGui::GetWindowDrawList()->AddText(
        fonts.regular, axis_size, {min.x - 6 - width_of(fonts, label), at - 0.5f * axis_size - 1},
        theme.muted, label.c_str());
  }
}

}  // namespace lab::plot
