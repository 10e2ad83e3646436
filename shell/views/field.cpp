// Where an autoencoder moves every point of the plane: arrows from x to its reconstruction r(x),
// over the data; beside them, of one that removes Gaussian noise, what the truth says they should
// be: σ² ∇ ln p(x).
#include <algorithm>
#include <cmath>

#include "shell/plot/numbers.hpp"
#include "shell/views/latent_views.hpp"
#include "shell/views/plane.hpp"

namespace lab::views {

namespace {

// Arrows longer than this share of the distance between two are drawn so long.
constexpr float longest = 1.6f;

class Field final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    const Array &field = store.array("field"), &score = store.array("score");
    const plot::Axes axes = plane(frame);
    points(axes, store.array("data_train"), plot::faded(frame.theme.data, 0.35f),
           frame.compact ? 1.2f : 1.8f, false, 1500);
    if (field.empty()) {
      return placeholder(frame, axes,
                         frame.text({"Where points are moved comes with the next step.",
                                     "점을 옮기는 방향은 다음 단계에 나옵니다."}));
    }
    if (!score.empty()) arrows(store, axes, score, frame.theme.truth, frame.compact ? 1.f : 2.5f);
    arrows(store, axes, field, frame.theme.model, frame.compact ? 1.f : 1.5f);
    if (frame.compact) return;
    std::vector<Entry> entries{
        {frame.theme.data, frame.text({"data", "데이터"}), Entry::Mark::dot},
        {frame.theme.model, frame.text({"r(x) − x, the model", "r(x) − x, 모델"}),
         Entry::Mark::line}};
    if (!score.empty()) {
      entries.push_back({frame.theme.truth,
                         frame.text({"σ² × the slope of the true ln p", "σ² × 참 ln p의 기울기"}),
                         Entry::Mark::line});
    }
    legend(frame, axes, entries);
    readout(frame, axes, [&](double x, double y) { return words_at(frame, x, y); });
  }

  std::string csv(const Store& store) const override {
    const Array &field = store.array("field"), &score = store.array("score");
    if (field.empty()) return {};
    std::string table = "x,y,dx,dy,score_x,score_y\n";
    for (std::size_t i = 0; i < field.size() / 2; ++i) {
      const auto [x, y] = place(store, field, i);
      add_value(table, x, ',');
      add_value(table, y, ',');
      for (const Array* values : {&field, &score}) {
        for (const std::size_t axis : {0u, 1u}) {
          const bool last = values == &score && axis == 1;
          add_value(table,
                    values->empty() ? std::nan("") : static_cast<double>((*values)[2 * i + axis]),
                    last ? '\n' : ',');
        }
      }
    }
    return table;
  }

  std::string describe(const Store& store) const override {
    const Array& field = store.array("field");
    if (field.empty()) return "Arrows from points of the plane to their reconstructions; none yet.";
    double length = 0;
    for (std::size_t i = 0; i < field.size(); i += 2) {
      length += std::hypot(static_cast<double>(field[i]), static_cast<double>(field[i + 1]));
    }
    return "Arrows from " + std::to_string(field.size() / 2) +
           " points of the plane to their reconstructions, on average " +
           plot::brief(2 * length / static_cast<double>(field.size()), 3) + " long.";
  }

 private:
  static plot::Window box_of(const Store& store) {
    const auto box = store.said("field_box", std::array<double, 4>{0, 1, 0, 1});
    return {box[0], box[1], box[2], box[3]};
  }

  // Where arrow i begins: row 0 lies at y0.
  static std::array<double, 2> place(const Store& store, const Array& values, std::size_t i) {
    const plot::Window box = box_of(store);
    const auto columns = static_cast<std::size_t>(values.extent(1)),
               rows = static_cast<std::size_t>(values.extent(0));
    const auto along = [](double low, double high, std::size_t at, std::size_t n) {
      return low + (high - low) * (static_cast<double>(at) + 0.5) / static_cast<double>(n);
    };
    return {along(box.x0, box.x1, i % columns, columns), along(box.y0, box.y1, i / columns, rows)};
  }

  static void arrows(const Store& store, const plot::Axes& axes, const Array& values, ImU32 colour,
                     float width) {
    const plot::Window box = box_of(store);
    const double apart = (box.x1 - box.x0) / std::max(1, values.extent(1));
    const float unit = axes.screen(apart, 0).x - axes.screen(0, 0).x;
    for (std::size_t i = 0; i < values.size() / 2; ++i) {
      const auto dx = static_cast<double>(values[2 * i]),
                 dy = static_cast<double>(values[2 * i + 1]);
      if (!std::isfinite(dx) || !std::isfinite(dy)) continue;
      const auto [x, y] = place(store, values, i);
      const ImVec2 from = axes.screen(x, y), there = axes.screen(x + dx, y + dy);
      ImVec2 step{there.x - from.x, there.y - from.y};
      const float length = std::hypot(step.x, step.y);
      if (length < 0.5f) continue;
      const float shown = std::min(length, longest * unit) / length;
      step = {step.x * shown, step.y * shown};
      const ImVec2 to{from.x + step.x, from.y + step.y};
      axes.draw().AddLine(from, to, colour, width);
      // A head as long as a third of the arrow.
      const float head = 0.3f, side = 0.16f;
      axes.draw().AddTriangleFilled(
          to, {to.x - head * step.x - side * step.y, to.y - head * step.y + side * step.x},
          {to.x - head * step.x + side * step.y, to.y - head * step.y - side * step.x}, colour);
    }
  }

  static std::string words_at(const Frame& frame, double x, double y) {
    const Store& store = frame.store;
    const plot::Window box = box_of(store);
    std::string words;
    const auto add = [&](const Array& values, const char* name) {
      if (values.empty()) return;
      const auto at = [](double value, double low, double high, int n) {
        return static_cast<int>(std::floor((value - low) / (high - low) * n));
      };
      const int column = at(x, box.x0, box.x1, values.extent(1)),
                row = at(y, box.y0, box.y1, values.extent(0));
      if (column < 0 || row < 0 || column >= values.extent(1) || row >= values.extent(0)) return;
      const auto i = 2 * static_cast<std::size_t>(row * values.extent(1) + column);
      words += (words.empty() ? "" : "\n") + std::string(name) + "  (" +
               plot::brief(static_cast<double>(values[i]), 2) + ", " +
               plot::brief(static_cast<double>(values[i + 1]), 2) + ")";
    };
    add(store.array("field"), "r(x) − x");
    add(store.array("score"), "σ² slope");
    return words;
  }
};

}  // namespace

std::unique_ptr<View> make_field() { return std::make_unique<Field>(); }

}  // namespace lab::views
