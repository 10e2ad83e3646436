// The training steps that speed is measured on.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/graph/graph.hpp"

namespace lab::bench {

// A model with its data and optimiser (Adam, rate 1e-3) on a graph of its own.
struct Workload {
  std::unique_ptr<Graph> graph = std::make_unique<Graph>();
  Extent batch = 0;
  std::vector<Value> variables;  // to be given their initial values
  Procedure step;                // output 0: the loss
  std::string note;
};

// vae    784–500 tanh–(μ, ln σ² of 20)–500 tanh–784 Bernoulli logits, −ELBO, batch 100
// nice   784 dimensions, 4 additive couplings of 392–1000×5 ReLU–392, scaling, logistic prior,
//        −log-likelihood, batch 200
// conv   28×28×1: 4×4/2 32, 4×4/2 64, 3×3 64, transposed 4×4/2 32, 4×4/2 1; squared error, batch 64
// vq     28×28×1: 4×4/2 64, 4×4/2 128, 3×3 128, 2 residual blocks (3×3 32, 1×1 128), 1×1 64; the
//        nearest of 512 codewords; 3×3 128, and the same back; straight-through, batch 64
// pixelcnn  gated, of 28×28 bits: 7×7, 8 layers of 3×3 and 32 channels, 1×1 64, 1×1; batch 32
// nce2d  energy 2–64–64–1 tanh and a constant, eight Gaussians against a Gaussian, 512 + 512
// Data: 1000 rows, uniform in (0, 1), but for nce2d. Throws std::invalid_argument naming them.
Workload make_workload(const std::string& name);

}  // namespace lab::bench
