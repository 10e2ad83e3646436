// What the front end says of an experiment, as sentences and rows of a table, in both languages.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "shell/views/store.hpp"

namespace lab::app {

// A line of the table of numbers, nats where the name says nothing else; NaN where there is none.
struct Measured {
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();

  std::string name, help;
  double value = none, truth = none;
  double error = none, truth_error = none;  // of a mean over data, or of an integral over cells
};

// The numbers of the model that is open.
std::vector<Measured> measured(const views::Store& store, bool korean);
// What those are in, and what they are not.
std::string unit_words(const views::Store& store, bool korean);
// How the data was prepared: what is held out, what noise was added; empty where nothing is worth
// a word.
std::string prepared_words(const views::Store& store, bool korean);
// Why training rests, and how it goes on; empty where no limit was reached.
std::string stopped_words(const views::Store& store, bool korean);
// That training stands far below where it began; empty where it does not.
std::string ruined_words(const views::Store& store, bool korean);
// What the truth sums to where divergences are integrated, as a sentence with a space before it;
// empty where it is not known.
std::string truth_words(const views::Store& store, bool korean);

}  // namespace lab::app
