// lab: sessions without a screen.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include "core/session/experiment.hpp"
#include "shell/cli/data_folder.hpp"
#include "shell/cli/lessons.hpp"
#include "shell/cli/png.hpp"
#include "shell/cli/reproduce.hpp"

namespace {

using lab::session::Experiment;
using lab::session::Json;
using Measures = std::map<std::string, double>;

constexpr int failed = 1, misused = 2;

volatile std::sig_atomic_t interrupted = 0;

struct Arguments {
  std::string lessons = LAB_ASSETS "/lessons";
  std::string spec, out, folder, picture, table, executor = "cpu", data;
  std::vector<std::string> settings;
  std::int64_t steps = 0;
  double seconds = 0;
  int threads = 0, count = 1000;
  bool json = false;
  lab::cli::Reproduction reproduction;
};

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Json as_json(const Measures& measures) {
  Json object = Json::object();
  for (const auto& [name, value] : measures)
    object[name] = std::isfinite(value) ? Json(value) : Json();
  return object;
}

Json specification(const Arguments& arguments) {
  // What is not said gives way where a setting asks for something else.
  Json spec =
      lab::session::compact(lab::cli::read_specification(arguments.spec, arguments.lessons));
  const auto changed = lab::cli::assign_settings(spec, arguments.settings);
  return lab::session::adapted(spec, changed);
}

lab::session::Options options_of(const Arguments& arguments) {
  return {arguments.executor, arguments.threads, lab::cli::open_in(arguments.data)};
}

std::unique_ptr<Experiment> restored(const Arguments& arguments) {
  const std::string path = arguments.folder + "/checkpoint.lab";
  const std::string bytes = lab::cli::read_file(path);
  try {
    return Experiment::restore({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()},
                               options_of(arguments));
  } catch (const std::exception& error) {
    throw std::runtime_error("'" + path + "': " + error.what());
  }
}

// Says how training goes: a bar on a terminal, JSON lines otherwise.
class Reporter {
 public:
  Reporter(bool json, std::int64_t steps, double seconds)
      : lines_(json || !isatty(STDERR_FILENO)), json_(json), steps_(steps), seconds_(seconds) {}

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
    const bool bound = measures.count("elbo_test") > 0;
    std::fprintf(stderr, "\r[%s] step %lld  J %.4f  %s %.4f  %.0f steps/s  %.0f s left   ",
                 bar.c_str(), static_cast<long long>(step), measure("objective_test"),
                 bound ? "ELBO" : "KL", measure(bound ? "elbo_test" : "kl_to_truth"),
                 static_cast<double>(step) / std::fmax(seconds, 1e-9), left);
  }

  void end() const {
    if (!lines_) std::fputc('\n', stderr);
  }

 private:
  bool lines_, json_;
  std::int64_t steps_;
  double seconds_;
};

class Metrics {
 public:
  void add(std::int64_t step, double seconds, const Measures& measures) {
    if (text_.empty()) {
      text_ = "step,seconds";
      for (const auto& [name, value] : measures) text_ += "," + name;
      text_ += "\n";
    }
    text_ += std::to_string(step) + "," + std::to_string(seconds);
    for (const auto& [name, value] : measures) text_ += "," + std::to_string(value);
    text_ += "\n";
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

void save(const Arguments& arguments, const Experiment& experiment, const Metrics& metrics) {
  if (arguments.out.empty()) return;
  std::error_code none;
  std::filesystem::create_directories(arguments.out, none);
  const std::vector<std::uint8_t> checkpoint = experiment.save();
  const std::string spec = experiment.spec().dump(2) + "\n";
  lab::cli::write_file(arguments.out + "/checkpoint.lab", checkpoint.data(), checkpoint.size());
  lab::cli::write_file(arguments.out + "/spec.json", spec.data(), spec.size());
  lab::cli::write_file(arguments.out + "/metrics.csv", metrics.text().data(),
                       metrics.text().size());
}

// Where the specification asks to stop; 0 for never.
double stop_value(const Json& spec, const char* key) { return spec.at("stop").value(key, 0.0); }

int train(Arguments arguments) {
  Experiment experiment(specification(arguments), options_of(arguments));
  const Json& spec = experiment.spec();
  if (arguments.steps == 0) arguments.steps = static_cast<std::int64_t>(stop_value(spec, "steps"));
  if (arguments.seconds == 0) arguments.seconds = stop_value(spec, "seconds");
  const double stop_kl = stop_value(spec, "kl");
  if (arguments.steps == 0 && arguments.seconds == 0 && stop_kl == 0) arguments.steps = 5000;
  std::signal(SIGINT, [](int) { interrupted = 1; });

  const Reporter reporter(arguments.json, arguments.steps, arguments.seconds);
  Metrics metrics;
  double trained = 0, told = now();
  Measures measures = experiment.measure();
  metrics.add(0, 0, measures);
  const auto finished = [&] {
    return interrupted || (arguments.steps > 0 && experiment.steps() >= arguments.steps) ||
           (arguments.seconds > 0 && trained >= arguments.seconds) ||
           (stop_kl > 0 && measures.count("kl_to_truth") && measures["kl_to_truth"] < stop_kl);
  };
  int status = 0;
  try {
    while (!finished()) {
      const double start = now();
      experiment.step(1);
      trained += now() - start;
      if (now() - told < 0.5) continue;
      measures = experiment.measure();
      metrics.add(experiment.steps(), trained, measures);
      reporter.tell(experiment.steps(), trained, measures);
      told = now();
    }
    measures = experiment.measure();
    metrics.add(experiment.steps(), trained, measures);
    reporter.tell(experiment.steps(), trained, measures);
    if (!interrupted) measures = experiment.measure_all();
  } catch (const lab::session::Diverged& error) {
    reporter.end();
    std::cerr << "lab: " << error.what() << "\n";
    experiment.restore_good();
    measures = experiment.measure();
    status = failed;
  }
  reporter.end();
  save(arguments, experiment, metrics);
  Json last = as_json(measures);
  last["steps"] = experiment.steps();
  last["seconds"] = trained;
  last["samples_seen"] = experiment.samples_seen();
  if (arguments.json) std::cout << Json{{"final", last}}.dump() << std::endl;
  else std::cout << last.dump(2) << std::endl;
  return status;
}

int evaluate(const Arguments& arguments) {
  const auto experiment = restored(arguments);
  Json measures = as_json(experiment->measure_all());
  measures["steps"] = experiment->steps();
  std::cout << (arguments.json ? Json{{"final", measures}}.dump() : measures.dump(2)) << std::endl;
  return 0;
}

int sample(const Arguments& arguments) {
  const auto experiment = restored(arguments);
  const lab::data::Dataset& data = experiment->data();
  std::vector<float> draws = experiment->sample(static_cast<std::size_t>(arguments.count));
  const std::size_t size = data.dimensions();
  if (!data.plane()) data.to_intensities(draws);
  if (!arguments.picture.empty()) {
    const lab::data::Box& box = data.bounds;
    lab::cli::write_png(arguments.picture,
                        data.plane() ? lab::cli::scatter(draws, box.x0, box.x1, box.y0, box.y1)
                                     : lab::cli::sheet(draws, data.train.frame));
  }
  std::string table = data.plane() ? "x,y" : "x0";
  for (std::size_t j = 1; !data.plane() && j < size; ++j) table += ",x" + std::to_string(j);
  for (std::size_t i = 0; i < draws.size(); ++i) {
    table += (i % size == 0 ? "\n" : ",") + std::to_string(draws[i]);
  }
  table += "\n";
  if (!arguments.table.empty()) lab::cli::write_file(arguments.table, table.data(), table.size());
  if (arguments.picture.empty() && arguments.table.empty()) std::cout << table;
  return 0;
}

int list(const Arguments& arguments) {
  std::cout << "Lessons\n";
  for (const auto& lesson : lab::cli::lessons(arguments.lessons)) {
    std::printf("  %-22s %s\n", lesson.name.c_str(), lesson.title.c_str());
  }
  const auto choices = [](const char* heading, const char* path) {
    std::printf("%s\n ", heading);
    for (const std::string& each : lab::session::find_key(path)->choices)
      std::printf(" %s", each.c_str());
    std::printf("\n");
  };
  std::cout << std::flush;
  choices("Data", "data.name");
  choices("Models", "model.name");
  choices("Objectives", "objective.name");
  choices("Noises", "objective.noise");
  choices("Optimisers", "optimiser.name");
  std::printf("Executors\n ");
  for (const std::string& each : lab::executor_names()) std::printf(" %s", each.c_str());
  std::printf("\n");
  return 0;
}

int print_schema() {
  std::cout
      << "| key | value | without it | applies to | meaning |\n| --- | --- | --- | --- | --- |\n";
  for (const auto& key : lab::session::schema()) {
    std::string value;
    for (const std::string& each : key.choices) value += (value.empty() ? "" : ", ") + each;
    if (key.low < key.high) {
      char range[80];
      std::snprintf(range, sizeof range, "%g … %g", key.low, key.high);
      value = range + (key.unit.empty() ? std::string() : " " + key.unit);
    }
    std::string condition;
    for (const auto& [path, values] : key.when) {
      condition += (condition.empty() ? "`" : "; `") + path + "`:";
      for (const std::string& each : values) condition += " " + each;
    }
    std::cout << "| `" << key.path << "`" << (key.live ? " (live)" : "") << " | " << value << " | `"
              << key.fallback.dump() << "` | " << condition << " | " << key.help.en << " |\n";
  }
  return 0;
}

int profile(const Arguments& arguments) {
  Experiment experiment(specification(arguments), options_of(arguments));
  const int steps = arguments.steps > 0 ? static_cast<int>(arguments.steps) : 100;
  experiment.step(10);  // caches and threads warm up
  auto kernels = experiment.profile(steps);
  const lab::Executor& executor = experiment.executor();
  if (kernels.empty()) {
    throw std::invalid_argument("The executor '" + executor.name() +
                                "' has no kernels to time; cpu has.");
  }
  std::stable_sort(kernels.begin(), kernels.end(),
                   [](const auto& a, const auto& b) { return a.milliseconds > b.milliseconds; });
  double total = 0, flop = 0;
  for (const auto& kernel : kernels) {
    total += kernel.milliseconds;
    flop += kernel.flop;
  }
  const double peak = executor.peak_gflops();
  if (arguments.json) {
    Json rows = Json::array();
    for (const auto& kernel : kernels) {
      rows.push_back({{"kind", kernel.kind},
                      {"text", kernel.text},
                      {"milliseconds", kernel.milliseconds},
                      {"gflops", kernel.flop / kernel.milliseconds / 1e6}});
    }
    std::cout << Json{{"milliseconds", total},
                      {"gflops", flop / total / 1e6},
                      {"peak_gflops", peak},
                      {"threads", executor.threads()},
                      {"instruction_set", executor.instruction_set()},
                      {"kernels", rows}}
                     .dump()
              << "\n";
    return 0;
  }
  std::printf(
      "%.4g ms a step, products at %.3g GFLOP/s; %s, %d thread%s, peak of one %.3g GFLOP/s\n",
      total, flop / total / 1e6, executor.instruction_set().c_str(), executor.threads(),
      executor.threads() == 1 ? "" : "s", peak);
  std::printf("%8s %6s %8s  %s\n", "ms", "share", "GFLOP/s", "kernel");
  for (const auto& [kind, text, milliseconds, operations] : kernels) {
    std::printf("%8.4f %5.1f%% ", milliseconds, 100 * milliseconds / total);
    if (operations > 0) std::printf("%8.1f", operations / milliseconds / 1e6);
    else std::printf("%8s", "");
    std::printf("  %s\n", text.c_str());
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app{
      "Likelihood Lab on the command line: train small generative models, sample from them, look "
      "inside."};
  app.require_subcommand(1);
  app.add_option("--lessons", arguments.lessons, "folder of lessons");
  const auto with_executor = [&](CLI::App* command) {
    command->add_option("--executor", arguments.executor, "cpu or reference");
    command
        ->add_option("--threads", arguments.threads, "threads to use; 0, as if not given, for all")
        ->check(CLI::Range(0, 256));
    command->add_option("--data", arguments.data, "folder of the files that specifications name");
    return command;
  };
  app.add_subcommand("list", "what there is");
  app.add_subcommand("schema", "the keys of a specification, as a table");
  auto* train_command = with_executor(app.add_subcommand("train", "train a specification"));
  train_command->add_option("SPEC", arguments.spec, "a lesson, a file, or - for standard input")
      ->required();
  train_command->add_option("--steps", arguments.steps, "updates to make")
      ->check(CLI::NonNegativeNumber);
  train_command->add_option("--seconds", arguments.seconds, "seconds to train")
      ->check(CLI::NonNegativeNumber);
  train_command->add_option("--set", arguments.settings, "key=value, as often as needed")
      ->allow_extra_args(false);
  train_command->add_option("--out", arguments.out,
                            "folder for checkpoint, specification and metrics");
  train_command->add_flag("--json", arguments.json,
                          "JSON lines on standard output, the last one {\"final\": …}");
  auto* eval_command = with_executor(app.add_subcommand("eval", "measure a checkpoint"));
  eval_command->add_option("DIR", arguments.folder, "what train --out wrote")->required();
  eval_command->add_flag("--json", arguments.json, "one line");
  auto* sample_command =
      with_executor(app.add_subcommand("sample", "draw from a checkpoint's model"));
  sample_command->add_option("DIR", arguments.folder, "what train --out wrote")->required();
  sample_command->add_option("--n", arguments.count, "how many")->check(CLI::Range(1, 1000000));
  sample_command->add_option("--png", arguments.picture, "a picture of them");
  sample_command->add_option("--csv", arguments.table, "their numbers");
  auto* reproduce_command = with_executor(app.add_subcommand(
      "reproduce", "a paper's experiment at a chosen budget, its figures beside ours"));
  lab::cli::Reproduction& reproduction = arguments.reproduction;
  reproduce_command
      ->add_option("NAME", reproduction.name,
                   "aevb-bound, aevb-marginal, nice-mnist, nice-tfd, nice-svhn or nice-cifar10")
      ->required();
  reproduce_command->add_option("--dataset", reproduction.dataset, "mnist or frey (aevb-bound)");
  reproduce_command->add_option("--samples", reproduction.samples, "training samples to see")
      ->check(CLI::Range(1e3, 1e10));
  reproduce_command->add_option("--latents", reproduction.latents, "numbers of latents")
      ->delimiter(',');
  reproduce_command->add_option("--learners", reproduction.learners, "aevb, wake-sleep, mcem …")
      ->delimiter(',');
  reproduce_command
      ->add_option("--sizes", reproduction.sizes, "numbers of training data (aevb-marginal)")
      ->delimiter(',');
  reproduce_command->add_option("--epochs", reproduction.epochs, "passes over the data (nice-…)")
      ->check(CLI::Range(1, 100000));
  reproduce_command->add_flag("--resume", reproduction.resume,
                              "go on from the checkpoint in --out (nice-…)");
  reproduce_command->add_option("--set", reproduction.settings, "key=value, on top of the paper's")
      ->allow_extra_args(false);
  reproduce_command->add_option("--out", reproduction.out, "folder for curves.csv and checkpoints");
  auto* explain_command =
      with_executor(app.add_subcommand("explain", "print the compiled programs"));
  explain_command->add_option("SPEC", arguments.spec, "a lesson, a file, or -")->required();
  explain_command->add_option("--set", arguments.settings, "key=value")->allow_extra_args(false);
  auto* profile_command = with_executor(
      app.add_subcommand("profile", "where a training step's time goes, kernel by kernel"));
  profile_command->add_option("SPEC", arguments.spec, "a lesson, a file, or -")->required();
  profile_command->add_option("--set", arguments.settings, "key=value")->allow_extra_args(false);
  profile_command->add_option("--steps", arguments.steps, "steps to measure, 100 if not given")
      ->check(CLI::Range(1, 1000000));
  profile_command->add_flag("--json", arguments.json, "one line");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : misused;
  }
  try {
    const std::string name = app.get_subcommands().front()->get_name();
    if (name == "list") return list(arguments);
    if (name == "schema") return print_schema();
    if (name == "train") return train(arguments);
    if (name == "eval") return evaluate(arguments);
    if (name == "sample") return sample(arguments);
    if (name == "profile") return profile(arguments);
    if (name == "reproduce") {
      lab::cli::reproduce(arguments.reproduction, options_of(arguments));
      return 0;
    }
    Experiment experiment(specification(arguments), options_of(arguments));
    std::cout << experiment.explain();
    return 0;
  } catch (const lab::session::SpecificationError& error) {
    std::cerr << "lab: " << error.what() << "\n";
    return misused;
  } catch (const std::invalid_argument& error) {
    std::cerr << "lab: " << error.what() << "\n";
    return misused;
  } catch (const std::exception& error) {
    std::cerr << "lab: " << error.what() << "\n";
    return failed;
  }
}
