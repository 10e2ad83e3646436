// How strongly a flow stretches each of its latents back towards the data: σ = exp(−s), sorted.
#include <algorithm>
#include <cmath>

#include "shell/plot/numbers.hpp"
#include "shell/views/flow_parts.hpp"
#include "shell/views/flow_views.hpp"

namespace lab::views {

namespace {

// So few are told apart as bars.
constexpr std::size_t most_bars = 24;

class Spectrum final : public View {
 public:
  void draw(Frame& frame) override {
    const std::vector<float>& sigma = frame.store.array("spectrum").values;
    if (sigma.empty()) {
      return sentence(frame, frame.text({"The scales of the latents come with the next step.",
                                         "잠재 변수의 척도는 다음 단계에 나옵니다."}));
    }
    const plot::Theme& theme = frame.theme;
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    ImVec2 low{frame.min.x + 4, frame.min.y + 4}, high{frame.max.x - 4, frame.max.y - 4};
    if (!frame.compact) {
      const float taken =
          paragraph(frame, {frame.min.x + 8, frame.min.y + 4}, frame.max.x - frame.min.x - 16,
                    theme.ink, summary(frame), plot::small_size);
      low = {frame.min.x + 52, frame.min.y + 4 + taken + 22};
      high = {frame.max.x - 16, frame.max.y - 38};
    }
    high = {std::max(high.x, low.x + 8), std::max(high.y, low.y + 8)};
    const auto [bottom, top] = range(sigma);
    const auto y_of = [&, from = bottom, to = top](double value) {
      const double share = (std::log10(std::max(value, 1e-30)) - from) / (to - from);
      return high.y - (high.y - low.y) * static_cast<float>(std::clamp(share, 0.0, 1.0));
    };
    const std::size_t count = sigma.size();
    const float step = (high.x - low.x) / static_cast<float>(count);
    // The middle of the place of a rank, from 1.
    const auto x_of = [&](double rank) { return low.x + step * (static_cast<float>(rank) - 0.5f); };
    const ImU32 line = plot::faded(theme.hairline, 0.6f);
    for (const double value : log_ticks(bottom, top)) {
      const float y = std::round(y_of(value));
      draw.AddLine({low.x, y}, {high.x, y}, line);
      if (frame.compact) continue;
      const std::string label = plot::brief(value, 2);
      write(frame, {low.x - 6 - size_of(frame, label).x, y - 8}, theme.muted, label);
    }
    if (!frame.compact) {
      write(frame, {low.x - 22, low.y - 20}, theme.muted, "σ = exp(−s)");
      const std::string words = frame.text({"dimension, sorted", "차원, 큰 순서"});
      write(frame, {0.5f * (low.x + high.x - size_of(frame, words).x), high.y + 19}, theme.muted,
            words);
      for (const int rank : ranks(count, high.x - low.x)) {
        const float x = x_of(rank);
        if (count > most_bars) draw.AddLine({x, low.y}, {x, high.y}, line);
        const std::string label = std::to_string(rank);
        const float width = size_of(frame, label).x;
        write(frame, {std::clamp(x - 0.5f * width, low.x, high.x - width + 8), high.y + 4},
              theme.muted, label);
      }
    }
    if (count <= most_bars) bars(frame, low, high, step, y_of);
    else curve(frame, low, high, x_of, y_of);
    if (frame.compact) return;
    if (count > most_bars) share_line(frame, low, high, x_of(carrying(sigma) + 0.5));
    const Touch area = touch("ranks", low, {high.x, high.y + 16});
    if (!area.hovered && !area.held) return;
    const auto index =
        std::min(static_cast<std::size_t>(std::max(0.f, (area.at.x - low.x) / step)), count - 1);
    const double value = static_cast<double>(sigma[index]);
    const ImVec2 at{x_of(static_cast<double>(index + 1)), y_of(value)};
    draw.AddLine({at.x, low.y}, {at.x, high.y}, plot::faded(theme.muted, 0.6f));
    draw.AddCircleFilled(at, 4, theme.belief);
    Bubble content;
    content.lines = {
        frame.text({"rank ", "순위 "}) + std::to_string(index + 1) + " / " + std::to_string(count),
        "σ " + plot::brief(value, 4) + "   ln σ " + fixed(std::log(value), 3)};
    bubble(frame, nothing_, content);
  }

  std::string csv(const Store& store) const override {
    const Array& sigma = store.array("spectrum");
    if (sigma.empty()) return {};
    std::string table = "rank,sigma\n";
    for (std::size_t i = 0; i < sigma.size(); ++i) {
      table += std::to_string(i + 1) + ",";
      add_value(table, static_cast<double>(sigma[i]), '\n');
    }
    return table;
  }

  std::string describe(const Store& store) const override {
    const std::vector<float>& sigma = store.array("spectrum").values;
    if (sigma.empty()) return "The sorted scales of the latents; there are none yet.";
    return "The scales of " + std::to_string(sigma.size()) + " latents, sorted: from " +
           plot::brief(static_cast<double>(sigma.front()), 3) + " to " +
           plot::brief(static_cast<double>(sigma.back()), 3) + "; " +
           std::to_string(carrying(sigma)) + " of them carry 90 % of the sum of squares.";
  }

 private:
  // How many of the largest make nine tenths of Σ σ².
  static int carrying(const std::vector<float>& sigma) {
    double all = 0, sum = 0;
    for (const float value : sigma) all += static_cast<double>(value) * static_cast<double>(value);
    for (std::size_t i = 0; i < sigma.size(); ++i) {
      sum += static_cast<double>(sigma[i]) * static_cast<double>(sigma[i]);
      if (sum >= 0.9 * all) return static_cast<int>(i + 1);
    }
    return static_cast<int>(sigma.size());
  }

  static std::string summary(const Frame& frame) {
    const std::vector<float>& sigma = frame.store.array("spectrum").values;
    double sum = 0;
    for (const float value : sigma) sum += std::log(std::max(static_cast<double>(value), 1e-30));
    const std::string some = std::to_string(carrying(sigma)), all = std::to_string(sigma.size());
    return (frame.korean ? all + "개 차원 중 " + some + "개가 Σσ²의 90 %를 차지"
                         : some + " of " + all + " dimensions carry 90 % of Σσ²") +
           "  ·  Σ ln σ = " + (std::fabs(sum) < 1e4 ? fixed(sum, 2) : plot::brief(sum, 4)) +
           " nats";
  }

  // log₁₀ of the lowest and the highest that is shown; never less than a third of a decade.
  static std::pair<double, double> range(const std::vector<float>& sigma) {
    double bottom = 1e30, top = -1e30;
    for (const float value : sigma) {
      if (!(value > 0) || !std::isfinite(value)) continue;
      const double power = std::log10(static_cast<double>(value));
      bottom = std::min(bottom, power);
      top = std::max(top, power);
    }
    if (bottom > top) bottom = top = 0;
    const double middle = 0.5 * (bottom + top), half = std::max(0.17, 0.54 * (top - bottom));
    // Bars need a foot to stand on.
    const double foot = sigma.size() <= most_bars ? half : 0;
    return {middle - half - foot, middle + half};
  }

  static std::vector<double> log_ticks(double bottom, double top) {
    std::vector<double> ticks;
    const bool dense = top - bottom < 1.6, denser = top - bottom < 0.8;
    const int every = std::max(1, static_cast<int>(std::ceil((top - bottom) / 6)));
    for (int power = static_cast<int>(std::floor(bottom)); power <= top; ++power) {
      for (const double factor : {1.0, 1.5, 2.0, 3.0, 5.0, 7.0}) {
        const bool round = factor == 1 || factor == 2 || factor == 5;
        if (!dense && (factor != 1 || power % every != 0)) continue;
        if (!denser && !round) continue;
        const double value = factor * std::pow(10.0, power), at = std::log10(value);
        if (at >= bottom && at <= top) ticks.push_back(value);
      }
    }
    return ticks;
  }

  static std::vector<int> ranks(std::size_t count, float width) {
    std::vector<int> found;
    if (count <= most_bars) {
      const auto every = static_cast<std::size_t>(
          std::ceil(24 * static_cast<float>(count) / std::max(width, 24.f)));
      for (std::size_t i = 0; i < count; i += std::max<std::size_t>(1, every))
        found.push_back(static_cast<int>(i + 1));
      return found;
    }
    for (const double tick : plot::round_ticks(0, static_cast<double>(count),
                                               std::max(2, static_cast<int>(width / 90))))
      found.push_back(std::max(1, static_cast<int>(tick)));
    return found;
  }

  template <typename Y>
  static void bars(const Frame& frame, ImVec2 low, ImVec2 high, float step, const Y& y_of) {
    const std::vector<float>& sigma = frame.store.array("spectrum").values;
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const float thick = std::min(0.6f * step, 72.f);
    for (std::size_t i = 0; i < sigma.size(); ++i) {
      const float x = low.x + step * (static_cast<float>(i) + 0.5f),
                  y = y_of(static_cast<double>(sigma[i]));
      draw.AddRectFilled({x - 0.5f * thick, y}, {x + 0.5f * thick, high.y},
                         plot::faded(frame.theme.belief, 0.8f), 2, ImDrawFlags_RoundCornersTop);
      const std::string words = plot::brief(static_cast<double>(sigma[i]), 3);
      const float width = size_of(frame, words).x;
      if (!frame.compact && width < step - 2)
        write(frame, {x - 0.5f * width, y - 17}, frame.theme.ink, words);
    }
  }

  template <typename X, typename Y>
  static void curve(const Frame& frame, ImVec2 low, ImVec2 high, const X& x_of, const Y& y_of) {
    const std::vector<float>& sigma = frame.store.array("spectrum").values;
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    // No more points than pixels: they are sorted, so none is lost between its neighbours.
    const auto pixels = static_cast<std::size_t>(std::max(2.f, high.x - low.x));
    const std::size_t every = std::max<std::size_t>(1, sigma.size() / pixels);
    std::vector<ImVec2> line;
    for (std::size_t i = 0; i < sigma.size(); i += every)
      line.push_back({x_of(static_cast<double>(i + 1)), y_of(static_cast<double>(sigma[i]))});
    line.push_back(
        {x_of(static_cast<double>(sigma.size())), y_of(static_cast<double>(sigma.back()))});
    // Soft edges would show where neighbours meet.
    const ImDrawListFlags flags = draw.Flags;
    draw.Flags &= ~ImDrawListFlags_AntiAliasedFill;
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
      draw.AddQuadFilled(line[i], line[i + 1], {line[i + 1].x, high.y}, {line[i].x, high.y},
                         plot::faded(frame.theme.belief, 0.1f));
    }
    draw.Flags = flags;
    draw.AddPolyline(line.data(), static_cast<int>(line.size()), frame.theme.belief, 0, 2);
  }

  static void share_line(const Frame& frame, ImVec2 low, ImVec2 high, float x) {
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    for (float y = low.y; y < high.y; y += 10)
      draw.AddLine({x, y}, {x, std::min(y + 6, high.y)}, frame.theme.truth, 1.5f);
    const std::string words = frame.text({"90 % of Σσ²", "Σσ²의 90 %"});
    const float width = size_of(frame, words).x;
    const bool right = x + width + 8 < high.x;
    write(frame, {right ? x + 6 : x - 6 - width, low.y + 2}, frame.theme.muted, words);
  }

  plot::Pictures nothing_;
};

}  // namespace

std::unique_ptr<View> make_spectrum() { return std::make_unique<Spectrum>(); }

}  // namespace lab::views
