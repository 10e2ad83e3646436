#include "shell/views/curves.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "shell/plot/numbers.hpp"
#include "shell/views/latent_parts.hpp"

namespace lab::views {

void chart(Frame& frame, std::span<const float> x, const std::vector<Curve>& curves,
           const plot::Axes::Labels& labels, double low, double high, Words place) {
  std::vector<Entry> entries;
  for (const Curve& curve : curves) {
    std::string words = curve.name;
    if (!curve.y.empty() && labels.x != "t")
      words += "   " + plot::brief(static_cast<double>(curve.y.back()), 4);
    entries.push_back(
        {curve.colour, words, curve.dashed ? Entry::Mark::dashes : Entry::Mark::line});
  }
  ImVec2 min = frame.min;
  if (place == Words::above && !frame.compact) {
    min.y += 4 + key(frame, {min.x + 8, min.y + 2}, frame.max.x - 8, entries);
  }
  double y0 = 1e30, y1 = -1e30;
  for (const Curve& curve : curves) {
    for (const float value : curve.y) {
      if (!std::isfinite(value)) continue;
      const double y = std::clamp(static_cast<double>(value), low, high);
      y0 = std::min(y0, y);
      y1 = std::max(y1, y);
    }
  }
  if (y0 > y1) y0 = 0, y1 = 1;
  const double margin = std::max(0.08 * (y1 - y0), 1e-3);
  const double x0 = x.empty() ? 0 : static_cast<double>(x.front());
  const double x1 = x.size() < 2 ? x0 + 1 : static_cast<double>(x.back());
  const plot::Axes axes(frame.theme, frame.fonts, min, frame.max,
                        {x0, std::max(x1, x0 + 1e-6), y0 - margin, y1 + margin}, false,
                        frame.compact, labels);
  // No more points than pixels: of each bin the lowest and the highest.
  const auto pixels = static_cast<std::size_t>(std::max(16.f, axes.max().x - axes.min().x));
  std::vector<ImVec2> line;
  const auto flush = [&](const Curve& curve) {
    if (curve.dashed) axes.dashes(line, curve.colour, 2);
    else axes.line(line, curve.colour, 2);
    line.clear();
  };
  for (const Curve& curve : curves) {
    const std::size_t count = std::min(curve.y.size(), x.size());
    const std::size_t bin = std::max<std::size_t>(1, count / pixels);
    for (std::size_t start = 0; start < count; start += bin) {
      const std::size_t end = std::min(start + bin, count);
      const auto first = curve.y.begin() + static_cast<std::ptrdiff_t>(start);
      const auto last = curve.y.begin() + static_cast<std::ptrdiff_t>(end);
      const auto [least, most] = std::minmax_element(first, last);
      for (const auto& pick : {std::min(least, most), std::max(least, most)}) {
        if (!std::isfinite(*pick)) {
          flush(curve);
          continue;
        }
        const auto i = static_cast<std::size_t>(pick - curve.y.begin());
        line.push_back(axes.screen(static_cast<double>(x[i]), static_cast<double>(*pick)));
        if (least == most) break;
      }
    }
    flush(curve);
  }
  if (place == Words::inside) legend(frame, axes, entries);
  readout(frame, axes, [&](double at_x, double) {
    if (x.empty()) return std::string();
    const auto found = std::lower_bound(x.begin(), x.end(), static_cast<float>(at_x));
    const auto i = std::min(static_cast<std::size_t>(found - x.begin()), x.size() - 1);
    std::string text = labels.x + " " + plot::brief(static_cast<double>(x[i]), 4);
    for (const Curve& curve : curves) {
      if (i < curve.y.size())
        text += "\n" + curve.name + " " + plot::brief(static_cast<double>(curve.y[i]), 4);
    }
    return text;
  });
}

bool any_number(std::span<const float> values) {
  return std::any_of(values.begin(), values.end(),
                     [](float value) { return std::isfinite(value); });
}

std::vector<float> logarithms(std::span<const float> values) {
  std::vector<float> found;
  for (const float each : values) found.push_back(each > 0 ? std::log10(each) : NAN);
  return found;
}

double settled_floor(std::span<const float> values) {
  const std::size_t from = values.size() / 5;
  double least = 1e30, most = -1e30;
  for (std::size_t i = from; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) continue;
    least = std::min(least, static_cast<double>(values[i]));
    most = std::max(most, static_cast<double>(values[i]));
  }
  return least > most ? -1e30 : least - 0.25 * (most - least);
}

std::string curves_csv(const std::string& x_name, std::span<const float> x,
                       const std::vector<std::string>& names,
                       const std::vector<std::span<const float>>& values) {
  std::string csv = x_name;
  for (const std::string& name : names) csv += "," + name;
  csv += "\n";
  char text[40];
  for (std::size_t i = 0; i < x.size(); ++i) {
    std::snprintf(text, sizeof text, "%.9g", static_cast<double>(x[i]));
    csv += text;
    for (const auto& column : values) {
      std::snprintf(text, sizeof text, ",%.7g",
                    i < column.size() ? static_cast<double>(column[i]) : std::nan(""));
      csv += text;
    }
    csv += "\n";
  }
  return csv;
}

}  // namespace lab::views
