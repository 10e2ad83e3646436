// What one pixel has seen of those before it: the mean size of the slope of its logit, on a
// logarithmic scale; pixels that it could have seen and does not are crossed out.
#include <algorithm>
#include <cmath>

#include "shell/plot/colour_map.hpp"
#include "shell/plot/numbers.hpp"
#include "shell/views/autoregressive_views.hpp"
#include "shell/views/flow_parts.hpp"

namespace lab::views {

namespace {

// From the largest slope down, so many powers of ten are told apart.
constexpr double decades = 4;

// A pixel's channels together.
struct Seen {
  std::vector<double> slopes;  // of pixels, the largest of their channels
  std::size_t site = 0, pixel = 0, before = 0, seen = 0;
  double largest = 0;
  int count = 0;  // test data

  explicit Seen(const Store& store) {
    const Array& field = store.array("receptive_field");
    const Json& said = store.said("receptive_field");
    if (field.empty() || said.is_null() || !has_pictures(store)) return;
    const std::size_t channels = store.sample_shape.channels;
    site = said.at("site").get<std::size_t>();
    count = said.at("count").get<int>();
    pixel = site / channels;
    slopes.assign(field.size() / channels, 0);
    for (std::size_t i = 0; i < field.size(); ++i) {
      slopes[i / channels] = std::max(slopes[i / channels], static_cast<double>(field[i]));
    }
    // Of its own pixel the colours before it are seen.
    before = pixel + (site % channels > 0 ? 1 : 0);
    for (std::size_t i = 0; i < before; ++i) {
      seen += slopes[i] > 0 ? 1 : 0;
      largest = std::max(largest, slopes[i]);
    }
  }
};

class ReceptiveField final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    if (store.loaded && !has_pictures(store)) {
      return sentence(frame,
                      frame.text({"These data are no pictures.", "이 데이터는 그림이 아닙니다."}));
    }
    const Seen seen(store);
    if (seen.slopes.empty()) {
      return sentence(frame, frame.text({"What a pixel has seen comes with the next step.",
                                         "픽셀이 본 것은 다음 단계에 나옵니다."}));
    }
    const plot::Theme& theme = frame.theme;
    ImVec2 low{frame.min.x + 8, frame.min.y + 4}, high{frame.max.x - 8, frame.max.y - 8};
    if (!frame.compact) {
      low.y += paragraph(frame, low, high.x - low.x, theme.ink, words_of(frame, seen),
                         plot::small_size) +
               6;
      low.y +=
          key(frame, low, high.x,
              {{theme.model, frame.text({"the pixel: click another", "그 픽셀(눌러서 고르기)"}),
                Entry::Mark::square},
               {plot::sequential(theme, 1), frame.text({"heeds most", "가장 크게 반응"}),
                Entry::Mark::square},
               {plot::sequential(theme, 0.25f),
                frame.text({"a thousandth of that", "그 천분의 일"}), Entry::Mark::square},
               {theme.noise, frame.text({"never seen, though before it", "앞인데 못 보는 픽셀"}),
                Entry::Mark::square}}) +
          6;
    }
    data::SampleShape shape = store.sample_shape;
    shape.channels = 1;
    const plot::PictureGrid grid = plot::fit_pictures(low, high, shape, 1, 1, 1);
    const ImVec2 unit{grid.cell.x / static_cast<float>(shape.columns),
                      grid.cell.y / static_cast<float>(shape.rows)};
    const auto corner = [&](std::size_t row, std::size_t column) {
      return ImVec2{grid.origin.x + unit.x * static_cast<float>(column),
                    grid.origin.y + unit.y * static_cast<float>(row)};
    };
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const float gap = unit.x >= 10 ? 1.f : 0.f;
    for (std::size_t i = 0; i < seen.slopes.size(); ++i) {
      const ImVec2 a = corner(i / shape.columns, i % shape.columns),
                   b = corner(i / shape.columns + 1, i % shape.columns + 1);
      const ImVec2 end{b.x - gap, b.y - gap};
      const bool blind = i < seen.before && seen.slopes[i] == 0;
      draw.AddRectFilled(a, end,
                         i >= seen.before ? theme.surface
                         : blind          ? plot::faded(theme.noise, 0.45f)
                                          : plot::sequential(theme, shade(seen, i)));
      if (blind) {
        draw.AddLine(a, end, theme.noise);
        draw.AddLine({a.x, end.y}, {end.x, a.y}, theme.noise);
      }
    }
    const ImVec2 a = corner(seen.pixel / shape.columns, seen.pixel % shape.columns);
    draw.AddRectFilled(a, {a.x + unit.x - gap, a.y + unit.y - gap}, theme.model);
    draw.AddRect(grid.min(0), grid.max(0), theme.hairline);
    if (frame.compact) return;
    const Touch area = touch("pixels", grid.origin, grid.max(0));
    if (!area.hovered) return;
    const auto place = [&](float at, float from, float step, std::size_t count) {
      return std::min(static_cast<std::size_t>(std::max(0.f, (at - from) / step)), count - 1);
    };
    const std::size_t row = place(area.at.y, grid.origin.y, unit.y, shape.rows),
                      column = place(area.at.x, grid.origin.x, unit.x, shape.columns),
                      over = row * shape.columns + column;
    const ImVec2 at = corner(row, column);
    draw.AddRect(at, {at.x + unit.x, at.y + unit.y}, theme.ink, 0, 0, 2);
    if (area.pressed && over != seen.pixel) {
      // The last colour of a pixel knows the most.
      const std::size_t channels = store.sample_shape.channels;
      frame.camera.commands.push_back({{"do", "site"}, {"site", over * channels + channels - 1}});
    }
    Bubble content;
    content.lines = {frame.text({"row ", "행 "}) + std::to_string(row + 1) +
                         frame.text({", column ", ", 열 "}) + std::to_string(column + 1),
                     over < seen.before
                         ? frame.text({"slope ", "기울기 "}) + plot::brief(seen.slopes[over], 2)
                         : std::string(frame.text({"comes later", "뒤에 오는 픽셀"}))};
    bubble(frame, nothing_, content);
  }

  std::string csv(const Store& store) const override {
    const Seen seen(store);
    if (seen.slopes.empty()) return {};
    std::string table = "row,column,slope\n";
    for (std::size_t i = 0; i < seen.slopes.size(); ++i) {
      table += std::to_string(i / store.sample_shape.columns + 1) + "," +
               std::to_string(i % store.sample_shape.columns + 1) + ",";
      add_value(table, seen.slopes[i], '\n');
    }
    return table;
  }

  std::string describe(const Store& store) const override {
    const Seen seen(store);
    if (seen.slopes.empty()) return "What one pixel has seen of those before it; not known yet.";
    return "Slopes of the logit of the pixel in row " +
           std::to_string(seen.pixel / store.sample_shape.columns + 1) + ", column " +
           std::to_string(seen.pixel % store.sample_shape.columns + 1) + ": it has seen " +
           std::to_string(seen.seen) + " of the " + std::to_string(seen.before) +
           " pixels before it.";
  }

 private:
  static float shade(const Seen& seen, std::size_t i) {
    if (seen.largest <= 0) return 0;
    const double t = 1 + std::log10(seen.slopes[i] / seen.largest) / decades;
    return static_cast<float>(std::clamp(t, 0.06, 1.0));
  }

  static std::string words_of(const Frame& frame, const Seen& seen) {
    const std::size_t blind = seen.before - seen.seen;
    if (frame.korean) {
      return "앞선 픽셀 " + std::to_string(seen.before) + "개 중 " + std::to_string(seen.seen) +
             "개를 봅니다" +
             (blind > 0 ? ". " + std::to_string(blind) + "개는 볼 수 없습니다."
                        : std::string(".")) +
             " 시험 데이터 " + std::to_string(seen.count) + "개에 대한 |∂logit/∂x|의 평균입니다.";
    }
    return "Of the " + std::to_string(seen.before) + " pixels before it, it sees " +
           std::to_string(seen.seen) +
           (blind > 0 ? "; " + std::to_string(blind) + " it cannot see." : ".") +
           " Means of |∂logit/∂x| over " + std::to_string(seen.count) + " test pictures.";
  }

  plot::Pictures nothing_;
};

}  // namespace

std::unique_ptr<View> make_receptive_field() { return std::make_unique<ReceptiveField>(); }

}  // namespace lab::views
