// The space of codes: encodings of test data, the codewords that they are replaced by, and how the
// error would have the encodings move, passed straight through the replacement. Where the codewords
// are of more than two dimensions, the first two principal components.
#include <algorithm>
#include <cmath>
#include <deque>

#include "shell/plot/numbers.hpp"
#include "shell/plot/voronoi.hpp"
#include "shell/views/code_views.hpp"

namespace lab::views {

namespace {

constexpr std::size_t trail_length = 12;
// Steps for which a codeword that was put elsewhere is marked.
constexpr float news = 300;
// Cells of more are not told apart.
constexpr std::size_t most_cells = 128;

class Codebook final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    const Array &codewords = store.array("codewords"), &encodings = store.array("encodings");
    if (codewords.empty()) {
      return sentence(frame, frame.text({"Encodings and codewords come with the next step.",
                                         "인코딩과 코드워드는 다음 단계에 나옵니다."}));
    }
    follow(store);
    const float taken = level_buttons(frame, {frame.min.x + 8, frame.min.y + 2});
    const Json& shares = store.said("codebook").at("shares");
    const auto name = [&](std::size_t axis) {
      if (shares.empty()) return std::string(axis == 0 ? "z₁" : "z₂");
      if (axis >= shares.size()) return std::string();
      return frame.text({"component ", "성분 "}) + std::to_string(axis + 1) + " (" +
             plot::brief(100 * shares[axis].get<double>(), 2) + " %)";
    };
    const plot::Axes axes(frame.theme, frame.fonts, {frame.min.x, frame.min.y + taken}, frame.max,
                          window_, true, frame.compact, {name(0), name(1)});
    axes.draw().PushClipRect(axes.min(), axes.max(), true);
    if (shares.empty()) cells(frame, axes);
    const float dot = frame.compact ? 1.2f : 2;
    const Array& codes = store.array("encoding_codes");
    for (std::size_t i = 0; 2 * i < encodings.size() && i < codes.size(); ++i) {
      axes.draw().AddCircleFilled(
          place(axes, encodings, i), dot,
          plot::faded(code_colour(frame, static_cast<int>(codes[i])), 0.55f), 8);
    }
    if (!frame.compact) pulls(frame, axes);
    trails(frame, axes);
    words(frame, axes);
    axes.draw().PopClipRect();
    if (frame.compact) return;
    std::vector<Entry> entries{
        {frame.theme.muted, frame.text({"encodings of test data", "시험 데이터의 인코딩"}),
         Entry::Mark::dot},
        {frame.theme.ink,
         std::string(frame.text({"codewords", "코드워드"})) + "   " + usage_words(frame),
         Entry::Mark::dot},
        {frame.theme.model,
         frame.text({"gradient, passed straight through", "그대로 전달된 기울기"}),
         Entry::Mark::line}};
    const auto revivals = store.said("codebook").at("revivals").get<double>();
    if (revivals > 0) {
      entries.push_back(
          {frame.theme.warning,
           frame.text({"revived, of late; in all ", "최근 되살림. 모두 "}) + plot::brief(revivals),
           Entry::Mark::dot});
    }
    legend(frame, axes, entries);
    tell(frame, axes);
  }

  std::string csv(const Store& store) const override {
    const Array &codewords = store.array("codewords"), &encodings = store.array("encodings");
    if (codewords.empty()) return {};
    return points_csv({{"codeword", codewords}, {"encoding", encodings}});
  }

  std::string describe(const Store& store) const override {
    const Array& counts = store.array("code_counts");
    if (counts.empty()) return "Encodings and the codewords that replace them; none yet.";
    const auto used = std::ranges::count_if(counts.values, [](float count) { return count > 0; });
    return "Encodings of test data among " + std::to_string(counts.size()) +
           " codewords, of which " + std::to_string(used) + " are in use.";
  }

 private:
  static ImVec2 place(const plot::Axes& axes, const Array& places, std::size_t i) {
    return axes.screen(static_cast<double>(places[2 * i]), static_cast<double>(places[2 * i + 1]));
  }

  // The window that holds them with room around, which grows at once and shrinks when it is far too
  // large; and where the codewords have been.
  void follow(const Store& store) {
    const Array& codewords = store.array("codewords");
    if (seen_ == codewords.version) return;
    seen_ = codewords.version;
    if (!trail_.empty() && trail_.back().size() != codewords.size()) trail_.clear();
    const auto level = store.said("codebook").value("level", std::size_t{0});
    if (store.step < step_ || level != level_) trail_.clear();
    level_ = level;
    if (trail_.empty() || store.step != step_) trail_.push_back(codewords.values);
    step_ = store.step;
    if (trail_.size() > trail_length) trail_.pop_front();
    plot::Window around{1e30, -1e30, 1e30, -1e30};
    const auto grow = [&](std::span<const float> places, const Array* counts) {
      for (std::size_t i = 0; i + 1 < places.size(); i += 2) {
        if (counts && (*counts)[i / 2] == 0) continue;  // may be anywhere
        around.x0 = std::min(around.x0, static_cast<double>(places[i]));
        around.x1 = std::max(around.x1, static_cast<double>(places[i]));
        around.y0 = std::min(around.y0, static_cast<double>(places[i + 1]));
        around.y1 = std::max(around.y1, static_cast<double>(places[i + 1]));
      }
    };
    grow(store.array("encodings"), nullptr);
    grow(codewords, &store.array("code_counts"));
    const double room = 0.06 * std::max({around.x1 - around.x0, around.y1 - around.y0, 1e-3});
    around = {around.x0 - room, around.x1 + room, around.y0 - room, around.y1 + room};
    const auto inside = [](const plot::Window& a, const plot::Window& b) {
      return a.x0 >= b.x0 && a.x1 <= b.x1 && a.y0 >= b.y0 && a.y1 <= b.y1;
    };
    const bool fits = inside(around, window_) &&
                      window_.x1 - window_.x0 < 1.5 * (around.x1 - around.x0) &&
                      window_.y1 - window_.y0 < 1.5 * (around.y1 - around.y0);
    if (!fits) window_ = around;
  }

  void cells(const Frame& frame, const plot::Axes& axes) {
    const Array& codewords = frame.store.array("codewords");
    if (codewords.size() / 2 > most_cells) return;
    const ImU32 border = plot::faded(frame.theme.ink, 0.35f);
    const plot::Window& shown = axes.window();
    if (cut_ != codewords.version || !(cut_in_ == shown)) {
      cut_ = codewords.version;
      cut_in_ = shown;
      cells_ = plot::voronoi(codewords, {shown.x0, shown.x1, shown.y0, shown.y1});
    }
    int code = 0;
    for (const auto& cell : cells_) {
      std::vector<ImVec2> corners;
      for (const auto& [x, y] : cell) corners.push_back(axes.screen(x, y));
      const int count = static_cast<int>(corners.size());
      if (count > 2) {
        axes.draw().AddConvexPolyFilled(corners.data(), count,
                                        plot::faded(code_colour(frame, code), 0.14f));
        axes.draw().AddPolyline(corners.data(), count, border, ImDrawFlags_Closed, 1);
      }
      ++code;
    }
  }

  // As long as they are beside each other; the longest a tenth of the frame.
  static void pulls(const Frame& frame, const plot::Axes& axes) {
    const Array &pulls = frame.store.array("pulls"), &encodings = frame.store.array("encodings");
    double longest = 0;
    for (std::size_t i = 0; i + 1 < pulls.size(); i += 2) {
      longest = std::max(longest, static_cast<double>(std::hypot(pulls[i], pulls[i + 1])));
    }
    if (!(longest > 0)) return;
    const float reach = 0.1f * (axes.max().y - axes.min().y);
    for (std::size_t i = 0; 2 * i + 1 < pulls.size() && 2 * i + 1 < encodings.size(); ++i) {
      const ImVec2 from = place(axes, encodings, i);
      const float scale = reach / static_cast<float>(longest);
      const ImVec2 to{from.x + scale * pulls[2 * i], from.y - scale * pulls[2 * i + 1]};
      axes.draw().AddLine(from, to, plot::faded(frame.theme.model, 0.8f), 1.2f);
      axes.draw().AddCircleFilled(to, 1.8f, frame.theme.model, 6);
    }
  }

  void trails(const Frame& frame, const plot::Axes& axes) const {
    for (std::size_t i = 0; trail_.size() > 1 && 2 * i < trail_.back().size(); ++i) {
      for (std::size_t t = 1; t < trail_.size(); ++t) {
        const auto at = [&](std::size_t when) {
          return axes.screen(static_cast<double>(trail_[when][2 * i]),
                             static_cast<double>(trail_[when][2 * i + 1]));
        };
        const float age = static_cast<float>(t) / static_cast<float>(trail_length);
        axes.draw().AddLine(at(t - 1), at(t), plot::faded(frame.theme.ink, 0.1f + 0.5f * age),
                            1.2f);
      }
    }
  }

  static float radius_of(const Frame& frame, std::size_t code) {
    const Array& counts = frame.store.array("code_counts");
    const float most = std::max(1.f, *std::ranges::max_element(counts.values));
    const float size = std::sqrt(counts[code] / most);
    return (frame.compact ? 0.5f : 1.f) * (3 + 5 * size);
  }

  static void words(const Frame& frame, const plot::Axes& axes) {
    const Store& store = frame.store;
    const Array &codewords = store.array("codewords"), &counts = store.array("code_counts"),
                &revived = store.array("revived");
    for (std::size_t i = 0; 2 * i < codewords.size() && i < counts.size(); ++i) {
      const ImVec2 at = place(axes, codewords, i);
      if (counts[i] == 0) {
        // Unused: a cross.
        const float half = frame.compact ? 2.5f : 4;
        axes.draw().AddLine({at.x - half, at.y - half}, {at.x + half, at.y + half},
                            frame.theme.muted, 1.5f);
        axes.draw().AddLine({at.x - half, at.y + half}, {at.x + half, at.y - half},
                            frame.theme.muted, 1.5f);
        continue;
      }
      const float radius = radius_of(frame, i);
      axes.draw().AddCircleFilled(at, radius, code_colour(frame, static_cast<int>(i)));
      const bool new_there = i < revived.size() && revived[i] >= 0 &&
                             static_cast<float>(store.step) - revived[i] < news;
      axes.draw().AddCircle(at, radius + (new_there ? 2 : 0),
                            new_there ? frame.theme.warning : frame.theme.ink, 0,
                            new_there ? 2.f : 1.3f);
    }
  }

  void tell(Frame& frame, const plot::Axes& axes) {
    const Store& store = frame.store;
    const Array &codewords = store.array("codewords"), &counts = store.array("code_counts");
    const Touch area = touch("codewords", axes.min(), axes.max());
    if (!area.hovered) return;
    float nearest = 14;
    std::size_t hit = codewords.size();
    for (std::size_t i = 0; 2 * i < codewords.size() && i < counts.size(); ++i) {
      const ImVec2 at = place(axes, codewords, i);
      const float away = std::hypot(at.x - area.at.x, at.y - area.at.y);
      if (away < nearest) {
        nearest = away;
        hit = i;
      }
    }
    if (hit == codewords.size()) return;
    double all = 0;
    for (const float count : counts.values) all += static_cast<double>(count);
    Bubble content;
    content.label = code_colour(frame, static_cast<int>(hit));
    content.lines = {
        frame.text({"code ", "코드 "}) + std::to_string(hit),
        frame.text({"share of test data's codes ", "시험 데이터 코드 중 비율 "}) +
            plot::brief(100 * static_cast<double>(counts[hit]) / std::max(all, 1.0), 3) + " %"};
    bubble(frame, nothing_, content);
  }

  plot::Window window_{0, 0, 0, 0};
  std::uint64_t seen_ = 0, cut_ = 0;  // versions of the codewords
  plot::Window cut_in_;
  std::vector<std::vector<std::array<double, 2>>> cells_;
  std::int64_t step_ = 0;
  std::size_t level_ = 0;
  std::deque<std::vector<float>> trail_;
  plot::Pictures nothing_;
};

}  // namespace

std::unique_ptr<View> make_codebook() { return std::make_unique<Codebook>(); }

}  // namespace lab::views
