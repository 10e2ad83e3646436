// Checkpoints on the disk.
#pragma once

#include <memory>
#include <string>

#include "core/session/experiment.hpp"

namespace lab::cli {

inline constexpr const char* checkpoint_name = "checkpoint.lab";

// Writes experiment.save() to `path`.
void save_checkpoint(session::Experiment& experiment, const std::string& path);

// The experiment that was saved at `path`. Throws std::runtime_error naming the file and why.
std::unique_ptr<session::Experiment> restored(const std::string& path,
                                              const session::Options& options);

}  // namespace lab::cli
