#include "core/models/family.hpp"

#include "core/graph/one_of.hpp"

namespace lab::models {

namespace {

std::vector<Family>& all() {
  static std::vector<Family> families = [] {
    std::vector<Family> made = nce_families();
    made.push_back(vae_family());
    made.push_back(nice_family());
    made.push_back(autoencoder_family());
    made.push_back(vector_quantisation_family());
    made.push_back(autoregressive_family());
    made.push_back(critic_family());
    made.push_back(ratio_family());
    made.push_back(two_layer_family());
    made.push_back(ica_family());
    return made;
  }();
  return families;
}

}  // namespace

const std::vector<Family>& families() { return all(); }

void add_family(Family family) { all().push_back(std::move(family)); }

const Family& family_of(const std::string& name) { return row_of("model", name, families()); }

}  // namespace lab::models
