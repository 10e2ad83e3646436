// What the model draws, where its samples are pictures.
#include <algorithm>

#include "shell/views/latent_parts.hpp"
#include "shell/views/latent_views.hpp"

namespace lab::views {

void draw_gallery(Frame& frame, plot::Pictures& texture) {
  const Store& store = frame.store;
  const auto count = static_cast<int>(std::min<std::size_t>(count_of(store, store.drawn), 2000));
  if (count == 0 || !has_pictures(store)) {
    return sentence(frame, frame.text({"What the model draws comes with the next step.",
                                       "모델이 뽑은 그림은 다음 단계에 나옵니다."}));
  }
  const float edge = frame.compact ? 3.f : 10.f;
  plot::PictureGrid grid = plot::fill_pictures(
      {frame.min.x + edge, frame.min.y + edge}, {frame.max.x - edge, frame.max.y - edge},
      store.frame, count, frame.compact ? 28.f : 44.f, {2, 2});
  // Whole rows look calmer, and a few pictures more or less say the same.
  if (grid.rows() > 3) grid.count -= grid.count % grid.columns;
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  texture.draw(draw, store.drawn, store.frame, grid, frame.theme.hairline);
  const ImVec2 end = grid.end();
  draw.AddRect({grid.origin.x - 4, grid.origin.y - 4}, {end.x + 4, end.y + 4}, frame.theme.model, 2,
               0, frame.compact ? 1.f : 1.5f);
}

std::string gallery_csv(const Store& store) {
  const std::size_t count = count_of(store, store.drawn);
  if (count == 0) return {};
  std::string table = "sample";
  for (std::size_t i = 1; i <= store.frame.size(); ++i) table += ",value_" + std::to_string(i);
  table += "\n";
  for (std::size_t i = 0; i < count; ++i) {
    table += std::to_string(i) + ",";
    const auto values = sample_of(store, store.drawn, i);
    for (std::size_t k = 0; k < values.size(); ++k)
      add_value(table, static_cast<double>(values[k]), k + 1 < values.size() ? ',' : '\n');
  }
  return table;
}

}  // namespace lab::views
