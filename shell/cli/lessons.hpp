// Specifications by name: a lesson, a file, or "-" for standard input.
#pragma once

#include <map>
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

// What `--set key=value` says, in words. Everything here throws session::SpecificationError, also
// where a setting would have no effect.
class Settings {
 public:
  explicit Settings(const std::vector<std::string>& words);
  // `spec` with the settings, completed.
  session::Json completed(session::Json spec) const;
  // The same; what was not set gives way where a setting asks for something else.
  session::Json adapted(session::Json spec) const;

 private:
  void put_into(session::Json& spec) const;
  session::Json checked(session::Json completed) const;

  std::map<std::string, session::Json> values_;
};

}  // namespace lab::cli
