#include "shell/cli/checkpoint.hpp"

#include "shell/cli/files.hpp"

namespace lab::cli {

void save_checkpoint(session::Experiment& experiment, const std::string& path) {
  const std::vector<std::uint8_t> bytes = wait(experiment, experiment.save());
  write_file(path, bytes.data(), bytes.size());
}

std::unique_ptr<session::Experiment> restored(const std::string& path,
                                              const session::Options& options) {
  const std::string bytes = read_file(path);
  try {
    return session::Experiment::restore(
        {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, options);
  } catch (const std::exception& error) {
    throw std::runtime_error("'" + path + "': " + error.what());
  }
}

}  // namespace lab::cli
