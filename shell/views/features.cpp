// What codes are good for: the codes of test data laid out in the plane, and how well classifiers
// and clusters tell the classes apart by codes alone, beside the data themselves.
#include <algorithm>
#include <array>
#include <cmath>

#include "shell/plot/classes.hpp"
#include "shell/plot/numbers.hpp"
#include "shell/views/flow_parts.hpp"
#include "shell/views/latent_views.hpp"

namespace lab::views {

namespace {

struct Measure {
  const char *name, *error;  // as in the head of the probe (core/session/probes/features.hpp)
  words::Text words, tip;
};

constexpr std::array<Measure, 4> measures{
    {{"linear",
      "linear_se",
      {"linear classifier", "선형 분류기"},
      {"Softmax regression: the share of test data that it tells rightly",
       "소프트맥스 회귀가 맞힌 시험 데이터의 비율"}},
     {"nearest",
      "nearest_se",
      {"5 nearest", "가까운 5개"},
      {"The class that most of the five nearest training data have",
       "가장 가까운 학습 데이터 다섯의 다수결"}},
     {"purity",
      nullptr,
      {"clusters, purity", "군집, 순도"},
      {"k-means, which knows no classes: the share of data whose class is the most frequent of its "
       "cluster",
       "부류를 모르는 k-평균: 군집에서 가장 흔한 부류에 드는 데이터의 비율"}},
     {"information",
      nullptr,
      {"clusters, information", "군집, 정보"},
      {"Normalised mutual information of clusters and classes: 0 none, 1 all",
       "군집과 부류의 정규화 상호정보량: 0 없음, 1 전부"}}}};

class Features final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    const Array& places = store.array("feature_places");
    if (places.empty()) {
      return sentence(
          frame, frame.text({"Codes come with the next step.", "코드는 다음 단계에 나옵니다."}));
    }
    if (frame.compact) return map(frame, frame.min, frame.max);
    ImVec2 low{frame.min.x + 8, frame.min.y + 2}, high{frame.max.x - 8, frame.max.y - 6};
    const float width = high.x - low.x;
    const bool judged = !store.array("test_labels").empty();
    if (!judged) {
      low.y += methods(frame, low, high.x) + 4;
      return map(frame, low, high);
    }
    if (width >= 620) {
      const float side = std::clamp(0.36f * width, 250.f, 380.f);
      table(frame, low, {low.x + side, high.y});
      low.x += side + 16;
      low.y += methods(frame, low, high.x) + 4;
      map(frame, low, high);
    } else {
      const float taken = table(frame, low, {high.x, high.y});
      low.y += taken + 8;
      low.y += methods(frame, low, high.x) + 4;
      map(frame, low, high);
    }
  }

  std::string csv(const Store& store) const override {
    const Array& places = store.array("feature_places");
    if (places.empty()) return {};
    std::string text = "sample,class,x,y\n";
    for (std::size_t i = 0; 2 * i + 1 < places.size(); ++i) {
      text += std::to_string(i) + "," + class_of(store, i) + ",";
      add_value(text, static_cast<double>(places[2 * i]), ',');
      add_value(text, static_cast<double>(places[2 * i + 1]), '\n');
    }
    return text;
  }

  std::string describe(const Store& store) const override {
    const Array& places = store.array("feature_places");
    if (places.empty()) return "Codes of test data laid out in the plane; there are none yet.";
    std::string text =
        std::to_string(places.size() / 2) + " codes of test data laid out in the plane";
    const Json& said = store.said("features");
    const Json codes = said.value("codes", Json()), data = said.value("data", Json());
    if (codes.is_object()) {
      text += "; a linear classifier of them is right for " +
              plot::brief(100 * codes.at("linear").get<double>(), 3) + " % of test data";
      if (data.is_object()) {
        text += ", one of the data themselves for " +
                plot::brief(100 * data.at("linear").get<double>(), 3) + " %";
      }
    }
    return text + ".";
  }

 private:
  static float methods(Frame& frame, ImVec2 at, float right) {
    const Json& said = frame.store.said("features");
    const auto method = said.value("method", std::string("pca"));
    const std::array<std::tuple<const char*, const char*, words::Text>, 2> all{
        {{"pca", "PCA", {"The plane in which codes differ most", "코드가 가장 크게 갈라지는 평면"}},
         {"tsne",
          "t-SNE",
          {"Neighbours stay neighbours; distances between groups say little",
           "이웃은 이웃으로 남습니다. 무리 사이의 거리에는 뜻이 거의 없습니다"}}}};
    const ImVec2 start = at;
    for (const auto& [name, words, tip] : all) {
      if (button(frame, words, at, 0, frame.text(tip), method == name)) {
        frame.camera.commands.push_back({{"do", "features"}, {"method", name}});
      }
      at.x += button_width(frame, words) + 4;
    }
    std::string told;
    if (said.contains("share")) {
      told = plot::brief(100 * said.at("share").get<double>(), 3) +
             frame.text({" % of the variance", " %의 분산"});
    } else if (said.contains("divergence")) {
      told = frame.text({"step ", "단계 "}) + std::to_string(said.at("steps").get<int>()) +
             "  ·  KL " + plot::brief(said.at("divergence").get<double>(), 3) + " nats";
    }
    if (at.x + 8 + size_of(frame, told).x <= right) {
      write(frame, {at.x + 8, at.y + 7}, frame.theme.muted, told);
      return control_height;
    }
    write(frame, {start.x, at.y + control_height + 3}, frame.theme.muted, told);
    return control_height + 18;
  }

  void map(Frame& frame, ImVec2 low, ImVec2 high) {
    const Store& store = frame.store;
    const Array& places = store.array("feature_places");
    plot::Window window{1e30, -1e30, 1e30, -1e30};
    for (std::size_t i = 0; i + 1 < places.size(); i += 2) {
      const auto x = static_cast<double>(places[i]), y = static_cast<double>(places[i + 1]);
      window = {std::min(window.x0, x), std::max(window.x1, x), std::min(window.y0, y),
                std::max(window.y1, y)};
    }
    const double margin = 0.05 * std::max({window.x1 - window.x0, window.y1 - window.y0, 1e-6});
    window = {window.x0 - margin, window.x1 + margin, window.y0 - margin, window.y1 + margin};
    const plot::Axes axes(frame.theme, frame.fonts, low, high, window, true, true, {});
    const float radius = frame.compact ? 1.6f : 3.f;
    int nearest = -1;
    float least = 144;
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    for (std::size_t i = 0; 2 * i + 1 < places.size(); ++i) {
      const ImVec2 at =
          axes.screen(static_cast<double>(places[2 * i]), static_cast<double>(places[2 * i + 1]));
      axes.draw().AddCircleFilled(
          at, radius, plot::faded(plot::class_colour(frame.theme, label_of(store, i)), 0.85f));
      const float dx = at.x - mouse.x, dy = at.y - mouse.y;
      if (dx * dx + dy * dy < least) {
        least = dx * dx + dy * dy;
        nearest = static_cast<int>(i);
      }
    }
    if (frame.compact) return;
    classes(frame, axes);
    const Touch area = touch("map", axes.min(), axes.max());
    if (!area.hovered || nearest < 0) return;
    const auto index = static_cast<std::size_t>(nearest);
    const ImVec2 at = axes.screen(static_cast<double>(places[2 * index]),
                                  static_cast<double>(places[2 * index + 1]));
    axes.draw().AddCircle(at, radius + 2, frame.theme.ink, 0, 2);
    Bubble content;
    if (const std::string name = class_of(store, index); !name.empty()) {
      content.lines.push_back(name);
      content.label = plot::class_colour(frame.theme, label_of(store, index));
    }
    if (has_pictures(store) && index < count_of(store, store.array("test_inputs"))) {
      const auto picture = sample_of(store, store.array("test_inputs"), index);
      content.pictures.assign(picture.begin(), picture.end());
    }
    bubble(frame, beside_, content);
  }

  static void classes(Frame& frame, const plot::Axes& axes) {
    const Store& store = frame.store;
    if (store.array("test_labels").empty()) return;
    std::vector<Entry> entries;
    for (std::size_t c = 0; c < std::min<std::size_t>(store.classes.size(), 20); ++c) {
      entries.push_back({plot::class_colour(frame.theme, static_cast<int>(c)), store.classes[c],
                         Entry::Mark::dot});
    }
    key(frame, {axes.min().x + 6, axes.min().y + 4}, axes.max().x - 6, entries);
  }

  // Bars of codes and of the data themselves; returns the height that it takes.
  static float table(Frame& frame, ImVec2 low, ImVec2 high) {
    const plot::Theme& theme = frame.theme;
    const Json& said = frame.store.said("features");
    const Json codes = said.value("codes", Json()), data = said.value("data", Json());
    const float width = high.x - low.x;
    ImVec2 at = low;
    std::vector<Entry> entries;
    const auto name = [&](const Json& judged, const words::Text& words) {
      std::string text = frame.text(words);
      if (judged.is_object()) {
        text += ", " + std::to_string(judged.at("dimensions").get<int>()) +
                frame.text({" numbers", "개의 수"});
      }
      return text;
    };
    entries.push_back({theme.model, name(codes, {"codes", "코드"}), Entry::Mark::square});
    entries.push_back(
        {theme.data, name(data, {"the data themselves", "데이터 자체"}), Entry::Mark::square});
    at.y += key(frame, at, high.x, entries) + 8;
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    for (const Measure& measure : measures) {
      write(frame, at, theme.ink, frame.text(measure.words), plot::small_size);
      const Touch area = touch(measure.name, at, {high.x, at.y + 50});
      if (area.hovered) ImGui::SetTooltip("%s", frame.text(measure.tip));
      at.y += 18;
      for (const auto& [judged, colour] :
           {std::pair{&codes, theme.model}, std::pair{&data, theme.data}}) {
        const float bar = width - 92;
        draw.AddRectFilled(at, {at.x + bar, at.y + 10}, plot::faded(theme.hairline, 0.6f), 2);
        std::string words = "…";
        if (judged->is_object()) {
          const auto value = judged->at(measure.name).get<double>();
          draw.AddRectFilled(
              at, {at.x + bar * static_cast<float>(std::clamp(value, 0.0, 1.0)), at.y + 10}, colour,
              2);
          words = plot::brief(measure.error ? 100 * value : value, 3);
          if (measure.error) {
            words += " " + plot::plus_minus(100 * judged->at(measure.error).get<double>()) + " %";
          }
        }
        write(frame, {at.x + bar + 6, at.y - 2}, theme.ink, words);
        at.y += 14;
      }
      at.y += 10;
    }
    const std::string rows = std::to_string(said.value("trained", 0)) +
                             frame.text({" training and ", "개의 학습 데이터, "}) +
                             std::to_string(said.value("tested", 0)) +
                             frame.text({" test data", "개의 시험 데이터"});
    write(frame, at, theme.muted, rows);
    return at.y + 16 - low.y;
  }

  plot::Pictures beside_;
};

}  // namespace

std::unique_ptr<View> make_features() { return std::make_unique<Features>(); }

}  // namespace lab::views
