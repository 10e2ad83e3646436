// Where the encoder puts the test data: the means of q(z|x) in two latent dimensions, by class,
// with ellipses of one standard deviation, over the prior.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "shell/plot/classes.hpp"
#include "shell/plot/numbers.hpp"
#include "shell/views/latent_parts.hpp"
#include "shell/views/latent_views.hpp"

namespace lab::views {

namespace {

constexpr double least_extent = 3.5, growth = 1.25;
constexpr std::size_t most_ellipses = 150, most_points = 6000;

class Latent final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    const std::size_t count = size(store);
    if (count == 0) {
      return sentence(frame, frame.text({"The codes of the test data come with the next step.",
                                         "시험 데이터의 잠재 표현은 다음 단계에 나옵니다."}));
    }
    Frame inner = frame;
    if (!frame.compact) {
      inner.min.y += head(frame);
    }
    place(store, count);
    {
      const bool line = latents_of(store) == 1;
      plot::Window window = window_;
      if (line) window.y0 = -0.8, window.y1 = rows_ - 0.2;
      const plot::Axes axes(
          frame.theme, frame.fonts, inner.min, inner.max, window, !line, frame.compact,
          {z_name(axis(store, 0)), line ? frame.text({"class", "부류"}) : z_name(axis(store, 1))});
      prior(axes, frame.theme, line);
      if (store.ordered) trajectory(axes, frame.theme);
      if (!frame.compact) interact(frame, axes);
      if (!line) ellipses(frame, axes, count);
      dots(frame, axes, count);
      if (!frame.compact) probe(frame, axes);
    }
    if (frame.compact) return;
    if (!held_ && hovered_ >= 0) tell(frame, static_cast<std::size_t>(hovered_));
  }

  std::string csv(const Store& store) const override {
    const std::size_t count = size(store), dimensions = static_cast<std::size_t>(latents_of(store));
    if (count == 0) return {};
    std::string table = "sample,class";
    for (std::size_t j = 1; j <= dimensions; ++j) table += ",mean_" + std::to_string(j);
    for (std::size_t j = 1; j <= dimensions; ++j) table += ",deviation_" + std::to_string(j);
    table += "\n";
    for (std::size_t i = 0; i < count; ++i) {
      table += std::to_string(i) + "," + class_of(store, i);
      for (const char* name : {"latent_mean", "latent_deviation"}) {
        const Array& values = store.array(name);
        for (std::size_t j = 0; j < dimensions; ++j) {
          table += ",";
          const std::size_t at = i * dimensions + j;
          if (at < values.size()) table += plot::brief(static_cast<double>(values[at]), 7);
        }
      }
      table += "\n";
    }
    return table;
  }

  std::string describe(const Store& store) const override {
    const std::size_t count = size(store);
    if (count == 0) return "Scatter of the codes of the test data; there are none yet.";
    return "Scatter of the codes of " + std::to_string(count) +
           " test samples in latent dimensions " + std::to_string(axis(store, 0) + 1) + " and " +
           std::to_string(axis(store, 1) + 1) +
           (store.classes.empty() ? std::string() : ", coloured by class") +
           (store.can("errors") ? ", in deviations from their mean." : ", over the prior.");
  }

 private:
  static std::size_t size(const Store& store) {
    return static_cast<std::size_t>(store.array("latent_mean").extent(0));
  }
  static int axis(const Store& store, std::size_t which) {
    return std::clamp(axes_of(store)[which], 0, std::max(0, latents_of(store) - 1));
  }

  // Dimensions to choose and the classes' colours; returns the height that they take.
  float head(Frame& frame) {
    const Store& store = frame.store;
    float y = frame.min.y + 2;
    if (latents_of(store) > 2) {
      const float width = std::min(150.f, 0.5f * (frame.max.x - frame.min.x) - 12);
      choose(frame, 0, {frame.min.x + 4, y}, width);
      choose(frame, 1, {frame.min.x + 12 + width, y}, width);
      y += 32;
    }
    // Where there is little room the plot matters more.
    if (frame.max.y - frame.min.y < 300) return y - frame.min.y;
    std::vector<Entry> entries;
    const bool labelled = !store.array("test_labels").empty();
    const std::size_t classes = std::min<std::size_t>(store.classes.size(), 20);
    for (std::size_t k = 0; labelled && k < classes; ++k) {
      entries.push_back({plot::class_colour(frame.theme, static_cast<int>(k)), store.classes[k],
                         Entry::Mark::dot});
    }
    if (!labelled)
      entries.push_back(
          {frame.theme.data, frame.text({"test data", "시험 데이터"}), Entry::Mark::dot});
    // Codes without a prior are told in their own deviations.
    entries.push_back({frame.theme.truth,
                       store.can("errors")
                           ? frame.text({"1σ and 2σ of all codes", "모든 코드의 1σ, 2σ"})
                           : frame.text({"prior, 1σ and 2σ", "사전분포 1σ, 2σ"}),
                       Entry::Mark::dashes});
    y += key(frame, {frame.min.x + 8, y}, frame.max.x - 8, entries);
    return y - frame.min.y;
  }

  static void choose(Frame& frame, std::size_t which, ImVec2 at, float width) {
    Store& store = frame.store;
    const Array& kls = store.array("kl_dimensions");
    const auto words = [&](int dimension) {
      std::string text = z_name(dimension);
      const auto index = static_cast<std::size_t>(dimension);
      if (index < kls.size()) text += "   " + fixed(static_cast<double>(kls[index]), 2) + " nats";
      return text;
    };
    ImGui::SetCursorScreenPos(at);
    ImGui::SetNextItemWidth(width);
    ImGui::SetNextItemAllowOverlap();
    ImGui::PushID(static_cast<int>(which));
    const std::string now = (which == 0 ? "→  " : "↑  ") + words(axis(store, which));
    if (ImGui::BeginCombo("##dimension", now.c_str(), ImGuiComboFlags_HeightLarge)) {
      for (const int dimension : by_kl(store)) {
        const bool chosen = axis(store, which) == dimension;
        ImGui::PushID(dimension);
        if (ImGui::Selectable(words(dimension).c_str(), chosen) && !chosen) {
          // The same dimension twice shows nothing: then they change places.
          auto axes = axes_of(store);
          if (axes[1 - which] == dimension) axes[1 - which] = axes[which];
          axes[which] = dimension;
          store.choose("axes", axes);
          frame.camera.commands.push_back({{"do", "plane"}, {"x", axes[0]}, {"y", axes[1]}});
        }
        ImGui::PopID();
      }
      ImGui::EndCombo();
    }
    if (ImGui::IsItemHovered(ImGuiHoveredFlags_DelayNormal)) {
      ImGui::SetTooltip("%s", frame.text({"The latent dimension along this axis, and its KL",
                                          "이 축의 잠재 차원과 그 KL"}));
    }
    ImGui::PopID();
  }

  // Where every test sample lies.
  void place(const Store& store, std::size_t count) {
    const Array& mean = store.array("latent_mean");
    const std::array<int, 3> shown{latents_of(store), axis(store, 0), axis(store, 1)};
    const bool others = shown != std::exchange(shown_, shown);
    if (mean.version == std::exchange(placed_, mean.version) && !others) return fit();
    if (others) extent_ = least_extent, home_ = true;
    const bool line = shown[0] == 1;
    const auto dimensions = static_cast<std::size_t>(shown[0]),
               x = static_cast<std::size_t>(shown[1]), y = static_cast<std::size_t>(shown[2]);
    rows_ = std::max<double>(1, static_cast<double>(store.classes.size()));
    places_.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
      places_[i] = {mean[i * dimensions + x], mean[i * dimensions + y]};
      if (line) {
        // Spread about the class's line, the same every time.
        const auto spread = static_cast<float>((i * 2654435761u >> 8) % 1000) / 1000.f - 0.5f;
        places_[i].y = static_cast<float>(std::max(0, label_of(store, i))) + 0.5f * spread;
      }
    }
    widen(line);
    fit();
  }

  // Wide enough for nearly all, growing in steps so that it seldom moves.
  void widen(bool line) {
    sizes_.clear();
    for (const ImVec2 place : places_) {
      const float size =
          line ? std::fabs(place.x) : std::max(std::fabs(place.x), std::fabs(place.y));
      if (std::isfinite(size)) sizes_.push_back(size);
    }
    if (!sizes_.empty()) {
      const auto most = sizes_.begin() + static_cast<std::ptrdiff_t>(std::min(
                                             sizes_.size() - 1, places_.size() * 995 / 1000));
      std::nth_element(sizes_.begin(), most, sizes_.end());
      const double needed = 1.05 * static_cast<double>(*most);
      while (extent_ < needed && extent_ < 1e6) extent_ *= growth;
      // A run that starts anew may need far less.
      if (needed < extent_ / 2 && extent_ > least_extent) {
        extent_ = least_extent;
        while (extent_ < needed) extent_ *= growth;
      }
    }
  }

  void fit() {
    // A little more, so that no tick lies on the corner.
    const double half = 1.03 * extent_;
    if (home_) window_ = {-half, half, -half, half};
  }

  static void prior(const plot::Axes& axes, const plot::Theme& theme, bool line) {
    std::vector<ImVec2> points;
    for (const double radius : {1.0, 2.0}) {
      if (line) {
        for (const double x : {-radius, radius})
          axes.dashes({{axes.screen(x, 0).x, axes.min().y}, {axes.screen(x, 0).x, axes.max().y}},
                      theme.truth, 1.5f);
        continue;
      }
      points.clear();
      for (int i = 0; i <= 128; ++i) {
        const double angle = i * 2 * 3.14159265358979323846 / 128;
        points.push_back(axes.screen(radius * std::cos(angle), radius * std::sin(angle)));
      }
      axes.dashes(points, theme.truth, 1.5f);
    }
  }

  void trajectory(const plot::Axes& axes, const plot::Theme& theme) const {
    std::vector<ImVec2> points;
    for (const ImVec2 place : places_)
      points.push_back(axes.screen(static_cast<double>(place.x), static_cast<double>(place.y)));
    axes.line(points, plot::faded(theme.belief, 0.35f), 1);
  }

  // Hover, the probe, zoom about the pointer, a double click back to where all is seen.
  void interact(Frame& frame, const plot::Axes& axes) {
    const Store& store = frame.store;
    const Touch area = touch("latent plane", axes.min(), axes.max());
    ImGui::SetItemKeyOwner(ImGuiKey_MouseWheelY);
    const ImGuiIO& io = ImGui::GetIO();
    near_ = area.hovered || area.held;
    pointer_ = area.at;
    hovered_ = area.hovered ? nearest(axes, area.at) : -1;
    held_ = area.held;
    const bool moved = io.MouseDelta.x != 0 || io.MouseDelta.y != 0;
    if (area.held && (area.pressed || moved)) {
      const auto x = static_cast<float>(axes.x_of(area.at.x)),
                 y = static_cast<float>(axes.y_of(area.at.y));
      if (latents_of(store) == 1) look_at(frame, {{0, x}});
      else look_at(frame, {{axis(store, 0), x}, {axis(store, 1), y}});
    }
    const double factor = area.hovered ? std::pow(0.85, static_cast<double>(io.MouseWheel)) /
                                             static_cast<double>(frame.camera.pinch)
                                       : 1;
    const double half = 0.5 * (window_.x1 - window_.x0) * factor;
    if (factor != 1 && half > 0.01 && half < 20 * extent_) {
      const double x = axes.x_of(area.at.x), y = axes.y_of(area.at.y);
      window_ = {x + (window_.x0 - x) * factor, x + (window_.x1 - x) * factor,
                 y + (window_.y0 - y) * factor, y + (window_.y1 - y) * factor};
      home_ = false;
    }
    if (area.hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) home_ = true;
  }

  int nearest(const plot::Axes& axes, ImVec2 to) const {
    int best = -1;
    float least = 12;
    const std::size_t count = std::min(places_.size(), most_points);
    for (std::size_t i = 0; i < count; ++i) {
      const ImVec2 p =
          axes.screen(static_cast<double>(places_[i].x), static_cast<double>(places_[i].y));
      const float distance = std::hypot(p.x - to.x, p.y - to.y);
      if (distance < least) least = distance, best = static_cast<int>(i);
    }
    return best;
  }

  // Of the samples nearest to the pointer, or of the first ones.
  void ellipses(const Frame& frame, const plot::Axes& axes, std::size_t count) {
    const Store& store = frame.store;
    const Array& deviation = store.array("latent_deviation");
    if (deviation.size() != store.array("latent_mean").size()) return;
    const bool local = !frame.compact && near_;
    const std::size_t shown = std::min(count, frame.compact || local ? 60 : most_ellipses);
    order_.resize(count);
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    if (local && shown < count) {
      const auto x = static_cast<float>(axes.x_of(pointer_.x)),
                 y = static_cast<float>(axes.y_of(pointer_.y));
      const auto distance = [&](std::size_t i) {
        return std::hypot(places_[i].x - x, places_[i].y - y);
      };
      std::nth_element(order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(shown),
                       order_.end(),
                       [&](std::size_t a, std::size_t b) { return distance(a) < distance(b); });
    }
    const auto dimensions = static_cast<std::size_t>(latents_of(store)),
               x = static_cast<std::size_t>(axis(store, 0)),
               y = static_cast<std::size_t>(axis(store, 1));
    const ImVec2 zero = axes.screen(0, 0), one = axes.screen(1, 1);
    const ImVec2 unit{one.x - zero.x, zero.y - one.y};
    for (std::size_t k = 0; k < shown; ++k) {
      const std::size_t i = order_[k];
      const ImVec2 centre =
          axes.screen(static_cast<double>(places_[i].x), static_cast<double>(places_[i].y));
      const ImVec2 radius{deviation[i * dimensions + x] * unit.x,
                          deviation[i * dimensions + y] * unit.y};
      if (!(radius.x > 0.5f && radius.y > 0.5f && radius.x < 4000 && radius.y < 4000)) continue;
      const ImU32 colour = plot::class_colour(frame.theme, label_of(frame.store, i));
      axes.draw().AddEllipse(centre, radius, plot::faded(colour, 0.32f), 0, 24, 1);
    }
  }

  void dots(const Frame& frame, const plot::Axes& axes, std::size_t count) const {
    const float room = std::min(axes.max().x - axes.min().x, axes.max().y - axes.min().y);
    const float radius =
        frame.compact ? 1.5f : std::clamp(room / 220, 1.5f, count > 1500 ? 2.f : 2.8f);
    const std::size_t most = std::min<std::size_t>(count, frame.compact ? 1200 : most_points);
    for (std::size_t i = 0; i < most; ++i) {
      const ImVec2 p =
          axes.screen(static_cast<double>(places_[i].x), static_cast<double>(places_[i].y));
      if (!(p.x > axes.min().x && p.x < axes.max().x && p.y > axes.min().y && p.y < axes.max().y))
        continue;
      const ImU32 colour = plot::class_colour(frame.theme, label_of(frame.store, i));
      axes.draw().AddCircleFilled(p, radius, plot::faded(colour, 0.85f), 8);
    }
    if (frame.compact || held_ || hovered_ < 0) return;
    const ImVec2 place = places_[static_cast<std::size_t>(hovered_)];
    axes.draw().AddCircle(axes.screen(static_cast<double>(place.x), static_cast<double>(place.y)),
                          6, frame.theme.ink, 0, 1.5f);
  }

  // A cross where the code lies that is looked at, and what it decodes to.
  void probe(Frame& frame, const plot::Axes& axes) {
    const Store& store = frame.store;
    const Array &code = store.array("code"), &decoded = store.array("decoded");
    const bool line = latents_of(store) == 1;
    if (code.size() != static_cast<std::size_t>(latents_of(store))) return;
    const auto x = static_cast<double>(code[static_cast<std::size_t>(axis(store, 0))]),
               y = static_cast<double>(code[static_cast<std::size_t>(axis(store, 1))]);
    const ImVec2 at = line ? ImVec2{axes.screen(x, 0).x, 0.5f * (axes.min().y + axes.max().y)}
                           : axes.screen(x, y);
    for (const auto& [colour, width] : {std::pair{plot::faded(frame.theme.background, 0.9f), 5.f},
                                        std::pair{frame.theme.model, 2.f}}) {
      axes.draw().AddLine({at.x - 9, at.y}, {at.x + 9, at.y}, colour, width);
      axes.draw().AddLine({at.x, at.y - 9}, {at.x, at.y + 9}, colour, width);
    }
    if (!has_pictures(store) || count_of(store, decoded) < 1) return;
    const ImVec2 room{axes.max().x - axes.min().x, axes.max().y - axes.min().y};
    const float side = std::clamp(0.24f * std::min(room.x, room.y), 48.f, 128.f);
    const ImVec2 corner{axes.max().x - 8, axes.min().y + 8};
    const plot::PictureGrid grid = plot::fit_pictures(
        {corner.x - side, corner.y}, {corner.x, corner.y + side}, store.sample_shape, 1, 1, 1);
    const ImVec2 a = grid.min(0), b = grid.max(0);
    axes.draw().AddRectFilled({a.x - 6, a.y - 6}, {b.x + 6, b.y + 22},
                              plot::faded(frame.theme.background, 0.92f), 6);
    inset_.draw(axes.draw(), decoded, store.sample_shape, grid, frame.theme.model);
    std::string words = line ? fixed(x, 2) : fixed(x, 2) + ", " + fixed(y, 2);
    const float width = size_of(frame, words).x;
    axes.text({std::min(0.5f * (a.x + b.x - width), axes.max().x - width - 2), b.y + 4},
              frame.theme.ink, words);
  }

  void tell(Frame& frame, std::size_t index) {
    const Store& store = frame.store;
    Bubble content;
    const std::string name = class_of(store, index);
    if (name.empty()) {
      content.lines.push_back(frame.text({"test sample ", "시험 표본 "}) + std::to_string(index));
    } else {
      content.lines.push_back(name);
      content.label = plot::class_colour(frame.theme, label_of(store, index));
    }
    if (has_pictures(store)) {
      const auto picture = sample_of(store, store.array("test_inputs"), index),
                 back = sample_of(store, store.array("reconstructions"), index);
      if (!picture.empty()) {
        content.pictures.assign(picture.begin(), picture.end());
        content.captions.emplace_back(frame.text({"input", "입력"}));
        content.pictures.insert(content.pictures.end(), back.begin(), back.end());
        if (!back.empty()) content.captions.emplace_back(frame.text({"back", "복원"}));
      }
    }
    bubble(frame, beside_, content);
  }

  plot::Pictures inset_, beside_;
  plot::Window window_{-least_extent, least_extent, -least_extent, least_extent};
  double extent_ = least_extent, rows_ = 1;
  bool home_ = true, held_ = false, near_ = false;
  int hovered_ = -1;
  ImVec2 pointer_;
  std::array<int, 3> shown_{-1, -1, -1};  // how many latents, which two
  std::uint64_t placed_ = 0;              // version of the means that are placed
  std::vector<ImVec2> places_;
  std::vector<float> sizes_;
  std::vector<std::size_t> order_;
};

}  // namespace

std::unique_ptr<View> make_latent() { return std::make_unique<Latent>(); }

}  // namespace lab::views
