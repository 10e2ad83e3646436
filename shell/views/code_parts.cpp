#include <algorithm>
#include <cmath>

#include "core/data/mean.hpp"
#include "shell/plot/classes.hpp"
#include "shell/plot/numbers.hpp"
#include "shell/views/code_views.hpp"
#include "shell/views/flow_parts.hpp"

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

std::string level_name(const Frame& frame, std::size_t level, std::size_t levels) {
  if (level == 0) return frame.text({"top level", "위층"});
  if (level + 1 == levels) return frame.text({"bottom level", "아래층"});
  return frame.text({"middle level", "가운데층"});
}

float level_buttons(Frame& frame, ImVec2 at) {
  const Json& said = frame.store.said("codebook");
  const auto levels = said.value("levels", std::size_t{1}),
             shown = said.value("level", std::size_t{0});
  if (levels < 2 || frame.compact) return 0;
  for (std::size_t level = 0; level < levels; ++level) {
    const std::string words = level_name(frame, level, levels);
    const float width = button_width(frame, words.c_str());
    ImGui::PushID(static_cast<int>(level));
    if (button(frame, words.c_str(), at, width,
               frame.text({"Shows the codes of this level", "이 층의 코드를 보입니다"}),
               level == shown)) {
      frame.camera.commands.push_back({{"do", "code_level"}, {"level", level}});
    }
    ImGui::PopID();
    at.x += width + 4;
  }
  return control_height + 6;
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
