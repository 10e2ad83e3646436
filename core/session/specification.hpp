// The specification: one JSON object that is the whole experiment.
//
// It is the body of a lesson, the content of a link, the input of the command line and the header
// of a checkpoint. Everything that can be clicked is a key of the schema below; the same table
// checks a specification, answers `--set key=value`, and lays out the experiment panel.
#pragma once

#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/keys/key.hpp"
#include "core/session/json.hpp"

namespace lab::session {

using keys::Condition;
using keys::Key;
using keys::Kind;

// All keys, in the order of the panel: data.*, model.*, objective.*, optimiser.*, sampler.*, seed,
// ...
std::span<const Key> schema();

// The row of `path`, or nullptr.
const Key* find_key(std::string_view path);

// Whether `key` applies to `spec` (its `when` holds).
bool applies(const Key& key, const Json& spec);

// Whether `choice` of `key` goes with the rest of `spec`.
bool fits(const Key& key, const std::string& choice, const Json& spec);

// The choices of `key` that go with the rest of `spec`.
std::vector<std::string> fitting(const Key& key, const Json& spec);

// The value of a key that `spec` does not give.
Json fallback_of(const Key& key, const Json& spec);

// A mistake in a specification: which key, and a sentence that names the value and what would do.
class SpecificationError : public std::runtime_error {
 public:
  SpecificationError(std::string key, const std::string& sentence)
      : std::runtime_error(sentence), key_(std::move(key)) {}
  const std::string& key() const { return key_; }

 private:
  std::string key_;
};

// The value at a dotted path, or nullptr.
const Json* find(const Json& spec, std::string_view path);

// Sets the value at a dotted path, making the objects on the way.
void assign(Json& spec, std::string_view path, Json value);

// Checks `spec` against the schema and fills in what is not given.
// Keys that do not apply are dropped (see unused()); an unknown key or a value that will not do
// throws SpecificationError.
Json complete(const Json& spec);

// The keys of a specification as it was given that complete() dropped, with what each would need.
std::vector<SpecificationError> unused(const Json& given, const Json& completed);

// Throws the first of unused(), where there is any.
void require_effect(const Json& given, const Json& completed);

// `spec` completed after a person has changed these paths in it: other choices that no longer go
// with the new values give way to ones that do, where complete() would complain.
Json adapted(const Json& spec, const std::vector<std::string>& changed);

// A completed `spec` after a person has changed the value at `path`: what they have not chosen
// follows what they have, the model stays where it can. Throws SpecificationError also where the
// key would have no effect.
Json edited(const Json& spec, const std::string& path, Json value);

// Parses text, then completes it. A syntax error names the line and column.
Json parse(std::string_view text);

// Reads "3e-4", "tanh", "[[0,1]]" as the value of `path` on a command line; throws
// SpecificationError.
Json read_value(std::string_view path, std::string_view text);

// A completed specification without the keys that equal their fallback: what goes into a link.
Json compact(const Json& spec);

}  // namespace lab::session
