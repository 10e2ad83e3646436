// The words of the views, by their names in a specification, and of the rows of a comparison.
#pragma once

#include <span>
#include <string_view>

#include "shell/words/text.hpp"

namespace lab::words {

struct ViewWords {
  std::string_view name;
  Text tab;    // a word or two
  Text title;  // a sentence
};

// Of a model that is shown alone.
std::span<const ViewWords> views();
// Before the first use of the others: of a view that is made elsewhere.
void add_view(ViewWords row);
// Those of a view; throws std::out_of_range where there are none.
const ViewWords& of_view(std::string_view name);

// Of a comparison, of which a title says what its cells show: those that differ from the view's.
std::span<const ViewWords> rows();
const ViewWords& of_row(std::string_view name);

// Why a model shows nothing in a view that needs this ability (core/session/views.hpp); throws
// std::out_of_range where there are no words.
const Text& lacking(std::string_view ability);

}  // namespace lab::words
