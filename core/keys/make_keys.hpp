// Shorthands that make keys, and the list of them.
#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>

#include "core/keys/key.hpp"

namespace lab::keys {

// A list of words as it is written below. It owns nothing, so that thousands of temporary strings
// are no code to download.
class Words {
 public:
  Words(std::initializer_list<const char*> words) : words_(words) {}
  Words(const std::vector<std::string>& list) : list_(&list) {}
  std::vector<std::string> all() const {
    return list_ ? *list_ : std::vector<std::string>(words_.begin(), words_.end());
  }

 private:
  std::initializer_list<const char*> words_;
  const std::vector<std::string>* list_ = nullptr;
};

// What a number may be, and what a slider offers of it.
struct Range {
  double low, high, slider_low, slider_high;
  bool logarithmic = false;
};

Key row(const char* path, Kind kind);
Key choice(const char* path, Words choices);
Key number(const char* path, double fallback, Range range);
Key integer(const char* path, std::int64_t fallback, Range range);
Key text(const char* path);
Key rows(const char* path, std::size_t columns, Json fallback);
Key boolean(const char* path, bool fallback);

// What follows changes a key and hands it on: a temporary one as such.
template <class K>
K&& when(K&& key, const char* path, Words values) {
  key.when.push_back({path, values.all()});
  return std::forward<K>(key);
}

// The value of a key that is not given, where `path` is one of `values`.
template <class K>
K&& otherwise(K&& key, const char* path, Words values, Json fallback) {
  key.fallbacks.push_back({{{path, values.all()}}, std::move(fallback)});
  return std::forward<K>(key);
}

// The same, where both hold.
template <class K>
K&& otherwise(K&& key, const char* path, Words values, const char* other_path, Words other_values,
              Json fallback) {
  key.fallbacks.push_back(
      {{{path, values.all()}, {other_path, other_values.all()}}, std::move(fallback)});
  return std::forward<K>(key);
}

// Those choices need `path` to be one of `values`.
template <class K>
K&& fit(K&& key, Words choices, const char* path, Words values) {
  for (const std::string& each : choices.all()) key.fits[each].push_back({path, values.all()});
  return std::forward<K>(key);
}

template <class K>
K&& live(K&& key) {
  key.live = true;
  return std::forward<K>(key);
}

template <class K>
K&& with_unit(K&& key, const char* unit) {
  key.unit = unit;
  return std::forward<K>(key);
}

// An array of names.
Json names(const std::vector<const char*>& list);
std::vector<std::string> joined(std::vector<std::string> a, const std::vector<std::string>& b);

// All keys, in blocks that are filled in any order and keep their own.
class KeyList {
 public:
  explicit KeyList(std::initializer_list<const char*> blocks);

  // Throws std::logic_error where there is no such block.
  void add(std::string_view block, Key&& key);
  std::vector<Key> take();

 private:
  std::vector<std::pair<std::string, std::vector<Key>>> blocks_;
};

}  // namespace lab::keys
