// A key of the specification: what can be set, and what it may be. Who heeds a key says so in a row
// of its own folder (models, data, nn); core/session/schema.cpp puts them in order.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace lab::keys {

using Json = nlohmann::json;

// What a key holds.
enum class Kind {
  text,     // a string
  integer,  // a whole number in [low, high]
  number,   // a finite number in [low, high]
  boolean,  // true or false
  choice,   // one of `choices`
  choices,  // an array of distinct `choices`
  rows,     // an array of rows of `columns` finite numbers each
};

// What another key, a choice or a whole number, must be: one of `values`.
struct Condition {
  std::string path;
  std::vector<std::string> values;
  bool absent = false;  // it holds too where that key does not apply
};

// One row of the schema.
struct Key {
  // Out of line: they are long, and made a hundred times.
  Key();
  Key(const Key&);
  Key(Key&&) noexcept;
  Key& operator=(Key&&) noexcept;
  ~Key();

  std::string path;  // dotted, e.g. "optimiser.rate"
  Kind kind = Kind::number;
  Json fallback;  // the value of a key that is not given
  // First those whose conditions all hold.
  std::vector<std::pair<std::vector<Condition>, Json>> fallbacks;
  double low = 0, high = 0;                // what the model can bear; a value outside is an error
  double slider_low = 0, slider_high = 0;  // what a slider offers; a typed value may lie beyond
  bool logarithmic = false;                // the slider's scale
  std::vector<std::string> choices;        // for choice, choices
  std::map<std::string, std::string> former;           // what a choice was called by earlier builds
  std::size_t columns = 0;                             // for rows
  std::vector<Condition> when;                         // applies only where all of these hold
  std::map<std::string, std::vector<Condition>> fits;  // a choice that needs more
  std::string belongs_to;  // a key without whose value its own means nothing; empty: none
  bool live = false;       // may change while training runs, without a rebuild
  std::string unit;        // "nats", "samples", "" where there is none
};

}  // namespace lab::keys
