#include "shell/cli/data_folder.hpp"

#include <algorithm>
#include <filesystem>

#include "core/session/experiment.hpp"

namespace lab::cli {

data::Open open_in(const std::string& folder) {
  return [folder](const std::string& names) {
    std::vector<data::File> files;
    for (std::size_t start = 0; start <= names.size();) {
      const std::size_t end = std::min(names.find(';', start), names.size());
      const std::string name = names.substr(start, end - start);
      const auto inside = std::filesystem::path(folder) / name;
      const bool here = !folder.empty() && std::filesystem::exists(inside);
      for (data::File& file : session::Options::open_file(here ? inside.string() : name)) {
        files.push_back(std::move(file));
      }
      start = end + 1;
    }
    return files;
  };
}

}  // namespace lab::cli
