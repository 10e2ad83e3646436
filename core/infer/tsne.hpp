// Rows of any dimension laid out in the plane so that neighbours stay neighbours: t-SNE
// (van der Maaten & Hinton 2008), exactly, O(n²) a step.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace lab::infer {

class Tsne {
 public:
  // Rows x (n, d), n ≥ 4. perplexity: how many neighbours a row has, at most (n − 1)/3 of them.
  Tsne(std::span<const float> x, std::size_t dimensions, double perplexity, std::uint64_t seed);

  // Moves all places by gradient: for the first 100 steps neighbours draw four times as hard.
  void move(int steps);
  // Other rows, as many, in the places of those before.
  void replace(std::span<const float> x);

  int steps() const { return steps_; }
  // KL(P ‖ Q) of the places as they are, nats.
  double divergence() const;
  std::vector<float> places() const;  // (n, 2)

 private:
  std::size_t count_, dimensions_;
  double perplexity_;
  std::vector<double> p_;                        // (n, n), symmetric, sums to 1
  std::vector<double> places_, speeds_, gains_;  // (n, 2)
  int steps_ = 0;
};

}  // namespace lab::infer
