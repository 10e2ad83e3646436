// What the model draws, where its samples are pictures or rows of numbers.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "shell/plot/numbers.hpp"
#include "shell/views/flow_parts.hpp"
#include "shell/views/latent_parts.hpp"
#include "shell/views/latent_views.hpp"

namespace lab::views {

namespace {

// Rows of numbers: each column's values, those that were drawn to the right of the test data's.
void draw_columns(Frame& frame) {
  constexpr std::size_t most_columns = 40, most_rows = 200;
  const Store& store = frame.store;
  const std::size_t size = store.sample_shape.size(), columns = std::min(size, most_columns);
  const auto each = [&](std::span<const float> values, const auto& use) {
    for (std::size_t row = 0; row < std::min(count_of(store, values), most_rows); ++row) {
      for (std::size_t k = 0; k < columns; ++k) {
        const auto value = static_cast<double>(values[row * size + k]);
        if (std::isfinite(value)) use(static_cast<double>(k + 1), value);
      }
    }
  };
  double low = INFINITY, high = -INFINITY;
  const auto widen = [&](double, double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  };
  each(store.array("test_inputs"), widen);
  each(store.array("drawn"), widen);
  const double margin = high > low ? 0.05 * (high - low) : 1;
  float top = frame.min.y;
  if (!frame.compact) {
    const std::vector<Entry> entries{
        {frame.theme.data, frame.text({"test data", "시험 데이터"}), Entry::Mark::dot},
        {frame.theme.model, frame.text({"samples", "표본"}), Entry::Mark::dot}};
    top += key(frame, {frame.min.x + 8, top + 4}, frame.max.x - 8, entries) + 4;
  }
  const std::string named = columns < size
                                ? std::string(frame.text({"column, the first ", "열, 앞의 "})) +
                                      std::to_string(columns) + frame.text({" of ", " / "}) +
                                      std::to_string(size)
                                : frame.text({"column", "열"});
  const plot::Axes axes(frame.theme, frame.fonts, {frame.min.x, top}, frame.max,
                        {0.5, static_cast<double>(columns) + 0.5, low - margin, high + margin},
                        false, frame.compact, {named, frame.text({"value", "값"})});
  const auto dots = [&](std::span<const float> values, double shift, ImU32 colour) {
    each(values, [&](double column, double value) {
      axes.draw().AddCircleFilled(axes.screen(column + shift, value), frame.compact ? 1.2f : 2.f,
                                  plot::faded(colour, 0.6f));
    });
  };
  dots(store.array("test_inputs"), -0.12, frame.theme.data);
  dots(store.array("drawn"), 0.12, frame.theme.model);
}

// How sure the classifier is of each; none where it has not judged these.
std::span<const float> confidence_of(const Store& store) {
  const Array& confidence = store.array("drawn_confidence");
  if (confidence.size() != count_of(store, store.array("drawn"))) return {};
  return confidence.values;
}

// What is kept and what the classifier is worth, and the slider. Returns the height that they take.
float rejection(Frame& frame, float top, std::span<const float> confidence, float& least) {
  const Json& said = frame.store.said("classifier");
  const auto kept = std::ranges::count_if(confidence, [&](float each) { return each >= least; });
  const float width = frame.max.x - frame.min.x - 20, length = std::min(0.4f * width, 200.f);
  const ImVec2 at{frame.min.x + 10, top};
  slider(frame, "##least", at, length, least, 0, 1,
         frame.text({"Draws are kept where the classifier gives their class at least this "
                     "probability",
                     "분류기가 의도한 부류에 적어도 이만한 확률을 줄 때 남깁니다"}));
  const std::string all = std::to_string(confidence.size()), some = std::to_string(kept),
                    bar = plot::brief(static_cast<double>(least), 2);
  std::string words = frame.korean
                          ? "p(부류|그림) ≥ " + bar + ": " + all + "개 중 " + some + "개 남김"
                          : "p(class|picture) ≥ " + bar + ": " + some + " of " + all + " kept";
  if (said.is_object() && said.at("accuracy").is_number()) {
    words += std::string(frame.text({"  ·  the classifier is right on ", "  ·  분류기 정답률 "})) +
             plot::brief(100 * said.at("accuracy").get<double>(), 3) + " %";
    if (said.at("accuracy_se").is_number()) {
      words += " ± " + plot::brief(100 * said.at("accuracy_se").get<double>(), 2);
    }
    words += frame.text({" of test data", " (시험 데이터)"});
  }
  const float taken = paragraph(frame, {at.x + length + 12, at.y + 6}, width - length - 12,
                                frame.theme.ink, words, plot::small_size);
  return std::max(control_height, taken + 6) + 8;
}

// Of the picture under the pointer: its class, and how sure the classifier is of it.
void tell(Frame& frame, const plot::PictureGrid& grid, std::span<const float> confidence,
          const std::vector<std::size_t>& order, plot::Pictures& nothing) {
  const Touch area = touch("drawn", grid.origin, grid.end());
  const int hit = area.hovered ? grid.hit(area.at) : -1;
  if (hit < 0) return;
  const Store& store = frame.store;
  const std::size_t which = order[static_cast<std::size_t>(hit)];
  const auto c = static_cast<std::size_t>(store.array("drawn_classes")[which]);
  Bubble content;
  content.label = frame.theme.model;
  content.lines = {frame.text({"class ", "부류 "}) +
                       (c < store.classes.size() ? store.classes[c] : std::to_string(c)),
                   "p(" + std::string(frame.text({"class|picture", "부류|그림"})) +
                       ") = " + plot::brief(static_cast<double>(confidence[which]), 3)};
  bubble(frame, nothing, content);
}

}  // namespace

void draw_gallery(Frame& frame, Gallery& gallery) {
  plot::Pictures& texture = gallery.pictures;
  float& least = gallery.least;
  const Store& store = frame.store;
  const Array& drawn = store.array("drawn");
  const auto count = static_cast<int>(std::min<std::size_t>(count_of(store, drawn), 2000));
  if (count == 0) {
    return sentence(frame, why_no_samples(frame, {"What the model draws comes with the next step.",
                                                  "모델이 뽑은 표본은 다음 단계에 나옵니다."}));
  }
  if (!has_pictures(store)) return draw_columns(frame);
  const float edge = frame.compact ? 3.f : 10.f;
  const std::span<const float> confidence = confidence_of(store);
  const bool judged = !confidence.empty() && !frame.compact;
  float top = frame.min.y + edge;
  if (!frame.compact) {
    top += class_buttons(frame, {frame.min.x + 8, frame.min.y + 2}, frame.max.x - 8, true);
  }
  if (judged) top += rejection(frame, top, confidence, gallery.least);
  plot::PictureGrid grid =
      plot::fill_pictures({frame.min.x + edge, top}, {frame.max.x - edge, frame.max.y - edge},
                          store.sample_shape, count, frame.compact ? 28.f : 44.f, {2, 2});
  // Whole rows look calmer, and a few pictures more or less say the same.
  if (grid.rows() > 3) grid.count -= grid.count % grid.columns;
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  if (!judged) {
    texture.draw(draw, drawn, store.sample_shape, grid, frame.theme.hairline, drawn.version);
  } else {
    std::vector<std::size_t> order(confidence.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(
        order, [&](std::size_t a, std::size_t b) { return confidence[a] > confidence[b]; });
    std::vector<float> ranked;
    for (const std::size_t which : order) {
      const auto picture = sample_of(store, drawn, which);
      ranked.insert(ranked.end(), picture.begin(), picture.end());
    }
    texture.draw(draw, ranked, store.sample_shape, grid, frame.theme.hairline);
    for (int i = 0; i < grid.count; ++i) {
      if (confidence[order[static_cast<std::size_t>(i)]] >= least) continue;
      draw.AddRectFilled(grid.min(i), grid.max(i), plot::faded(frame.theme.background, 0.78f));
    }
    tell(frame, grid, confidence, order, gallery.nothing);
  }
  const ImVec2 end = grid.end();
  draw.AddRect({grid.origin.x - 4, grid.origin.y - 4}, {end.x + 4, end.y + 4}, frame.theme.model, 2,
               0, frame.compact ? 1.f : 1.5f);
}

std::string gallery_csv(const Store& store) {
  const Array& drawn = store.array("drawn");
  const std::size_t count = count_of(store, drawn);
  if (count == 0) return {};
  const std::span<const float> confidence = confidence_of(store);
  std::string table = "sample";
  if (!confidence.empty()) table += ",class,confidence";
  table += value_names(store);
  for (std::size_t i = 0; i < count; ++i) {
    table += std::to_string(i) + ",";
    if (!confidence.empty()) {
      table += std::to_string(static_cast<int>(store.array("drawn_classes")[i])) + ",";
      add_value(table, static_cast<double>(confidence[i]), ',');
    }
    add_values(table, sample_of(store, drawn, i));
  }
  return table;
}

}  // namespace lab::views
