// What a model hands to a session: a graph, its variables, and the procedures that train it and
// look into it. A procedure without outputs and updates is an ability that the model lacks.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/data/registry.hpp"
#include "core/graph/graph.hpp"

namespace lab::models {

// How many points the density procedure takes at once.
inline constexpr Extent query_rows = 2048;

struct System {
  std::unique_ptr<Graph> graph;
  Value seed, step;                       // index scalars: the run's seed, updates made
  std::vector<Value> parameters;          // what training changes
  std::map<std::string, Value> settings;  // live keys of the specification: real scalars
  Value train_data, test_data;            // (N, 2)
  Value query;                            // (query_rows, 2): where densities are asked for
  Value chains;                           // (chains, 2): the sampler's positions
  Value transitions;                      // index scalar: transitions made

  Procedure train;       // one update; output: the minibatch's objective, to be made large
  Procedure evaluate;    // outputs: objective on train data, on test data, c, the noise points used
  Procedure density;     // query → ln p_model (with c), ln p_noise
  Procedure noise;       // the noise of the latest minibatch
  Procedure transition;  // one move of all chains; output: acceptance
  Extent evaluated = 0;  // how many train and test points `evaluate` reads, from the first on
  double noise_ratio = 1;
};

// Noise-contrastive estimation of an unnormalised density in the plane (core/models/nce.cpp).
// `spec` is a completed specification, `split` its data, `box` where the data lies.
System make_nce(const nlohmann::json& spec, const data::Split& split, const data::Box& box);

}  // namespace lab::models
