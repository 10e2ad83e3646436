// Pictures as maps of codes. One of them is large, between its datum and what it decodes to: a code
// of it can be chosen, and another codeword put in its place.
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
    const Json& said = store.said("code_map");
    rows_ = std::max(1, said.at("rows").get<int>());
    columns_ = std::max(1, said.at("columns").get<int>());
    if (frame.compact) return draw_large(frame, frame.min, frame.max);
    const float width = frame.max.x - frame.min.x, height = frame.max.y - frame.min.y;
    const bool narrow = width < 560;
    // The large pictures, then what can be put in, then the data to choose from.
    const float large = std::min((width - 48) / 3, 0.5f * height);
    const float left = frame.min.x + 0.5f * (width - 3 * large - 32);
    draw_large(frame, {left, frame.min.y + 22}, {left + 3 * large + 32, frame.min.y + 22 + large});
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
    const std::size_t changed = said.at("changed").size();
    return "Test picture " + std::to_string(said.at("index").get<int>()) + " as a map of " +
           std::to_string(maps.extent(1)) + " codes, and the picture that it decodes to" +
           (changed > 0 ? "; " + std::to_string(changed) + " of the codes were changed by hand."
                        : std::string("."));
  }

 private:
  // A map's cells in [min, max].
  void draw_map(const Frame& frame, std::span<const float> map, ImVec2 min, ImVec2 max,
                bool numbers) const {
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const ImVec2 cell{(max.x - min.x) / static_cast<float>(columns_),
                      (max.y - min.y) / static_cast<float>(rows_)};
    for (int i = 0; i < rows_ * columns_ && static_cast<std::size_t>(i) < map.size(); ++i) {
      const int code = static_cast<int>(map[static_cast<std::size_t>(i)]);
      const ImVec2 a = corner(min, cell, i);
      const ImU32 colour = code_colour(frame, code);
      draw.AddRectFilled(a, {a.x + cell.x, a.y + cell.y}, colour);
      const std::string name = std::to_string(code);
      const ImVec2 size = size_of(frame, name);
      if (!numbers || size.x + 4 > cell.x || size.y > cell.y) continue;
      write(frame, {a.x + 0.5f * (cell.x - size.x), a.y + 0.5f * (cell.y - size.y)},
            plot::text_on(colour), name);
    }
  }

  ImVec2 corner(ImVec2 min, ImVec2 cell, int site) const {
    return {min.x + cell.x * static_cast<float>(site % columns_),
            min.y + cell.y * static_cast<float>(site / columns_)};
  }

  // The datum, its codes, and what these decode to.
  void draw_large(Frame& frame, ImVec2 min, ImVec2 max) {
    const Store& store = frame.store;
    const Json& said = store.said("code_map");
    const auto index = said.at("index").get<std::size_t>();
    const Array &inputs = store.array("test_inputs"), &map = store.array("code_map"),
                &picture = store.array("code_map_picture");
    const float gap = frame.compact ? 3 : 16, side = (max.x - min.x - 2 * gap) / 3;
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const auto place = [&](int which) {
      const float x = min.x + static_cast<float>(which) * (side + gap);
      return plot::fit_pictures({x, min.y}, {x + side, max.y}, store.sample_shape, 1, 1, 1);
    };
    const auto name = [&](const plot::PictureGrid& grid, const char* words) {
      if (!frame.compact)
        write(frame, {grid.origin.x, grid.origin.y - 18}, frame.theme.muted, words);
    };
    const plot::PictureGrid first = place(0), middle = place(1), last = place(2);
    if (count_of(store, inputs) > index) {
      input_.draw(draw, sample_of(store, inputs, index), store.sample_shape, first,
                  frame.theme.data);
    }
    name(first, frame.text({"test datum", "시험 데이터"}));
    output_.draw(draw, picture, store.sample_shape, last, frame.theme.model, picture.version);
    name(last, frame.text({"decoded", "디코딩"}));
    draw_map(frame, map, middle.origin, middle.end(), !frame.compact);
    name(middle, frame.text({"its codes", "코드"}));
    const ImVec2 cell{(middle.end().x - middle.origin.x) / static_cast<float>(columns_),
                      (middle.end().y - middle.origin.y) / static_cast<float>(rows_)};
    const auto ring = [&](int site, ImU32 colour, float width) {
      const ImVec2 a = corner(middle.origin, cell, site);
      draw.AddRect(a, {a.x + cell.x, a.y + cell.y}, colour, 0, 0, width);
    };
    for (const Json& site : said.at("changed")) ring(site.get<int>(), frame.theme.warning, 2);
    if (frame.compact) return;
    const Touch area = touch("map", middle.origin, middle.end());
    const auto site_at = [&](ImVec2 at) {
      const int column =
          std::clamp(static_cast<int>((at.x - middle.origin.x) / cell.x), 0, columns_ - 1);
      const int row = std::clamp(static_cast<int>((at.y - middle.origin.y) / cell.y), 0, rows_ - 1);
      return row * columns_ + column;
    };
    if (site_ >= rows_ * columns_) site_ = -1;
    if (area.hovered) ring(site_at(area.at), plot::faded(frame.theme.ink, 0.6f), 2);
    if (area.pressed) site_ = site_at(area.at);
    if (site_ < 0) return;
    ring(site_, frame.theme.background, 5);
    ring(site_, frame.theme.ink, 2.5f);
    // Where that place is in what it decodes to.
    const ImVec2 small{(last.end().x - last.origin.x) / static_cast<float>(columns_),
                       (last.end().y - last.origin.y) / static_cast<float>(rows_)};
    const ImVec2 a = corner(last.origin, small, site_);
    draw.AddRect(a, {a.x + small.x, a.y + small.y}, plot::faded(frame.theme.model, 0.8f), 0, 0, 1);
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

  void palette(Frame& frame, ImVec2 low, ImVec2 high) {
    const Store& store = frame.store;
    const Array &codes = store.array("code_palette"), &pictures = store.array("palette_pictures");
    if (high.y - low.y < 20 || codes.empty()) return;
    const auto count = static_cast<int>(std::min(codes.size(), count_of(store, pictures)));
    plot::PictureGrid grid =
        plot::fill_pictures(low, {high.x, high.y - 4}, store.sample_shape, count, 26, {6, 8});
    palette_.draw(*ImGui::GetWindowDrawList(), pictures, store.sample_shape, grid,
                  frame.theme.hairline, pictures.version);
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const auto code_at = [&](int i) {
      return static_cast<int>(codes[static_cast<std::size_t>(i)]);
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
        frame.text({"a map of it alone decodes to this", "이 코드로만 채운 지도의 디코딩"})};
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

  int rows_ = 1, columns_ = 1;
  int site_ = -1;  // that is chosen
  plot::Pictures input_, output_, palette_, strip_, nothing_;
};

}  // namespace

std::unique_ptr<View> make_code_maps() { return std::make_unique<CodeMaps>(); }

}  // namespace lab::views
