// Whether the latents of data are as the prior says: histograms of f(x), of all dimensions together
// and of single ones, against the prior's density.
#include <algorithm>
#include <array>
#include <cmath>

#include "shell/plot/numbers.hpp"
#include "shell/views/flow_parts.hpp"
#include "shell/views/flow_views.hpp"

namespace lab::views {

namespace {

// The prior of one latent.
struct Prior {
  bool logistic = false;
  double density(double z) const {
    if (!logistic) return std::exp(-0.5 * z * z) / std::sqrt(2 * 3.14159265358979323846);
    const double e = std::exp(-std::fabs(z));
    return e / ((1 + e) * (1 + e));
  }
  double cumulative(double z) const {
    return logistic ? 1 / (1 + std::exp(-z)) : normal_cumulative(z);
  }
};

// Densities of z by histogram: of all dimensions together, then of each of the first.
struct Histograms {
  Prior prior;
  std::string prior_name;
  std::span<const float> values;  // (rows, bins)
  int rows = 0, bins = 0;         // no rows before the first numbers
  double low = 0, high = 0;
};

Histograms histograms_of(const Store& store) {
  const Array& values = store.array("marginals");
  const auto prior = store.said("prior", std::string());
  const auto [low, high] = store.said("marginal_range", std::array<double, 2>{});
  const int bins = values.extent(1);
  return {{prior == "logistic"},
          prior,
          values,
          bins > 1 && high > low ? values.extent(0) : 0,
          bins,
          low,
          high};
}

class Marginals final : public View {
 public:
  void draw(Frame& frame) override {
    const Histograms counts = histograms_of(frame.store);
    if (counts.rows < 1) {
      return sentence(frame, frame.text({"The latents of the test data come with the next step.",
                                         "시험 데이터의 잠재 변수는 다음 단계에 나옵니다."}));
    }
    if (frame.compact) {
      plot::Axes axes = axes_of(frame, frame.min, frame.max, top_of(counts, 0, 1));
      histogram(frame, axes, 0, 1);
      prior(frame, axes, 2);
      return;
    }
    const plot::Theme& theme = frame.theme;
    // Last frame's: the small ones are laid out below the one that they are shown in.
    const int chosen = hovered_ < counts.rows ? hovered_ : 0;
    float y = frame.min.y + 4;
    y += paragraph(frame, {frame.min.x + 8, y}, frame.max.x - frame.min.x - 16, theme.ink,
                   summary(frame), plot::small_size) +
         2;
    std::vector<Entry> entries{
        {theme.data, frame.text({"f(test data), all dimensions", "f(시험 데이터), 모든 차원"}),
         Entry::Mark::square},
        {theme.truth,
         counts.prior.logistic ? frame.text({"prior, logistic", "사전분포, 로지스틱"})
                               : frame.text({"prior, N(0, 1)", "사전분포, N(0, 1)"}),
         Entry::Mark::dashes}};
    if (chosen > 0) entries.push_back({theme.belief, name_of(counts, chosen), Entry::Mark::line});
    y += key(frame, {frame.min.x + 8, y}, frame.max.x - 8, entries);
    const Grid grid = grid_of(frame, y);
    {
      const ImVec2 high{frame.max.x, grid.count > 0 ? grid.low.y - 6 : frame.max.y};
      plot::Axes axes = axes_of(frame, {frame.min.x, y}, high,
                                std::max(top_of(counts, 0, 1), top_of(counts, chosen, chosen + 1)));
      histogram(frame, axes, 0, chosen > 0 ? 0.5f : 1.f);
      prior(frame, axes, 2);
      if (chosen > 0) outline(axes, counts, chosen, theme.belief, 2);
      tell(frame, axes, chosen);
    }
    hovered_ = 0;
    for (int i = 0; i < grid.count; ++i) panel(frame, grid, i);
  }

  std::string csv(const Store& store) const override {
    const Histograms counts = histograms_of(store);
    const int rows = counts.rows;
    if (rows < 1) return {};
    std::string table = "z,prior,all";
    for (int row = 1; row < rows; ++row) table += ",z" + std::to_string(row);
    table += "\n";
    for (int bin = 0; bin < counts.bins; ++bin) {
      const double z = edge(counts, bin + 0.5);
      add_value(table, z, ',');
      add_value(table, counts.prior.density(z), ',');
      for (int row = 0; row < rows; ++row)
        add_value(table, density(counts, row, bin), row + 1 < rows ? ',' : '\n');
    }
    return table;
  }

  std::string describe(const Store& store) const override {
    const Histograms counts = histograms_of(store);
    if (counts.rows < 1)
      return "Histogram of the latents of test data against the prior; there is none yet.";
    const int far = farthest(counts);
    return "Histogram of the latents of test data, all dimensions together, against the " +
           counts.prior_name + " prior: the divergence is " +
           plot::brief(divergence(counts, 0), 3) + " nats" +
           (far > 0 ? "; farthest is dimension " + std::to_string(far) + " with " +
                          plot::brief(divergence(counts, far), 3) + " nats"
                    : std::string()) +
           ".";
  }

 private:
  // Where the small ones stand.
  struct Grid {
    ImVec2 low, cell;
    int columns = 1, count = 0;
  };

  static double edge(const Histograms& counts, double bin) {
    return counts.low + (counts.high - counts.low) * bin / counts.bins;
  }
  static double density(const Histograms& counts, int row, int bin) {
    const auto value = static_cast<double>(
        counts.values[static_cast<std::size_t>(row) * static_cast<std::size_t>(counts.bins) +
                      static_cast<std::size_t>(bin)]);
    return std::isfinite(value) ? value : 0;
  }
  static std::string name_of(const Histograms& counts, int row) {
    return z_name(row - 1) + "   KL " + plot::brief(divergence(counts, row), 2) + " nats";
  }

  // KL of the histogram from the prior. Few data in many bins lie far from any prior, so single
  // dimensions are compared over about a dozen parts that the prior finds equally likely. What lies
  // outside is one part more.
  static double divergence(const Histograms& counts, int row) {
    const Prior prior = counts.prior;
    const double least = row == 0 ? 0 : 1.0 / 12;
    double sum = 0, rest = 1, rest_of_prior = 1, p = 0, q = 0;
    const auto add = [&sum](double share, double expected) {
      if (share > 0) sum += share * std::log(share / std::max(expected, 1e-12));
    };
    for (int bin = 0; bin < counts.bins; ++bin) {
      const double low = edge(counts, bin), high = edge(counts, bin + 1);
      const double more = density(counts, row, bin) * (high - low),
                   more_of_prior = prior.cumulative(high) - prior.cumulative(low);
      p += more;
      q += more_of_prior;
      rest -= more;
      rest_of_prior -= more_of_prior;
      // The last part takes in what would be too little by itself.
      const double left = prior.cumulative(counts.high) - prior.cumulative(high);
      if (bin + 1 < counts.bins && (q < least || left < least)) continue;
      add(p, q);
      p = q = 0;
    }
    // What rounding leaves over is no share of the data.
    if (rest > 1e-5) add(rest, rest_of_prior);
    return std::max(0.0, sum);
  }
  static int farthest(const Histograms& counts) {
    int found = 0;
    double most = -1;
    for (int row = 1; row < counts.rows; ++row) {
      const double value = divergence(counts, row);
      if (value > most) most = value, found = row;
    }
    return found;
  }

  // The height of the tallest of some rows, not far above the prior's: one narrow dimension shall
  // not flatten all others.
  static double top_of(const Histograms& counts, int first, int last) {
    const double peak = counts.prior.density(0);
    double top = peak;
    for (int row = first; row < last; ++row) {
      for (int bin = 0; bin < counts.bins; ++bin) top = std::max(top, density(counts, row, bin));
    }
    return 1.08 * std::min(top, 4 * peak);
  }

  static std::string summary(const Frame& frame) {
    const Histograms counts = histograms_of(frame.store);
    const std::string all = plot::brief(divergence(counts, 0), 3);
    std::string words =
        frame.text({"KL(histogram ‖ prior) = ", "KL(히스토그램 ‖ 사전분포) = "}) + all + " nats";
    const int far = farthest(counts);
    if (counts.rows < 3) return words;
    const std::string most = plot::brief(divergence(counts, far), 2) + " nats";
    return words + (frame.korean ? "  ·  가장 먼 차원 " + z_name(far - 1) + ": " + most
                                 : "  ·  farthest " + z_name(far - 1) + ": " + most);
  }

  static plot::Axes axes_of(const Frame& frame, ImVec2 low, ImVec2 high, double top) {
    const Histograms counts = histograms_of(frame.store);
    return plot::Axes(frame.theme, frame.fonts, low, high, {counts.low, counts.high, 0, top}, false,
                      frame.compact, {"z", frame.text({"density", "밀도"})});
  }

  static void histogram(const Frame& frame, const plot::Axes& axes, int row, float opacity) {
    const Histograms counts = histograms_of(frame.store);
    const float ground = axes.screen(0, 0).y;
    for (int bin = 0; bin < counts.bins; ++bin) {
      const double value = density(counts, row, bin);
      if (!(value > 0)) continue;
      const ImVec2 low = axes.screen(edge(counts, bin), value),
                   high = axes.screen(edge(counts, bin + 1), 0);
      axes.draw().AddRectFilled({std::round(low.x), low.y}, {std::round(high.x), ground},
                                plot::faded(frame.theme.data, 0.28f * opacity));
    }
    outline(axes, counts, row, plot::faded(frame.theme.data, opacity), 1.5f);
  }

  static void outline(const plot::Axes& axes, const Histograms& counts, int row, ImU32 colour,
                      float width) {
    std::vector<ImVec2> steps;
    for (int bin = 0; bin < counts.bins; ++bin) {
      const double value = density(counts, row, bin);
      // A line that does not move on has no direction.
      if (bin == 0 || value != density(counts, row, bin - 1))
        steps.push_back(axes.screen(edge(counts, bin), value));
      steps.push_back(axes.screen(edge(counts, bin + 1), value));
    }
    axes.line(steps, colour, width);
  }

  static void prior(const Frame& frame, const plot::Axes& axes, float width) {
    const Histograms counts = histograms_of(frame.store);
    std::vector<ImVec2> curve;
    constexpr int parts = 160;
    for (int i = 0; i <= parts; ++i) {
      const double z = counts.low + (counts.high - counts.low) * i / parts;
      curve.push_back(axes.screen(z, counts.prior.density(z)));
    }
    axes.dashes(curve, frame.theme.truth, width, width < 2 ? 4.f : 6.f);
  }

  static void tell(Frame& frame, const plot::Axes& axes, int chosen) {
    const Histograms counts = histograms_of(frame.store);
    readout(frame, axes, [&](double x, double) {
      const int bin =
          std::clamp(static_cast<int>((x - counts.low) / (counts.high - counts.low) * counts.bins),
                     0, counts.bins - 1);
      const double z = edge(counts, bin + 0.5);
      return "z " + fixed(z, 2) + "\n" + frame.text({"all dimensions ", "모든 차원 "}) +
             fixed(density(counts, 0, bin), 4) + "\n" + frame.text({"prior ", "사전분포 "}) +
             fixed(counts.prior.density(z), 4) +
             (chosen > 0 ? "\n" + z_name(chosen - 1) + " " + fixed(density(counts, chosen, bin), 4)
                         : std::string());
    });
  }

  // As many single dimensions as fit into the lower part.
  Grid grid_of(const Frame& frame, float top) const {
    Grid grid;
    const int singles = histograms_of(frame.store).rows - 1;
    const float width = frame.max.x - frame.min.x - 16, height = frame.max.y - top;
    if (singles < 1 || height < 230) return grid;
    constexpr float least_width = 104, least_height = 72;
    const float room = std::max(least_height, 0.4f * height);
    grid.columns = std::clamp(static_cast<int>(width / least_width), 1, singles);
    const int most_rows = std::max(1, static_cast<int>(room / least_height));
    const int rows = std::min(most_rows, (singles + grid.columns - 1) / grid.columns);
    // No column more than these rows need.
    grid.columns = std::min(grid.columns, (singles + rows - 1) / rows);
    grid.count = std::min(singles, rows * grid.columns);
    const float most =
        std::min(room / static_cast<float>(rows), 0.75f * width / static_cast<float>(grid.columns));
    grid.cell = {width / static_cast<float>(grid.columns), most};
    grid.low = {frame.min.x + 8, frame.max.y - 4 - most * static_cast<float>(rows)};
    return grid;
  }

  void panel(Frame& frame, const Grid& grid, int index) {
    const Histograms counts = histograms_of(frame.store);
    const plot::Theme& theme = frame.theme;
    const int row = index + 1;
    const ImVec2 corner{grid.low.x + grid.cell.x * static_cast<float>(index % grid.columns),
                        grid.low.y + grid.cell.y * static_cast<float>(index / grid.columns)};
    const ImVec2 low{corner.x + 4, corner.y + 18},
        high{corner.x + grid.cell.x - 4, corner.y + grid.cell.y - 2};
    ImGui::PushID(row);
    const Touch place = touch("dimension", corner, {high.x + 4, high.y});
    explain(frame,
            frame.text({"The number is the KL from the prior in nats, over twelve parts that "
                        "the prior finds about equally likely.",
                        "숫자는 사전분포와의 KL(nats)입니다. 사전분포의 확률이 거의 같은 "
                        "열두 구간에서 셉니다."}));
    ImGui::PopID();
    if (place.hovered || place.held) hovered_ = row;
    const bool over = place.hovered || place.held;
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const std::string name = z_name(row - 1), amount = plot::brief(divergence(counts, row), 2);
    write(frame, {low.x, corner.y + 2}, theme.ink, name);
    const float taken = size_of(frame, amount).x;
    if (taken + size_of(frame, name).x + 8 < high.x - low.x)
      write(frame, {high.x - taken, corner.y + 2}, theme.muted, amount);
    {
      const plot::Axes axes(theme, frame.fonts, low, high,
                            {counts.low, counts.high, 0, top_of(counts, 1, counts.rows)}, false,
                            true, {});
      histogram(frame, axes, row, 1);
      prior(frame, axes, 1);
    }
    draw.AddRect(low, high, over ? theme.ink : theme.hairline);
  }

  int hovered_ = 0;  // the row that is put over all dimensions; 0 for none
};

}  // namespace

std::unique_ptr<View> make_marginals() { return std::make_unique<Marginals>(); }

}  // namespace lab::views
