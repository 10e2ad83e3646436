// The models' mean test log-density over the time that each has trained, on the same axes: this
// one's strong, the others' faint, the best possible dashed. Where all of them look for sources
// that are known, the error of their unmixing instead.
#include <algorithm>
#include <cmath>

#include "shell/plot/numbers.hpp"
#include "shell/views/curves.hpp"
#include "shell/views/latent_parts.hpp"

namespace lab::views {

namespace {

struct Course {
  std::span<const float> seconds;
  std::vector<float> values;  // nats, or log₁₀ of a squared error
  std::size_t size() const { return std::min(seconds.size(), values.size()); }
};

constexpr const char* error = "squared_error_b";

bool of_error(const std::vector<const Store*>& models) {
  return std::ranges::all_of(models,
                             [](const Store* model) { return any_number(model->column(error)); });
}

Course course_of(const Store& store, bool errors) {
  if (errors) return {store.column("seconds"), logarithms(store.column(error))};
  return {store.column("seconds"), store.column(test_measure(store))};
}

class Learning final : public View {
 public:
  void draw(Frame& frame) override {
    Shared alone;
    alone.models = {&frame.store};
    const Shared& shared = frame.shared ? *frame.shared : alone;
    const bool errors = of_error(shared.models);
    const double best = errors ? NAN : shared.best;
    const plot::Window window = window_of(shared, errors, best);
    const bool empty = window.y0 >= window.y1;
    // Below it the time is written.
    const ImVec2 min{frame.min.x + 4, frame.min.y}, max{frame.max.x, frame.max.y - 16};
    {
      const plot::Axes axes(frame.theme, frame.fonts, min, max,
                            empty ? plot::Window{0, window.x1, -1, 0} : window, false, true,
                            {"", ""});
      const bool own = !shared.of_truth;
      for (const Store* const model : shared.models) {
        if (own && model == &frame.store) continue;
        trace(axes, course_of(*model, errors), plot::faded(frame.theme.muted, 0.45f), 1);
      }
      if (std::isfinite(best)) {
        axes.dashes({axes.screen(window.x0, best), axes.screen(window.x1, best)}, frame.theme.truth,
                    1.5f);
      }
      if (own) trace(axes, course_of(frame.store, errors), frame.theme.belief, 2);
      if (shared.values || !frame.shared) values(frame, axes);
      if (errors) {
        const char* const words = frame.text({"log₁₀ error of B", "B의 log₁₀ 오차"});
        axes.text({axes.max().x - size_of(frame, words).x - 4, axes.min().y + 3}, frame.theme.muted,
                  words);
      }
      if (empty) {
        placeholder(frame, axes,
                    frame.text({"waiting for the first step", "첫 단계를 기다립니다"}));
      }
    }
    ImGui::GetWindowDrawList()->AddRect(min, max, frame.theme.hairline);
    times(frame, window.x1, min, max);
  }

  std::string csv(const Store& store) const override {
    const std::string measure = of_error({&store}) ? error : test_measure(store);
    return curves_csv("seconds", store.column("seconds"), {measure}, {store.column(measure)});
  }

  std::string describe(const Store& store) const override {
    if (of_error({&store})) {
      return "Line chart of the squared error of the unmixing matrix by the time of training, "
             "now " +
             plot::brief(store.metric(error), 3) + ".";
    }
    return "Line chart of the mean log-density of test data by the time of training, now " +
           plot::brief(store.metric(test_measure(store)), 4) + " nats.";
  }

 private:
  // What all courses lie in; y1 at y0 where there are none. Neither the first steps nor a fall that
  // is soon made good may flatten what follows.
  static plot::Window window_of(const Shared& shared, bool errors, double best) {
    double low = 1e30, high = -1e30, longest = 1e-3;
    std::vector<float> settled;
    for (const Store* const model : shared.models) {
      const Course course = course_of(*model, errors);
      settled.clear();
      for (std::size_t i = course.size() / 5; i < course.size(); ++i) {
        if (std::isfinite(course.values[i])) settled.push_back(course.values[i]);
      }
      std::sort(settled.begin(), settled.end());
      if (!settled.empty()) {
        low = std::min(low, static_cast<double>(settled[settled.size() / 12]));
        high = std::max(high, static_cast<double>(settled.back()));
      }
      if (course.size() > 0)
        longest = std::max(longest, static_cast<double>(course.seconds[course.size() - 1]));
    }
    if (std::isfinite(best)) {
      low = std::min(low, best);
      high = std::max(high, best);
    }
    if (low > high) return {0, longest, 0, 0};
    const double margin = std::max(0.06 * (high - low), 0.02);
    return {0, longest, low - margin, high + margin};
  }

  static void trace(const plot::Axes& axes, const Course& course, ImU32 colour, float width) {
    std::vector<ImVec2> line;
    for (std::size_t i = 0; i < course.size(); ++i) {
      if (!std::isfinite(course.values[i])) continue;
      line.push_back(axes.screen(static_cast<double>(course.seconds[i]),
                                 static_cast<double>(course.values[i])));
    }
    axes.line(line, colour, width);
  }

  // Within, since the view to the left ends where this one begins.
  static void values(const Frame& frame, const plot::Axes& axes) {
    const plot::Window& window = axes.window();
    const float height = axes.max().y - axes.min().y;
    const std::vector<double> ticks =
        plot::round_ticks(window.y0, window.y1, std::max(2, static_cast<int>(height / 60)));
    for (const double tick : ticks) {
      axes.text({axes.min().x + 3, axes.screen(window.x0, tick).y - 14}, frame.theme.muted,
                plot::tick_label(tick, ticks));
    }
  }

  static void times(const Frame& frame, double longest, ImVec2 min, ImVec2 max) {
    const char* const words = frame.text({"seconds of training", "학습 시간(초)"});
    const std::string end = plot::brief(longest, 3);
    const float y = max.y + 2, width = size_of(frame, words).x, end_width = size_of(frame, end).x;
    write(frame, {min.x, y}, frame.theme.muted, "0");
    write(frame, {max.x - end_width, y}, frame.theme.muted, end);
    if (width + end_width + 40 < max.x - min.x)
      write(frame, {0.5f * (min.x + max.x - width), y}, frame.theme.muted, words);
  }
};

}  // namespace

std::unique_ptr<View> make_learning() { return std::make_unique<Learning>(); }

}  // namespace lab::views
