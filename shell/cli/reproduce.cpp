#include "shell/cli/reproduce.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <optional>

#include "shell/cli/checkpoint.hpp"
#include "shell/cli/files.hpp"
#include "shell/cli/lessons.hpp"
#include "shell/cli/signals.hpp"
#include "shell/cli/train.hpp"

namespace lab::cli {

namespace {

using session::Experiment;
using session::Json;

// What the paper's figures show, read off to about a tenth of a nat (Kingma & Welling 2014,
// figures 2 and 3): training and test values after so many samples.
struct Figure {
  const char* experiment;
  const char* learner;
  int parameter;  // latents of aevb-bound, training points of aevb-marginal
  double samples, train, test;
};

constexpr Figure figures[] = {
    {"mnist", "aevb", 3, 1e7, -138, -138},
    {"mnist", "aevb", 3, 1e8, -130, -133.5},
    {"mnist", "aevb", 3, 2.5e8, -128.3, -133.6},
    {"mnist", "wake-sleep", 3, 2.5e8, -139, -137.6},
    {"mnist", "aevb", 5, 1e7, -124, -124},
    {"mnist", "aevb", 5, 1e8, -116, -119.2},
    {"mnist", "aevb", 5, 2.5e8, -114.9, -118.9},
    {"mnist", "wake-sleep", 5, 2.5e8, -121, -121},
    {"mnist", "aevb", 10, 1e7, -107.5, -109},
    {"mnist", "aevb", 10, 1e8, -100.6, -104},
    {"mnist", "aevb", 10, 2.5e8, -99.3, -103.4},
    {"mnist", "wake-sleep", 10, 2.5e8, NAN, -106.3},
    {"mnist", "aevb", 20, 1e6, -127, -127},
    {"mnist", "aevb", 20, 1e7, -104, -104.8},
    {"mnist", "aevb", 20, 1e8, -98.2, -100.5},
    {"mnist", "aevb", 20, 2.5e8, -97.3, -99.6},
    {"mnist", "wake-sleep", 20, 2.5e8, NAN, -103.8},
    {"mnist", "aevb", 200, 1e7, -103, -104.5},
    {"mnist", "aevb", 200, 1e8, -98.5, -100.4},
    {"mnist", "aevb", 200, 2.5e8, -97.6, -99.8},
    {"mnist", "wake-sleep", 200, 2.5e8, NAN, -103.5},
    {"frey", "aevb", 2, 1e8, 930, 870},
    {"frey", "aevb", 5, 1e8, 1230, 1115},
    {"frey", "aevb", 10, 1e8, 1460, 1305},
    {"frey", "aevb", 20, 1e8, 1490, 1310},
    {"frey", "wake-sleep", 2, 1e8, 575, 575},
    {"marginal", "aevb", 1000, 6e7, -109, -143},
    {"marginal", "mcem", 1000, 6e7, -109, -141.5},
    {"marginal", "wake-sleep", 1000, 6e7, -125.5, -144.7},
    {"marginal", "aevb", 50000, 6.7e7, -131, -138},
    {"marginal", "mcem", 50000, 6.7e7, -147, -148.5},
    {"marginal", "wake-sleep", 50000, 6.7e7, -137, -141},
};

// The figure at the count nearest to `samples` on a logarithmic scale.
const Figure* nearest(const std::string& experiment, const std::string& learner, int parameter,
                      double samples) {
  const Figure* found = nullptr;
  const auto distance = [&](const Figure& figure) {
    return std::abs(std::log(figure.samples / samples));
  };
  for (const Figure& figure : figures) {
    if (experiment != figure.experiment || learner != figure.learner ||
        parameter != figure.parameter)
      continue;
    if (!found || distance(figure) < distance(*found)) found = &figure;
  }
  return found;
}

std::string plain(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", number);
  return text;
}

// 10⁵, 3.2·10⁵, 5.6·10⁵, 10⁶, 1.8·10⁶ … as far as the budget.
std::vector<double> looks(double samples) {
  std::vector<double> all;
  for (int quarter = 0;; ++quarter) {
    const double at = 1e5 * std::pow(10, 0.25 * quarter);
    if (at > samples * 1.0001) break;
    if (quarter != 1) all.push_back(at);
  }
  if (all.empty() || all.back() < samples * 0.9999) all.push_back(samples);
  return all;
}

Json mnist(int train) {
  return {{"name", "file"},
          {"file", "train-images-idx3-ubyte.gz;train-labels-idx1-ubyte.gz"},
          {"test_file", "t10k-images-idx3-ubyte.gz;t10k-labels-idx1-ubyte.gz"},
          {"train", train},
          {"binarise", "stochastic"}};
}

Json base(const std::string& learner) {
  Json spec{{"model", {{"name", "vae"}, {"initial", "small"}}},
            {"objective", {{"name", learner}, {"batch", 100}}},
            {"optimiser", {{"name", "adagrad"}, {"rate", 0.02}}}};
  if (learner != "full-vb") spec["objective"]["weight_prior"] = true;
  return spec;
}

class Runner {
 public:
  Runner(const Reproduction& wanted, const session::Options& options)
      : wanted_(wanted), options_(options), interval_(wanted.checkpoint_every) {
    if (wanted.out.empty()) return;
    folder_.emplace(wanted.out);
    require_writable(folder_->file("curves.csv"));
  }

  void bound() {
    const bool frey = wanted_.dataset == "frey";
    if (!frey && wanted_.dataset != "mnist") {
      throw std::invalid_argument("'--dataset " + wanted_.dataset + "' is neither mnist nor frey.");
    }
    heading("latents", "bound, train", "bound, test");
    for (const int latents : chosen(
             wanted_.latents, frey ? std::vector{2, 5, 10, 20} : std::vector{3, 5, 10, 20, 200})) {
      for (const std::string& learner : learners({"aevb", "wake-sleep"})) {
        Json spec = base(learner);
        spec["model"]["latents"] = latents;
        spec["model"]["width"] = frey ? 200 : 500;
        spec["data"] = mnist(60000);
        if (frey) {
          spec["data"] = {{"name", "file"},
                          {"file", "frey-images-idx3-ubyte.gz"},
                          {"ordered", true},
                          {"test", 393}};
          spec["model"]["decoder"] = "gaussian";
          spec["model"]["mean"] = "sigmoid";
        }
        run(wanted_.dataset, learner, latents, spec, [](Experiment& experiment) {
          const auto measures = wait(experiment, experiment.measure(10000));
          return std::pair{measures.at("elbo_train"), measures.at("elbo_test")};
        });
      }
    }
  }

  void marginal() {
    heading("train data", "ln p(x), train", "ln p(x), test");
    for (const int size : chosen(wanted_.sizes, {1000, 50000})) {
      for (const std::string& learner : learners({"aevb", "wake-sleep", "mcem"})) {
        Json spec = base(learner);
        spec["model"]["latents"] = 3;
        spec["model"]["width"] = 100;
        spec["data"] = mnist(size);
        run("marginal", learner, size, spec, [](Experiment& experiment) {
          const auto mean = [&](const data::Samples& samples) {
            const std::vector<float> x = experiment.data().evaluated(samples, 1000);
            const std::vector<double> each =
                wait(experiment, experiment.measures().log_marginal(x, "hmc", 50));
            double total = 0;
            for (const double value : each) total += value;
            return total / static_cast<double>(each.size());
          };
          return std::pair{mean(experiment.data().train), mean(experiment.data().test)};
        });
      }
    }
  }

 private:
  template <class T>
  static std::vector<T> chosen(const std::vector<T>& given, std::vector<T> fallback) {
    return given.empty() ? fallback : given;
  }

  std::vector<std::string> learners(std::vector<std::string> fallback) const {
    return chosen(wanted_.learners, std::move(fallback));
  }

  void heading(const char* parameter, const char* train, const char* test) {
    std::printf("%-11s %10s %9s %14s %14s %26s %8s\n", "learner", parameter, "samples", train, test,
                "the paper", "seconds");
    csv_ = "learner,parameter,samples,train,test,seconds\n";
  }

  template <class Measure>
  void run(const std::string& experiment_name, const std::string& learner, int parameter, Json spec,
           Measure measure) {
    Experiment experiment(Settings(wanted_.settings).completed(std::move(spec)), options_);
    const std::string name = learner + "-" + std::to_string(parameter);
    double seconds = 0;
    for (const double look : looks(wanted_.samples)) {
      const auto start = std::chrono::steady_clock::now();
      while (experiment.samples_seen() < look) {
        wait(experiment, experiment.step(1));
        const int signal = noted_signal();
        if (signal != 0 || interval_.over()) keep(name, experiment);
        if (signal != 0) throw Interrupted{signal};
      }
      seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      const auto [train, test] = measure(experiment);
      char paper[64] = "";
      const Figure* figure = nearest(experiment_name, learner, parameter, look);
      // A figure is shown where it is about as many samples away as it can be read.
      const bool near = figure && std::abs(std::log(figure->samples / look)) < 0.25;
      if (near || (figure && look == looks(wanted_.samples).back())) {
        const std::string train_words = std::isnan(figure->train) ? "–" : plain(figure->train);
        std::snprintf(paper, sizeof paper, near ? "%s / %s" : "%s / %s at %.2g",
                      train_words.c_str(), plain(figure->test).c_str(), figure->samples);
      }
      std::printf("%-11s %10d %9.3g %14.2f %14.2f %26s %8.1f\n", learner.c_str(), parameter,
                  experiment.samples_seen(), train, test, paper, seconds);
      std::fflush(stdout);
      char line[160];
      std::snprintf(line, sizeof line, "%s,%d,%.0f,%.4f,%.4f,%.2f\n", learner.c_str(), parameter,
                    experiment.samples_seen(), train, test, seconds);
      csv_ += line;
      keep(name, experiment);
    }
  }

  void keep(const std::string& name, Experiment& experiment) const {
    if (!folder_) return;
    const std::string folder = folder_->file(name);
    std::filesystem::create_directories(folder);
    save_checkpoint(experiment, folder + "/checkpoint.lab");
    write_file(folder_->file("curves.csv"), csv_.data(), csv_.size());
  }

  const Reproduction& wanted_;
  const session::Options& options_;
  Interval interval_;
  std::optional<OutputFolder> folder_;
  std::string csv_;
};

}  // namespace

void reproduce(const Reproduction& wanted, const session::Options& options) {
  if (!wanted.out.empty()) note_signals();
  if (reproduces_nice(wanted.name)) return reproduce_nice(wanted, options);
  if (reproduces_variants(wanted.name)) return reproduce_variants(wanted, options);
  if (reproduces_vq(wanted.name)) return reproduce_vq(wanted, options);
  if (reproduces_ica(wanted.name)) return reproduce_ica(wanted, options);
  Runner runner(wanted, options);
  if (wanted.name == "aevb-bound") return runner.bound();
  if (wanted.name == "aevb-marginal") return runner.marginal();
  throw std::invalid_argument(
      "There is no experiment '" + wanted.name +
      "'; there are aevb-bound, aevb-marginal, nice-mnist, nice-tfd, nice-svhn, "
      "nice-cifar10, ae-mnist, anomaly-mnist, ladder-mnist, beta-sprites, capacity-sprites, "
      "vq-cifar10, vq2-cifar10 and nce-ica.");
}

}  // namespace lab::cli
