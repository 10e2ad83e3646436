#include "core/keys/make_keys.hpp"

#include <algorithm>
#include <stdexcept>

namespace lab::keys {

Key::Key() = default;
Key::Key(const Key&) = default;
Key::Key(Key&&) noexcept = default;
Key& Key::operator=(Key&&) noexcept = default;
Key::~Key() = default;

Row Row::when(const char* path, Words values) const {
  key_->when.push_back({path, values.all()});
  return *this;
}

Row Row::when_or_absent(const char* path, Words values) const {
  key_->when.push_back({path, values.all(), true});
  return *this;
}

Row Row::otherwise(const char* path, Words values, Json fallback) const {
  key_->fallbacks.push_back({{{path, values.all()}}, std::move(fallback)});
  return *this;
}

Row Row::otherwise(const char* path, Words values, const char* other_path, Words other_values,
                   Json fallback) const {
  otherwise(path, values, std::move(fallback));
  key_->fallbacks.back().first.push_back({other_path, other_values.all()});
  return *this;
}

Row Row::fit(Words choices, const char* path, Words values) const {
  for (const std::string& each : choices.all()) key_->fits[each].push_back({path, values.all()});
  return *this;
}

Row Row::fit_or_absent(Words choices, const char* path, Words values) const {
  for (const std::string& each : choices.all()) {
    key_->fits[each].push_back({path, values.all(), true});
  }
  return *this;
}

Row Row::belongs_to(const char* path) const {
  key_->belongs_to = path;
  return *this;
}

Row Row::live() const {
  key_->live = true;
  return *this;
}

Row Row::unit(const char* unit) const {
  key_->unit = unit;
  return *this;
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

std::vector<std::string> names_of(const std::vector<Option>& options) {
  std::vector<std::string> names;
  for (const Option& option : options) names.push_back(option.name);
  return names;
}

std::vector<std::string> heeding(const std::vector<Option>& options, std::string_view setting) {
  std::vector<std::string> names;
  for (const Option& option : options) {
    const auto is = [&](const char* each) { return setting == each; };
    if (std::ranges::any_of(option.settings, is)) names.push_back(option.name);
  }
  return names;
}

KeyList::KeyList(std::initializer_list<const char*> blocks) {
  for (const char* block : blocks) blocks_.push_back({block, {}});
}

KeyList& KeyList::operator[](std::string_view block) {
  const auto found =
      std::ranges::find_if(blocks_, [&](const auto& each) { return each.first == block; });
  if (found == blocks_.end()) {
    throw std::logic_error("There is no block of keys '" + std::string(block) + "'.");
  }
  block_ = &found->second;
  return *this;
}

Row KeyList::add(const char* path, Kind kind) {
  if (!block_) throw std::logic_error("The key '" + std::string(path) + "' has no block.");
  Key& key = block_->emplace_back();
  key.path = path;
  key.kind = kind;
  return Row(key);
}

Row KeyList::choice(const char* path, Words choices) {
  const Row row = add(path, Kind::choice);
  row.key().choices = choices.all();
  row.key().fallback = row.key().choices.front();
  return row;
}

Row KeyList::number(const char* path, double fallback, Range range) {
  const Row row = add(path, Kind::number);
  Key& key = row.key();
  key.fallback = fallback;
  key.low = range.low;
  key.high = range.high;
  key.slider_low = range.slider_low;
  key.slider_high = range.slider_high;
  key.logarithmic = range.logarithmic;
  return row;
}

Row KeyList::integer(const char* path, std::int64_t fallback, Range range) {
  const Row row = number(path, 0, range);
  row.key().kind = Kind::integer;
  row.key().fallback = fallback;
  return row;
}

Row KeyList::text(const char* path) {
  const Row row = add(path, Kind::text);
  row.key().fallback = "";
  return row;
}

Row KeyList::rows(const char* path, std::size_t columns, Json fallback) {
  const Row row = add(path, Kind::rows);
  row.key().columns = columns;
  row.key().fallback = std::move(fallback);
  return row;
}

Row KeyList::boolean(const char* path, bool fallback) {
  const Row row = add(path, Kind::boolean);
  row.key().fallback = fallback;
  return row;
}

Row KeyList::choices(const char* path) { return add(path, Kind::choices); }

std::vector<Key> KeyList::take() {
  std::vector<Key> all;
  for (auto& [name, keys] : blocks_) {
    all.insert(all.end(), std::make_move_iterator(keys.begin()),
               std::make_move_iterator(keys.end()));
  }
  return all;
}

}  // namespace lab::keys
