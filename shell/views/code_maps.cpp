// Pictures as maps of codes, one for each level. Those of one are large, between its datum and what
// they decode to: a code can be chosen, and another codeword put in its place.
#include <algorithm>
#include <cmath>

#include "shell/plot/classes.hpp"
#include "shell/plot/numbers.hpp"
#include "shell/views/code_views.hpp"
#include "shell/views/flow_parts.hpp"

namespace lab::views {

namespace {

class CodeMaps final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    const Array& maps = store.array("code_maps");
    if (store.loaded && !has_pictures(store)) {
      return sentence(frame,
                      frame.text({"These data are no pictures.", "이 데이터는 그림이 아닙니다."}));
    }
    if (maps.empty()) {
      return sentence(frame, frame.text({"The maps of codes come with the next step.",
                                         "코드 지도는 다음 단계에 나옵니다."}));
    }
    levels_.clear();
    for (const Json& level : store.said("code_map").at("levels")) {
      levels_.push_back({level.at("rows").get<int>(), level.at("columns").get<int>(),
                         level.at("first").get<int>()});
    }
    if (levels_.empty()) return;
    if (site_ >= levels_.back().first + levels_.back().sites()) site_ = -1;
    if (frame.compact) return draw_large(frame, frame.min, frame.max);
    const float width = frame.max.x - frame.min.x, height = frame.max.y - frame.min.y;
    const bool narrow = width < 560;
    // The large pictures, then what can be put in, then the data to choose from.
    const auto count = static_cast<float>(levels_.size() + 2);
    const float large = std::min((width - 16 * count) / count, 0.5f * height);
    const float all = count * large + 16 * (count - 1);
    const float left = frame.min.x + 0.5f * (width - all);
    draw_large(frame, {left, frame.min.y + 22}, {left + all, frame.min.y + 22 + large});
    float y = frame.min.y + 22 + large + 10;
    y += advice(frame, {frame.min.x + 8, y}, width - 16) + 6;
    const float strip = narrow ? 34 : 46;
    palette(frame, {frame.min.x + 8, y}, {frame.max.x - 8, frame.max.y - strip - 30});
    write(frame, {frame.min.x + 8, frame.max.y - strip - 22}, frame.theme.muted,
          frame.text({"other test data", "다른 시험 데이터"}));
    choose(frame, {frame.min.x + 8, frame.max.y - strip - 4}, {frame.max.x - 8, frame.max.y - 4});
  }

  std::string csv(const Store& store) const override {
    const Array& maps = store.array("code_maps");
    if (maps.empty()) return {};
    const int sites = maps.extent(1);
    std::string table = "sample,class";
    for (int site = 0; site < sites; ++site) table += ",code_" + std::to_string(site + 1);
    table += "\n";
    for (int i = 0; i < maps.extent(0); ++i) {
      const auto row = static_cast<std::size_t>(i);
      table += std::to_string(i) + "," + class_of(store, row);
      for (int site = 0; site < sites; ++site) {
        table += "," +
                 std::to_string(static_cast<int>(
                     maps[row * static_cast<std::size_t>(sites) + static_cast<std::size_t>(site)]));
      }
      table += "\n";
    }
    return table;
  }

  std::string describe(const Store& store) const override {
    const Array& maps = store.array("code_maps");
    if (maps.empty()) return "Pictures as maps of codes; there are none yet.";
    const Json& said = store.said("code_map");
    const std::size_t changed = said.at("changed").size(), levels = said.at("levels").size();
    return "Test picture " + std::to_string(said.at("index").get<int>()) + " as " +
           (levels > 1 ? std::to_string(levels) + " maps" : std::string("a map")) + " of " +
           std::to_string(maps.extent(1)) + " codes" + (levels > 1 ? " in all" : "") +
           ", and the picture that it decodes to" +
           (changed > 0 ? "; " + std::to_string(changed) + " of the codes were changed by hand."
                        : std::string("."));
  }

 private:
  struct Level {
    int rows, columns, first;
    int sites() const { return rows * columns; }
  };

  // The level that a site lies in.
  std::size_t level_of(int site) const {
    std::size_t level = 0;
    while (level + 1 < levels_.size() && levels_[level + 1].first <= site) ++level;
    return level;
  }

  // A level's cells in [min, max] of a map.
  static void draw_map(const Frame& frame, std::span<const float> map, const Level& level,
                       ImVec2 min, ImVec2 max, bool numbers) {
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    for (int i = 0; i < level.sites() && static_cast<std::size_t>(level.first + i) < map.size();
         ++i) {
      const int code = static_cast<int>(map[static_cast<std::size_t>(level.first + i)]);
      const auto [a, b] = cell_of(level, i, min, max);
      const ImU32 colour = code_colour(frame, code);
      draw.AddRectFilled(a, b, colour);
      const std::string name = std::to_string(code);
      const ImVec2 size = size_of(frame, name);
      if (!numbers || size.x + 4 > b.x - a.x || size.y > b.y - a.y) continue;
      write(frame, {0.5f * (a.x + b.x - size.x), 0.5f * (a.y + b.y - size.y)},
            plot::text_on(colour), name);
    }
  }

  // Where cell i of a level lies in [min, max].
  static std::pair<ImVec2, ImVec2> cell_of(const Level& level, int i, ImVec2 min, ImVec2 max) {
    const ImVec2 cell{(max.x - min.x) / static_cast<float>(level.columns),
                      (max.y - min.y) / static_cast<float>(level.rows)};
    const ImVec2 a{min.x + cell.x * static_cast<float>(i % level.columns),
                   min.y + cell.y * static_cast<float>(i / level.columns)};
    return {a, {a.x + cell.x, a.y + cell.y}};
  }

  // The datum, its codes, and what these decode to.
  void draw_large(Frame& frame, ImVec2 min, ImVec2 max) {
    const Store& store = frame.store;
    const Json& said = store.said("code_map");
    const auto index = said.at("index").get<std::size_t>();
    const Array &inputs = store.array("test_inputs"), &map = store.array("code_map"),
                &picture = store.array("code_map_picture");
    const auto count = static_cast<float>(levels_.size() + 2);
    const float gap = frame.compact ? 3 : 16, side = (max.x - min.x - (count - 1) * gap) / count;
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const auto place = [&](std::size_t which) {
      const float x = min.x + static_cast<float>(which) * (side + gap);
      return plot::fit_pictures({x, min.y}, {x + side, max.y}, store.sample_shape, 1, 1, 1);
    };
    const auto name = [&](const plot::PictureGrid& grid, const std::string& words) {
      if (!frame.compact)
        write(frame, {grid.origin.x, grid.origin.y - 18}, frame.theme.muted, words);
    };
    const plot::PictureGrid first = place(0), last = place(levels_.size() + 1);
    if (count_of(store, inputs) > index) {
      input_.draw(draw, sample_of(store, inputs, index), store.sample_shape, first,
                  frame.theme.data);
    }
    name(first, frame.text({"test datum", "시험 데이터"}));
    output_.draw(draw, picture, store.sample_shape, last, frame.theme.model, picture.version);
    name(last, frame.text({"decoded", "디코딩"}));
    for (std::size_t i = 0; i < levels_.size(); ++i) {
      const plot::PictureGrid grid = place(i + 1);
      draw_map(frame, map, levels_[i], grid.origin, grid.end(), !frame.compact);
      name(grid, levels_.size() == 1 ? frame.text({"its codes", "코드"})
                                     : level_name(frame, i, levels_.size()));
      const auto ring = [&](int site, ImU32 colour, float width) {
        const auto [a, b] = cell_of(levels_[i], site - levels_[i].first, grid.origin, grid.end());
        draw.AddRect(a, b, colour, 0, 0, width);
      };
      for (const Json& site : said.at("changed")) {
        if (level_of(site.get<int>()) == i) ring(site.get<int>(), frame.theme.warning, 2);
      }
      if (frame.compact) continue;
      choose_site(levels_[i], i, grid,
                  [&](int site) { ring(site, plot::faded(frame.theme.ink, 0.6f), 2); });
      if (site_ < 0 || level_of(site_) != i) continue;
      ring(site_, frame.theme.background, 5);
      ring(site_, frame.theme.ink, 2.5f);
      // Where that place is in what it decodes to.
      const auto [a, b] = cell_of(levels_[i], site_ - levels_[i].first, last.origin, last.end());
      draw.AddRect(a, b, plot::faded(frame.theme.model, 0.8f), 0, 0, 1);
    }
  }

  // The site under the pointer, which hover() is told of; pressed, it is chosen.
  template <class Hover>
  void choose_site(const Level& level, std::size_t number, const plot::PictureGrid& grid,
                   Hover hover) {
    ImGui::PushID(static_cast<int>(number));
    const Touch area = touch("map", grid.origin, grid.end());
    ImGui::PopID();
    const auto along = [](float at, float from, float to, int count) {
      return std::clamp(static_cast<int>((at - from) / (to - from) * static_cast<float>(count)), 0,
                        count - 1);
    };
    const int column = along(area.at.x, grid.origin.x, grid.end().x, level.columns),
              row = along(area.at.y, grid.origin.y, grid.end().y, level.rows);
    const int site = level.first + row * level.columns + column;
    if (area.hovered) hover(site);
    if (area.pressed) site_ = site;
  }

  float advice(Frame& frame, ImVec2 at, float width) {
    const std::size_t changed = frame.store.said("code_map").at("changed").size();
    if (changed > 0) {
      const char* back = frame.text({"As it was", "처음대로"});
      const float wide = button_width(frame, back);
      if (button(frame, back, {at.x + width - wide, at.y - 4}, 0,
                 frame.text({"Undoes all changed codes", "바꾼 코드를 모두 되돌립니다"}))) {
        select(frame, frame.store.said("code_map").at("index").get<std::size_t>());
      }
      width -= wide + 12;
    }
    std::string words =
        site_ < 0 ? frame.text({"Press a code, then a codeword below: the picture changes.",
                                "코드를 누른 뒤 아래 코드워드를 누르면 그림이 바뀝니다."})
        : changed == 0
            ? frame.text({"Now press a codeword below.", "이제 아래에서 코드워드를 누르세요."})
        : frame.korean
            ? "손으로 바꾼 코드 " + std::to_string(changed) + "개."
            : std::to_string(changed) + (changed == 1 ? " code" : " codes") + " changed by hand.";
    const Json log_prior = frame.store.said("code_map").value("log_prior", Json());
    if (log_prior.is_number()) {
      words += "   ln p(" + std::string(frame.text({"codes", "코드"})) +
               ") = " + fixed(log_prior.get<double>(), 1) + " nats";
    }
    return std::max(paragraph(frame, at, width, frame.theme.ink, words, plot::small_size), 22.f);
  }

  // The codewords of the level that the chosen site lies in, or of the top.
  void palette(Frame& frame, ImVec2 low, ImVec2 high) {
    const Store& store = frame.store;
    const Array &codes = store.array("code_palette"), &levels = store.array("palette_levels"),
                &pictures = store.array("palette_pictures");
    if (high.y - low.y < 20 || codes.empty()) return;
    const auto level = static_cast<float>(level_of(std::max(0, site_)));
    const std::size_t all = std::min({codes.size(), levels.size(), count_of(store, pictures)});
    const auto begin = levels.values.begin(), end = begin + static_cast<std::ptrdiff_t>(all);
    const auto [from, to] = std::equal_range(begin, end, level);
    const auto first = static_cast<std::size_t>(from - begin);
    const int count = static_cast<int>(to - from);
    if (count == 0) return;
    plot::PictureGrid grid =
        plot::fill_pictures(low, {high.x, high.y - 4}, store.sample_shape, count, 26, {6, 8});
    const std::size_t size = store.sample_shape.size();
    palette_.draw(*ImGui::GetWindowDrawList(),
                  std::span<const float>(pictures).subspan(first * size,
                                                           static_cast<std::size_t>(count) * size),
                  store.sample_shape, grid, frame.theme.hairline, pictures.version);
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const auto code_at = [&](int i) {
      return static_cast<int>(codes[first + static_cast<std::size_t>(i)]);
    };
    for (int i = 0; i < grid.count; ++i) {
      const ImVec2 a = grid.min(i), b = grid.max(i);
      draw.AddRectFilled({a.x, b.y}, {b.x, b.y + 4}, code_colour(frame, code_at(i)));
    }
    const Touch area = touch("palette", grid.origin, {grid.end().x, grid.end().y + 4});
    const int hit = area.hovered || area.pressed ? grid.hit(area.at) : -1;
    if (hit < 0) return;
    const ImVec2 a = grid.min(hit), b = grid.max(hit);
    draw.AddRect({a.x - 2, a.y - 2}, {b.x + 2, b.y + 6}, frame.theme.ink, 0, 0, 2);
    if (area.pressed && site_ >= 0) {
      frame.camera.commands.push_back({{"do", "code_at"}, {"site", site_}, {"code", code_at(hit)}});
      return;
    }
    Bubble content;
    content.label = code_colour(frame, code_at(hit));
    content.lines = {
        frame.text({"code ", "코드 "}) + std::to_string(code_at(hit)),
        levels_.size() == 1
            ? frame.text({"a map of it alone decodes to this", "이 코드로만 채운 지도의 디코딩"})
            : frame.text({"with it all over its level, the others as above",
                          "이 층만 모두 이 코드로, 나머지는 위와 같이 디코딩"})};
    bubble(frame, nothing_, content);
  }

  void choose(Frame& frame, ImVec2 low, ImVec2 high) {
    const Store& store = frame.store;
    const Array &maps = store.array("code_maps"), &inputs = store.array("test_inputs");
    const int count = std::min(maps.extent(0), static_cast<int>(count_of(store, inputs)));
    const float pitch = high.y - low.y + 6;
    const int fitting =
        std::clamp(static_cast<int>((high.x - low.x) / pitch), 1, std::max(count, 1));
    const plot::PictureGrid grid = plot::fit_pictures(low, high, store.sample_shape, fitting, 1,
                                                      std::min(fitting, count), {6, 1});
    strip_.draw(*ImGui::GetWindowDrawList(), inputs, store.sample_shape, grid, frame.theme.hairline,
                inputs.version);
    const Touch area = touch("others", grid.origin, grid.end());
    const int hit = area.hovered || area.pressed ? grid.hit(area.at) : -1;
    const int shown = store.said("code_map").at("index").get<int>();
    for (const int i : {shown, hit}) {
      if (i < 0 || i >= grid.count) continue;
      const ImVec2 a = grid.min(i), b = grid.max(i);
      ImGui::GetWindowDrawList()->AddRect({a.x - 2, a.y - 2}, {b.x + 2, b.y + 2}, frame.theme.ink,
                                          0, 0, i == shown ? 2.f : 1.f);
    }
    if (hit >= 0 && area.pressed) select(frame, static_cast<std::size_t>(hit));
  }

  static void select(Frame& frame, std::size_t index) {
    frame.camera.commands.push_back({{"do", "code_map"}, {"index", index}});
  }

  std::vector<Level> levels_;
  int site_ = -1;  // that is chosen, among those of all levels
  plot::Pictures input_, output_, palette_, strip_, nothing_;
};

}  // namespace

std::unique_ptr<View> make_code_maps() { return std::make_unique<CodeMaps>(); }

}  // namespace lab::views
