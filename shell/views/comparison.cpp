#include "shell/views/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "shell/plot/colour_map.hpp"
#include "shell/plot/numbers.hpp"
#include "shell/views/latent_views.hpp"

namespace lab::views {

namespace {

// Nats of difference at which the colours end.
constexpr float range = 2;

plot::Axes axes_of(const Common& common, const Cell& cell) {
  return plot::Axes(common.theme, common.fonts, cell.min, cell.max, common.window, true, true,
                    {"x", "y"});
}

void note(const Common& common, const plot::Axes& axes, const char* words) {
  const ImVec2 size = common.fonts.regular->CalcTextSizeA(plot::axis_size, 1e9f, 0, words);
  axes.text({0.5f * (axes.min().x + axes.max().x - size.x),
             0.5f * (axes.min().y + axes.max().y - size.y)},
            common.theme.muted, words);
}

// A cross where the pointer is in any of the columns, and this column's value there.
void cross(const Common& common, const plot::Axes& axes, const std::string& words) {
  if (!common.pointer) return;
  const ImVec2 at = axes.screen((*common.pointer)[0], (*common.pointer)[1]);
  ImDrawList& draw = axes.draw();
  for (const bool under : {true, false}) {
    const ImU32 colour = under ? plot::faded(common.theme.background, 0.8f) : common.theme.ink;
    const float width = under ? 3.f : 1.f;
    draw.AddLine({at.x - 7, at.y}, {at.x + 7, at.y}, colour, width);
    draw.AddLine({at.x, at.y - 7}, {at.x, at.y + 7}, colour, width);
  }
  if (words.empty()) return;
  const ImVec2 size = common.fonts.regular->CalcTextSizeA(plot::axis_size, 1e9f, 0, words.c_str());
  const ImVec2 corner{axes.min().x + 6, axes.max().y - size.y - 6};
  draw.AddRectFilled({corner.x - 4, corner.y - 2}, {corner.x + size.x + 4, corner.y + size.y + 2},
                     plot::faded(common.theme.background, 0.9f), 4);
  axes.text(corner, common.theme.ink, words);
}

void frame_of(const Common& common, const Cell& cell) {
  ImGui::GetWindowDrawList()->AddRect(cell.min, cell.max, common.theme.hairline);
}

void difference_scale(const Common& common, const plot::Axes& axes) {
  plot::colour_bar(axes, common.theme, -static_cast<double>(range), static_cast<double>(range),
                   "nats", [&](float t) { return plot::diverging(common.theme, 2 * t - 1); });
}

}  // namespace

double common_top(std::span<const Store* const> models, const Store* truth) {
  double top = -1e30;
  const auto take = [&top](std::span<const float> values, double shift) {
    for (const float value : values) {
      if (std::isfinite(value)) top = std::max(top, static_cast<double>(value) + shift);
    }
  };
  if (truth) take(truth->array("log_truth"), 0);
  else {
    for (const Store* model : models) take(model->array("log_model"), normalisation(*model));
  }
  return top < -1e29 ? 0 : std::ceil(top + 0.25);
}

std::string test_measure(const Store& store) {
  return std::isfinite(store.metric("log_likelihood_test")) ? "log_likelihood_test" : "elbo_test";
}

plot::Window fitted(const plot::Window& window, const Cell& cell) {
  const double width = static_cast<double>(std::max(8.f, cell.width())),
               height = static_cast<double>(std::max(8.f, cell.height()));
  const double scale = std::max((window.x1 - window.x0) / width, (window.y1 - window.y0) / height);
  const double x = 0.5 * (window.x0 + window.x1), y = 0.5 * (window.y0 + window.y1);
  return {x - 0.5 * scale * width, x + 0.5 * scale * width, y - 0.5 * scale * height,
          y + 0.5 * scale * height};
}

bool ComparisonColumn::Field::stale(const Common& common, const Store& store, double shift) {
  const std::tuple now{store.array("log_model").version, store.array("log_truth").version,
                       common.top, shift, common.theme.dark};
  return now != std::exchange(seen, now);
}

void ComparisonColumn::density(const Common& common, const Store* store, const Cell& cell,
                               bool scale) {
  {
    const plot::Axes axes = axes_of(common, cell);
    const Store* const from = store ? store : common.truth;
    if (!from || from->array(store ? "log_model" : "log_truth").empty()) {
      note(common, axes, common.text({"waiting for the first step", "첫 단계를 기다립니다"}));
    } else {
      const Cells cells = cells_of(*from);
      const auto& [box, n] = cells;
      const Array &truth = from->array("log_truth"),
                  &values = store ? from->array("log_model") : truth;
      const double shift = store ? normalisation(*store) : 0;
      const auto low = static_cast<float>(common.top - depth);
      if (density_.stale(common, *from, shift)) {
        density_.map.update(n, [&](int i) {
          return plot::sequential(common.theme, (values[static_cast<std::size_t>(i)] +
                                                 static_cast<float>(shift) - low) /
                                                    static_cast<float>(depth));
        });
        density_.levels = levels_of(values, n, shift, common.top);
        density_.truth_levels.clear();
        if (store && !truth.empty()) density_.truth_levels = levels_of(truth, n, 0, common.top);
      }
      density_.map.draw(axes, box);
      for (const auto& lines : density_.levels)
        axes.contours(lines, n, box, plot::faded(common.theme.belief, 0.35f), 1, false);
      for (const auto& lines : density_.truth_levels)
        axes.contours(lines, n, box, common.theme.truth, 1.5f, true);
      if (scale && cell.width() > 150 && cell.height() > 110) {
        plot::colour_bar(axes, common.theme, static_cast<double>(low), common.top, "nats",
                         [&](float t) { return plot::sequential(common.theme, t); });
      }
      std::string words;
      if (common.pointer) {
        const double value =
            static_cast<double>(at(cells, values, (*common.pointer)[0], (*common.pointer)[1])) +
            shift;
        if (!std::isnan(value)) words = "ln p " + plot::brief(value, 3);
      }
      cross(common, axes, words);
    }
  }
  frame_of(common, cell);
}

void ComparisonColumn::difference(const Common& common, const Store* store, const Cell& cell,
                                  bool scale) {
  {
    const plot::Axes axes = axes_of(common, cell);
    if (!store) {
      note(common, axes, common.text({"the truth itself: 0 everywhere", "참값 자신: 어디나 0"}));
      // The only place where the scale hides nothing.
      if (cell.width() > 260 && cell.height() > 110) difference_scale(common, axes);
    } else if (store->array("log_model").empty() || store->array("log_truth").empty()) {
      note(common, axes,
           common.text(
               common.truth
                   ? words::Text{"waiting for the first step", "첫 단계를 기다립니다"}
                   : words::Text{"no true density is known here", "참 밀도를 알 수 없습니다"}));
    } else {
      const Array &learnt = store->array("log_model"), &truth = store->array("log_truth");
      const Cells cells = cells_of(*store);
      const double shift = normalisation(*store);
      const auto model = [&](std::size_t i) { return learnt[i] + static_cast<float>(shift); };
      if (difference_.stale(common, *store, shift)) {
        difference_.map.update(cells.n, [&](int index) {
          const auto i = static_cast<std::size_t>(index);
          // Faded out where both are negligible: there a difference in logarithms means nothing.
          const float higher = std::fmax(model(i), truth[i]);
          const float weight =
              std::fmin(1.f, std::exp(0.5f * (higher - static_cast<float>(common.top) + 9)));
          const float value = std::fmax(-20.f, std::fmin(20.f, model(i) - truth[i])) * weight;
          return plot::diverging(common.theme, value / range);
        });
      }
      difference_.map.draw(axes, cells.box);
      if (scale && cell.width() > 150 && cell.height() > 110) difference_scale(common, axes);
      std::string words;
      if (common.pointer) {
        const auto [x, y] = *common.pointer;
        const double value = static_cast<double>(at(cells, learnt, x, y)) + shift -
                             static_cast<double>(at(cells, truth, x, y));
        if (std::isfinite(value)) words = "Δ ln p " + plot::brief(value, 3);
      }
      cross(common, axes, words);
    }
  }
  frame_of(common, cell);
}

void ComparisonColumn::samples(const Common& common, Store* store, const Cell& cell) {
  if (store && store->loaded && !store->can("plane")) {
    // The gallery draws through a frame of its own, and asks for nothing in return.
    Camera camera;
    const ImVec2 min{cell.min.x + 3, cell.min.y + 3}, max{cell.max.x - 3, cell.max.y - 3};
    Frame frame{*store, camera, common.theme, common.fonts, common.korean, min, max, true, false};
    return draw_gallery(frame, pictures_);
  }
  const Store* const from = store ? store : common.truth;
  {
    const plot::Axes axes = axes_of(common, cell);
    if (from) {
      const bool small = cell.width() < 220;
      points(axes, from->array("data_train"), plot::faded(common.theme.data, store ? 0.3f : 0.7f),
             small ? 1.1f : 1.4f, false, 1000);
      if (store) {
        points(axes, store->array("samples"), plot::faded(common.theme.model, 0.9f),
               small ? 1.2f : 1.7f, true, 1000);
        if (store->array("samples").empty())
          note(common, axes,
               common.text({"samples come with the next step", "다음 단계에 표본이 나옵니다"}));
      }
      cross(common, axes, {});
    }
  }
  frame_of(common, cell);
}

void ComparisonColumn::learning(const Common& common, const std::vector<Course>& courses,
                                std::size_t own, double optimum, const Cell& cell, bool labelled) {
  // Neither the first steps nor a fall that is soon made good may flatten what follows.
  double low = 1e30, high = -1e30, longest = 0;
  std::vector<float> settled;
  for (const Course& course : courses) {
    const std::size_t count = std::min(course.nats.size(), course.seconds.size());
    settled.clear();
    for (std::size_t i = count / 5; i < count; ++i) {
      if (std::isfinite(course.nats[i])) settled.push_back(course.nats[i]);
    }
    std::sort(settled.begin(), settled.end());
    if (!settled.empty()) {
      low = std::min(low, static_cast<double>(settled[settled.size() / 12]));
      high = std::max(high, static_cast<double>(settled.back()));
    }
    if (count > 0) longest = std::max(longest, static_cast<double>(course.seconds[count - 1]));
  }
  if (std::isfinite(optimum)) {
    low = std::min(low, optimum);
    high = std::max(high, optimum);
  }
  const bool empty = low > high;
  if (empty) low = -1, high = 0;
  const double margin = std::max(0.06 * (high - low), 0.02);
  const plot::Window window{0, std::max(longest, 1e-3), low - margin, high + margin};
  const Cell inner{{cell.min.x + 4, cell.min.y}, {cell.max.x, cell.max.y - 16}};
  {
    const plot::Axes axes(common.theme, common.fonts, inner.min, inner.max, window, false, true,
                          {"", ""});
    std::vector<ImVec2> line;
    const auto trace = [&](const Course& course, ImU32 colour, float width) {
      line.clear();
      for (std::size_t i = 0; i < std::min(course.nats.size(), course.seconds.size()); ++i) {
        if (!std::isfinite(course.nats[i])) continue;
        line.push_back(axes.screen(static_cast<double>(course.seconds[i]),
                                   static_cast<double>(course.nats[i])));
      }
      axes.line(line, colour, width);
    };
    for (std::size_t k = 0; k < courses.size(); ++k) {
      if (k != own) trace(courses[k], plot::faded(common.theme.muted, 0.45f), 1);
    }
    if (std::isfinite(optimum)) {
      axes.dashes({axes.screen(window.x0, optimum), axes.screen(window.x1, optimum)},
                  common.theme.truth, 1.5f);
    }
    if (own < courses.size()) trace(courses[own], common.theme.belief, 2);
    // Upright ticks within, since the column to the left ends where this one begins.
    const std::vector<double> ticks =
        plot::round_ticks(window.y0, window.y1, std::max(2, static_cast<int>(inner.height() / 60)));
    for (const double tick : ticks) {
      if (!labelled) break;
      const ImVec2 at = axes.screen(window.x0, tick);
      axes.text({inner.min.x + 3, at.y - 14}, common.theme.muted,
                plot::tick_label(tick, ticks.size() > 1 ? ticks[1] - ticks[0] : 1));
    }
    if (empty)
      note(common, axes, common.text({"waiting for the first step", "첫 단계를 기다립니다"}));
  }
  frame_of(common, inner);
  const char* words = common.text({"seconds of training", "학습 시간(초)"});
  const ImVec2 size = common.fonts.regular->CalcTextSizeA(plot::axis_size, 1e9f, 0, words);
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const float y = inner.max.y + 2;
  const std::string end = plot::brief(window.x1, 3);
  const float end_width =
      common.fonts.regular->CalcTextSizeA(plot::axis_size, 1e9f, 0, end.c_str()).x;
  draw.AddText(common.fonts.regular, plot::axis_size, {inner.min.x, y}, common.theme.muted, "0");
  draw.AddText(common.fonts.regular, plot::axis_size, {inner.max.x - end_width, y},
               common.theme.muted, end.c_str());
  if (size.x + end_width + 40 < inner.width()) {
    draw.AddText(common.fonts.regular, plot::axis_size,
                 {0.5f * (inner.min.x + inner.max.x - size.x), y}, common.theme.muted, words);
  }
}

void density_scale(const Common& common, ImVec2 min, ImVec2 max) {
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const auto width_of = [&](const std::string& words) {
    return common.fonts.regular->CalcTextSizeA(plot::axis_size, 1e9f, 0, words.c_str()).x;
  };
  const auto write = [&](float x, const std::string& words) {
    draw.AddText(common.fonts.regular, plot::axis_size, {x, min.y}, common.theme.muted,
                 words.c_str());
  };
  const std::string low = "ln p  " + plot::brief(common.top - depth, 3),
                    high = plot::brief(common.top, 3) + " nats";
  const float right = max.x - width_of(high) - 6;
  const float length = std::min(96.f, right - min.x - width_of(low) - 8);
  if (length < 30) return;
  constexpr int steps = 32;
  for (int i = 0; i < steps; ++i) {
    const float t0 = static_cast<float>(i) / steps, t1 = static_cast<float>(i + 1) / steps;
    draw.AddRectFilled({right - length * (1 - t0), min.y + 3},
                       {right - length * (1 - t1), min.y + 12},
                       plot::sequential(common.theme, 0.5f * (t0 + t1)));
  }
  draw.AddRect({right - length, min.y + 3}, {right, min.y + 12}, common.theme.hairline);
  write(right - length - width_of(low) - 6, low);
  write(right + 6, high);
}

void x_ticks(const Common& common, const plot::Window& shown, const Cell& cell) {
  const std::vector<double> ticks =
      plot::round_ticks(shown.x0, shown.x1, std::max(2, static_cast<int>(cell.width() / 90)));
  for (const double tick : ticks) {
    const std::string label = plot::tick_label(tick, ticks.size() > 1 ? ticks[1] - ticks[0] : 1);
    const float width =
        common.fonts.regular->CalcTextSizeA(plot::axis_size, 1e9f, 0, label.c_str()).x;
    const float x =
        cell.min.x + static_cast<float>((tick - shown.x0) / (shown.x1 - shown.x0)) * cell.width();
    const float left =
        std::clamp(x - 0.5f * width, cell.min.x, std::max(cell.min.x, cell.max.x - width));
    ImGui::GetWindowDrawList()->AddText(common.fonts.regular, plot::axis_size,
                                        {left, cell.max.y + 2}, common.theme.muted, label.c_str());
  }
}

void y_ticks(const Common& common, const plot::Window& shown, const Cell& cell) {
  const std::vector<double> ticks =
      plot::round_ticks(shown.y0, shown.y1, std::max(2, static_cast<int>(cell.height() / 60)));
  for (const double tick : ticks) {
    const std::string label = plot::tick_label(tick, ticks.size() > 1 ? ticks[1] - ticks[0] : 1);
    const float width =
        common.fonts.regular->CalcTextSizeA(plot::axis_size, 1e9f, 0, label.c_str()).x;
    const float y =
        cell.max.y - static_cast<float>((tick - shown.y0) / (shown.y1 - shown.y0)) * cell.height();
    const float top = std::clamp(y - 7, cell.min.y, std::max(cell.min.y, cell.max.y - 14));
    ImGui::GetWindowDrawList()->AddText(common.fonts.regular, plot::axis_size,
                                        {cell.min.x - 6 - width, top}, common.theme.muted,
                                        label.c_str());
  }
}

}  // namespace lab::views
