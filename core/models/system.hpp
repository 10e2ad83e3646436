// What a model hands to a session: a graph, its variables, and the procedures that train it and
// look into it. A procedure without outputs and updates is an ability that the model lacks.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/data/dataset.hpp"
#include "core/graph/graph.hpp"

namespace lab::models {

// A counter that no training step reaches: the random numbers of evaluations are always the same.
inline constexpr std::uint32_t evaluation_counter = 0xffffffffu;

inline bool exists(const Procedure& procedure) {
  return !procedure.outputs.empty() || !procedure.updates.empty();
}

// The abilities of a model with latents z (J of them): what encodes, decodes and bounds.
// R rows of data at a time, their number that of `data`; likewise `codes`, `marginal_data`.
struct LatentAbilities {
  Extent count = 0;       // J; 0: no latents
  Value data;             // (R, D): what is asked about
  Value codes;            // (C, J): what is decoded
  Value draws;            // index scalar: counts draws of `sample` and `importance`
  Value bound_draws;      // index scalar: another one for every part of what `bound` is asked for
  Procedure bound;        // data → see Bound below, in its order
  Value weight_draw;      // index scalar: which draw of uncertain weights `bound` takes, or none
  Procedure decode;       // codes → the decoder's mean (C, D)
  Procedure sample;       // C draws from the model (C, D): means of pictures, points of the plane
  Value importance_data;  // (I, D)
  Extent importance_draws = 0;  // of z for each row, in one run
  Procedure importance;         // importance_data → ln Σ over the draws of p(x, z)/q(z|x), (I)
  // Draws from p(z|x) by Hamiltonian Monte Carlo, one chain a row: `marginal_start` begins at q,
  // `marginal_move` moves all chains once → z (P, J), ln p(x, z) (P), acceptance.
  Value marginal_data;  // (P, D)
  Procedure marginal_start, marginal_move;
};

// The outputs of LatentAbilities::bound.
enum Bound : std::size_t {
  bound_elbo,            // (R): ln p(x|z) − KL(q(z|x) ‖ p(z)), z and θ drawn once, nats
  bound_log_likelihood,  // (R): ln p(x|z)
  bound_kl,              // (R, J)
  bound_mean,            // (R, J): of q(z|x)
  bound_log_variance,    // (R, J)
  bound_decoded,         // (R, D): the decoder's mean at the mean of q
  bound_objective,       // (R): what training makes large, without the prior on weights
};

// The abilities of a model that maps data x one to one to latents z, whose ln p(x) is exact: a
// flow. D numbers a datum, S stages from x to z. R, P, K rows at a time, those of `data`, `points`,
// `given`.
struct FlowAbilities {
  std::vector<std::string> stages;  // names of the spaces, x first; empty: the model is no flow
  Value data;                       // (R, D)
  Procedure forward;                // data → ln p(x) (R), z (R, D)
  Procedure scales;                 // → σ = exp(−s) (D), ln |det| of the whitening (scalar)
  bool whitened = false;
  // Of data of the plane: points → values (S·P, 2) and ln |det| from where they began (S·P), stage
  // by stage, x first: of points of x, and of points of z.
  Value points;  // (P, 2)
  Procedure there, back;
  // Inpainting: `begin` puts noise where `hidden` is 1, `move` climbs ln p there once → the
  // pictures now (K, D), ln p (K). `pace` puts `moves` forward to where the steps are short enough
  // for the model as it is.
  Value given, hidden, now;  // (K, D)
  Value moves;               // index scalar
  Procedure begin, pace, move;
  // Matrices and where their inverses are kept; these must be written before anything goes from z
  // to x.
  std::vector<std::pair<Value, Value>> inverses;
  Procedure matrices;  // → those matrices
};

struct System {
  std::unique_ptr<Graph> graph;
  Value seed, step;                       // index scalars: the run's seed, updates made
  std::vector<Value> parameters;          // what training changes
  std::vector<Value> weights;             // those of them that decay
  std::map<std::string, Value> settings;  // live keys of the specification: real scalars
  Value train_data;                       // (N, D)
  Value test_data;                        // (N, D), or none: `evaluate` reads it

  Procedure train;  // one update; output: the minibatch's objective, to be made large
  // Runs before every `expectation_every`-th update, from the first on.
  Procedure expectation;
  int expectation_every = 0;

  Procedure evaluate;                 // scalars, named by `measures`
  std::vector<std::string> measures;  // objective_train, objective_test, c, kl_weights
  Extent evaluated = 0;       // how many train and test points `evaluate` reads, from the first on
  Procedure evaluated_noise;  // the noise points that `evaluate` uses

  Value query;              // (Q, 2): where densities of the plane are asked for
  Procedure density;        // query → ln p_model (with c), and ln p_noise where there is noise
  bool normalised = false;  // p_model integrates to 1 without help
  Procedure noise;          // the noise of the latest minibatch
  double noise_ratio = 0;   // noise points for each data point; 0: there is no noise

  Value chains;          // (chains, 2): the sampler's positions
  Value transitions;     // index scalar: transitions made
  Procedure transition;  // one move of all chains; output: acceptance

  LatentAbilities latent;
  FlowAbilities flow;

  // A variable that can be made anew from the specification is not part of a checkpoint.
  bool is_input(Value variable) const;
};

// Noise-contrastive estimation of an unnormalised density in the plane (core/models/nce.cpp).
// `spec` is a completed specification.
System make_nce(const nlohmann::json& spec, const data::Dataset& data);

// Models with latents: auto-encoding variational Bayes and what it is compared with
// (core/models/vae.cpp).
System make_vae(const nlohmann::json& spec, const data::Dataset& data);

// NICE, by maximum likelihood (core/models/make_nice.cpp). Its latents are as many as the data has
// dimensions.
System make_nice(const nlohmann::json& spec, const data::Dataset& data);

// The one that spec's model.name says.
System make_system(const nlohmann::json& spec, const data::Dataset& data);

}  // namespace lab::models
