// Which part of the plane has which code, and what each code decodes to; beside it where Lloyd's
// k-means puts as many centres, and the borders between them.
#include <algorithm>
#include <cmath>

#include "shell/plot/numbers.hpp"
#include "shell/plot/voronoi.hpp"
#include "shell/views/code_views.hpp"

namespace lab::views {

namespace {

class Partition final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    const Array &cells = store.array("partition"), &codewords = store.array("partition_points"),
                &lloyd = store.array("lloyd_points");
    const plot::Axes axes = plane(frame);
    const auto box = store.said("partition_box", std::array<double, 4>{0, 1, 0, 1});
    const plot::Window window{box[0], box[1], box[2], box[3]};
    if (!cells.empty()) {
      if (shown_ != cells.version || dark_ != frame.theme.dark) {
        shown_ = cells.version;
        dark_ = frame.theme.dark;
        map_.update(cells.extent(0), [&](int cell) {
          return plot::faded(
              code_colour(frame, code_of(store, cells[static_cast<std::size_t>(cell)])), 0.42f);
        });
      }
      map_.draw(axes, window);
    }
    points(axes, store.array("data_train"), plot::faded(frame.theme.data, 0.45f),
           frame.compact ? 1.2f : 1.8f, false, 1500);
    if (cells.empty()) {
      return placeholder(frame, axes,
                         frame.text({"The cells of the codes come with the next step.",
                                     "코드의 칸은 다음 단계에 나옵니다."}));
    }
    draw_lloyd(frame, axes, window);
    const float radius = frame.compact ? 2.5f : 5;
    for (std::size_t i = 0; 2 * i < codewords.size(); ++i) {
      const ImVec2 at = place(axes, codewords, i);
      const ImU32 colour = code_colour(frame, code_of(store, static_cast<float>(i)));
      axes.draw().AddCircleFilled(at, radius, colour);
      axes.draw().AddCircle(at, radius, frame.theme.ink, 0, 1.5f);
    }
    if (frame.compact) return;
    const double error = store.metric("mse_test");
    const auto with = [&](const char* words, double mean_square) {
      return words +
             (std::isnan(mean_square) ? std::string() : "   " + plot::brief(mean_square, 3));
    };
    std::vector<Entry> entries{
        {frame.theme.data, frame.text({"data", "데이터"}), Entry::Mark::dot},
        {frame.theme.ink,
         with(frame.text({"codewords, decoded: mean square", "디코딩한 코드워드: 평균 제곱"}),
              error),
         Entry::Mark::dot}};
    if (!lloyd.empty()) {
      entries.push_back({frame.theme.muted,
                         with(frame.text({"Lloyd's k-means", "로이드 k-평균"}),
                              store.said("lloyd_error", std::nan(""))),
                         Entry::Mark::square});
    }
    legend(frame, axes, entries);
    const Cells grid{window, cells.extent(0)};
    readout(frame, axes, [&](double x, double y) {
      const float number = at(grid, cells, x, y);
      if (std::isnan(number)) return std::string();
      const auto i = static_cast<std::size_t>(number);
      return frame.text({"code ", "코드 "}) + std::to_string(code_of(store, number)) + "  →  (" +
             plot::brief(static_cast<double>(codewords[2 * i]), 3) + ", " +
             plot::brief(static_cast<double>(codewords[2 * i + 1]), 3) + ")";
    });
  }

  std::string csv(const Store& store) const override {
    if (store.array("partition_points").empty()) return {};
    return points_csv(
        {{"codeword", store.array("partition_points")}, {"lloyd", store.array("lloyd_points")}});
  }

  std::string describe(const Store& store) const override {
    const Array& codewords = store.array("partition_points");
    if (codewords.empty()) return "The plane in cells, one for each code; none yet.";
    return "The plane in cells of " + std::to_string(codewords.extent(0)) +
           " codes, and the point that each decodes to; the mean square error is " +
           plot::brief(store.metric("mse_test"), 3) +
           (store.array("lloyd_points").empty()
                ? "."
                : ", that of Lloyd's k-means " +
                      plot::brief(store.said("lloyd_error", std::nan("")), 3) + ".");
  }

 private:
  // The code that a number of the partition stands for; where a datum has several, the number.
  static int code_of(const Store& store, float number) {
    const Array& codes = store.array("partition_codes");
    const auto i = static_cast<std::size_t>(number);
    return i < codes.size() ? static_cast<int>(codes[i]) : static_cast<int>(i);
  }

  static ImVec2 place(const plot::Axes& axes, const Array& places, std::size_t i) {
    return axes.screen(static_cast<double>(places[2 * i]), static_cast<double>(places[2 * i + 1]));
  }

  void draw_lloyd(const Frame& frame, const plot::Axes& axes, const plot::Window& window) {
    const Array& lloyd = frame.store.array("lloyd_points");
    if (lloyd_ != lloyd.version) {
      lloyd_ = lloyd.version;
      borders_ = plot::voronoi(lloyd, {window.x0, window.x1, window.y0, window.y1});
    }
    if (lloyd.empty()) return;
    const ImU32 colour = plot::faded(frame.theme.ink, 0.45f);
    for (const auto& border : borders_) {
      std::vector<ImVec2> line;
      for (const auto& [x, y] : border) line.push_back(axes.screen(x, y));
      if (line.empty()) continue;
      line.push_back(line.front());
      axes.dashes(line, colour, 1, 4);
    }
    const float half = frame.compact ? 2.f : 3.5f;
    for (std::size_t i = 0; 2 * i < lloyd.size(); ++i) {
      const ImVec2 at = place(axes, lloyd, i);
      axes.draw().AddRect({at.x - half, at.y - half}, {at.x + half, at.y + half}, frame.theme.muted,
                          0, 0, 1.5f);
    }
  }

  plot::HeatMap map_;
  std::uint64_t shown_ = 0, lloyd_ = 0;
  bool dark_ = false;
  std::vector<std::vector<std::array<double, 2>>> borders_;
};

}  // namespace

std::unique_ptr<View> make_partition() { return std::make_unique<Partition>(); }

}  // namespace lab::views
