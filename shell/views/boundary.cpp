// The posterior h(u) = 1 / (1 + ν e^{−G(u)}) that a point is data and not noise: a heat map, its
// level lines, the model's boundary h = ½ and, dashed, the best possible one.
#include <array>
#include <cmath>
#include <tuple>
#include <utility>

#include "shell/plot/colour_map.hpp"
#include "shell/plot/numbers.hpp"
#include "shell/views/plane.hpp"

namespace lab::views {

namespace {

class Boundary final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    const auto [box, n] = cells_of(store);
    const plot::Theme& theme = frame.theme;
    const plot::Axes axes = plane(frame);
    if (store.array("log_model").empty() || store.array("log_noise").empty()) {
      return placeholder(frame, axes,
                         frame.text({"waiting for the first step", "첫 단계를 기다립니다"}));
    }
    refresh(store, theme, n);
    map_.draw(axes, box);
    if (!frame.compact || frame.shared) {
      for (const auto& lines : levels_)
        axes.contours(lines, n, box, plot::faded(theme.belief, 0.3f), 1, false);
    }
    axes.contours(best_, n, box, theme.truth, 2, true);
    const std::size_t most = frame.compact ? 300 : 1000;
    points(axes, store.array("noise"), plot::faded(theme.noise, 0.75f), frame.compact ? 1.2f : 2.f,
           true, most);
    points(axes, store.array("data_train"), plot::faded(theme.data, 0.8f),
           frame.compact ? 1.2f : 2.f, false, most);
    axes.contours(boundary_, n, box, theme.belief, frame.compact ? 1.5f : 2.5f, false);
    if (frame.segment_visible) segment(frame, axes);
    std::vector<Entry> entries{
        {theme.data, frame.text({"data", "데이터"}), Entry::Mark::dot},
        {theme.noise, frame.text({"noise", "잡음"}), Entry::Mark::square},
        {theme.belief, frame.text({"boundary h = ½", "경계 h = ½"}), Entry::Mark::line}};
    if (store.has_truth) {
      entries.push_back({theme.truth, frame.text({"best possible boundary", "가능한 최선의 경계"}),
                         Entry::Mark::dashes});
    }
    legend(frame, axes, entries);
    plane_readout(frame, axes, [&](double x, double y) {
      const float value = at(cells_of(store), h_, x, y);
      std::string text;
      if (!frame.shared) text = "x " + plot::brief(x, 3) + "   y " + plot::brief(y, 3);
      if (std::isfinite(value))
        text += (text.empty() ? "h " : "\nh ") + plot::brief(static_cast<double>(value), 3);
      return text;
    });
  }

  std::string csv(const Store& store) const override {
    return fields_csv(store, {{"log_model", store.array("log_model")},
                              {"log_noise", store.array("log_noise")},
                              {"log_truth", store.array("log_truth")}});
  }

  std::string describe(const Store& store) const override {
    return "Heat map of the probability that a point is data rather than noise, after " +
           std::to_string(store.step) + " steps; the boundary lies where it is one half.";
  }

 private:
  void refresh(const Store& store, const plot::Theme& theme, int n) {
    const Array &log_model = store.array("log_model"), &log_noise = store.array("log_noise"),
                &log_truth = store.array("log_truth");
    const Seen now{log_model.version, log_noise.version, log_truth.version, theme.dark};
    if (now == std::exchange(seen_, now)) return;
    const auto log_ratio = static_cast<float>(std::log(store.noise_ratio));
    const auto posterior = [&](const Array& log_p, std::vector<float>& h, std::vector<float>& g) {
      h.resize(log_p.size());
      g.resize(log_p.size());
      for (std::size_t i = 0; i < log_p.size(); ++i) {
        // ±60 is as sure as a float can say.
        g[i] = std::fmax(-60.f, std::fmin(60.f, log_p[i] - log_noise[i] - log_ratio));
        h[i] = 1 / (1 + std::exp(-g[i]));
      }
    };
    std::vector<float> g, best_h, best_g;
    posterior(log_model, h_, g);
    posterior(log_truth, best_h, best_g);
    map_.update(
        n, [&](int i) { return plot::diverging(theme, 2 * h_[static_cast<std::size_t>(i)] - 1); });
    constexpr std::array quantiles{0.05f, 0.25f, 0.75f, 0.95f};
    levels_.clear();
    for (const float q : quantiles)
      levels_.push_back(plot::level_lines(g, n, std::log(q / (1 - q))));
    boundary_ = plot::level_lines(g, n, 0);
    best_ = best_g.empty() ? std::vector<plot::Polyline>() : plot::level_lines(best_g, n, 0);
  }

  plot::HeatMap map_;
  std::vector<float> h_;
  std::vector<std::vector<plot::Polyline>> levels_;
  std::vector<plot::Polyline> boundary_, best_;
  // Versions of the model, the noise, the truth; the theme.
  using Seen = std::tuple<std::uint64_t, std::uint64_t, std::uint64_t, bool>;
  Seen seen_;
};

}  // namespace

std::unique_ptr<View> make_boundary() { return std::make_unique<Boundary>(); }

}  // namespace lab::views
