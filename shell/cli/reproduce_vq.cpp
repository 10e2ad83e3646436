// A VQ-VAE of CIFAR-10: error in units of the data's variance and perplexity after so many steps,
// beside those of a public run with the authors' example's networks (running means, minibatches of
// 32, all 50,000 pictures).
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <stdexcept>

#include "core/data/mean.hpp"
#include "shell/cli/checkpoint.hpp"
#include "shell/cli/files.hpp"
#include "shell/cli/lessons.hpp"
#include "shell/cli/reproduce.hpp"
#include "shell/cli/signals.hpp"
#include "shell/cli/train.hpp"

namespace lab::cli {

namespace {

using session::Experiment;
using session::Json;

struct Reported {
  std::int64_t step;
  double error, perplexity;
};

constexpr Reported reported[] = {
    {1000, 0.105, 72}, {2000, 0.081, 154}, {5000, 0.061, 327}, {10000, 0.056, 326}};

constexpr const char* settings = R"({
    "data": {"name": "file", "file": "data_batch_1.bin.gz", "test_file": "test_batch_1k.bin.gz",
             "scale": "symmetric"},
    "model": {"name": "vq", "network": "conv", "width": 64, "depth": 2, "residual_blocks": 2,
              "activation": "relu", "codes": 512, "code_dimension": 64},
    "objective": {"name": "vq", "codebook": "ema", "commitment": 0.25, "start": "random",
                  "revive": 0, "batch": 32},
    "optimiser": {"name": "adam", "rate": 0.0003}})";

// exp of the entropy of the codes of so many pictures together, as training sees them, a mean over
// the test data.
double perplexity_of_batches(Experiment& experiment, std::size_t batch) {
  const std::vector<float>& x = experiment.data().test.values;
  session::Call how;
  how.outputs = {"codes"};
  const session::Arrays coded =
      wait(experiment, experiment.call("codes", session::given("x", x), how));
  const std::vector<float>& codes = coded.values("codes");
  const std::size_t together = batch * static_cast<std::size_t>(experiment.system().code_grid[0] *
                                                                experiment.system().code_grid[1]);
  std::vector<float> all;
  for (std::size_t start = 0; start + together <= codes.size(); start += together) {
    std::vector<float> counts(static_cast<std::size_t>(experiment.system().codes), 0);
    for (std::size_t i = start; i < start + together; ++i) {
      ++counts[static_cast<std::size_t>(codes[i])];
    }
    all.push_back(static_cast<float>(perplexity_of(counts)));
  }
  return all.empty() ? std::nan("") : mean_of(all);
}

}  // namespace

bool reproduces_vq(const std::string& name) { return name == "vq-cifar10"; }

void reproduce_vq(const Reproduction& wanted, const session::Options& options) {
  if (wanted.resume && wanted.out.empty()) {
    throw std::invalid_argument("'--resume' needs '--out', the folder of the run to go on with.");
  }
  std::optional<OutputFolder> folder;
  std::string csv = "step,mse_over_variance,mse_over_variance_se,perplexity,codes_used,seconds\n",
              file, checkpoint, clock;
  if (!wanted.out.empty()) {
    folder.emplace(wanted.out);
    file = folder->file("curves.csv");
    checkpoint = folder->file(checkpoint_name);
    clock = folder->file("seconds.txt");
    if (wanted.resume && std::filesystem::exists(file)) csv = read_file(file);
    require_writable(file);
  }
  std::unique_ptr<Experiment> experiment;
  double before = 0;
  if (wanted.resume && std::filesystem::exists(checkpoint)) {
    experiment = restored(checkpoint, options);
    before = std::stod(read_file(clock));
  } else {
    experiment = std::make_unique<Experiment>(
        Settings(wanted.settings).completed(Json::parse(settings)), options);
  }
  const auto last = static_cast<std::int64_t>(
      std::ceil(wanted.samples / experiment->spec().at("objective").at("batch").get<double>()));
  Interval interval(wanted.checkpoint_every);
  const auto start = std::chrono::steady_clock::now();
  double measuring = 0;
  const auto seconds = [&] {
    return before - measuring +
           std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  const auto save = [&] {
    save_checkpoint(*experiment, checkpoint);
    const std::string text = std::to_string(seconds());
    write_file(clock, text.data(), text.size());
  };
  std::printf("%7s %26s %9s %11s %9s %11s %9s\n", "step", "MSE / variance, test", "reported",
              "perplexity", "reported", "codes used", "seconds");
  for (const Reported& row : reported) {
    if (row.step > last) break;
    if (experiment->steps() > row.step) continue;  // an earlier run has said it
    while (experiment->steps() < row.step) {
      wait(*experiment, experiment->step(1));
      const int signal = folder ? noted_signal() : 0;
      if (folder && (signal != 0 || interval.over())) save();
      if (signal != 0) throw Interrupted{signal};
    }
    const double trained = seconds();
    const session::Measures measures = wait(*experiment, experiment->measures().measure_all());
    const double error = measures.at("mse_over_variance"),
                 each = measures.at("mse_test_se") * error / measures.at("mse_test"),
                 perplexity = perplexity_of_batches(*experiment, 32),
                 used = measures.at("codes_used");
    std::printf("%7lld %17.4f ± %.4f %9.3f %11.1f %9.0f %11.0f %9.1f\n",
                static_cast<long long>(row.step), error, each, row.error, perplexity,
                row.perplexity, used, trained);
    std::fflush(stdout);
    char line[160];
    std::snprintf(line, sizeof line, "%lld,%.5f,%.5f,%.2f,%.0f,%.1f\n",
                  static_cast<long long>(row.step), error, each, perplexity, used, trained);
    csv += line;
    measuring += seconds() - trained;
    if (!folder) continue;
    write_file(file, csv.data(), csv.size());
    save();
  }
}

}  // namespace lab::cli
