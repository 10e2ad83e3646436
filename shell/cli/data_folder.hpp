// Where files of data are looked for.
#pragma once

#include <string>

#include "core/data/dataset.hpp"

namespace lab::cli {

// Files by their name in a folder, where it has them, or else by path; several names are separated
// by ';'. Bundled data too.
data::Open open_in(const std::string& folder);

}  // namespace lab::cli
