// The table of a comparison: what is measured of each model and of the truth, drawn, as CSV, in a
// sentence and as JSON.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "shell/plot/theme.hpp"
#include "shell/views/store.hpp"

namespace lab::app {

// Words beside the item that was drawn last, while the pointer rests on it.
void tooltip(const std::string& words);

class ComparisonTable {
 public:
  struct Member {
    std::string title;
    const views::Json& spec;
    const views::Store& store;
  };

  // entropy: of the truth, nats; NaN where it is unknown.
  ComparisonTable(std::vector<Member> members, double entropy, bool korean);

  float height() const;
  // Within the current window.
  void draw(ImVec2 min, ImVec2 max, const plot::Theme& theme, const plot::Fonts& fonts) const;
  std::string csv() const;
  // For who cannot see it, a sentence for each model.
  std::string describe() const;
  // An object for each model.
  views::Json status() const;

 private:
  static constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

  // What is said of a model.
  struct Numbers {
    double log_density, kl, bits;  // nats, nats, bits a dimension; NaN where unknown
    // Of the first, over the data; of the second, of the integral.
    double log_density_error, kl_error;
    enum class Known { exact, grid, bound, cross_entropy } known = Known::exact;
    // Of grey levels under Bernoulli pixels, with the KL: nats. There is no density then.
    double cross_entropy = nothing;
  };
  // A cell, and whether it is the best of its column; a column.
  struct Entry {
    std::string words;
    bool best = false;
  };
  struct Field {
    const char* title;
    std::string help;
    float weight;
    bool right;
    std::vector<Entry> entries;
  };

  const char* text(const char* english, const char* korean) const {
    return korean_ ? korean : english;
  }
  Numbers numbers_of(const Member& member) const;
  const char* known_words(const Numbers& numbers) const;
  bool any_cross_entropy() const;
  bool with_truth() const;
  std::vector<Field> fields(bool narrow) const;

  std::vector<Member> members_;
  std::vector<Numbers> numbers_;  // of each member
  double entropy_;
  bool korean_;
};

}  // namespace lab::app
