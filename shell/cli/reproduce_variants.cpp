// Tables of several models of MNIST, what others report of each beside ours: plain autoencoders
// after 30 epochs of 5,000 pictures (a public tutorial); autoregressive models of dynamically
// binarised pictures (a public library's table).
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <span>
#include <stdexcept>

#include "core/graph/one_of.hpp"
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

struct Variant {
  const char* name;
  const char* differs;  // from the common settings, as JSON
  double reported;      // of test data, or of what is not said
};

constexpr Variant autoencoders[] = {
    {"2-latents", R"({"model": {"latents": 2, "width": 256}})", 0.0401},
    {"32-latents", R"({"model": {"latents": 32, "width": 256}})", 0.0125},
    {"denoising", R"({"model": {"latents": 32, "width": 256},
                      "objective": {"name": "denoising", "corruption": "gaussian", "level": 0.3}})",
     0.0191},
    {"convolutional", R"({"model": {"latents": 32, "network": "conv", "width": 16}})", 0.0083},
};

constexpr Variant ladder[] = {
    {"fvsbn", R"({"model": {"architecture": "fvsbn"}})", -96.58},
    {"made", R"({"model": {"architecture": "made", "width": 1024, "depth": 2}})", -84.87},
    {"pixelcnn", R"({"model": {"architecture": "pixelcnn", "width": 16, "depth": 15}})", -81.45},
};

struct Table {
  const char* name;  // of the experiment
  std::span<const Variant> variants;
  const char* common;  // what all share, as JSON
  int usual_epochs;
  const char *measure, *words;  // its name without _train, _test; as the table says it
  int digits;
};

constexpr Table tables[] = {
    {"ae-mnist", autoencoders,
     R"({"data": {"train": 5000}, "model": {"name": "ae", "activation": "relu"},
         "objective": {"name": "reconstruction", "batch": 128},
         "optimiser": {"name": "adam", "rate": 0.001}})",
     30, "mse", "MSE", 4},
    // Its learning rate falls by 0.999977 a step.
    {"ladder-mnist", ladder,
     R"({"data": {"train": 60000, "binarise": "stochastic"}, "model": {"name": "ar"},
         "objective": {"name": "likelihood", "batch": 256},
         "optimiser": {"name": "adam", "rate": 0.001, "schedule": "exponential",
                       "schedule_steps": 10000, "schedule_factor": 0.7945}})",
     20, "log_likelihood", "ln p(x)", 2},
};

Json specification_of(const Table& table, const Variant& variant) {
  Json spec = Json::parse(table.common);
  spec.merge_patch(Json::parse(variant.differs));
  spec["data"]["name"] = "file";
  spec["data"]["file"] = "train-images-idx3-ubyte.gz;train-labels-idx1-ubyte.gz";
  spec["data"]["test_file"] = "t10k-images-idx3-ubyte.gz;t10k-labels-idx1-ubyte.gz";
  return spec;
}

// Trains one of them, and returns its line of the table: name, epochs, the measure of training and
// of test data, its standard error, seconds.
std::string run(const Table& table, const Variant& variant, const Reproduction& wanted,
                const session::Options& options, OutputFolder* folder) {
  const std::string kept = folder ? folder->file(variant.name) : "";
  const std::string checkpoint = kept + "/" + checkpoint_name;
  std::unique_ptr<Experiment> experiment;
  if (wanted.resume && std::filesystem::exists(checkpoint)) {
    experiment = restored(checkpoint, options);
  } else {
    experiment = std::make_unique<Experiment>(
        Settings(wanted.settings).completed(specification_of(table, variant)), options);
  }
  // Seconds of the runs before this one.
  const std::string clock = kept + "/seconds.txt";
  double before = 0;
  if (experiment->steps() > 0) before = std::stod(read_file(clock));
  if (folder) std::filesystem::create_directories(kept);
  const int epochs = wanted.epochs.value_or(table.usual_epochs);
  const double pictures = epochs * static_cast<double>(experiment->data().train.count());
  Interval interval(wanted.checkpoint_every);
  const auto start = std::chrono::steady_clock::now();
  const auto seconds = [&] {
    return before + std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  const auto save = [&] {
    save_checkpoint(*experiment, checkpoint);
    const std::string text = std::to_string(seconds());
    write_file(clock, text.data(), text.size());
  };
  while (experiment->samples_seen() < pictures) {
    wait(*experiment, experiment->step(1));
    const int signal = folder ? noted_signal() : 0;
    if (folder && (signal != 0 || interval.over())) save();
    if (signal != 0) throw Interrupted{signal};
  }
  const double trained = seconds();
  if (folder) save();
  const session::Measures measures = wait(*experiment, experiment->measures().measure_all());
  const auto of = [&](const char* which) {
    return measures.at(std::string(table.measure) + which);
  };
  char line[160];
  std::snprintf(line, sizeof line, "%s,%d,%.5f,%.5f,%.5f,%.1f", variant.name, epochs, of("_train"),
                of("_test"), of("_test_se"), trained);
  return line;
}

int epochs_of(const std::string& line) { return std::stoi(line.substr(line.find(',') + 1)); }

void print(const Table& table, const std::string& line, const Variant& variant) {
  int epochs = 0;
  double train = 0, test = 0, error = 0, seconds = 0;
  const std::size_t comma = line.find(',');
  if (std::sscanf(line.c_str() + comma, ",%d,%lf,%lf,%lf,%lf", &epochs, &train, &test, &error,
                  &seconds) != 5) {
    throw std::runtime_error("A line of the table cannot be read: '" + line + "'.");
  }
  const int digits = table.digits;
  std::printf("%-14s %7d %14.*f %10.*f ± %.*f %9.*f %9.1f\n", variant.name, epochs, digits, train,
              digits, test, digits, error, digits, variant.reported, seconds);
  std::fflush(stdout);
}

}  // namespace

bool reproduces_variants(const std::string& name) {
  return std::ranges::any_of(tables, [&](const Table& table) { return name == table.name; });
}

void reproduce_variants(const Reproduction& wanted, const session::Options& options) {
  const Table& table = row_of("experiment", wanted.name, tables);
  std::optional<OutputFolder> folder;
  if (wanted.resume && wanted.out.empty()) {
    throw std::invalid_argument("'--resume' needs '--out', the folder of the run to go on with.");
  }
  const std::string measure = table.measure;
  std::string csv = "variant,epochs," + measure + "_train," + measure + "_test," + measure +
                    "_test_se,seconds\n",
              file;
  if (!wanted.out.empty()) {
    folder.emplace(wanted.out);
    file = folder->file("curves.csv");
    if (wanted.resume && std::filesystem::exists(file)) csv = read_file(file);
    require_writable(file);
  }
  const std::string words = table.words;
  std::printf("%-14s %7s %14s %17s %9s %9s\n", "variant", "epochs", (words + ", train").c_str(),
              (words + ", test").c_str(), "reported", "seconds");
  for (const Variant& variant : table.variants) {
    // What an earlier run has finished stands in its table.
    const std::size_t begin = csv.find("\n" + std::string(variant.name) + ",");
    if (begin != std::string::npos) {
      const std::string line = csv.substr(begin + 1, csv.find('\n', begin + 1) - begin - 1);
      if (epochs_of(line) >= wanted.epochs.value_or(table.usual_epochs)) {
        print(table, line, variant);
        continue;
      }
      csv.erase(begin + 1, line.size() + 1);
    }
    const std::string line = run(table, variant, wanted, options, folder ? &*folder : nullptr);
    print(table, line, variant);
    csv += line + "\n";
    if (folder) write_file(file, csv.data(), csv.size());
  }
}

}  // namespace lab::cli
