// The papers' experiments at a chosen budget, their figures beside ours.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/session/experiment.hpp"

namespace lab::cli {

struct Reproduction {
  std::string name;                   // aevb-bound, nice-mnist, infonce, vq-cifar10, nce-ica …
  std::string dataset = "mnist";      // mnist or frey (aevb-bound)
  std::string out;                    // folder for curves.csv and checkpoints; none if empty
  std::vector<int> latents;           // those of the paper if empty
  std::vector<std::string> learners;  // those of the paper if empty
  std::vector<std::string> settings;  // key=value, on top of the paper's
  double samples = 1e6;               // training samples to see
  std::vector<int> sizes;             // training sets of aevb-marginal, nce-ica; the paper's if
                                      // empty
  std::optional<int> epochs;          // of nice-…, ae-mnist, ladder-mnist, infonce, …-sprites
  double checkpoint_every = 60;       // seconds; 0: after each figure alone
  bool resume = false;                // goes on from what is in `out` (all but aevb-…)
  int sets = 100;                     // mixings of nce-ica
  int starts = 2;                     // of each estimate of nce-ica; the best is kept
  bool json = false;                  // lines of nce-ica
};

// Prints a table to standard output while it runs. Throws Interrupted (shell/cli/signals.hpp) where
// a signal has ended it, its work saved; std::invalid_argument naming what there is where the name
// or a choice will not do.
void reproduce(const Reproduction& wanted, const session::Options& options);

// Of the likelihoods of NICE (shell/cli/reproduce_nice.cpp).
bool reproduces_nice(const std::string& name);
void reproduce_nice(const Reproduction& wanted, const session::Options& options);
// Several models beside each other (shell/cli/reproduce_variants.cpp).
bool reproduces_variants(const std::string& name);
void reproduce_variants(const Reproduction& wanted, const session::Options& options);
// Discrete codes of CIFAR-10, step by step (shell/cli/reproduce_vq.cpp).
bool reproduces_vq(const std::string& name);
void reproduce_vq(const Reproduction& wanted, const session::Options& options);

// Independent components from whole samples (shell/cli/reproduce_ica.cpp).
bool reproduces_ica(const std::string& name);
void reproduce_ica(const Reproduction& wanted, const session::Options& options);

}  // namespace lab::cli
