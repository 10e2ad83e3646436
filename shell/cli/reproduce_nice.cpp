// Table 1 of Dinh, Krueger & Bengio (2015): exact log-likelihoods of pictures.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <optional>
#include <stdexcept>

#include "core/data/mean.hpp"
#include "core/infer/masks.hpp"
#include "core/session/inpainting.hpp"
#include "shell/cli/checkpoint.hpp"
#include "shell/cli/files.hpp"
#include "shell/cli/lessons.hpp"
#include "shell/cli/png.hpp"
#include "shell/cli/reproduce.hpp"
#include "shell/cli/signals.hpp"
#include "shell/cli/train.hpp"

namespace lab::cli {

namespace {

using session::Experiment;
using session::Json;

struct Set {
  const char* name;
  const char *file, *test_file;
  int depth, width;  // hidden layers and units of each coupling's network
  const char *prior, *whitening, *scale;
  double paper;  // test log-likelihood, nats
};

// The paper's settings; its files under the names that are usual, --set data.file for others.
constexpr Set sets[] = {
    {"nice-mnist", "train-images-idx3-ubyte.gz;train-labels-idx1-ubyte.gz",
     "t10k-images-idx3-ubyte.gz;t10k-labels-idx1-ubyte.gz", 5, 1000, "logistic", "none", "unit",
     1980.50},
    {"nice-tfd", "tfd-train.npz", "tfd-test.npz", 4, 5000, "gaussian", "approximate", "unit",
     5514.71},
    {"nice-svhn", "svhn-train.npz", "svhn-test.npz", 4, 2000, "logistic", "zca", "unit", 11496.55},
    {"nice-cifar10",
     "data_batch_1.bin;data_batch_2.bin;data_batch_3.bin;data_batch_4.bin;data_batch_5.bin",
     "test_batch.bin", 4, 2000, "logistic", "zca", "symmetric", 5371.78},
};

Json specification_of(const Set& set) {
  return {
      {"data",
       {{"name", "file"}, {"file", set.file}, {"test_file", set.test_file}, {"scale", set.scale}}},
      {"model",
       {{"name", "nice"},
        {"law", "additive"},
        {"couplings", 4},
        {"depth", set.depth},
        {"width", set.width},
        {"activation", "relu"},
        {"prior", set.prior},
        {"whitening", set.whitening}}},
      {"objective", {{"batch", 200}}},
      {"optimiser", {{"rate", 1e-3}, {"beta2", 0.99}, {"epsilon", 1e-4}}}};
}

// The mean over rows of x, nats.
double log_likelihood(Experiment& experiment, std::span<const float> x) {
  const session::Arrays exact =
      wait(experiment, experiment.call("forward", session::given("x", x)));
  return mean_of(exact.values("log_density"));
}

// Samples, and one test picture of each of the ten masks: as given, hidden, inpainted.
void draw_pictures(Experiment& experiment, const std::string& folder) {
  const data::Dataset& data = experiment.data();
  const data::SampleShape& shape = data.train.shape;
  std::vector<float> samples = wait(experiment, experiment.sample(64, 0));
  data.to_intensities(samples);
  write_png(folder + "/samples.png", sheet(samples, shape));

  std::vector<float> given = data.evaluated(data.test, infer::mask_names().size());
  std::vector<float> hidden;
  for (const std::string& name : infer::mask_names()) {
    const std::vector<float> mask = infer::make_mask(name, shape, 1);
    hidden.insert(hidden.end(), mask.begin(), mask.end());
  }
  hidden.resize(given.size());
  session::Inpainting inpainting;
  wait(experiment, inpainting.begin(experiment, given, hidden, 0));
  wait(experiment, inpainting.move(experiment, 1000));
  std::vector<float> now = inpainting.pictures();
  data.to_intensities(given);
  data.to_intensities(now);
  std::vector<float> all;
  for (std::size_t i = 0; i < given.size(); i += shape.size()) {
    const auto add = [&](const std::vector<float>& from, bool masked) {
      for (std::size_t j = i; j < i + shape.size(); ++j) {
        all.push_back(masked && hidden[j] > 0 ? 0.5f : from[j]);
      }
    };
    add(given, false);
    add(given, true);
    add(now, false);
  }
  write_png(folder + "/inpainting.png", sheet(all, shape));
}

}  // namespace

bool reproduces_nice(const std::string& name) {
  for (const Set& set : sets) {
    if (name == set.name) return true;
  }
  return false;
}

void reproduce_nice(const Reproduction& wanted, const session::Options& options) {
  const Set* set = sets;
  while (wanted.name != set->name) ++set;
  const std::string checkpoint = wanted.out + "/checkpoint.lab",
                    best_file = wanted.out + "/best.lab";
  std::unique_ptr<Experiment> experiment;
  std::string csv = "epoch,log_likelihood_test,log_likelihood_validation,bits_per_dim,seconds\n";
  double seconds = 0, best = -INFINITY;
  if (wanted.resume) {
    if (wanted.out.empty()) {
      throw std::invalid_argument("'--resume' needs '--out', the folder of the run to go on with.");
    }
    experiment = restored(checkpoint, options);
    csv = read_file(wanted.out + "/curves.csv");
    for (std::size_t line = csv.find('\n') + 1; line < csv.size();
         line = csv.find('\n', line) + 1) {
      double test = 0, validation = NAN, bits = 0;
      int epoch = 0;
      std::sscanf(csv.c_str() + line, "%d,%lf,%lf,%lf,%lf", &epoch, &test, &validation, &bits,
                  &seconds);
      if (validation > best) best = validation;
    }
  } else {
    experiment = std::make_unique<Experiment>(
        Settings(wanted.settings).completed(specification_of(*set)), options);
  }
  std::optional<OutputFolder> folder;
  if (!wanted.out.empty()) {
    folder.emplace(wanted.out);
    for (const char* name : {"checkpoint.lab", "curves.csv", "best.lab"}) {
      require_writable(folder->file(name));
    }
  }
  const data::Dataset& data = experiment->data();
  const auto batch = experiment->spec().at("objective").at("batch").get<double>();
  const auto epoch_steps =
      std::llround(std::max(1.0, static_cast<double>(data.train.count()) / batch));
  const bool validates = data.validation.count() > 0;
  std::vector<float> test = data.evaluated(data.test, data.test.count()), validation;
  if (validates) validation = data.evaluated(data.validation, data.validation.count());

  std::printf("%lld parameters; the paper after 1500 epochs: %.2f nats, %.3f bits/dim\n",
              static_cast<long long>(experiment->parameter_count()), set->paper,
              data.bits_per_dimension(set->paper));
  std::printf("%6s %12s %12s %10s %10s\n", "epoch", "test, nats", "validation", "bits/dim",
              "seconds");
  Interval interval(wanted.checkpoint_every);
  constexpr int usual_epochs = 20;
  while (experiment->steps() < wanted.epochs.value_or(usual_epochs) * epoch_steps) {
    const auto start = std::chrono::steady_clock::now();
    do {
      wait(*experiment, experiment->step(1));
      const int signal = folder ? noted_signal() : 0;
      if (folder && (signal != 0 || interval.over())) save_checkpoint(*experiment, checkpoint);
      if (signal != 0) throw Interrupted{signal};
    } while (experiment->steps() % epoch_steps != 0);
    seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const auto epoch = static_cast<int>(experiment->steps() / epoch_steps);
    const double tested = log_likelihood(*experiment, test);
    const double validated = validates ? log_likelihood(*experiment, validation) : NAN;
    const double bits = data.bits_per_dimension(tested);
    char held[16] = "";
    if (validates) std::snprintf(held, sizeof held, "%.2f", validated);
    std::printf("%6d %12.2f %12s %10.4f %10.1f\n", epoch, tested, held, bits, seconds);
    std::fflush(stdout);
    if (!folder) continue;
    char line[160];
    std::snprintf(line, sizeof line, "%d,%.4f,%.4f,%.5f,%.2f\n", epoch, tested, validated, bits,
                  seconds);
    csv += line;
    write_file(folder->file("curves.csv"), csv.data(), csv.size());
    save_checkpoint(*experiment, checkpoint);
    if (validated > best) {
      best = validated;
      save_checkpoint(*experiment, best_file);
    }
    draw_pictures(*experiment, wanted.out);
  }
  if (!validates || !folder) return;
  const auto kept = restored(best_file, options);
  const double nats = log_likelihood(*kept, test);
  std::printf(
      "best validation likelihood, %.2f nats, after epoch %lld: test %.2f nats, %.4f bits/dim\n",
      best, static_cast<long long>(kept->steps() / epoch_steps), nats,
      data.bits_per_dimension(nats));
}

}  // namespace lab::cli
