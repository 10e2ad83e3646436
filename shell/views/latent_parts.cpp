#include "shell/views/latent_parts.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

#include "shell/plot/classes.hpp"
#include "shell/plot/numbers.hpp"

namespace lab::views {

std::size_t count_of(const Store& store, std::span<const float> values) {
  return store.sample_shape.size() == 0 ? 0 : values.size() / store.sample_shape.size();
}

std::span<const float> sample_of(const Store& store, std::span<const float> values,
                                 std::size_t index) {
  if (index >= count_of(store, values)) return {};
  return values.subspan(index * store.sample_shape.size(), store.sample_shape.size());
}

float squared_error(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  const std::size_t count = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < count; ++i) {
    const double difference = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    sum += difference * difference;
  }
  return static_cast<float>(sum / static_cast<double>(std::max<std::size_t>(count, 1)));
}

std::string z_name(int dimension) {
  std::string name = "z";
  for (const char digit : std::to_string(dimension + 1)) {
    // U+2080 to U+2089.
    name += "\xe2\x82";
    name += static_cast<char>(0x80 + (digit - '0'));
  }
  return name;
}

int label_of(const Store& store, std::size_t index) {
  const Array& labels = store.array("test_labels");
  return index < labels.size() ? static_cast<int>(labels[index]) : -1;
}

std::string class_of(const Store& store, std::size_t index) {
  const int label = label_of(store, index);
  if (label < 0) return {};
  const auto at = static_cast<std::size_t>(label);
  return at < store.classes.size() ? store.classes[at] : std::to_string(label);
}

int latents_of(const Store& store) { return store.said("latents", 0); }

std::array<int, 2> axes_of(const Store& store) {
  return store.said("axes", std::array<int, 2>{0, 1});
}

std::vector<int> by_kl(const Store& store) {
  const Array& kls = store.array("kl_dimensions");
  std::vector<int> order(static_cast<std::size_t>(std::max(latents_of(store), 0)));
  std::iota(order.begin(), order.end(), 0);
  const auto kl = [&](int dimension) {
    const auto at = static_cast<std::size_t>(dimension);
    return at < kls.size() ? kls[at] : 0.f;
  };
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return kl(a) > kl(b); });
  return order;
}

int active_count(const Store& store) {
  const std::span<const float> kls = store.array("kl_dimensions");
  return static_cast<int>(
      std::count_if(kls.begin(), kls.end(), [](float kl) { return kl > active_from; }));
}

std::string fixed(double value, int decimals) {
  char text[40];
  std::snprintf(text, sizeof text, "%.*f", decimals, std::fabs(value));
  const bool zero = std::string_view(text).find_first_not_of("0.") == std::string_view::npos;
  return std::isfinite(value) ? (value < 0 && !zero ? "−" : "") + std::string(text) : "–";
}

ImVec2 size_of(const Frame& frame, const std::string& words, float size) {
  return frame.fonts.regular->CalcTextSizeA(size, 1e9f, 0, words.c_str());
}

void write(const Frame& frame, ImVec2 at, ImU32 colour, const std::string& words, float size) {
  ImGui::GetWindowDrawList()->AddText(frame.fonts.regular, size, at, colour, words.c_str());
}

void sentence(const Frame& frame, const char* words) {
  const float room = std::max(40.f, frame.max.x - frame.min.x - 32);
  const float size = frame.compact ? plot::axis_size : plot::small_size;
  const ImVec2 taken = frame.fonts.regular->CalcTextSizeA(size, 1e9f, room, words);
  ImGui::GetWindowDrawList()->AddText(
      frame.fonts.regular, size,
      {0.5f * (frame.min.x + frame.max.x - taken.x), 0.5f * (frame.min.y + frame.max.y - taken.y)},
      frame.theme.muted, words, nullptr, room);
}

const char* why_no_samples(const Frame& frame, const words::Text& next) {
  const Store& store = frame.store;
  if (!store.loaded || store.can("sample")) return frame.text(next);
  return store.can("codes") && !store.on_plane()
             ? frame.text({"No samples: choose a prior of codes, from which they can be drawn.",
                           "표본이 없습니다. 표본을 뽑을 코드의 사전분포를 고르세요."})
             : frame.text({"This model draws no samples.", "표본을 뽑지 않는 모델입니다."});
}

float key(const Frame& frame, ImVec2 at, float right, const std::vector<Entry>& entries) {
  if (entries.empty()) return 0;
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  constexpr float row = 18;
  ImVec2 to = at;
  for (const Entry& entry : entries) {
    const bool wide = entry.mark == Entry::Mark::line || entry.mark == Entry::Mark::dashes;
    const float mark = wide ? 18.f : 9.f;
    const float width = mark + 5 + size_of(frame, entry.words).x;
    if (to.x > at.x && to.x + width > right) to = {at.x, to.y + row};
    const float y = to.y + 0.5f * row;
    const ImVec2 middle{to.x + 0.5f * mark, y};
    switch (entry.mark) {
      case Entry::Mark::line: draw.AddLine({to.x, y}, {to.x + mark, y}, entry.colour, 2); break;
      case Entry::Mark::dashes:
        for (float x = to.x; x < to.x + mark; x += 7)
          draw.AddLine({x, y}, {x + 4, y}, entry.colour, 2);
        break;
      case Entry::Mark::dot: draw.AddCircleFilled(middle, 4, entry.colour); break;
      case Entry::Mark::square:
        draw.AddRectFilled({middle.x - 4, y - 4}, {middle.x + 4, y + 4}, entry.colour, 1);
        break;
    }
    write(frame, {to.x + mark + 5, y - 8}, frame.theme.ink, entry.words);
    to.x += width + 14;
  }
  return to.y + row - at.y;
}

Touch touch(const char* id, ImVec2 min, ImVec2 max) {
  Touch result;
  if (max.x - min.x < 1 || max.y - min.y < 1) return result;
  ImGui::SetCursorScreenPos(min);
  ImGui::SetNextItemAllowOverlap();
  ImGui::InvisibleButton(id, {max.x - min.x, max.y - min.y});
  result.hovered = ImGui::IsItemHovered();
  result.pressed = ImGui::IsItemActivated();
  result.held = ImGui::IsItemActive();
  result.at = ImGui::GetIO().MousePos;
  return result;
}

void bubble(Frame& frame, plot::Pictures& texture, const Bubble& content) {
  const plot::Theme& theme = frame.theme;
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const int count = static_cast<int>(count_of(frame.store, content.pictures));
  constexpr float pad = 8, line = 16, gap = 8;
  ImVec2 cell{0, 0};
  if (count > 0) {
    const data::SampleShape& shape = frame.store.sample_shape;
    const float longest = static_cast<float>(std::max(shape.rows, shape.columns));
    const float room = std::min({112.f, 0.34f * (frame.max.y - frame.min.y),
                                 (0.6f * (frame.max.x - frame.min.x)) / static_cast<float>(count)});
    cell = {room * static_cast<float>(shape.columns) / longest,
            room * static_cast<float>(shape.rows) / longest};
    for (const std::string& caption : content.captions)
      cell.x = std::max(cell.x, size_of(frame, caption).x);
  }
  ImVec2 size{static_cast<float>(count) * (cell.x + gap) - (count > 0 ? gap : 0),
              line * static_cast<float>(content.lines.size())};
  for (const std::string& words : content.lines) size.x = std::max(size.x, size_of(frame, words).x);
  if (count > 0) size.y += cell.y + 4 + (content.captions.empty() ? 0 : line);
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  ImVec2 at{mouse.x + 16 + pad, mouse.y + 16 + pad};
  if (at.x + size.x + pad > frame.max.x) at.x = mouse.x - size.x - 16 - pad;
  if (at.y + size.y + pad > frame.max.y) at.y = mouse.y - size.y - 16 - pad;
  at.x = std::max(at.x, frame.min.x + pad);
  at.y = std::max(at.y, frame.min.y + pad);
  draw.PushClipRect(frame.min, frame.max, false);
  const ImVec2 low{at.x - pad, at.y - pad}, high{at.x + size.x + pad, at.y + size.y + pad};
  draw.AddRectFilled(low, high, plot::faded(theme.background, 0.96f), 6);
  draw.AddRect(low, high, theme.hairline, 6);
  ImVec2 to = at;
  for (const std::string& words : content.lines) {
    const bool label = content.label != 0 && to.y == at.y;
    if (label) {
      const float width = size_of(frame, words).x;
      draw.AddRectFilled({to.x - 3, to.y - 2}, {to.x + width + 3, to.y + 15}, content.label, 3);
    }
    write(frame, to, label ? plot::text_on(content.label) : theme.ink, words);
    to.y += line;
  }
  if (count > 0) {
    const auto n = static_cast<float>(count);
    const plot::PictureGrid grid =
        plot::fit_pictures({to.x, to.y + 3}, {to.x + n * (cell.x + gap) - gap, to.y + 3 + cell.y},
                           frame.store.sample_shape, count, 1, count, {gap, gap});
    for (int i = 0; i < count; ++i) {
      const ImVec2 a = grid.min(i), b = grid.max(i);
      draw.AddRect({a.x - 1, a.y - 1}, {b.x + 1, b.y + 1}, theme.hairline);
      const auto index = static_cast<std::size_t>(i);
      if (index < content.captions.size()) {
        const float width = size_of(frame, content.captions[index]).x;
        write(frame, {0.5f * (a.x + b.x - width), b.y + 2}, theme.muted, content.captions[index]);
      }
    }
    texture.draw(draw, content.pictures, frame.store.sample_shape, grid, 0);
  }
  draw.PopClipRect();
}

void look_at(Frame& frame, const std::vector<std::pair<int, float>>& changes) {
  std::vector<float> code = frame.store.array("code").values;
  code.resize(static_cast<std::size_t>(std::max(latents_of(frame.store), 0)), 0);
  for (const auto& [dimension, value] : changes) {
    const auto at = static_cast<std::size_t>(dimension);
    if (dimension >= 0 && at < code.size()) code[at] = value;
  }
  frame.camera.commands.push_back({{"do", "code"}, {"z", code}});
  frame.store.choose("code", std::move(code));
}

std::string value_names(const Store& store) {
  std::string names;
  for (std::size_t i = 1; i <= store.sample_shape.size(); ++i)
    names += ",value_" + std::to_string(i);
  return names + "\n";
}

void add_values(std::string& csv, std::span<const float> sample) {
  for (std::size_t i = 0; i < sample.size(); ++i)
    add_value(csv, static_cast<double>(sample[i]), i + 1 < sample.size() ? ',' : '\n');
}

}  // namespace lab::views
