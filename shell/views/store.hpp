// What the session has said last: all that a view may look at.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "core/data/samples.hpp"
#include "core/session/message.hpp"
#include "shell/plot/axes.hpp"

namespace lab::views {

using Json = nlohmann::json;

// Densities on a grid of n×n cells over `box`, row 0 at y0; empty where there are none.
struct Fields {
  plot::Window box;
  int n = 0;
  std::vector<float> log_model, log_truth, log_noise;
  std::uint64_t version = 0;  // grows with every change
};

// What a model with latents says of the test data and of its latent space. J latents, D numbers a
// sample; pictures are (rows, columns, channels) of Store::frame.
struct Latents {
  int count = 0;                       // J; 0 where the model has none
  std::vector<float> mean, deviation;  // (n, J): q(z|x) of the first n test data
  std::vector<float> reconstructions;  // (m, D): of the first m test data
  std::vector<float> kl;               // (J): KL of each dimension, nats
  std::vector<float> manifold;         // (side², D): the decoded grid, top row first
  int side = 0;
  std::array<int, 2> axes{0, 1};       // the dimensions that manifold is made of
  std::vector<float> code, decoded;    // (J), (D): the code that is looked at
  std::vector<float> traversal;        // (J', steps, D): each dimension of code swept
  int traversal_steps = 0;             // from −3 to 3
  std::vector<float> path;             // (steps, D): between two test pictures
  std::array<int, 2> path_ends{0, 1};  // which
};

// What a flow, an invertible map f from data x to z, says of itself. D numbers a datum.
struct Flow {
  std::vector<std::string> stages;  // the spaces from x to z, S of them; empty: no flow
  std::string prior;                // of z: logistic, gaussian
  // Data of the plane at every stage. A grid is families of lines: `lines` along x, then as many
  // along y, each of `points`; its log_det is ln |det| of the map from where the grid is regular.
  int lines = 0, points = 0;
  std::vector<float> grid, grid_log_det;  // (S, 2·lines, points, 2), (S, 2·lines, points): by f
  std::vector<float> back, back_log_det;  // the same of a grid over the prior, by f⁻¹
  std::vector<float> data, samples;       // (S, n, 2), (S, m, 2): test data; draws of the model
  std::vector<float> spectrum;            // (D): σ = exp(−s) of every dimension, largest first
  // Densities of z by histogram: all dimensions together, then each of the first J'.
  std::vector<float> marginals;  // (1 + J', bins)
  int marginal_bins = 0;
  double marginal_low = 0, marginal_high = 0;
  // The training datum nearest to each of Store::drawn, as many as there are, and how far it is
  // (Euclidean, intensities); `usual_distance` is that of test data.
  std::vector<float> neighbours, distances;
  double usual_distance = 0;
  // f⁻¹ of a rotated sphere, latitudes × longitudes from its north, and of a circle on it.
  std::vector<float> sphere, circle;  // (rows·columns, D), (steps, D)
  int sphere_rows = 0, sphere_columns = 0;
  int sphere_turn = 0;       // which rotation
  double sphere_radius = 1;  // 1: where the prior has its mass
  // Inpainting of k pictures: as they are, what is hidden (1) and how they look now.
  std::vector<float> given, hidden, inpainted;    // (k, D)
  std::string mask;                               // as in the command, empty before the first
  int first = 0, moves = 0, most_moves = 0;       // the first picture; moves made, of so many
  double log_density = 0, given_log_density = 0;  // mean ln p, nats: now, of the pictures as given
};

// The curve of a run that went before, kept to compare with.
struct PastRun {
  std::string label;
  std::vector<float> samples, train, test;  // samples seen; the objective's values in nats
};

struct Store {
  Json spec;         // as the person has it now
  Json loaded_spec;  // as the session has loaded it
  std::vector<std::string> live;
  plot::Window bounds;
  std::vector<float> data, noise, samples;  // (count, 2): data of the plane
  lab::data::Frame frame;                   // of a sample
  std::vector<std::string> classes, abilities;
  std::vector<float> test_inputs;  // (n, D): the first n test data
  std::vector<int> test_labels;    // (n), or empty
  bool ordered = false;            // neighbours in the test data belong together
  std::vector<float> drawn;        // (k, D): what the model draws, where that is not the plane
  Latents latents;
  Flow flow;
  std::vector<PastRun> past_runs;
  std::vector<float> cross;         // (n, 3): ln p of the model, the truth, the noise
  std::array<double, 4> segment{};  // of the cross-section: x, y, x, y
  Fields fields;
  std::vector<std::string> columns;
  std::vector<std::vector<float>> history;  // one vector a column
  std::map<std::string, double> metrics;
  std::int64_t step = 0, parameters = 0;
  double seconds = 0, samples_seen = 0, steps_per_second = 0, samples_per_second = 0;
  double acceptance = 0, noise_ratio = 1;
  bool loaded = false, playing = false, has_truth = false;
  double truth_integral = std::numeric_limits<double>::quiet_NaN();  // over cells; NaN: no truth
  // Grey levels under Bernoulli pixels: what is called elbo or likelihood is minus a cross-entropy.
  bool cross_entropy = false;
  // What became of the data before training (core/data/dataset.hpp).
  struct Prepared {
    std::int64_t listed = 0, train = 0, validation = 0, test = 0;  // samples; listed: own points
    std::int64_t levels = 0;                                       // of grey; 0: none
    bool on_levels = false, dequantised = false;
  } prepared;
  std::string executor, instruction_set, stopped;
  int threads = 1;
  // Where a step's time went when it was last asked; no kernels before that.
  struct Profile {
    int steps = 0;
    double milliseconds = 0, peak_gflops = 0;
    struct Row {
      std::string kind, text;
      double milliseconds = 0, gflops = 0;
    };
    std::vector<Row> kernels;
  } profile;
  double estimating = -1;        // share of an estimate of log p(x) that is done; below 0: none
  std::string needs;             // a file that the session waits for
  std::string error_key, error;  // the last mistake, until something is right again
  std::string diverged;
  std::string warning;  // training is worse than it began; empty while it is not
  Json ruin;            // what that says: measure, now, first, rate

  // Takes in a message. Returns its kind.
  std::string apply(const session::Message& message);

  bool can(const std::string& ability) const;
  double metric(const std::string& name) const;  // NaN where it is unknown
  const std::vector<float>& column(const std::string& name) const;

 private:
  void keep_run(const Json& next);
  void take_latents(const session::Message& message);
  void take_flow(const session::Message& message);
};

// What a run is called in a comparison.
std::string label_of(const Json& spec);

}  // namespace lab::views
