#include <map>

#include "core/models/family.hpp"

namespace lab::models {

namespace {

std::map<std::string, Build>& builds() {
  static std::map<std::string, Build> all = [] {
    std::map<std::string, Build> made{{vae_family().name, make_vae},
                                      {nice_family().name, make_nice},
                                      {autoencoder_family().name, make_autoencoder},
                                      {vector_quantisation_family().name, make_vector_quantisation},
                                      {autoregressive_family().name, make_autoregressive},
                                      {critic_family().name, make_critic},
                                      {ratio_family().name, make_ratio},
                                      {two_layer_family().name, make_two_layer},
                                      {ica_family().name, make_ica}};
    for (const Family& family : nce_families()) made[family.name] = make_nce;
    return made;
  }();
  return all;
}

}  // namespace

void add_build(const char* family, Build build) { builds()[family] = build; }

System make_system(const nlohmann::json& spec, const data::Dataset& data) {
  return builds().at(family_of(spec.at("model").at("name")).name)(spec, data);
}

}  // namespace lab::models
