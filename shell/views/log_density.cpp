// Log-densities as heat maps on one scale: the model's (normalised over the plane), the true one,
// and their difference.
#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "shell/plot/colour_map.hpp"
#include "shell/plot/numbers.hpp"
#include "shell/views/plane.hpp"

namespace lab::views {

namespace {

// What a picture was made of: versions of the model and the truth, the shift, the theme, and the
// top of the scale where others share it.
using Seen = std::tuple<std::uint64_t, std::uint64_t, double, bool, std::optional<double>>;

std::optional<double> shared_top(const Frame& frame) {
  return frame.shared ? std::optional(frame.shared->top) : std::nullopt;
}

class LogDensity final : public View {
 public:
  explicit LogDensity(bool truth) : truth_(truth) {}

  void draw(Frame& frame) override {
    const Store& store = frame.store;
    const Cells cells = cells_of(store);
    const auto& [box, n] = cells;
    const plot::Axes axes = plane(frame);
    const Array &model = store.array("log_model"), &truth = store.array("log_truth"),
                &source = truth_ ? truth : model;
    if (source.empty()) {
      return placeholder(
          frame, axes,
          truth_ && store.loaded && !store.has_truth
              ? frame.text({"no true density is known here", "참 밀도를 알 수 없습니다"})
              : frame.text({"waiting for the first step", "첫 단계를 기다립니다"}));
    }
    refresh(frame, source, truth, n);
    map_.draw(axes, box);
    if (!frame.compact || frame.shared) {
      for (const auto& lines : levels_)
        axes.contours(lines, n, box, plot::faded(frame.theme.belief, 0.35f), 1, false);
      if (!truth_) {
        for (const auto& lines : truth_levels_)
          axes.contours(lines, n, box, frame.theme.truth, 1.5f, true);
      }
    }
    if (shows_scale(frame)) {
      plot::colour_bar(axes, frame.theme, top_ - depth, top_, "nats",
                       [&](float t) { return plot::sequential(frame.theme, t); });
    }
    if (!frame.compact) {
      std::vector<Entry> entries{{plot::faded(frame.theme.belief, 0.5f),
                                  truth_ ? frame.text({"truth, every 3 nats", "참값, 3 nats 간격"})
                                         : frame.text({"model, every 3 nats", "모델, 3 nats 간격"}),
                                  Entry::Mark::line}};
      if (!truth_ && store.has_truth) {
        const double kl = store.metric("kl_to_truth");
        entries.push_back(
            {frame.theme.truth,
             std::string(frame.text({"truth", "참값"})) + "   KL " + plot::brief(kl, 3) + " nats",
             Entry::Mark::dashes});
      }
      legend(frame, axes, entries);
    }
    if (frame.segment_visible && !truth_) segment(frame, axes);
    plane_readout(frame, axes, [&](double x, double y) {
      if (frame.shared) {
        const auto value = static_cast<double>(at(cells, source, x, y));
        return std::isnan(value) ? std::string() : "ln p " + plot::brief(value + shift(store), 3);
      }
      std::string text = "x " + plot::brief(x, 3) + "   y " + plot::brief(y, 3);
      const auto learnt = static_cast<double>(at(cells, model, x, y)),
                 best = static_cast<double>(at(cells, truth, x, y));
      if (std::isfinite(learnt))
        text += "\nln p model " + plot::brief(learnt + normalisation(store), 3);
      if (!std::isnan(best)) text += "\nln p truth " + plot::brief(best, 3);
      return text;
    });
  }

  std::string csv(const Store& store) const override {
    return fields_csv(
        store, {{"log_model", store.array("log_model")}, {"log_truth", store.array("log_truth")}});
  }

  std::string describe(const Store& store) const override {
    if (truth_) return "Heat map of the true log-density.";
    const double kl = store.metric("kl_to_truth");
    return "Heat map of the log-density that the model has learnt" +
           (std::isfinite(kl)
                ? "; its divergence from the truth is " + plot::brief(kl, 3) + " nats."
                : std::string("."));
  }

 private:
  double shift(const Store& store) const { return truth_ ? 0 : normalisation(store); }

  void refresh(const Frame& frame, const Array& source, const Array& truth, int n) {
    const double shift = this->shift(frame.store);
    const Seen now{source.version, truth.version, shift, frame.theme.dark, shared_top(frame)};
    if (now == std::exchange(seen_, now)) return;
    top_ = top_of(frame);
    const auto low = static_cast<float>(top_ - depth);
    map_.update(n, [&](int i) {
      const float learnt = source[static_cast<std::size_t>(i)] + static_cast<float>(shift);
      return plot::sequential(frame.theme, (learnt - low) / static_cast<float>(depth));
    });
    levels_ = levels_of(source, n, shift, top_);
    truth_levels_ = truth_ ? levels_ : levels_of(truth, n, 0, top_);
  }

  bool truth_;
  plot::HeatMap map_;
  Levels levels_, truth_levels_;
  double top_ = 0;
  Seen seen_;
};

class Difference final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    const Array &model = store.array("log_model"), &truth = store.array("log_truth");
    const Cells cells = cells_of(store);
    const plot::Axes axes = plane(frame);
    if (frame.shared && frame.shared->of_truth) {
      placeholder(frame, axes,
                  frame.text({"the truth itself: 0 everywhere", "참값 자신: 어디나 0"}));
      // The only place where the scale hides nothing, save the words where it is narrow.
      if (shows_scale(frame) && frame.max.x - frame.min.x > 260) scale(frame, axes);
      return;
    }
    if (truth.empty() || model.empty()) {
      return placeholder(
          frame, axes,
          store.loaded && !store.has_truth
              ? frame.text({"no true density is known here", "참 밀도를 알 수 없습니다"})
              : frame.text({"waiting for the first step", "첫 단계를 기다립니다"}));
    }
    const Seen now{model.version, truth.version, normalisation(store), frame.theme.dark,
                   shared_top(frame)};
    if (now != std::exchange(seen_, now)) {
      values_ = difference(store, top_of(frame));
      map_.update(cells.n, [&](int i) {
        return plot::diverging(frame.theme, values_[static_cast<std::size_t>(i)] / range);
      });
    }
    map_.draw(axes, cells.box);
    if (shows_scale(frame)) scale(frame, axes);
    legend(frame, axes,
           {{frame.theme.data, frame.text({"model too high", "모델이 높음"}), Entry::Mark::dot},
            {frame.theme.noise, frame.text({"model too low", "모델이 낮음"}), Entry::Mark::dot}});
    plane_readout(frame, axes, [&](double x, double y) {
      // Side by side the numbers are compared, so they are not faded as the colours are.
      const float value = frame.shared
                              ? at(cells, model, x, y) + static_cast<float>(normalisation(store)) -
                                    at(cells, truth, x, y)
                              : at(cells, values_, x, y);
      return std::isfinite(value) ? (frame.shared ? "Δ ln p " : "ln p model − ln p truth ") +
                                        plot::brief(static_cast<double>(value), 3)
                                  : std::string();
    });
  }

  std::string csv(const Store& store) const override {
    const Store* const alone = &store;
    const std::vector<float> values = store.array("log_truth").empty()
                                          ? std::vector<float>()
                                          : difference(store, top_of(std::span(&alone, 1)));
    return fields_csv(store, {{"difference", values}});
  }

  std::string describe(const Store&) const override {
    return "Heat map of the model's log-density less the true one, where the truth is not "
           "negligible.";
  }

 private:
  static constexpr float range = 2;  // nats

  static void scale(const Frame& frame, const plot::Axes& axes) {
    plot::colour_bar(axes, frame.theme, -range, range, "nats",
                     [&](float t) { return plot::diverging(frame.theme, 2 * t - 1); });
  }

  // Faded out where the truth is negligible: there a difference in logarithms means nothing.
  // top: of the scale, nats.
  static std::vector<float> difference(const Store& store, double top) {
    const Array &learnt = store.array("log_model"), &best = store.array("log_truth");
    std::vector<float> values(learnt.size());
    const auto shift = static_cast<float>(normalisation(store));
    for (std::size_t i = 0; i < values.size(); ++i) {
      const float model = learnt[i] + shift, truth = best[i];
      const float weight =
          std::fmin(1.f, std::exp(0.5f * (std::fmax(model, truth) - static_cast<float>(top) + 9)));
      values[i] = std::fmax(-20.f, std::fmin(20.f, model - truth)) * weight;
    }
    return values;
  }

  plot::HeatMap map_;
  std::vector<float> values_;
  Seen seen_;
};

}  // namespace

std::unique_ptr<View> make_log_density() { return std::make_unique<LogDensity>(false); }
std::unique_ptr<View> make_truth() { return std::make_unique<LogDensity>(true); }
std::unique_ptr<View> make_difference() { return std::make_unique<Difference>(); }

}  // namespace lab::views
