// The table of all keys: what can be set, and what it may be. Families of models, data and the
// optimiser bring their own; here are those that all share, and the order. What a person reads
// about them is in shell/words/keys.cpp.
#include <algorithm>
#include <string_view>

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
    return std::find(family.shared_keys.begin(), family.shared_keys.end(), key) !=
           family.shared_keys.end();
  });
}

void add_model_name(KeyList& list) {
  Key name = choice("model.name", families_where([](const Family&) { return true; }));
  for (const bool plane : {true, false}) {
    const auto bound =
        families_where([plane](const Family& family) { return !family.learns(!plane); });
    fit(name, bound, "data.name", data::names(plane));
  }
  list.add("model name", std::move(name));
}

// How models see pictures; depends on the model.
void add_seen(KeyList& list) {
  const std::vector<std::string> pictures = data::names(false);
  Key binarise = choice("data.binarise", {"none", "threshold", "static", "stochastic"});
  fit(binarise, {"threshold", "static", "stochastic"}, "model.name",
      families_where([](const Family& family) { return family.of_bits; }));
  list.add("data seen", when(std::move(binarise), "data.name", pictures));
  Key dequantise = choice("data.dequantise", {"off", "auto", "on"});
  for (const Family& family : models::families()) {
    if (dequantise.fallback == family.dequantise) continue;
    otherwise(dequantise, "model.name", {family.name}, family.dequantise);
  }
  list.add("data seen", when(std::move(dequantise), "data.name", pictures));
  list.add("data seen", when(integer("data.levels", 0, {0, 65536, 0, 256}), "data.name", pictures));
}

// Keys of several families.
void add_shared_model_keys(KeyList& list) {
  const auto add = [&list](const char* block, Key&& key) {
    const std::vector<std::string> families = heeding(key.path);
    list.add(block, when(std::move(key), "model.name", families));
  };
  Key width = integer("model.width", 64, {1, 4096, 4, 512, true}),
      depth = integer("model.depth", 2, {0, 8, 0, 4});
  for (const Family& family : models::families()) {
    if (width.fallback != family.width) otherwise(width, "model.name", {family.name}, family.width);
    if (depth.fallback != family.depth) otherwise(depth, "model.name", {family.name}, family.depth);
  }
  otherwise(width, "data.name", data::names(false), 200);
  add("model shared", std::move(width));
  add("model shared", std::move(depth));
  add("model shared", choice("model.activation", {"tanh", "relu", "softplus", "elu", "swish"}));
  add("model last", choice("model.initial", {"scaled", "small"}));
}

void add_objective(KeyList& list) {
  std::vector<std::string> all;
  for (const Family& family : models::families()) {
    for (const char* objective : family.objectives) {
      if (std::find(all.begin(), all.end(), objective) == all.end()) all.push_back(objective);
    }
  }
  Key name = choice("objective.name", all);
  for (const std::string& objective : all) {
    name.fits[objective].push_back({"model.name", families_where([&](const Family& family) {
                                      return std::find(family.objectives.begin(),
                                                       family.objectives.end(),
                                                       objective) != family.objectives.end();
                                    })});
  }
  list.add("objective name", std::move(name));
  list.add(
      "objective last",
      otherwise(with_unit(integer("objective.batch", 512, {1, 16384, 16, 2048, true}), "samples"),
                "data.name", data::names(false), 100));
}

void add_views(KeyList& list) {
  Key key;
  key.path = "views";
  key.kind = Kind::choices;
  for (const ViewNeeds& view : views()) {
    key.choices.push_back(view.name);
    const auto filled =
        families_where([&view](const Family& family) { return fills(family, view); });
    const bool all = filled.size() == models::families().size();
    if (!all) key.fits[view.name].push_back({"model.name", filled});
    if (view.on == ViewNeeds::On::all) continue;
    key.fits[view.name].push_back({"data.name", data::names(view.on == ViewNeeds::On::plane)});
  }
  for (const Family& family : models::families()) {
    for (const bool plane : {true, false}) {
      if (!family.learns(plane)) continue;
      otherwise(key, "model.name", {family.name}, "data.name", data::names(plane),
                names(family.use(plane).views));
    }
  }
  key.fallback = names(models::families().front().on_plane.views);
  key.former = {{"posterior", "boundary"}};
  list.add("views", std::move(key));
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
  list.add("head", integer("version", 1, {1, 1, 1, 1}));
  list.add("head", text("title"));
  data::add_keys(list);
  add_model_name(list);
  add_seen(list);
  add_shared_model_keys(list);
  add_objective(list);
  nn::add_keys(list);
  for (const Family& family : models::families()) {
    if (family.add_keys) family.add_keys(list);
  }
  list.add("seed", integer("seed", 1, {0, 4294967295.0, 0, 100}));
  add_views(list);
  list.add("stop", live(with_unit(integer("stop.steps", 0, {0, 1e12, 0, 100000}), "steps")));
  list.add("stop", live(with_unit(number("stop.seconds", 0, {0, 1e9, 0, 600}), "s")));
  list.add("stop", live(when(with_unit(number("stop.kl", 0, {0, 100, 0, 1}), "nats"), "data.name",
                             data::names(true))));
  return list.take();
}

}  // namespace

std::span<const Key> schema() {
  static const std::vector<Key> keys = make_schema();
  return keys;
}

}  // namespace lab::session
