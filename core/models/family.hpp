// A family of models: one row, in the file that builds it. The row says what there is to choose and
// to see, and names no function that builds: the front end, which has the rows too, has no models.
// The schema, the panel, the comparison, the lists of the command line and the tests that every
// family must pass are made from the rows.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/data/rows.hpp"
#include "core/keys/make_keys.hpp"
#include "core/keys/unfit.hpp"
#include "core/models/system.hpp"

namespace lab::models {

using keys::Unfit;

// How a family is used on data of one kind.
struct Use {
  std::vector<const char*> abilities;  // that it has there (core/models/ability.hpp)
  std::vector<const char*> views;      // shown first
  const char* usual;  // settings that learn such data well in a minute or two, as JSON
};

struct Family {
  const char* name;                                 // model.name
  std::vector<const char*> objectives;              // that train it
  Use on_plane, on_others;                          // without abilities: it cannot learn such data
  std::vector<const char*> shared_keys;             // of several families, that it heeds
  void (*add_keys)(keys::KeyList& keys) = nullptr;  // its own, and those of its objectives
  int place = 9;  // among what a comparison offers: the first three come without being asked for
  int width = 64, depth = 2;       // model.width of points of the plane, model.depth, if not given
  bool of_bits = false;            // may learn bits
  bool exact = false;              // ln p(x) is known exactly (System::exact_density)
  const char* dequantise = "off";  // data.dequantise where it is not given
  // Makes the "model" section of pictures one whose ln p(x) can be compared with that of others.
  void (*compare)(nlohmann::json& model) = nullptr;
  // Brings a specification that an earlier build wrote up to date.
  void (*revise)(nlohmann::json& spec) = nullptr;

  const Use& use(bool plane) const { return plane ? on_plane : on_others; }
  bool learns(bool plane) const { return !use(plane).abilities.empty(); }
};

// Builds a system from a completed specification.
using Build = System (*)(const nlohmann::json& spec, const data::Dataset& data);

// Those of this folder, and what has been added; in the order in which they are offered.
const std::vector<Family>& families();
// Throws std::invalid_argument naming those that there are.
const Family& family_of(const std::string& name);
// Before the first use of families().
void add_family(Family family);
void add_build(const char* family, Build build);

// Names of the families of which `holds` is true.
template <class Holds>
std::vector<std::string> families_where(Holds holds) {
  std::vector<std::string> names;
  for (const Family& family : families()) {
    if (holds(family)) names.push_back(family.name);
  }
  return names;
}

// The rows, and what builds them (core/models/{nce, vae, make_nice, autoencoder,
// vector_quantisation, autoregressive, two_layer, critic, ica}.cpp).
std::vector<Family> nce_families();
Family ica_family();
Family vae_family();
Family nice_family();
Family autoencoder_family();
Family vector_quantisation_family();
Family autoregressive_family();
Family critic_family();
Family ratio_family();
Family two_layer_family();
System make_ica(const nlohmann::json& spec, const data::Dataset& data);
System make_nce(const nlohmann::json& spec, const data::Dataset& data);
System make_vae(const nlohmann::json& spec, const data::Dataset& data);
System make_nice(const nlohmann::json& spec, const data::Dataset& data);
System make_autoencoder(const nlohmann::json& spec, const data::Dataset& data);
System make_vector_quantisation(const nlohmann::json& spec, const data::Dataset& data);
System make_autoregressive(const nlohmann::json& spec, const data::Dataset& data);
System make_critic(const nlohmann::json& spec, const data::Dataset& data);
System make_ratio(const nlohmann::json& spec, const data::Dataset& data);
System make_two_layer(const nlohmann::json& spec, const data::Dataset& data);

}  // namespace lab::models
