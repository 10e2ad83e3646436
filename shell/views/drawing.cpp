// Pictures as a model draws them, one number after another: one large, the others below it, and
// the probabilities from which the last number was drawn.
#include <algorithm>
#include <array>
#include <cmath>

#include "shell/plot/numbers.hpp"
#include "shell/views/autoregressive_views.hpp"
#include "shell/views/code_views.hpp"
#include "shell/views/flow_parts.hpp"

namespace lab::views {

namespace {

// What the session says of it (core/session/probes/autoregressive.hpp).
struct Board {
  const Array &pictures, &probabilities, &symbols;  // (k, D), (k, K), (k)
  std::size_t site = 0, left = 0, sites = 0;        // drawn last; still to be drawn; in all
  int rows = 1, columns = 1;                        // of the grid of sites of its level
  std::size_t first = 0, level = 0, levels_of_codes = 1;
  int wanted = -1;             // class that was asked for; below 0: any
  std::vector<float> classes;  // of each picture, or none

  explicit Board(const Store& store)
      : pictures(store.array("drawing")),
        probabilities(store.array("drawing_probabilities")),
        symbols(store.array("drawing_symbols")) {
    const Json& said = store.said("drawing");
    if (said.is_null()) return;
    site = said.at("site").get<std::size_t>();
    left = said.at("left").get<std::size_t>();
    sites = said.at("sites").get<std::size_t>();
    rows = said.at("grid")[0].get<int>();
    columns = said.at("grid")[1].get<int>();
    first = said.at("grid")[2].get<std::size_t>();
    level = said.at("level").get<std::size_t>();
    levels_of_codes = said.at("levels").get<std::size_t>();
    wanted = said.at("class").get<int>();
    if (said.at("classes").is_array()) classes = said.at("classes").get<std::vector<float>>();
  }

  // Numbers of a cell of the grid; the cell that the last one lies in.
  std::size_t each() const {
    if (levels_of_codes > 1) return 1;
    return std::max<std::size_t>(1, sites / static_cast<std::size_t>(rows * columns));
  }
  std::size_t cell() const { return (site - first) / each(); }
  // Whether a pixel of a picture of this shape is still to be drawn; of a level below the top the
  // picture is there already, and only becomes finer.
  bool hides(std::size_t pixel, const data::SampleShape& shape) const {
    const std::size_t row = pixel / shape.columns * static_cast<std::size_t>(rows) / shape.rows,
                      column =
                          pixel % shape.columns * static_cast<std::size_t>(columns) / shape.columns;
    return left > 0 && level == 0 &&
           (row * static_cast<std::size_t>(columns) + column) * each() > site;
  }
  std::size_t levels() const { return static_cast<std::size_t>(probabilities.extent(1)); }
};

class Drawing final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    if (store.loaded && !has_pictures(store)) {
      return sentence(frame,
                      frame.text({"These data are no pictures.", "이 데이터는 그림이 아닙니다."}));
    }
    const Board board(store);
    const int count = static_cast<int>(count_of(store, board.pictures));
    if (count == 0 || board.levels() == 0) {
      return sentence(frame, why_no_samples(frame, {"The first pixels come with the next step.",
                                                    "첫 픽셀은 다음 단계에 나옵니다."}));
    }
    chosen_ = std::min(chosen_, count - 1);
    const data::SampleShape shape = paint(frame, board);
    const std::span<const float> painted(painted_);
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    if (frame.compact) {
      const plot::PictureGrid grid =
          plot::fill_pictures({frame.min.x + 4, frame.min.y + 4},
                              {frame.max.x - 4, frame.max.y - 4}, shape, count, 28.f, {3, 3});
      return all_.draw(draw, painted, shape, grid, frame.theme.hairline);
    }
    ImVec2 low{frame.min.x + 8, frame.min.y + 2}, high{frame.max.x - 8, frame.max.y - 8};
    low.y += choices(frame, board, low, high.x) + 8;
    // All of them in one row or two, at the foot.
    const float width = high.x - low.x;
    const bool wide = width >= 560;
    const float ratio = static_cast<float>(shape.columns) /
                        static_cast<float>(std::max<std::size_t>(1, shape.rows));
    const int rows = wide ? 1 : 2, columns = (count + rows - 1) / rows;
    const float cell =
        std::min((width / static_cast<float>(columns) - 4) / ratio, 0.16f * (high.y - low.y));
    const float strip = static_cast<float>(rows) * (cell + 4);
    const plot::PictureGrid others =
        plot::fit_pictures({low.x, high.y - strip}, high, shape, columns, rows, count, {4, 4});
    all_.draw(draw, painted, shape, others, frame.theme.hairline);
    const Touch area = touch("others", others.origin, others.end());
    const int over = area.hovered ? others.hit(area.at) : -1;
    if (area.pressed && over >= 0) chosen_ = over;
    const auto outline = [&](int index, ImU32 colour) {
      const ImVec2 a = others.min(index), b = others.max(index);
      draw.AddRect({a.x - 2, a.y - 2}, {b.x + 2, b.y + 2}, colour, 0, 0, 2);
    };
    if (over >= 0 && over != chosen_) outline(over, frame.theme.muted);
    outline(chosen_, frame.theme.model);

    const ImVec2 end{high.x, high.y - strip - 10};
    if (wide) {
      const float middle = low.x + std::min(0.5f * width, (end.y - low.y) * ratio + 16);
      large(frame, board, shape, low, {middle - 12, end.y});
      chart(frame, board, {middle + 4, low.y}, end);
    } else {
      const float middle = low.y + 0.56f * (end.y - low.y);
      large(frame, board, shape, low, {end.x, middle - 6});
      chart(frame, board, {low.x, middle + 4}, end);
    }
  }

  std::string csv(const Store& store) const override {
    const Board board(store);
    const std::size_t count = count_of(store, board.pictures);
    if (count == 0) return {};
    std::string table = "picture,site";
    for (std::size_t k = 0; k < board.levels(); ++k) table += ",p_" + std::to_string(k);
    table += value_names(store);
    for (std::size_t i = 0; i < count; ++i) {
      table += std::to_string(i) + "," + std::to_string(board.site) + ",";
      for (std::size_t k = 0; k < board.levels(); ++k)
        add_value(table, static_cast<double>(board.probabilities[i * board.levels() + k]), ',');
      add_values(table, sample_of(store, board.pictures, i));
    }
    return table;
  }

  std::string describe(const Store& store) const override {
    const Board board(store);
    const std::size_t count = count_of(store, board.pictures);
    if (count == 0) return "Pictures that are drawn one pixel after another; none yet.";
    return std::to_string(count) + " pictures that are drawn one number after another: " +
           std::to_string(board.sites - board.left) + " of " + std::to_string(board.sites) +
           " are drawn, each from the model's probabilities of its " +
           std::to_string(board.levels()) + " values.";
  }

 private:
  // All pictures with what is not drawn yet in the ground's colour, striped: three channels a
  // pixel.
  data::SampleShape paint(const Frame& frame, const Board& board) {
    const Store& store = frame.store;
    const std::size_t channels = store.sample_shape.channels,
                      pixels = store.sample_shape.rows * store.sample_shape.columns,
                      count = count_of(store, board.pictures);
    data::SampleShape shape = store.sample_shape;
    shape.channels = 3;
    painted_.resize(count * pixels * 3);
    const ImU32 ground = frame.theme.surface, line = frame.theme.hairline;
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
        const float* from = board.pictures.values.data() + (i * pixels + pixel) * channels;
        const bool hidden = board.hides(pixel, shape);
        const bool stripe = (pixel / shape.columns + pixel % shape.columns) % 3 == 0;
        for (std::size_t c = 0; c < 3; ++c) {
          const ImU32 colour = stripe ? line : ground;
          painted_[(i * pixels + pixel) * 3 + c] =
              hidden ? static_cast<float>((colour >> (8 * c)) & 0xff) / 255
                     : from[channels >= 3 ? c : 0];
        }
      }
    }
    return shape;
  }

  // The button, the classes, and how far it is. Returns the height that they take.
  float choices(Frame& frame, const Board& board, ImVec2 at, float right) {
    const char* again = frame.text({"Again", "다시"});
    ImVec2 to = at;
    const auto ask = [&](int wanted) {
      frame.camera.commands.push_back({{"do", "draw"}, {"class", wanted}});
    };
    const float wide = button_width(frame, again);
    if (button(frame, again, to, wide,
               frame.text({"Other pictures, from the first pixel on",
                           "첫 픽셀부터 다른 그림을 그립니다"})))
      ask(board.wanted);
    to.x += wide + 12;
    if (!board.classes.empty()) {
      const auto& names = frame.store.classes;
      for (int c = -1; c < static_cast<int>(names.size()); ++c) {
        const std::string words =
            c < 0 ? frame.text({"any", "아무거나"}) : names[static_cast<std::size_t>(c)];
        const float width = button_width(frame, words.c_str());
        if (to.x > at.x && to.x + width > right) to = {at.x, to.y + control_height + 4};
        ImGui::PushID(c);
        if (button(frame, words.c_str(), to, width,
                   frame.text({"Draws pictures of this class", "이 부류의 그림을 그립니다"}),
                   c == board.wanted))
          ask(c);
        ImGui::PopID();
        to.x += width + 4;
      }
    }
    const std::string done = board.left == 0 ? frame.text({"whole", "완성"})
                                             : std::to_string(board.sites - board.left) + " / " +
                                                   std::to_string(board.sites);
    if (to.x + size_of(frame, done).x + 8 <= right)
      write(frame, {to.x + 8, to.y + 7}, frame.theme.muted, done);
    return to.y + control_height - at.y;
  }

  // The chosen picture; its last pixel is framed.
  void large(Frame& frame, const Board& board, const data::SampleShape& shape, ImVec2 low,
             ImVec2 high) {
    const plot::PictureGrid grid = plot::fit_pictures(low, high, shape, 1, 1, 1);
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const auto picture = std::span<const float>(painted_).subspan(
        static_cast<std::size_t>(chosen_) * shape.size(), shape.size());
    large_.draw(draw, picture, shape, grid, frame.theme.hairline);
    if (board.left == 0) return;
    const auto cell = static_cast<int>(board.cell());
    const ImVec2 unit{grid.cell.x / static_cast<float>(board.columns),
                      grid.cell.y / static_cast<float>(board.rows)};
    const ImVec2 a{grid.origin.x + unit.x * static_cast<float>(cell % board.columns),
                   grid.origin.y + unit.y * static_cast<float>(cell / board.columns)};
    draw.AddRect({a.x - 1, a.y - 1}, {a.x + unit.x + 1, a.y + unit.y + 1}, frame.theme.model, 0, 0,
                 3);
  }

  void chart(Frame& frame, const Board& board, ImVec2 low, ImVec2 high) {
    const Store& store = frame.store;
    const plot::Theme& theme = frame.theme;
    const auto i = static_cast<std::size_t>(chosen_);
    const std::size_t levels = board.levels(), cell = board.cell(),
                      columns = static_cast<std::size_t>(board.columns);
    const bool codes = store.can("codes");
    const auto symbol = static_cast<std::size_t>(board.symbols[i]);
    static constexpr std::array<const char*, 3> colours{"R", "G", "B"};
    std::string words = std::string(frame.text({"Row ", "행 "})) +
                        std::to_string(cell / columns + 1) + frame.text({", column ", ", 열 "}) +
                        std::to_string(cell % columns + 1);
    if (!codes && store.sample_shape.channels == 3) {
      words += std::string(", ") + colours[board.site % 3];
    }
    if (board.levels_of_codes > 1) {
      words = level_name(frame, board.level, board.levels_of_codes) + ": " + words;
    }
    words += std::string(codes ? frame.text({": drew code ", ": 코드 "})
                               : frame.text({": drew ", ": 값 "})) +
             std::to_string(symbol) + frame.text({", which had ", ", 확률 "}) +
             plot::brief(100 * static_cast<double>(board.probabilities[i * levels + symbol]), 2) +
             " %";
    if (!board.classes.empty()) {
      const auto c = static_cast<std::size_t>(board.classes[i]);
      if (board.classes[i] >= 0 && c < store.classes.size())
        words += std::string(frame.text({"  ·  class ", "  ·  부류 "})) + store.classes[c];
    }
    low.y += paragraph(frame, low, high.x - low.x, theme.ink, words, plot::small_size) + 4;
    if (high.y - low.y < 60) return;
    const plot::Axes axes(
        theme, frame.fonts, low, high, {-0.6, static_cast<double>(levels) - 0.4, 0, 1}, false,
        false,
        {codes ? frame.text({"code", "코드"}) : frame.text({"value of the pixel", "픽셀의 값"}),
         frame.text({"probability, given all before", "앞선 것이 주어진 확률"})});
    const double half = levels > 64 ? 0.5 : 0.38;
    for (std::size_t k = 0; k < levels; ++k) {
      const auto at = static_cast<double>(k),
                 p = static_cast<double>(board.probabilities[i * levels + k]);
      axes.draw().AddRectFilled(axes.screen(at - half, p), axes.screen(at + half, 0),
                                k == symbol ? theme.model : plot::faded(theme.belief, 0.7f));
    }
    // A mark too, so that colour is not all that tells.
    const ImVec2 top = axes.screen(static_cast<double>(symbol),
                                   static_cast<double>(board.probabilities[i * levels + symbol]));
    const float y = std::max(top.y - 4, axes.min().y + 9);
    axes.draw().AddTriangleFilled({top.x - 5, y - 8}, {top.x + 5, y - 8}, {top.x, y}, theme.model);
  }

  int chosen_ = 0;
  std::vector<float> painted_;  // (k, pixels, 3)
  plot::Pictures all_, large_;
};

}  // namespace

std::unique_ptr<View> make_drawing() { return std::make_unique<Drawing>(); }

}  // namespace lab::views
