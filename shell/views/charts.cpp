// Measures by step: the objective against its optimum, the constant against −ln Z.
#include <algorithm>
#include <cmath>

#include "shell/plot/numbers.hpp"
#include "shell/views/curves.hpp"
#include "shell/views/plane.hpp"

namespace lab::views {

namespace {

class Objective final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    const plot::Theme& theme = frame.theme;
    const bool bound = store.can("bound");
    const std::vector<float>& optimum = store.column(bound ? "elbo_optimum" : "objective_optimum");
    std::vector<Curve> curves;
    if (!optimum.empty()) {
      curves.push_back({frame.text({"optimum", "최적"}), theme.truth, true, optimum});
    }
    curves.push_back(
        {frame.text({"train", "학습"}), theme.data, false, store.column("objective_train")});
    curves.push_back(
        {frame.text({"test", "시험"}), theme.belief, false, store.column("objective_test")});
    // Errors are no nats: with their sign turned they are what is made large.
    const bool errors = store.can("errors");
    const bool near = !bound && !errors && !optimum.empty();
    const char* const unit = errors ? frame.text({"J = −loss", "J = −손실"}) : "J  (nats)";
    chart(frame, store.column("step"), curves, {frame.text({"step", "단계"}), unit},
          // Noise-contrastive objectives start a little below their best; others far below.
          near ? -8
               : std::min(settled_floor(store.column("objective_train")),
                          settled_floor(store.column("objective_test"))),
          1e30, near ? Words::inside : Words::above);
  }
  std::string csv(const Store& store) const override {
    return curves_csv("step", store.column("step"),
                      {"objective_train", "objective_test", "objective_optimum", "kl_to_truth"},
                      {store.column("objective_train"), store.column("objective_test"),
                       store.column("objective_optimum"), store.column("kl_to_truth")});
  }
  std::string describe(const Store& store) const override {
    return "Line chart of the objective by step: " +
           plot::brief(store.metric("objective_train"), 4) +
           (store.can("errors") ? " on training data, " : " nats on training data, ") +
           plot::brief(store.metric("objective_test"), 4) + " on test data.";
  }
};

class Constant final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    chart(frame, store.column("step"),
          {{"−ln Z", frame.theme.truth, true, store.column("minus_log_z")},
           {"c", frame.theme.belief, false, store.column("c")}},
          {frame.text({"step", "단계"}), "nats"});
  }
  std::string csv(const Store& store) const override {
    return curves_csv("step", store.column("step"), {"c", "minus_log_z"},
                      {store.column("c"), store.column("minus_log_z")});
  }
  std::string describe(const Store& store) const override {
    return "Line chart of the learnt constant, now " + plot::brief(store.metric("c"), 4) +
           ", against minus the log of the true normaliser, " +
           plot::brief(store.metric("minus_log_z"), 4) + " nats.";
  }
};

// ln p along a segment that is dragged in the views of the plane.
class CrossSection final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    split(store);
    double top = -1e30;
    for (const auto* values : {&model_, &truth_, &noise_}) {
      for (const float value : *values)
        top = std::isfinite(value) ? std::fmax(top, static_cast<double>(value)) : top;
    }
    std::vector<Curve> curves{{frame.text({"noise", "잡음"}), frame.theme.noise, false, noise_}};
    if (store.has_truth)
      curves.push_back({frame.text({"truth", "참값"}), frame.theme.truth, true, truth_});
    curves.push_back({frame.text({"model", "모델"}), frame.theme.belief, false, model_});
    chart(frame, along_, curves,
          {"t", frame.text({"ln p  (nats), along the segment", "ln p (nats), 선분을 따라"})},
          top - 14);
  }
  std::string csv(const Store& store) const override {
    CrossSection copy;
    copy.split(store);
    return curves_csv("t", copy.along_, {"log_model", "log_truth", "log_noise"},
                      {copy.model_, copy.truth_, copy.noise_});
  }
  std::string describe(const Store&) const override {
    return "Line chart of the log-densities of model, truth and noise along a segment of the "
           "plane.";
  }

 private:
  void split(const Store& store) {
    const Array& cross = store.array("cross");
    const std::size_t count = cross.size() / 3;
    const auto ends = segment_of(store);
    const auto length = static_cast<float>(std::hypot(ends[2] - ends[0], ends[3] - ends[1]));
    for (auto* values : {&along_, &model_, &truth_, &noise_}) values->clear();
    for (std::size_t i = 0; i < count; ++i) {
      along_.push_back(length * static_cast<float>(i) / static_cast<float>(count - 1));
      model_.push_back(cross[3 * i]);
      truth_.push_back(cross[3 * i + 1]);
      noise_.push_back(cross[3 * i + 2]);
    }
  }
  std::vector<float> along_, model_, truth_, noise_;
};

// What is said of mutual information, or of how far data is from noise, against what there is.
class Information final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    const char* const name = measured(store);
    std::vector<Curve> curves;
    const auto add = [&](const std::string& column, const std::string& words, ImU32 colour,
                         bool dashed) {
      const std::vector<float>& values = store.column(column);
      if (any_number(values)) curves.push_back({words, colour, dashed, values});
    };
    add("information_ceiling", frame.text({"ceiling ln N", "상한 ln N"}), frame.theme.warning,
        true);
    add(std::string(name) + "_truth", frame.text({"truth", "참값"}), frame.theme.truth, true);
    add(name, frame.text({"estimate", "추정"}), frame.theme.belief, false);
    chart(frame, store.column("step"), curves, {frame.text({"step", "단계"}), "nats"},
          settled_floor(store.column(name)), 1e30, Words::above);
  }
  std::string csv(const Store& store) const override {
    const std::string name = measured(store);
    return curves_csv("step", store.column("step"),
                      {name, name + "_se", name + "_truth", "information_ceiling"},
                      {store.column(name), store.column(name + "_se"),
                       store.column(name + "_truth"), store.column("information_ceiling")});
  }
  std::string describe(const Store& store) const override {
    const std::string name = measured(store);
    const double truth = store.metric(name + "_truth");
    return "Line chart of what is estimated, now " + plot::brief(store.metric(name), 4) + " ± " +
           plot::brief(store.metric(name + "_se"), 2) + " nats" +
           (std::isfinite(truth) ? ", against the truth, " + plot::brief(truth, 4) : "") + ".";
  }

 private:
  static const char* measured(const Store& store) {
    return store.column("divergence").empty() ? "mutual_information" : "divergence";
  }
};

}  // namespace

std::unique_ptr<View> make_information() { return std::make_unique<Information>(); }
std::unique_ptr<View> make_objective() { return std::make_unique<Objective>(); }
std::unique_ptr<View> make_constant() { return std::make_unique<Constant>(); }
std::unique_ptr<View> make_cross_section() { return std::make_unique<CrossSection>(); }

}  // namespace lab::views
