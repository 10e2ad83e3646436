// The table of all keys: what can be set, and what it may be. Families of models, data and the
// optimiser bring their own; here are those that all share, and the order. What a person reads
// about them is in shell/words/keys.cpp.
#include <algorithm>
#include <string_view>

#include "core/nn/grid_architectures.hpp"
#include "core/nn/optimiser.hpp"
#include "core/session/specification.hpp"
#include "core/session/views.hpp"

namespace lab::session {

namespace {

using namespace keys;
using models::families_where;
using models::Family;

std::vector<std::string> heeding(std::string_view key) {
  return families_where([key](const Family& family) {
    return std::ranges::find(family.shared_keys, key) != family.shared_keys.end();
  });
}

void add_model_name(KeyList& list) {
  const Row name =
      list["model name"].choice("model.name", families_where([](const Family&) { return true; }));
  for (const bool plane : {true, false}) {
    const auto bound =
        families_where([plane](const Family& family) { return !family.learns(!plane); });
    name.fit(bound, "data.name", data::names(plane));
  }
}

// How models see pictures; depends on the model.
void add_seen(KeyList& list) {
  const std::vector<std::string> pictures = data::names_drawn(false);
  list["data seen"]
      .choice("data.binarise", {"none", "threshold", "static", "stochastic"})
      .fit({"threshold", "static", "stochastic"}, "model.name",
           families_where([](const Family& family) { return family.of_bits; }))
      .when("data.name", pictures);
  const Row dequantise =
      list.choice("data.dequantise", {"off", "auto", "on"}).when("data.name", pictures);
  for (const Family& family : models::families()) {
    if (dequantise.key().fallback == family.dequantise) continue;
    dequantise.otherwise("model.name", {family.name}, family.dequantise);
  }
  list.integer("data.levels", 0, {0, 65536, 0, 256}).when("data.name", pictures);
}

std::vector<std::string> layered() {
  return nn::grid_architectures_with(&nn::GridArchitecture::layers);
}

// A whole number of layers or units, whose usual value is each family's own; of convolutions,
// layers that halve and channels, few. Regressions have neither.
Row add_size(KeyList& list, const char* path, int usual, int of_convolutions, int of_causal,
             Range range, int Family::*own) {
  const Row size = list.integer(path, usual, range)
                       .when("model.name", heeding(path))
                       .when_or_absent("model.architecture", layered())
                       .otherwise("model.network", {"conv"}, of_convolutions);
  size.otherwise("model.architecture",
                 nn::grid_architectures_with(&nn::GridArchitecture::convolutions), of_causal);
  for (const Family& family : models::families()) {
    if (family.*own != usual) size.otherwise("model.name", {family.name}, family.*own);
  }
  return size;
}

// Keys of several families.
void add_shared_model_keys(KeyList& list) {
  list["model first"]
      .integer("model.latents", 2, {1, 1024, 1, 32})
      .when("model.name", heeding("model.latents"));
  list["model shared"]
      .choice("model.network", {"mlp", "conv"})
      .when("data.name", data::names(false))
      .when("model.name", heeding("model.network"));
  add_size(list, "model.width", 64, 32, 16, {1, 4096, 4, 512, true}, &Family::width)
      .otherwise("data.name", data::names(false), 200);
  add_size(list, "model.depth", 2, 2, 3, {0, 16, 0, 4}, &Family::depth);
  list.choice("model.activation", {"tanh", "relu", "softplus", "elu", "swish"})
      .when("model.name", heeding("model.activation"))
      .when_or_absent("model.architecture", layered())
      .otherwise("model.name", {"ar"}, "relu");
  list.integer("model.residual_blocks", 0, {0, 8, 0, 4}).when("model.network", {"conv"});
  list["model last"]
      .choice("model.initial", {"scaled", "small"})
      .when("model.name", heeding("model.initial"));
  // Of discrete codes it is their prior that is told.
  list.choice("model.condition", {"none", "label"})
      .when("data.name", data::names(false))
      .when("model.name", heeding("model.condition"))
      .when_or_absent("model.code_prior", nn::grid_architectures());
}

void add_objective(KeyList& list) {
  std::vector<std::string> all;
  for (const Family& family : models::families()) {
    for (const char* objective : family.objectives) {
      if (std::ranges::find(all, objective) == all.end()) all.push_back(objective);
    }
  }
  const Row name = list["objective name"].choice("objective.name", all);
  for (const std::string& objective : all) {
    name.fit({objective.c_str()}, "model.name", families_where([&](const Family& family) {
               return std::ranges::find(family.objectives, objective) != family.objectives.end();
             }));
  }
  // Of what is given back, and of what is told from noise.
  list["objective"]
      .choice("objective.loss", {"mse", "cross-entropy", "logistic", "exponential"})
      .fit({"mse", "cross-entropy"}, "objective.name", {"reconstruction", "denoising"})
      .fit({"cross-entropy"}, "data.name", data::names_drawn(false))
      .fit({"cross-entropy"}, "model.output", {"sigmoid"})
      .fit({"logistic", "exponential"}, "objective.name", {"nce"})
      .when("objective.name", {"reconstruction", "denoising", "nce"});
  list["objective last"]
      .integer("objective.batch", 512, {1, 16384, 16, 2048, true})
      .unit("samples")
      .otherwise("data.name", data::names(false), 100);
}

void add_views(KeyList& list) {
  const Row row = list["views"].choices("views");
  Key& key = row.key();
  for (const ViewNeeds& view : views()) {
    key.choices.push_back(view.name);
    const auto filled =
        families_where([&view](const Family& family) { return fills(family, view); });
    const bool all = filled.size() == models::families().size();
    if (!all) row.fit({view.name}, "model.name", filled);
    if (view.on == ViewNeeds::On::all) continue;
    row.fit({view.name}, "data.name", data::names(view.on == ViewNeeds::On::plane));
  }
  for (const Family& family : models::families()) {
    for (const bool plane : {true, false}) {
      if (!family.learns(plane)) continue;
      row.otherwise("model.name", {family.name}, "data.name", data::names(plane),
                    names(family.use(plane).views));
    }
  }
  key.fallback = names(models::families().front().on_plane.views);
  key.former = {{"posterior", "boundary"}};
}

std::vector<Key> make_schema() {
  KeyList list{"head",
               "data",
               "model name",
               "data seen",
               "model first",
               "model shared",
               "model",
               "model last",
               "objective name",
               "objective",
               "objective last",
               "optimiser",
               "optimiser last",
               "sampler",
               "measure",
               "reference",
               "seed",
               "views",
               "stop"};
  list["head"].integer("version", 1, {1, 1, 1, 1});
  list.text("title");
  data::add_keys(list);
  add_model_name(list);
  add_seen(list);
  add_shared_model_keys(list);
  add_objective(list);
  nn::add_keys(list);
  for (const Family& family : models::families()) {
    if (family.add_keys) family.add_keys(list);
  }
  list["seed"].integer("seed", 1, {0, 4294967295.0, 0, 100});
  add_views(list);
  list["stop"].integer("stop.steps", 0, {0, 1e12, 0, 100000}).live().unit("steps");
  list.number("stop.seconds", 0, {0, 1e9, 0, 600}).live().unit("s");
  list.number("stop.kl", 0, {0, 100, 0, 1})
      .live()
      .unit("nats")
      .when("data.name", data::names(true));
  return list.take();
}

}  // namespace

std::span<const Key> schema() {
  static const std::vector<Key> keys = make_schema();
  return keys;
}

}  // namespace lab::session
