// The views by name: on which data, and for models with which abilities, there is something to see.
#pragma once

#include <string>
#include <vector>

#include "core/models/family.hpp"

namespace lab::session {

struct ViewNeeds {
  enum class On { all, plane, others };
  const char* name;  // as in a specification
  On on = On::all;
  std::vector<const char*> abilities = {};  // one of which a model must have; empty: any will do
  bool exact = false;                       // ln p(x) must be known exactly
  bool fields = false;                      // draws densities on the grid of the plane
};

const std::vector<ViewNeeds>& views();
// Before the first use of views().
void add_view(ViewNeeds view);

// Whether a family's models can fill it on any data that it goes with.
bool fills(const models::Family& family, const ViewNeeds& view);

}  // namespace lab::session
