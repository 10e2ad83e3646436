// What each source that the model has found has of each true one, and how the errors of B and c
// fall.
#include <algorithm>
#include <cmath>

#include "shell/plot/classes.hpp"
#include "shell/plot/colour_map.hpp"
#include "shell/plot/numbers.hpp"
#include "shell/views/curves.hpp"
#include "shell/views/flow_parts.hpp"
#include "shell/views/ica_views.hpp"

namespace lab::views {

namespace {

class SourcesView final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    const Array& product = store.array("unmixed_mixture");
    const int size = product.extent(0);
    if (store.loaded && size < 1) {
      return sentence(frame, store.array("unmixing").empty()
                                 ? frame.text({"Sources come with the next step.",
                                               "신호원은 다음 단계에 나옵니다."})
                                 : frame.text({"The sources of these data are not known: choose "
                                               "ica or ica-plane.",
                                               "이 데이터의 신호원은 알려져 있지 않습니다. ica "
                                               "또는 ica-plane을 고르세요."}));
    }
    if (size < 1) return;
    const float width = frame.max.x - frame.min.x, height = frame.max.y - frame.min.y;
    if (frame.compact) {
      const float side = std::min(width, height) - 8;
      const ImVec2 low{0.5f * (frame.min.x + frame.max.x - side),
                       0.5f * (frame.min.y + frame.max.y - side)};
      return cells(frame, product, size, low, side);
    }
    constexpr float left = 34, above = 24;
    if (frame.shared) {
      // The chart is a row of its own there.
      const float side = std::min({width - 2 * left, height - above - 6, 420.f});
      const ImVec2 low{0.5f * (frame.min.x + frame.max.x - side), frame.min.y + above};
      names(frame, size, low, side);
      return cells(frame, product, size, low, side);
    }
    // The chart beside the matrix, or below it.
    const bool beside = width > 1.25f * height;
    const ImVec2 at{frame.min.x + 8, frame.min.y + 4};
    const float room = beside ? 0.5f * width - 12 : width - 16;
    const float top = above + 8 +
                      paragraph(frame, at, room, frame.theme.ink,
                                frame.text({"|B A|: how much of each true source is in each found "
                                            "one. Were all found, 1 on the diagonal and 0 "
                                            "elsewhere.",
                                            "|B A|: 찾은 신호원마다 참 신호원이 섞인 정도. 다 "
                                            "찾았다면 대각선은 1, 나머지는 0입니다."}),
                                plot::small_size);
    const float side =
        std::max(40.f, std::min({beside ? 0.5f * width - left - 16 : width - left - 16,
                                 beside ? height - top - 26 : 0.56f * height - top, 420.f}));
    const ImVec2 low{frame.min.x + left, frame.min.y + top};
    names(frame, size, low, side);
    cells(frame, product, size, low, side);
    hover(frame, product, size, low, side);
    Frame part = frame;
    part.min = beside ? ImVec2{frame.min.x + 0.5f * width + 4, frame.min.y}
                      : ImVec2{frame.min.x, low.y + side + 8};
    if (part.max.y - part.min.y < 90 || part.max.x - part.min.x < 120) return;
    const std::vector<float> b = logarithms(store.column("squared_error_b")),
                             c = logarithms(store.column("squared_error_c"));
    chart(part, store.column("step"),
          {{frame.text({"of B", "B의 오차"}), frame.theme.belief, false, b},
           {frame.text({"of c", "c의 오차"}), frame.theme.noise, true, c}},
          {frame.text({"step", "단계"}), frame.text({"log₁₀ squared error", "log₁₀ 제곱 오차"})},
          -8, 1e30, Words::above);
  }

  std::string csv(const Store& store) const override {
    const Array& product = store.array("unmixed_mixture");
    const int size = product.extent(0);
    if (size < 1) return {};
    std::string table = "found,true,share\n";
    for (int i = 0; i < size; ++i) {
      for (int k = 0; k < size; ++k) {
        table += std::to_string(i + 1) + "," + std::to_string(k + 1) + ",";
        add_value(table, static_cast<double>(product[static_cast<std::size_t>(i * size + k)]),
                  '\n');
      }
    }
    return table;
  }

  std::string describe(const Store& store) const override {
    const Array& product = store.array("unmixed_mixture");
    const int size = product.extent(0);
    if (size < 1) return "What each found source has of each true one; unknown yet.";
    float own = 1e9f, other = 0;
    for (int i = 0; i < size; ++i) {
      for (int k = 0; k < size; ++k) {
        const float share = std::abs(product[static_cast<std::size_t>(i * size + k)]);
        if (i == k) own = std::min(own, share);
        else other = std::max(other, share);
      }
    }
    return "What each of " + std::to_string(size) +
           " found sources has of each true one: of its own at least " +
           plot::brief(static_cast<double>(own), 3) + ", of another at most " +
           plot::brief(static_cast<double>(other), 3) + ". Squared error of B " +
           plot::brief(store.metric("squared_error_b"), 3) + ", of c " +
           plot::brief(store.metric("squared_error_c"), 3) + ".";
  }

 private:
  static void cells(const Frame& frame, const Array& product, int size, ImVec2 low, float side) {
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const float step = side / static_cast<float>(size);
    for (int i = 0; i < size; ++i) {
      for (int k = 0; k < size; ++k) {
        const float share = std::abs(product[static_cast<std::size_t>(i * size + k)]);
        const ImVec2 a{low.x + step * static_cast<float>(k) + 1,
                       low.y + step * static_cast<float>(i) + 1};
        const ImVec2 b{a.x + step - 2, a.y + step - 2};
        const ImU32 ground = plot::sequential(frame.theme, std::clamp(share, 0.f, 1.f));
        draw.AddRectFilled(a, b, ground, 2);
        if (i == k && !frame.compact) draw.AddRect(a, b, frame.theme.accent, 2, 0, 1.5f);
        const std::string words = fixed(static_cast<double>(share), 2);
        const ImVec2 taken = size_of(frame, words);
        if (frame.compact || taken.x + 4 > step || taken.y > step) continue;
        write(frame, {0.5f * (a.x + b.x - taken.x), 0.5f * (a.y + b.y - taken.y)},
              plot::text_on(ground), words);
      }
    }
  }

  static void names(const Frame& frame, int size, ImVec2 low, float side) {
    const float step = side / static_cast<float>(size);
    if (step < 16) return;
    for (int i = 0; i < size; ++i) {
      const float middle = step * (static_cast<float>(i) + 0.5f);
      const std::string truth = "s" + std::to_string(i + 1), found = "ŝ" + std::to_string(i + 1);
      write(frame, {low.x + middle - 0.5f * size_of(frame, truth).x, low.y - 18}, frame.theme.truth,
            truth);
      write(frame, {low.x - 6 - size_of(frame, found).x, low.y + middle - 8}, frame.theme.ink,
            found);
    }
  }

  void hover(Frame& frame, const Array& product, int size, ImVec2 low, float side) {
    const Touch touched = touch("sources", low, {low.x + side, low.y + side});
    if (!touched.hovered) return;
    const auto cell = [&](float at, float from) {
      return std::clamp(static_cast<int>((at - from) / side * static_cast<float>(size)), 0,
                        size - 1);
    };
    const int i = cell(touched.at.y, low.y), k = cell(touched.at.x, low.x);
    const std::string share =
        plot::brief(static_cast<double>(product[static_cast<std::size_t>(i * size + k)]), 3);
    const std::string found = std::to_string(i + 1), truth = std::to_string(k + 1);
    Bubble content;
    content.lines.push_back(
        frame.korean ? "찾은 신호원 " + found + "에 참 신호원 " + truth + "이(가) " + share + "만큼"
                     : "Found source " + found + " has " + share + " of true source " + truth);
    bubble(frame, bubble_, content);
  }

  plot::Pictures bubble_;
};

}  // namespace

std::unique_ptr<View> make_sources() { return std::make_unique<SourcesView>(); }

}  // namespace lab::views
