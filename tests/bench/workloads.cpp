#include "tests/bench/workloads.hpp"

#include <cmath>
#include <numbers>
#include <stdexcept>

#include "core/nn/convolution.hpp"
#include "core/nn/grid_network.hpp"
#include "core/nn/mlp.hpp"
#include "core/nn/network.hpp"
#include "core/nn/optimiser.hpp"

namespace lab::bench {

namespace {

constexpr Extent pixels = 784, rows = 1000;

// What every workload is made of.
class Builder {
 public:
  Builder(Workload& workload, Extent batch)
      : workload_(workload),
        graph_(*workload.graph),
        parameters_{graph_, graph_.index_constant(1), {}},
        count_(graph_.variable("step", graph_.index_constant(0))) {
    workload.batch = batch;
    workload.variables.push_back(count_);
  }

  Graph& graph() { return graph_; }
  nn::Parameters& parameters() { return parameters_; }
  Extent batch() const { return workload_.batch; }

  // Normals of their own at every step.
  Value noise(Shape shape) {
    return random_normal(graph_, std::move(shape), graph_.index_constant(2), count_);
  }

  // A minibatch of the data, in another order every epoch: (batch, 784).
  Value images() {
    const Value data = graph_.variable(
        "data",
        random_uniform(graph_, {rows, pixels}, graph_.index_constant(3), graph_.index_constant(0)));
    workload_.variables.push_back(data);
    const Value first =
        index_multiply(count_, graph_.index_constant(static_cast<std::uint32_t>(batch())));
    const Value positions = index_add(iota(graph_, batch()), first);
    return gather(data, random_permutation(positions, rows, graph_.index_constant(4)));
  }

  void minimise(Value loss) {
    nn::Optimiser adam;
    adam.rate = graph_.constant(1e-3);
    adam.beta1 = graph_.constant(0.9);
    adam.beta2 = graph_.constant(0.999);
    adam.epsilon = graph_.constant(1e-8);
    workload_.step.name = "step";
    workload_.step.outputs = {loss};
    const std::vector<Value> kept =
        nn::descend(workload_.step, adam, to_real(count_), parameters_.values,
                    gradients(loss, parameters_.values));
    workload_.step.updates.emplace_back(count_, index_add(count_, graph_.index_constant(1)));
    auto& all = workload_.variables;
    all.insert(all.end(), parameters_.values.begin(), parameters_.values.end());
    all.insert(all.end(), kept.begin(), kept.end());
  }

 private:
  Workload& workload_;
  Graph& graph_;
  nn::Parameters parameters_;
  Value count_;
};

// Kingma & Welling (2014), equation 10 with a Bernoulli decoder.
void vae(Workload& workload) {
  constexpr Extent hidden = 500, latents = 20;
  Builder build(workload, 100);
  const nn::Mlp encoder(build.parameters(), "encoder", {pixels, hidden, 2 * latents}, "tanh");
  const nn::Mlp decoder(build.parameters(), "decoder", {latents, hidden, pixels}, "tanh");
  const Value x = build.images();
  const Value code = encoder(x);
  const Value mean = slice(code, 1, 0, latents), log_variance = slice(code, 1, latents, latents);
  const Value z = mean + exp(0.5 * log_variance) * build.noise({build.batch(), latents});
  const Value logits = decoder(z);
  const Value reconstruction = sum(softplus(logits) - x * logits);
  const Value divergence = 0.5 * sum(mean * mean + exp(log_variance) - log_variance - 1.0);
  build.minimise((reconstruction + divergence) / static_cast<double>(build.batch()));
  workload.note = "784-500-20-500-784, uniform data";
}

// Dinh, Krueger & Bengio (2015): h2 = x2 + m(x1), then h·exp(s); a logistic prior.
void nice(Workload& workload) {
  constexpr Extent half = pixels / 2, width = 1000;
  Builder build(workload, 200);
  const Value x = build.images();
  Value odd = slice(x, 1, 0, half, 2), even = slice(x, 1, 1, half, 2);
  for (int layer = 0; layer < 4; ++layer) {
    const nn::Mlp shift(build.parameters(), "coupling" + std::to_string(layer),
                        {half, width, width, width, width, width, half}, "relu");
    if (layer % 2 == 0) even = even + shift(odd);
    else odd = odd + shift(even);
  }
  const Value scale = build.parameters().add("scale", build.graph().constant(0, {pixels}));
  const Value h = concatenate({odd, even}, 1) * exp(scale);
  // ln of the logistic density: −softplus(h) − softplus(−h).
  const Value log_prior = -sum(softplus(h) + softplus(-h)) / static_cast<double>(build.batch());
  build.minimise(-(log_prior + sum(scale)));
  workload.note = "784, 4 couplings of 392-1000x5-392, uniform data";
}

void conv(Workload& workload) {
  Builder build(workload, 64);
  nn::Parameters& parameters = build.parameters();
  const Value x = reshape(build.images(), {build.batch(), 28, 28, 1});
  Value h = nn::Convolution(parameters, "conv1", {1, 32, 4, 2, 1, "relu"})(x);
  h = nn::Convolution(parameters, "conv2", {32, 64, 4, 2, 1, "relu"})(h);
  h = nn::Convolution(parameters, "conv3", {64, 64, 3, 1, 1, "relu"})(h);
  h = nn::TransposedConvolution(parameters, "conv4", {64, 32, 4, 2, 1, "relu"})(h);
  h = nn::TransposedConvolution(parameters, "conv5", {32, 1, 4, 2, 1, ""})(h);
  build.minimise(mean(square(h - x)));
  workload.note = "28x28 convolutional autoencoder, uniform data";
}

// van den Oord, Vinyals & Kavukcuoglu (2017), sized as their public example; the codebook learns by
// gradient.
void vq(Workload& workload) {
  constexpr Extent codes = 512, width = 64;
  Builder build(workload, 64);
  nn::Parameters& parameters = build.parameters();
  nn::ImageNetwork shape;
  shape.rows = shape.columns = 28;
  shape.channels = 64;
  shape.halvings = 2;
  shape.residual_blocks = 2;
  shape.residual_part = 4;
  shape.mixes = true;
  const nn::FeatureEncoder encoder(parameters, "encoder", shape);
  const nn::Convolution narrow(parameters, "narrow", {shape.small_channels(), width, 1, 1, 0, ""}),
      widen(parameters, "widen", {width, shape.small_channels(), 3, 1, 1, ""});
  const nn::FeatureDecoder decoder(parameters, "decoder", shape, {"mean"});
  const Value codebook = parameters.add(
      "codebook",
      (2.0 * random_uniform(build.graph(), {codes, width}, build.graph().index_constant(5),
                            build.graph().index_constant(0)) -
       1.0) /
          static_cast<double>(codes));
  const Value x = build.images();
  const Value z = reshape(narrow(encoder(x)), {-1, width});
  const Value nearness = matmul(z, codebook, false, true) - 0.5 * sum(square(codebook), {1});
  const Value chosen = gather(codebook, argmax(nearness, 1));
  const Value passed = z + stop_gradient(chosen - z);
  const Value back =
      decoder(
          widen(reshape(passed, {build.batch(), shape.small_rows(), shape.small_columns(), width})))
          .front();
  build.minimise(mean(square(back - x)) + mean(square(stop_gradient(z) - chosen)) +
                 0.25 * mean(square(z - stop_gradient(chosen))));
  workload.note = "28x28 VQ-VAE, 64-128 channels, 2 residual blocks, 512 codes of 64, uniform data";
}

// van den Oord et al. (2016b): 7×7, then eight gated layers of 3×3 and 32 channels, on bits.
void pixelcnn(Workload& workload) {
  Builder build(workload, 32);
  nn::GridNetworkShape shape;
  shape.architecture = "gated-pixelcnn";
  shape.width = 32;
  shape.depth = 8;
  const std::unique_ptr<nn::GridNetwork> network =
      nn::grid_network(build.parameters(), "network", {28, 28, 1, 2}, shape);
  const Value x = build.images() > 0.5;
  const Value logits = reshape((*network)(x), x.shape());
  build.minimise(sum(softplus(logits) - x * logits) / static_cast<double>(build.batch()));
  workload.note = "28x28 bits, gated PixelCNN, 7x7 and 8 layers of 32, uniform data";
}

// Gutmann & Hyvärinen (2010), with as much noise as data.
void nce2d(Workload& workload) {
  constexpr Extent points = 512;
  Builder build(workload, points);
  Graph& graph = build.graph();
  const nn::Mlp energy(build.parameters(), "energy", {2, 64, 64, 1}, "tanh", false);
  const Value constant = build.parameters().add("constant", graph.constant(0));
  // Eight Gaussians on a circle, all scaled by 1/√2; noise of deviation 2.
  constexpr double radius = 4 / std::numbers::sqrt2, spread = 0.5 / std::numbers::sqrt2,
                   deviation = 2;
  std::vector<double> centres;
  for (int k = 0; k < 8; ++k) {
    centres.push_back(radius * std::cos(k * std::numbers::pi / 4));
    centres.push_back(radius * std::sin(k * std::numbers::pi / 4));
  }
  const Value which = index_modulo(iota(graph, points), graph.index_constant(8));
  const Value data =
      gather(graph.constant(centres, {8, 2}), which) + spread * build.noise({points, 2});
  const Value u = concatenate({data, deviation * build.noise({points, 2})}, 0);
  const Value log_noise = sum(u * u, {1}) * (-0.5 / (deviation * deviation)) -
                          std::log(2 * std::numbers::pi * deviation * deviation);
  const Value log_ratio = constant - reshape(energy(u), {2 * points}) - log_noise;
  build.minimise(mean(softplus(-slice(log_ratio, 0, 0, points))) +
                 mean(softplus(slice(log_ratio, 0, points, points))));
  workload.note = "energy 2-64-64-1 tanh, 512 + 512 points";
}

}  // namespace

Workload make_workload(const std::string& name) {
  Workload workload;
  if (name == "vae") vae(workload);
  else if (name == "nice") nice(workload);
  else if (name == "conv") conv(workload);
  else if (name == "vq") vq(workload);
  else if (name == "pixelcnn") pixelcnn(workload);
  else if (name == "nce2d") nce2d(workload);
  else {
    throw std::invalid_argument("There is no workload '" + name +
                                "'; there are vae, nice, conv, vq, pixelcnn, nce2d and gemm.");
  }
  return workload;
}

}  // namespace lab::bench
