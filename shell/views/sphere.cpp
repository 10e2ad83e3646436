// f⁻¹ of a sphere in the latent space: unfolded as a map of the earth is, and a walk around its
// equator (Dinh, Krueger & Bengio 2015, figure 5).
#include <algorithm>
#include <cmath>

#include "shell/plot/numbers.hpp"
#include "shell/views/flow_parts.hpp"
#include "shell/views/flow_views.hpp"

namespace lab::views {

namespace {

constexpr float turn_seconds = 12;  // once around, when it plays
constexpr float most_radius = 2;

// Degrees. Rows are the middles of bands of equal height; columns and steps start at 0.
double latitude_of(int row, int rows) { return 90 - 180 * (row + 0.5) / rows; }
double longitude_of(int column, int columns) { return 360.0 * column / columns; }

std::string degrees(double value) { return fixed(value, 0) + "°"; }

class Sphere final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    const Globe globe = globe_of(store);
    const Array& sphere = store.array("sphere");
    if (store.loaded && !has_pictures(store)) {
      return sentence(frame, frame.text({"These data are no pictures: there is nothing to unfold.",
                                         "이 데이터는 그림이 아니어서 펼쳐 보일 것이 없습니다."}));
    }
    if (globe.rows == 0) {
      return sentence(frame, frame.text({"Pictures over a sphere of latents come with the next "
                                         "step.",
                                         "잠재 공간의 구면에서 온 그림은 다음 단계에 나옵니다."}));
    }
    if (frame.compact) {
      const plot::PictureGrid grid = plot::fit_pictures(
          {frame.min.x + 2, frame.min.y + 2}, {frame.max.x - 2, frame.max.y - 2},
          store.sample_shape, globe.columns, globe.rows, globe.columns * globe.rows);
      map_.draw(*ImGui::GetWindowDrawList(), sphere, store.sample_shape, grid, frame.theme.hairline,
                sphere.version);
      return;
    }
    if (!pending_.waiting()) {
      turn_ = globe.turn;
      if (!sliding_) radius_ = static_cast<float>(globe.radius);
    } else if (turn_ == globe.turn &&
               std::fabs(static_cast<double>(radius_) - globe.radius) < 1e-4) {
      pending_.answered();
    }
    if (playing_) {
      // After a rest of the window it goes on where it was.
      const float seconds = std::min(ImGui::GetIO().DeltaTime, 0.1f);
      angle_ = std::fmod(angle_ + 360 * seconds / turn_seconds, 360.f);
      keep_drawing(frame);
    }
    arrange(frame, globe);
  }

  std::string csv(const Store& store) const override {
    const auto [rows, columns, turn, radius] = globe_of(store);
    const int steps = steps_of(store);
    if (rows == 0) return {};
    std::string table = "kind,latitude,longitude" + value_names(store);
    const auto add = [&](const char* kind, double latitude, double longitude,
                         std::span<const float> picture) {
      table += kind;
      add_value(table, latitude, ',');
      add_value(table, longitude, ',');
      add_values(table, picture);
    };
    for (int row = 0; row < rows; ++row) {
      for (int column = 0; column < columns; ++column) {
        add("map,", latitude_of(row, rows), longitude_of(column, columns),
            sample_of(store, store.array("sphere"),
                      static_cast<std::size_t>(row * columns + column)));
      }
    }
    for (int step = 0; step < steps; ++step) {
      add("circle,", 0, longitude_of(step, steps),
          sample_of(store, store.array("circle"), static_cast<std::size_t>(step)));
    }
    return table;
  }

  std::string describe(const Store& store) const override {
    const Globe globe = globe_of(store);
    if (globe.rows == 0) return "Pictures over a sphere in the latent space; there are none yet.";
    return std::to_string(globe.rows) + " by " + std::to_string(globe.columns) +
           " pictures over the latitudes and longitudes of a sphere in the latent space, of " +
           plot::brief(globe.radius, 2) +
           " times the radius where the prior has its mass; a walk goes around its equator in " +
           std::to_string(steps_of(store)) + " steps.";
  }

 private:
  struct Globe {
    int rows = 0, columns = 0;  // of pictures; no rows where there are none
    int turn = 0;               // which rotation
    double radius = 1;          // 1: where the prior has its mass
  };
  static Globe globe_of(const Store& store) {
    const Json& said = store.said("sphere");
    if (said.is_null()) return {};
    Globe globe{0, said.at("columns").get<int>(), said.at("turn").get<int>(),
                said.at("radius").get<double>()};
    if (!has_pictures(store) || globe.columns < 1) return globe;
    const auto pictures = static_cast<int>(count_of(store, store.array("sphere")));
    globe.rows = std::min(said.at("rows").get<int>(), pictures / globe.columns);
    return globe;
  }

  static int steps_of(const Store& store) {
    return static_cast<int>(count_of(store, store.array("circle")));
  }

  // The map, and the walk beside it or below it: wherever the map is larger.
  void arrange(Frame& frame, const Globe& globe) {
    const Store& store = frame.store;
    const ImVec2 low{frame.min.x + 8, frame.min.y}, high{frame.max.x - 8, frame.max.y - 6};
    const float width = high.x - low.x, height = high.y - low.y;
    const bool tight = height < 220;
    const float left = 34, above = tight ? 2.f : 20.f, below = tight ? 20.f : 36.f;
    const float ratio =
        static_cast<float>(globe.columns) * static_cast<float>(store.sample_shape.columns) /
        (static_cast<float>(globe.rows) * static_cast<float>(store.sample_shape.rows));
    const auto map_width = [&](float w, float h) {
      return std::min(w - left, (h - above - below) * ratio);
    };
    const float side = std::clamp(0.28f * width, 170.f, 300.f);
    float strip = std::clamp(0.3f * height, 62.f, 240.f);
    const bool beside =
        width >= 420 && map_width(width - side - 20, height) > map_width(width, height - strip - 8);
    if (beside) {
      draw_map(frame, globe, {low.x + left, low.y + above}, {high.x - side - 20, high.y - below},
               tight);
      const float x = high.x - side;
      float picture = std::min(side, height - 3 * (control_height + 8) - 24);
      const float y = low.y + above;
      if (steps_of(store) > 0 && picture > 24) {
        const plot::PictureGrid grid = draw_walk(frame, {x, y}, {x + side, y + picture});
        picture = grid.end().y - y;
      } else {
        picture = 0;
      }
      controls(frame, {x, y + picture + 8}, side, 3 * (control_height + 8));
      return;
    }
    // Where the map is as wide as it gets, what is left of the height goes to the walk.
    const float used = map_width(width, height - strip - 8) / ratio + above + below;
    strip = std::clamp(height - used - 8, strip, std::max(strip, std::min(0.5f * width, 300.f)));
    const float top = high.y - strip;
    draw_map(frame, globe, {low.x + left, low.y + above}, {high.x, top - 8 - below}, tight);
    float x = low.x;
    if (steps_of(store) > 0) {
      const plot::PictureGrid grid =
          draw_walk(frame, {low.x, top}, {low.x + std::min(strip, 0.45f * width), high.y});
      x = grid.end().x + 16;
    }
    controls(frame, {x, top}, std::min(high.x - x, 520.f), strip);
  }

  void draw_map(Frame& frame, const Globe& globe, ImVec2 low, ImVec2 high, bool tight) {
    const Store& store = frame.store;
    const Array& sphere = store.array("sphere");
    const plot::Theme& theme = frame.theme;
    const int rows = globe.rows, columns = globe.columns;
    const plot::PictureGrid grid =
        plot::fit_pictures(low, high, store.sample_shape, columns, rows, rows * columns);
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    map_.draw(draw, sphere, store.sample_shape, grid, theme.hairline, sphere.version);

    const ImVec2 end = grid.end();
    const float height = end.y - grid.origin.y;
    const double apart = height < 90 ? 90 : 45;
    for (double latitude = 90; latitude >= -90; latitude -= apart) {
      const std::string words = degrees(latitude);
      const float y = grid.origin.y + height * static_cast<float>((90 - latitude) / 180);
      const float to = std::clamp(y - 8, grid.origin.y - 4, end.y - 12);
      write(frame, {grid.origin.x - 6 - size_of(frame, words).x, to}, theme.muted, words);
    }
    const auto x_of = [&](double longitude) {
      return grid.origin.x + 0.5f * grid.cell.x +
             static_cast<float>(longitude / 360 * columns) * grid.pitch.x;
    };
    const double step = end.x - grid.origin.x < 400 ? 90 : 45;
    for (double longitude = 0; longitude < 360; longitude += step) {
      const std::string words = degrees(longitude);
      write(frame, {x_of(longitude) - 0.5f * size_of(frame, words).x, end.y + 3}, theme.muted,
            words);
    }
    if (!tight) {
      const std::string across = frame.text({"longitude →", "경도 →"});
      write(frame, {0.5f * (grid.origin.x + end.x - size_of(frame, across).x), end.y + 18},
            theme.muted, across);
      write(frame, {std::max(frame.min.x + 4, grid.origin.x - 38), grid.origin.y - 20}, theme.muted,
            frame.text({"↑ latitude", "↑ 위도"}));
    }

    const bool walks = steps_of(store) > 0;
    const Touch area = touch("map", grid.origin, end);
    if (walks && area.held) {
      playing_ = false;
      const double share = static_cast<double>((area.at.x - x_of(0)) / grid.pitch.x) / columns;
      angle_ = static_cast<float>(360 * (share - std::floor(share)));
    }
    if (walks) {
      // Where the walk is on its way around.
      const float y = grid.origin.y + 0.5f * height;
      draw.AddLine({grid.origin.x, y}, {end.x, y}, plot::faded(theme.model, 0.55f));
      float x = x_of(static_cast<double>(angle_));
      if (x > end.x) x -= grid.pitch.x * static_cast<float>(columns);
      const ImVec2 at{std::max(x, grid.origin.x), y};
      draw.AddCircleFilled(at, 6, theme.background);
      draw.AddCircleFilled(at, 4.5f, theme.model);
    }
    const int cell = area.hovered && !area.held ? grid.hit(area.at) : -1;
    if (cell < 0) return;
    const ImVec2 a = grid.min(cell), b = grid.max(cell);
    draw.AddRect({a.x - 1, a.y - 1}, {b.x + 1, b.y + 1}, theme.model, 0, 0, 2);
    Bubble content;
    content.lines.push_back(
        frame.text({"latitude ", "위도 "}) + degrees(latitude_of(cell / columns, rows)) +
        frame.text({"   longitude ", "   경도 "}) + degrees(longitude_of(cell % columns, columns)));
    const auto picture = sample_of(store, sphere, static_cast<std::size_t>(cell));
    content.pictures.assign(picture.begin(), picture.end());
    bubble(frame, beside_, content);
  }

  plot::PictureGrid draw_walk(Frame& frame, ImVec2 low, ImVec2 high) {
    const Store& store = frame.store;
    const int steps = steps_of(store);
    const int step = static_cast<int>(std::lround(angle_ / 360 * static_cast<float>(steps)));
    plot::PictureGrid grid = plot::fit_pictures({low.x + 2, low.y + 2}, {high.x - 2, high.y - 2},
                                                store.sample_shape, 1, 1, 1);
    grid.origin = {low.x + 2, low.y + 2};
    walk_.draw(*ImGui::GetWindowDrawList(),
               sample_of(store, store.array("circle"), static_cast<std::size_t>(step % steps)),
               store.sample_shape, grid, 0);
    const ImVec2 a = grid.min(0), b = grid.max(0);
    ImGui::GetWindowDrawList()->AddRect({a.x - 2, a.y - 2}, {b.x + 2, b.y + 2}, frame.theme.model,
                                        0, 0, 1.5f);
    return grid;
  }

  void controls(Frame& frame, ImVec2 at, float width, float height) {
    const bool walks = steps_of(frame.store) > 0;
    const float row = control_height + (height < 2 * control_height + 8 ? 2.f : 8.f);
    const bool roomy = height >= 3 * row - 8;
    const char* tip_radius =
        frame.text({"How far the sphere is from the prior's middle: at 1 the prior has its mass, "
                    "nearer pictures are more ordinary, farther ones rarer",
                    "사전분포 한가운데에서 구면까지의 거리: 1에 확률이 모여 있고, 가까우면 흔한 "
                    "그림, 멀면 드문 그림입니다"});
    const char* another = roomy || width > 420 ? frame.text({"Another rotation", "다른 회전"})
                                               : frame.text({"Rotate", "회전"});
    const char* tip_another =
        frame.text({"Another sphere through the latent space, at random; the model stays as it is",
                    "잠재 공간을 지나는 다른 구면을 무작위로 고릅니다. 모델은 그대로입니다"});
    float y = at.y;
    if (walks) {
      const char* play = playing_ ? frame.text({"Pause", "멈춤"}) : frame.text({"Walk", "걷기"});
      const float wide = std::max(button_width(frame, frame.text({"Pause", "멈춤"})),
                                  button_width(frame, frame.text({"Walk", "걷기"})));
      ImGui::PushID("walk");
      if (button(frame, play, {at.x, y}, wide,
                 frame.text({"Goes around the equator of the sphere, once in 12 seconds",
                             "구면의 적도를 12초에 한 바퀴 돕니다"}))) {
        playing_ = !playing_;
      }
      ImGui::PopID();
      const std::string words = degrees(static_cast<double>(std::floor(angle_)));
      const float number = 38;
      const Slid slid =
          slider(frame, "##angle", {at.x + wide + 8, y}, width - wide - 8 - number, angle_, 0,
                 359.99f, frame.text({"Where the walk is: degrees of longitude", "걷는 곳: 경도"}));
      if (slid.changed) playing_ = false;
      write(frame, {at.x + width - size_of(frame, words, plot::small_size).x, y + 6},
            frame.theme.ink, words, plot::small_size);
      y += row;
    }
    const std::string name = frame.text({"radius", "반지름"});
    const std::string value = fixed(static_cast<double>(radius_), 2);
    const float label = size_of(frame, name, plot::small_size).x + 8, number = 38;
    const float button_room = roomy ? 0 : button_width(frame, another) + 8;
    write(frame, {at.x, y + 6}, frame.theme.muted, name, plot::small_size);
    const float from = at.x + label, length = width - label - number - button_room;
    const float before = radius_;
    const Slid slid =
        slider(frame, "##radius", {from, y}, length, radius_, 0, most_radius, tip_radius);
    // As few digits as a person sees.
    if (slid.changed || slid.held) radius_ = std::round(100 * radius_) / 100;
    if (radius_ != before) unsent_ = true;
    sliding_ = slid.held;
    // The prior's mass, in the middle of the slider.
    const float middle = from + 0.5f * length;
    ImGui::GetWindowDrawList()->AddLine({middle, y + control_height - 4},
                                        {middle, y + control_height}, frame.theme.muted);
    write(frame, {from + length + number - size_of(frame, value, plot::small_size).x, y + 6},
          frame.theme.ink, value, plot::small_size);
    if (unsent_ && (slid.released || !slid.held || throttle_.due())) {
      unsent_ = false;
      ask(frame);
    }
    if (roomy) y += row;
    const ImVec2 place{roomy ? at.x : at.x + width - button_room + 8, y};
    if (button(frame, another, place, 0, tip_another)) {
      ++turn_;
      ask(frame);
    }
  }

  void ask(Frame& frame) {
    pending_.ask();
    const double radius = std::round(100 * static_cast<double>(radius_)) / 100;
    frame.camera.commands.push_back({{"do", "sphere"}, {"turn", turn_}, {"radius", radius}});
  }

  plot::Pictures map_, walk_, beside_;
  float angle_ = 0, radius_ = 1;
  int turn_ = 0;
  bool playing_ = false, sliding_ = false, unsent_ = false;
  Throttle throttle_;
  Pending pending_;
};

}  // namespace

std::unique_ptr<View> make_sphere() { return std::make_unique<Sphere>(); }

}  // namespace lab::views
