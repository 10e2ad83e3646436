#include "shell/cli/lessons.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>

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

session::Json read_specification(const std::string& name, const std::string& folder) {
  if (name == "-") {
    return session::parse(std::string(std::istreambuf_iterator<char>(std::cin), {}));
  }
  const fs::path lesson = fs::path(folder) / name / "spec.json";
  if (fs::is_regular_file(lesson)) return session::parse(read_file(lesson.string()));
  if (fs::is_regular_file(name)) return session::parse(read_file(name));
  std::string known;
  for (const Lesson& each : lessons(folder)) known += (known.empty() ? "" : ", ") + each.name;
  throw std::runtime_error("'" + name +
                           "' is neither a lesson nor a file. The lessons are: " + known + ".");
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
