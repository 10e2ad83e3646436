// The axes that two sources have in the data: those of the model, which turn while it learns, over
// the true ones.
#include <cmath>

#include "shell/plot/numbers.hpp"
#include "shell/views/ica_views.hpp"
#include "shell/views/plane.hpp"

namespace lab::views {

namespace {

// Where sources of this size, in standard deviations, lie in the data: how far arms reach. The true
// ones are seen beyond those of the model.
constexpr float reach = 3, true_reach = 5;

class MixingView final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    const plot::Theme& theme = frame.theme;
    const plot::Axes axes = plane(frame);
    points(axes, store.array("data_train"), plot::faded(theme.data, 0.35f),
           frame.compact ? 1.2f : 1.8f, false, 2000);
    const Array &truth = store.array("true_mixing"), &found = store.array("mixing");
    if (found.size() < 4) {
      placeholder(frame, axes,
                  frame.text({"axes come with the next step", "다음 단계에 축이 나옵니다"}));
      return;
    }
    if (truth.size() == 4)
      arms(axes, truth, true_reach, theme.truth, frame.compact ? 1.5f : 2.f, true);
    arms(axes, found, reach, theme.model, frame.compact ? 2.f : 3.f, false);
    std::vector<Entry> entries{
        {theme.data, frame.text({"data", "데이터"}), Entry::Mark::dot},
        {theme.model, frame.text({"axes of the model", "모델의 축"}), Entry::Mark::line}};
    if (truth.size() == 4) {
      entries.push_back({theme.truth, frame.text({"true axes", "참 축"}), Entry::Mark::dashes});
      if (!frame.compact) {
        entries[1].words += frame.text({", off by ", ", 어긋남 "}) +
                            plot::brief(off(truth, found, 0), 3) + "°, " +
                            plot::brief(off(truth, found, 1), 3) + "°";
      }
    }
    legend(frame, axes, entries);
  }

  std::string csv(const Store& store) const override {
    const Array &truth = store.array("true_mixing"), &found = store.array("mixing");
    if (found.size() < 4) return {};
    std::string table = "source,x,y,true_x,true_y\n";
    for (std::size_t i = 0; i < 2; ++i) {
      table += std::to_string(i + 1) + ",";
      for (const Array* each : {&found, &truth}) {
        for (const std::size_t axis : {0, 1}) {
          add_value(table, each->size() == 4 ? static_cast<double>((*each)[2 * axis + i]) : NAN,
                    each == &truth && axis == 1 ? '\n' : ',');
        }
      }
    }
    return table;
  }

  std::string describe(const Store& store) const override {
    const Array &truth = store.array("true_mixing"), &found = store.array("mixing");
    if (found.size() < 4 || truth.size() < 4) {
      return "The axes of the sources over the data; unknown yet.";
    }
    return "The axes of two sources over the data: the model's are " +
           plot::brief(off(truth, found, 0), 3) + " and " + plot::brief(off(truth, found, 1), 3) +
           " degrees off the true ones.";
  }

 private:
  // Degrees between the axes of a source; of no sign.
  static double off(const Array& truth, const Array& found, std::size_t source) {
    const auto angle = [source](const Array& mixing) {
      return std::atan2(static_cast<double>(mixing[2 + source]),
                        static_cast<double>(mixing[source]));
    };
    const double turn = (angle(truth) - angle(found)) / 3.14159265358979;
    return 180 * std::abs(turn - std::round(turn));
  }

  static void arms(const plot::Axes& axes, const Array& mixing, float length, ImU32 colour,
                   float width, bool dashed) {
    for (const std::size_t source : {0, 1}) {
      const auto x = static_cast<double>(length * mixing[source]),
                 y = static_cast<double>(length * mixing[2 + source]);
      const std::vector<ImVec2> line{axes.screen(-x, -y), axes.screen(x, y)};
      if (dashed) axes.dashes(line, colour, width);
      else axes.line(line, colour, width);
      for (const ImVec2& end : line) {
        if (!dashed) axes.draw().AddCircleFilled(end, width + 1.5f, colour);
      }
    }
  }
};

}  // namespace

std::unique_ptr<View> make_mixing() { return std::make_unique<MixingView>(); }

}  // namespace lab::views
