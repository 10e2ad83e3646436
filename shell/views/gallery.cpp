// What the model draws, where its samples are pictures or rows of numbers.
#include <algorithm>
#include <cmath>

#include "shell/views/flow_parts.hpp"
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

}  // namespace

void draw_gallery(Frame& frame, plot::Pictures& texture) {
  const Store& store = frame.store;
  const Array& drawn = store.array("drawn");
  const auto count = static_cast<int>(std::min<std::size_t>(count_of(store, drawn), 2000));
  if (count == 0) {
    return sentence(frame, why_no_samples(frame, {"What the model draws comes with the next step.",
                                                  "모델이 뽑은 표본은 다음 단계에 나옵니다."}));
  }
  if (!has_pictures(store)) return draw_columns(frame);
  const float edge = frame.compact ? 3.f : 10.f;
  float top = frame.min.y + edge;
  if (!frame.compact) {
    top += class_buttons(frame, {frame.min.x + 8, frame.min.y + 2}, frame.max.x - 8, true);
  }
  plot::PictureGrid grid =
      plot::fill_pictures({frame.min.x + edge, top}, {frame.max.x - edge, frame.max.y - edge},
                          store.sample_shape, count, frame.compact ? 28.f : 44.f, {2, 2});
  // Whole rows look calmer, and a few pictures more or less say the same.
  if (grid.rows() > 3) grid.count -= grid.count % grid.columns;
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  texture.draw(draw, drawn, store.sample_shape, grid, frame.theme.hairline, drawn.version);
  const ImVec2 end = grid.end();
  draw.AddRect({grid.origin.x - 4, grid.origin.y - 4}, {end.x + 4, end.y + 4}, frame.theme.model, 2,
               0, frame.compact ? 1.f : 1.5f);
}

std::string gallery_csv(const Store& store) {
  const Array& drawn = store.array("drawn");
  const std::size_t count = count_of(store, drawn);
  if (count == 0) return {};
  std::string table = "sample" + value_names(store);
  for (std::size_t i = 0; i < count; ++i) {
    table += std::to_string(i) + ",";
    add_values(table, sample_of(store, drawn, i));
  }
  return table;
}

}  // namespace lab::views
