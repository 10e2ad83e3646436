// From one test picture to another in a straight line through the latent space.
#include <algorithm>
#include <cmath>
#include <random>

#include "shell/plot/numbers.hpp"
#include "shell/views/flow_parts.hpp"
#include "shell/views/latent_views.hpp"

namespace lab::views {

namespace {

class Interpolation final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    if (store.loaded && latents_of(store) > 0 && !has_pictures(store)) {
      return sentence(frame,
                      frame.text({"These data are no pictures.", "이 데이터는 그림이 아닙니다."}));
    }
    const int steps = static_cast<int>(count_of(store, store.array("path")));
    const int inputs = static_cast<int>(count_of(store, store.array("test_inputs")));
    if (steps < 1 || inputs < 1) {
      return sentence(frame, frame.text({"The path between two pictures comes with the next step.",
                                         "두 그림 사이의 경로는 다음 단계에 나옵니다."}));
    }
    ImVec2 low = frame.min, high = frame.max;
    if (frame.compact) {
      const float side = std::min(0.2f * (high.x - low.x), 0.5f * (high.y - low.y));
      const float middle = 0.5f * (low.y + high.y);
      end_picture(frame, 0, {low.x + 4, middle - 0.5f * side}, side);
      end_picture(frame, 1, {high.x - 4 - side, middle - 0.5f * side}, side);
      strip(frame, {low.x + side + 12, low.y + 4}, {high.x - side - 12, high.y - 4});
      return;
    }
    low.y +=
        4 +
        key(frame, {low.x + 8, low.y + 2}, high.x - 8,
            {{frame.theme.data,
              frame.text({"test pictures; click one for another", "시험 그림 (누르면 다른 그림)"}),
              Entry::Mark::square},
             {frame.theme.model, frame.text({"decoded on the way", "경로를 복호한 그림"}),
              Entry::Mark::square}});
    low = {low.x + 8, low.y + 6};
    high = {high.x - 8, high.y - 8};
    low.y += class_buttons(frame, low, high.x, true);
    const float width = high.x - low.x, height = high.y - low.y;
    constexpr float under = 58;  // name and arrows
    if (width >= 560) {
      const float side = std::min({0.2f * width, height - under, 220.f});
      const float top = low.y + std::max(0.f, 0.5f * (height - side - under));
      end(frame, 0, {low.x, top}, side);
      end(frame, 1, {high.x - side, top}, side);
      strip(frame, {low.x + side + 20, low.y}, {high.x - side - 20, high.y - 4});
    } else {
      const float side = std::min({0.36f * width, 0.4f * (height - under), 180.f});
      end(frame, 0, {low.x, low.y}, side);
      end(frame, 1, {high.x - side, low.y}, side);
      const std::string arrow = "→";
      write(frame, {low.x + 0.5f * (width - size_of(frame, arrow, 22).x), low.y + 0.5f * side - 14},
            frame.theme.muted, arrow, 22);
      strip(frame, {low.x, low.y + side + under + 6}, high);
    }
  }

  std::string csv(const Store& store) const override {
    const std::size_t steps = count_of(store, store.array("path"));
    if (steps == 0) return {};
    std::string table = "t" + value_names(store);
    for (std::size_t i = 0; i < steps; ++i) {
      add_value(table, share(static_cast<int>(i), static_cast<int>(steps)), ',');
      add_values(table, sample_of(store, store.array("path"), i));
    }
    return table;
  }

  std::string describe(const Store& store) const override {
    const auto ends = ends_of(store);
    const std::size_t steps = count_of(store, store.array("path"));
    if (steps == 0)
      return "Pictures on the way from one test picture to another; there are none yet.";
    return std::to_string(steps) +
           " pictures decoded on a straight line through the latent space, from test picture " +
           std::to_string(ends[0]) + " to " + std::to_string(ends[1]) + ".";
  }

 private:
  static double share(int step, int steps) {
    return steps < 2 ? 0 : static_cast<double>(step) / (steps - 1);
  }

  // The test pictures between which the path goes.
  static std::array<int, 2> ends_of(const Store& store) {
    return store.said("path_ends", std::array<int, 2>{0, 1});
  }

  static std::size_t index_of(const Store& store, std::size_t which) {
    const std::size_t inputs =
        std::max<std::size_t>(1, count_of(store, store.array("test_inputs")));
    return std::min(static_cast<std::size_t>(std::max(0, ends_of(store)[which])), inputs - 1);
  }

  plot::PictureGrid end_picture(Frame& frame, std::size_t which, ImVec2 at, float side) {
    const Store& store = frame.store;
    const plot::PictureGrid grid =
        plot::fit_pictures(at, {at.x + side, at.y + side}, store.sample_shape, 1, 1, 1);
    ends_[which].draw(*ImGui::GetWindowDrawList(),
                      sample_of(store, store.array("test_inputs"), index_of(store, which)),
                      store.sample_shape, grid, frame.theme.data);
    const ImVec2 a = grid.min(0), b = grid.max(0);
    ImGui::GetWindowDrawList()->AddRect({a.x - 2, a.y - 2}, {b.x + 2, b.y + 2}, frame.theme.data, 0,
                                        0, frame.compact ? 1.f : 2.f);
    return grid;
  }

  // A test picture, its class, and arrows to its neighbours.
  void end(Frame& frame, std::size_t which, ImVec2 at, float side) {
    Store& store = frame.store;
    const plot::PictureGrid grid = end_picture(frame, which, at, side);
    const auto inputs = static_cast<int>(count_of(store, store.array("test_inputs")));
    const auto go = [&](int index) {
      auto ends = ends_of(store);
      ends[which] = (index % inputs + inputs) % inputs;
      store.choose("path_ends", ends);
      frame.camera.commands.push_back({{"do", "path"}, {"from", ends[0]}, {"to", ends[1]}});
    };
    const int now = static_cast<int>(index_of(store, which));
    ImGui::PushID(static_cast<int>(which));
    const Touch picture = touch("end", grid.min(0), grid.max(0));
    if (picture.hovered) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    if (picture.pressed && inputs > 1)
      go(now + 1 + static_cast<int>(random_() % static_cast<unsigned>(inputs - 1)));
    const std::string name = class_of(store, static_cast<std::size_t>(now));
    const std::string words = (name.empty() ? std::string() : name + "   ") +
                              frame.text({"no. ", "번호 "}) + std::to_string(now);
    const float middle = 0.5f * (grid.min(0).x + grid.max(0).x), below = grid.max(0).y + 6;
    write(frame, {middle - 0.5f * size_of(frame, words).x, below}, frame.theme.ink, words);
    ImGui::SetCursorScreenPos({middle - 36, below + 20});
    ImGui::SetNextItemAllowOverlap();
    if (ImGui::Button("←", {34, 26})) go(now - 1);
    ImGui::SetCursorScreenPos({middle + 2, below + 20});
    ImGui::SetNextItemAllowOverlap();
    if (ImGui::Button("→", {34, 26})) go(now + 1);
    ImGui::PopID();
  }

  void strip(Frame& frame, ImVec2 low, ImVec2 high) {
    const Store& store = frame.store;
    const Array& path = store.array("path");
    const int steps = static_cast<int>(count_of(store, path));
    const float gap = frame.compact ? 2.f : 6.f;
    // All of them, however small.
    const plot::PictureGrid grid =
        plot::fill_pictures(low, high, store.sample_shape, steps, 4, {gap, gap});
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    path_.draw(draw, path, store.sample_shape, grid, 0, path.version);
    for (int i = 0; i < grid.count; ++i) {
      const ImVec2 a = grid.min(i), b = grid.max(i);
      draw.AddRect({a.x - 1, a.y - 1}, {b.x + 1, b.y + 1},
                   frame.compact ? frame.theme.hairline : plot::faded(frame.theme.model, 0.8f));
    }
    if (frame.compact) return;
    const Touch area = touch("path", grid.origin, grid.end());
    const int hit = area.hovered ? grid.hit(area.at) : -1;
    if (hit < 0) return;
    Bubble content;
    content.lines.push_back("t " + fixed(share(hit, steps), 2));
    const auto picture = sample_of(store, path, static_cast<std::size_t>(hit));
    content.pictures.assign(picture.begin(), picture.end());
    bubble(frame, beside_, content);
  }

  plot::Pictures path_, beside_;
  std::array<plot::Pictures, 2> ends_;
  std::minstd_rand random_{7};
};

}  // namespace

std::unique_ptr<View> make_interpolation() { return std::make_unique<Interpolation>(); }

}  // namespace lab::views
