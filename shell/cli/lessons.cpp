#include "shell/cli/lessons.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <stdexcept>

#include "core/session/comparison.hpp"
#include "shell/cli/files.hpp"

namespace lab::cli {

namespace fs = std::filesystem;

std::vector<Lesson> lessons(const std::string& folder) {
  std::vector<Lesson> found;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder, none)) {
    const fs::path spec = entry.path() / "spec.json";
    if (!fs::exists(spec)) continue;
    std::string title;
    try {
      const auto json = session::read_json(read_file(spec.string()), "'" + spec.string() + "'");
      if (json.is_object()) title = json.value("title", "");
    } catch (const std::exception& error) {
      title = error.what();
    }
    found.push_back({entry.path().filename().string(), title});
  }
  std::sort(found.begin(), found.end(),
            [](const Lesson& a, const Lesson& b) { return a.name < b.name; });
  return found;
}

namespace {

// What a lesson, a file or standard input holds.
std::string read_words(const std::string& name, const std::string& folder) {
  if (name == "-") return {std::istreambuf_iterator<char>(std::cin), {}};
  const fs::path lesson = fs::path(folder) / name / "spec.json";
  if (fs::is_regular_file(lesson)) return read_file(lesson.string());
  if (fs::is_regular_file(name)) return read_file(name);
  std::string known;
  for (const Lesson& each : lessons(folder)) known += (known.empty() ? "" : ", ") + each.name;
  throw std::runtime_error("'" + name +
                           "' is neither a lesson nor a file. The lessons are: " + known + ".");
}

// What those words are as JSON.
session::Json written(const std::string& words) {
  try {
    return session::read_json(words, "The specification");
  } catch (const session::JsonError& error) {
    throw session::SpecificationError("", error.what());
  }
}

// A setting that does nothing is worth knowing of; the experiment is sound without it.
void tell_unused(const session::Json& document) {
  for (const auto& each : session::unused(document)) {
    std::cerr << "warning: " << each.what() << std::endl;
  }
}

}  // namespace

session::Json read_document(const std::string& name, const std::string& folder) {
  const std::string words = read_words(name, folder);
  session::Json document = written(words);
  if (!session::is_comparison(document)) return session::complete(document);
  (void)session::complete_comparison(document);
  return document;
}

session::Json read_specification(const std::string& name, const std::string& folder) {
  // NAME:2, where NAME alone is a comparison.
  const std::size_t colon = name.rfind(':');
  const bool numbered = colon != std::string::npos && colon + 2 == name.size() &&
                        name[colon + 1] >= '1' && name[colon + 1] <= '9' &&
                        !fs::is_regular_file(name);
  const std::string base = numbered ? name.substr(0, colon) : name;
  const std::string words = read_words(base, folder);
  const session::Json document = written(words);
  if (!session::is_comparison(document)) {
    if (numbered) throw std::runtime_error("'" + base + "' is one model, not a comparison.");
    session::Json spec = session::complete(document);
    tell_unused(document);
    return spec;
  }
  const session::Comparison comparison = session::complete_comparison(document);
  tell_unused(document);
  const std::size_t count = comparison.members.size();
  const auto number = numbered ? static_cast<std::size_t>(name[colon + 1] - '0') : std::size_t{0};
  if (number >= 1 && number <= count) return comparison.members[number - 1];
  std::string choices;
  for (std::size_t i = 0; i < count; ++i) {
    choices += (i > 0 ? ", " : "") + base + ":" + std::to_string(i + 1) + " (" +
               comparison.members[i].at("model").at("name").get<std::string>() + ")";
  }
  throw std::runtime_error("'" + name + "' compares models; name one of them: " + choices + ".");
}

Settings::Settings(const std::vector<std::string>& words) {
  for (const std::string& setting : words) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos) {
      throw session::SpecificationError(
          setting, "'--set " + setting + "' must be key=value, such as optimiser.rate=0.003.");
    }
    const std::string key = setting.substr(0, equals);
    values_[key] = session::read_value(key, setting.substr(equals + 1));
  }
}

session::Json Settings::completed(session::Json spec) const {
  put_into(spec);
  return checked(session::complete(spec));
}

session::Json Settings::adapted(session::Json spec) const {
  put_into(spec);
  std::vector<std::string> keys;
  for (const auto& [key, value] : values_) keys.push_back(key);
  return checked(session::adapted(spec, keys));
}

void Settings::put_into(session::Json& spec) const {
  for (const auto& [key, value] : values_) session::assign(spec, key, value);
}

session::Json Settings::checked(session::Json completed) const {
  session::Json given = session::Json::object();
  put_into(given);
  session::require_effect(given, completed);
  return completed;
}

}  // namespace lab::cli
