#include "core/models/family.hpp"

#include <algorithm>

namespace lab::models {

namespace {

std::vector<Family>& all() {
  static std::vector<Family> families = [] {
    std::vector<Family> made = nce_families();
    made.push_back(vae_family());
    made.push_back(nice_family());
    return made;
  }();
  return families;
}

}  // namespace

const std::vector<Family>& families() { return all(); }

void add_family(Family family) { all().push_back(std::move(family)); }

const Family& family_of(const std::string& name) {
  std::string known;
  for (const Family& family : families()) {
    if (name == family.name) return family;
    known += (known.empty() ? "" : ", ") + std::string(family.name);
  }
  throw std::invalid_argument("There is no model '" + name + "'; there are " + known + ".");
}

}  // namespace lab::models
