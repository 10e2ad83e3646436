// The exact log-likelihood of a flow as it learns, against the best that is possible or the figure
// of a paper.
#include <algorithm>
#include <cmath>

#include "core/session/specification.hpp"
#include "shell/plot/numbers.hpp"
#include "shell/views/curves.hpp"
#include "shell/views/flow_parts.hpp"
#include "shell/views/flow_views.hpp"

namespace lab::views {

namespace {

// A value to reach, NaN where none is known, and what it is called.
struct Mark {
  double value = std::nan("");
  std::string name;  // empty: the best that is possible
};

Mark mark_of(const Store& store) {
  const double optimum = store.metric("log_likelihood_optimum");
  if (std::isfinite(optimum)) return {optimum, {}};
  const std::vector<float>& column = store.column("log_likelihood_optimum");
  if (!column.empty() && std::isfinite(column.back()))
    return {static_cast<double>(column.back()), {}};
  const Json* value = session::find(store.spec, "reference.log_likelihood");
  if (!value || !value->is_number() || value->get<double>() == 0) return {};
  const Json* label = session::find(store.spec, "reference.label");
  const std::string name = label && label->is_string() ? label->get<std::string>() : std::string();
  return {value->get<double>(), name.empty() ? "reference" : name};
}

class Likelihood final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    const plot::Theme& theme = frame.theme;
    const std::vector<float>&train = store.column("log_likelihood_train"),
          &test = store.column("log_likelihood_test");
    if (!any_number(train) && !any_number(test)) {
      return sentence(frame, frame.text({"The log-likelihood comes with the first steps.",
                                         "로그가능도는 첫 단계들 뒤에 나옵니다."}));
    }
    const bool seen = !store.column("samples_seen").empty();
    const std::vector<float>& x = store.column(seen ? "samples_seen" : "step");
    std::vector<Curve> curves;
    double low = 1e30;
    const Mark mark = mark_of(store);
    if (std::isfinite(mark.value)) {
      level_.assign(x.size(), static_cast<float>(mark.value));
      curves.push_back({mark.name.empty()
                            ? frame.text({"best possible (−entropy)", "가능한 최선 (−엔트로피)"})
                        : mark.name == "reference" ? frame.text({"reference", "비교 값"})
                                                   : mark.name,
                        theme.truth, true, level_});
      low = mark.value;
    }
    if (any_number(train)) {
      curves.push_back({frame.text({"train", "학습"}), theme.data, false, train});
      low = std::min(low, settled_floor(train));
    }
    if (any_number(test)) {
      curves.push_back({frame.text({"test", "시험"}), theme.belief, false, test});
      low = std::min(low, settled_floor(test));
    }
    Frame plotted = frame;
    if (!frame.compact) {
      const float width = frame.max.x - frame.min.x - 16;
      plotted.min.y += 4 + paragraph(frame, {frame.min.x + 8, frame.min.y + 4}, width, theme.ink,
                                     summary(frame), plot::small_size);
    }
    chart(plotted, x, curves,
          {seen ? frame.text({"samples seen", "학습에 쓴 표본"}) : frame.text({"step", "단계"}),
           frame.text({"ln p(x)  (nats a datum)", "ln p(x) (데이터당 nats)"})},
          low, 1e30, Words::above);
  }

  std::string csv(const Store& store) const override {
    const std::vector<float>& x = store.column("step");
    const std::vector<float> level(x.size(), static_cast<float>(mark_of(store).value));
    return curves_csv("step", x,
                      {"samples_seen", "log_likelihood_train", "log_likelihood_test", "reference"},
                      {store.column("samples_seen"), store.column("log_likelihood_train"),
                       store.column("log_likelihood_test"), level});
  }

  std::string describe(const Store& store) const override {
    if (store.column("log_likelihood_test").empty())
      return "Line chart of the exact log-likelihood by samples seen; there are no steps yet.";
    const Mark mark = mark_of(store);
    return "Line chart of the exact log-likelihood by samples seen: " +
           plot::brief(latest(store, "log_likelihood_train"), 4) + " nats on training data, " +
           plot::brief(latest(store, "log_likelihood_test"), 4) + " on test data" +
           (!std::isfinite(mark.value) ? std::string()
            : mark.name.empty()        ? "; " + plot::brief(mark.value, 4) + " is the best possible"
                                       : "; " + mark.name + " has " + plot::brief(mark.value, 4)) +
           ".";
  }

 private:
  static double latest(const Store& store, const std::string& name) {
    const double now = store.metric(name);
    if (std::isfinite(now)) return now;
    const std::vector<float>& column = store.column(name);
    return column.empty() ? now : static_cast<double>(column.back());
  }

  static std::string summary(const Frame& frame) {
    const Store& store = frame.store;
    std::string words = frame.text({"test data: ", "시험 데이터: "}) +
                        plot::brief(latest(store, "log_likelihood_test"), 5) + " nats";
    const double bits = store.metric("bits_per_dim"),
                 whitened = store.metric("log_likelihood_whitened");
    if (std::isfinite(bits)) words += "  ·  " + plot::brief(bits, 4) + " bits/dim";
    if (std::isfinite(whitened)) {
      words += "  ·  " + plot::brief(whitened, 5) +
               frame.text({" nats without the whitening’s log-det", " nats (백색화 log-det 제외)"});
    }
    return words;
  }

  std::vector<float> level_;
};

}  // namespace

std::unique_ptr<View> make_likelihood() { return std::make_unique<Likelihood>(); }

}  // namespace lab::views
