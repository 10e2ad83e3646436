// Numbers of a model with latents: the evidence lower bound and its terms by step, the KL of each
// dimension, the aggregate posterior against the prior, and runs against each other.
#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>
#include <utility>

#include "shell/plot/classes.hpp"
#include "shell/plot/numbers.hpp"
#include "shell/views/curves.hpp"
#include "shell/views/latent_parts.hpp"
#include "shell/views/latent_views.hpp"

namespace lab::views {

namespace {

// Where a model has a bound the objective may be another one: the columns to look at.
const std::vector<float>& train_of(const Store& store) {
  const std::vector<float>& bound = store.column("elbo_train");
  return bound.empty() ? store.column("objective_train") : bound;
}
const std::vector<float>& test_of(const Store& store) {
  const std::vector<float>& bound = store.column("elbo_test");
  return bound.empty() ? store.column("objective_test") : bound;
}

// ELBO = E ln p(x|z) − KL. Above the bound and its first term, whose distance is the KL; below,
// where there is room, the KL on an axis of its own.
class Bound final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    const plot::Theme& theme = frame.theme;
    const std::vector<float>&train = train_of(store), &test = test_of(store),
          &match = store.column("reconstruction"), &kl = store.column("kl"),
          &weights = store.column("kl_weights");
    if (!any_number(train) && !any_number(test)) {
      return sentence(frame, frame.text({"The bound comes with the first steps.",
                                         "하한은 첫 단계들 뒤에 나옵니다."}));
    }
    std::vector<Curve> curves;
    double low = 1e30;
    const auto add = [&](const char* name, ImU32 colour, bool dashed,
                         const std::vector<float>& values) {
      if (!any_number(values)) return;
      curves.push_back({name, colour, dashed, values});
      low = std::min(low, settled_floor(values));
    };
    const bool terms = any_number(match) && any_number(kl), uncertain = any_number(weights);
    add(frame.text({"best possible", "가능한 최선"}), theme.truth, true,
        store.column("elbo_optimum"));
    // Of grey levels ln p(x|z) is minus a cross-entropy, and the bound is of no ln p(x).
    const bool grey = store.cross_entropy;
    add(grey ? frame.text({"−cross-entropy", "−교차 엔트로피"}) : "E ln p(x|z)", theme.model, false,
        match);
    add(grey ? frame.text({"−CE − KL, train", "−CE − KL, 학습"})
             : frame.text({"ELBO, train", "ELBO, 학습"}),
        theme.data, false, train);
    const auto tested = [&] {
      if (grey) {
        return uncertain ? words::Text{"−CE − KL(z) − KL(θ)/N, test", "−CE − KL(z) − KL(θ)/N, 시험"}
                         : words::Text{"−CE − KL, test", "−CE − KL, 시험"};
      }
      if (!terms) return words::Text{"ELBO, test", "ELBO, 시험"};
      return uncertain
                 ? words::Text{"ELBO, test = E ln p(x|z) − KL(z) − KL(θ)/N",
                               "ELBO, 시험 = E ln p(x|z) − KL(z) − KL(θ)/N"}
                 : words::Text{"ELBO, test = E ln p(x|z) − KL", "ELBO, 시험 = E ln p(x|z) − KL"};
    };
    add(frame.text(tested()), theme.belief, false, test);
    const plot::Axes::Labels labels{frame.text({"step", "단계"}),
                                    frame.text({"nats a sample", "표본당 nats"})};
    const float height = frame.max.y - frame.min.y;
    Frame upper = frame;
    if (terms && !frame.compact && height > 360) {
      Frame lower = frame;
      upper.max.y = lower.min.y = std::round(frame.max.y - std::max(140.f, 0.3f * height));
      std::vector<Curve> parts{{frame.text({"KL(q(z|x) ‖ p(z)), test", "KL(q(z|x) ‖ p(z)), 시험"}),
                                theme.belief, false, kl}};
      if (uncertain) parts.push_back({"KL(q(θ) ‖ p(θ))/N", theme.belief, true, weights});
      chart(lower, store.column("step"), parts, labels, 0, 1e30, Words::above);
    }
    chart(upper, store.column("step"), curves, labels, low, 1e30, Words::above);
  }

  std::string csv(const Store& store) const override {
    return curves_csv(
        "step", store.column("step"),
        {"elbo_train", "elbo_test", "reconstruction", "kl", "kl_weights", "elbo_optimum"},
        {train_of(store), test_of(store), store.column("reconstruction"), store.column("kl"),
         store.column("kl_weights"), store.column("elbo_optimum")});
  }

  std::string describe(const Store& store) const override {
    if (test_of(store).empty())
      return "Line chart of the evidence lower bound by step; there are no steps yet.";
    const auto last = [](const std::vector<float>& values) {
      return plot::brief(values.empty() ? std::nan("") : static_cast<double>(values.back()), 4);
    };
    return std::string(
               store.cross_entropy
                   ? "Line chart of minus cross-entropy less KL by step, of grey levels and "
                     "so of no ln p(x): "
                   : "Line chart of the evidence lower bound by step: ") +
           last(test_of(store)) + " nats on test data, of which the reconstruction makes " +
           last(store.column("reconstruction")) + " and the KL takes " + last(store.column("kl")) +
           ".";
  }
};

class KlDimensions final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    const plot::Theme& theme = frame.theme;
    const Array& kls = store.array("kl_dimensions");
    if (kls.empty()) {
      return sentence(frame, frame.text({"The KL of each dimension comes with the next step.",
                                         "차원별 KL은 다음 단계에 나옵니다."}));
    }
    const std::vector<int> order = by_kl(store);
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    ImVec2 low = frame.min, high = frame.max;
    if (!frame.compact) {
      write(frame, {low.x + 8, low.y + 2}, theme.ink, summary(frame), plot::small_size);
      low = {low.x + 44, low.y + 28};
      high = {high.x - 16, high.y - 36};
    } else {
      low = {low.x + 4, low.y + 4};
      high = {high.x - 4, high.y - 4};
    }
    const char* fallen = frame.text({"collapsed", "붕괴됨"});
    const double most = std::max(0.1, static_cast<double>(kls[static_cast<std::size_t>(order[0])]));
    const float row =
        std::min(frame.compact ? 48.f : 56.f, (high.y - low.y) / static_cast<float>(order.size()));
    high.y = low.y + row * static_cast<float>(order.size());
    // Room for the number behind the longest bar.
    const float span = high.x - low.x - (frame.compact ? 0.f : 62.f);
    const auto x_of = [&](double kl) {
      return low.x + span * static_cast<float>(std::clamp(kl / most, 0.0, 1.0));
    };
    if (!frame.compact) {
      const auto ticks = plot::round_ticks(0, most, std::max(2, static_cast<int>(span / 90)));
      for (const double tick : ticks) {
        const float x = std::round(x_of(tick));
        draw.AddLine({x, low.y}, {x, high.y}, plot::faded(theme.hairline, 0.6f));
        const std::string label = plot::tick_label(tick, ticks);
        write(frame, {x - 0.5f * size_of(frame, label).x, high.y + 3}, theme.muted, label);
      }
      const std::string unit = "KL(q(z|x) ‖ p(z))  (nats)";
      write(frame, {low.x + 0.5f * (span - size_of(frame, unit).x), high.y + 18}, theme.muted,
            unit);
    }
    const float thick = std::max(1.f, std::min(row - 1, std::floor(0.72f * row)));
    const std::size_t every =
        std::max<std::size_t>(1, static_cast<std::size_t>(std::ceil(15 / std::max(row, 0.5f))));
    for (std::size_t i = 0; i < order.size(); ++i) {
      const int dimension = order[i];
      const auto kl = static_cast<double>(kls[static_cast<std::size_t>(dimension)]);
      const bool collapsed = !(kl > static_cast<double>(active_from));
      const float y = low.y + row * static_cast<float>(i) + 0.5f * (row - thick);
      const float right = std::max(x_of(kl), low.x + 3);
      draw.AddRectFilled({low.x, y}, {right, y + thick}, collapsed ? theme.warning : theme.belief,
                         std::min(2.f, 0.3f * thick));
      if (frame.compact || i % every != 0) continue;
      const float middle = y + 0.5f * thick - 8;
      const std::string name = z_name(dimension);
      write(frame, {low.x - 6 - size_of(frame, name).x, middle},
            collapsed ? theme.warning : theme.ink, name);
      std::string words = plot::brief(kl, 3);
      if (collapsed) words += std::string("   ") + fallen;
      write(frame, {right + 7, middle}, collapsed ? theme.warning : theme.muted, words);
    }
    if (frame.compact) return;
    const float bottom = low.y + row * static_cast<float>(order.size());
    const Touch area = touch("bars", {frame.min.x, low.y}, {high.x, bottom});
    const auto hit = static_cast<std::size_t>(std::max(0.f, (area.at.y - low.y) / row));
    if (!area.hovered || hit >= order.size()) return;
    const auto dimension = static_cast<std::size_t>(order[hit]);
    const double kl = static_cast<double>(kls[dimension]);
    Bubble content;
    content.lines = {z_name(order[hit]) + "   " + plot::brief(kl, 4) + " nats",
                     kl > static_cast<double>(active_from)
                         ? frame.text({"says something of the data", "데이터에 관한 정보를 담음"})
                         : frame.text({"collapsed: q(z|x) is the prior, whatever the data",
                                       "붕괴됨: 데이터와 상관없이 q(z|x)가 사전분포와 같음"})};
    bubble(frame, texture_, content);
  }

  std::string csv(const Store& store) const override {
    const Array& kls = store.array("kl_dimensions");
    if (kls.empty()) return {};
    std::string table = "dimension,kl\n";
    for (std::size_t j = 0; j < kls.size(); ++j) {
      table += std::to_string(j + 1) + ",";
      add_value(table, static_cast<double>(kls[j]), '\n');
    }
    return table;
  }

  std::string describe(const Store& store) const override {
    if (store.array("kl_dimensions").empty())
      return "Bars of the KL of each latent dimension; there are none yet.";
    return "Bars of the KL of each latent dimension, largest first: " +
           std::to_string(active_count(store)) + " of " + std::to_string(latents_of(store)) +
           " are active, " + plot::brief(total(store), 4) + " nats in all.";
  }

 private:
  static double total(const Store& store) {
    double sum = 0;
    for (const float kl : store.array("kl_dimensions").values) sum += static_cast<double>(kl);
    return sum;
  }

  static std::string summary(const Frame& frame) {
    const Store& store = frame.store;
    const std::string active = std::to_string(active_count(store)),
                      all = std::to_string(latents_of(store)), sum = plot::brief(total(store), 4);
    if (frame.korean)
      return all + "개 차원 중 " + active + "개 활성 (> 0.01 nats), 합계 " + sum + " nats";
    return active + " of " + all + " dimensions active (> 0.01 nats), " + sum + " nats in all";
  }

  plot::Pictures texture_;
};

// (1/n) Σ N(mean, deviation²) of each dimension, which a perfect model would make the prior.
class Aggregate final : public View {
 public:
  void draw(Frame& frame) override {
    refresh(frame.store);
    if (panels_.empty()) {
      return sentence(frame, frame.text({"The codes of the test data come with the next step.",
                                         "시험 데이터의 잠재 표현은 다음 단계에 나옵니다."}));
    }
    const plot::Theme& theme = frame.theme;
    ImVec2 low = frame.min, high = frame.max;
    if (!frame.compact) {
      low.y +=
          4 + key(frame, {low.x + 8, low.y + 2}, high.x - 8,
                  {{theme.belief, frame.text({"aggregate posterior q(z)", "집계 사후분포 q(z)"}),
                    Entry::Mark::line},
                   {theme.truth, frame.text({"prior N(0, 1)", "사전분포 N(0, 1)"}),
                    Entry::Mark::dashes}});
    }
    const auto count = static_cast<int>(panels_.size());
    int columns = 1;
    float best = -1;
    for (int across = 1; across <= count; ++across) {
      const int down = (count + across - 1) / across;
      // Panels three wide by two high are read best.
      const float size = std::min((high.x - low.x) / static_cast<float>(across) / 1.5f,
                                  (high.y - low.y) / static_cast<float>(down));
      const float score = size - (across * down > count ? 0.08f * size : 0);
      if (score > best) best = score, columns = across;
    }
    const int rows = (count + columns - 1) / columns;
    const float width = (high.x - low.x) / static_cast<float>(columns),
                height = (high.y - low.y) / static_cast<float>(rows);
    for (int i = 0; i < count; ++i) {
      const ImVec2 corner{low.x + width * static_cast<float>(i % columns),
                          low.y + height * static_cast<float>(i / columns)};
      const float inset = frame.compact ? 2.f : 0.f;
      panel(frame, panels_[static_cast<std::size_t>(i)], {corner.x + inset, corner.y + inset},
            {corner.x + width - inset, corner.y + height - inset});
    }
  }

  std::string csv(const Store& store) const override {
    Aggregate copy;
    copy.refresh(store);
    if (copy.panels_.empty()) return {};
    std::string table = "z,prior";
    for (const Panel& panel : copy.panels_) table += ",q_" + std::to_string(panel.dimension + 1);
    table += "\n";
    for (std::size_t i = 0; i < points; ++i) {
      add_value(table, z_of(i), ',');
      add_value(table, density(z_of(i)), ',');
      for (std::size_t k = 0; k < copy.panels_.size(); ++k)
        add_value(table, copy.panels_[k].q[i], k + 1 < copy.panels_.size() ? ',' : '\n');
    }
    return table;
  }

  std::string describe(const Store& store) const override {
    Aggregate copy;
    copy.refresh(store);
    std::string words = "Line charts of the aggregate posterior against the prior";
    for (const Panel& panel : copy.panels_) {
      words += "; dimension " + std::to_string(panel.dimension + 1) + " has mean " +
               fixed(panel.mean, 2) + " and deviation " + fixed(panel.deviation, 2);
    }
    return words + ".";
  }

 private:
  static constexpr std::size_t points = 361, most_samples = 2000;
  static constexpr int most_panels = 6;
  static constexpr double reach = 4.5;

  struct Panel {
    int dimension = 0;
    double mean = 0, deviation = 0, top = 0;
    std::vector<double> q;
  };

  static double z_of(std::size_t i) {
    return -reach + 2 * reach * static_cast<double>(i) / (points - 1);
  }
  static double density(double z) {
    return std::exp(-0.5 * z * z) / std::sqrt(2 * 3.14159265358979323846);
  }

  void refresh(const Store& store) {
    const std::array<int, 2> axes = axes_of(store);
    const Array &mean = store.array("latent_mean"), &deviation = store.array("latent_deviation");
    const Seen now{mean.version, deviation.version, axes};
    if (now == std::exchange(seen_, now)) return;
    panels_.clear();
    if (mean.empty() || mean.shape != deviation.shape) return;
    // The axes' dimensions first, then those that say most.
    std::vector<int> chosen;
    const auto choose = [&](int dimension) {
      if (dimension >= 0 && dimension < mean.extent(1) &&
          static_cast<int>(chosen.size()) < most_panels &&
          std::find(chosen.begin(), chosen.end(), dimension) == chosen.end())
        chosen.push_back(dimension);
    };
    choose(axes[0]);
    choose(axes[1]);
    for (const int dimension : by_kl(store)) choose(dimension);
    for (const int dimension : chosen) panels_.push_back(panel_of(mean, deviation, dimension));
  }

  static Panel panel_of(const Array& means, const Array& deviations, int dimension) {
    const auto dimensions = static_cast<std::size_t>(means.extent(1));
    const std::size_t count = std::min(means.size() / dimensions, most_samples);
    Panel panel;
    panel.dimension = dimension;
    panel.q.assign(points, 0);
    constexpr double step = 2 * reach / (points - 1);
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t at = i * dimensions + static_cast<std::size_t>(dimension);
      const auto mean = static_cast<double>(means[at]);
      const double deviation = static_cast<double>(deviations[at]);
      if (!std::isfinite(mean) || !(deviation > 0)) continue;
      sum += mean;
      squares += mean * mean + deviation * deviation;
      // Nothing narrower than the grid can be drawn.
      const double scale = std::max(deviation, step);
      const auto clamped = [](double z) {
        return static_cast<std::size_t>(
            std::clamp(std::ceil((z + reach) / step), 0.0, static_cast<double>(points)));
      };
      const double height =
          1 / (scale * std::sqrt(2 * 3.14159265358979323846) * static_cast<double>(count));
      for (std::size_t k = clamped(mean - 5 * scale), end = clamped(mean + 5 * scale); k < end;
           ++k) {
        const double u = (z_of(k) - mean) / scale;
        panel.q[k] += height * std::exp(-0.5 * u * u);
      }
    }
    panel.mean = sum / static_cast<double>(count);
    panel.deviation =
        std::sqrt(std::max(0.0, squares / static_cast<double>(count) - panel.mean * panel.mean));
    panel.top = std::max(density(0), *std::max_element(panel.q.begin(), panel.q.end()));
    return panel;
  }

  static void panel(Frame& frame, const Panel& panel, ImVec2 low, ImVec2 high) {
    const plot::Theme& theme = frame.theme;
    std::string title;
    if (!frame.compact) {
      const std::string numbers = frame.text({"mean ", "평균 "}) + fixed(panel.mean, 2) + "   " +
                                  frame.text({"deviation ", "표준편차 "}) +
                                  fixed(panel.deviation, 2);
      title = z_name(panel.dimension) + "   " + numbers;
      if (size_of(frame, title).x > high.x - low.x - 40) {
        title = z_name(panel.dimension) + "   μ " + fixed(panel.mean, 2) + "   σ " +
                fixed(panel.deviation, 2);
      }
    }
    const plot::Axes axes(theme, frame.fonts, low, high, {-reach, reach, 0, 1.12 * panel.top},
                          false, frame.compact, {z_name(panel.dimension), title});
    std::vector<ImVec2> prior, q;
    for (std::size_t i = 0; i < points; ++i) {
      if (i % 4 == 0) prior.push_back(axes.screen(z_of(i), density(z_of(i))));
      q.push_back(axes.screen(z_of(i), panel.q[i]));
    }
    axes.line(q, theme.belief, frame.compact ? 1.5f : 2.f);
    axes.dashes(prior, theme.truth, 2);
    readout(frame, axes, [&](double x, double) {
      const auto i = static_cast<std::size_t>(
          std::clamp((x + reach) / (2 * reach) * (points - 1), 0.0, points - 1.0));
      return z_name(panel.dimension) + " " + fixed(x, 2) + "\nq " + plot::brief(panel.q[i], 3) +
             "\np " + plot::brief(density(x), 3);
    });
  }

  std::vector<Panel> panels_;
  // Versions of means and deviations, and the axes.
  using Seen = std::tuple<std::uint64_t, std::uint64_t, std::array<int, 2>>;
  Seen seen_;
};

// The objective against samples seen, of this run and of those that went before.
class Runs final : public View {
 public:
  void draw(Frame& frame) override {
    // Only between frames: the runs below refer to the past ones.
    if (std::exchange(forget_, false)) frame.store.forget_runs();
    const Store& store = frame.store;
    const plot::Theme& theme = frame.theme;
    const std::vector<Run> runs = runs_of(store);
    double x0 = 1e30, x1 = -1e30, y1 = -1e30, y0 = 1e30;
    for (const Run& run : runs) {
      for (const auto* values : {&run.train, &run.test}) {
        if (!any_number(*values)) continue;
        y0 = std::min(y0, settled_floor(*values));
        for (std::size_t i = 0; i < std::min(values->size(), run.samples.size()); ++i) {
          if (!std::isfinite((*values)[i]) || !(run.samples[i] > 0)) continue;
          y1 = std::max(y1, static_cast<double>((*values)[i]));
          const double x = std::log10(static_cast<double>(run.samples[i]));
          x0 = std::min(x0, x);
          x1 = std::max(x1, x);
        }
      }
    }
    if (x0 > x1 || y0 > 1e29) {
      return sentence(
          frame,
          frame.text({"Curves come with the first steps; runs that end stay here to compare.",
                      "곡선은 첫 단계들 뒤에 나오고, 지난 실행은 여기 남아 비교할 수 있습니다."}));
    }
    // From where the first curve comes into sight.
    double sight = x1;
    for (const Run& run : runs) {
      for (std::size_t i = 0; i < std::min(run.test.size(), run.samples.size()); ++i) {
        if (!(run.samples[i] > 0) || !(static_cast<double>(run.test[i]) > y0)) continue;
        sight = std::min(sight, std::log10(static_cast<double>(run.samples[i])));
        break;
      }
    }
    x0 = std::max(x0, sight - 0.1);
    if (x1 - x0 < 0.05) x0 -= 0.05;
    const double margin = std::max(0.06 * (y1 - y0), 1e-3);
    const Scale scale{x0, x1, y0 - margin, y1 + margin};
    ImVec2 low = frame.min, high = frame.max;
    if (!frame.compact) {
      low.y += head(frame, runs);
      low = {low.x + 44, low.y + 18};
      high = {high.x - 8, high.y - 36};
    }
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const auto x_of = [&](double x) {
      return low.x + (high.x - low.x) * static_cast<float>((x - scale.x0) / (scale.x1 - scale.x0));
    };
    const auto y_of = [&](double y) {
      return high.y - (high.y - low.y) * static_cast<float>((y - scale.y0) / (scale.y1 - scale.y0));
    };
    ticks(frame, scale, low, high);
    draw.PushClipRect(low, high, true);
    // This run, the first, above the others.
    for (std::size_t r = runs.size(); r-- > 0;) {
      const Run& run = runs[r];
      const ImU32 colour = colour_of(theme, r);
      for (const bool train : {true, false}) {
        const std::vector<float>& values = train ? run.train : run.test;
        std::vector<ImVec2> line;
        std::vector<ImVec2> marks;
        float last_x = -1e9f, last_mark = low.x + 30 + 17 * static_cast<float>(r % 5);
        const std::size_t count = std::min(values.size(), run.samples.size());
        const auto flush = [&] {
          if (train) dashes(draw, line, plot::faded(colour, 0.75f), 1.5f);
          else
            draw.AddPolyline(line.data(), static_cast<int>(line.size()), colour, 0,
                             r == 0 ? 2.5f : 2.f);
          line.clear();
        };
        for (std::size_t i = 0; i < count; ++i) {
          if (!std::isfinite(values[i])) {
            flush();
            continue;
          }
          if (!(run.samples[i] > 0)) continue;
          const ImVec2 p{
              x_of(std::log10(static_cast<double>(run.samples[i]))),
              std::clamp(y_of(static_cast<double>(values[i])), low.y - 2000, high.y + 2000)};
          // No more points than pixels, save the last.
          if (p.x < last_x + 1 && i + 1 < count) continue;
          last_x = p.x;
          line.push_back(p);
          if (!train && p.x > last_mark + (frame.compact ? 40.f : 90.f))
            marks.push_back(p), last_mark = p.x;
        }
        flush();
        for (const ImVec2 p : marks) mark(draw, p, r, colour, theme.background);
      }
    }
    draw.PopClipRect();
    if (frame.compact) return;
    const Touch area = touch("runs", low, high);
    if (!area.hovered) return;
    const double at = scale.x0 + (scale.x1 - scale.x0) *
                                     static_cast<double>((area.at.x - low.x) / (high.x - low.x));
    draw.AddLine({area.at.x, low.y}, {area.at.x, high.y}, plot::faded(theme.muted, 0.5f));
    Bubble content;
    content.lines.push_back(plot::brief(std::pow(10, at), 3) + frame.text({" samples", " 표본"}));
    for (const Run& run : runs) {
      const auto found = std::lower_bound(run.samples.begin(), run.samples.end(),
                                          static_cast<float>(std::pow(10, at)));
      const auto i = static_cast<std::size_t>(found - run.samples.begin());
      if (i >= run.test.size()) continue;
      content.lines.push_back(run.label + "   " + plot::brief(static_cast<double>(run.test[i]), 4));
    }
    bubble(frame, texture_, content);
  }

  std::string csv(const Store& store) const override {
    std::string table = "run,samples,train,test\n";
    bool any = false;
    for (const Run& run : runs_of(store)) {
      for (std::size_t i = 0; i < run.samples.size(); ++i) {
        any = true;
        const auto value = [i](const std::vector<float>& values) {
          return i < values.size() ? static_cast<double>(values[i]) : std::nan("");
        };
        table += "\"" + run.label + "\",";
        add_value(table, static_cast<double>(run.samples[i]), ',');
        add_value(table, value(run.train), ',');
        add_value(table, value(run.test), '\n');
      }
    }
    return any ? table : std::string();
  }

  std::string describe(const Store& store) const override {
    std::string words = "Line chart of the objective on test data against samples seen";
    for (const Run& run : runs_of(store)) {
      if (any_number(run.test))
        words += "; " + run.label + " reaches " + plot::brief(last(run.test), 4) + " nats";
    }
    return words + ".";
  }

 private:
  struct Run {
    std::string label;
    const std::vector<float>&samples, &train, &test;
  };
  struct Scale {
    double x0, x1, y0, y1;
  };

  static double last(const std::vector<float>& values) {
    for (std::size_t i = values.size(); i-- > 0;) {
      if (std::isfinite(values[i])) return static_cast<double>(values[i]);
    }
    return std::nan("");
  }

  // This run, then the past ones, latest first.
  static std::vector<Run> runs_of(const Store& store) {
    std::vector<Run> runs;
    if (store.loaded) {
      runs.push_back(
          {label_of(store.spec), store.column("samples_seen"), train_of(store), test_of(store)});
    }
    for (auto past = store.past_runs.rbegin(); past != store.past_runs.rend(); ++past)
      runs.push_back({past->label, past->samples, past->train, past->test});
    return runs;
  }

  static ImU32 colour_of(const plot::Theme& theme, std::size_t run) {
    return run == 0 ? theme.belief : plot::class_colour(theme, static_cast<int>(run - 1));
  }

  static void mark(ImDrawList& draw, ImVec2 p, std::size_t run, ImU32 colour, ImU32 ground) {
    constexpr float r = 4.5f;
    switch (run % 5) {
      case 0: draw.AddCircleFilled(p, r, colour); break;
      case 1: draw.AddRectFilled({p.x - 4, p.y - 4}, {p.x + 4, p.y + 4}, colour); break;
      case 2:
        draw.AddTriangleFilled({p.x, p.y - r - 1}, {p.x + r, p.y + 4}, {p.x - r, p.y + 4}, colour);
        break;
      case 3:
        draw.AddQuadFilled({p.x, p.y - 6}, {p.x + 6, p.y}, {p.x, p.y + 6}, {p.x - 6, p.y}, colour);
        break;
      default: draw.AddCircleFilled(p, r, ground); draw.AddCircle(p, r, colour, 0, 2);
    }
  }

  static void dashes(ImDrawList& draw, const std::vector<ImVec2>& points, ImU32 colour,
                     float width) {
    float along = 0;
    for (std::size_t i = 0; i + 1 < points.size(); ++i) {
      const ImVec2 a = points[i], b = points[i + 1];
      const float length = std::hypot(b.x - a.x, b.y - a.y);
      if (!(length > 0) || length > 4000) continue;
      for (float t = 0; t < length;) {
        const float phase = std::fmod(along, 9.f);
        const float run = std::max(0.05f, std::min((phase < 5 ? 5 : 9) - phase, length - t));
        const auto at = [&](float s) {
          return ImVec2{a.x + (b.x - a.x) * s / length, a.y + (b.y - a.y) * s / length};
        };
        if (phase < 5) draw.AddLine(at(t), at(std::min(t + run, length)), colour, width);
        t += run;
        along += run;
      }
    }
  }

  // A line a run with its last value, and the button that forgets the past ones.
  float head(Frame& frame, const std::vector<Run>& runs) {
    const Store& store = frame.store;
    const plot::Theme& theme = frame.theme;
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const float left = frame.min.x + 12, width = frame.max.x - frame.min.x;
    const std::size_t most =
        std::max<std::size_t>(1, static_cast<std::size_t>(0.3f * (frame.max.y - frame.min.y) / 18));
    float y = frame.min.y + 4;
    float button = 0;
    if (!store.past_runs.empty()) {
      const char* words = frame.text({"Clear", "지우기"});
      button = ImGui::CalcTextSize(words).x + 24;
      ImGui::SetCursorScreenPos({frame.max.x - 8 - button, y});
      ImGui::SetNextItemAllowOverlap();
      if (ImGui::Button(words, {button, 24})) forget_ = true;
      if (ImGui::IsItemHovered(ImGuiHoveredFlags_DelayNormal))
        ImGui::SetTooltip("%s", frame.text({"Forgets the past runs", "지난 실행을 모두 지웁니다"}));
    }
    for (std::size_t r = 0; r < std::min(runs.size(), most); ++r) {
      const ImU32 colour = colour_of(theme, r);
      draw.AddLine({left - 4, y + 9}, {left + 18, y + 9}, colour, 2);
      mark(draw, {left + 7, y + 9}, r, colour, theme.background);
      std::string words = runs[r].label;
      const std::string value = plot::brief(last(runs[r].test), 4) + " nats";
      const float value_width = size_of(frame, value).x;
      const float room = width - 62 - value_width - (r < 2 ? button + 8 : 0);
      if (size_of(frame, words).x > room) {
        while (words.size() > 4 && size_of(frame, words + "…").x > room) {
          // A whole character, whose later bytes are 10xxxxxx.
          while ((static_cast<unsigned char>(words.back()) & 0xc0) == 0x80) words.pop_back();
          words.pop_back();
        }
        words += "…";
      }
      write(frame, {left + 26, y + 1}, theme.ink, words);
      write(frame, {left + 38 + size_of(frame, words).x, y + 1}, theme.muted, value);
      y += 18;
    }
    y += key(frame, {left - 4, y}, frame.max.x - 8,
             {{theme.muted, frame.text({"test", "시험"}), Entry::Mark::line},
              {theme.muted, frame.text({"train", "학습"}), Entry::Mark::dashes}});
    return y - frame.min.y;
  }

  static void ticks(const Frame& frame, const Scale& scale, ImVec2 low, ImVec2 high) {
    const plot::Theme& theme = frame.theme;
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const ImU32 grid = plot::faded(theme.hairline, 0.6f);
    const auto across = [&](double x, const std::string& label) {
      const float at = std::round(
          low.x + (high.x - low.x) * static_cast<float>((x - scale.x0) / (scale.x1 - scale.x0)));
      draw.AddLine({at, low.y}, {at, high.y}, grid);
      if (frame.compact || label.empty()) return;
      const float width = size_of(frame, label).x;
      write(frame, {std::clamp(at - 0.5f * width, low.x, high.x - width + 6), high.y + 3},
            theme.muted, label);
    };
    const double decades = scale.x1 - scale.x0;
    for (int power = static_cast<int>(std::floor(scale.x0)); power <= scale.x1; ++power) {
      for (const int multiple : {1, 2, 5}) {
        // Between the powers of ten only where there are few of these.
        if (multiple > 1 && decades > 1.6) continue;
        const double x = power + std::log10(multiple);
        if (x < scale.x0 || x > scale.x1) continue;
        across(x, (multiple > 1 ? std::to_string(multiple) + "·" : std::string()) + "10" +
                      superscript(power));
      }
    }
    const auto ys =
        plot::round_ticks(scale.y0, scale.y1, std::max(2, static_cast<int>((high.y - low.y) / 60)));
    for (const double y : ys) {
      const float at = std::round(
          high.y - (high.y - low.y) * static_cast<float>((y - scale.y0) / (scale.y1 - scale.y0)));
      draw.AddLine({low.x, at}, {high.x, at}, grid);
      if (frame.compact) continue;
      const std::string label = plot::tick_label(y, ys);
      write(frame, {low.x - 6 - size_of(frame, label).x, at - 7}, theme.muted, label);
    }
    if (frame.compact) return;
    const std::string words = frame.text({"samples seen", "학습에 쓴 표본 수"});
    write(frame, {0.5f * (low.x + high.x - size_of(frame, words).x), high.y + 18}, theme.muted,
          words);
    write(frame, {low.x - 14, low.y - 17}, theme.muted,
          frame.store.cross_entropy  ? "−CE − KL  (nats)"
          : frame.store.can("bound") ? frame.text({"ELBO  (nats)", "ELBO (nats)"})
                                     : frame.text({"objective  (nats)", "목적함수 (nats)"}));
  }

  static std::string superscript(int power) {
    static constexpr std::array digits{"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    std::string result = power < 0 ? "⁻" : "";
    for (const char digit : std::to_string(std::abs(power)))
      result += digits[static_cast<std::size_t>(digit - '0')];
    return result;
  }

  plot::Pictures texture_;
  bool forget_ = false;
};

}  // namespace

std::unique_ptr<View> make_bound() { return std::make_unique<Bound>(); }
std::unique_ptr<View> make_kl_dimensions() { return std::make_unique<KlDimensions>(); }
std::unique_ptr<View> make_aggregate() { return std::make_unique<Aggregate>(); }
std::unique_ptr<View> make_runs() { return std::make_unique<Runs>(); }

}  // namespace lab::views
