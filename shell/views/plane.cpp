#include "shell/views/plane.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "shell/plot/numbers.hpp"

namespace lab::views {

plot::Axes plane(Frame& frame) {
  return plot::Axes(frame.theme, frame.fonts, frame.min, frame.max, frame.camera.window, true,
                    frame.compact, {"x", "y"});
}

void points(const plot::Axes& axes, std::span<const float> xy, ImU32 colour, float radius,
            bool square, std::size_t most) {
  const std::size_t count = std::min(xy.size() / 2, most);
  for (std::size_t i = 0; i < count; ++i) {
    const ImVec2 p =
        axes.screen(static_cast<double>(xy[2 * i]), static_cast<double>(xy[2 * i + 1]));
    if (p.x < axes.min().x || p.x > axes.max().x || p.y < axes.min().y || p.y > axes.max().y)
      continue;
    const ImVec2 low{p.x - radius, p.y - radius}, high{p.x + radius, p.y + radius};
    if (square) axes.draw().AddRect(low, high, colour);
    else axes.draw().AddCircleFilled(p, radius, colour, 8);
  }
}

void segment(Frame& frame, const plot::Axes& axes) {
  auto ends = segment_of(frame.store);
  const ImVec2 a = axes.screen(ends[0], ends[1]), b = axes.screen(ends[2], ends[3]);
  axes.draw().AddLine(a, b, plot::faded(frame.theme.background, 0.8f), 4);
  axes.draw().AddLine(a, b, frame.theme.ink, 1);
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  for (std::size_t end = 0; end < 2; ++end) {
    const ImVec2 p = end == 0 ? a : b;
    const bool near = std::hypot(mouse.x - p.x, mouse.y - p.y) < 14;
    axes.draw().AddCircleFilled(p, near ? 7.f : 5.f, frame.theme.background);
    axes.draw().AddCircle(p, near ? 7.f : 5.f, frame.theme.ink, 0, 1.5f);
    if (frame.compact && !frame.shared) continue;
    ImGui::SetCursorScreenPos({p.x - 12, p.y - 12});
    ImGui::PushID(static_cast<int>(end));
    ImGui::SetNextItemAllowOverlap();
    ImGui::InvisibleButton("segment", {24, 24});
    if (ImGui::IsItemActive() && ImGui::IsMouseDragging(ImGuiMouseButton_Left, 0)) {
      ends[2 * end] = axes.x_of(mouse.x);
      ends[2 * end + 1] = axes.y_of(mouse.y);
      frame.store.choose("segment", ends);
      frame.camera.segment_moved = true;
    }
    ImGui::PopID();
  }
}

void readout(Frame& frame, const plot::Axes& axes,
             const std::function<std::string(double, double)>& words) {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const bool inside = mouse.x > axes.min().x && mouse.x < axes.max().x && mouse.y > axes.min().y &&
                      mouse.y < axes.max().y;
  if (frame.compact || !inside ||
      !ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem)) {
    return;
  }
  const std::string text = words(axes.x_of(mouse.x), axes.y_of(mouse.y));
  if (text.empty()) return;
  const ImVec2 size = frame.fonts.regular->CalcTextSizeA(plot::axis_size, 1e9f, 0, text.c_str());
  ImVec2 at{mouse.x + 14, mouse.y + 14};
  if (at.x + size.x + 12 > axes.max().x) at.x = mouse.x - size.x - 22;
  if (at.y + size.y + 8 > axes.max().y) at.y = mouse.y - size.y - 18;
  axes.draw().AddRectFilled({at.x - 6, at.y - 4}, {at.x + size.x + 6, at.y + size.y + 4},
                            plot::faded(frame.theme.background, 0.94f), 6);
  axes.draw().AddRect({at.x - 6, at.y - 4}, {at.x + size.x + 6, at.y + size.y + 4},
                      frame.theme.hairline, 6);
  axes.text(at, frame.theme.ink, text);
}

void plane_readout(Frame& frame, const plot::Axes& axes,
                   const std::function<std::string(double, double)>& words) {
  if (!frame.shared) return readout(frame, axes, words);
  if (!frame.shared->pointer) return;
  const auto [x, y] = *frame.shared->pointer;
  const ImVec2 at = axes.screen(x, y);
  for (const bool under : {true, false}) {
    const ImU32 colour = under ? plot::faded(frame.theme.background, 0.8f) : frame.theme.ink;
    const float width = under ? 3.f : 1.f;
    axes.draw().AddLine({at.x - 7, at.y}, {at.x + 7, at.y}, colour, width);
    axes.draw().AddLine({at.x, at.y - 7}, {at.x, at.y + 7}, colour, width);
  }
  const std::string text = words(x, y);
  if (text.empty()) return;
  const ImVec2 size = frame.fonts.regular->CalcTextSizeA(plot::axis_size, 1e9f, 0, text.c_str());
  const ImVec2 corner{axes.min().x + 6, axes.max().y - size.y - 6};
  axes.draw().AddRectFilled({corner.x - 4, corner.y - 2},
                            {corner.x + size.x + 4, corner.y + size.y + 2},
                            plot::faded(frame.theme.background, 0.9f), 4);
  axes.text(corner, frame.theme.ink, text);
}

std::array<double, 4> segment_of(const Store& store) {
  return store.said("segment", std::array<double, 4>{});
}

Cells cells_of(const Store& store) {
  const auto box = store.said("box", std::array<double, 4>{});
  return {{box[0], box[1], box[2], box[3]}, store.said("n", 0)};
}

double normalisation(const Store& store) {
  const double shift = store.metric("minus_log_z") - store.metric("c");
  return std::isfinite(shift) ? shift : 0;
}

double top_of(std::span<const Store* const> models) {
  double top = -1e30;
  const auto take = [&top](const Array& values, double shift) {
    for (const float value : values.values) {
      if (std::isfinite(value)) top = std::max(top, static_cast<double>(value) + shift);
    }
  };
  const auto known = std::find_if(models.begin(), models.end(), [](const Store* model) {
    return !model->array("log_truth").empty();
  });
  if (known != models.end()) take((*known)->array("log_truth"), 0);
  else {
    for (const Store* model : models) take(model->array("log_model"), normalisation(*model));
  }
  return top < -1e29 ? 0 : std::ceil(top + 0.25);
}

double top_of(const Frame& frame) {
  if (frame.shared) return frame.shared->top;
  const Store* const alone = &frame.store;
  return top_of(std::span(&alone, 1));
}

bool shows_scale(const Frame& frame) {
  if (!frame.shared) return !frame.compact;
  return frame.shared->scale && frame.max.x - frame.min.x > 150 && frame.max.y - frame.min.y > 110;
}

Levels levels_of(std::span<const float> values, int n, double shift, double top) {
  std::vector<float> finite(values.size());
  const auto low = static_cast<float>(top - depth - 40);
  for (std::size_t i = 0; i < values.size(); ++i)
    finite[i] = std::fmax(values[i] + static_cast<float>(shift), low);
  Levels levels;
  for (int k = 1; k <= 3; ++k)
    levels.push_back(plot::level_lines(finite, n, static_cast<float>(top - 3 * k)));
  return levels;
}

float at(const Cells& cells, std::span<const float> values, double x, double y) {
  const auto& [box, n] = cells;
  const double u = (x - box.x0) / (box.x1 - box.x0) * n, v = (y - box.y0) / (box.y1 - box.y0) * n;
  if (!(u >= 0 && u < n && v >= 0 && v < n) || values.empty()) {
    return std::numeric_limits<float>::quiet_NaN();
  }
  return values[static_cast<std::size_t>(v) * static_cast<std::size_t>(n) +
                static_cast<std::size_t>(u)];
}

void legend(Frame& frame, const plot::Axes& axes, const std::vector<Entry>& entries) {
  // Where there is little room the plot matters more.
  const float height = axes.max().y - axes.min().y;
  if (frame.compact || height < 40 + 36 * static_cast<float>(entries.size())) return;
  float width = 0;
  for (const Entry& entry : entries) {
    width = std::max(
        width, frame.fonts.regular->CalcTextSizeA(plot::axis_size, 1e9f, 0, entry.words.c_str()).x);
  }
  const ImVec2 corner{axes.min().x + 10,
                      axes.max().y - 14 - 18 * static_cast<float>(entries.size())};
  axes.draw().AddRectFilled(
      {corner.x - 6, corner.y - 4},
      {corner.x + width + 34, corner.y + 18 * static_cast<float>(entries.size()) + 4},
      plot::faded(frame.theme.background, 0.82f), 6);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const float y = corner.y + 18 * static_cast<float>(i) + 9;
    const ImVec2 left{corner.x, y}, right{corner.x + 18, y}, middle{corner.x + 9, y};
    switch (entries[i].mark) {
      case Entry::Mark::line: axes.draw().AddLine(left, right, entries[i].colour, 2); break;
      case Entry::Mark::dashes: axes.dashes({left, right}, entries[i].colour, 2, 4); break;
      case Entry::Mark::dot: axes.draw().AddCircleFilled(middle, 3.5f, entries[i].colour); break;
      case Entry::Mark::square:
        axes.draw().AddRect({middle.x - 3, middle.y - 3}, {middle.x + 3, middle.y + 3},
                            entries[i].colour);
        break;
    }
    axes.text({corner.x + 26, y - 8}, frame.theme.ink, entries[i].words);
  }
}

void placeholder(Frame& frame, const plot::Axes& axes, const char* words) {
  const ImVec2 size = frame.fonts.regular->CalcTextSizeA(plot::small_size, 1e9f, 0, words);
  axes.text({0.5f * (axes.min().x + axes.max().x - size.x), 0.5f * (axes.min().y + axes.max().y)},
            frame.theme.muted, words, plot::small_size);
}

void add_value(std::string& csv, double value, char end) {
  char text[40];
  std::snprintf(text, sizeof text, "%.7g%c", value, end);
  csv += text;
}

std::string fields_csv(const Store& store, const std::vector<Named>& fields) {
  const Cells cells = cells_of(store);
  if (cells.n == 0) return {};
  std::string csv = "x,y";
  for (const auto& [name, values] : fields) csv += "," + name;
  csv += "\n";
  const auto n = static_cast<std::size_t>(cells.n);
  for (std::size_t i = 0; i < n * n; ++i) {
    const double u = (static_cast<double>(i % n) + 0.5) / cells.n,
                 v = (static_cast<double>(i / n) + 0.5) / cells.n;
    add_value(csv, cells.box.x0 + u * (cells.box.x1 - cells.box.x0), ',');
    add_value(csv, cells.box.y0 + v * (cells.box.y1 - cells.box.y0), ',');
    for (const auto& [name, values] : fields) {
      add_value(csv, values.empty() ? std::nan("") : static_cast<double>(values[i]), ',');
    }
    csv.back() = '\n';
  }
  return csv;
}

std::string points_csv(const std::vector<Named>& kinds) {
  std::string csv = "kind,x,y\n";
  for (const auto& [name, values] : kinds) {
    for (std::size_t i = 0; i + 1 < values.size(); i += 2) {
      csv += name + ",";
      add_value(csv, static_cast<double>(values[i]), ',');
      add_value(csv, static_cast<double>(values[i + 1]), '\n');
    }
  }
  return csv;
}

}  // namespace lab::views
