// The features of a model of image patches, as patches that each answers to most, and which of them
// the units of the second layer take together.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "shell/plot/numbers.hpp"
#include "shell/views/filter_views.hpp"
#include "shell/views/flow_parts.hpp"

namespace lab::views {

namespace {

std::string stage_words(const Frame& frame) {
  const Json& stage = frame.store.said("stage");
  if (stage.is_null()) return {};
  const int number = stage.at("number").get<int>();
  const auto until = std::to_string(stage.at("until").get<std::int64_t>());
  if (number == 1) {
    return frame.korean ? "1단계(" + until + "걸음까지): 특징마다 따로."
                        : "Stage 1, until step " + until + ": each feature by itself.";
  }
  if (number == 2) {
    return frame.korean
               ? "2단계(" + until + "걸음까지): 특징은 그대로 두고 묶음만 배웁니다."
               : "Stage 2, until step " + until + ": features stay, what is pooled is learnt.";
  }
  return frame.text({"Stage 3: features and pooling together.", "3단계: 특징과 묶음을 함께."});
}

// Patches that each feature answers to most (K, D).
class Filters final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    const Array& filters = store.array("filters");
    if (filters.empty() || !has_pictures(store)) {
      return sentence(frame, frame.text({"The features come with the next step.",
                                         "특징은 다음 단계에 나옵니다."}));
    }
    ImVec2 low{frame.min.x + 8, frame.min.y + 4}, high{frame.max.x - 8, frame.max.y - 8};
    const auto count = static_cast<int>(count_of(store, filters));
    if (!frame.compact) {
      const std::string words =
          frame.korean ? "특징 " + std::to_string(count) + "개가 가장 크게 반응하는 조각. "
                       : "What each of " + std::to_string(count) + " features answers to most. ";
      low.y += paragraph(frame, low, high.x - low.x, frame.theme.ink, words + stage_words(frame),
                         plot::small_size) +
               6;
    }
    const plot::PictureGrid grid =
        plot::fill_pictures(low, high, store.sample_shape, count, frame.compact ? 6 : 14, {2, 2});
    pictures_.draw(*ImGui::GetWindowDrawList(), filters, store.sample_shape, grid, 0,
                   filters.version);
    if (frame.compact) return;
    const Touch area = touch("filters", grid.origin, grid.end());
    const int over = area.hovered ? grid.hit(area.at) : -1;
    if (over < 0) return;
    ImGui::GetWindowDrawList()->AddRect(grid.min(over), grid.max(over), frame.theme.model, 0, 0, 2);
    Bubble content;
    content.lines = {frame.text({"feature ", "특징 "}) + std::to_string(over + 1)};
    const Array& thresholds = store.array("thresholds");
    if (static_cast<std::size_t>(over) < thresholds.size()) {
      content.lines.push_back(
          frame.text({"threshold b ", "문턱 b "}) +
          fixed(static_cast<double>(thresholds[static_cast<std::size_t>(over)]), 2));
    }
    const std::span<const float> one = sample_of(store, filters, static_cast<std::size_t>(over));
    content.pictures.assign(one.begin(), one.end());
    bubble(frame, enlarged_, content);
  }

  std::string csv(const Store& store) const override {
    const Array& filters = store.array("filters");
    if (filters.empty()) return {};
    std::string table = "feature" + value_names(store) + "\n";
    for (std::size_t i = 0; i < count_of(store, filters); ++i) {
      table += std::to_string(i + 1);
      add_values(table, sample_of(store, filters, i));
      table += "\n";
    }
    return table;
  }

  std::string describe(const Store& store) const override {
    const Array& filters = store.array("filters");
    if (filters.empty()) return "The features of image patches; there are none yet.";
    return "Patches of " + std::to_string(store.sample_shape.columns) + " by " +
           std::to_string(store.sample_shape.rows) + " pixels that each of " +
           std::to_string(count_of(store, filters)) + " features answers to most.";
  }

 private:
  plot::Pictures pictures_, enlarged_;
};

// For each unit of the second layer the features that it pools, (K, P) of them.
struct Pooled {
  std::span<const float> features, weights;
  std::size_t units = 0, each = 0;

  explicit Pooled(const Store& store)
      : features(store.array("pooled_features")), weights(store.array("pooled_weights")) {
    const Array& all = store.array("pooled_features");
    if (all.empty()) return;
    units = static_cast<std::size_t>(all.extent(0));
    each = static_cast<std::size_t>(all.extent(1));
  }
  float weight(std::size_t unit, std::size_t k) const { return weights[unit * each + k]; }
  float share(std::size_t unit, std::size_t k) const {
    return weight(unit, 0) > 0 ? weight(unit, k) / weight(unit, 0) : 0;
  }
  // The sum of the shares: 1 where it has one feature alone.
  double breadth(std::size_t unit) const {
    double sum = 0;
    for (std::size_t k = 0; k < each; ++k) sum += static_cast<double>(share(unit, k));
    return sum;
  }
  // The broadest first.
  std::vector<std::size_t> order() const {
    std::vector<std::size_t> found(units);
    std::iota(found.begin(), found.end(), std::size_t{0});
    std::ranges::stable_sort(found, [this](auto a, auto b) { return breadth(a) > breadth(b); });
    return found;
  }
};

class Pooling final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    const Array& filters = store.array("filters");
    const Pooled pooled(store);
    if (filters.empty() || pooled.units == 0 || !has_pictures(store)) {
      return sentence(frame, frame.text({"What is pooled comes with the next step.",
                                         "묶음은 다음 단계에 나옵니다."}));
    }
    ImVec2 low{frame.min.x + 8, frame.min.y + 4}, high{frame.max.x - 8, frame.max.y - 8};
    if (!frame.compact) {
      low.y +=
          paragraph(
              frame, low, high.x - low.x, frame.theme.ink,
              frame.text({"Each row is a unit of the second layer: the features whose "
                          "squares it adds up, the bars their weights. ",
                          "줄마다 둘째 층의 단위 하나: 제곱을 더하는 특징들과 그 무게(막대). "}) +
                  stage_words(frame),
              plot::small_size) +
          6;
    }
    // Rows of pictures in columns, the broadest first.
    const float side = frame.compact ? 12.f : 34.f, bar = frame.compact ? 2.f : 5.f;
    const auto each = static_cast<float>(pooled.each);
    const ImVec2 cell{each * (side + 2), side + bar + (frame.compact ? 4.f : 9.f)};
    const float gap = frame.compact ? 8.f : 22.f;
    const int columns = std::max(1, static_cast<int>((high.x - low.x + gap) / (cell.x + gap))),
              rows = std::max(1, static_cast<int>((high.y - low.y) / cell.y));
    const std::vector<std::size_t> order = pooled.order();
    const std::size_t shown = std::min(order.size(), static_cast<std::size_t>(columns * rows));
    gather(store, filters, pooled, order, shown);
    const int across = static_cast<int>((shown + static_cast<std::size_t>(rows) - 1) /
                                        static_cast<std::size_t>(rows));
    const float wide = across > 1 ? (high.x - low.x - cell.x) / static_cast<float>(across - 1) : 0;
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    textures_.resize(shown);
    for (std::size_t i = 0; i < shown; ++i) {
      const ImVec2 at{low.x + std::min(wide, 1.6f * (cell.x + gap)) *
                                  static_cast<float>(i / static_cast<std::size_t>(rows)),
                      low.y + cell.y * static_cast<float>(i % static_cast<std::size_t>(rows))};
      plot::PictureGrid grid;
      grid.origin = {std::round(at.x), std::round(at.y)};
      grid.cell = {side, side};
      grid.pitch = {side + 2, side + 2};
      grid.columns = grid.count = static_cast<int>(pooled.each);
      const std::size_t size = pooled.each * store.sample_shape.size();
      textures_[i].draw(draw, std::span<const float>(gathered_).subspan(i * size, size),
                        store.sample_shape, grid, 0);
      for (std::size_t k = 0; k < pooled.each; ++k) {
        const float share = pooled.share(order[i], k);
        const ImVec2 a = grid.min(static_cast<int>(k)), b = grid.max(static_cast<int>(k));
        // What has no weight is no part of it.
        if (share < 0.02f) draw.AddRectFilled(a, b, plot::faded(frame.theme.background, 0.85f));
        draw.AddRectFilled({a.x, b.y + 2}, {a.x + share * (b.x - a.x), b.y + 2 + bar},
                           frame.theme.model, 1);
      }
    }
  }

  std::string csv(const Store& store) const override {
    const Pooled pooled(store);
    if (pooled.units == 0) return {};
    std::string table = "unit,feature,weight\n";
    for (std::size_t i = 0; i < pooled.units * pooled.each; ++i) {
      table += std::to_string(i / pooled.each + 1) + "," +
               std::to_string(static_cast<int>(pooled.features[i]) + 1) + ",";
      add_value(table, static_cast<double>(pooled.weights[i]), '\n');
    }
    return table;
  }

  std::string describe(const Store& store) const override {
    const Pooled pooled(store);
    if (pooled.units == 0) return "Which features the second layer takes together; unknown yet.";
    const auto several = std::ranges::count_if(
        pooled.order(), [&](std::size_t unit) { return pooled.share(unit, 1) > 0.1f; });
    return "Features that " + std::to_string(pooled.units) +
           " units of the second layer take together: " + std::to_string(several) +
           " of them have more than one.";
  }

 private:
  void gather(const Store& store, const Array& filters, const Pooled& pooled,
              const std::vector<std::size_t>& order, std::size_t shown) {
    gathered_.clear();
    for (std::size_t i = 0; i < shown; ++i) {
      for (std::size_t k = 0; k < pooled.each; ++k) {
        const auto one = sample_of(
            store, filters, static_cast<std::size_t>(pooled.features[order[i] * pooled.each + k]));
        gathered_.insert(gathered_.end(), one.begin(), one.end());
      }
    }
  }

  std::vector<float> gathered_;
  std::vector<plot::Pictures> textures_;
};

}  // namespace

std::unique_ptr<View> make_filters() { return std::make_unique<Filters>(); }
std::unique_ptr<View> make_pooling() { return std::make_unique<Pooling>(); }

}  // namespace lab::views
