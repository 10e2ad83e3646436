#include "shell/cli/train.hpp"

#include <unistd.h>

#include <cmath>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>

#include "shell/cli/checkpoint.hpp"
#include "shell/cli/files.hpp"
#include "shell/cli/measures.hpp"
#include "shell/cli/signals.hpp"

namespace lab::cli {

namespace {

using session::Experiment;
using session::Json;

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Says how training goes: a bar on a terminal, JSON lines otherwise.
class Reporter {
 public:
  Reporter(bool json, std::int64_t steps, double seconds, bool cross_entropy)
      : lines_(json || !isatty(STDERR_FILENO)),
        json_(json),
        cross_entropy_(cross_entropy),
        steps_(steps),
        seconds_(seconds) {}

  void tell(std::int64_t step, double seconds, const Measures& measures) const {
    if (lines_) {
      Json line = as_json(measures);
      line["step"] = step;
      line["seconds"] = seconds;
      (json_ ? std::cout : std::cerr) << line.dump() << std::endl;
      return;
    }
    const double done = std::fmin(
        1, std::fmax(steps_ > 0 ? static_cast<double>(step) / static_cast<double>(steps_) : 0,
                     seconds_ > 0 ? seconds / seconds_ : 0));
    constexpr int width = 30;
    std::string bar(static_cast<std::size_t>(done * width), '#');
    bar.resize(width, '.');
    const auto measure = [&](const char* name) {
      const auto found = measures.find(name);
      return found == measures.end() ? std::nan("") : found->second;
    };
    const double left = done > 0 ? seconds * (1 - done) / done : 0;
    // The measure that says most of this model.
    constexpr std::pair<const char*, const char*> telling[] = {{"elbo_test", "ELBO"},
                                                               {"kl_to_truth", "KL"},
                                                               {"log_likelihood_test", "ln p"},
                                                               {"mse_test", "MSE"}};
    std::string told;
    for (const auto& [name, words] : telling) {
      if (measures.count(name) == 0 || !told.empty()) continue;
      char text[64];
      std::snprintf(text, sizeof text, "  %s %.4f", cross_entropy_ ? "−cross-entropy − KL" : words,
                    measure(name));
      told = text;
    }
    std::fprintf(stderr, "\r[%s] step %lld  J %.4f%s  %.0f steps/s  %.0f s left   ", bar.c_str(),
                 static_cast<long long>(step), measure("objective_test"), told.c_str(),
                 static_cast<double>(step) / std::fmax(seconds, 1e-9), left);
  }

  // Beside the measures, so that these alone are on standard output.
  void note(const std::string& words) const {
    if (lines_) std::cerr << Json{{"note", words}}.dump() << std::endl;
    else std::cerr << words << std::endl;
  }

  void end() const {
    if (!lines_) std::fputc('\n', stderr);
  }

 private:
  bool lines_, json_, cross_entropy_;
  std::int64_t steps_;
  double seconds_;
};

// The measures by step, as a table.
class Metrics {
 public:
  Metrics() = default;
  // Goes on with the table at `path`, as far as it comes before `step`; a new one where none is.
  Metrics(const std::string& path, std::int64_t step) {
    if (!std::filesystem::exists(path)) return;
    std::istringstream lines(read_file(path));
    std::string line;
    std::getline(lines, line);
    text_ = header_ = line + "\n";
    long long at = 0;
    double seconds = 0;
    while (std::getline(lines, line) && std::sscanf(line.c_str(), "%lld,%lf", &at, &seconds) == 2 &&
           at < step) {
      text_ += line + "\n";
      seconds_ = seconds;
    }
  }

  void add(std::int64_t step, double seconds, const Measures& measures) {
    std::string header = "step,seconds";
    for (const auto& [name, value] : measures) header += "," + name;
    header += "\n";
    if (text_.empty()) text_ = header_ = header;
    if (header != header_) {
      throw std::runtime_error(
          "The metrics of this run have other columns (" + header_.substr(0, header_.size() - 1) +
          ") than what is measured now; without that file the run can be gone on with.");
    }
    seconds_ = seconds;
    text_ += std::to_string(step) + "," + std::to_string(seconds);
    for (const auto& [name, value] : measures) text_ += "," + std::to_string(value);
    text_ += "\n";
  }
  const std::string& text() const { return text_; }
  // Of training, by the last line.
  double seconds() const { return seconds_; }

 private:
  std::string header_, text_;
  double seconds_ = 0;
};

// The files of a run beside its checkpoint, which is written first.
constexpr const char *spec_name = "spec.json", *metrics_name = "metrics.csv";

class Keeper {
 public:
  explicit Keeper(const std::string& out) {
    if (out.empty()) return;
    folder_.emplace(out);
    for (const char* name : {checkpoint_name, spec_name, metrics_name}) {
      require_writable(folder_->file(name));
    }
  }

  // False where there is no folder or something could not be written, which is told.
  bool keep(Experiment& experiment, const Metrics& metrics) {
    if (!folder_) return false;
    try {
      const std::vector<std::uint8_t> checkpoint = wait(experiment, experiment.save());
      const std::string spec = experiment.spec().dump(2) + "\n";
      const auto write = [&](const char* name, const auto& bytes) {
        write_file(folder_->file(name), bytes.data(), bytes.size());
      };
      write(checkpoint_name, checkpoint);
      write(spec_name, spec);
      write(metrics_name, metrics.text());
      lost_ = false;
      return true;
    } catch (const std::exception& error) {
      std::cerr << "lab: " << error.what() << std::endl;
      lost_ = true;
      return false;
    }
  }

  // Whether the last attempt failed.
  bool lost() const { return lost_; }

 private:
  std::optional<OutputFolder> folder_;
  bool lost_ = false;
};

// Where the specification asks to stop; none where it does not.
std::optional<double> stop_value(const Json& spec, const char* key) {
  const double value = spec.at("stop").value(key, 0.0);
  return value > 0 ? std::optional(value) : std::nullopt;
}

}  // namespace

int train(const Training& wanted) {
  const auto in_folder = [&](const char* name) { return wanted.out + "/" + name; };
  const std::unique_ptr<Experiment> begun =
      wanted.resume ? restored(in_folder(checkpoint_name), wanted.options)
                    : std::make_unique<Experiment>(wanted.spec, wanted.options);
  Experiment& experiment = *begun;
  const Json& spec = experiment.spec();
  std::optional<std::int64_t> steps = wanted.steps;
  if (const auto value = stop_value(spec, "steps"); !steps && value) {
    steps = static_cast<std::int64_t>(*value);
  }
  const std::optional<double> seconds =
                                  wanted.seconds ? wanted.seconds : stop_value(spec, "seconds"),
                              kl = stop_value(spec, "kl");
  if (!steps && !seconds && !kl) steps = 5000;
  Keeper keeper(wanted.out);
  note_signals();

  const Reporter reporter(wanted.json, steps.value_or(0), seconds.value_or(0),
                          experiment.measures().cross_entropy());
  for (const std::string& note : experiment.measures().notes()) reporter.note(note);
  Metrics metrics =
      wanted.resume ? Metrics(in_folder(metrics_name), experiment.steps()) : Metrics();
  Interval interval(wanted.checkpoint_every);
  double trained = metrics.seconds(), told = now();
  Measures measures = wait(experiment, experiment.measure());
  metrics.add(experiment.steps(), trained, measures);
  const auto finished = [&] {
    return noted_signal() != 0 || (steps && experiment.steps() >= *steps) ||
           (seconds && trained >= *seconds) ||
           (kl && measures.count("kl_to_truth") && measures["kl_to_truth"] < *kl);
  };
  const auto keep = [&] {
    if (keeper.keep(experiment, metrics) && wanted.json) {
      std::cout << Json{{"checkpoint", experiment.steps()}}.dump() << std::endl;
    }
  };
  int status = 0;
  try {
    while (!finished()) {
      const double start = now();
      wait(experiment, experiment.step(1));
      trained += now() - start;
      if (interval.over()) keep();
      if (now() - told < 0.5) continue;
      measures = wait(experiment, experiment.measure());
      metrics.add(experiment.steps(), trained, measures);
      reporter.tell(experiment.steps(), trained, measures);
      told = now();
    }
    measures = wait(experiment, experiment.measure());
    metrics.add(experiment.steps(), trained, measures);
    reporter.tell(experiment.steps(), trained, measures);
  } catch (const session::Diverged& error) {
    reporter.end();
    std::cerr << "lab: " << error.what() << "\n";
    experiment.restore_good();
    measures = wait(experiment, experiment.measure());
    status = 1;
  }
  // Before what may take long and cannot be lost.
  keep();
  forget_signals();
  const int signal = noted_signal();
  if (signal == 0 && status == 0) measures = wait(experiment, experiment.measures().measure_all());
  reporter.end();
  Json last = as_json(measures);
  last["steps"] = experiment.steps();
  last["seconds"] = trained;
  last["samples_seen"] = experiment.samples_seen();
  last["cross_entropy"] = experiment.measures().cross_entropy();
  if (wanted.json) std::cout << Json{{"final", last}}.dump() << std::endl;
  else std::cout << last.dump(2) << std::endl;
  if (keeper.lost()) return 1;
  // SIGINT is how a person says that it is enough.
  return signal == 0 || signal == SIGINT ? status : status_of(signal);
}

}  // namespace lab::cli
