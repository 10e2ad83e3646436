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

// A key that is being written; what changes it hands it on.
class Row {
 public:
  explicit Row(Key& key) : key_(&key) {}

  // It applies only where `path` is one of `values`.
  Row when(const char* path, Words values) const;
  // The same, unless `path` does not apply.
  Row when_or_absent(const char* path, Words values) const;
  // Its value if it is not given, where `path` is one of `values`.
  Row otherwise(const char* path, Words values, Json fallback) const;
  // The same, where both hold.
  Row otherwise(const char* path, Words values, const char* other_path, Words other_values,
                Json fallback) const;
  // Those choices need `path` to be one of `values`.
  Row fit(Words choices, const char* path, Words values) const;
  // The same, unless `path` does not apply.
  Row fit_or_absent(Words choices, const char* path, Words values) const;
  // What it says is of `path` as it is: where that changes, it goes back to its fallback.
  Row belongs_to(const char* path) const;
  Row live() const;
  Row unit(const char* unit) const;
  Key& key() const { return *key_; }

 private:
  Key* key_;
};

// An array of names.
Json names(const std::vector<const char*>& list);
std::vector<std::string> joined(std::vector<std::string> a, const std::vector<std::string>& b);

// What a choice offers, and the settings of its own that it heeds. What it does stands in a row of
// the same name where it is built.
struct Option {
  const char* name;
  std::vector<const char*> settings;
};
std::vector<std::string> names_of(const std::vector<Option>& options);
// Names of those that heed it.
std::vector<std::string> heeding(const std::vector<Option>& options, std::string_view setting);

// All keys, in blocks that are filled in any order and keep their own.
class KeyList {
 public:
  explicit KeyList(std::initializer_list<const char*> blocks);

  // Those that are added next go to the end of `block`. Throws std::logic_error where there is no
  // such block.
  KeyList& operator[](std::string_view block);

  // A Row is good until the next key is added.
  Row choice(const char* path, Words choices);
  Row number(const char* path, double fallback, Range range);
  Row integer(const char* path, std::int64_t fallback, Range range);
  Row text(const char* path);
  Row rows(const char* path, std::size_t columns, Json fallback);
  Row boolean(const char* path, bool fallback);
  Row choices(const char* path);

  std::vector<Key> take();

 private:
  Row add(const char* path, Kind kind);

  std::vector<std::pair<std::string, std::vector<Key>>> blocks_;
  std::vector<Key>* block_ = nullptr;
};

}  // namespace lab::keys
