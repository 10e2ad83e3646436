// Models that stand side by side and differ in β: what each latent says of single factors (MIG), or
// where factors are unknown how much codes say at all (KL), and how well data is given back, both
// against β. This model's mark is strong, the others' are faint.
#include <algorithm>
#include <cmath>

#include "shell/plot/numbers.hpp"
#include "shell/views/curves.hpp"
#include "shell/views/latent_parts.hpp"
#include "shell/views/latent_views.hpp"

namespace lab::views {

namespace {

struct Point {
  double beta, value, error;
  bool own;
};

double beta_of(const Store& store) {
  const Json* const beta = session::find(store.loaded_spec, "objective.beta");
  return store.loaded && beta ? beta->get<double>() : NAN;
}

class TradeOff final : public View {
 public:
  void draw(Frame& frame) override {
    Shared alone;
    alone.models = {&frame.store};
    const Shared& shared = frame.shared ? *frame.shared : alone;
    const bool factors = std::ranges::any_of(shared.models, [](const Store* model) {
      return std::isfinite(model->metric("mig_sampled"));
    });
    const float middle = 0.5f * (frame.min.y + frame.max.y - 16);
    const char* const measure = factors ? "mig_sampled" : "kl";
    const std::string above = factors
                                  ? frame.text({"MIG, z drawn", "MIG, 뽑은 z"})
                                  : frame.text({"KL to the prior, nats", "사전분포까지 KL, nats"});
    const char* const below =
        frame.store.cross_entropy
            ? frame.text({"minus the cross-entropy, nats", "교차 엔트로피의 음수, nats"})
            : frame.text({"reconstruction, nats", "복원 항, nats"});
    panel(frame, shared, measure, above, {frame.min.x + 4, frame.min.y}, {frame.max.x, middle - 3});
    panel(frame, shared, "reconstruction", below, {frame.min.x + 4, middle + 3},
          {frame.max.x, frame.max.y - 16});
  }

  std::string csv(const Store& store) const override {
    std::string table = "beta,mig_sampled,mig_mean,kl,reconstruction\n";
    add_value(table, beta_of(store), ',');
    for (const char* name : {"mig_sampled", "mig_mean", "kl"})
      add_value(table, store.metric(name), ',');
    add_value(table, store.metric("reconstruction"), '\n');
    return table;
  }

  std::string describe(const Store& store) const override {
    return "At a β of " + plot::brief(beta_of(store), 3) + " MIG is " +
           plot::brief(store.metric("mig_sampled"), 2) + ", the KL " +
           plot::brief(store.metric("kl"), 3) + " nats and the reconstruction " +
           plot::brief(store.metric("reconstruction"), 4) + " nats.";
  }

 private:
  static std::vector<Point> points_of(const Frame& frame, const Shared& shared,
                                      const std::string& measure) {
    std::vector<Point> points;
    for (const Store* const model : shared.models) {
      const Point point{beta_of(*model), model->metric(measure), model->metric(measure + "_se"),
                        model == &frame.store};
      if (std::isfinite(point.beta) && std::isfinite(point.value)) points.push_back(point);
    }
    std::ranges::stable_sort(points, {}, &Point::beta);
    return points;
  }

  static void panel(const Frame& frame, const Shared& shared, const std::string& measure,
                    const std::string& words, ImVec2 min, ImVec2 max) {
    const plot::Theme& theme = frame.theme;
    const std::vector<Point> points = points_of(frame, shared, measure);
    // Equal factors are equally far apart, where there is no 0.
    const bool doubling = !points.empty() && points.front().beta > 0;
    const auto place = [doubling](double beta) { return doubling ? std::log2(beta) : beta; };
    plot::Window window{-1, 1, 0, 1};
    if (!points.empty()) {
      const auto [least, most] = std::ranges::minmax(points, {}, &Point::value);
      const double margin =
          std::max(0.22 * (most.value - least.value), 0.02 * std::abs(most.value) + 1e-3);
      const double first = place(points.front().beta), last = place(points.back().beta);
      const double side = std::max(0.5, 0.12 * (last - first));
      window = {first - side, last + side, least.value - margin, most.value + 1.6 * margin};
    }
    {
      const plot::Axes axes(theme, frame.fonts, min, max, window, false, true, {"", ""});
      std::vector<ImVec2> line;
      for (const Point& point : points) line.push_back(axes.screen(place(point.beta), point.value));
      axes.line(line, plot::faded(theme.muted, 0.45f), 1);
      for (const Point& point : points) {
        const ImVec2 at = axes.screen(place(point.beta), point.value);
        const ImU32 colour = point.own ? theme.belief : plot::faded(theme.muted, 0.6f);
        if (std::isfinite(point.error)) {
          axes.line({axes.screen(place(point.beta), point.value - point.error),
                     axes.screen(place(point.beta), point.value + point.error)},
                    colour, 1.5f);
        }
        axes.draw().AddCircleFilled(at, point.own ? 4.5f : 3.f, colour);
        if (!point.own) continue;
        const std::string value = plot::brief(point.value, measure == "mig_sampled" ? 2 : 4);
        axes.text({std::clamp(at.x - 0.5f * size_of(frame, value).x, min.x + 2,
                              max.x - size_of(frame, value).x - 2),
                   at.y - 20},
                  theme.ink, value);
      }
      axes.text({min.x + 4, min.y + 3}, theme.muted, words);
    }
    ImGui::GetWindowDrawList()->AddRect(min, max, theme.hairline);
    if (measure != "reconstruction") return;
    const auto x_of = [&](double beta) {
      return min.x + (max.x - min.x) *
                         static_cast<float>((place(beta) - window.x0) / (window.x1 - window.x0));
    };
    for (const Point& point : points) {
      const std::string label = (point.own ? "β = " : "") + plot::brief(point.beta, 3);
      write(frame, {x_of(point.beta) - 0.5f * size_of(frame, label).x, max.y + 2},
            point.own ? theme.ink : theme.muted, label);
    }
  }
};

}  // namespace

std::unique_ptr<View> make_trade_off() { return std::make_unique<TradeOff>(); }

}  // namespace lab::views
