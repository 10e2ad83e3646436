// What a person reads, in both languages: here stand the words of everything that has a name in a
// specification. Sentences that are made of an experiment's numbers are in shell/app/words.cpp,
// what the page says around the canvas in web/page.
#pragma once

namespace lab::words {

struct Text {
  const char* en = "";
  const char* ko = "";

  constexpr const char* in(bool korean) const { return korean ? ko : en; }
};

// What reads the same in both.
constexpr Text same(const char* words) { return {words, words}; }

}  // namespace lab::words
