// The words of the keys of a specification (core/session/schema.cpp): tests/words finds those that
// lack here, and those that have no key.
#pragma once

#include <span>
#include <string_view>

#include "shell/words/text.hpp"

namespace lab::words {

struct KeyWords {
  std::string_view path;
  Text label;             // "learning rate"
  Text help;              // one sentence: what it does to learning
  bool foremost = false;  // always in sight; the others of a section are folded away
};

std::span<const KeyWords> keys();
// Before the first use of the others: of a key that is made elsewhere.
void add_key(KeyWords row);
// Those of a key; throws std::out_of_range where there are none.
const KeyWords& of_key(std::string_view path);

}  // namespace lab::words
