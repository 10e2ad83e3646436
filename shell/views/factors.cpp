// What each latent says of each factor of variation, as a share of all there is to say of it, with
// the mutual information gap; beside each latent its sweep, so that one sees what it moves.
#include <algorithm>
#include <cmath>

#include "shell/plot/classes.hpp"
#include "shell/plot/colour_map.hpp"
#include "shell/plot/numbers.hpp"
#include "shell/views/flow_parts.hpp"
#include "shell/views/latent_views.hpp"

namespace lab::views {

namespace {

constexpr float reach = 3;  // of a sweep
constexpr std::size_t bins = 20;

constexpr struct {
  const char* name;
  words::Text words;
} factor_words[] = {
    {"shape", {"shape", "모양"}},
    {"size", {"size", "크기"}},
    {"angle", {"angle", "각도"}},
    {"x", {"x", "x"}},
    {"y", {"y", "y"}},
    {"yaw", {"yaw", "좌우"}},
    {"tilt", {"tilt", "기울기"}},
    {"mouth", {"mouth", "입"}},
    {"eyes", {"eyes", "눈"}},
    {"light", {"light", "빛"}},
    {"slant", {"slant", "기울기"}},
    {"thickness", {"thickness", "굵기"}},
};

// One of the two matrices, with what is made of it.
struct Matrix {
  const Array &nats, &entropies;
  int latents, factors;

  float share(int latent, int factor) const {
    const float entropy = entropies[static_cast<std::size_t>(factor)];
    return entropy > 0 ? nats[static_cast<std::size_t>(latent * factors + factor)] / entropy : 0;
  }
  // The latent that says most of a factor, and the one that says next most; −1: there is none.
  std::array<int, 2> largest(int factor) const {
    std::array<int, 2> two{-1, -1};
    for (int j = 0; j < latents; ++j) {
      const float here = share(j, factor);
      if (two[0] < 0 || here > share(two[0], factor)) two = {j, two[0]};
      else if (two[1] < 0 || here > share(two[1], factor)) two[1] = j;
    }
    return two;
  }
};

class FactorsView final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    if (store.loaded && names_of(store).empty()) {
      return sentence(frame, frame.text({"The factors of variation of these data are not known: "
                                         "choose sprites, faces or strokes.",
                                         "이 데이터의 변화 요인은 알려져 있지 않습니다. sprites, "
                                         "faces, strokes 중에서 고르세요."}));
    }
    const Matrix matrix = shown(store);
    if (matrix.latents < 1 || matrix.factors < 1) {
      return sentence(frame, frame.text({"What latents say of factors comes with the next step.",
                                         "잠재변수가 요인을 말하는 정도는 다음 단계에 나옵니다."}));
    }
    if (frame.compact) {
      const float high = frame.max.y - 4 - frame.min.y - 4;
      return cells(frame, matrix, chosen_rows(matrix, static_cast<int>(high / 6)),
                   {frame.min.x + 4, frame.min.y + 4}, {frame.max.x - 4, frame.max.y - 4});
    }
    const float width = frame.max.x - frame.min.x, left = frame.min.x + 8;
    float y = head(frame, matrix, {left, frame.min.y + 4}, width - 16) + 22;
    const bool pictures = store.array("traversal").extent(1) > 1 && has_pictures(store);
    const bool beside = pictures && width >= 620;
    const int gap_rows = store.array("gaps_of_samples").empty() ? 1 : 2;
    const float foot = 18.f * static_cast<float>(gap_rows) + 8;
    const float strip = pictures && !beside ? 0.16f * (frame.max.y - frame.min.y) + 20 : 0;
    const float room = frame.max.y - 6 - foot - strip - y;
    const std::vector<int> rows =
        chosen_rows(matrix, std::max(1, static_cast<int>(room / (beside ? 26.f : 19.f))));
    const float row = std::min(beside ? 64.f : 40.f, room / static_cast<float>(rows.size()));
    const ImVec2 low{left + 62, y};
    const float columns = static_cast<float>(matrix.factors);
    const float most = beside ? 0.56f * (width - 70) : frame.max.x - 84 - low.x;
    const ImVec2 high{low.x + std::min(most, 88 * columns),
                      y + row * static_cast<float>(rows.size())};
    names(frame, matrix, low, high, rows);
    cells(frame, matrix, rows, low, high);
    choose(frame, matrix, rows, low, high, left);
    gaps(frame, matrix, low, high);
    if (beside) {
      strips_.resize(rows.size());
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const float top = low.y + row * static_cast<float>(i);
        sweep(frame, strips_[i], rows[i], {high.x + 12, top + 2}, {frame.max.x - 8, top + row - 2});
      }
    } else if (pictures) {
      strips_.resize(1);
      const float top = high.y + foot + 4;
      write(frame, {left, top}, frame.theme.ink, z_name(selected_), plot::small_size);
      sweep(frame, strips_[0], selected_, {left + 28, top}, {frame.max.x - 8, frame.max.y - 4});
    }
  }

  std::string csv(const Store& store) const override {
    const Matrix of_means = matrix_of(store, "of_means");
    if (of_means.latents < 1) return {};
    const Array& of_samples = store.array("information_of_samples");
    std::string table = "latent,factor,nats_of_means,nats_of_samples,entropy\n";
    for (int j = 0; j < of_means.latents; ++j) {
      for (int k = 0; k < of_means.factors; ++k) {
        const auto at = static_cast<std::size_t>(j * of_means.factors + k);
        table += std::to_string(j + 1) + "," + names_of(store)[static_cast<std::size_t>(k)] + ",";
        add_value(table, static_cast<double>(of_means.nats[at]), ',');
        add_value(table, at < of_samples.size() ? static_cast<double>(of_samples[at]) : NAN, ',');
        add_value(table, static_cast<double>(of_means.entropies[static_cast<std::size_t>(k)]),
                  '\n');
      }
    }
    return table;
  }

  std::string describe(const Store& store) const override {
    const Matrix matrix = shown(store);
    if (matrix.latents < 1 || matrix.factors < 1)
      return "What each latent says of each factor of variation; unknown yet.";
    std::string words = "What each of " + std::to_string(matrix.latents) +
                        " latents says of each factor of variation.";
    const std::vector<std::string> names = names_of(store);
    for (int k = 0; k < matrix.factors; ++k) {
      const int most = matrix.largest(k)[0];
      words += " Of " + names[static_cast<std::size_t>(k)] + " latent " + std::to_string(most + 1) +
               " says most, " + plot::brief(100 * static_cast<double>(matrix.share(most, k)), 2) +
               " percent.";
    }
    for (const char* measure : {"mig_mean", "mig_sampled"}) {
      const auto gap = gap_of(store, measure);
      if (std::isfinite(gap[0]))
        words += " " + std::string(measure) + " is " + plot::brief(gap[0], 2) + ".";
    }
    return words;
  }

 private:
  static std::vector<std::string> names_of(const Store& store) {
    return store.said("factors", std::vector<std::string>{});
  }

  static std::string name_of(const Frame& frame, int factor) {
    const std::string name = names_of(frame.store)[static_cast<std::size_t>(factor)];
    for (const auto& row : factor_words) {
      if (name == row.name) return frame.text(row.words);
    }
    return name;
  }

  static Matrix matrix_of(const Store& store, const std::string& of) {
    const Array& nats = store.array("information_" + of);
    return {nats, store.array("factor_entropies"), nats.extent(0),
            nats.extent(1)};
  }

  // Samples where there are posteriors and nobody has asked for means.
  bool of_means(const Store& store) const {
    return means_ || store.array("information_of_samples").empty();
  }
  Matrix shown(const Store& store) const {
    return matrix_of(store, of_means(store) ? "of_means" : "of_samples");
  }

  // {value, error}
  static std::array<double, 2> gap_of(const Store& store, const char* measure) {
    return store.said(measure, std::array<double, 2>{NAN, NAN});
  }

  // At most so many latents: those that say most of any factor, in their order.
  static std::vector<int> chosen_rows(const Matrix& matrix, int most) {
    std::vector<int> rows;
    for (int j = 0; j < matrix.latents; ++j) rows.push_back(j);
    const auto top = [&](int j) {
      float largest = 0;
      for (int k = 0; k < matrix.factors; ++k) largest = std::max(largest, matrix.share(j, k));
      return largest;
    };
    std::stable_sort(rows.begin(), rows.end(), [&](int a, int b) { return top(a) > top(b); });
    rows.resize(std::min(rows.size(), static_cast<std::size_t>(std::max(1, most))));
    std::sort(rows.begin(), rows.end());
    return rows;
  }

  // What is seen, and the choice of which; returns where it ends.
  float head(Frame& frame, const Matrix& matrix, ImVec2 at, float width) {
    const Store& store = frame.store;
    float room = width;
    if (!store.array("information_of_samples").empty()) {
      const char* const samples = frame.text({"z drawn", "뽑은 z"});
      const char* const means = frame.text({"means", "평균"});
      const float first = button_width(frame, samples), second = button_width(frame, means);
      room -= first + second + 16;
      const ImVec2 to{at.x + width - first - second - 4, at.y};
      if (button(frame, samples, to, first,
                 frame.text({"What z drawn from q(z|x) says of a factor",
                             "q(z|x)에서 뽑은 z가 요인을 말하는 정도"}),
                 !means_)) {
        means_ = false;
      }
      if (button(frame, means, {to.x + first + 4, at.y}, second,
                 frame.text({"What the mean of q(z|x) says of a factor, in 20 bins: noise that z "
                             "would have is not counted",
                             "q(z|x)의 평균을 20칸으로 나누어 요인을 말하는 정도. z가 지닐 "
                             "잡음은 세지 않습니다"}),
                 means_)) {
        means_ = true;
      }
    }
    const int count = store.said("factor_data", 0);
    std::string words =
        frame.text({"Share of each factor that a latent says, I(z; v)/H(v). From ",
                    "잠재변수가 말하는 요인의 몫 I(z; v)/H(v). 시험 데이터 "}) +
        std::to_string(count) +
        frame.text({" test data; continuous factors in 20 bins.", "개, 연속 요인은 20칸."});
    if (of_means(store) && count > 0) {
      const double chance = static_cast<double>((bins - 1) * (bins - 1)) / (2.0 * count);
      const double whole = std::log(static_cast<double>(bins));
      words += frame.text({" By chance alone, up to ", " 우연만으로도 "}) +
               fixed(chance / whole, 2) + frame.text({".", "까지 나옵니다."});
    }
    const float taken = paragraph(frame, at, room, frame.theme.ink, words, plot::small_size);
    const std::string marks =
        matrix.latents > 1
            ? frame.text({"Thick frame: says most of the factor; thin: next most.",
                          "굵은 테두리: 그 요인을 가장 많이 말하는 잠재변수, 가는 테두리: 그다음."})
            : "";
    return at.y + taken +
           paragraph(frame, {at.x, at.y + taken + 2}, room, frame.theme.muted, marks) + 2;
  }

  void names(const Frame& frame, const Matrix& matrix, ImVec2 low, ImVec2 high,
             const std::vector<int>& rows) const {
    const float step = (high.x - low.x) / static_cast<float>(matrix.factors);
    const float row = (high.y - low.y) / static_cast<float>(rows.size());
    for (int k = 0; k < matrix.factors; ++k) {
      const std::string name = name_of(frame, k);
      write(frame,
            {low.x + step * (static_cast<float>(k) + 0.5f) - 0.5f * size_of(frame, name).x,
             low.y - 18},
            frame.theme.ink, name);
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const float y = low.y + row * (static_cast<float>(i) + 0.5f);
      const std::string name = z_name(rows[i]);
      write(frame, {low.x - 10 - size_of(frame, name, plot::small_size).x, y - 8},
            rows[i] == selected_ ? frame.theme.accent : frame.theme.ink, name, plot::small_size);
    }
  }

  static void cells(const Frame& frame, const Matrix& matrix, const std::vector<int>& rows,
                    ImVec2 low, ImVec2 high) {
    const plot::Theme& theme = frame.theme;
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const float step = (high.x - low.x) / static_cast<float>(matrix.factors);
    const float row = (high.y - low.y) / static_cast<float>(rows.size());
    for (int k = 0; k < matrix.factors; ++k) {
      const std::array<int, 2> largest = matrix.largest(k);
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const ImVec2 a{low.x + step * static_cast<float>(k) + 1,
                       low.y + row * static_cast<float>(i) + 1};
        const ImVec2 b{a.x + step - 2, a.y + row - 2};
        const float share = matrix.share(rows[i], k);
        const ImU32 ground = plot::sequential(theme, std::clamp(share, 0.f, 1.f));
        draw.AddRectFilled(a, b, ground, 2);
        const bool most = rows[i] == largest[0], next = rows[i] == largest[1];
        if (!frame.compact && (most || next))
          draw.AddRect(a, b, theme.accent, 2, 0, most ? 2.5f : 1.f);
        const std::string words = fixed(static_cast<double>(share), 2);
        const ImVec2 size = size_of(frame, words);
        if (frame.compact || size.x + 4 > step || size.y > row) continue;
        write(frame, {0.5f * (a.x + b.x - size.x), 0.5f * (a.y + b.y - size.y)},
              plot::text_on(ground), words);
      }
    }
  }

  // A latent is chosen by its row; what a cell says is told beside the pointer.
  void choose(Frame& frame, const Matrix& matrix, const std::vector<int>& rows, ImVec2 low,
              ImVec2 high, float left) {
    const Touch touched = touch("matrix", {left, low.y}, high);
    if (selected_ >= matrix.latents) selected_ = 0;
    if (!touched.hovered) return;
    const auto cell = [](float at, float from, float to, std::size_t count) {
      const float share = std::clamp((at - from) / (to - from), 0.f, 0.999f);
      return static_cast<std::size_t>(share * static_cast<float>(count));
    };
    const int latent = rows[cell(touched.at.y, low.y, high.y, rows.size())];
    if (touched.pressed) selected_ = latent;
    if (touched.at.x < low.x) return;
    const auto factor = static_cast<int>(
        cell(touched.at.x, low.x, high.x, static_cast<std::size_t>(matrix.factors)));
    const auto at = static_cast<std::size_t>(latent * matrix.factors + factor);
    const std::string nats = plot::brief(static_cast<double>(matrix.nats[at]), 3),
                      whole = plot::brief(
                          static_cast<double>(matrix.entropies[static_cast<std::size_t>(factor)]),
                          3);
    Bubble content;
    content.lines.push_back(frame.korean ? z_name(latent) + ": " + name_of(frame, factor) + "의 " +
                                               whole + " nats 중 " + nats
                                         : z_name(latent) + " says " + nats + " of the " + whole +
                                               " nats of " + name_of(frame, factor));
    bubble(frame, bubble_, content);
  }

  // Of each factor how much more the first says than the next, and their mean, by both definitions.
  static void gaps(const Frame& frame, const Matrix& matrix, ImVec2 low, ImVec2 high) {
    const Store& store = frame.store;
    const plot::Theme& theme = frame.theme;
    const float step = (high.x - low.x) / static_cast<float>(matrix.factors);
    float y = high.y + 6;
    ImGui::GetWindowDrawList()->AddLine({low.x - 54, y - 2}, {high.x, y - 2}, theme.hairline);
    struct Row {
      const char *array, *measure;
      words::Text name;
    };
    for (const Row& row : {Row{"gaps_of_samples", "mig_sampled", {"drawn", "뽑은 z"}},
                           Row{"gaps_of_means", "mig_mean", {"means", "평균"}}}) {
      const Array& each = store.array(row.array);
      if (each.empty()) continue;
      write(frame, {low.x - 54, y}, theme.muted, frame.text(row.name));
      for (int k = 0; k < matrix.factors; ++k) {
        const auto gap = static_cast<double>(each[static_cast<std::size_t>(k)]);
        const std::string words = fixed(gap, 2);
        write(frame,
              {low.x + step * (static_cast<float>(k) + 0.5f) - 0.5f * size_of(frame, words).x, y},
              theme.ink, words);
      }
      const auto [value, error] = gap_of(store, row.measure);
      if (std::isfinite(value)) {
        write(frame, {high.x + 12, y}, theme.ink,
              "MIG " + fixed(value, 3) + " ± " + fixed(error, 3));
      }
      y += 18;
    }
  }

  // The sweep of a latent, in which the code that is looked at can be moved.
  static void sweep(Frame& frame, plot::Pictures& texture, int latent, ImVec2 low, ImVec2 high) {
    const Store& store = frame.store;
    const Array& traversal = store.array("traversal");
    const int steps = traversal.extent(1);
    if (latent >= traversal.extent(0) || high.x - low.x < 8 || high.y - low.y < 8) return;
    const std::size_t length = static_cast<std::size_t>(steps) * store.sample_shape.size();
    plot::PictureGrid grid = plot::fit_pictures(low, high, store.sample_shape, steps, 1, steps);
    texture.draw(*ImGui::GetWindowDrawList(),
                 std::span<const float>(traversal).subspan(
                     static_cast<std::size_t>(latent) * length, length),
                 store.sample_shape, grid, frame.theme.hairline, traversal.version);
    const float first = grid.origin.x + 0.5f * grid.cell.x,
                last = grid.end().x - 0.5f * grid.cell.x;
    const Array& code = store.array("code");
    const auto index = static_cast<std::size_t>(latent);
    const float value = index < code.size() ? code[index] : 0;
    const float marker = std::clamp(first + (last - first) * (value + reach) / (2 * reach),
                                    grid.origin.x, grid.end().x);
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    draw.AddLine({marker, grid.origin.y}, {marker, grid.end().y},
                 plot::faded(frame.theme.background, 0.8f), 4);
    draw.AddLine({marker, grid.origin.y}, {marker, grid.end().y}, frame.theme.model, 2);
    const Touch strip = touch(("strip" + std::to_string(latent)).c_str(), grid.origin, grid.end());
    if (strip.held && (strip.pressed || ImGui::GetIO().MouseDelta.x != 0)) {
      look_at(frame,
              {{latent,
                std::clamp((strip.at.x - first) / (last - first), 0.f, 1.f) * 2 * reach - reach}});
    }
  }

  bool means_ = false;  // chosen to be shown though there are samples
  int selected_ = 0;
  std::vector<plot::Pictures> strips_;
  plot::Pictures bubble_;
};

}  // namespace

std::unique_ptr<View> make_factors() { return std::make_unique<FactorsView>(); }

}  // namespace lab::views
