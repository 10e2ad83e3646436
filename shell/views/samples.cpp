// What the model draws: points over the data of the plane, pictures, or rows of numbers.
#include <algorithm>

#include "shell/plot/numbers.hpp"
#include "shell/views/latent_parts.hpp"
#include "shell/views/latent_views.hpp"

namespace lab::views {

namespace {

class Samples final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    if (store.loaded && !store.on_plane()) return draw_gallery(frame, gallery_);
    const plot::Axes axes = plane(frame);
    const Array& samples = store.array("samples");
    const bool drawing = store.loaded && store.spec.at("data").at("name") == "points";
    const bool truth = frame.shared && frame.shared->of_truth;
    // Of the truth the data are the samples; beside it they are a ground that all have in common.
    const float weight = truth ? 0.7f : frame.shared ? 0.3f : 0.45f;
    const bool roomy = frame.shared && frame.max.x - frame.min.x >= 220;
    points(axes, store.array("data_train"), plot::faded(frame.theme.data, weight),
           !frame.compact ? 2.f
           : roomy        ? 1.4f
                          : 1.2f,
           false, 1000);
    if (truth) return plane_readout(frame, axes, no_words);
    points(axes, samples, plot::faded(frame.theme.model, 0.9f),
           !frame.compact ? 2.2f
           : roomy        ? 1.7f
                          : 1.4f,
           true, 1500);
    if (drawing && !frame.compact) draw_by_hand(frame, axes);
    std::vector<Entry> entries{
        {frame.theme.data, frame.text({"data", "데이터"}), Entry::Mark::dot},
        {frame.theme.model, frame.text({"samples", "표본"}), Entry::Mark::square}};
    if (!samples.empty() && store.can("unnormalised")) {
      entries.back().words += "   " + std::string(frame.text({"accepted ", "채택 "})) +
                              plot::brief(100 * store.said("acceptance", 0.0), 3) + " %";
    }
    legend(frame, axes, entries);
    if (samples.empty())
      placeholder(frame, axes,
                  why_no_samples(
                      frame, {"samples come with the next step", "다음 단계에 표본이 나옵니다"}));
    if (frame.shared) plane_readout(frame, axes, no_words);
  }

  std::string csv(const Store& store) const override {
    if (!store.on_plane()) return gallery_csv(store);
    return points_csv({{"data", store.array("data_train")}, {"sample", store.array("samples")}});
  }

  std::string describe(const Store& store) const override {
    if (!store.on_plane()) {
      return std::to_string(count_of(store, store.array("drawn"))) +
             (store.sample_shape.picture() ? " pictures" : " rows of numbers") +
             " that the model has drawn.";
    }
    return std::to_string(store.array("samples").size() / 2) +
           " samples of the model drawn over the data.";
  }

 private:
  static std::string no_words(double, double) { return {}; }

  // Points are added where the pointer is pressed with Shift held, or dragged.
  static void draw_by_hand(Frame& frame, const plot::Axes& axes) {
    const ImGuiIO& io = ImGui::GetIO();
    const bool inside = io.MousePos.x > axes.min().x && io.MousePos.x < axes.max().x &&
                        io.MousePos.y > axes.min().y && io.MousePos.y < axes.max().y;
    if (!inside || !io.MouseDown[0] ||
        !ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem))
      return;
    const bool fresh = io.MouseClicked[0] ||
                       io.MouseDelta.x * io.MouseDelta.x + io.MouseDelta.y * io.MouseDelta.y > 4;
    if (fresh) {
      frame.camera.drawn_points.push_back({static_cast<float>(axes.x_of(io.MousePos.x)),
                                           static_cast<float>(axes.y_of(io.MousePos.y))});
    }
    for (const ImVec2 point : frame.camera.drawn_points) {
      axes.draw().AddCircleFilled(
          axes.screen(static_cast<double>(point.x), static_cast<double>(point.y)), 3,
          frame.theme.data);
    }
  }

  Gallery gallery_;
};

}  // namespace

std::unique_ptr<View> make_samples() { return std::make_unique<Samples>(); }

}  // namespace lab::views
