// Test pictures in pairs: above what goes in, below what comes back.
#include <algorithm>
#include <array>

#include "shell/plot/classes.hpp"
#include "shell/plot/numbers.hpp"
#include "shell/views/flow_parts.hpp"
#include "shell/views/latent_views.hpp"
#include "shell/views/picture_stacks.hpp"

namespace lab::views {

namespace {

class Reconstructions final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    const Array &inputs = store.array("test_inputs"), &back = store.array("reconstructions");
    if (store.loaded && latents_of(store) > 0 && !has_pictures(store) && !are_pairs(store)) {
      return sentence(frame,
                      frame.text({"These data are no pictures.", "이 데이터는 그림이 아닙니다."}));
    }
    const std::size_t pairs = pairs_of(store);
    if (pairs == 0) {
      return sentence(frame, frame.text({"Reconstructions come with the next step.",
                                         "복원한 그림은 다음 단계에 나옵니다."}));
    }
    if (are_pairs(store)) return draw_plane(frame, pairs);
    ImVec2 low = frame.min, high = frame.max;
    const std::vector<Layer> layers = layers_of(frame);
    if (!frame.compact) {
      low.y += controls(frame, {low.x + 8, low.y + 2}, high.x - 8);
      std::vector<Entry> entries;
      for (const Layer& layer : layers) {
        entries.push_back({layer.colour, layer.words, Entry::Mark::square});
      }
      entries.push_back({0, error_words(frame, pairs), Entry::Mark::dot});
      low.y += 4 + key(frame, {low.x + 8, low.y + 2}, high.x - 8, entries);
      low = {low.x + 8, low.y + 4};
      high = {high.x - 8, high.y - 8};
    }
    if (!frame.compact && paints(store)) low.y = board(frame, low, high, pairs) + 8;
    std::vector<PictureStacks::Layer> drawn;
    for (const Layer& layer : layers) {
      drawn.push_back({*layer.values, layer.colour, layer.values->version});
    }
    stacks_.draw(frame, low, high, drawn, std::min<std::size_t>(pairs, 400),
                 frame.compact ? 26.f : 48.f);
    if (frame.compact) return;
    const int hit = stacks_.hovered(frame, "pairs");
    if (hit < 0) return;
    if (paints(store) && ImGui::IsMouseClicked(ImGuiMouseButton_Left)) on_board_ = hit;
    const auto index = static_cast<std::size_t>(hit);
    Bubble content;
    if (const std::string name = class_of(store, index); !name.empty()) {
      content.lines.push_back(name);
      content.label = plot::class_colour(frame.theme, label_of(store, index));
    }
    content.lines.push_back(
        frame.text({"mean squared error ", "평균 제곱 오차 "}) +
        plot::brief(static_cast<double>(squared_error(sample_of(store, inputs, index),
                                                      sample_of(store, back, index))),
                    3));
    for (const Layer& layer : layers) {
      const auto picture = sample_of(store, *layer.values, index);
      content.pictures.insert(content.pictures.end(), picture.begin(), picture.end());
      content.captions.push_back(layer.caption);
    }
    bubble(frame, beside_, content);
  }

  std::string csv(const Store& store) const override {
    const std::size_t pairs = pairs_of(store);
    if (pairs == 0) return {};
    std::string table = "sample,class,kind" + value_names(store);
    for (std::size_t i = 0; i < pairs; ++i) {
      for (const auto& [kind, name] :
           {std::pair{"input", "test_inputs"}, std::pair{"corrupted", "corrupted"},
            std::pair{"output", "reconstructions"}}) {
        const Array& values = store.array(name);
        if (values.empty()) continue;
        table += std::to_string(i) + "," + class_of(store, i) + "," + kind + ",";
        add_values(table, sample_of(store, values, i));
      }
    }
    return table;
  }

  std::string describe(const Store& store) const override {
    const std::size_t pairs = pairs_of(store);
    if (pairs == 0) return "Test pictures above their reconstructions; there are none yet.";
    return std::to_string(pairs) +
           (store.array("corrupted").empty()
                ? " test pictures above their reconstructions; the"
                : " test pictures, corrupted and repaired below; the") +
           " mean squared error is " + plot::brief(mean_error(store, pairs), 3) + ".";
  }

 private:
  // What stands one below the other of each sample.
  struct Layer {
    const Array* values;
    ImU32 colour;
    std::string words, caption;
  };

  static std::vector<Layer> layers_of(const Frame& frame) {
    const Store& store = frame.store;
    const Array& corrupted = store.array("corrupted");
    std::vector<Layer> layers{{&store.array("test_inputs"), frame.theme.data,
                               frame.text({"input, above", "위: 입력"}),
                               frame.text({"input", "입력"})}};
    if (!corrupted.empty()) {
      layers.push_back({&corrupted, frame.theme.noise, frame.text({"corrupted", "손상"}),
                        frame.text({"corrupted", "손상"})});
    }
    layers.push_back({&store.array("reconstructions"), frame.theme.model,
                      corrupted.empty() ? frame.text({"its reconstruction, below", "아래: 복원"})
                                        : frame.text({"repaired, below", "아래: 고친 것"}),
                      frame.text({"back", "복원"})});
    return layers;
  }

  // What is done to the pictures before the model sees them; returns the height that it takes.
  float controls(Frame& frame, ImVec2 at, float right) {
    const Json& said = frame.store.said("noise");
    if (!said.is_object()) return 0;
    const auto kind = said.at("kind").get<std::string>();
    const bool own = said.at("own").get<bool>();
    std::vector<std::pair<const char*, words::Text>> kinds{
        {"", own ? words::Text{"as trained", "학습 때처럼"} : words::Text{"clean", "깨끗하게"}},
        {"gaussian", {"Gaussian", "가우스"}},
        {"masking", {"masking", "가리기"}},
        {"salt-and-pepper", {"salt and pepper", "소금·후추"}},
        {"dropout", {"dropout", "드롭아웃"}}};
    if (has_pictures(frame.store)) kinds.push_back({by_hand, {"painted", "직접 칠하기"}});
    const ImVec2 start = at;
    const auto send = [&](const std::string& wanted, float level) {
      frame.store.choose("noise", {{"kind", wanted}, {"level", level}, {"own", own}});
      if (wanted == by_hand) return send_painting(frame);
      frame.camera.commands.push_back({{"do", "noise"}, {"kind", wanted}, {"level", level}});
    };
    auto level = said.at("level").get<float>();
    for (const auto& [name, label] : kinds) {
      const char* const text = frame.text(label);
      const float width = button_width(frame, text);
      if (at.x > start.x && at.x + width > right) at = {start.x, at.y + control_height + 4};
      if (button(frame, text, at, width,
                 frame.text({"What is done to the pictures before the model sees them",
                             "모델이 보기 전에 그림에 하는 일"}),
                 kind == name)) {
        send(name, level);
      }
      at.x += width + 4;
    }
    if (kind == by_hand) {
      return at.y - start.y + control_height + 6;
    }
    if (!kind.empty()) {
      constexpr float length = 130;
      if (at.x + length + 56 > right) at = {start.x, at.y + control_height + 4};
      const Slid slid = slider(frame, "##level", {at.x + 6, at.y}, length, level, 0, 0.95f,
                               frame.text({"How much", "얼마나"}));
      if (slid.changed && (!slid.held || throttle_.due())) send(kind, level);
      else if (slid.changed)
        frame.store.choose("noise", {{"kind", kind}, {"level", level}, {"own", own}});
      if (slid.released) send(kind, level);
      write(frame, {at.x + length + 14, at.y + 7}, frame.theme.muted,
            fixed(static_cast<double>(level), 2));
    }
    return at.y - start.y + control_height + 6;
  }

  // The session's name of noise that is painted (core/session/probes/choices.hpp).
  static constexpr const char* by_hand = "painted";

  static bool paints(const Store& store) {
    const Json& said = store.said("noise");
    return said.is_object() && said.at("kind") == by_hand && has_pictures(store);
  }

  // Of these pictures: as the session has it, or nothing yet.
  void begin_painting(const Store& store) {
    if (painting_.size() == store.sample_shape.size()) return;
    const Array& known = store.array("painted");
    painting_.assign(store.sample_shape.size(), -1);
    if (known.size() == painting_.size()) painting_ = known.values;
  }

  void send_painting(Frame& frame) {
    begin_painting(frame.store);
    frame.camera.commands.push_back({{"do", "noise"}, {"kind", by_hand}, {"values", painting_}});
    unsent_ = false;
  }

  // One picture to paint on, and what the model makes of it. Returns where it ends.
  float board(Frame& frame, ImVec2 low, ImVec2 high, std::size_t pairs) {
    const Store& store = frame.store;
    const data::SampleShape& shape = store.sample_shape;
    begin_painting(store);
    const auto index = std::min(static_cast<std::size_t>(on_board_), pairs - 1);
    const float height = std::min(0.5f * (high.y - low.y), 260.f);
    ImVec2 at = low;
    const auto brush = [&](const words::Text& words, const words::Text& tip, float ink) {
      const char* const text = frame.text(words);
      if (button(frame, text, at, 0, frame.text(tip), ink_ == ink)) ink_ = ink;
      at.x += button_width(frame, text) + 4;
    };
    brush({"white", "흰색"}, {"Paint white over the left picture", "왼쪽 그림에 희게 칠합니다"}, 1);
    brush({"black", "검정"}, {"Paint black", "검게 칠합니다"}, 0);
    brush({"rub out", "지우개"}, {"Take paint away", "칠한 것을 지웁니다"}, -1);
    const char* const clear = frame.text({"clear", "모두 지우기"});
    if (button(frame, clear, at, 0,
               frame.text({"Take all paint away", "칠한 것을 모두 지웁니다"}))) {
      std::ranges::fill(painting_, -1.f);
      send_painting(frame);
    }
    low.y += control_height + 6;
    const plot::PictureGrid grid = plot::fit_pictures(
        low, {std::min(high.x, low.x + 2.2f * height), low.y + height}, shape, 2, 1, 2, {12, 0});
    const auto given = sample_of(store, store.array("test_inputs"), index),
               back = sample_of(store, store.array("reconstructions"), index);
    board_.assign(given.begin(), given.end());
    for (std::size_t i = 0; i < board_.size(); ++i) {
      if (painting_[i] >= 0) board_[i] = painting_[i];
    }
    board_.insert(board_.end(), back.begin(), back.end());
    board_picture_.draw(*ImGui::GetWindowDrawList(), board_, shape, grid, frame.theme.hairline);
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    draw.AddRect(grid.min(0), grid.max(0), frame.theme.noise, 0, 0, 2);
    draw.AddRect(grid.min(1), grid.max(1), frame.theme.model, 0, 0, 2);
    const float right = grid.max(1).x + 16;
    if (high.x - right > 120) {
      (void)paragraph(frame, {right, low.y}, high.x - right, frame.theme.muted,
                      frame.text({"Paint over the left picture: all others get the same. Press one "
                                  "below to see it here.",
                                  "왼쪽 그림에 칠하면 다른 그림에도 똑같이 칠해집니다. 아래 그림을 "
                                  "누르면 여기에 나옵니다."}),
                      plot::small_size);
    }
    const Touch area = touch("board", grid.min(0), grid.max(0));
    if (area.held) paint(shape, grid, area.at);
    if (unsent_ && (!area.held || throttle_.due())) send_painting(frame);
    return grid.max(0).y;
  }

  void paint(const data::SampleShape& shape, const plot::PictureGrid& grid, ImVec2 at) {
    const float unit = grid.cell.x / static_cast<float>(shape.columns);
    const float x = (at.x - grid.min(0).x) / unit, y = (at.y - grid.min(0).y) / unit;
    const float reach =
        std::max(0.75f, 0.05f * static_cast<float>(std::max(shape.rows, shape.columns)));
    for (std::size_t row = 0; row < shape.rows; ++row) {
      for (std::size_t column = 0; column < shape.columns; ++column) {
        const float dx = static_cast<float>(column) + 0.5f - x,
                    dy = static_cast<float>(row) + 0.5f - y;
        if (dx * dx + dy * dy > reach * reach) continue;
        for (std::size_t channel = 0; channel < shape.channels; ++channel) {
          float& value = painting_[(row * shape.columns + column) * shape.channels + channel];
          if (value != ink_) unsent_ = true;
          value = ink_;
        }
      }
    }
  }

  static std::size_t pairs_of(const Store& store) {
    return std::min(count_of(store, store.array("test_inputs")),
                    count_of(store, store.array("reconstructions")));
  }

  // Data of the plane: every point joined with what comes back of it.
  static void draw_plane(Frame& frame, std::size_t pairs) {
    const Array &inputs = frame.store.array("test_inputs"),
                &outputs = frame.store.array("reconstructions");
    const plot::Axes axes = plane(frame);
    const auto place = [&](const Array& values, std::size_t i) {
      return axes.screen(static_cast<double>(values[2 * i]),
                         static_cast<double>(values[2 * i + 1]));
    };
    const std::size_t most = std::min<std::size_t>(pairs, frame.compact ? 200 : 600);
    for (std::size_t i = 0; i < most; ++i) {
      axes.draw().AddLine(place(inputs, i), place(outputs, i),
                          plot::faded(frame.theme.muted, 0.5f));
    }
    const float radius = frame.compact ? 1.2f : 2.2f;
    points(axes, inputs, frame.theme.data, radius, false, most);
    points(axes, outputs, frame.theme.model, radius, true, most);
    legend(
        frame, axes,
        {{frame.theme.data, frame.text({"input", "입력"}), Entry::Mark::dot},
         {frame.theme.model,
          std::string(frame.text({"reconstruction", "복원"})) + "   " + error_words(frame, pairs),
          Entry::Mark::square}});
  }

  static double mean_error(const Store& store, std::size_t pairs) {
    const Array &inputs = store.array("test_inputs"), &outputs = store.array("reconstructions");
    double sum = 0;
    for (std::size_t i = 0; i < pairs; ++i) {
      sum += static_cast<double>(
          squared_error(sample_of(store, inputs, i), sample_of(store, outputs, i)));
    }
    return sum / static_cast<double>(std::max<std::size_t>(pairs, 1));
  }

  static std::string error_words(const Frame& frame, std::size_t pairs) {
    return frame.text({"mean squared error ", "평균 제곱 오차 "}) +
           plot::brief(mean_error(frame.store, pairs), 3);
  }

  PictureStacks stacks_;
  std::vector<float> painting_;  // (D): intensities, below 0 where nothing is painted
  std::vector<float> board_;     // what it lies over, and what comes back
  float ink_ = 1;
  int on_board_ = 0;
  bool unsent_ = false;
  plot::Pictures board_picture_;
  Throttle throttle_;
  plot::Pictures beside_;
};

}  // namespace

std::unique_ptr<View> make_reconstructions() { return std::make_unique<Reconstructions>(); }

}  // namespace lab::views
