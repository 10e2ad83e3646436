// lab: sessions without a screen.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <iostream>

#include "core/execute/memory_limit.hpp"
#include "core/session/experiment.hpp"
#include "core/version.hpp"
#include "shell/cli/checkpoint.hpp"
#include "shell/cli/data_folder.hpp"
#include "shell/cli/debug.hpp"
#include "shell/cli/files.hpp"
#include "shell/cli/lessons.hpp"
#include "shell/cli/measures.hpp"
#include "shell/cli/number_between.hpp"
#include "shell/cli/png.hpp"
#include "shell/cli/reproduce.hpp"
#include "shell/cli/signals.hpp"
#include "shell/cli/train.hpp"
#include "shell/words/keys.hpp"

namespace {

using lab::cli::as_json;
using lab::cli::number_between;
using lab::session::Experiment;
using lab::session::Json;

constexpr int failed = 1, misused = 2;

struct Arguments {
  std::string lessons = LAB_ASSETS "/lessons";
  std::string spec, folder, picture, table, executor = "cpu", data;
  std::vector<std::string> settings;
  int threads = 0, count = 1000, profiled = 100;
  bool json = false;
  lab::cli::Training training;
  lab::cli::Reproduction reproduction;
  lab::cli::Debugging debugging;
};

Json specification(const Arguments& arguments) {
  return lab::cli::Settings(arguments.settings)
      .adapted(
          lab::session::compact(lab::cli::read_specification(arguments.spec, arguments.lessons)));
}

lab::session::Options options_of(const Arguments& arguments) {
  return {arguments.executor, arguments.threads, lab::cli::open_in(arguments.data)};
}

std::unique_ptr<Experiment> restored(const Arguments& arguments) {
  return lab::cli::restored(arguments.folder + "/" + lab::cli::checkpoint_name,
                            options_of(arguments));
}

int evaluate(const Arguments& arguments) {
  const auto experiment = restored(arguments);
  Json measures = as_json(wait(*experiment, experiment->measures().measure_all()));
  measures["steps"] = experiment->steps();
  std::cout << (arguments.json ? Json{{"final", measures}}.dump() : measures.dump(2)) << std::endl;
  return 0;
}

int sample(const Arguments& arguments) {
  for (const std::string& path : {arguments.picture, arguments.table}) {
    if (!path.empty()) lab::cli::require_writable(path);
  }
  const auto experiment = restored(arguments);
  const lab::data::Dataset& data = experiment->data();
  const std::size_t size = data.dimensions(), count = static_cast<std::size_t>(arguments.count);
  const bool pictured = !arguments.picture.empty();
  if (pictured && !data.plane()) lab::cli::require_sheet(count, data.train.shape);
  const bool written = !arguments.table.empty() || !pictured;
  constexpr double characters = 12;  // of a number in a table
  lab::require_memory(
      static_cast<double>(count * size) * (sizeof(float) + (written ? characters : 0)),
      std::to_string(count) + " draws of " + std::to_string(size) + " numbers");
  std::vector<float> draws = wait(*experiment, experiment->sample(count));
  if (const auto& mixing = experiment->mixing()) {
    std::fprintf(stderr,
                 "%zu draws, worth %.0f independent ones: %d moves apart, where chains forget in "
                 "%.3g\n",
                 count, mixing->effective, mixing->thinning, mixing->autocorrelation);
  }
  if (!data.plane()) data.to_intensities(draws);
  if (pictured) {
    const lab::data::Box& box = data.bounds;
    lab::cli::write_png(arguments.picture,
                        data.plane() ? lab::cli::scatter(draws, box.x0, box.x1, box.y0, box.y1)
                                     : lab::cli::sheet(draws, data.train.shape));
  }
  if (!written) return 0;
  std::string table = data.plane() ? "x,y" : "x0";
  for (std::size_t j = 1; !data.plane() && j < size; ++j) table += ",x" + std::to_string(j);
  for (std::size_t i = 0; i < draws.size(); ++i) {
    table += (i % size == 0 ? "\n" : ",") + std::to_string(draws[i]);
  }
  table += "\n";
  if (arguments.table.empty()) std::cout << table;
  else lab::cli::write_file(arguments.table, table.data(), table.size());
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
    for (const auto& [path, values, absent] : key.when) {
      condition += (condition.empty() ? "`" : "; `") + path + "`:";
      for (const std::string& each : values) condition += " " + each;
      if (absent) condition += ", or not there";
    }
    std::cout << "| `" << key.path << "`" << (key.live ? " (live)" : "") << " | " << value << " | `"
              << key.fallback.dump() << "` | " << condition << " | "
              << lab::words::of_key(key.path).help.en << " |\n";
  }
  return 0;
}

int profile(const Arguments& arguments) {
  Experiment experiment(specification(arguments), options_of(arguments));
  wait(experiment, experiment.step(10));  // caches and threads warm up
  auto kernels = wait(experiment, experiment.profile(arguments.profiled));
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

// Runs the subcommand that was given; its exit status.
int run(Arguments& arguments, const std::string& name) {
  if (name == "list") return list(arguments);
  if (name == "schema") return print_schema();
  if (name == "train") {
    if (!arguments.training.resume) arguments.training.spec = specification(arguments);
    arguments.training.options = options_of(arguments);
    arguments.training.json = arguments.json;
    return lab::cli::train(arguments.training);
  }
  if (name == "eval") return evaluate(arguments);
  if (name == "sample") return sample(arguments);
  if (name == "profile") return profile(arguments);
  if (name == "debug") {
    arguments.debugging.spec = specification(arguments);
    arguments.debugging.options = options_of(arguments);
    return lab::cli::debug(arguments.debugging);
  }
  if (name == "reproduce") {
    lab::cli::reproduce(arguments.reproduction, options_of(arguments));
    return 0;
  }
  Experiment experiment(specification(arguments), options_of(arguments));
  std::cout << experiment.explain();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  // A file that grows too large is then an error that can be told.
  std::signal(SIGXFSZ, SIG_IGN);
  Arguments arguments;
  CLI::App app{
      "Likelihood Lab on the command line: train small generative models, sample from them, look "
      "inside."};
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("lab ") + lab::version());
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
  auto* train_spec = train_command->add_option("SPEC", arguments.spec,
                                               "a lesson, a file, or - for standard input");
  lab::cli::Training& training = arguments.training;
  train_command->add_option("--steps", training.steps, "updates to make; 0 measures alone")
      ->check(CLI::NonNegativeNumber);
  train_command->add_option("--seconds", training.seconds, "seconds to train; 0 measures alone")
      ->check(number_between(0, 1e9));
  auto* train_settings =
      train_command->add_option("--set", arguments.settings, "key=value, as often as needed")
          ->allow_extra_args(false);
  auto* train_out = train_command->add_option("--out", training.out,
                                              "folder for checkpoint, specification and metrics");
  train_command
      ->add_flag(
          "--resume", training.resume,
          "go on from the checkpoint in --out, in place of SPEC; --steps and --seconds count "
          "from the run's beginning")
      ->needs(train_out)
      ->excludes(train_spec, train_settings);
  train_command
      ->add_option("--checkpoint-every", training.checkpoint_every,
                   "seconds between checkpoints, 60 if not given; 0 for one at the end alone")
      ->check(number_between(0, 1e9));
  train_command->add_flag(
      "--json", arguments.json,
      "JSON lines on standard output: measures, {\"checkpoint\": step} when one "
      "is on the disk, {\"final\": …} in the end");
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
      ->add_option(
          "NAME", reproduction.name,
          "aevb-bound, aevb-marginal, nice-mnist, nice-tfd, nice-svhn, nice-cifar10, "
          "ae-mnist, anomaly-mnist, ladder-mnist, infonce, tre, beta-sprites, capacity-sprites, "
          "vq-cifar10, vq2-cifar10 or nce-ica")
      ->required();
  reproduce_command->add_option("--dataset", reproduction.dataset, "mnist or frey (aevb-bound)");
  reproduce_command->add_option("--samples", reproduction.samples, "training samples to see")
      ->check(number_between(1e3, 1e10));
  reproduce_command->add_option("--latents", reproduction.latents, "numbers of latents")
      ->delimiter(',');
  reproduce_command
      ->add_option("--learners", reproduction.learners,
                   "aevb, wake-sleep, mcem …; of nce-ica likelihood, nce …")
      ->delimiter(',');
  reproduce_command
      ->add_option("--sizes", reproduction.sizes,
                   "numbers of training data (aevb-marginal, nce-ica)")
      ->delimiter(',');
  reproduce_command
      ->add_option("--sets", reproduction.sets, "mixings, each with a sample, 100 (nce-ica)")
      ->check(CLI::Range(1, 100000));
  reproduce_command
      ->add_option("--starts", reproduction.starts,
                   "starts of each estimate, the best kept, 2 (nce-ica)")
      ->check(CLI::Range(1, 1000));
  reproduce_command->add_flag("--json", reproduction.json,
                              "a line for each size and learner (nce-ica)");
  reproduce_command
      ->add_option("--epochs", reproduction.epochs,
                   "passes over the data (nice-…, ladder-mnist: 20, ae-mnist: 30, …-sprites: 40)")
      ->check(CLI::Range(1, 100000));
  reproduce_command->add_flag("--resume", reproduction.resume,
                              "go on from what is in --out (all but aevb-…)");
  reproduce_command->add_option("--set", reproduction.settings, "key=value, on top of the paper's")
      ->allow_extra_args(false);
  reproduce_command->add_option("--out", reproduction.out, "folder for curves.csv and checkpoints");
  reproduce_command
      ->add_option("--checkpoint-every", reproduction.checkpoint_every,
                   "seconds between checkpoints, 60 if not given; 0 for none but after each figure")
      ->check(number_between(0, 1e9));
  auto* explain_command =
      with_executor(app.add_subcommand("explain", "print the compiled programs"));
  explain_command->add_option("SPEC", arguments.spec, "a lesson, a file, or -")->required();
  explain_command->add_option("--set", arguments.settings, "key=value")->allow_extra_args(false);
  auto* profile_command = with_executor(
      app.add_subcommand("profile", "where a training step's time goes, kernel by kernel"));
  profile_command->add_option("SPEC", arguments.spec, "a lesson, a file, or -")->required();
  profile_command->add_option("--set", arguments.settings, "key=value")->allow_extra_args(false);
  profile_command->add_option("--steps", arguments.profiled, "steps to measure, 100 if not given")
      ->check(CLI::Range(1, 1000000));
  profile_command->add_flag("--json", arguments.json, "one line");
  lab::cli::Debugging& debugging = arguments.debugging;
  auto* debug_command = app.add_subcommand("debug", "where numbers go wrong");
  debug_command->require_subcommand(1);
  auto* numbers_command = with_executor(debug_command->add_subcommand(
      "numbers", "train until a kernel writes NaN or an infinity; print it and what it read"));
  auto* compare_command = with_executor(debug_command->add_subcommand(
      "compare",
      "compute every value of a training step on two executors; print where they disagree"));
  for (CLI::App* command : {numbers_command, compare_command}) {
    command->add_option("SPEC", arguments.spec, "a lesson, a file, or -")->required();
    command->add_option("--set", arguments.settings, "key=value")->allow_extra_args(false);
  }
  numbers_command->add_option("--steps", debugging.steps, "updates to make, 1000 if not given")
      ->check(CLI::Range(1, 1000000000));
  compare_command->add_option("--against", debugging.against,
                              "the other executor, reference if not given");
  compare_command
      ->add_option("--tolerance", debugging.tolerance,
                   "largest |a − b| / (1 + |b|) that is none, 0.0001 if not given")
      ->check(number_between(0, 1e9));
  compare_command
      ->add_option("--steps", debugging.steps_before, "updates to make before, 0 if not given")
      ->check(CLI::NonNegativeNumber);
  try {
    app.parse(argc, argv);
    debugging.compares = compare_command->parsed();
    if (train_command->parsed() && !training.resume && arguments.spec.empty()) {
      throw CLI::RequiredError("SPEC");
    }
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : misused;
  }
  try {
    const int status = run(arguments, app.get_subcommands().front()->get_name());
    // Everything that was printed, by either library, goes through this.
    std::cout.flush();
    if (std::fflush(stdout) != 0 || std::ferror(stdout)) {
      std::cerr << "lab: Standard output could not be written whole.\n";
      return status == 0 ? failed : status;
    }
    return status;
  } catch (const lab::cli::Interrupted& end) {
    return lab::cli::status_of(end.signal);
  } catch (const lab::session::SpecificationError& error) {
    std::cerr << "lab: " << error.what() << "\n";
    return misused;
  } catch (const std::invalid_argument& error) {
    std::cerr << "lab: " << error.what() << "\n";
    return misused;
  } catch (const std::bad_alloc&) {
    std::cerr << "lab: There is not enough memory for this. Make the model, the batch or the data "
                 "smaller.\n";
    return failed;
  } catch (const std::exception& error) {
    std::cerr << "lab: " << error.what() << "\n";
    return failed;
  }
}
