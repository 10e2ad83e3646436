// The objective along the line from where the parameters are to the most likely ones, above how
// steep it is there: where both are flat, nothing is learnt.
#include <algorithm>
#include <cmath>

#include "shell/plot/numbers.hpp"
#include "shell/views/curves.hpp"
#include "shell/views/latent_parts.hpp"

namespace lab::views {

namespace {

class Landscape final : public View {
 public:
  void draw(Frame& frame) override {
    if (!read(frame.store)) {
      return sentence(frame, frame.text({"Only one question at a time has a landscape: choose the "
                                         "objective nce or flow-contrastive.",
                                         "물음이 하나일 때만 지형이 있습니다. 목적함수로 nce나 "
                                         "flow-contrastive를 고르세요."}));
    }
    const ImVec2 min = frame.min, max = frame.max;
    const float middle = std::floor(0.5f * (min.y + max.y));
    const std::string along =
        frame.text({"0 where it is, 1 the most likely", "0은 지금, 1은 최대가능도"});
    frame.max.y = middle - 4;
    ImGui::PushID("objective");
    chart(frame, share_, {{"J", frame.theme.belief, false, objective_}}, {along, "J  (nats)"});
    ImGui::PopID();
    frame.min.y = middle + 4;
    frame.max.y = max.y;
    ImGui::PushID("slope");
    chart(frame, share_, {{"log₁₀ |dJ/dθ|", frame.theme.data, false, steepness_}},
          {along, "log₁₀ |dJ/dθ|"});
    ImGui::PopID();
    frame.min = min;
  }

  std::string csv(const Store& store) const override {
    Landscape copy;
    if (!copy.read(store)) return {};
    return curves_csv("share", copy.share_, {"objective", "log10_gradient"},
                      {copy.objective_, copy.steepness_});
  }

  std::string describe(const Store& store) const override {
    Landscape copy;
    if (!copy.read(store))
      return "The objective on the way to the most likely parameters; none yet.";
    const auto at = [&copy](float share) {
      const auto found = std::lower_bound(copy.share_.begin(), copy.share_.end(), share - 1e-4f);
      return static_cast<std::size_t>(found - copy.share_.begin());
    };
    const std::size_t here = at(0), there = at(1);
    return "Two line charts on the way from the parameters to the most likely ones: the "
           "objective, " +
           plot::brief(static_cast<double>(copy.objective_[here]), 4) + " here and " +
           plot::brief(static_cast<double>(copy.objective_[there]), 4) +
           " there, and the length of its gradient, here ten to the power of " +
           plot::brief(static_cast<double>(copy.steepness_[here]), 3) + ".";
  }

 private:
  bool read(const Store& store) {
    const Array& landscape = store.array("landscape");
    for (auto* values : {&share_, &objective_, &steepness_}) values->clear();
    for (std::size_t i = 0; i + 2 < landscape.size(); i += 3) {
      share_.push_back(landscape[i]);
      objective_.push_back(landscape[i + 1]);
      // Of nothing at all there is no logarithm.
      steepness_.push_back(std::log10(std::max(landscape[i + 2], 1e-38f)));
    }
    return !share_.empty();
  }

  std::vector<float> share_, objective_, steepness_;
};

}  // namespace

std::unique_ptr<View> make_landscape() { return std::make_unique<Landscape>(); }

}  // namespace lab::views
