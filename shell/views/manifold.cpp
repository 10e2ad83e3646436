// What every place of the latent plane decodes to: a grid that is even in the prior's probability.
#include <algorithm>
#include <cmath>

#include "shell/plot/numbers.hpp"
#include "shell/views/flow_parts.hpp"
#include "shell/views/latent_views.hpp"

namespace lab::views {

namespace {

class Manifold final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    const Array& manifold = store.array("manifold");
    const plot::Theme& theme = frame.theme;
    const int side = side_of(store), count = static_cast<int>(count_of(store, manifold));
    if (side > 0 && count >= side && are_pairs(store)) return draw_sheet(frame, rows_of(store));
    if (store.loaded && latents_of(store) > 0 && !has_pictures(store) && !are_pairs(store)) {
      return sentence(frame, frame.text({"These data are no pictures: there is nothing to lay out.",
                                         "이 데이터는 그림이 아니어서 펼쳐 보일 것이 없습니다."}));
    }
    if (side < 1 || count < side) {
      return sentence(frame, frame.text({"The decoded latent plane comes with the next step.",
                                         "복호한 잠재 평면은 다음 단계에 나옵니다."}));
    }
    const int rows = rows_of(store);
    ImVec2 low = frame.min, high = frame.max;
    if (!frame.compact) {
      low.y += class_buttons(frame, {low.x + 8, low.y + 2}, high.x - 8, false);
      low.x += 44;
      low.y += 18;
      high.x -= 12;
      high.y -= 36;
    }
    const plot::PictureGrid grid =
        plot::fit_pictures(low, high, store.sample_shape, side, rows, side * rows);
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    texture_.draw(draw, manifold, store.sample_shape, grid, theme.hairline, manifold.version);
    if (frame.compact) return;
    ticks(frame, grid, rows);

    const auto [x_axis, y_axis] = axes_of(store);
    const auto held_at = [&](int axis) {
      const auto index = static_cast<std::size_t>(std::max(axis, 0));
      const Array& code = store.array("code");
      return index < code.size() ? static_cast<double>(code[index]) : std::nan("");
    };
    const Touch area = touch("manifold", grid.origin, grid.end());
    const ImGuiIO& io = ImGui::GetIO();
    const int cell = area.hovered || area.held ? grid.hit(area.at) : -1;
    if (area.held && (area.pressed || io.MouseDelta.x != 0 || io.MouseDelta.y != 0)) {
      // Between the cells' middles too: the plane is continuous.
      const auto along = [](float at, float from, float to) {
        return std::clamp(static_cast<double>((at - from) / (to - from)), 0.002, 0.998);
      };
      const double u = along(area.at.x, grid.origin.x, grid.end().x),
                   v = along(area.at.y, grid.end().y, grid.origin.y);
      std::vector<std::pair<int, float>> changes{{x_axis, static_cast<float>(normal_quantile(u))}};
      if (rows > 1) changes.emplace_back(y_axis, static_cast<float>(normal_quantile(v)));
      look_at(frame, changes);
    }
    // Where the code lies that is looked at.
    if (std::isfinite(held_at(x_axis))) {
      const auto u = static_cast<float>(normal_cumulative(held_at(x_axis)));
      const double y = rows > 1 ? held_at(y_axis) : 0;
      const auto v = static_cast<float>(normal_cumulative(std::isfinite(y) ? y : 0));
      const ImVec2 at{grid.origin.x + u * (grid.end().x - grid.origin.x),
                      grid.end().y - v * (grid.end().y - grid.origin.y)};
      draw.AddCircle(at, 6, theme.background, 0, 4);
      draw.AddCircle(at, 6, theme.model, 0, 2);
    }
    if (cell < 0) return;
    const ImVec2 a = grid.min(cell), b = grid.max(cell);
    draw.AddRect({a.x - 1, a.y - 1}, {b.x + 1, b.y + 1}, theme.model, 0, 0, 2);
    if (area.held) return;
    Bubble content;
    content.lines.push_back(z_name(x_axis) + "  " + fixed(z_of(cell % side, side), 2));
    if (rows > 1) {
      content.lines.back() +=
          "     " + z_name(y_axis) + "  " + fixed(z_of(rows - 1 - cell / side, rows), 2);
    }
    const auto picture = sample_of(store, manifold, static_cast<std::size_t>(cell));
    content.pictures.assign(picture.begin(), picture.end());
    bubble(frame, beside_, content);
  }

  std::string csv(const Store& store) const override {
    const Array& manifold = store.array("manifold");
    const int side = side_of(store);
    if (count_of(store, manifold) == 0 || side < 1) return {};
    const int rows = rows_of(store);
    std::string table = "x,y" + value_names(store);
    for (int i = 0; i < side * rows; ++i) {
      add_value(table, z_of(i % side, side), ',');
      add_value(table, z_of(rows - 1 - i / side, rows), ',');
      add_values(table, sample_of(store, manifold, static_cast<std::size_t>(i)));
    }
    return table;
  }

  std::string describe(const Store& store) const override {
    const Array& manifold = store.array("manifold");
    const auto [x, y] = axes_of(store);
    if (manifold.empty()) return "Pictures decoded from the latent plane; there are none yet.";
    return "Grid of " + std::to_string(count_of(store, manifold)) +
           " pictures decoded from evenly probable places of latent dimensions " +
           std::to_string(x + 1) + " and " + std::to_string(y + 1) + ".";
  }

 private:
  static int side_of(const Store& store) {
    return static_cast<int>(std::lround(std::sqrt(store.array("manifold").extent(0))));
  }
  // One latent has one row to show: the others are the same.
  static int rows_of(const Store& store) {
    const int count = static_cast<int>(count_of(store, store.array("manifold")));
    const int side = side_of(store);
    return latents_of(store) < 2 ? 1 : std::min(count / side, side);
  }

  // The code at the middle of cell i of n: evenly spaced in the prior's probability.
  static double z_of(int i, int n) { return normal_quantile((i + 0.5) / n); }

  // Data of the plane: the latent plane as a sheet of lines laid over them.
  static void draw_sheet(Frame& frame, int rows) {
    const Store& store = frame.store;
    const Array& values = store.array("manifold");
    const int side = side_of(store);
    const plot::Axes axes = plane(frame);
    points(axes, store.array("data_train"), plot::faded(frame.theme.data, 0.45f),
           frame.compact ? 1.2f : 2.f, false, 1000);
    std::vector<ImVec2> line;
    const auto add = [&](int row, int column) {
      const auto at = 2 * static_cast<std::size_t>(row * side + column);
      line.push_back(
          axes.screen(static_cast<double>(values[at]), static_cast<double>(values[at + 1])));
    };
    const auto flush = [&](int i, int n) {
      // The middle lines, where a code is 0, stand out.
      const bool middle = 2 * i == n || 2 * i == n - 1;
      axes.line(line, plot::faded(frame.theme.model, middle ? 1.f : 0.55f), middle ? 2.f : 1.f);
      line.clear();
    };
    for (int row = 0; row < rows; ++row) {
      for (int column = 0; column < side; ++column) add(row, column);
      flush(row, rows);
    }
    for (int column = 0; rows > 1 && column < side; ++column) {
      for (int row = 0; row < rows; ++row) add(row, column);
      flush(column, side);
    }
    legend(frame, axes,
           {{frame.theme.data, frame.text({"data", "데이터"}), Entry::Mark::dot},
            {frame.theme.model, frame.text({"the decoded latent plane", "복호한 잠재 평면"}),
             Entry::Mark::line}});
  }

  static void ticks(const Frame& frame, const plot::PictureGrid& grid, int rows) {
    const plot::Theme& theme = frame.theme;
    const ImVec2 end = grid.end();
    // The ends, the quartiles and the middle, which lies between two cells where there is an even
    // number of them.
    const auto places = [](int n) {
      const double last = n - 1;
      return n > 8 ? std::vector<double>{0, n / 4 + 0.0, 0.5 * last, last - n / 4, last}
                   : std::vector<double>{0, last};
    };
    for (const double i : places(grid.columns)) {
      const std::string label = fixed(normal_quantile((i + 0.5) / grid.columns), 1);
      const float at = grid.origin.x + 0.5f * grid.cell.x + static_cast<float>(i) * grid.pitch.x;
      write(frame, {at - 0.5f * size_of(frame, label).x, end.y + 4}, theme.muted, label);
    }
    const std::string x_label = z_name(axes_of(frame.store)[0]) + " →";
    write(frame, {0.5f * (grid.origin.x + end.x - size_of(frame, x_label).x), end.y + 19},
          theme.muted, x_label);
    if (rows < 2) return;
    for (const double i : places(rows)) {
      const std::string label = fixed(normal_quantile((i + 0.5) / rows), 1);
      const float at = end.y - 0.5f * grid.cell.y - static_cast<float>(i) * grid.pitch.y;
      write(frame, {grid.origin.x - 6 - size_of(frame, label).x, at - 8}, theme.muted, label);
    }
    const std::string y_label = z_name(axes_of(frame.store)[1]) + " ↑";
    write(frame, {grid.origin.x - 6 - size_of(frame, y_label).x, grid.origin.y - 18}, theme.muted,
          y_label);
  }

  plot::Pictures texture_, beside_;
};

}  // namespace

std::unique_ptr<View> make_manifold() { return std::make_unique<Manifold>(); }

}  // namespace lab::views
