#include "core/session/specification.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace lab::session {

namespace {

std::string shown(const Json& value) {
  std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (text.size() > 60) text = text.substr(0, 57) + "…";
  return text;
}

std::string shown(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", number);
  return text;
}

// Edits that turn a into b (Levenshtein).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
    }
  }
  return row.back();
}

// " Did you mean 'x'?" where one of the candidates is near.
std::string suggestion(std::string_view given, const std::vector<std::string>& candidates) {
  const std::string* nearest = nullptr;
  std::size_t least = given.size() / 2 + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t edits = distance(given, candidate);
    if (edits < least) {
      least = edits;
      nearest = &candidate;
    }
  }
  return nearest ? " Did you mean '" + *nearest + "'?" : "";
}

std::string listed(const std::vector<std::string>& choices) {
  std::string text;
  for (const std::string& each : choices) text += (text.empty() ? "" : ", ") + each;
  return text;
}

[[noreturn]] void reject(const Key& key, const Json& value, const std::string& would_do) {
  throw SpecificationError(
      key.path, "'" + key.path + "' is " + shown(value) + ", but it must be " + would_do + ".");
}

void check_choice(const Key& key, const Json& value) {
  if (!value.is_string()) reject(key, value, "one of " + listed(key.choices));
  const auto& name = value.get_ref<const std::string&>();
  if (std::find(key.choices.begin(), key.choices.end(), name) == key.choices.end()) {
    throw SpecificationError(key.path, "'" + key.path + "' is " + shown(value) +
                                           ", but it must be one of " + listed(key.choices) + "." +
                                           suggestion(name, key.choices));
  }
}

// Where a choice is between "on", "off" and more, true and false are the two.
Json switched(const Key& key, const Json& value) {
  const bool on_or_off =
      std::find(key.choices.begin(), key.choices.end(), "off") != key.choices.end();
  if (!on_or_off) return value;
  if (value == true || value == "true") return "on";
  return value == false || value == "false" ? Json("off") : value;
}

// The value in its canonical form; throws where it will not do.
Json checked(const Key& key, const Json& value) {
  const auto between = [&] { return "from " + shown(key.low) + " to " + shown(key.high); };
  switch (key.kind) {
    case Kind::text:
      if (!value.is_string()) reject(key, value, "a text in quotes");
      return value;
    case Kind::boolean:
      if (!value.is_boolean()) reject(key, value, "true or false");
      return value;
    case Kind::choice: {
      const Json named = switched(key, value);
      check_choice(key, named);
      return named;
    }
    case Kind::choices: {
      if (!value.is_array() || value.empty())
        reject(key, value, "a list of " + listed(key.choices));
      Json distinct = Json::array();
      for (const Json& each : value) {
        const auto former = each.is_string() ? key.former.find(each) : key.former.end();
        const Json now = former == key.former.end() ? each : Json(former->second);
        check_choice(key, now);
        if (std::find(distinct.begin(), distinct.end(), now) == distinct.end()) {
          distinct.push_back(now);
        }
      }
      return distinct;
    }
    case Kind::integer: {
      const bool whole = value.is_number() && std::isfinite(value.get<double>()) &&
                         value.get<double>() == std::floor(value.get<double>());
      if (!whole) reject(key, value, "a whole number " + between());
      const double given = value.get<double>();
      if (given < key.low || given > key.high) reject(key, value, "a whole number " + between());
      return static_cast<std::int64_t>(given);
    }
    case Kind::number: {
      if (!value.is_number() || !std::isfinite(value.get<double>())) {
        reject(key, value, "a number " + between());
      }
      const double given = value.get<double>();
      if (given < key.low || given > key.high) reject(key, value, "a number " + between());
      return value;
    }
    case Kind::rows: {
      const std::string form = "a list of rows of " + std::to_string(key.columns) + " numbers";
      if (!value.is_array()) reject(key, value, form);
      if (value.size() > 20000) reject(key, value.size(), "at most 20000 rows");
      for (const Json& row : value) {
        if (!row.is_array() || row.size() != key.columns) reject(key, row, form);
        for (const Json& each : row) {
          if (!each.is_number() || !(std::abs(each.get<double>()) <= 1e6)) reject(key, row, form);
        }
      }
      return value;
    }
  }
  return value;
}

// What the schema's kinds do not say.
void check_meaning(const Json& spec) {
  const Json* levels = find(spec, "data.levels");
  if (levels && *levels == 1) {
    reject(*find_key("data.levels"), *levels, "0, to find their number, or at least 2");
  }
  const Json* name = find(spec, "data.name");
  if (*name == "mixture") {
    const Json& components = *find(spec, "data.components");
    const Key& key = *find_key("data.components");
    if (components.empty()) reject(key, components, "at least one row");
    for (const Json& row : components) {
      const bool sound = row[0].get<double>() > 0 && row[3].get<double>() > 0 &&
                         row[4].get<double>() > 0 && std::abs(row[5].get<double>()) < 1;
      if (!sound) {
        reject(key, row,
               "a row with weight and deviations above 0 and a correlation between -1 and 1");
      }
    }
  }
}

// Every leaf of the specification is a key of the schema.
void check_known(const Json& node, const std::string& prefix) {
  for (const auto& [name, value] : node.items()) {
    const std::string path = prefix.empty() ? name : prefix + "." + name;
    const std::size_t dot = name.find('.');
    if (dot != std::string::npos && find_key(path)) {
      // As `--set` and this program's own sentences write it; what reads JSON would never find it.
      Json nested = Json::object();
      assign(nested, path, value);
      throw SpecificationError(
          path, "'" + path + "' is written with a dot, but in JSON it is " + shown(nested) + ".");
    }
    if (find_key(path)) continue;
    const bool section = std::any_of(schema().begin(), schema().end(), [&](const Key& key) {
      return key.path.size() > path.size() && key.path.compare(0, path.size() + 1, path + ".") == 0;
    });
    if (section && value.is_object()) {
      check_known(value, path);
      continue;
    }
    if (section) {
      throw SpecificationError(path, "'" + path + "' is " + shown(value) +
                                         ", but it must be an object with keys of its own, such "
                                         "as {\"name\": …}.");
    }
    std::vector<std::string> paths;
    for (const Key& key : schema()) paths.push_back(key.path);
    throw SpecificationError(path, "There is no key '" + path + "'." + suggestion(path, paths));
  }
}

}  // namespace

const Key* find_key(std::string_view path) {
  for (const Key& key : schema()) {
    if (key.path == path) return &key;
  }
  return nullptr;
}

namespace {

bool holds(const Condition& condition, const Json& spec) {
  const Json* value = find(spec, condition.path);
  const Key* key = find_key(condition.path);
  if (!value && !applies(*key, spec)) return condition.absent;
  const Json actual = value ? *value : fallback_of(*key, spec);
  const std::string text = actual.is_string() ? actual.get<std::string>() : actual.dump();
  return std::find(condition.values.begin(), condition.values.end(), text) !=
         condition.values.end();
}

bool all_hold(const std::vector<Condition>& conditions, const Json& spec) {
  return std::all_of(conditions.begin(), conditions.end(),
                     [&](const Condition& each) { return holds(each, spec); });
}

// The first of the conditions that does not hold, as what goes on from "needs"; empty where all do.
std::string lacking(const std::vector<Condition>& conditions, const Json& spec) {
  for (const Condition& condition : conditions) {
    if (holds(condition, spec)) continue;
    const Json* value = find(spec, condition.path);
    return "'" + condition.path + "' to be " + (condition.values.size() > 1 ? "one of " : "") +
           listed(condition.values) +
           (value ? ", but that is " + shown(*value) : ", which does not apply");
  }
  return {};
}

// Why `choice` of `key` does not go with `spec`; empty where it does.
std::string misfit(const Key& key, const std::string& choice, const Json& spec) {
  const auto needs = key.fits.find(choice);
  if (needs == key.fits.end()) return {};
  const std::string lack = lacking(needs->second, spec);
  if (lack.empty()) return {};
  return "'" + key.path + "' is \"" + choice + "\", which needs " + lack + ". With it go " +
         listed(fitting(key, spec)) + ".";
}

// Throws where a choice does not go with the keys before it.
void check_fits(const Key& key, const Json& value, const Json& spec) {
  for (const Json& each : value.is_array() ? value : Json::array({value})) {
    if (!each.is_string()) continue;
    const std::string sentence = misfit(key, each.get<std::string>(), spec);
    if (!sentence.empty()) throw SpecificationError(key.path, sentence);
  }
}

}  // namespace

bool applies(const Key& key, const Json& spec) { return all_hold(key.when, spec); }

bool fits(const Key& key, const std::string& choice, const Json& spec) {
  const auto needs = key.fits.find(choice);
  return needs == key.fits.end() || all_hold(needs->second, spec);
}

std::vector<std::string> fitting(const Key& key, const Json& spec) {
  std::vector<std::string> result;
  for (const std::string& choice : key.choices) {
    if (fits(key, choice, spec)) result.push_back(choice);
  }
  return result;
}

Json fallback_of(const Key& key, const Json& spec) {
  for (const auto& [conditions, value] : key.fallbacks) {
    if (all_hold(conditions, spec)) return value;
  }
  if (key.kind != Kind::choice) return key.fallback;
  const auto& usual = key.fallback.get_ref<const std::string&>();
  if (fits(key, usual, spec)) return key.fallback;
  const std::vector<std::string> choices = fitting(key, spec);
  return choices.empty() ? key.fallback : Json(choices.front());
}

const Json* find(const Json& spec, std::string_view path) {
  const Json* at = &spec;
  while (!path.empty()) {
    const std::size_t dot = path.find('.');
    const std::string name(path.substr(0, dot));
    if (!at->is_object() || !at->contains(name)) return nullptr;
    at = &(*at)[name];
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return at;
}

void assign(Json& spec, std::string_view path, Json value) {
  Json* at = &spec;
  while (!path.empty()) {
    const std::size_t dot = path.find('.');
    if (!at->is_object()) *at = Json::object();
    at = &(*at)[std::string(path.substr(0, dot))];
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  *at = std::move(value);
}

Json complete(const Json& spec) {
  if (!spec.is_object()) {
    throw SpecificationError("", "The specification is " + shown(spec) +
                                     ", but it must be a JSON object such as {\"data\": {\"name\": "
                                     "\"moons\"}}.");
  }
  check_known(spec, "");
  Json result = Json::object();
  // Conditions first: the keys that they are about come earlier in the schema.
  for (const Key& key : schema()) {
    const Json* given = find(spec, key.path);
    if (!applies(key, result)) continue;
    const Json value = given ? checked(key, *given) : fallback_of(key, result);
    check_fits(key, value, result);
    assign(result, key.path, value);
  }
  check_meaning(result);
  return result;
}

std::vector<SpecificationError> unused(const Json& given, const Json& completed) {
  std::vector<SpecificationError> result;
  for (const Key& key : schema()) {
    if (!find(given, key.path) || find(completed, key.path)) continue;
    result.emplace_back(key.path, "'" + key.path + "' has no effect: it needs " +
                                      lacking(key.when, completed) + ".");
  }
  return result;
}

void require_effect(const Json& given, const Json& completed) {
  const std::vector<SpecificationError> without_effect = unused(given, completed);
  if (!without_effect.empty()) throw without_effect.front();
}

Json adapted(const Json& spec, const std::vector<std::string>& changed) {
  check_known(spec, "");
  Json result = Json::object();
  for (const Key& key : schema()) {
    const Json* given = find(spec, key.path);
    if (!applies(key, result)) continue;
    Json value = given ? checked(key, *given) : fallback_of(key, result);
    const bool wanted = std::find(changed.begin(), changed.end(), key.path) != changed.end();
    if (!wanted && value.is_string() && !misfit(key, value.get<std::string>(), result).empty()) {
      value = fallback_of(key, result);
    }
    if (!wanted && key.kind == Kind::choices) {
      Json kept = Json::array();
      for (const Json& each : value) {
        if (misfit(key, each.get<std::string>(), result).empty()) kept.push_back(each);
      }
      // What is left of another model's views says little.
      value = kept.size() == value.size() ? kept : fallback_of(key, result);
    }
    assign(result, key.path, std::move(value));
  }
  return complete(result);
}

Json edited(const Json& spec, const std::string& path, Json value) {
  Json next = compact(spec);
  next["model"]["name"] = spec.at("model").at("name");
  Json given = Json::object();
  assign(given, path, value);
  assign(next, path, std::move(value));
  for (const Key& key : schema()) {
    if (key.belongs_to == path && find(next, key.path)) assign(next, key.path, key.fallback);
  }
  Json result = adapted(next, {path});
  require_effect(given, result);
  return result;
}

Json parse(std::string_view text) {
  Json spec;
  try {
    spec = read_json(text, "The specification");
  } catch (const JsonError& error) {
    throw SpecificationError("", error.what());
  }
  return complete(spec);
}

Json read_value(std::string_view path, std::string_view text) {
  const Key* key = find_key(path);
  if (!key) {
    std::vector<std::string> paths;
    for (const Key& each : schema()) paths.push_back(each.path);
    throw SpecificationError(std::string(path), "There is no key '" + std::string(path) + "'." +
                                                    suggestion(path, paths));
  }
  try {
    require_readable(text, "'" + key->path + "'");
  } catch (const JsonError& error) {
    throw SpecificationError(key->path, error.what());
  }
  const bool wants_text = key->kind == Kind::text || key->kind == Kind::choice;
  Json value = json_of(text).value_or(std::string(text));
  if (wants_text && !value.is_string()) value = std::string(text);
  if (key->kind == Kind::choices && value.is_string()) value = Json::array({value});
  return checked(*key, value);
}

Json compact(const Json& spec) {
  Json result = Json::object();
  for (const Key& key : schema()) {
    const Json* value = find(spec, key.path);
    if (value && applies(key, spec) && *value != fallback_of(key, spec)) {
      assign(result, key.path, *value);
    }
  }
  return result;
}

}  // namespace lab::session
