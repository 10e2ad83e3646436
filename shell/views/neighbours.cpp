// Samples in pairs with the training pictures nearest to them: so that nobody mistakes memory for
// learning.
#include <algorithm>
#include <cmath>

#include "shell/plot/numbers.hpp"
#include "shell/views/flow_parts.hpp"
#include "shell/views/flow_views.hpp"

namespace lab::views {

namespace {

class Neighbours final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    const plot::Theme& theme = frame.theme;
    if (store.loaded && !has_pictures(store)) {
      return sentence(frame,
                      frame.text({"These data are no pictures.", "이 데이터는 그림이 아닙니다."}));
    }
    const Array &drawn = store.array("drawn"), &near = store.array("neighbours");
    const std::size_t pairs = pairs_of(store);
    if (pairs == 0) {
      return sentence(
          frame,
          why_no_samples(frame,
                         {"The training pictures nearest to the samples come with the next step.",
                          "표본에 가장 가까운 학습 그림은 다음 단계에 나옵니다."}));
    }
    ImVec2 low = frame.min, high = frame.max;
    const bool wide = high.x - low.x >= 560;
    if (frame.compact) {
      low = {low.x + 4, low.y + 4};
      high = {high.x - 8, high.y - 4};
    } else {
      low = {low.x + 8, low.y + 2};
      high = {high.x - 14, high.y - 24};
      low.y += head(frame, low, frame.max.x - 8, pairs) + 10;
    }

    // A pair is laid out as one picture of twice the width.
    data::SampleShape pair = store.sample_shape;
    pair.columns *= 2;
    const plot::PictureGrid both =
        plot::fill_pictures(low, high, pair, static_cast<int>(std::min<std::size_t>(pairs, 400)),
                            frame.compact ? 30.f
                            : wide        ? 64.f
                                          : 44.f,
                            frame.compact ? ImVec2{10, 6} : ImVec2{wide ? 26.f : 16.f, 28});
    const float scale = std::max(1.f, ImGui::GetIO().DisplayFramebufferScale.x);
    const float between = frame.compact ? 2.f : 6.f;
    plot::PictureGrid left = both;
    left.cell.x = std::floor(0.5f * both.cell.x * scale) / scale;
    plot::PictureGrid right = left;
    right.origin.x += left.cell.x + between;
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    samples_.draw(draw, drawn, store.sample_shape, left, 0, drawn.version);
    neighbours_.draw(draw, near, store.sample_shape, right, 0, near.version);
    const float line = frame.compact ? 1.f : 2.f;
    for (int i = 0; i < both.count; ++i) {
      const auto edge = [&](const plot::PictureGrid& grid, ImU32 colour) {
        const ImVec2 a = grid.min(i), b = grid.max(i);
        draw.AddRect({a.x - line, a.y - line}, {b.x + line, b.y + line}, colour, 0, 0, line);
      };
      edge(left, theme.model);
      edge(right, theme.data);
      if (frame.compact) continue;
      const std::string words = distance_words(store, static_cast<std::size_t>(i));
      const float middle = 0.5f * (left.min(i).x + right.max(i).x);
      write(frame, {middle - 0.5f * size_of(frame, words).x, left.max(i).y + 3}, theme.muted,
            words);
    }
    if (frame.compact) return;
    const Touch area = touch("pairs", both.origin, right.end());
    if (!area.hovered) return;
    for (int i = 0; i < both.count; ++i) {
      const ImVec2 a = left.min(i), b = right.max(i);
      if (area.at.x < a.x || area.at.x > b.x || area.at.y < a.y || area.at.y > b.y) continue;
      draw.AddRect({a.x - 4, a.y - 4}, {b.x + 4, b.y + 4}, theme.ink, 0, 0, 2);
      return compare(frame, static_cast<std::size_t>(i));
    }
  }

  std::string csv(const Store& store) const override {
    const std::size_t pairs = pairs_of(store);
    if (pairs == 0) return {};
    std::string table = "sample,kind,distance" + value_names(store);
    for (std::size_t i = 0; i < pairs; ++i) {
      for (const bool neighbour : {false, true}) {
        table += std::to_string(i) + (neighbour ? ",neighbour," : ",sample,");
        add_value(table, static_cast<double>(store.array("neighbour_distances")[i]), ',');
        add_values(table, sample_of(store, store.array(neighbour ? "neighbours" : "drawn"), i));
      }
    }
    return table;
  }

  std::string describe(const Store& store) const override {
    const std::size_t pairs = pairs_of(store);
    if (pairs == 0) return "Samples beside the training pictures nearest to them; none yet.";
    std::string words = std::to_string(pairs) +
                        " samples beside the training pictures nearest to them, on average " +
                        plot::brief(mean_distance(store), 2) + " away";
    if (usual_distance(store) > 0)
      words += "; unseen data is " + plot::brief(usual_distance(store), 2) + " away";
    return words + ".";
  }

 private:
  static std::size_t pairs_of(const Store& store) {
    return std::min({count_of(store, store.array("drawn")),
                     count_of(store, store.array("neighbours")),
                     store.array("neighbour_distances").size()});
  }

  // Of unseen data; 0 where it is not known.
  static double usual_distance(const Store& store) { return store.said("usual_distance", 0.0); }

  static double mean_distance(const Store& store) {
    const Array& distances = store.array("neighbour_distances");
    double sum = 0;
    for (const float distance : distances.values) sum += static_cast<double>(distance);
    return sum / static_cast<double>(std::max<std::size_t>(distances.size(), 1));
  }

  static std::string distance_words(const Store& store, std::size_t index) {
    return plot::brief(static_cast<double>(store.array("neighbour_distances")[index]), 2);
  }

  // The sentence, the key and the button; returns the height that they take.
  static float head(Frame& frame, ImVec2 at, float right, std::size_t pairs) {
    const Store& store = frame.store;
    const plot::Theme& theme = frame.theme;
    const char* redraw = frame.text({"Redraw", "다시 뽑기"});
    const float taken = button_width(frame, redraw);
    if (button(frame, redraw, {right - taken, at.y + 1}, 0,
               frame.text({"Draws other samples from the model; it learns nothing from that",
                           "모델에서 다른 표본을 뽑습니다. 학습에는 영향이 없습니다"}))) {
      frame.camera.commands.push_back({{"do", "redraw"}});
    }
    const std::string near = plot::brief(mean_distance(store), 2),
                      usual = plot::brief(usual_distance(store), 2);
    const bool known = usual_distance(store) > 0;
    std::string words;
    if (frame.korean) {
      words = "표본은 가장 가까운 학습 그림에서 " + near + " 떨어져 있습니다";
      words += known ? "(처음 보는 데이터는 " + usual + ")." : ".";
    } else {
      words = "Samples are " + near + " from the nearest training picture";
      words += known ? "; unseen data is " + usual + "." : ".";
    }
    const float width = right - taken - 12 - at.x;
    const float size = width >= 440 ? plot::body_size : plot::small_size;
    const float text = paragraph(frame, {at.x, at.y + 4}, width, theme.ink, words, size);
    touch("sentence", at, {at.x + width, at.y + text + 6});
    explain(frame,
            frame.text({"Distances are Euclidean over all pixels, intensities from 0 to 1. Samples "
                        "much nearer than unseen data would be copies of training pictures; much "
                        "farther, they do not look like the data.",
                        "거리는 모든 화소(밝기 0~1)에 대한 유클리드 거리입니다. 표본이 처음 보는 "
                        "데이터보다 훨씬 가까우면 학습 그림을 베낀 것이고, 훨씬 멀면 데이터를 닮지 "
                        "않은 것입니다."}));
    const float top = std::max(text + 8, control_height + 2.f);
    if (frame.max.y - frame.min.y < 190) return top;
    std::vector<Entry> entries{
        {theme.model, frame.text({"sample", "표본"}), Entry::Mark::square},
        {theme.data, frame.text({"nearest training picture", "가장 가까운 학습 그림"}),
         Entry::Mark::square}};
    if (right - at.x >= 440) {
      entries.push_back(
          {0, std::to_string(pairs) + frame.text({" pairs, distance below", "쌍, 아래는 거리"}),
           Entry::Mark::dot});
    }
    const float height = key(frame, {at.x, at.y + top}, right, entries);
    return top + height;
  }

  void compare(Frame& frame, std::size_t index) {
    const Store& store = frame.store;
    const auto sample = sample_of(store, store.array("drawn"), index),
               near = sample_of(store, store.array("neighbours"), index);
    Bubble content;
    content.lines.push_back(frame.text({"distance ", "거리 "}) + distance_words(store, index));
    content.captions = {frame.text({"sample", "표본"}), frame.text({"nearest", "가장 가까운"}),
                        frame.text({"difference", "차이"})};
    content.pictures.assign(sample.begin(), sample.end());
    content.pictures.insert(content.pictures.end(), near.begin(), near.end());
    for (std::size_t i = 0; i < sample.size(); ++i)
      content.pictures.push_back(std::fabs(sample[i] - near[i]));
    bubble(frame, beside_, content);
  }

  plot::Pictures samples_, neighbours_, beside_;
};

}  // namespace

std::unique_ptr<View> make_neighbours() { return std::make_unique<Neighbours>(); }

}  // namespace lab::views
