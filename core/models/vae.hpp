// Models with a Gaussian latent: p(z) = N(0, I), a decoder p(x|z), an encoder
// q(z|x) = N(μ(x), diag σ²(x))                                     (Kingma & Welling 2014).
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/data/samples.hpp"
#include "core/distributions/distribution.hpp"
#include "core/nn/network.hpp"

namespace lab::models {

struct Posterior {
  Value mean, log_variance;  // (B, J)
};

class Encoder {
 public:
  // classes: how many numbers a row of x ends with that say its class (models/classes.hpp).
  Encoder(nn::Parameters& parameters, const nlohmann::json& model, const data::SampleShape& shape,
          Extent classes = 0);
  // (B, D + classes)
  Posterior operator()(Value x) const;

 private:
  std::unique_ptr<nn::Network> network_;
};

// p(x|z) by model.decoder:
//   bernoulli       y = sigmoid(decoder(z)), x in [0, 1]                 (appendix C.1)
//   gaussian        N(μ(z), diag σ²(z)), μ through a sigmoid if model.mean says so   (C.2)
//   fixed-gaussian  N(μ(z), model.deviation² I)
//   logistic        of mean μ(z) and scale s(z)
class Decoder {
 public:
  // classes: how many numbers a row of z, of J + classes then, ends with that say its class.
  Decoder(nn::Parameters& parameters, const nlohmann::json& model, const data::SampleShape& shape,
          Extent classes = 0);

  // x (B, D), z (L·B, J), the L draws of all B rows one after another → ln p(x|z), (L, B), nats.
  Value log_likelihood(Value x, Value z) const;
  // (C, J) → the mean of x, (C, D).
  Value mean(Value z) const;
  // Of a Gaussian decoder: (C, J) → the mean and ln σ² of x, (C, D) each.
  std::pair<Value, Value> moments(Value z) const;
  // (C, J) → draws of x, (C, D); seed and counter as in random_normal.
  Value sample(Value z, Value seed, Value counter) const;

 private:
  // p(x|z) of what the network says of z.
  std::unique_ptr<distributions::Distribution> distribution(const std::vector<Value>& outs) const;

  std::string kind_;
  bool sigmoid_ = false;
  double log_variance_ = 0;  // fixed-gaussian
  std::unique_ptr<nn::Network> network_;
};

}  // namespace lab::models
