// One latent dimension at a time: each row sweeps it from −3 to 3 and leaves the others where they
// are.
#include <algorithm>
#include <cmath>

#include "shell/plot/numbers.hpp"
#include "shell/views/latent_parts.hpp"
#include "shell/views/latent_views.hpp"

namespace lab::views {

namespace {

constexpr float reach = 3;

class Traversal final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    const int steps = steps_of(store);
    if (store.loaded && latents_of(store) > 0 && !has_pictures(store)) {
      return sentence(frame,
                      frame.text({"These data are no pictures.", "이 데이터는 그림이 아닙니다."}));
    }
    const int rows =
        steps < 1 ? 0
                  : std::min(latents_of(store),
                             static_cast<int>(count_of(store, store.array("traversal"))) / steps);
    if (rows < 1) {
      return sentence(frame,
                      frame.text({"The sweep of each latent dimension comes with the next step.",
                                  "잠재 차원별 변화는 다음 단계에 나옵니다."}));
    }
    std::vector<int> order = by_kl(store);
    std::erase_if(order, [&](int dimension) { return dimension >= rows; });
    strips_.resize(order.size());
    if (frame.compact) return draw_compact(frame, order);

    const float width = frame.max.x - frame.min.x;
    ImVec2 high = frame.max;
    const bool room_for_code = width >= 720 && count_of(store, store.array("decoded")) > 0;
    if (room_for_code) {
      const float side = std::min(0.26f * width, 280.f);
      high.x -= side + 24;
      draw_code(frame, {high.x + 16, frame.min.y + 20}, side);
    }
    Frame rest = frame;
    rest.min.y += draw_classes(frame, high);
    draw_rows(rest, order, high);
  }

  std::string csv(const Store& store) const override {
    const Array &traversal = store.array("traversal"), &kls = store.array("kl_dimensions");
    const int steps = steps_of(store);
    const std::size_t count = count_of(store, traversal);
    if (count == 0 || steps < 1) return {};
    std::string table = "dimension,kl,z" + value_names(store);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t dimension = i / static_cast<std::size_t>(steps);
      table += std::to_string(dimension + 1) + ",";
      add_value(table, dimension < kls.size() ? static_cast<double>(kls[dimension]) : NAN, ',');
      add_value(table, static_cast<double>(value_of(static_cast<int>(i) % steps, steps)), ',');
      add_values(table, sample_of(store, traversal, i));
    }
    return table;
  }

  std::string describe(const Store& store) const override {
    if (store.array("traversal").empty())
      return "Rows of pictures, each sweeping one latent dimension; there are none yet.";
    const std::string sweeps =
        "Rows of pictures, each sweeping one latent dimension from minus 3 to 3";
    if (store.array("kl_dimensions").empty()) return sweeps + ".";
    return sweeps + ", the most informative first; " + std::to_string(active_count(store)) +
           " of " + std::to_string(latents_of(store)) + " dimensions say something of the data.";
  }

 private:
  static int steps_of(const Store& store) { return store.array("traversal").extent(1); }

  static float value_of(int step, int steps) {
    return steps < 2
               ? 0
               : -reach + 2 * reach * static_cast<float>(step) / static_cast<float>(steps - 1);
  }

  static std::span<const float> strip_of(const Store& store, int dimension) {
    const std::size_t length =
        static_cast<std::size_t>(steps_of(store)) * store.sample_shape.size();
    return std::span<const float>(store.array("traversal"))
        .subspan(static_cast<std::size_t>(dimension) * length, length);
  }

  void draw_compact(Frame& frame, const std::vector<int>& order) {
    const Store& store = frame.store;
    const int steps = steps_of(store);
    const float ratio = static_cast<float>(store.sample_shape.rows) /
                        static_cast<float>(store.sample_shape.columns);
    const float width = frame.max.x - frame.min.x - 8, height = frame.max.y - frame.min.y - 4;
    const float natural = width / static_cast<float>(steps) * ratio + 3;
    const int fitting =
        std::clamp(static_cast<int>(height / natural), 1, static_cast<int>(order.size()));
    const float row = std::min(natural, height / static_cast<float>(fitting));
    const float top = frame.min.y + 2 + 0.5f * (height - row * static_cast<float>(fitting));
    for (int i = 0; i < fitting; ++i) {
      const float y = top + row * static_cast<float>(i);
      const plot::PictureGrid grid =
          plot::fit_pictures({frame.min.x + 4, y}, {frame.max.x - 4, y + row - 2},
                             store.sample_shape, steps, 1, steps);
      strips_[static_cast<std::size_t>(i)].draw(
          *ImGui::GetWindowDrawList(), strip_of(store, order[static_cast<std::size_t>(i)]),
          store.sample_shape, grid, frame.theme.hairline, store.array("traversal").version);
    }
  }

  // The code that is looked at, decoded.
  void draw_code(Frame& frame, ImVec2 at, float side) {
    const Store& store = frame.store;
    write(frame, {at.x, at.y - 18}, frame.theme.muted,
          frame.text({"the code that is looked at", "지금 보는 코드"}));
    const plot::PictureGrid grid =
        plot::fit_pictures(at, {at.x + side, at.y + side}, store.sample_shape, 1, 1, 1);
    code_.draw(*ImGui::GetWindowDrawList(), store.array("decoded"), store.sample_shape, grid,
               frame.theme.model);
    ImGui::SetCursorScreenPos({at.x, at.y + side + 12});
    ImGui::SetNextItemAllowOverlap();
    if (ImGui::Button(frame.text({"All to 0", "모두 0으로"}))) {
      std::vector<std::pair<int, float>> zeros;
      for (int j = 0; j < latents_of(store); ++j) zeros.emplace_back(j, 0.f);
      look_at(frame, zeros);
    }
    if (ImGui::IsItemHovered(ImGuiHoveredFlags_DelayNormal)) {
      ImGui::SetTooltip(
          "%s", frame.text({"Looks at the middle of all codes", "모든 코드의 한가운데를 봅니다"}));
    }
  }

  // The code that is looked at of every class, to choose one; returns the height that they take.
  float draw_classes(Frame& frame, ImVec2 high) {
    const Store& store = frame.store;
    const Array& sweep = store.array("class_sweep");
    const auto count = static_cast<int>(count_of(store, sweep));
    const Json& said = store.said("of_class");
    if (count == 0 || !said.is_number()) return 0;
    const ImVec2 low{frame.min.x + 10, frame.min.y + 2};
    write(frame, low, frame.theme.muted,
          frame.text(
              {"the same code of every class; click one", "같은 코드, 부류별 (눌러서 고르기)"}));
    const float width = high.x - low.x - 12;
    const float ratio = static_cast<float>(store.sample_shape.rows) /
                        static_cast<float>(store.sample_shape.columns);
    const float height = std::min(72.f, ratio * (width / static_cast<float>(count) - 4));
    const ImVec2 corner{low.x, low.y + 18};
    const plot::PictureGrid fitted = plot::fit_pictures(
        corner, {corner.x + width, corner.y + height}, store.sample_shape, count, 1, count, {4, 4});
    plot::PictureGrid grid = fitted;
    grid.origin.x = corner.x;
    classes_.draw(*ImGui::GetWindowDrawList(), sweep, store.sample_shape, grid,
                  frame.theme.hairline, sweep.version);
    const int chosen = std::max(0, said.get<int>());
    for (int c = 0; c < count; ++c) {
      const std::string name = static_cast<std::size_t>(c) < store.classes.size()
                                   ? store.classes[static_cast<std::size_t>(c)]
                                   : std::to_string(c);
      const ImVec2 a = grid.min(c), b = grid.max(c);
      if (size_of(frame, name).x <= b.x - a.x) {
        write(frame, {0.5f * (a.x + b.x - size_of(frame, name).x), b.y + 3},
              c == chosen ? frame.theme.ink : frame.theme.muted, name);
      }
      if (c == chosen) {
        ImGui::GetWindowDrawList()->AddRect({a.x - 2, a.y - 2}, {b.x + 2, b.y + 2},
                                            frame.theme.model, 0, 0, 2);
      }
    }
    const Touch area = touch("classes", grid.origin, grid.end());
    const int hit = area.hovered ? grid.hit(area.at) : -1;
    if (area.pressed && hit >= 0) {
      frame.store.choose("of_class", hit);
      frame.camera.commands.push_back({{"do", "class"}, {"class", hit}});
    }
    return 18 + (grid.end().y - grid.origin.y) + 28;
  }

  void draw_rows(Frame& frame, const std::vector<int>& order, ImVec2 high) {
    const Store& store = frame.store;
    const Array& kls = store.array("kl_dimensions");
    const plot::Theme& theme = frame.theme;
    const int steps = steps_of(store);
    const float width = high.x - frame.min.x;
    // Words above a strip and its slider below where the screen is narrow, or where all rows fit
    // so.
    const float ratio = static_cast<float>(store.sample_shape.rows) /
                        static_cast<float>(store.sample_shape.columns);
    const float stacked = ratio * (width - 24) / static_cast<float>(steps) + 56;
    const bool narrow =
        width < 560 || stacked * static_cast<float>(order.size()) < high.y - frame.min.y - 24;
    const float words = narrow ? 0 : 92, slider = narrow ? 0 : 132;
    const ImVec2 strip_low{frame.min.x + 8 + words, frame.min.y + 20};
    const float strip_width = width - 8 - words - slider - (narrow ? 16.f : 20.f);
    const float room = (high.y - strip_low.y) / static_cast<float>(order.size()) - 10;
    float cell = ratio * (strip_width / static_cast<float>(steps) - 1);
    // Rather all rows at once than large ones, but not below 44 pixels.
    cell = std::min(cell, std::max(44.f, room - (narrow ? 46.f : 0.f)));
    const plot::PictureGrid shape =
        plot::fit_pictures({0, 0}, {strip_width, cell}, store.sample_shape, steps, 1, steps);
    const float picture = shape.cell.y;
    const float row = narrow ? picture + 56 : std::max(picture + 10, 40.f);
    const float length = shape.end().x - shape.origin.x;
    const float x = strip_low.x + (narrow ? 0.5f * (strip_width - length) : 0);

    const auto at_value = [&](float value) {
      const float first = x + 0.5f * shape.cell.x;
      const float last = x + length - 0.5f * shape.cell.x;
      return first + (last - first) * (value + reach) / (2 * reach);
    };
    for (int tick = -3; tick <= 3; ++tick) {
      const std::string label = fixed(tick, 0);
      write(frame,
            {at_value(static_cast<float>(tick)) - 0.5f * size_of(frame, label).x, frame.min.y + 2},
            theme.muted, label);
    }
    ImGui::SetCursorScreenPos({frame.min.x, strip_low.y});
    ImGui::SetNextWindowContentSize({0, row * static_cast<float>(order.size())});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2{0, 0});
    ImGui::BeginChild("rows", {width, high.y - strip_low.y}, ImGuiChildFlags_None,
                      ImGuiWindowFlags_None);
    ImGui::PopStyleVar();
    if (ImGui::IsWindowHovered() && ImGui::IsMouseDragging(0) && !ImGui::IsAnyItemActive())
      ImGui::SetScrollY(ImGui::GetScrollY() - ImGui::GetIO().MouseDelta.y);
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const float top = strip_low.y + 2 - ImGui::GetScrollY();
    for (std::size_t i = 0; i < order.size(); ++i) {
      const int dimension = order[i];
      const auto index = static_cast<std::size_t>(dimension);
      const float y = std::floor(top + row * static_cast<float>(i));
      if (y + row < strip_low.y || y > high.y) continue;
      const double kl = index < kls.size() ? static_cast<double>(kls[index]) : NAN;
      const bool collapsed = kl < static_cast<double>(active_from);
      const ImU32 colour = collapsed ? theme.warning : theme.ink;
      const std::string measure = std::isfinite(kl) ? plot::brief(kl, 3) + " nats" : "";
      const char* fallen = frame.text({"collapsed", "붕괴됨"});
      float strip_y = y;
      if (narrow) {
        const float left = frame.min.x + 10;
        write(frame, {left, y}, colour, z_name(dimension), plot::small_size);
        write(frame, {left + 34, y + 1}, collapsed ? theme.warning : theme.muted, measure);
        if (collapsed)
          write(frame, {left + 42 + size_of(frame, measure).x, y + 1}, theme.warning, fallen);
        strip_y += 19;
      } else {
        const float middle = y + 0.5f * picture, left = frame.min.x + 10;
        write(frame, {left, middle - (collapsed ? 24.f : 17.f)}, colour, z_name(dimension),
              plot::small_size);
        write(frame, {left, middle - (collapsed ? 8.f : 0.f)},
              collapsed ? theme.warning : theme.muted, measure);
        if (collapsed) write(frame, {left, middle + 7}, theme.warning, fallen);
      }
      const plot::PictureGrid grid =
          plot::fit_pictures({x, strip_y}, {x + length + 0.5f, strip_y + picture + 0.5f},
                             store.sample_shape, steps, 1, steps);
      strips_[i].draw(draw, strip_of(store, dimension), store.sample_shape, grid,
                      collapsed ? plot::faded(theme.warning, 0.7f) : theme.hairline,
                      store.array("traversal").version);
      const Array& code = store.array("code");
      const float value = index < code.size() ? code[index] : 0;
      const float marker = std::clamp(at_value(value), x, x + length);
      draw.AddLine({marker, strip_y - 2}, {marker, strip_y + picture + 2},
                   plot::faded(theme.background, 0.8f), 4);
      draw.AddLine({marker, strip_y - 2}, {marker, strip_y + picture + 2}, theme.model, 2);
      control(frame, dimension, value,
              narrow ? ImVec2{x, strip_y + picture + 4}
                     : ImVec2{x + length + 12, strip_y + 0.5f * picture - 12},
              narrow ? length : std::clamp(frame.min.x + width - x - length - 30, slider, 300.f));
      const Touch strip =
          touch(("strip" + std::to_string(dimension)).c_str(), grid.origin, grid.end());
      if (strip.held && (strip.pressed || ImGui::GetIO().MouseDelta.x != 0)) {
        const float first = at_value(-reach), last = at_value(reach);
        look_at(frame, {{dimension,
                         std::clamp((strip.at.x - first) / (last - first), 0.f, 1.f) * 2 * reach -
                             reach}});
      }
    }
    ImGui::EndChild();
  }

  static void control(Frame& frame, int dimension, float value, ImVec2 at, float width) {
    ImGui::SetCursorScreenPos(at);
    ImGui::SetNextItemWidth(width - 42);
    ImGui::PushID(dimension);
    ImGui::PushFont(frame.fonts.regular, plot::axis_size);
    if (ImGui::SliderFloat("##code", &value, -reach, reach, ""))
      look_at(frame, {{dimension, value}});
    ImGui::PopFont();
    const std::string words = fixed(static_cast<double>(value), 2);
    write(frame, {at.x + width - size_of(frame, words).x, at.y + 3}, frame.theme.ink, words);
    if (ImGui::IsItemHovered(ImGuiHoveredFlags_DelayNormal)) {
      ImGui::SetTooltip("%s",
                        frame.text({"Moves the code along this dimension; the decoder draws it",
                                    "이 차원을 따라 코드를 움직이면 복호기가 그립니다"}));
    }
    ImGui::PopID();
  }

  std::vector<plot::Pictures> strips_;
  plot::Pictures code_, classes_;
};

}  // namespace

std::unique_ptr<View> make_traversal() { return std::make_unique<Traversal>(); }

}  // namespace lab::views
