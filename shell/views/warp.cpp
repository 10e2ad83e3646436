// How a flow bends the plane: a grid, the test data and the model's samples in each of the spaces
// from data to latents, and on the way between them.
#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>
#include <utility>

#include "shell/plot/colour_map.hpp"
#include "shell/plot/numbers.hpp"
#include "shell/views/flow_parts.hpp"
#include "shell/views/flow_views.hpp"

namespace lab::views {

namespace {

// Below this many nats a change of area cannot be seen.
constexpr float kept_below = 1e-3f;
constexpr float slider_height = 46, roomy = 300;

using Point = std::array<float, 2>;

// What is known of a map (core/session/probes/flow.hpp), S spaces of it from x to z.
struct Map {
  std::vector<std::string> stages;  // S, their names
  const Array &grid, &grid_log_det, &back, &back_log_det, &data, &samples;
  std::size_t lines, points;  // of a grid: so many lines along x, and along y; points of each

  explicit Map(const Store& store)
      : stages(store.said("stages", std::vector<std::string>())),
        grid(store.array("flow_grid")),
        grid_log_det(store.array("flow_grid_log_det")),
        back(store.array("flow_back")),
        back_log_det(store.array("flow_back_log_det")),
        data(store.array("flow_data")),
        samples(store.array("flow_samples")),
        lines(static_cast<std::size_t>(grid.extent(1) / 2)),
        points(static_cast<std::size_t>(grid.extent(2))) {}

  std::size_t spaces() const { return grid.empty() ? 0 : stages.size(); }
};

class Warp final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    const Map flow(store);
    if (store.loaded && !flow.stages.empty() && store.sample_shape.domain != data::Domain::plane) {
      return sentence(frame, frame.text({"These data are not points of the plane.",
                                         "이 데이터는 평면의 점이 아닙니다."}));
    }
    if (flow.spaces() < 2) {
      return sentence(frame, frame.text({"How the model bends the plane comes with the next step.",
                                         "모델이 평면을 휘는 모습은 다음 단계에 나옵니다."}));
    }
    const float end = static_cast<float>(flow.spaces() - 1);
    if (t_ < 0 || t_ > end || stages_ != flow.stages) t_ = end;
    stages_ = flow.stages;
    fit(flow);
    const bool small = frame.max.y - frame.min.y < roomy;
    Frame inner = frame;
    if (!frame.compact) {
      control(frame, end);
      take_place(flow, t_, back_);
      inner.min.y += head(frame, small);
      inner.max.y -= slider_height;
    } else {
      take_place(flow, end, false);
    }
    {
      const plot::Axes axes(frame.theme, frame.fonts, inner.min, inner.max, window(), true,
                            frame.compact || small, labels(end));
      picture(frame, axes);
      if (!held_) tell(inner, axes, end);
    }
    if (!frame.compact) slider(frame, end);
  }

  std::string csv(const Store& store) const override {
    const Map flow(store);
    const std::size_t count = flow.spaces();
    if (count == 0) return {};
    std::string table = "stage,kind,x,y\n";
    for (std::size_t stage = 0; stage < count; ++stage) {
      for (const auto& [name, values] :
           {std::pair{"data", &flow.data}, std::pair{"sample", &flow.samples}}) {
        const std::size_t size = values->size() / count;
        for (std::size_t i = stage * size; i + 1 < (stage + 1) * size; i += 2) {
          table += flow.stages[stage] + "," + name + ",";
          add_value(table, static_cast<double>((*values)[i]), ',');
          add_value(table, static_cast<double>((*values)[i + 1]), '\n');
        }
      }
    }
    return table;
  }

  std::string describe(const Store& store) const override {
    const Map flow(store);
    if (flow.spaces() < 2)
      return "A plane bent by an invertible map, stage by stage; there is none yet.";
    const auto far = [](const Array& logs) {
      float most = 0;
      for (const float value : logs.values)
        if (std::isfinite(value)) most = std::max(most, std::fabs(value));
      return most;
    };
    const float most = std::max(far(flow.grid_log_det), far(flow.back_log_det));
    return "A grid, test data and samples of the model in " + std::to_string(flow.stages.size()) +
           " spaces, from data x to latents z; " +
           (most < kept_below
                ? "areas are kept all the way."
                : "areas change by up to " + plot::brief(static_cast<double>(most), 3) + " nats.");
  }

 private:
  // Where data and samples lie at each stage, but for the farthest hundredth on each side.
  void fit(const Map& flow) {
    const std::size_t count = flow.stages.size();
    const std::array known{flow.data.version, flow.samples.version};
    if (known == std::exchange(fitted_, known) && extents_.size() == count) return;
    if (extents_.size() != count) extents_.clear();
    std::vector<float> values;
    std::vector<plot::Window> needed(count);
    for (std::size_t stage = 0; stage < count; ++stage) {
      std::array<double, 4> box{0, 1, 0, 1};
      for (std::size_t axis = 0; axis < 2; ++axis) {
        double low = 1e30, high = -1e30;
        for (const auto* points : {&flow.data, &flow.samples}) {
          values.clear();
          const std::size_t size = points->size() / count;
          for (std::size_t i = stage * size + axis; i < (stage + 1) * size; i += 2)
            if (std::isfinite((*points)[i])) values.push_back((*points)[i]);
          if (values.empty()) continue;
          std::sort(values.begin(), values.end());
          const std::size_t out = values.size() / 100;
          low = std::min(low, static_cast<double>(values[out]));
          high = std::max(high, static_cast<double>(values[values.size() - 1 - out]));
        }
        if (!(low < 1e29)) low = -1, high = 1;
        const double margin = std::max(0.12 * (high - low), 0.05);
        box[2 * axis] = low - margin;
        box[2 * axis + 1] = high + margin;
      }
      needed[stage] = {box[0], box[1], box[2], box[3]};
    }
    if (extents_.empty()) {
      extents_ = needed;
      return;
    }
    // What trembles from step to step is followed slowly, what jumps at once.
    const auto follow = [](double& now, double to, double size) {
      now += (std::fabs(to - now) > 0.5 * size ? 1 : 0.25) * (to - now);
    };
    for (std::size_t stage = 0; stage < count; ++stage) {
      plot::Window& box = extents_[stage];
      const plot::Window to = needed[stage];
      const double size = std::max(to.x1 - to.x0, to.y1 - to.y0);
      follow(box.x0, to.x0, size);
      follow(box.x1, to.x1, size);
      follow(box.y0, to.y0, size);
      follow(box.y1, to.y1, size);
    }
  }

  // Everything where it is at t.
  void take_place(const Map& flow, float t, bool back) {
    const Array &lines = back ? flow.back : flow.grid,
                &logs = back ? flow.back_log_det : flow.grid_log_det;
    const Placed now{t, lines.version, logs.version, flow.data.version, flow.samples.version};
    if (now == std::exchange(placed_, now)) return;
    const std::size_t count = flow.stages.size();
    from_ = std::min(static_cast<std::size_t>(std::max(0.f, t)), count - 2);
    share_ = t - static_cast<float>(from_);
    lines_ = flow.lines;
    points_ = flow.points;
    const auto take = [&](const Array& all, std::vector<float>& to) {
      const std::size_t size = all.size() / count;
      to.resize(size);
      for (std::size_t i = 0; i < size; ++i) {
        const float a = all[from_ * size + i], b = all[(from_ + 1) * size + i];
        to[i] = a + share_ * (b - a);
      }
    };
    take(lines, grid_now_);
    take(logs, det_now_);
    take(flow.data, data_now_);
    take(flow.samples, samples_now_);
    kept_ = std::all_of(det_now_.begin(), det_now_.end(), [](float value) {
      return !std::isfinite(value) || std::fabs(value) < kept_below;
    });
    // One scale for all stages, so that a colour means one thing along the slider.
    sizes_.clear();
    for (const float value : logs.values)
      if (std::isfinite(value)) sizes_.push_back(std::fabs(value));
    float most = 1;
    always_kept_ = true;
    if (!sizes_.empty()) {
      const auto at = sizes_.begin() + static_cast<std::ptrdiff_t>(sizes_.size() * 98 / 100);
      std::nth_element(sizes_.begin(), at, sizes_.end());
      most = std::max(*at, 2 * kept_below);
      always_kept_ = *std::max_element(sizes_.begin(), sizes_.end()) < kept_below;
    }
    const float power = std::pow(10.f, std::floor(std::log10(most)));
    reach_ = power * (most <= power       ? 1.f
                      : most <= 2 * power ? 2.f
                      : most <= 5 * power ? 5.f
                                          : 10.f);
  }

  plot::Window window() const {
    const plot::Window &a = extents_[from_], &b = extents_[from_ + 1];
    const auto share = static_cast<double>(share_);
    const auto mix = [share](double low, double high) { return low + share * (high - low); };
    return {mix(a.x0, b.x0), mix(a.x1, b.x1), mix(a.y0, b.y0), mix(a.y1, b.y1)};
  }

  std::string letter(float end) const {
    return t_ <= 0 ? "x" : t_ >= end ? "z" : "h";  // h, as the paper has it: between the couplings
  }
  plot::Axes::Labels labels(float end) const { return {letter(end) + "₁", letter(end) + "₂"}; }

  static bool is_number(const std::string& name) {
    return !name.empty() && name.find_first_not_of("0123456789") == std::string::npos;
  }
  // A space in words.
  std::string space(const Frame& frame, std::size_t stage) const {
    const std::string& name = stages_[stage];
    if (stage == 0) return frame.text({"data x", "데이터 x"});
    if (stage + 1 == stages_.size()) return frame.text({"latents z", "잠재 변수 z"});
    if (name == "whitened") return frame.text({"whitened data", "백색화된 데이터"});
    if (!is_number(name)) return name;
    return frame.korean ? "결합 층 " + name + " 뒤" : "after coupling " + name;
  }
  // The same for what lies between two.
  std::string where(const Frame& frame) const {
    if (share_ < 0.005f) return space(frame, from_);
    if (share_ > 0.995f) return space(frame, from_ + 1);
    const std::string percent =
        ", " + std::to_string(static_cast<int>(std::lround(100 * share_))) + " %";
    if (is_number(stages_[from_ + 1]))
      return frame.text({"coupling ", "결합 층 "}) + stages_[from_ + 1] + percent;
    return "→ " + space(frame, from_ + 1) + percent;
  }

  // Which map, where it stands, what is drawn; returns the height that it takes.
  float head(Frame& frame, bool small) {
    const float y = frame.min.y + 2, end = static_cast<float>(stages_.size() - 1);
    float x = frame.min.x + 4;
    const char* there = "f: x → z";
    if (button(frame, there, {x, y}, 0,
               frame.text({"A grid over the data, carried by f to the latents",
                           "데이터 위의 격자를 f로 잠재 공간까지 옮깁니다"}),
               !back_) &&
        back_) {
      back_ = false;
      // A regular grid is where one starts from, not what one wants to see.
      if (t_ <= 0) t_ = end;
    }
    x += button_width(frame, there) + 4;
    const char* again = "f⁻¹: z → x";
    if (button(frame, again, {x, y}, 0,
               frame.text({"A grid over the prior, carried by f⁻¹ to the data",
                           "사전분포 위의 격자를 f⁻¹로 데이터 공간까지 옮깁니다"}),
               back_) &&
        !back_) {
      back_ = true;
      if (t_ >= end) t_ = 0;
    }
    x += button_width(frame, again) + 12;
    const std::string words = where(frame);
    // Whatever the words are: what lies below shall not jump while the slider is dragged.
    const bool beside = frame.max.x - x > 130;
    float height = 2 + control_height + 2;
    if (beside) write(frame, {x, y + 6}, frame.theme.ink, words, plot::small_size);
    else if (!small) {
      write(frame, {frame.min.x + 8, frame.min.y + height}, frame.theme.ink, words,
            plot::small_size);
      height += 18;
    }
    if (small) return height;
    return height + legend(frame, frame.min.y + height);
  }

  // Marks with words that are pressed to show or to hide; returns the height.
  float legend(Frame& frame, float top) {
    const plot::Theme& theme = frame.theme;
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    constexpr float row = 22;
    ImVec2 to{frame.min.x + 8, top};
    const auto most = static_cast<double>(reach_);
    const std::string scale = "ln |det| ±" + plot::brief(most, 2) + " nats";
    constexpr float bar_width = 44, gap = 12;
    const std::array<std::string, 4> words{
        frame.text({"grid", "격자"}),
        kept_ ? std::string(frame.text({"area is kept", "넓이 보존"})) : scale,
        frame.text({"test data", "시험 데이터"}), frame.text({"samples", "표본"})};
    const std::array<const char*, 4> tips{
        frame.text({"Lines that are straight where the grid starts",
                    "격자가 시작하는 공간에서는 곧은 선입니다"}),
        frame.text({"How much the map so far has made areas larger (blue) or smaller (orange)",
                    "지금까지의 변환이 넓이를 늘렸는지(파랑) 줄였는지(주황) 보입니다"}),
        frame.text({"Data that the model has not learnt from, carried by f",
                    "학습에 쓰지 않은 데이터를 f로 옮긴 것입니다"}),
        frame.text(
            {"Draws of the prior, carried by f⁻¹", "사전분포에서 뽑아 f⁻¹로 옮긴 것입니다"})};
    for (std::size_t i = 0; i < words.size(); ++i) {
      const float mark = i == 1 && !kept_ ? bar_width : i == 0 ? 16.f : 10.f;
      float width = mark + 6 + size_of(frame, words[i]).x;
      // The same room at every stage: the rows shall not change while the slider is dragged.
      if (i == 1 && !always_kept_) width = std::max(width, bar_width + 6 + size_of(frame, scale).x);
      if (to.x > frame.min.x + 8 && to.x + width > frame.max.x - 8)
        to = {frame.min.x + 8, to.y + row};
      ImGui::PushID(static_cast<int>(i));
      const Touch place = touch("show", {to.x - 4, to.y}, {to.x + width + 4, to.y + row});
      explain(frame, tips[i]);
      ImGui::PopID();
      if (place.pressed) shown_[i] = !shown_[i];
      if (place.hovered) {
        ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
        draw.AddRectFilled({to.x - 4, to.y}, {to.x + width + 4, to.y + row}, theme.surface, 6);
      }
      const float seen = shown_[i] ? 1.f : 0.35f, y = to.y + 0.5f * row;
      switch (i) {
        case 0:
          draw.AddLine({to.x, y}, {to.x + mark, y}, plot::faded(theme.ink, 0.6f * seen), 1.5f);
          break;
        case 1:
          if (kept_)
            draw.AddRect({to.x, y - 5}, {to.x + 10, y + 5}, plot::faded(theme.muted, seen));
          else bar(frame, {to.x, y - 5}, mark, seen);
          break;
        case 2: draw.AddCircleFilled({to.x + 5, y}, 3.5f, plot::faded(theme.data, seen)); break;
        default: draw.AddRect({to.x + 2, y - 3}, {to.x + 8, y + 3}, plot::faded(theme.model, seen));
      }
      const ImVec2 at{to.x + mark + 6, y - 8};
      write(frame, at, shown_[i] ? theme.ink : theme.muted, words[i]);
      if (!shown_[i])
        draw.AddLine({at.x, y + 1}, {at.x + size_of(frame, words[i]).x, y + 1}, theme.muted, 1);
      to.x += width + gap;
    }
    return to.y + row - top;
  }

  // The colours from −reach to reach, with a stroke at 0.
  static void bar(const Frame& frame, ImVec2 at, float width, float seen) {
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    constexpr int steps = 28;
    const auto x_of = [&](int i) { return at.x + width * static_cast<float>(i) / steps; };
    for (int i = 0; i < steps; ++i) {
      const float t = 2 * (static_cast<float>(i) + 0.5f) / steps - 1;
      draw.AddRectFilled({x_of(i), at.y}, {x_of(i + 1), at.y + 10},
                         plot::faded(shade(frame.theme, t), seen));
    }
    draw.AddRect(at, {at.x + width, at.y + 10}, frame.theme.hairline);
    draw.AddLine({x_of(steps / 2), at.y}, {x_of(steps / 2), at.y + 10},
                 plot::faded(frame.theme.ink, 0.6f * seen));
  }
  static ImU32 shade(const plot::Theme& theme, float t) { return plot::diverging(theme, t); }

  void picture(const Frame& frame, const plot::Axes& axes) {
    if (!frame.compact && shown_[1] && !kept_) cells(frame, axes);
    if (frame.compact || shown_[0]) grid(frame, axes);
    const float room = std::min(axes.max().x - axes.min().x, axes.max().y - axes.min().y);
    const float radius = frame.compact ? 1.3f : std::clamp(room / 220, 1.4f, 2.6f);
    const std::size_t most = frame.compact ? 500 : 4000;
    if (!frame.compact && shown_[3])
      points(axes, samples_now_, plot::faded(frame.theme.model, 0.9f), radius, true, most);
    if (frame.compact || shown_[2])
      points(axes, data_now_, plot::faded(frame.theme.data, 0.85f), radius, false, most);
  }

  Point place(std::size_t line, std::size_t point) const {
    const std::size_t at = 2 * (line * points_ + point);
    return {grid_now_[at], grid_now_[at + 1]};
  }

  void grid(const Frame& frame, const plot::Axes& axes) {
    const ImU32 colour = plot::faded(frame.theme.belief, frame.theme.dark ? 0.4f : 0.36f);
    for (std::size_t line = 0; line < 2 * lines_; ++line) {
      path_.clear();
      for (std::size_t point = 0; point < points_; ++point) {
        const Point p = place(line, point);
        if (std::isfinite(p[0]) && std::isfinite(p[1])) {
          path_.push_back(axes.screen(static_cast<double>(p[0]), static_cast<double>(p[1])));
          continue;
        }
        axes.line(path_, colour, 1);
        path_.clear();
      }
      axes.line(path_, colour, 1);
    }
  }

  // The cells between the lines, whose insides follow from their four sides (Coons' patch).
  void cells(const Frame& frame, const plot::Axes& axes) {
    if (lines_ < 2 || points_ < lines_ || (points_ - 1) % (lines_ - 1) != 0) return;
    const std::size_t parts = (points_ - 1) / (lines_ - 1), side = parts + 1;
    ImDrawList& draw = axes.draw();
    const ImVec2 white = ImGui::GetFontTexUvWhitePixel();
    patch_.resize(side * side);
    using Corner = std::array<float, 3>;  // x, y, ln |det|
    const auto corner = [&](std::size_t line, std::size_t point) {
      const Point p = place(line, point);
      return Corner{p[0], p[1], det_now_[line * points_ + point]};
    };
    for (std::size_t row = 0; row + 1 < lines_; ++row) {
      for (std::size_t column = 0; column + 1 < lines_; ++column) {
        const Corner a = corner(row, column * parts), b = corner(row, (column + 1) * parts),
                     c = corner(row + 1, column * parts), d = corner(row + 1, (column + 1) * parts);
        ImVec2 low{1e9f, 1e9f}, high{-1e9f, -1e9f};
        bool whole = true;
        for (std::size_t j = 0; j < side; ++j) {
          for (std::size_t i = 0; i < side; ++i) {
            const float u = static_cast<float>(i) / static_cast<float>(parts),
                        v = static_cast<float>(j) / static_cast<float>(parts);
            const Corner under = corner(row, column * parts + i),
                         over = corner(row + 1, column * parts + i),
                         left = corner(lines_ + column, row * parts + j),
                         right = corner(lines_ + column + 1, row * parts + j);
            Corner value;
            for (std::size_t k = 0; k < 3; ++k) {
              value[k] = (1 - v) * under[k] + v * over[k] + (1 - u) * left[k] + u * right[k] -
                         (1 - v) * ((1 - u) * a[k] + u * b[k]) - v * ((1 - u) * c[k] + u * d[k]);
              whole = whole && std::isfinite(value[k]);
            }
            const ImVec2 at =
                axes.screen(static_cast<double>(value[0]), static_cast<double>(value[1]));
            low = {std::min(low.x, at.x), std::min(low.y, at.y)};
            high = {std::max(high.x, at.x), std::max(high.y, at.y)};
            patch_[j * side + i] = {at, shade(frame.theme, value[2] / reach_)};
          }
        }
        if (!whole || high.x < axes.min().x || low.x > axes.max().x || high.y < axes.min().y ||
            low.y > axes.max().y) {
          continue;
        }
        draw.PrimReserve(static_cast<int>(6 * parts * parts), static_cast<int>(side * side));
        const unsigned first = draw._VtxCurrentIdx;
        const auto index = [&](std::size_t i, std::size_t j) {
          return static_cast<ImDrawIdx>(first + static_cast<unsigned>(j * side + i));
        };
        for (std::size_t j = 0; j < parts; ++j) {
          for (std::size_t i = 0; i < parts; ++i) {
            for (const ImDrawIdx corner_at : {index(i, j), index(i + 1, j), index(i + 1, j + 1),
                                              index(i, j), index(i + 1, j + 1), index(i, j + 1)})
              draw.PrimWriteIdx(corner_at);
          }
        }
        for (const auto& [at, colour] : patch_) draw.PrimWriteVtx(at, white, colour);
      }
    }
  }

  // Where the pointer is, and what the map has done to the area there.
  void tell(Frame& frame, const plot::Axes& axes, float end) const {
    readout(frame, axes, [&](double x, double y) {
      std::string words =
          letter(end) + "₁ " + fixed(x, 2) + "   " + letter(end) + "₂ " + fixed(y, 2);
      const ImVec2 mouse = ImGui::GetIO().MousePos;
      float least = 24, found = NAN;
      for (std::size_t i = 0; i < det_now_.size(); ++i) {
        const ImVec2 at = axes.screen(static_cast<double>(grid_now_[2 * i]),
                                      static_cast<double>(grid_now_[2 * i + 1]));
        const float distance = std::hypot(at.x - mouse.x, at.y - mouse.y);
        if (distance < least) least = distance, found = det_now_[i];
      }
      if (std::isfinite(found))
        words += "\nln |det| " + fixed(static_cast<double>(found), 3) + " nats";
      return words;
    });
  }

  // The slider's track, where it is.
  struct Track {
    float left, right, y;
  };
  static Track track_of(const Frame& frame) {
    return {frame.min.x + 24, frame.max.x - 24, frame.max.y - slider_height + 15};
  }

  // Dragging along the slider, and the arrow keys.
  void control(Frame& frame, float end) {
    const Track track = track_of(frame);
    const Touch bar_touch =
        touch("stages", {frame.min.x, frame.max.y - slider_height + 2}, frame.max);
    ImGui::SetItemKeyOwner(ImGuiKey_LeftArrow);
    ImGui::SetItemKeyOwner(ImGuiKey_RightArrow);
    if (!bar_touch.held)
      explain(frame, frame.text({"Unfolds the map: from the data at the left to the latents at the "
                                 "right. Drag it, or press ← and →.",
                                 "변환을 펼칩니다. 왼쪽은 데이터, 오른쪽은 잠재 공간입니다. 끌거나 "
                                 "←, → 키를 누르세요."}));
    held_ = bar_touch.held;
    over_ = bar_touch.hovered || held_;
    if (held_) {
      const float at =
          (bar_touch.at.x - track.left) / std::max(1.f, track.right - track.left) * end;
      const float near = std::round(at);
      // Spaces are caught, so that they can be met exactly.
      t_ = std::clamp(std::fabs(at - near) < 0.07f ? near : at, 0.f, end);
    }
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const bool inside = mouse.x > frame.min.x && mouse.x < frame.max.x && mouse.y > frame.min.y &&
                        mouse.y < frame.max.y && ImGui::IsWindowHovered();
    if (!inside && !over_) return;
    const float move = (ImGui::IsKeyPressed(ImGuiKey_RightArrow) ? 1.f : 0.f) -
                       (ImGui::IsKeyPressed(ImGuiKey_LeftArrow) ? 1.f : 0.f);
    if (move != 0) t_ = std::clamp(std::round(8 * t_ + move) / 8, 0.f, end);
  }

  void slider(const Frame& frame, float end) const {
    const plot::Theme& theme = frame.theme;
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const Track track = track_of(frame);
    const auto x_of = [&](float t) { return track.left + (track.right - track.left) * t / end; };
    // The side that the grid comes from is the one that is filled.
    draw.AddLine({track.left, track.y}, {track.right, track.y}, theme.hairline, 4);
    const float home = back_ ? track.right : track.left;
    draw.AddLine({home, track.y}, {x_of(t_), track.y}, theme.muted, 4);
    float free_from = -1e9f;
    const std::size_t count = stages_.size();
    const auto words_of = [&](std::size_t stage) {
      if (stage == 0) return std::string(frame.text({"data x", "데이터 x"}));
      if (stage + 1 == count) return std::string(frame.text({"latents z", "잠재 z"}));
      return stages_[stage] == "whitened" ? std::string(frame.text({"whitened", "백색화"}))
                                          : stages_[stage];
    };
    const auto left_of = [&](std::size_t stage) {
      const float width = size_of(frame, words_of(stage)).x;
      return std::clamp(x_of(static_cast<float>(stage)) - 0.5f * width, frame.min.x + 4,
                        frame.max.x - 4 - width);
    };
    for (std::size_t stage = 0; stage < count; ++stage) {
      const float x = x_of(static_cast<float>(stage));
      draw.AddCircleFilled({x, track.y}, 4, theme.muted);
      const std::string words = words_of(stage);
      const float width = size_of(frame, words).x, left = left_of(stage);
      const bool last = stage + 1 == count;
      // The last one is always named; others where there is room.
      if (left < free_from || (!last && left + width + 8 > left_of(count - 1))) continue;
      const bool here = std::fabs(t_ - static_cast<float>(stage)) < 0.01f;
      write(frame, {left, track.y + 12}, here ? theme.ink : theme.muted, words);
      free_from = left + width + 8;
    }
    const ImVec2 grab{x_of(t_), track.y};
    draw.AddCircleFilled(grab, over_ ? 10.f : 9.f, theme.background);
    draw.AddCircleFilled(grab, over_ ? 9.f : 8.f, theme.ink);
  }

  float t_ = -1;  // between stages: from 0, the data, to S − 1, the latents; −1: not chosen yet
  bool back_ = false, held_ = false, over_ = false;
  bool kept_ = true, always_kept_ = true;              // areas: at t, at every stage
  std::array<bool, 4> shown_{true, true, true, true};  // grid, area, data, samples
  std::vector<std::string> stages_;
  std::vector<plot::Window> extents_;      // of each stage
  std::array<std::uint64_t, 2> fitted_{};  // versions of data and samples
  // Where in the map, versions of lines, areas, data, samples.
  using Placed = std::tuple<float, std::uint64_t, std::uint64_t, std::uint64_t, std::uint64_t>;
  Placed placed_;
  std::size_t from_ = 0, lines_ = 0, points_ = 0;
  float share_ = 0, reach_ = 1;
  std::vector<float> grid_now_, det_now_, data_now_, samples_now_, sizes_;
  std::vector<ImVec2> path_;
  std::vector<std::pair<ImVec2, ImU32>> patch_;
};

}  // namespace

std::unique_ptr<View> make_warp() { return std::make_unique<Warp>(); }

}  // namespace lab::views
