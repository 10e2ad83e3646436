// Patches of pictures and of noise as the model sees them, how well it tells them apart, and what
// a response of a unit adds to ln p.
#include <algorithm>
#include <cmath>

#include "shell/plot/numbers.hpp"
#include "shell/views/filter_views.hpp"
#include "shell/views/flow_parts.hpp"

namespace lab::views {

namespace {

using Values = std::span<const float>;

// Bars of shares of the whole, side by side in bins of [low, high].
void bars(const plot::Axes& axes, Values shares, double low, double high, ImU32 colour) {
  const auto count = static_cast<double>(shares.size());
  std::vector<ImVec2> steps;
  for (std::size_t bin = 0; bin < shares.size(); ++bin) {
    const double width = (high - low) / count, left = low + width * static_cast<double>(bin),
                 value = static_cast<double>(shares[bin]);
    const ImVec2 a = axes.screen(left, value), b = axes.screen(left + width, 0);
    axes.draw().AddRectFilled({std::round(a.x), a.y}, {std::round(b.x), b.y},
                              plot::faded(colour, 0.28f));
    if (bin == 0 || shares[bin] != shares[bin - 1]) steps.push_back(a);
    steps.push_back(axes.screen(left + width, value));
  }
  axes.line(steps, colour, 1.5f);
}

class Patches final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    const Array &data = store.array("patches"), &noise = store.array("patches_noise");
    if (data.empty() || noise.empty() || !has_pictures(store)) {
      return sentence(frame, frame.text({"Patches and noise come with the next step.",
                                         "조각과 잡음은 다음 단계에 나옵니다."}));
    }
    ImVec2 low{frame.min.x + 8, frame.min.y + 4}, high{frame.max.x - 8, frame.max.y - 8};
    if (!frame.compact) {
      const double right = 0.5 * (above_even(store, false) + 1 - above_even(store, true));
      const std::string share = fixed(100 * right, 1) + " %";
      low.y +=
          paragraph(frame, low, high.x - low.x, frame.theme.ink,
                    frame.korean ? "모델은 시험 조각과 잡음 중 " + share + "를 옳게 구별합니다."
                                 : "Of test patches and noise the model tells " + share + " right.",
                    plot::small_size) +
          4;
      low.y += key(frame, low, high.x,
                   {{frame.theme.data, frame.text({"patches of pictures", "그림 조각"}),
                     Entry::Mark::square},
                    {frame.theme.noise,
                     frame.text({"noise: uniform on the sphere", "잡음: 구면에서 균등"}),
                     Entry::Mark::square}}) +
               4;
    }
    const bool wide = high.x - low.x > 1.25f * (high.y - low.y);
    if (!frame.compact && high.y - low.y > 150) {
      const ImVec2 end = wide ? ImVec2{low.x + 0.45f * (high.x - low.x), high.y}
                              : ImVec2{high.x, low.y + 0.42f * (high.y - low.y)};
      histograms(frame, low, end);
      if (wide) low.x = end.x + 16;
      else low.y = end.y + 8;
    }
    const float gap = 8, middle = 0.5f * (low.y + high.y);
    rows(frame, data, low, {high.x, middle - gap / 2}, false);
    rows(frame, noise, {low.x, middle + gap / 2}, high, true);
  }

  std::string csv(const Store& store) const override {
    if (store.array("log_ratios").empty()) return {};
    std::string table = "kind,log_ratio\n";
    for (const bool of_noise : {false, true}) {
      for (const float ratio : ratios(store, of_noise)) {
        table += of_noise ? "noise," : "data,";
        add_value(table, static_cast<double>(ratio), '\n');
      }
    }
    return table;
  }

  std::string describe(const Store& store) const override {
    if (store.array("log_ratios").empty()) return "Patches and noise; there are none yet.";
    return "Patches of pictures and of noise, as the model sees them: it takes " +
           fixed(100 * above_even(store, false), 1) + " % of the patches and " +
           fixed(100 * above_even(store, true), 1) + " % of the noise for patches.";
  }

 private:
  static Values ratios(const Store& store, bool of_noise) {
    return store.array(of_noise ? "log_ratios_noise" : "log_ratios");
  }
  // The share of a kind that is likelier a patch than noise, were there as many of both.
  static double above_even(const Store& store, bool of_noise) {
    const Values all = ratios(store, of_noise);
    const auto above = std::ranges::count_if(all, [](float ratio) { return ratio > 0; });
    return static_cast<double>(above) / std::max<double>(1, static_cast<double>(all.size()));
  }

  static void histograms(const Frame& frame, ImVec2 low, ImVec2 high) {
    const Store& store = frame.store;
    double from = 1e30, to = -1e30;
    for (const bool of_noise : {false, true}) {
      for (const float ratio : ratios(store, of_noise)) {
        if (!std::isfinite(ratio)) continue;
        from = std::min(from, static_cast<double>(ratio));
        to = std::max(to, static_cast<double>(ratio));
      }
    }
    if (!(to > from)) return;
    constexpr std::size_t bins = 40;
    std::vector<std::vector<float>> shares(2, std::vector<float>(bins, 0));
    float top = 0;
    for (const bool of_noise : {false, true}) {
      const Values all = ratios(store, of_noise);
      for (const float ratio : all) {
        if (!std::isfinite(ratio)) continue;
        const double place = (static_cast<double>(ratio) - from) / (to - from) * bins;
        float& share = shares[of_noise][std::min(static_cast<std::size_t>(place), bins - 1)];
        share += 1 / static_cast<float>(all.size());
        top = std::max(top, share);
      }
    }
    const plot::Axes axes(frame.theme, frame.fonts, low, high,
                          {from, to, 0, 1.08 * static_cast<double>(top)}, false, false,
                          {"ln p(x) − ln pₙ(x)", frame.text({"share", "비율"})});
    for (const bool of_noise : {true, false}) {
      bars(axes, shares[of_noise], from, to, of_noise ? frame.theme.noise : frame.theme.data);
    }
    if (from < 0 && to > 0) {
      axes.dashes({axes.screen(0, 0), axes.screen(0, 1.08 * static_cast<double>(top))},
                  frame.theme.ink, 1);
    }
  }

  // Spread over the order of their ratios, the likeliest patch first.
  void rows(Frame& frame, const Array& pictures, ImVec2 low, ImVec2 high, bool of_noise) {
    const Store& store = frame.store;
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    draw.AddRectFilled({low.x, low.y}, {low.x + 3, high.y},
                       of_noise ? frame.theme.noise : frame.theme.data);
    const std::size_t size = store.sample_shape.size(), all = pictures.size() / size;
    const plot::PictureGrid grid =
        plot::fill_pictures({low.x + 8, low.y}, high, store.sample_shape, static_cast<int>(all),
                            frame.compact ? 14.f : 40.f, {3, 3});
    const auto count = static_cast<std::size_t>(std::max(grid.count, 0));
    std::vector<float>& chosen = chosen_[of_noise];
    chosen.clear();
    for (std::size_t i = 0; i < count; ++i) {
      const auto one = sample_of(store, pictures, i * all / count);
      chosen.insert(chosen.end(), one.begin(), one.end());
    }
    textures_[of_noise].draw(draw, chosen, store.sample_shape, grid, frame.theme.hairline);
    if (frame.compact) return;
    const Touch area = touch(of_noise ? "noise" : "patches", grid.origin, grid.end());
    const int over = area.hovered ? grid.hit(area.at) : -1;
    if (over < 0) return;
    const std::size_t index = static_cast<std::size_t>(over) * all / count;
    draw.AddRect(grid.min(over), grid.max(over), frame.theme.model, 0, 0, 2);
    Bubble content;
    const auto ratio = static_cast<double>(ratios(store, of_noise)[index]);
    content.lines = {"ln p − ln pₙ  " + fixed(ratio, 2) + " nats",
                     frame.text({"a patch with probability ", "조각일 확률 "}) +
                         plot::brief(1 / (1 + std::exp(-ratio)), 3)};
    const auto one = sample_of(store, pictures, index);
    content.pictures.assign(one.begin(), one.end());
    bubble(frame, enlarged_, content);
  }

  std::array<std::vector<float>, 2> chosen_;
  std::array<plot::Pictures, 2> textures_;
  plot::Pictures enlarged_;
};

// f(ln(r² + 1) + b) of a response r.
double added(double response, double threshold) {
  const double u = std::log1p(response * response) + threshold;
  // ¼ ln cosh 2u + ½ u + 0.17, without overflow.
  return 0.25 * (std::abs(4 * u) / 2 + std::log1p(std::exp(-std::abs(4 * u))) - std::log(2.0)) +
         0.5 * u + 0.17;
}

class Nonlinearity final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    const Array &thresholds = store.array("thresholds"), &data = store.array("responses"),
                &noise = store.array("responses_noise");
    if (thresholds.empty() || data.empty() || noise.empty()) {
      return sentence(frame, frame.text({"What responses add comes with the next step.",
                                         "반응이 더하는 값은 다음 단계에 나옵니다."}));
    }
    const plot::Theme& theme = frame.theme;
    const double range = store.said("response_range", 6.0);
    ImVec2 low{frame.min.x, frame.min.y}, high = frame.max;
    if (!frame.compact) {
      low = {low.x + 8, low.y + 4};
      low.y +=
          paragraph(
              frame, low, high.x - low.x - 8, theme.ink,
              frame.text({"Each unit adds f(ln(r² + 1) + b) to ln p, of its response "
                          "r = √(v·(Wx)²). Pictures give more of the smallest and of the "
                          "largest responses than noise does: they are sparse. The last bar "
                          "has all that is larger.",
                          "단위마다 반응 r = √(v·(Wx)²)에서 f(ln(r² + 1) + b)를 ln p에 "
                          "더합니다. 그림에는 잡음보다 아주 작은 반응과 아주 큰 반응이 많습니다. "
                          "곧 희소합니다. 마지막 막대는 그보다 큰 것 모두입니다."}),
              plot::small_size) +
          4;
      low.y +=
          key(frame, low, high.x - 8,
              {{theme.model, frame.text({"one unit", "단위 하나"}), Entry::Mark::line},
               {theme.data, frame.text({"responses to pictures", "그림에 대한 반응"}),
                Entry::Mark::square},
               {theme.noise, frame.text({"to noise", "잡음에 대한 반응"}), Entry::Mark::square}}) +
          4;
    }
    const float middle = frame.compact ? high.y : low.y + 0.56f * (high.y - low.y);
    {
      double top = 0;
      for (const float b : thresholds.values)
        top = std::max(top, added(range, static_cast<double>(b)));
      const plot::Axes axes(theme, frame.fonts, low, {high.x, middle},
                            {0, range, 0, 1.05 * std::max(top, 1e-3)}, false, frame.compact,
                            {"r", "f"});
      for (const float b : thresholds.values) {
        std::vector<ImVec2> curve;
        constexpr int parts = 80;
        for (int i = 0; i <= parts; ++i) {
          const double r = range * i / parts;
          curve.push_back(axes.screen(r, added(r, static_cast<double>(b))));
        }
        axes.line(curve, plot::faded(theme.model, 0.35f), 1.2f);
      }
    }
    if (frame.compact) return;
    const float top =
        std::max(*std::ranges::max_element(data.values), *std::ranges::max_element(noise.values));
    const plot::Axes axes(theme, frame.fonts, {low.x, middle + 6}, high,
                          {0, range, 0, 1.08 * static_cast<double>(top)}, false, false,
                          {"r", frame.text({"share", "비율"})});
    bars(axes, noise, 0, range, theme.noise);
    bars(axes, data, 0, range, theme.data);
  }

  std::string csv(const Store& store) const override {
    const Array &data = store.array("responses"), &noise = store.array("responses_noise");
    if (data.empty() || noise.size() != data.size()) return {};
    const double width = store.said("response_range", 6.0) / static_cast<double>(data.size());
    std::string table = "response,share_data,share_noise\n";
    for (std::size_t bin = 0; bin < data.size(); ++bin) {
      add_value(table, width * (static_cast<double>(bin) + 0.5), ',');
      add_value(table, static_cast<double>(data[bin]), ',');
      add_value(table, static_cast<double>(noise[bin]), '\n');
    }
    return table;
  }

  std::string describe(const Store& store) const override {
    const Array& thresholds = store.array("thresholds");
    if (thresholds.empty()) return "What a unit's response adds to ln p; unknown yet.";
    const auto [low, high] = std::ranges::minmax(thresholds.values);
    return "What a unit's response adds to ln p, of " + std::to_string(thresholds.size()) +
           " units with thresholds from " + fixed(static_cast<double>(low), 2) + " to " +
           fixed(static_cast<double>(high), 2) +
           ", above how often responses come of pictures and of noise.";
  }
};

}  // namespace

std::unique_ptr<View> make_patches() { return std::make_unique<Patches>(); }
std::unique_ptr<View> make_nonlinearity() { return std::make_unique<Nonlinearity>(); }

}  // namespace lab::views
