// What a model hands to a session: a graph, its variables with their roles, the phases that train
// it, and its abilities.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/data/dataset.hpp"
#include "core/execute/executor.hpp"
#include "core/models/ability.hpp"

namespace lab::models {

// A counter that no training step reaches: the random numbers of evaluations are always the same.
inline constexpr std::uint32_t evaluation_counter = 0xffffffffu;

// One kind of update. Before an update is counted, each phase runs whose turn it is, in order; the
// last has a turn every time, and counts.
struct Phase {
  Procedure procedure;
  int every = 1;
};

// What an executor keeps of the objective while training runs, so that no step has to be read back
// (scalars; see Builder::maximise).
struct Watch {
  Value broken;     // 1 once an objective was no number, or past recovery; else 0
  Value sound;      // index: updates made before that
  Value objective;  // the latest, or the one that broke
  Value first;      // the size of the first that was a number; below 0: there was none
  Value recent;     // (r): the latest r; that of update n at n mod r
};

// A map of discrete codes, one of those that stand for a datum together.
struct CodeLevel {
  std::size_t rows = 1, columns = 1;
  std::size_t first = 0;  // its first site among those of all maps

  std::size_t sites() const { return rows * columns; }
};

struct System {
  std::unique_ptr<Graph> graph;
  Value seed, step;                       // index scalars: the run's seed, updates made
  std::vector<Value> parameters;          // what training changes
  std::vector<Value> weights;             // those of them that decay
  std::map<std::string, Value> settings;  // live keys of the specification: real scalars
  Value train_data;                       // (N, D)
  Value test_data;                        // (N, D), or none: `evaluate` reads it

  std::vector<Phase> phases;
  Watch watch;
  std::vector<Ability> abilities;

  Extent latents = 0;                  // J; 0: none
  Extent codes = 0;                    // K codewords of a level; 0: codes are not discrete
  std::vector<CodeLevel> code_levels;  // from the top, whose codes come first
  std::vector<std::string> notes;      // what a person should know of its numbers, in English
  std::vector<std::string> stages;  // names of the spaces from x to z of a one-to-one map, or none
  Value chains;                     // (chains, D): positions of the sampler, or none
  double noise_ratio = 0;           // noise points for each data point; 0: there is no noise
  bool denoises = false;            // learns to give back what was there before it was corrupted
  Extent measured = 500;            // rows of each kind of data that are measured while training
  Extent evaluated = 0;  // how many train and test points `evaluate` reads, from the first on
  // Matrices (n, n), and where the inverse of each is kept: written before what uses it.
  std::vector<std::pair<Value, Value>> inverses;

  // Where there is none: nullptr, or std::invalid_argument naming it.
  const Ability* find(const std::string& ability) const;
  const Ability& ability(const std::string& name) const;
  // Of all maps of codes, S; the level that a site of them lies in.
  std::size_t code_sites() const;
  std::size_t level_of(std::size_t site) const;
  // ln p(x) integrates to 1 without help.
  bool normalised() const;
  // What takes x (R, D), of any R, and gives log_density (R) exactly; nullptr where nothing does.
  const Ability* exact_density() const;
};

// Gives every variable its first value, the seed before what is drawn from it, and hands over the
// data.
void initialise(Executor& executor, const System& system, const data::Dataset& data);

// Of a completed specification, by the family that its model.name says (core/models/family.hpp).
System make_system(const nlohmann::json& spec, const data::Dataset& data);

}  // namespace lab::models
