// The words of the choices of a specification: formulas of data, models, objectives and optimisers,
// and what models are called beside each other.
#pragma once

#include <span>
#include <string_view>

#include "shell/words/text.hpp"

namespace lab::words {

struct Formula {
  std::string_view path, choice;
  Text lines;
};

// In the order in which they are read.
std::span<const Formula> formulas();
// Before the first use of the others, as add_title: of a choice that is made elsewhere.
void add_formula(Formula row);

struct ModelTitle {
  std::string_view model;  // as in model.name
  const char* title;       // in a comparison: "NICE", "NCE energy"
  Text answer;             // how it answers what p(x) is
};

std::span<const ModelTitle> model_titles();
void add_title(ModelTitle row);
// "?" where there is none. One with an architecture is called by that.
const char* model_title(std::string_view model, std::string_view architecture = {});
// Empty where there is none.
Text model_answer(std::string_view model);

}  // namespace lab::words
