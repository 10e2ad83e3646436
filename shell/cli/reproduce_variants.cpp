// Tables of several models, what others report of each beside ours where they do: plain
// autoencoders of MNIST after 30 epochs of 5,000 pictures (a public tutorial); of one of its
// digits, to which the others are strange; autoregressive models of its dynamically binarised
// pictures (a public library's table); mutual information as InfoNCE and telescoping ratios say it,
// beside the truth; β-VAEs of sprites at the β of disentanglement_lib (Locatello
// et al. 2019).
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
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
  double reported = 0;  // of test data, or of what is not said; or the truth
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
    {"made", R"({"model": {"architecture": "made", "width": 4096, "depth": 1}})", -84.87},
    {"pixelcnn", R"({"model": {"architecture": "pixelcnn", "width": 16, "depth": 15}})", -81.45},
};

constexpr Variant betas[] = {
    {"beta-1", R"({"objective": {"beta": 1}})"}, {"beta-2", R"({"objective": {"beta": 2}})"},
    {"beta-4", R"({"objective": {"beta": 4}})"}, {"beta-6", R"({"objective": {"beta": 6}})"},
    {"beta-8", R"({"objective": {"beta": 8}})"}, {"beta-16", R"({"objective": {"beta": 16}})"},
};

// γ |KL − C|, C from 0 to what is said (Burgess et al. 2018).
constexpr Variant capacities[] = {
    {"capacity-5", R"({"objective": {"form": "capacity", "gamma": 100, "capacity": 5}})"},
    {"capacity-10", R"({"objective": {"form": "capacity", "gamma": 100, "capacity": 10}})"},
    {"capacity-15", R"({"objective": {"form": "capacity", "gamma": 100, "capacity": 15}})"},
    {"capacity-25", R"({"objective": {"form": "capacity", "gamma": 100, "capacity": 25}})"},
};

// One digit is normal, all others are strange; what is reported is of a strong one-class method.
constexpr Variant normal_digits[] = {
    {"0", R"({"data": {"normal": "0"}})", 0.980}, {"1", R"({"data": {"normal": "1"}})", 0.997},
    {"2", R"({"data": {"normal": "2"}})", 0.917}, {"3", R"({"data": {"normal": "3"}})", 0.919},
    {"4", R"({"data": {"normal": "4"}})", 0.949}, {"5", R"({"data": {"normal": "5"}})", 0.885},
    {"6", R"({"data": {"normal": "6"}})", 0.983}, {"7", R"({"data": {"normal": "7"}})", 0.946},
    {"8", R"({"data": {"normal": "8"}})", 0.939}, {"9", R"({"data": {"normal": "9"}})", 0.965},
};

// What InfoNCE says of correlated Gaussians, 20 pairs, against what there is (Poole et al. 2019).
constexpr Variant informations[] = {
    {"2-nats", R"({"data": {"mutual_information": 2}})", 2},
    {"4-nats", R"({"data": {"mutual_information": 4}})", 4},
    {"6-nats", R"({"data": {"mutual_information": 6}})", 6},
    {"8-nats", R"({"data": {"mutual_information": 8}})", 8},
    {"10-nats", R"({"data": {"mutual_information": 10}})", 10},
};

// The same of pairs of correlation 0.795 in 40, 80, 160 and 320 dimensions, by telescoping ratios
// with 3, 5, 7 and 9 waymarks, and by one ratio (Rhodes, Xu & Gutmann 2020).
constexpr Variant telescopes[] = {
    {"d40", R"({"data": {"pairs": 20, "mutual_information": 10}, "objective": {"bridges": 4}})",
     10},
    {"d40-single",
     R"({"data": {"pairs": 20, "mutual_information": 10}, "objective": {"bridges": 1}})", 10},
    {"d80", R"({"data": {"pairs": 40, "mutual_information": 20}, "objective": {"bridges": 6}})",
     20},
    {"d80-single",
     R"({"data": {"pairs": 40, "mutual_information": 20}, "objective": {"bridges": 1}})", 20},
    {"d160", R"({"data": {"pairs": 80, "mutual_information": 40}, "objective": {"bridges": 8}})",
     40},
    {"d320", R"({"data": {"pairs": 160, "mutual_information": 80}, "objective": {"bridges": 10}})",
     80},
};

// A measure in the table.
struct Column {
  const char *measure, *words;
  int digits;
  bool error = false;  // with its standard error
};

constexpr Column squared_errors[] = {{"mse_train", "MSE, train", 4},
                                     {"mse_test", "MSE, test", 4, true}};
constexpr Column log_likelihoods[] = {{"log_likelihood_train", "ln p(x), train", 2},
                                      {"log_likelihood_test", "ln p(x), test", 2, true}};
constexpr Column anomalies[] = {{"mse_test", "MSE, normal", 4, true}, {"auc", "AUC", 4, true}};
constexpr Column disentangled[] = {{"reconstruction", "reconstruction", 2},
                                   {"kl", "KL", 2},
                                   {"mig_mean", "MIG, means", 3, true},
                                   {"mig_sampled", "MIG, sampled", 3, true},
                                   {"beta_vae_score", "β-VAE score", 3, true}};

constexpr Column information[] = {{"mutual_information", "I, estimated", 3, true}};

struct Table {
  const char* name;  // of the experiment
  std::span<const Variant> variants;
  const char* common;  // what all share, as JSON; data of a name of their own, or MNIST
  int usual_epochs;
  std::span<const Column> columns;
  int digits = 0;      // of what is reported; 0: nothing is
  bool means = false;  // the last line has the means of all
};

constexpr const char* sprites =
    R"({"data": {"name": "sprites", "train": 20000, "test": 10000, "binarise": "threshold"},
        "model": {"name": "vae", "latents": 10, "width": 256, "depth": 2, "activation": "relu",
                  "decoder": "bernoulli"},
        "objective": {"name": "aevb", "batch": 64}, "optimiser": {"name": "adam", "rate": 0.0005}})";

constexpr Table tables[] = {
    {"ae-mnist", autoencoders,
     R"({"data": {"train": 5000}, "model": {"name": "ae", "activation": "relu"},
         "objective": {"name": "reconstruction", "batch": 128},
         "optimiser": {"name": "adam", "rate": 0.001}})",
     30, squared_errors, 4},
    // Its learning rate falls by 0.999977 a step.
    {"ladder-mnist", ladder,
     R"({"data": {"train": 60000, "binarise": "stochastic"}, "model": {"name": "ar"},
         "objective": {"name": "likelihood", "batch": 256},
         "optimiser": {"name": "adam", "rate": 0.001, "schedule": "exponential",
                       "schedule_steps": 10000, "schedule_factor": 0.7945}})",
     20, log_likelihoods, 2},
    {"anomaly-mnist", normal_digits,
     R"({"data": {"train": 60000}, "model": {"name": "ae", "latents": 32, "width": 256,
                                             "activation": "relu"},
         "objective": {"name": "reconstruction", "batch": 128},
         "optimiser": {"name": "adam", "rate": 0.001}})",
     30, anomalies, 3, true},
    // An epoch is 782 steps.
    {"infonce", informations,
     R"({"data": {"name": "correlated-gaussians", "pairs": 20, "train": 50000, "test": 4000},
         "model": {"name": "critic", "critic": "separable", "width": 256, "depth": 2,
                   "activation": "relu"},
         "objective": {"batch": 64}, "optimiser": {"name": "adam", "rate": 0.0005}})",
     5, information, 1},
    {"tre", telescopes,
     R"({"data": {"name": "correlated-gaussians", "train": 50000, "test": 4000},
         "model": {"name": "ratio"}, "objective": {"name": "tre", "batch": 512},
         "optimiser": {"name": "adam", "rate": 0.0005}})",
     100, information, 1},
    {"beta-sprites", betas, sprites, 40, disentangled},
    {"capacity-sprites", capacities, sprites, 40, disentangled},
};

Json specification_of(const Table& table, const Variant& variant) {
  Json spec = Json::parse(table.common);
  spec.merge_patch(Json::parse(variant.differs));
  if (spec["data"].contains("name")) return spec;
  spec["data"]["name"] = "file";
  spec["data"]["file"] = "train-images-idx3-ubyte.gz;train-labels-idx1-ubyte.gz";
  spec["data"]["test_file"] = "t10k-images-idx3-ubyte.gz;t10k-labels-idx1-ubyte.gz";
  return spec;
}

// Trains one of them, and returns its line of the table: name, epochs, the columns' measures with
// their standard errors, seconds.
std::string run(const Table& table, const Variant& variant, const Reproduction& wanted,
                const session::Options& options, OutputFolder* folder) {
  const std::string kept = folder ? folder->file(variant.name) : "";
  const std::string checkpoint = kept + "/" + checkpoint_name;
  std::unique_ptr<Experiment> experiment;
  if (wanted.resume && std::filesystem::exists(checkpoint)) {
    experiment = restored(checkpoint, options);
  } else {
    Json spec = Settings(wanted.settings).completed(specification_of(table, variant));
    session::require_effect(Json::parse(variant.differs), spec);
    experiment = std::make_unique<Experiment>(std::move(spec), options);
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
  std::string line = std::string(variant.name) + "," + std::to_string(epochs);
  const auto add = [&line](double value, const char* format) {
    char words[40];
    std::snprintf(words, sizeof words, format, value);
    line += words;
  };
  const auto of = [&measures](const std::string& name) {
    const auto found = measures.find(name);
    if (found != measures.end()) return found->second;
    throw std::invalid_argument("The table needs '" + name +
                                "', which is not measured of such a model and such data.");
  };
  for (const Column& column : table.columns) {
    add(of(column.measure), ",%.5f");
    if (column.error) add(of(std::string(column.measure) + "_se"), ",%.5f");
  }
  add(trained, ",%.1f");
  return line;
}

int epochs_of(const std::string& line) { return std::stoi(line.substr(line.find(',') + 1)); }

// Characters of a screen, not bytes.
std::size_t width_of(const std::string& words) {
  return static_cast<std::size_t>(
      std::ranges::count_if(words, [](char each) { return (each & 0xc0) != 0x80; }));
}

void print_right(const std::string& words, std::size_t width) {
  const std::size_t own = width_of(words);
  std::printf(" %s%s", std::string(own < width ? width - own : 0, ' ').c_str(), words.c_str());
}

constexpr std::size_t number_width = 9, error_width = 17;

std::size_t width_of(const Column& column) {
  return std::max(width_of(std::string(column.words)), column.error ? error_width : number_width);
}

void print_head(const Table& table) {
  std::printf("%-14s %7s", "variant", "epochs");
  for (const Column& column : table.columns) print_right(column.words, width_of(column));
  if (table.digits > 0) print_right("reported", number_width);
  print_right("seconds", number_width);
  std::printf("\n");
}

// The numbers of a line, behind its name and epochs.
std::vector<double> numbers_of(const std::string& line) {
  std::vector<double> numbers;
  std::size_t at = line.find(',', line.find(',') + 1);
  for (; at != std::string::npos; at = line.find(',', at + 1)) {
    numbers.push_back(std::strtod(line.c_str() + at + 1, nullptr));
  }
  return numbers;
}

void print(const Table& table, const std::string& line, const Variant& variant) {
  std::printf("%-14s %7d", variant.name, epochs_of(line));
  const std::vector<double> numbers = numbers_of(line);
  std::size_t at = 0;
  const auto next = [&] {
    if (at == numbers.size()) {
      throw std::runtime_error("A line of the table cannot be read: '" + line + "'.");
    }
    return numbers[at++];
  };
  const auto rounded = [](double value, int digits) {
    char words[40];
    std::snprintf(words, sizeof words, "%.*f", digits, value);
    return std::string(words);
  };
  for (const Column& column : table.columns) {
    std::string words = rounded(next(), column.digits);
    if (column.error) words += " ± " + rounded(next(), column.digits);
    print_right(words, width_of(column));
  }
  if (table.digits > 0) print_right(rounded(variant.reported, table.digits), number_width);
  print_right(rounded(next(), 1), number_width);
  std::printf("\n");
  std::fflush(stdout);
}

// The means over all lines, their standard errors, and the seconds of all.
void print_means(const Table& table, const std::vector<std::string>& lines) {
  const auto count = static_cast<double>(lines.size());
  std::vector<double> sums, squares;
  for (const std::string& line : lines) {
    const std::vector<double> numbers = numbers_of(line);
    sums.resize(numbers.size());
    squares.resize(numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      sums[i] += numbers[i];
      squares[i] += numbers[i] * numbers[i];
    }
  }
  std::string mean = "mean," + std::to_string(epochs_of(lines.front()));
  std::size_t i = 0;
  for (const Column& column : table.columns) {
    mean += "," + std::to_string(sums.at(i++) / count);
    if (column.error) mean += "," + std::to_string(std::sqrt(squares.at(i++)) / count);
  }
  mean += "," + std::to_string(sums.at(i));
  Variant all{"mean", "{}"};
  for (const Variant& variant : table.variants) all.reported += variant.reported / count;
  print(table, mean, all);
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
  std::string csv = "variant,epochs", file;
  for (const Column& column : table.columns) {
    const std::string measure = column.measure;
    csv += "," + measure + (column.error ? "," + measure + "_se" : "");
  }
  csv += ",seconds\n";
  if (!wanted.out.empty()) {
    folder.emplace(wanted.out);
    file = folder->file("curves.csv");
    if (wanted.resume && std::filesystem::exists(file)) csv = read_file(file);
    require_writable(file);
  }
  print_head(table);
  std::vector<std::string> lines;
  for (const Variant& variant : table.variants) {
    // What an earlier run has finished stands in its table.
    const std::size_t begin = csv.find("\n" + std::string(variant.name) + ",");
    if (begin != std::string::npos) {
      const std::string line = csv.substr(begin + 1, csv.find('\n', begin + 1) - begin - 1);
      if (epochs_of(line) >= wanted.epochs.value_or(table.usual_epochs)) {
        print(table, line, variant);
        lines.push_back(line);
        continue;
      }
      csv.erase(begin + 1, line.size() + 1);
    }
    const std::string line = run(table, variant, wanted, options, folder ? &*folder : nullptr);
    print(table, line, variant);
    lines.push_back(line);
    csv += line + "\n";
    if (folder) write_file(file, csv.data(), csv.size());
  }
  if (table.means) print_means(table, lines);
}

}  // namespace lab::cli
