// ICA with four Laplacian sources by noise-contrastive estimation and its rivals (Gutmann &
// Hyvärinen, JMLR 2012, figures 1 and 2): the squared error of B and c of many mixings, each from
// samples of several sizes; beside the paper's medians, and beside what the asymptotic covariance
// (section 2.3) foretells.
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <tuple>

#include "core/data/ica.hpp"
#include "core/infer/assignment.hpp"
#include "core/infer/ica.hpp"
#include "core/session/json.hpp"
#include "shell/cli/files.hpp"
#include "shell/cli/reproduce.hpp"
#include "shell/cli/signals.hpp"
#include "shell/cli/train.hpp"

namespace lab::cli {

namespace {

using infer::IcaEstimate, infer::IcaNoise, infer::IcaObjective, infer::IcaSample;
using session::Json;

constexpr std::size_t sources = 4;
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr const char* figure = "nce-ica";

// log₁₀ of the paper's median squared error, read off to about 0.03.
struct Reported {
  int size;
  double b, c;
};

struct Method {
  const char* name;
  IcaObjective objective;
  bool sources_as_noise;
  std::array<Reported, 4> reported;
};

constexpr Method methods[] = {
    {"likelihood",
     IcaObjective::likelihood,
     false,
     {{{250, -1.12, unknown},
       {1000, -1.81, unknown},
       {4000, -2.46, unknown},
       {16000, -3.08, unknown}}}},
    {"nce",
     IcaObjective::nce,
     false,
     {{{250, -0.57, -1.38}, {1000, -1.36, -2.14}, {4000, -2.04, -2.67}, {16000, -2.60, -3.30}}}},
    {"nce-laplacian",
     IcaObjective::nce,
     true,
     {{{250, -0.83, -1.79}, {1000, -1.54, -2.53}, {4000, -2.19, -3.10}, {16000, -2.78, -3.59}}}},
    {"contrastive-divergence",
     IcaObjective::contrastive_divergence,
     false,
     {{{250, -0.88, unknown},
       {1000, -1.66, unknown},
       {4000, -2.30, unknown},
       {16000, -2.87, unknown}}}},
    {"importance-sampling",
     IcaObjective::importance_sampling,
     false,
     {{{250, -0.48, -1.34}, {1000, -1.22, -1.92}, {4000, -1.76, -2.34}, {16000, -2.24, -2.53}}}},
    {"score-matching",
     IcaObjective::score_matching,
     false,
     {{{250, 0.97, unknown},
       {1000, -0.18, unknown},
       {4000, -1.02, unknown},
       {16000, -1.45, unknown}}}},
};

Reported reported_of(const Method& method, int size) {
  for (const Reported& each : method.reported) {
    if (each.size == size) return each;
  }
  return {size, unknown, unknown};
}

struct Result {
  double error_b, error_c, seconds, evaluations;
};

// By method, size and number of the mixing.
using Results = std::map<std::tuple<std::string, int, int>, Result>;

std::string line_of(const Results::value_type& each) {
  const auto& [method, size, set] = each.first;
  char numbers[128];
  std::snprintf(numbers, sizeof numbers, ",%d,%d,%.9g,%.9g,%.5f,%.0f\n", size, set,
                each.second.error_b, each.second.error_c, each.second.seconds,
                each.second.evaluations);
  return method + numbers;
}

constexpr const char* header = "method,size,set,error_b,error_c,seconds,evaluations\n";

std::string table_of(const Results& results) {
  std::string text = header;
  for (const auto& each : results) text += line_of(each);
  return text;
}

// What an earlier run has written. Throws std::runtime_error naming a line that is none of it.
Results results_of(const std::string& text, const std::string& file) {
  Results results;
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    const std::size_t comma = line.find(',');
    int size = 0, set = 0;
    Result each{};
    const bool read =
        comma != std::string::npos &&
        std::sscanf(line.c_str() + comma, ",%d,%d,%lf,%lf,%lf,%lf", &size, &set, &each.error_b,
                    &each.error_c, &each.seconds, &each.evaluations) == 6;
    if (!read)
      throw std::runtime_error("'" + file + "' holds the line '" + line +
                               "', which is none of this experiment's: take another folder.");
    results[{line.substr(0, comma), size, set}] = each;
  }
  return results;
}

struct Problem {
  data::Mixing mixing;
  IcaSample sample;
};

// The mixing of a number, and a sample of it with as much Gaussian noise.
Problem problem_of(int set, int size) {
  Problem problem;
  problem.mixing = data::draw_mixing(sources, static_cast<std::uint64_t>(set));
  data::Stream stream(static_cast<std::uint64_t>(set), static_cast<std::uint32_t>(size));
  problem.sample.dimensions = sources;
  problem.sample.x = problem.mixing.sample(static_cast<std::size_t>(size), stream);
  infer::add_gaussian_noise(problem.sample, static_cast<std::size_t>(size), stream);
  return problem;
}

IcaEstimate estimated(const Method& method, const IcaSample& sample, int set, int starts) {
  // Each method draws the same whatever else is estimated.
  data::Stream stream(static_cast<std::uint64_t>(set),
                      static_cast<std::uint32_t>(1000000 + sample.count()));
  if (method.objective == IcaObjective::contrastive_divergence) {
    return infer::contrast_ica(sample, stream);
  }
  const IcaEstimate first = infer::estimate_ica(method.objective, sample, stream, starts);
  if (!method.sources_as_noise) return first;
  // From the estimate that the noise is made of.
  IcaSample nearer = sample;
  infer::add_laplacian_noise(nearer, first.unmixing, sample.count(), stream);
  IcaEstimate second = infer::estimate_ica(method.objective, nearer, stream, 0,
                                           infer::usual_sharpness, first.unmixing);
  second.evaluations += first.evaluations;
  return second;
}

Result result_of(const Method& method, const Problem& problem, int set, int starts) {
  const auto start = std::chrono::steady_clock::now();
  const IcaEstimate found = estimated(method, problem.sample, set, starts);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const double away = found.c - problem.mixing.log_constant();
  return {infer::match_rows(problem.mixing.inverse, found.unmixing, sources).squared_error,
          away * away, seconds, static_cast<double>(found.evaluations)};
}

// A number below which so much of the sorted values lies, between neighbours.
double quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const double rest = place - static_cast<double>(below);
  return below + 1 < sorted.size() ? (1 - rest) * sorted[below] + rest * sorted[below + 1]
                                   : sorted[below];
}

// Of the log₁₀ of values: their median, its standard error by order statistics (half of what lies
// between the ranks n/2 ± √n/2, a share of 68 % of all samples), the first and the last decile.
struct Summary {
  double median = unknown, error = unknown, low = unknown, high = unknown;
};

Summary summary_of(std::vector<double> values) {
  if (values.empty()) return {};
  for (double& each : values) each = std::log10(std::max(each, 1e-300));
  std::ranges::sort(values);
  const double half = 0.5 / std::sqrt(static_cast<double>(values.size()));
  return {quantile(values, 0.5),
          values.size() < 4 ? unknown
                            : 0.5 * (quantile(values, 0.5 + half) - quantile(values, 0.5 - half)),
          quantile(values, 0.1), quantile(values, 0.9)};
}

// Σ of each mixing.
using Covariances = std::vector<infer::IcaCovariance>;

Covariances covariances_of(IcaObjective objective, IcaNoise noise, int sets, double ratio) {
  constexpr std::size_t draws = 20000;
  Covariances all;
  for (int set = 0; set < sets; ++set) {
    const data::Mixing mixing = data::draw_mixing(sources, static_cast<std::uint64_t>(set));
    data::Stream stream(static_cast<std::uint64_t>(set), 7);
    all.push_back(infer::ica_covariance(objective, noise, mixing.inverse,
                                        mixing.sample(draws, stream), ratio));
  }
  return all;
}

// What errors N(0, Σ/T) would be, each mixing drawn often.
std::pair<Summary, Summary> foretold(const Covariances& covariances, int size) {
  constexpr int draws = 40;
  std::vector<double> errors_b, errors_c;
  data::Stream stream(1, 8);
  for (const infer::IcaCovariance& each : covariances) {
    const auto width =
        static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(each.root.size()))));
    std::vector<double> z(width);
    for (int draw = 0; draw < draws; ++draw) {
      for (double& number : z) number = stream.normal();
      double b = 0, c = 0;
      for (std::size_t i = 0; i < width; ++i) {
        double moved = 0;
        for (std::size_t j = 0; j < width; ++j) moved += each.root[i * width + j] * z[j];
        (i < sources * sources ? b : c) += moved * moved / size;
      }
      errors_b.push_back(b);
      if (width > sources * sources) errors_c.push_back(c);
    }
  }
  return {summary_of(errors_b), summary_of(errors_c)};
}

std::string shown(double number, const char* format = "%.2f") {
  if (!std::isfinite(number)) return "-";
  char text[32];
  std::snprintf(text, sizeof text, format, number);
  return text;
}

std::string with_error(const Summary& summary) {
  return shown(summary.median) + " ± " + shown(summary.error);
}

Json json_of(double number) { return std::isfinite(number) ? Json(number) : Json(); }

// What was chosen of all methods.
std::vector<const Method*> chosen_of(const std::vector<std::string>& names) {
  std::vector<const Method*> chosen;
  std::string all;
  for (const Method& method : methods) {
    all += (all.empty() ? "" : ", ") + std::string(method.name);
    if (names.empty() || std::ranges::find(names, method.name) != names.end()) {
      chosen.push_back(&method);
    }
  }
  for (const std::string& name : names) {
    const bool known =
        std::ranges::any_of(methods, [&](const Method& method) { return name == method.name; });
    if (!known) {
      throw std::invalid_argument("There is no learner '" + name + "' of nce-ica; there are " +
                                  all + ".");
    }
  }
  return chosen;
}

class Experiment {
 public:
  explicit Experiment(const Reproduction& wanted)
      : wanted_(wanted), chosen_(chosen_of(wanted.learners)) {
    if (wanted.out.empty()) return;
    folder_.emplace(wanted.out);
    file_ = folder_->file("errors.csv");
    if (wanted.resume && std::filesystem::exists(file_)) {
      results_ = results_of(read_file(file_), file_);
    }
    require_writable(file_);
  }

  // All mixings of one size.
  void estimate(int size, int threads) {
    std::vector<int> open;
    for (int set = 0; set < wanted_.sets; ++set) {
      const bool lacks = std::ranges::any_of(chosen_, [&](const Method* method) {
        return results_.count({method->name, size, set}) == 0;
      });
      if (lacks) open.push_back(set);
    }
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
      for (std::size_t i = next++; i < open.size() && noted_signal() == 0; i = next++) {
        estimate_set(size, open[i]);
      }
    };
    std::vector<std::thread> others;
    for (int i = 1; i < std::min(threads, static_cast<int>(open.size())); ++i) {
      others.emplace_back(work);
    }
    work();
    for (std::thread& each : others) each.join();
    save();
    if (const int signal = noted_signal()) throw Interrupted{signal};
  }

  std::vector<double> of(const Method& method, int size, double Result::*what) const {
    std::vector<double> values;
    for (int set = 0; set < wanted_.sets; ++set) {
      values.push_back(results_.at({method.name, size, set}).*what);
    }
    return values;
  }

  const std::vector<const Method*>& chosen() const { return chosen_; }

 private:
  void estimate_set(int size, int set) {
    const Problem problem = problem_of(set, size);
    for (const Method* method : chosen_) {
      {
        const std::lock_guard lock(mutex_);
        if (results_.count({method->name, size, set}) > 0) continue;
      }
      const Result found = result_of(*method, problem, set, wanted_.starts);
      const std::lock_guard lock(mutex_);
      results_[{method->name, size, set}] = found;
    }
    const std::lock_guard lock(mutex_);
    if (interval_.over()) save();
  }

  void save() const {
    if (!folder_) return;
    const std::string text = table_of(results_);
    write_file(file_, text.data(), text.size());
  }

  const Reproduction& wanted_;
  std::vector<const Method*> chosen_;
  std::optional<OutputFolder> folder_;
  std::string file_;
  Results results_;
  std::mutex mutex_;
  Interval interval_{10};
};

// Slope of the medians over log₁₀ T, by least squares.
double slope_of(const std::vector<std::pair<double, double>>& points) {
  double x = 0, y = 0, xx = 0, xy = 0;
  const auto count = static_cast<double>(points.size());
  for (const auto& [a, b] : points) {
    x += a / count;
    y += b / count;
    xx += a * a / count;
    xy += a * b / count;
  }
  return (xy - x * y) / (xx - x * x);
}

// How much noise is best: by theory, for data and noise that cost the same.
void print_ratios(int sets) {
  std::printf(
      "\nnoise points for each datum, by theory: median over mixings of tr Σ, and times 1 + ν, "
      "what "
      "is lost for each point of either\n%8s %10s %16s\n",
      "ν", "tr Σ", "(1 + ν) tr Σ");
  const auto median_of = [](const Covariances& all) {
    std::vector<double> traces;
    for (const infer::IcaCovariance& each : all) traces.push_back(each.trace_b);
    std::ranges::sort(traces);
    return quantile(traces, 0.5);
  };
  double best = unknown, least = std::numeric_limits<double>::infinity();
  for (const double ratio : {0.1, 0.3, 0.6, 1.0, 2.0, 4.0, 10.0, 100.0}) {
    const double trace =
        median_of(covariances_of(IcaObjective::nce, IcaNoise::gaussian, sets, ratio));
    if ((1 + ratio) * trace < least) {
      least = (1 + ratio) * trace;
      best = ratio;
    }
    std::printf("%8.1f %10.1f %16.1f\n", ratio, trace, (1 + ratio) * trace);
  }
  std::printf("%8s %10.1f\nbest for a number of points in all: ν = %.1f\n", "∞",
              median_of(covariances_of(IcaObjective::likelihood, IcaNoise::gaussian, sets, 1)),
              best);
}

}  // namespace

bool reproduces_ica(const std::string& name) { return name == figure; }

void reproduce_ica(const Reproduction& wanted, const session::Options& options) {
  if (wanted.resume && wanted.out.empty()) {
    throw std::invalid_argument("'--resume' needs '--out', the folder of the run to go on with.");
  }
  if (!wanted.settings.empty()) {
    throw std::invalid_argument(
        "'--set' has no effect on nce-ica: each estimate sees a whole sample, without a "
        "specification.");
  }
  std::vector<int> sizes = wanted.sizes;
  if (sizes.empty()) sizes = {250, 500, 1000, 2000, 4000, 8000, 16000};
  for (const int size : sizes) {
    if (size >= 50 && size <= 1000000) continue;
    throw std::invalid_argument("'--sizes' has " + std::to_string(size) +
                                ", but a sample of four sources has from 50 to 1000000 data.");
  }
  Experiment experiment(wanted);
  const int threads = options.threads > 0
                          ? options.threads
                          : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  std::map<const Method*, Covariances> covariances;
  for (const Method* method : experiment.chosen()) {
    const bool known =
        method->objective == IcaObjective::nce || method->objective == IcaObjective::likelihood;
    if (!known) continue;
    covariances[method] = covariances_of(
        method->objective, method->sources_as_noise ? IcaNoise::laplacian : IcaNoise::gaussian,
        std::min(wanted.sets, 100), 1);
  }
  if (!wanted.json) {
    std::printf(
        "log10 of the median squared error over %d mixings; theory: of errors N(0, Σ/T), Σ the "
        "asymptotic covariance\n%6s %-23s %14s %7s %7s %15s %14s %7s %7s %9s %7s\n",
        wanted.sets, "T", "", "B", "paper", "theory", "deciles", "c", "paper", "theory", "seconds",
        "passes");
  }
  std::map<const Method*, std::vector<std::pair<double, double>>> medians;
  for (const int size : sizes) {
    experiment.estimate(size, threads);
    for (const Method* method : experiment.chosen()) {
      const Summary b = summary_of(experiment.of(*method, size, &Result::error_b)),
                    c = summary_of(experiment.of(*method, size, &Result::error_c)),
                    seconds = summary_of(experiment.of(*method, size, &Result::seconds)),
                    passes = summary_of(experiment.of(*method, size, &Result::evaluations));
      const Reported paper = reported_of(*method, size);
      std::pair<Summary, Summary> theory;
      if (const auto found = covariances.find(method); found != covariances.end()) {
        theory = foretold(found->second, size);
      }
      medians[method].emplace_back(std::log10(size), b.median);
      if (wanted.json) {
        std::printf("%s\n", Json{{"method", method->name},
                                 {"size", size},
                                 {"sets", wanted.sets},
                                 {"log10_median_b", json_of(b.median)},
                                 {"log10_median_b_se", json_of(b.error)},
                                 {"log10_deciles_b", {json_of(b.low), json_of(b.high)}},
                                 {"log10_median_c", json_of(c.median)},
                                 {"log10_median_c_se", json_of(c.error)},
                                 {"paper_b", json_of(paper.b)},
                                 {"paper_c", json_of(paper.c)},
                                 {"theory_b", json_of(theory.first.median)},
                                 {"theory_c", json_of(theory.second.median)},
                                 {"log10_median_seconds", json_of(seconds.median)},
                                 {"median_passes", std::round(std::pow(10, passes.median))}}
                                .dump()
                                .c_str());
      } else {
        std::printf("%6d %-23s %14s %7s %7s %15s %14s %7s %7s %9s %7s\n", size, method->name,
                    with_error(b).c_str(), shown(paper.b).c_str(),
                    shown(theory.first.median).c_str(),
                    (shown(b.low) + " … " + shown(b.high)).c_str(), with_error(c).c_str(),
                    shown(paper.c).c_str(), shown(theory.second.median).c_str(),
                    shown(std::pow(10, seconds.median), "%.4f").c_str(),
                    shown(std::pow(10, passes.median), "%.0f").c_str());
      }
    }
    std::fflush(stdout);
  }
  if (wanted.json) return;
  if (sizes.size() > 1) {
    std::printf("\nslope of log10 error of B over log10 T (−1 by theory):\n");
    for (const auto& [method, points] : medians) {
      std::printf("  %-23s %.2f\n", method->name, slope_of(points));
    }
  }
  print_ratios(std::min(wanted.sets, 25));
}

}  // namespace lab::cli
