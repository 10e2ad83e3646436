// Plain autoencoders of MNIST: what a public tutorial reports after 30 epochs of 5,000 pictures,
// beside ours.
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <stdexcept>

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
  double reported;      // its mean squared error; of which data is not said
};

constexpr Variant variants[] = {
    {"2-latents", R"({"model": {"latents": 2}})", 0.0401},
    {"32-latents", R"({"model": {"latents": 32}})", 0.0125},
    {"denoising", R"({"model": {"latents": 32},
                      "objective": {"name": "denoising", "corruption": "gaussian", "level": 0.3}})",
     0.0191},
    {"convolutional", R"({"model": {"latents": 32, "network": "conv", "width": 16}})", 0.0083},
};

constexpr int usual_epochs = 30;

Json specification_of(const Variant& variant) {
  Json spec{{"data",
             {{"name", "file"},
              {"file", "train-images-idx3-ubyte.gz;train-labels-idx1-ubyte.gz"},
              {"test_file", "t10k-images-idx3-ubyte.gz;t10k-labels-idx1-ubyte.gz"},
              {"train", 5000}}},
            {"model", {{"name", "ae"}, {"activation", "relu"}}},
            {"objective", {{"name", "reconstruction"}, {"batch", 128}}},
            {"optimiser", {{"name", "adam"}, {"rate", 1e-3}}}};
  spec.merge_patch(Json::parse(variant.differs));
  if (!spec["model"].contains("network")) spec["model"]["width"] = 256;
  return spec;
}

// Trains one of them, and returns its line of the table: name, epochs, mse_train, mse_test,
// mse_test_se, seconds.
std::string run(const Variant& variant, const Reproduction& wanted, const session::Options& options,
                OutputFolder* folder) {
  const std::string kept = folder ? folder->file(variant.name) : "";
  const std::string checkpoint = kept + "/" + checkpoint_name;
  std::unique_ptr<Experiment> experiment;
  if (wanted.resume && std::filesystem::exists(checkpoint)) {
    experiment = restored(checkpoint, options);
  } else {
    experiment = std::make_unique<Experiment>(
        Settings(wanted.settings).completed(specification_of(variant)), options);
  }
  // Seconds of the runs before this one.
  const std::string clock = kept + "/seconds.txt";
  double before = 0;
  if (experiment->steps() > 0) before = std::stod(read_file(clock));
  if (folder) std::filesystem::create_directories(kept);
  const int epochs = wanted.epochs.value_or(usual_epochs);
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
  char line[160];
  std::snprintf(line, sizeof line, "%s,%d,%.5f,%.5f,%.5f,%.1f", variant.name, epochs,
                measures.at("mse_train"), measures.at("mse_test"), measures.at("mse_test_se"),
                trained);
  return line;
}

int epochs_of(const std::string& line) { return std::stoi(line.substr(line.find(',') + 1)); }

void print(const std::string& line, const Variant& variant) {
  int epochs = 0;
  double train = 0, test = 0, error = 0, seconds = 0;
  const std::size_t comma = line.find(',');
  if (std::sscanf(line.c_str() + comma, ",%d,%lf,%lf,%lf,%lf", &epochs, &train, &test, &error,
                  &seconds) != 5) {
    throw std::runtime_error("A line of the table cannot be read: '" + line + "'.");
  }
  std::printf("%-14s %7d %10.4f %10.4f ± %.4f %9.4f %9.1f\n", variant.name, epochs, train, test,
              error, variant.reported, seconds);
  std::fflush(stdout);
}

}  // namespace

void reproduce_ae(const Reproduction& wanted, const session::Options& options) {
  std::optional<OutputFolder> folder;
  if (wanted.resume && wanted.out.empty()) {
    throw std::invalid_argument("'--resume' needs '--out', the folder of the run to go on with.");
  }
  std::string csv = "variant,epochs,mse_train,mse_test,mse_test_se,seconds\n", table;
  if (!wanted.out.empty()) {
    folder.emplace(wanted.out);
    table = folder->file("curves.csv");
    if (wanted.resume && std::filesystem::exists(table)) csv = read_file(table);
    require_writable(table);
  }
  std::printf("%-14s %7s %10s %19s %9s %9s\n", "variant", "epochs", "MSE, train", "MSE, test",
              "reported", "seconds");
  for (const Variant& variant : variants) {
    // What an earlier run has finished stands in its table.
    const std::size_t begin = csv.find("\n" + std::string(variant.name) + ",");
    if (begin != std::string::npos) {
      const std::string line = csv.substr(begin + 1, csv.find('\n', begin + 1) - begin - 1);
      if (epochs_of(line) >= wanted.epochs.value_or(usual_epochs)) {
        print(line, variant);
        continue;
      }
      csv.erase(begin + 1, line.size() + 1);
    }
    const std::string line = run(variant, wanted, options, folder ? &*folder : nullptr);
    print(line, variant);
    csv += line + "\n";
    if (folder) write_file(table, csv.data(), csv.size());
  }
}

}  // namespace lab::cli
