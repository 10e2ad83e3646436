#include <algorithm>
#include <cmath>

#include "core/data/mean.hpp"
#include "shell/plot/classes.hpp"
#include "shell/plot/numbers.hpp"
#include "shell/views/code_views.hpp"

namespace lab::views {

ImU32 code_colour(const Frame& frame, int code) {
  if (codes_of(frame.store) <= plot::class_colours) return plot::class_colour(frame.theme, code);
  // Neighbours in number are far apart in hue, and differ in lightness.
  const float golden = 0.61803399f, hue = static_cast<float>(code) * golden;
  const bool dark = frame.theme.dark;
  const float value = (dark ? 0.62f : 0.55f) + 0.16f * static_cast<float>(code % 3);
  ImVec4 colour{0, 0, 0, 1};
  ImGui::ColorConvertHSVtoRGB(hue - std::floor(hue), code % 2 == 0 ? 0.62f : 0.42f, value, colour.x,
                              colour.y, colour.z);
  return ImGui::ColorConvertFloat4ToU32(colour);
}

int codes_of(const Store& store) {
  if (!store.can("codes")) return 0;
  return store.loaded_spec.value("/model/codes"_json_pointer, 0);
}

std::string usage_words(const Frame& frame) {
  const Array& counts = frame.store.array("code_counts");
  const auto used = static_cast<double>(
      std::ranges::count_if(counts.values, [](float count) { return count > 0; }));
  if (used == 0) return {};
  const std::string all = std::to_string(counts.size()),
                    perplexity = plot::brief(perplexity_of(counts), 3),
                    share = plot::brief(100 * used / static_cast<double>(counts.size()), 3) + " %";
  return frame.korean ? "혼잡도 " + perplexity + " / " + all + "  ·  쓰는 코드 " +
                            plot::brief(used) + "개(" + share + ")"
                      : "perplexity " + perplexity + " of " + all + "  ·  " + plot::brief(used) +
                            " codes in use (" + share + ")";
}

}  // namespace lab::views
