// Files from disk, where there is one.
#ifndef __EMSCRIPTEN__
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "core/data/load/format.hpp"

namespace lab::data {

namespace {

namespace fs = std::filesystem;

File read(const fs::path& path, const std::string& name) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  const std::streamoff size = in ? static_cast<std::streamoff>(in.tellg()) : -1;
  if (size < 0) throw LoadError(path.string() + " cannot be read.");
  File file{format::printable(name), std::vector<std::uint8_t>(static_cast<std::size_t>(size))};
  in.seekg(0);
  in.read(reinterpret_cast<char*>(file.bytes.data()), size);
  if (!in) throw LoadError(path.string() + " cannot be read to its end.");
  return file;
}

void read_path(const std::string& path, std::vector<File>& files) {
  if (!fs::exists(path)) throw LoadError(path + " does not exist.");
  if (!fs::is_directory(path)) {
    files.push_back(read(path, fs::path(path).filename().string()));
    return;
  }
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path)) {
    const std::string name = entry.path().lexically_relative(path).generic_string();
    const bool hidden = name.starts_with(".") || name.find("/.") != std::string::npos;
    if (entry.is_regular_file() && !hidden) names.push_back(name);
  }
  if (names.empty()) throw LoadError(path + " is a folder without files.");
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) files.push_back(read(fs::path(path) / name, name));
}

}  // namespace

std::vector<File> read_files(const std::string& path) {
  std::vector<File> files;
  try {
    for (std::size_t at = 0; at <= path.size();) {
      const std::size_t end = std::min(path.find(';', at), path.size());
      if (end > at) read_path(path.substr(at, end - at), files);
      at = end + 1;
    }
  } catch (const fs::filesystem_error& error) {
    throw LoadError(error.path1().string() + " cannot be read: " + error.code().message() + ".");
  }
  if (files.empty()) throw LoadError("No path of a file or a folder is given.");
  return files;
}

}  // namespace lab::data
#endif
