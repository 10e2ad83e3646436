// Which test data the model finds strange: the scores of normal and of strange data with a
// threshold that can be dragged, the ROC, what a threshold gets right, and pictures in the order of
// their scores with the place of the error in each.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "core/infer/roc.hpp"
#include "shell/plot/classes.hpp"
#include "shell/plot/numbers.hpp"
#include "shell/views/flow_parts.hpp"
#include "shell/views/latent_views.hpp"
#include "shell/views/picture_stacks.hpp"

namespace lab::views {

namespace {

constexpr std::array quantiles{0.90, 0.95, 0.99};

// What the store calls a threshold that was dragged: {score, value}, or null.
constexpr const char* chosen_threshold = "anomaly_threshold";

// What the session says of it (core/session/probes/anomalies.hpp).
struct Scores {
  std::span<const float> normal, strange, reference;
  std::string score, shown;
  std::vector<std::string> known;
  bool validation = false;
  double auc = std::nan(""), auc_error = std::nan("");

  explicit Scores(const Store& store) {
    const Json& said = store.said("anomalies");
    if (said.is_null()) return;
    const std::span<const float> all = store.array("anomaly_scores");
    const std::size_t count = std::min(said.at("normal").get<std::size_t>(), all.size());
    normal = all.first(count);
    strange = all.subspan(count);
    reference = store.array("anomaly_reference");
    score = said.at("score").get<std::string>();
    shown = said.at("shown").get<std::string>();
    known = said.at("scores").get<std::vector<std::string>>();
    validation = said.at("validation").get<bool>();
    const auto number = [&said](const char* name) {
      return said.at(name).is_number() ? said.at(name).get<double>() : std::nan("");
    };
    auc = number("auc");
    auc_error = number("auc_se");
  }
  bool empty() const { return normal.empty() || strange.empty() || reference.empty(); }
};

// How many of each kind score at or above a threshold.
std::size_t called(std::span<const float> scores, double threshold) {
  return static_cast<std::size_t>(std::ranges::count_if(
      scores, [&](float score) { return static_cast<double>(score) >= threshold; }));
}

class Anomalies final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    const Scores scores(store);
    if (scores.empty()) return sentence(frame, why_none(frame));
    threshold_ = threshold_of(store, scores);
    ImVec2 low{frame.min.x + 8, frame.min.y + 2}, high{frame.max.x - 8, frame.max.y - 6};
    if (frame.compact) return histogram(frame, scores, low, high);
    low.y += controls(frame, scores, low, high.x) + 6;
    const bool pictures = !store.array("anomaly_pictures").empty();
    const float width = high.x - low.x, height = high.y - low.y;
    const bool wide = width >= 620;
    const float charts =
        pictures ? std::max(wide ? 190.f : 300.f, (wide ? 0.5f : 0.6f) * height) : height;
    ImVec2 end{high.x, low.y + std::min(charts, height)};
    if (wide) {
      const float side = std::min(end.y - low.y, 0.3f * width);
      const float table = std::min(230.f, 0.3f * width);
      histogram(frame, scores, low, {high.x - side - table - 16, end.y});
      curve(frame, scores, {high.x - side - table - 8, low.y}, {high.x - table - 8, end.y});
      verdicts(frame, scores, {high.x - table + 4, low.y + 8}, high.x);
    } else {
      const float middle = low.y + 0.5f * (end.y - low.y);
      const float side = std::min(end.y - middle - 6, 0.46f * width);
      histogram(frame, scores, low, {high.x, middle});
      curve(frame, scores, {low.x, middle + 6}, {low.x + side, end.y});
      verdicts(frame, scores, {low.x + side + 8, middle + 10}, high.x);
    }
    if (pictures && high.y - end.y > 60) gallery(frame, scores, {low.x, end.y + 8}, high);
  }

  std::string csv(const Store& store) const override {
    const Scores scores(store);
    if (scores.empty()) return {};
    const Array& classes = store.array("anomaly_classes");
    std::string table = "kind,class,score\n";
    const auto add = [&](const char* kind, std::span<const float> values, std::size_t from) {
      for (std::size_t i = 0; i < values.size(); ++i) {
        table += std::string(kind) + "," + class_name(store, classes, from + i) + ",";
        add_value(table, static_cast<double>(values[i]), '\n');
      }
    };
    add("normal", scores.normal, 0);
    add("strange", scores.strange, scores.normal.size());
    for (const float value : scores.reference) {
      table += std::string(scores.validation ? "validation" : "train") + ",,";
      add_value(table, static_cast<double>(value), '\n');
    }
    return table;
  }

  std::string describe(const Store& store) const override {
    const Scores scores(store);
    if (scores.empty()) return "How strange the model finds test data; nothing is known yet.";
    const double threshold = threshold_of(store, scores);
    return "How strange the model finds " + std::to_string(scores.normal.size()) + " normal and " +
           std::to_string(scores.strange.size()) +
           " strange test data: the area under the ROC is " + plot::brief(scores.auc, 3) +
           "; at the threshold " + plot::brief(threshold, 3) + " " +
           percent(called(scores.strange, threshold), scores.strange.size()) +
           " of the strange are found and " +
           percent(called(scores.normal, threshold), scores.normal.size()) +
           " of the normal are false alarms.";
  }

 private:
  static const char* why_none(const Frame& frame) {
    const Store& store = frame.store;
    const Json* normal = session::find(store.loaded_spec, "data.normal");
    if (store.loaded && (!normal || normal->get<std::string>().empty())) {
      return frame.text(
          {"Say in “normal classes” which classes of the data are normal: the model learns these "
           "alone, and what it makes of the others is shown here.",
           "“정상 부류”에 정상으로 볼 부류를 적으세요. 모델은 그것만 배우고, 나머지를 어떻게 "
           "보는지 여기에 나옵니다."});
    }
    return frame.text({"Scores come with the next step.", "점수는 다음 단계에 나옵니다."});
  }

  // Where it was dragged to, else the quantile of the reference that is chosen.
  double threshold_of(const Store& store, const Scores& scores) const {
    const Json& dragged = store.said(chosen_threshold);
    if (dragged.is_object() && dragged.at("score") == scores.score) {
      return dragged.at("value").get<double>();
    }
    return infer::quantile({scores.reference.begin(), scores.reference.end()}, quantile_);
  }

  static std::string percent(std::size_t part, std::size_t all) {
    return plot::brief(100 * static_cast<double>(part) / static_cast<double>(all), 3) + " %";
  }

  static std::string class_name(const Store& store, const Array& classes, std::size_t index) {
    if (index >= classes.size()) return {};
    const auto label = static_cast<std::size_t>(std::max(0.f, classes[index]));
    return label < store.classes.size() ? store.classes[label] : std::string();
  }

  // Buttons in rows; returns the height that they take.
  float controls(Frame& frame, const Scores& scores, ImVec2 at, float right) {
    const ImVec2 start = at;
    const auto place = [&](const char* words) {
      const float width = button_width(frame, words);
      if (at.x > start.x && at.x + width > right) at = {start.x, at.y + control_height + 4};
      const ImVec2 here = at;
      at.x += width + 4;
      return here;
    };
    const auto send = [&](const char* key, const std::string& value) {
      frame.camera.commands.push_back({{"do", "anomalies"}, {key, value}});
    };
    if (scores.known.size() > 1) {
      for (const std::string& each : scores.known) {
        const char* const words = score_words(frame, each);
        const char* const tip = score_tip(frame, each);
        if (button(frame, words, place(words), 0, tip, each == scores.score)) send("score", each);
      }
      at.x += 10;
    }
    for (const double q : quantiles) {
      char words[32];
      std::snprintf(words, sizeof words, "%.0f %%", 100 * q);
      const char* const tip =
          scores.validation
              ? frame.text({"The threshold below which such a share of the validation data lies; "
                            "or drag it in the histogram",
                            "검증 데이터가 이 비율만큼 아래에 놓이는 문턱값입니다. 히스토그램에서 "
                            "끌어도 됩니다"})
              : frame.text({"The threshold below which such a share of the training data lies; "
                            "data.validation would hold data out for it",
                            "학습 데이터가 이 비율만큼 아래에 놓이는 문턱값입니다. "
                            "data.validation으로 따로 떼어 둘 수 있습니다"});
      const bool chosen = !frame.store.said(chosen_threshold).is_object() && q == quantile_;
      if (button(frame, words, place(words), 0, tip, chosen)) {
        quantile_ = q;
        frame.store.choose(chosen_threshold, nullptr);
      }
    }
    if (!frame.store.array("anomaly_pictures").empty()) {
      at.x += 10;
      const std::array<std::pair<const char*, words::Text>, 3> orders{
          {{"strangest", {"strangest first", "이상한 순"}},
           {"alarms", {"false alarms", "잘못된 경보"}},
           {"missed", {"missed", "놓친 것"}}}};
      for (const auto& [name, words] : orders) {
        const char* const label = frame.text(words);
        if (button(frame, label, place(label), 0, nullptr, scores.shown == name)) {
          send("shown", name);
        }
      }
    }
    return at.y - start.y + control_height;
  }

  static const char* score_words(const Frame& frame, const std::string& score) {
    if (score == "error") return frame.text({"error", "오차"});
    return frame.store.can("bound") ? frame.text({"−bound", "−하한"}) : "−ln p(x)";
  }
  static const char* score_tip(const Frame& frame, const std::string& score) {
    if (score == "error") {
      return frame.text({"Score by the mean square of a number against what is given back of it",
                         "돌려받은 값과의 평균 제곱 오차로 점수를 매깁니다"});
    }
    return frame.text({"Score by how unlikely a datum is, in nats",
                       "데이터가 얼마나 드문지를 nats로 점수 매깁니다"});
  }

  void histogram(Frame& frame, const Scores& scores, ImVec2 low, ImVec2 high) {
    const plot::Theme& theme = frame.theme;
    if (!frame.compact) {
      low.y += key(frame, low, high.x,
                   {{theme.data, frame.text({"normal", "정상"}), Entry::Mark::square},
                    {theme.noise, frame.text({"strange", "이상"}), Entry::Mark::square}});
    }
    // A few far away would leave no room for the others: they are counted in the last bar.
    std::vector<float> all(scores.normal.begin(), scores.normal.end());
    all.insert(all.end(), scores.strange.begin(), scores.strange.end());
    const double left = static_cast<double>(*std::ranges::min_element(all)),
                 tail = infer::quantile(all, 0.97);
    double right = std::max(tail, threshold_) + 0.08 * (std::max(tail, threshold_) - left);
    if (!(right > left)) right = left + 1;
    const int bins = std::clamp(static_cast<int>((high.x - low.x) / 12), 12, 48);
    const auto shares = [&](std::span<const float> values) {
      std::vector<double> counts(static_cast<std::size_t>(bins), 0);
      for (const float value : values) {
        const double at = (static_cast<double>(value) - left) / (right - left) * bins;
        counts[static_cast<std::size_t>(std::clamp(static_cast<int>(at), 0, bins - 1))] +=
            100 / static_cast<double>(values.size());
      }
      return counts;
    };
    const std::vector<double> normal = shares(scores.normal), strange = shares(scores.strange);
    const double top =
        1.12 * std::max(*std::ranges::max_element(normal), *std::ranges::max_element(strange));
    std::string name = scores.score == "error"
                           ? frame.text({"mean squared error", "평균 제곱 오차"})
                           : std::string(score_words(frame, scores.score)) + " (nats)";
    const plot::Axes axes(theme, frame.fonts, low, high, {left, right, 0, top}, false,
                          frame.compact, {name, frame.text({"% of its kind", "종류별 %"})});
    const auto bars = [&](const std::vector<double>& counts, ImU32 colour) {
      for (int i = 0; i < bins; ++i) {
        const double share = counts[static_cast<std::size_t>(i)];
        if (share <= 0) continue;
        const double step = (right - left) / bins, x = left + i * step;
        const ImVec2 a = axes.screen(x, share), b = axes.screen(x + step, 0);
        axes.draw().AddRectFilled({a.x + 0.5f, a.y}, {b.x - 0.5f, b.y}, plot::faded(colour, 0.55f));
      }
    };
    bars(normal, theme.data);
    bars(strange, theme.noise);
    const ImVec2 foot = axes.screen(threshold_, 0), head = axes.screen(threshold_, top);
    axes.draw().AddLine(foot, head, theme.ink, 2);
    if (frame.compact) return;
    axes.draw().AddTriangleFilled({head.x - 6, head.y}, {head.x + 6, head.y}, {head.x, head.y + 8},
                                  theme.ink);
    const Touch area = touch("threshold", axes.min(), axes.max());
    if (area.hovered || area.held) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
    if (!area.held) return;
    const double value = std::clamp(axes.x_of(area.at.x), left, right);
    frame.store.choose(chosen_threshold, {{"score", scores.score}, {"value", value}});
  }

  void curve(Frame& frame, const Scores& scores, ImVec2 low, ImVec2 high) {
    const plot::Theme& theme = frame.theme;
    const plot::Axes axes(theme, frame.fonts, low, high, {0, 1, 0, 1}, true, false,
                          {frame.text({"false alarms", "잘못된 경보"}),
                           frame.text({"strange ones found", "찾아낸 이상"})});
    axes.dashes({axes.screen(0, 0), axes.screen(1, 1)}, theme.muted, 1);
    std::vector<ImVec2> line;
    for (const auto& [alarms, found] : infer::roc(scores.normal, scores.strange)) {
      line.push_back(axes.screen(alarms, found));
    }
    axes.line(line, theme.model, 2);
    const auto share = [&](std::span<const float> values) {
      return static_cast<double>(called(values, threshold_)) / static_cast<double>(values.size());
    };
    const ImVec2 here = axes.screen(share(scores.normal), share(scores.strange));
    axes.draw().AddCircleFilled(here, 5, theme.ink);
    axes.draw().AddCircle(here, 6.5f, theme.background, 0, 2);
    const std::string area =
        "AUC " + plot::brief(scores.auc, 3) + " " + plot::plus_minus(scores.auc_error);
    const ImVec2 corner = axes.screen(0.97, 0.06);
    axes.text({corner.x - size_of(frame, area).x, corner.y - 14}, theme.ink, area);
  }

  // What the threshold makes of both kinds.
  void verdicts(Frame& frame, const Scores& scores, ImVec2 at, float right) {
    const plot::Theme& theme = frame.theme;
    const float first = 0.34f * (right - at.x), column = 0.5f * (right - at.x - first);
    const auto row = [&](const std::array<std::string, 3>& cells,
                         const std::array<ImU32, 3>& colours) {
      write(frame, at, colours[0], cells[0]);
      for (std::size_t i = 1; i < 3; ++i) {
        const float end = at.x + first + static_cast<float>(i) * column;
        write(frame, {end - size_of(frame, cells[i]).x, at.y}, colours[i], cells[i]);
      }
      at.y += 20;
    };
    write(frame, {at.x + first, at.y}, theme.muted, frame.text({"called …", "판정 …"}));
    at.y += 18;
    row({"", frame.text({"normal", "정상"}), frame.text({"strange", "이상"})},
        {theme.muted, theme.muted, theme.muted});
    ImGui::GetWindowDrawList()->AddLine({at.x, at.y - 2}, {right, at.y - 2}, theme.hairline);
    at.y += 4;
    const auto kind = [&](const char* name, std::span<const float> values, bool strange) {
      const std::size_t above = called(values, threshold_), below = values.size() - above;
      const ImU32 wrong = theme.warning;
      row({name, std::to_string(below), std::to_string(above)},
          {theme.ink, strange ? wrong : theme.ink, strange ? theme.ink : wrong});
      row({"", percent(below, values.size()), percent(above, values.size())},
          {theme.muted, theme.muted, theme.muted});
    };
    kind(frame.text({"normal", "정상"}), scores.normal, false);
    kind(frame.text({"strange", "이상"}), scores.strange, true);
    const std::string where =
        frame.text({"threshold ", "문턱값 "}) + plot::brief(threshold_, 3) + ": " +
        percent(scores.reference.size() - called(scores.reference, threshold_),
                scores.reference.size()) +
        (scores.validation ? frame.text({" of validation data lie below", "의 검증 데이터가 아래"})
                           : frame.text({" of training data lie below", "의 학습 데이터가 아래"}));
    paragraph(frame, {at.x, at.y + 6}, right - at.x, theme.muted, where);
  }

  void gallery(Frame& frame, const Scores& scores, ImVec2 low, ImVec2 high) {
    const Store& store = frame.store;
    const plot::Theme& theme = frame.theme;
    const Array &pictures = store.array("anomaly_pictures"), &back = store.array("anomaly_back"),
                &shown = store.array("anomaly_shown"), &classes = store.array("anomaly_classes");
    const std::size_t count = std::min(count_of(store, pictures), shown.size());
    const bool pairs = back.size() == pictures.size();
    if (pairs && std::pair(pictures.version, back.version) != seen_) {
      seen_ = {pictures.version, back.version};
      differences_.resize(pictures.size());
      for (std::size_t i = 0; i < pictures.size(); ++i) {
        differences_[i] = std::abs(pictures[i] - back[i]);
      }
    }
    std::vector<PictureStacks::Layer> layers{{pictures, theme.data, pictures.version}};
    std::vector<Entry> entries{{theme.data, frame.text({"picture", "그림"}), Entry::Mark::square}};
    if (pairs) {
      layers.push_back({back, theme.model, back.version});
      layers.push_back({differences_, theme.warning, pictures.version + back.version});
      entries.push_back({theme.model, frame.text({"given back", "복원"}), Entry::Mark::square});
      entries.push_back(
          {theme.warning, frame.text({"where they differ", "다른 곳"}), Entry::Mark::square});
    }
    low.y += key(frame, low, high.x, entries) + 2;
    high.y -= 16;
    stacks_.draw(frame, low, {high.x, high.y}, layers, count, 30);
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const std::size_t normal = scores.normal.size();
    for (int i = 0; i < stacks_.count(); ++i) {
      const auto index = static_cast<std::size_t>(shown[static_cast<std::size_t>(i)]);
      const ImVec2 a = stacks_.min(i), b = stacks_.max(i);
      draw.AddRectFilled({a.x, b.y + 2}, {b.x, b.y + 5}, index < normal ? theme.data : theme.noise);
    }
    const int hit = stacks_.hovered(frame, "strangest");
    if (hit < 0) return;
    const auto place = static_cast<std::size_t>(hit);
    const auto index = static_cast<std::size_t>(shown[place]);
    const float score = index < normal
                            ? scores.normal[index]
                            : scores.strange[std::min(index - normal, scores.strange.size() - 1)];
    Bubble content;
    content.label = plot::class_colour(theme, static_cast<int>(classes[index]));
    content.lines.push_back(class_name(store, classes, index));
    content.lines.push_back(std::string(index < normal ? frame.text({"normal", "정상"})
                                                       : frame.text({"strange", "이상"})) +
                            "  ·  " + score_words(frame, scores.score) + " " +
                            plot::brief(static_cast<double>(score), 3));
    bubble(frame, beside_, content);
  }

  double threshold_ = 0, quantile_ = 0.95;
  std::vector<float> differences_;
  std::pair<std::uint64_t, std::uint64_t> seen_{};
  PictureStacks stacks_;
  plot::Pictures beside_;
};

}  // namespace

std::unique_ptr<View> make_anomalies() { return std::make_unique<Anomalies>(); }

}  // namespace lab::views
