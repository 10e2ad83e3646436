#include "core/keys/make_keys.hpp"

#include <algorithm>
#include <stdexcept>

namespace lab::keys {

Key::Key() = default;
Key::Key(const Key&) = default;
Key::Key(Key&&) noexcept = default;
Key& Key::operator=(Key&&) noexcept = default;
Key::~Key() = default;

Key row(const char* path, Kind kind) {
  Key key;
  key.path = path;
  key.kind = kind;
  return key;
}

Key choice(const char* path, Words choices) {
  Key key = row(path, Kind::choice);
  key.choices = choices.all();
  key.fallback = key.choices.front();
  return key;
}

Key number(const char* path, double fallback, Range range) {
  Key key = row(path, Kind::number);
  key.fallback = fallback;
  key.low = range.low;
  key.high = range.high;
  key.slider_low = range.slider_low;
  key.slider_high = range.slider_high;
  key.logarithmic = range.logarithmic;
  return key;
}

Key integer(const char* path, std::int64_t fallback, Range range) {
  Key key = number(path, 0, range);
  key.kind = Kind::integer;
  key.fallback = fallback;
  return key;
}

Key text(const char* path) {
  Key key = row(path, Kind::text);
  key.fallback = "";
  return key;
}

Key rows(const char* path, std::size_t columns, Json fallback) {
  Key key = row(path, Kind::rows);
  key.columns = columns;
  key.fallback = std::move(fallback);
  return key;
}

Key boolean(const char* path, bool fallback) {
  Key key = row(path, Kind::boolean);
  key.fallback = fallback;
  return key;
}

Json names(const std::vector<const char*>& list) {
  Json array = Json::array();
  for (const char* name : list) array.push_back(name);
  return array;
}

std::vector<std::string> joined(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

KeyList::KeyList(std::initializer_list<const char*> blocks) {
  for (const char* block : blocks) blocks_.push_back({block, {}});
}

void KeyList::add(std::string_view block, Key&& key) {
  const auto found = std::find_if(blocks_.begin(), blocks_.end(),
                                  [&](const auto& each) { return each.first == block; });
  if (found == blocks_.end()) {
    throw std::logic_error("There is no block of keys '" + std::string(block) + "'.");
  }
  found->second.push_back(std::move(key));
}

std::vector<Key> KeyList::take() {
  std::vector<Key> all;
  for (auto& [name, keys] : blocks_) {
    all.insert(all.end(), std::make_move_iterator(keys.begin()),
               std::make_move_iterator(keys.end()));
  }
  return all;
}

}  // namespace lab::keys
