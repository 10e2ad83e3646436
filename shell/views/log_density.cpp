// Log-densities as heat maps on one scale: the model's (normalised over the plane), the true one,
// and their difference.
#include <algorithm>
#include <cmath>

#include "shell/plot/colour_map.hpp"
#include "shell/plot/numbers.hpp"
#include "shell/views/plane.hpp"

namespace lab::views {

namespace {

// Nats below the highest that are told apart.
constexpr double depth = 12;

// ln p of the model: what it learnt, less its own constant, plus the measured −ln Z.
double shift_of(const Store& store) {
  const double shift = store.metric("minus_log_z") - store.metric("c");
  return std::isfinite(shift) ? shift : 0;
}

// The top of the common scale: the highest value of the truth, else of the model.
double top_of(const Store& store) {
  const auto& values =
      store.fields.log_truth.empty() ? store.fields.log_model : store.fields.log_truth;
  float top = -1e30f;
  for (const float value : values) top = std::isfinite(value) ? std::max(top, value) : top;
  return std::ceil(static_cast<double>(top) +
                   (store.fields.log_truth.empty() ? shift_of(store) : 0) + 0.25);
}

class Density final : public View {
 public:
  explicit Density(bool truth) : truth_(truth) {}

  void draw(Frame& frame) override {
    const Store& store = frame.store;
    const Fields& fields = store.fields;
    const plot::Axes axes = plane(frame);
    const std::vector<float>& source = truth_ ? fields.log_truth : fields.log_model;
    if (source.empty()) {
      return placeholder(
          frame, axes,
          truth_ && store.loaded
              ? frame.text({"no true density is known here", "참 밀도를 알 수 없습니다"})
              : frame.text({"waiting for the first step", "첫 단계를 기다립니다"}));
    }
    refresh(store, frame.theme, source);
    map_.draw(axes, fields.box);
    if (!frame.compact) {
      for (const auto& lines : levels_)
        axes.contours(lines, fields.n, fields.box, plot::faded(frame.theme.belief, 0.35f), 1,
                      false);
      if (!truth_) {
        for (const auto& lines : truth_levels_)
          axes.contours(lines, fields.n, fields.box, frame.theme.truth, 1.5f, true);
      }
      const double low = top_ - depth;
      plot::colour_bar(axes, frame.theme, low, top_, "nats",
                       [&](float t) { return plot::sequential(frame.theme, t); });
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
    readout(frame, axes, [&](double x, double y) {
      std::string text = "x " + plot::brief(x, 3) + "   y " + plot::brief(y, 3);
      const float model = at(fields, fields.log_model, x, y),
                  truth = at(fields, fields.log_truth, x, y);
      if (std::isfinite(model))
        text += "\nln p model " + plot::brief(static_cast<double>(model) + shift_of(store), 3);
      if (!std::isnan(truth)) text += "\nln p truth " + plot::brief(static_cast<double>(truth), 3);
      return text;
    });
  }

  std::string csv(const Store& store) const override {
    return fields_csv(store.fields, {"log_model", "log_truth"},
                      {&store.fields.log_model, &store.fields.log_truth});
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
  void refresh(const Store& store, const plot::Theme& theme, const std::vector<float>& source) {
    const Fields& fields = store.fields;
    if (version_ == fields.version && dark_ == theme.dark) return;
    version_ = fields.version;
    dark_ = theme.dark;
    top_ = top_of(store);
    const auto shift = truth_ ? 0.f : static_cast<float>(shift_of(store));
    const auto low = static_cast<float>(top_ - depth);
    const auto lines_of = [&](const std::vector<float>& values, float offset) {
      std::vector<float> finite(values.size());
      for (std::size_t i = 0; i < values.size(); ++i)
        finite[i] = std::fmax(values[i] + offset, low - 40);
      std::vector<std::vector<plot::Polyline>> result;
      for (int k = 1; k <= 3; ++k) {
        result.push_back(plot::level_lines(finite, fields.n, static_cast<float>(top_ - 3 * k)));
      }
      return result;
    };
    map_.update(fields.n, [&](int i) {
      return plot::sequential(
          theme, (source[static_cast<std::size_t>(i)] + shift - low) / static_cast<float>(depth));
    });
    levels_ = lines_of(source, shift);
    truth_levels_ = truth_ ? levels_ : lines_of(fields.log_truth, 0);
  }

  bool truth_;
  plot::HeatMap map_;
  std::vector<std::vector<plot::Polyline>> levels_, truth_levels_;
  double top_ = 0;
  std::uint64_t version_ = 0;
  bool dark_ = false;
};

class Difference final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    const Fields& fields = store.fields;
    const plot::Axes axes = plane(frame);
    if (fields.log_truth.empty() || fields.log_model.empty()) {
      return placeholder(
          frame, axes,
          store.loaded && !store.has_truth
              ? frame.text({"no true density is known here", "참 밀도를 알 수 없습니다"})
              : frame.text({"waiting for the first step", "첫 단계를 기다립니다"}));
    }
    if (version_ != fields.version || dark_ != frame.theme.dark) {
      version_ = fields.version;
      dark_ = frame.theme.dark;
      values_ = difference(store);
      map_.update(fields.n, [&](int i) {
        return plot::diverging(frame.theme, values_[static_cast<std::size_t>(i)] / range);
      });
    }
    map_.draw(axes, fields.box);
    if (!frame.compact) {
      plot::colour_bar(axes, frame.theme, -range, range, "nats",
                       [&](float t) { return plot::diverging(frame.theme, 2 * t - 1); });
      legend(frame, axes,
             {{frame.theme.data, frame.text({"model too high", "모델이 높음"}), Entry::Mark::dot},
              {frame.theme.noise, frame.text({"model too low", "모델이 낮음"}), Entry::Mark::dot}});
    }
    readout(frame, axes, [&](double x, double y) {
      const float value = at(fields, values_, x, y);
      return std::isfinite(value)
                 ? "ln p model − ln p truth " + plot::brief(static_cast<double>(value), 3)
                 : std::string();
    });
  }

  std::string csv(const Store& store) const override {
    const std::vector<float> values =
        store.fields.log_truth.empty() ? std::vector<float>() : difference(store);
    return fields_csv(store.fields, {"difference"}, {&values});
  }

  std::string describe(const Store&) const override {
    return "Heat map of the model's log-density less the true one, where the truth is not "
           "negligible.";
  }

 private:
  static constexpr float range = 2;  // nats

  // Faded out where the truth is negligible: there a difference in logarithms means nothing.
  static std::vector<float> difference(const Store& store) {
    const Fields& fields = store.fields;
    std::vector<float> values(fields.log_model.size());
    const auto shift = static_cast<float>(shift_of(store)), top = static_cast<float>(top_of(store));
    for (std::size_t i = 0; i < values.size(); ++i) {
      const float model = fields.log_model[i] + shift, truth = fields.log_truth[i];
      const float weight = std::fmin(1.f, std::exp(0.5f * (std::fmax(model, truth) - top + 9)));
      values[i] = std::fmax(-20.f, std::fmin(20.f, model - truth)) * weight;
    }
    return values;
  }

  plot::HeatMap map_;
  std::vector<float> values_;
  std::uint64_t version_ = 0;
  bool dark_ = false;
};

}  // namespace

std::unique_ptr<View> make_log_density() { return std::make_unique<Density>(false); }
std::unique_ptr<View> make_truth() { return std::make_unique<Density>(true); }
std::unique_ptr<View> make_difference() { return std::make_unique<Difference>(); }

}  // namespace lab::views
