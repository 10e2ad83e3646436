// How often test data has each code, the most used first; of pictures, what a map of that code
// alone decodes to.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/data/mean.hpp"
#include "shell/plot/numbers.hpp"
#include "shell/views/code_views.hpp"
#include "shell/views/flow_parts.hpp"

namespace lab::views {

namespace {

class CodeUsage final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    const Array& counts = store.array("code_counts");
    if (counts.empty()) {
      return sentence(frame, frame.text({"How often codes are used comes with the next step.",
                                         "코드 사용 빈도는 다음 단계에 나옵니다."}));
    }
    const plot::Theme& theme = frame.theme;
    ImVec2 low{frame.min.x + 4, frame.min.y + 4}, high{frame.max.x - 4, frame.max.y - 4};
    if (!frame.compact) {
      float taken = level_buttons(frame, {frame.min.x + 8, frame.min.y + 2});
      taken += paragraph(frame, {frame.min.x + 8, frame.min.y + 4 + taken},
                         frame.max.x - frame.min.x - 16, theme.ink, usage_words(frame),
                         plot::small_size);
      low = {frame.min.x + 52, frame.min.y + taken + 30};
      high = {frame.max.x - 16, frame.max.y - 38};
      const Array& pictures = store.array("codeword_pictures");
      if (!pictures.empty() && high.y - low.y > 180) {
        const float split = low.y + 0.5f * (high.y - low.y);
        gallery(frame, {frame.min.x + 8, split + 44}, {frame.max.x - 8, frame.max.y - 4});
        high.y = split;
      }
    }
    bars(frame, low, high);
  }

  std::string csv(const Store& store) const override {
    const Array& counts = store.array("code_counts");
    if (counts.empty()) return {};
    std::string table = "code,count\n";
    for (std::size_t i = 0; i < counts.size(); ++i) {
      table += std::to_string(i) + ",";
      add_value(table, static_cast<double>(counts[i]), '\n');
    }
    return table;
  }

  std::string describe(const Store& store) const override {
    const Array& counts = store.array("code_counts");
    if (counts.empty()) return "How often each code is used; unknown yet.";
    const auto used = std::ranges::count_if(counts.values, [](float count) { return count > 0; });
    return "How often test data has each of " + std::to_string(counts.size()) +
           " codes: " + std::to_string(used) + " are in use, the perplexity is " +
           plot::brief(perplexity_of(counts), 3) + ".";
  }

 private:
  void bars(const Frame& frame, ImVec2 low, ImVec2 high) {
    const Array& counts = frame.store.array("code_counts");
    const plot::Theme& theme = frame.theme;
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    std::vector<std::size_t> order(counts.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, [&](auto a, auto b) { return counts[a] > counts[b]; });
    double all = 0;
    for (const float count : counts.values) all += static_cast<double>(count);
    const double top = 1.05 * 100 * static_cast<double>(counts[order.front()]) / all;
    const auto y_of = [&](double percent) {
      return high.y - (high.y - low.y) * static_cast<float>(percent / top);
    };
    if (!frame.compact) {
      plot::name_y(theme, frame.fonts, {0, 1, 0, top}, low, high);
      write(frame, {low.x - 44, low.y - 18}, theme.muted,
            frame.text({"% of all codes", "전체 코드 중 %"}));
      const std::string words = frame.text({"codes, the most used first", "코드, 많이 쓰는 순서"});
      write(frame, {0.5f * (low.x + high.x - size_of(frame, words).x), high.y + 8}, theme.muted,
            words);
    }
    const float step = (high.x - low.x) / static_cast<float>(order.size());
    // All have their number, or none.
    const bool labelled =
        !frame.compact && size_of(frame, std::to_string(order.size() - 1)).x + 2 < step;
    const float thick = std::max(1.f, std::min(0.78f * step, 48.f));
    for (std::size_t i = 0; i < order.size(); ++i) {
      const double percent = 100 * static_cast<double>(counts[order[i]]) / all;
      const float x = low.x + step * (static_cast<float>(i) + 0.5f);
      draw.AddRectFilled({x - 0.5f * thick, y_of(percent)}, {x + 0.5f * thick, high.y},
                         code_colour(frame, static_cast<int>(order[i])));
      const std::string code = std::to_string(order[i]);
      if (labelled && percent > 0) {
        write(frame, {x - 0.5f * size_of(frame, code).x, y_of(percent) - 16}, theme.muted, code);
      }
    }
    draw.AddLine({low.x, high.y}, {high.x, high.y}, theme.hairline);
    // As often as if all were used alike.
    const float even = y_of(100.0 / static_cast<double>(order.size()));
    for (float x = low.x; x < high.x; x += 10) {
      draw.AddLine({x, even}, {std::min(x + 6, high.x), even}, theme.truth, 1.5f);
    }
    if (!frame.compact) {
      const std::string words = frame.text({"all alike", "고르게"});
      write(frame, {high.x - size_of(frame, words).x, even - 17}, theme.muted, words);
    }
  }

  void gallery(Frame& frame, ImVec2 low, ImVec2 high) {
    const Store& store = frame.store;
    const Array &pictures = store.array("codeword_pictures"), &order = store.array("code_order");
    const bool several = store.said("codebook").value("levels", 1) > 1;
    write(frame, {low.x, low.y - 18}, frame.theme.muted,
          several
              ? frame.text({"decoded: one code all over this level, the usual one of the others",
                            "이 층을 코드 하나로, 나머지는 가장 흔한 코드로 채운 디코딩"})
              : frame.text({"what a map of one code alone decodes to, in the same order",
                            "코드 하나로만 채운 지도의 디코딩, 같은 순서"}));
    const auto count = static_cast<int>(count_of(store, pictures));
    const plot::PictureGrid grid =
        plot::fill_pictures(low, high, store.sample_shape, count, 24, {4, 4});
    pictures_.draw(*ImGui::GetWindowDrawList(), pictures, store.sample_shape, grid,
                   frame.theme.hairline, pictures.version);
    for (int i = 0; i < grid.count && static_cast<std::size_t>(i) < order.size(); ++i) {
      const ImVec2 a = grid.min(i), b = grid.max(i);
      ImGui::GetWindowDrawList()->AddRectFilled(
          {a.x, b.y}, {b.x, b.y + 3},
          code_colour(frame, static_cast<int>(order[static_cast<std::size_t>(i)])));
    }
  }

  plot::Pictures pictures_;
};

}  // namespace

std::unique_ptr<View> make_code_usage() { return std::make_unique<CodeUsage>(); }

}  // namespace lab::views
