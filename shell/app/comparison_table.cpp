#include "shell/app/comparison_table.hpp"

#include <imgui.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "shell/app/words.hpp"
#include "shell/plot/numbers.hpp"

namespace lab::app {

namespace {

constexpr float line_height = 24, widest = 1180, narrow_below = 820;
constexpr std::array known_names{"exact", "grid", "bound", "cross-entropy"};

}  // namespace

void tooltip(const std::string& words) {
  if (!ImGui::IsItemHovered(ImGuiHoveredFlags_DelayShort)) return;
  ImGui::BeginTooltip();
  ImGui::PushTextWrapPos(280);
  ImGui::TextUnformatted(words.c_str());
  ImGui::PopTextWrapPos();
  ImGui::EndTooltip();
}

ComparisonTable::ComparisonTable(std::vector<Member> members, double entropy, bool korean)
    : members_(std::move(members)), entropy_(entropy), korean_(korean) {
  for (const Member& member : members_) numbers_.push_back(numbers_of(member));
}

bool ComparisonTable::any_cross_entropy() const {
  return std::any_of(members_.begin(), members_.end(),
                     [](const Member& member) { return member.store.cross_entropy; });
}

bool ComparisonTable::with_truth() const { return std::isfinite(entropy_); }

const char* ComparisonTable::known_words(const Numbers& numbers) const {
  switch (numbers.known) {
    case Numbers::Known::bound: return text("a bound", "하한");
    case Numbers::Known::grid: return text("normalised on a grid", "격자에서 정규화");
    case Numbers::Known::cross_entropy: return text("a cross-entropy", "교차 엔트로피");
    case Numbers::Known::exact: break;
  }
  return text("exact", "정확");
}

ComparisonTable::Numbers ComparisonTable::numbers_of(const Member& member) const {
  const views::Store& store = member.store;
  const std::string measure = views::test_measure(store);
  Numbers numbers{store.metric(measure), store.metric("kl_to_truth"), store.metric("bits_per_dim"),
                  store.metric(measure + "_se"),
                  store.metric(store.can("plane") ? "kl_to_truth_error" : "kl_to_truth_se")};
  if (store.cross_entropy) {
    // Neither a density nor the bits of a grey level can be told from it.
    numbers.known = Numbers::Known::cross_entropy;
    numbers.cross_entropy = -std::exchange(numbers.log_density, nothing);
    numbers.bits = nothing;
  } else if (measure == "elbo_test") {
    numbers.known = Numbers::Known::bound;
    // Nats and bits differ by what all models share, the width of a grey level: a flow tells it.
    const double nats_a_bit = static_cast<double>(store.sample_shape.size()) * std::log(2.0);
    for (const Member& each : members_) {
      const double bits = each.store.metric("bits_per_dim"),
                   nats = each.store.metric("log_likelihood_test");
      const bool same = each.spec.at("data") == member.spec.at("data");
      if (same && std::isfinite(bits) && std::isfinite(nats))
        numbers.bits = bits + (nats - numbers.log_density) / nats_a_bit;
    }
  } else if (store.can("unnormalised") && store.can("plane")) {
    numbers.known = Numbers::Known::grid;
  }
  return numbers;
}

std::string ComparisonTable::csv() const {
  std::string csv =
      "model,test_log_density,known,bits_per_dim,kl_to_truth,steps,seconds,parameters,"
      "test_cross_entropy\n";
  const auto number = [](double value) {
    return std::isfinite(value) ? std::to_string(value) : "";
  };
  for (std::size_t i = 0; i < members_.size(); ++i) {
    const Numbers& numbers = numbers_[i];
    const views::Store& store = members_[i].store;
    csv += members_[i].title + "," + number(numbers.log_density) + "," +
           known_names.at(static_cast<std::size_t>(numbers.known)) + "," + number(numbers.bits) +
           "," + number(numbers.kl) + "," + std::to_string(store.step) + "," +
           number(store.seconds) + "," + std::to_string(store.parameters) + "," +
           number(numbers.cross_entropy) + "\n";
  }
  if (with_truth()) csv += "truth," + number(-entropy_) + ",exact,,0,,,,\n";
  return csv;
}

std::string ComparisonTable::describe() const {
  std::string words;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    const Numbers& numbers = numbers_[i];
    words += members_[i].title + ": ";
    if (numbers.known == Numbers::Known::cross_entropy) {
      words += text("cross-entropy of grey levels plus KL ", "회색 단계의 교차 엔트로피 + KL ") +
               plot::brief(numbers.cross_entropy, 4) +
               text(" nats, no density", " nats (밀도 아님)");
    } else {
      words += text("test log-density ", "시험 로그 밀도 ") + plot::brief(numbers.log_density, 4) +
               " nats (" + known_words(numbers) + ")";
    }
    if (std::isfinite(numbers.kl))
      words += std::string(", ") + text("KL to the truth ", "참값까지 KL ") +
               plot::brief(numbers.kl, 3) + " nats";
    words +=
        std::string(", ") + text("step ", "단계 ") + std::to_string(members_[i].store.step) + ". ";
  }
  if (with_truth())
    words += std::string(text("The truth: ", "참값: ")) + plot::brief(-entropy_, 4) + " nats.";
  return words;
}

views::Json ComparisonTable::status() const {
  views::Json all = views::Json::array();
  for (std::size_t i = 0; i < members_.size(); ++i) {
    const Numbers& numbers = numbers_[i];
    const views::Store& store = members_[i].store;
    views::Json metrics = views::Json::object();
    for (const auto& [name, value] : store.metrics) metrics[name] = value;
    all.push_back({{"model", members_[i].spec.at("model").at("name")},
                   {"title", members_[i].title},
                   {"loaded", store.loaded},
                   {"playing", store.playing},
                   {"step", store.step},
                   {"seconds", store.seconds},
                   {"parameters", store.parameters},
                   {"error", store.error},
                   {"diverged", store.diverged},
                   {"warning", store.warning},
                   {"metrics", std::move(metrics)},
                   {"known", known_names.at(static_cast<std::size_t>(numbers.known))}});
    const auto put = [&](const char* name, double value) {
      all.back()[name] = std::isfinite(value) ? views::Json(value) : views::Json();
    };
    put("test_log_density", numbers.log_density);
    put("test_cross_entropy", numbers.cross_entropy);
    put("kl_to_truth", numbers.kl);
    put("bits_per_dim", numbers.bits);
  }
  return all;
}

float ComparisonTable::height() const {
  const std::size_t lines =
      members_.size() + (with_truth() ? 2u : 1u) + (any_cross_entropy() ? 1u : 0u);
  return static_cast<float>(lines) * line_height + 12;
}

std::vector<ComparisonTable::Field> ComparisonTable::fields(bool narrow) const {
  const bool pictures = members_.front().store.sample_shape.picture();
  const auto best_of = [&](auto value, bool highest) {
    double best = nothing;
    for (const Numbers& each : numbers_) {
      const double number = value(each);
      if (std::isfinite(number) &&
          (!std::isfinite(best) || (highest ? number > best : number < best)))
        best = number;
    }
    return best;
  };
  const auto log_density = [](const Numbers& each) { return each.log_density; };
  const auto kl = [](const Numbers& each) { return each.kl; };
  const auto bits = [](const Numbers& each) { return each.bits; };
  const double best_density = best_of(log_density, true), best_kl = best_of(kl, false),
               best_bits = best_of(bits, false);
  const bool contest = members_.size() > 1;
  std::string truth_help = text(
      "Nats lost by believing the model; 0 is the truth, lower is better. An integral over "
      "cells of the plane; ± is its error.",
      "모델을 믿어서 잃는 nats. 0이면 참값이며 낮을수록 좋습니다. 평면의 칸들로 적분하며 ±는 "
      "그 오차입니다.");
  for (const Member& member : members_) {
    const std::string words = truth_words(member.store, korean_);
    truth_help += words;
    if (!words.empty()) break;
  }

  std::vector<Field> fields{
      {text("Model", "모델"), text("One line a model", "모델마다 한 줄"), 1.3f, false, {}},
      {narrow ? text("ln p, test", "시험 ln p")
              : text("test log-density, nats", "시험 로그 밀도, nats"),
       text("Mean ln p of data that is not trained on; higher is better",
            "학습에 쓰지 않은 데이터의 평균 ln p. 높을수록 좋습니다"),
       1.2f,
       true,
       {}}};
  if (!narrow) {
    fields.push_back({text("known", "아는 방법"),
                      text("Exact; a bound, which the true value lies above; or normalised by a "
                           "sum over a grid of the plane",
                           "정확한 값, 참값보다 낮은 하한, 또는 평면의 격자에서 정규화한 값"),
                      1.3f,
                      false,
                      {}});
  }
  if (pictures)
    fields.push_back({text("bits/dim", "bits/dim"),
                      text("Bits to name one grey level of one pixel; lower is better",
                           "픽셀 하나의 밝기를 적는 데 드는 비트. 낮을수록 좋습니다"),
                      1,
                      true,
                      {}});
  if (with_truth())
    fields.push_back({narrow ? "KL" : text("KL to the truth, nats", "참값까지 KL, nats"),
                      truth_help,
                      1.2f,
                      true,
                      {}});
  fields.push_back({text("steps", "단계"),
                    text("Updates of the weights", "가중치를 고친 횟수"),
                    0.8f,
                    true,
                    {}});
  if (!narrow) {
    fields.push_back({text("seconds", "초"),
                      text("Time that this model has trained; all get the same share",
                           "이 모델이 학습한 시간. 모두 같은 몫을 받습니다"),
                      0.8f,
                      true,
                      {}});
    fields.push_back({text("parameters", "매개변수"),
                      text("Numbers that are learnt", "배우는 수의 개수"),
                      0.9f,
                      true,
                      {}});
  }
  const auto put = [&fields](std::size_t& at, Entry entry) {
    fields[at++].entries.push_back(std::move(entry));
  };
  for (std::size_t i = 0; i < members_.size(); ++i) {
    const Numbers& each = numbers_[i];
    const views::Store& store = members_[i].store;
    std::size_t at = 0;
    const bool bound = each.known == Numbers::Known::bound;
    const std::string least = bound && std::isfinite(each.log_density) ? "≥ " : "",
                      most = bound && std::isfinite(each.bits) ? "≤ " : "";
    put(at, {members_[i].title});
    // The error where there is room for it.
    const auto with_error = [narrow](double value, int digits, double give_or_take) {
      const std::string off = std::isfinite(value) && !narrow ? plot::plus_minus(give_or_take) : "";
      return plot::brief(value, digits) + (off.empty() ? "" : " " + off);
    };
    if (each.known == Numbers::Known::cross_entropy) {
      put(at, {"CE + KL " + with_error(each.cross_entropy, 4, each.log_density_error)});
    } else {
      put(at, {least + with_error(each.log_density, 4, each.log_density_error),
               contest && each.log_density == best_density});
    }
    if (!narrow) put(at, {known_words(each)});
    if (pictures) put(at, {most + plot::brief(each.bits, 3), contest && each.bits == best_bits});
    if (with_truth())
      put(at, {with_error(each.kl, 3, each.kl_error), contest && each.kl == best_kl});
    put(at, {std::to_string(store.step)});
    if (!narrow) {
      put(at, {plot::brief(store.seconds, 3)});
      put(at, {std::to_string(store.parameters)});
    }
  }
  if (with_truth()) {
    std::size_t at = 0;
    put(at, {text("Truth", "참값")});
    put(at, {plot::brief(-entropy_, 4)});
    if (!narrow) put(at, {text("minus its entropy", "엔트로피의 음수")});
    if (pictures) put(at, {""});
    put(at, {"0"});
    while (at < fields.size()) put(at, {""});
  }
  return fields;
}

void ComparisonTable::draw(ImVec2 min, ImVec2 max, const plot::Theme& theme,
                           const plot::Fonts& fonts) const {
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const float width = max.x - min.x;
  const bool narrow = width < narrow_below;
  const std::vector<Field> fields = this->fields(narrow);
  const float total =
      std::accumulate(fields.begin(), fields.end(), 0.f,
                      [](float sum, const Field& field) { return sum + field.weight; });
  const float margin = narrow ? 12 : 16;
  float x = min.x + margin;
  for (std::size_t k = 0; k < fields.size(); ++k) {
    const Field& field = fields[k];
    const float column = (std::min(width, widest) - 2 * margin) * field.weight / total;
    const auto write = [&](const std::string& words, float y, ImU32 colour, ImFont* font,
                           bool best) {
      const ImVec2 size = font->CalcTextSizeA(plot::small_size, 1e9f, 0, words.c_str());
      const float left = field.right ? x + column - 18 - size.x : x;
      draw.PushClipRect({x, y - 4}, {x + column - 4, y + line_height}, true);
      draw.AddText(font, plot::small_size, {left, y}, colour, words.c_str());
      // The best is marked by weight and by a dot before it.
      if (best) draw.AddCircleFilled({left - 9, y + 8}, 3.5f, theme.accent);
      draw.PopClipRect();
    };
    float y = min.y + 8;
    write(field.title, y, theme.muted, fonts.regular, false);
    ImGui::SetCursorScreenPos({x, y});
    ImGui::PushID(static_cast<int>(k));
    ImGui::InvisibleButton("title", {column - 4, line_height});
    tooltip(field.help);
    ImGui::PopID();
    for (std::size_t i = 0; i < field.entries.size(); ++i) {
      y += line_height;
      const bool is_truth = i >= members_.size();
      const bool strong = field.entries[i].best || (k == 0 && !is_truth);
      write(field.entries[i].words, y, is_truth ? theme.muted : theme.ink,
            strong ? fonts.strong : fonts.regular, field.entries[i].best);
      if (k == 0)
        draw.AddLine({min.x + margin, y - 4}, {min.x + std::min(width, widest) - margin, y - 4},
                     plot::faded(theme.hairline, 0.6f));
    }
    x += column;
  }
  if (!any_cross_entropy()) return;
  const char* words =
      narrow ? text("CE: cross-entropy of grey levels, no −ln p",
                    "CE: 회색 단계의 교차 엔트로피, −ln p 아님")
             : text(
                   "CE: the cross-entropy of grey levels and Bernoulli pixels. It is no −ln p(x), "
                   "and lies on no scale with the others.",
                   "CE: 회색 단계와 베르누이 화소의 교차 엔트로피입니다. −ln p(x)가 아니며 다른 "
                   "값들과 견줄 수 없습니다.");
  draw.AddText(fonts.regular, plot::axis_size, {min.x + margin, max.y - line_height}, theme.muted,
               words);
}

}  // namespace lab::app
