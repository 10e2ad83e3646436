// Specifications by name: a lesson, a file, or "-" for standard input.
#pragma once

#include <string>
#include <vector>

#include "core/session/specification.hpp"

namespace lab::cli {

struct Lesson {
  std::string name, title;
};

// The lessons in `folder`, by name.
std::vector<Lesson> lessons(const std::string& folder);

// The completed specification; throws std::runtime_error naming what is not there. NAME:2 is the
// second model of a comparison.
session::Json read_specification(const std::string& name, const std::string& folder);

// The same, or a comparison (core/session/comparison.hpp), checked.
session::Json read_document(const std::string& name, const std::string& folder);

// Puts settings "key=value" into `spec`; returns the keys. Throws session::SpecificationError.
std::vector<std::string> assign_settings(session::Json& spec,
                                         const std::vector<std::string>& settings);

// A whole file. Throws std::runtime_error naming it.
std::string read_file(const std::string& path);
void write_file(const std::string& path, const void* bytes, std::size_t size);

}  // namespace lab::cli
