// The data sets by name, and what can be set of them. The front end has this too, and none of what
// makes them (core/data/registry.hpp).
#pragma once

#include <string>
#include <vector>

#include "core/keys/make_keys.hpp"

namespace lab::data {

struct Row {
  const char* name;      // data.name
  bool plane = false;    // of the plane, drawn from a PlaneTruth
  bool asks = false;     // is nothing without what the person gives
  bool vectors = false;  // rows of numbers, drawn from a Truth of any dimension
  void (*add_keys)(keys::KeyList& keys) = nullptr;  // its own, in the block "data"

  bool drawn() const { return plane || vectors; }
};

// Those of this folder, and what has been added. Those of the plane are offered first.
const std::vector<Row>& rows();
// Throws std::invalid_argument naming those that there are.
const Row& row_of(const std::string& name);
// Before the first use of rows().
void add_row(Row row);
// Of data of the plane, or of other data.
std::vector<std::string> names(bool plane);
// Of data drawn from a truth, as models see it; or of what is made ready for them first, such as
// pictures.
std::vector<std::string> names_drawn(bool drawn);
// The keys that say what the data is (block "data").
void add_keys(keys::KeyList& keys);

}  // namespace lab::data
