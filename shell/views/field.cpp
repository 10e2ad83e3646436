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

// Vectors on a grid of the plane: the x of all, then the y.
struct Vectors {
  Cells cells;
  std::span<const float> x, y;

  Vectors(const Store& store, const char* name) {
    const Array& values = store.array(name);
    const auto box = store.said("field_box", std::array<double, 4>{0, 1, 0, 1});
    cells = {{box[0], box[1], box[2], box[3]}, values.extent(1)};
    const std::span<const float> all(values);
    x = all.first(all.size() / 2);
    y = all.last(all.size() / 2);
  }
  bool empty() const { return x.empty(); }
  // Where vector i begins.
  std::array<double, 2> place(std::size_t i) const {
    const auto columns = static_cast<std::size_t>(cells.n);
    const auto along = [&](double low, double high, std::size_t at) {
      return low + (high - low) * (static_cast<double>(at) + 0.5) / cells.n;
    };
    const plot::Window& box = cells.box;
    return {along(box.x0, box.x1, i % columns), along(box.y0, box.y1, i / columns)};
  }
};

class Field final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    const Vectors field(store, "field"), score(store, "score");
    const plot::Axes axes = plane(frame);
    points(axes, store.array("data_train"), plot::faded(frame.theme.data, 0.35f),
           frame.compact ? 1.2f : 1.8f, false, 1500);
    if (field.empty()) {
      return placeholder(frame, axes,
                         frame.text({"Where points are moved comes with the next step.",
                                     "점을 옮기는 방향은 다음 단계에 나옵니다."}));
    }
    arrows(axes, score, frame.theme.truth, frame.compact ? 1.f : 2.5f);
    arrows(axes, field, frame.theme.model, frame.compact ? 1.f : 1.5f);
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
    readout(frame, axes, [&](double x, double y) {
      std::string words = words_at("r(x) − x", field, x, y);
      const std::string truth = words_at("σ² slope", score, x, y);
      return words + (words.empty() || truth.empty() ? "" : "\n") + truth;
    });
  }

  std::string csv(const Store& store) const override {
    const Vectors field(store, "field"), score(store, "score");
    if (field.empty()) return {};
    std::string table = "x,y,dx,dy,score_x,score_y\n";
    for (std::size_t i = 0; i < field.x.size(); ++i) {
      const auto [x, y] = field.place(i);
      add_value(table, x, ',');
      add_value(table, y, ',');
      add_value(table, static_cast<double>(field.x[i]), ',');
      add_value(table, static_cast<double>(field.y[i]), ',');
      add_value(table, score.empty() ? std::nan("") : static_cast<double>(score.x[i]), ',');
      add_value(table, score.empty() ? std::nan("") : static_cast<double>(score.y[i]), '\n');
    }
    return table;
  }

  std::string describe(const Store& store) const override {
    const Vectors field(store, "field");
    if (field.empty()) return "Arrows from points of the plane to their reconstructions; none yet.";
    double length = 0;
    for (std::size_t i = 0; i < field.x.size(); ++i) {
      length += std::hypot(static_cast<double>(field.x[i]), static_cast<double>(field.y[i]));
    }
    return "Arrows from " + std::to_string(field.x.size()) +
           " points of the plane to their reconstructions, on average " +
           plot::brief(length / static_cast<double>(field.x.size()), 3) + " long.";
  }

 private:
  static void arrows(const plot::Axes& axes, const Vectors& vectors, ImU32 colour, float width) {
    if (vectors.empty()) return;
    const auto& [box, n] = vectors.cells;
    const float unit = axes.screen((box.x1 - box.x0) / n, 0).x - axes.screen(0, 0).x;
    for (std::size_t i = 0; i < vectors.x.size(); ++i) {
      const auto dx = static_cast<double>(vectors.x[i]), dy = static_cast<double>(vectors.y[i]);
      if (!std::isfinite(dx) || !std::isfinite(dy)) continue;
      const auto [x, y] = vectors.place(i);
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

  // The vector of the cell at a place; empty outside.
  static std::string words_at(const char* name, const Vectors& vectors, double x, double y) {
    const auto dx = static_cast<double>(at(vectors.cells, vectors.x, x, y)),
               dy = static_cast<double>(at(vectors.cells, vectors.y, x, y));
    if (std::isnan(dx) || std::isnan(dy)) return {};
    return std::string(name) + "  (" + plot::brief(dx, 2) + ", " + plot::brief(dy, 2) + ")";
  }
};

}  // namespace

std::unique_ptr<View> make_field() { return std::make_unique<Field>(); }

}  // namespace lab::views
