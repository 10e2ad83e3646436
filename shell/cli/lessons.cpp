#include "shell/cli/lessons.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>

#include "core/session/comparison.hpp"

namespace lab::cli {

namespace fs = std::filesystem;

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file || fs::is_directory(path))
    throw std::runtime_error("'" + path + "' could not be read.");
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const std::string& path, const void* bytes, std::size_t size) {
  std::ofstream file(path, std::ios::binary);
  file.write(static_cast<const char*>(bytes), static_cast<std::streamsize>(size));
  if (!file) throw std::runtime_error("'" + path + "' could not be written.");
}

std::vector<Lesson> lessons(const std::string& folder) {
  std::vector<Lesson> found;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder, none)) {
    const fs::path spec = entry.path() / "spec.json";
    if (!fs::exists(spec)) continue;
    const auto json = session::Json::parse(read_file(spec.string()), nullptr, false);
    found.push_back(
        {entry.path().filename().string(), json.is_object() ? json.value("title", "") : ""});
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

// A comparison as it is written, or null.
session::Json written_comparison(const std::string& words) {
  session::Json document = session::Json::parse(words, nullptr, false);
  return session::is_comparison(document) ? document : session::Json();
}

}  // namespace

session::Json read_document(const std::string& name, const std::string& folder) {
  const std::string words = read_words(name, folder);
  session::Json comparison = written_comparison(words);
  if (comparison.is_null()) return session::parse(words);
  (void)session::complete_comparison(comparison);
  return comparison;
}

session::Json read_specification(const std::string& name, const std::string& folder) {
  // NAME:2, where NAME alone is a comparison.
  const std::size_t colon = name.rfind(':');
  const bool numbered = colon != std::string::npos && colon + 2 == name.size() &&
                        name[colon + 1] >= '1' && name[colon + 1] <= '9' &&
                        !fs::is_regular_file(name);
  const std::string base = numbered ? name.substr(0, colon) : name;
  const std::string words = read_words(base, folder);
  const session::Json document = written_comparison(words);
  if (document.is_null()) {
    if (numbered) throw std::runtime_error("'" + base + "' is one model, not a comparison.");
    return session::parse(words);
  }
  const session::Comparison comparison = session::complete_comparison(document);
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

std::vector<std::string> assign_settings(session::Json& spec,
                                         const std::vector<std::string>& settings) {
  std::vector<std::string> keys;
  for (const std::string& setting : settings) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos) {
      throw session::SpecificationError(
          setting, "'--set " + setting + "' must be key=value, such as optimiser.rate=0.003.");
    }
    keys.push_back(setting.substr(0, equals));
    session::assign(spec, keys.back(),
                    session::read_value(keys.back(), setting.substr(equals + 1)));
  }
  return keys;
}

}  // namespace lab::cli
