// VQ-VAEs of CIFAR-10: error in units of the data's variance and perplexity after so many steps.
// Of one level beside those of a public run with the authors' example's networks (running means,
// minibatches of 32, all 50,000 pictures); of two (VQ-VAE-2) with the paper's settings, of which
// there are no such figures.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <limits>
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
  double error, perplexity;  // not a number where none is known
};

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

struct Run {
  const char* name;
  std::array<Reported, 4> reported;
  const char* model;  // what it sets of the model beside the rest
};

constexpr Run runs[] = {
    {"vq-cifar10",
     {{{1000, 0.105, 72}, {2000, 0.081, 154}, {5000, 0.061, 327}, {10000, 0.056, 326}}},
     "{}"},
    {"vq2-cifar10",
     {{{1000, unknown, unknown},
       {2000, unknown, unknown},
       {5000, unknown, unknown},
       {10000, unknown, unknown}}},
     R"({"code_levels": 2, "code_prior": "none"})"},
};

constexpr const char* settings = R"({
    "data": {"name": "file", "file": "data_batch_1.bin.gz", "test_file": "test_batch_1k.bin.gz",
             "scale": "symmetric"},
    "model": {"name": "vq", "network": "conv", "width": 64, "depth": 2, "residual_blocks": 2,
              "activation": "relu", "codes": 512, "code_dimension": 64},
    "objective": {"name": "vq", "codebook": "ema", "commitment": 0.25, "start": "random",
                  "revive": 0, "batch": 32},
    "optimiser": {"name": "adam", "rate": 0.0003}})";

const Run* find_run(const std::string& name) {
  const auto found = std::ranges::find_if(runs, [&](const Run& run) { return run.name == name; });
  return found == std::end(runs) ? nullptr : found;
}

// exp of the entropy of a level's codes of so many pictures together, as training sees them, a mean
// over the test data; of each level, from the top.
std::vector<double> perplexity_of_batches(Experiment& experiment, std::size_t batch) {
  const std::vector<float>& x = experiment.data().test.values;
  session::Call how;
  how.outputs = {"codes"};
  const session::Arrays coded =
      wait(experiment, experiment.call("codes", session::given("x", x), how));
  const std::vector<float>& codes = coded.values("codes");
  const models::System& system = experiment.system();
  const std::size_t sites = system.code_sites(), together = batch * sites;
  std::vector<double> of_levels;
  for (const models::CodeLevel& level : system.code_levels) {
    std::vector<float> all;
    for (std::size_t start = 0; start + together <= codes.size(); start += together) {
      std::vector<float> counts(static_cast<std::size_t>(system.codes), 0);
      for (std::size_t row = start; row < start + together; row += sites) {
        for (std::size_t site = 0; site < level.sites(); ++site) {
          ++counts[static_cast<std::size_t>(codes[row + level.first + site])];
        }
      }
      all.push_back(static_cast<float>(perplexity_of(counts)));
    }
    of_levels.push_back(all.empty() ? std::nan("") : mean_of(all));
  }
  return of_levels;
}

// As of Measures.
std::string of_level(const char* measure, std::size_t level) {
  return level == 0 ? measure : std::string(measure) + "_" + std::to_string(level + 1);
}

// "327", of several levels "120 + 327".
std::string beside(const std::vector<double>& of_levels, const char* format) {
  std::string words;
  for (const double each : of_levels) {
    char text[32];
    std::snprintf(text, sizeof text, format, each);
    words += (words.empty() ? "" : " + ") + std::string(text);
  }
  return words;
}

std::string known(double number, const char* format) {
  return std::isnan(number) ? "-" : beside({number}, format);
}

}  // namespace

bool reproduces_vq(const std::string& name) { return find_run(name) != nullptr; }

void reproduce_vq(const Reproduction& wanted, const session::Options& options) {
  if (wanted.resume && wanted.out.empty()) {
    throw std::invalid_argument("'--resume' needs '--out', the folder of the run to go on with.");
  }
  const Run& run = *find_run(wanted.name);
  Json wished = Json::parse(settings);
  wished["model"].update(Json::parse(run.model));
  std::optional<OutputFolder> folder;
  std::string csv, file, checkpoint, clock;
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
    experiment = std::make_unique<Experiment>(Settings(wanted.settings).completed(wished), options);
  }
  const std::size_t levels = experiment->system().code_levels.size();
  if (csv.empty()) {
    csv = "step,mse_over_variance,mse_over_variance_se";
    for (const char* name : {"perplexity", "codes_used"}) {
      for (std::size_t level = 0; level < levels; ++level) csv += "," + of_level(name, level);
    }
    csv += ",seconds\n";
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
  if (levels > 1) std::printf("perplexity and codes used: of the top level + those below\n");
  std::printf("%7s %26s %9s %15s %9s %15s %9s\n", "step", "MSE / variance, test", "reported",
              "perplexity", "reported", "codes used", "seconds");
  for (const Reported& row : run.reported) {
    if (row.step > last) break;
    // An earlier run has said it.
    if (csv.find("\n" + std::to_string(row.step) + ",") != std::string::npos) continue;
    if (experiment->steps() > row.step) continue;
    while (experiment->steps() < row.step) {
      wait(*experiment, experiment->step(1));
      const int signal = folder ? noted_signal() : 0;
      if (folder && (signal != 0 || interval.over())) save();
      if (signal != 0) throw Interrupted{signal};
    }
    const double trained = seconds();
    const session::Measures measures = wait(*experiment, experiment->measures().measure_all());
    const double error = measures.at("mse_over_variance"),
                 each = measures.at("mse_test_se") * error / measures.at("mse_test");
    const std::vector<double> perplexity = perplexity_of_batches(*experiment, 32);
    std::vector<double> used;
    for (std::size_t level = 0; level < levels; ++level) {
      used.push_back(measures.at(of_level("codes_used", level)));
    }
    std::printf("%7lld %17.4f ± %.4f %9s %15s %9s %15s %9.1f\n", static_cast<long long>(row.step),
                error, each, known(row.error, "%.3f").c_str(), beside(perplexity, "%.1f").c_str(),
                known(row.perplexity, "%.0f").c_str(), beside(used, "%.0f").c_str(), trained);
    std::fflush(stdout);
    char line[96];
    std::snprintf(line, sizeof line, "%lld,%.5f,%.5f", static_cast<long long>(row.step), error,
                  each);
    csv += line;
    for (const double number : perplexity) csv += "," + known(number, "%.2f");
    for (const double number : used) csv += "," + known(number, "%.0f");
    csv += "," + known(trained, "%.1f") + "\n";
    measuring += seconds() - trained;
    if (!folder) continue;
    write_file(file, csv.data(), csv.size());
    save();
  }
}

}  // namespace lab::cli
