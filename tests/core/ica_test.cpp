// Independent component analysis: what is estimated of a whole sample in double, what is learnt of
// minibatches as graph, and that both mean the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/data/ica.hpp"
#include "core/data/mean.hpp"
#include "core/distributions/linear.hpp"
#include "core/infer/assignment.hpp"
#include "core/infer/ica.hpp"
#include "core/infer/lbfgs.hpp"
#include "core/session/experiment.hpp"
#include "core/session/probes/sources.hpp"
#include "tests/core/moved_graph.hpp"
#include "tests/core/system_checks.hpp"

namespace lab {
namespace {

using infer::IcaObjective, infer::IcaSample;
using session::Experiment;
using session::Json;
using Numbers = std::vector<double>;

constexpr IcaObjective with_a_loss[] = {IcaObjective::likelihood, IcaObjective::nce,
                                        IcaObjective::importance_sampling,
                                        IcaObjective::score_matching};

const char* name_of(IcaObjective objective) {
  constexpr const char* names[] = {"likelihood", "nce", "importance-sampling", "score-matching",
                                   "contrastive-divergence"};
  return names[static_cast<std::size_t>(objective)];
}

IcaSample sample_of(const data::Mixing& mixing, std::size_t count, std::size_t noise) {
  data::Stream stream(4, 1);
  IcaSample sample;
  sample.dimensions = mixing.dimensions;
  sample.x = mixing.sample(count, stream);
  infer::add_gaussian_noise(sample, noise, stream);
  return sample;
}

// B away from any truth, and c of it.
Numbers parameters_of(std::size_t dimensions, IcaObjective objective) {
  data::Stream stream(8, 1);
  Numbers parameters = infer::rotation(dimensions, stream);
  for (double& each : parameters) each += 0.2 * stream.normal();
  if (objective == IcaObjective::nce) parameters.push_back(-1.1);
  return parameters;
}

// ---------------------------------------------------------------- what is estimated

TEST(Ica, LossesHaveTheirGradients) {
  const IcaSample sample = sample_of(data::draw_mixing(3, 2), 200, 300);
  for (const IcaObjective objective : with_a_loss) {
    const Numbers at = parameters_of(3, objective);
    Numbers gradient, unused;
    (void)infer::ica_loss(objective, sample, at, gradient, 3);
    for (std::size_t i = 0; i < at.size(); ++i) {
      const double h = 1e-6;
      const auto loss = [&](double shift) {
        Numbers moved = at;
        moved[i] += shift;
        return infer::ica_loss(objective, sample, moved, unused, 3);
      };
      EXPECT_NEAR(gradient[i], (loss(h) - loss(-h)) / (2 * h), 1e-5 * (1 + std::abs(gradient[i])))
          << name_of(objective) << ' ' << i;
    }
  }
}

// Minus ln p of the sources, a mean; the truth of a large sample has the least of all.
TEST(Ica, TheLikelihoodIsThatOfTheSources) {
  const data::Mixing mixing = data::draw_mixing(4, 5);
  const IcaSample sample = sample_of(mixing, 5000, 10);
  Numbers gradient;
  const double loss = infer::ica_loss(IcaObjective::likelihood, sample, mixing.inverse, gradient);
  double mean = 0;
  for (std::size_t i = 0; i < sample.count(); ++i) {
    mean -= mixing.log_density(std::span(sample.x).subspan(4 * i, 4)) / 5000;
  }
  EXPECT_NEAR(loss, mean, 1e-10);
  // ln p varies as Σ √2|s|: with variance D.
  EXPECT_NEAR(loss, mixing.entropy(), 4 * std::sqrt(4.0 / 5000));
}

// Where |u| is smoothed much, a source is as good as a Gaussian of precision √2 β a² =: λ, B = (a),
// of which score matching is known: −J = −λ + ½ λ² ⟨x²⟩, least at λ = 1/⟨x²⟩ (Hyvärinen 2005).
TEST(Ica, ScoreMatchingOfASmoothSourceIsThatOfAGaussian) {
  data::Stream stream(3, 2);
  IcaSample sample;
  sample.dimensions = 1;
  const double beta = 0.002;
  double square = 0;
  for (int i = 0; i < 20000; ++i) {
    sample.x.push_back(stream.normal());
    square += sample.x.back() * sample.x.back() / 20000;
  }
  for (const double share : {0.5, 1.0, 1.5}) {
    const double precision = share / square,
                 a = std::sqrt(precision / (std::numbers::sqrt2 * beta));
    Numbers gradient;
    EXPECT_NEAR(infer::ica_loss(IcaObjective::score_matching, sample, {a}, gradient, beta),
                -precision + 0.5 * precision * precision * square, 0.02);
    // ∂/∂a = (−1 + λ⟨x²⟩) 2λ/a.
    EXPECT_NEAR(a * gradient[0], (share - 1) * 2 * precision, 0.03);
  }
}

// All of them find the sources, and the constant; the error falls as 1/T.
TEST(Ica, EstimatesFindTheSources) {
  for (const IcaObjective objective : with_a_loss) {
    std::vector<double> errors[2];
    for (const std::size_t seed : {1, 2, 3, 4, 5}) {
      const data::Mixing mixing = data::draw_mixing(4, seed);
      for (const int large : {0, 1}) {
        data::Stream stream(seed, 1);
        IcaSample sample;
        sample.dimensions = 4;
        sample.x = mixing.sample(large ? 4000 : 500, stream);
        infer::add_gaussian_noise(sample, sample.count(), stream);
        const infer::IcaEstimate found = infer::estimate_ica(objective, sample, stream, 2);
        const infer::Matched matched = infer::match_rows(mixing.inverse, found.unmixing, 4);
        errors[large].push_back(matched.squared_error);
        if (!large || objective == IcaObjective::score_matching) continue;
        EXPECT_NEAR(found.c, mixing.log_constant(), 0.3) << name_of(objective);
      }
    }
    for (auto& each : errors) std::ranges::sort(each);
    EXPECT_LT(errors[1][2], 0.4 * errors[0][2]) << name_of(objective);
    EXPECT_LT(errors[1][2], objective == IcaObjective::score_matching ? 0.4 : 0.05)
        << name_of(objective);
  }
}

TEST(Ica, ContrastiveDivergenceAndABetterNoiseComeNearMaximumLikelihood) {
  double likelihood = 0, contrast = 0, gaussian = 0, better = 0;
  for (std::size_t seed = 1; seed <= 6; ++seed) {
    const data::Mixing mixing = data::draw_mixing(4, seed);
    data::Stream stream(seed, 1);
    IcaSample sample;
    sample.dimensions = 4;
    sample.x = mixing.sample(4000, stream);
    infer::add_gaussian_noise(sample, 4000, stream);
    const auto error = [&](const infer::IcaEstimate& found) {
      return std::log10(infer::match_rows(mixing.inverse, found.unmixing, 4).squared_error) / 6;
    };
    likelihood += error(infer::estimate_ica(IcaObjective::likelihood, sample, stream, 2));
    const infer::IcaEstimate first = infer::estimate_ica(IcaObjective::nce, sample, stream, 2);
    gaussian += error(first);
    contrast += error(infer::contrast_ica(sample, stream));
    infer::add_laplacian_noise(sample, first.unmixing, 4000, stream);
    better += error(infer::estimate_ica(IcaObjective::nce, sample, stream, 0, 10, first.unmixing));
  }
  // The noise of a perfect first estimate costs a factor of two, log₁₀ 2 = 0.30; a Gaussian more.
  EXPECT_NEAR(better - likelihood, 0.3, 0.2);
  EXPECT_GT(gaussian, better);
  EXPECT_NEAR(contrast, likelihood, 0.25);
}

// Of noise that is the model itself the covariance is twice that of maximum likelihood (Gutmann &
// Hyvärinen 2012, section 2.4), and more noise brings Gaussian noise towards it.
TEST(Ica, TheCovarianceIsTheTheorys) {
  const data::Mixing mixing = data::draw_mixing(2, 3);
  data::Stream stream(6, 1);
  const Numbers x = mixing.sample(100000, stream);
  const auto of = [&](IcaObjective objective, infer::IcaNoise noise, double ratio) {
    return infer::ica_covariance(objective, noise, mixing.inverse, x, ratio);
  };
  const auto bound = of(IcaObjective::likelihood, infer::IcaNoise::gaussian, 1);
  const auto own = of(IcaObjective::nce, infer::IcaNoise::laplacian, 1);
  EXPECT_NEAR(own.trace_b / bound.trace_b, 2, 0.05);
  double last = 1e9;
  for (const double ratio : {0.3, 1.0, 3.0, 30.0}) {
    const double trace = of(IcaObjective::nce, infer::IcaNoise::gaussian, ratio).trace_b;
    EXPECT_LT(trace, last);
    last = trace;
  }
  EXPECT_NEAR(last / bound.trace_b, 1, 0.2);
  EXPECT_GT(last, bound.trace_b);
  double total = 0;
  for (const double each : bound.root) total += each * each;
  EXPECT_NEAR(total, bound.trace_b, 1e-6 * bound.trace_b);
  // Of maximum likelihood in one dimension: b of density e^(−√2|bx|) |b|/√2 has the information
  // 1/b², and so has ln b 1.
  data::Stream other(7, 1);
  const data::Mixing one = data::mixing_of({0.4});
  const auto known = infer::ica_covariance(IcaObjective::likelihood, infer::IcaNoise::gaussian,
                                           one.inverse, one.sample(200000, other), 1);
  EXPECT_NEAR(known.trace_b, 1 / (0.4 * 0.4), 0.1);
  EXPECT_NEAR(known.variance_c, 1, 0.02);
}

TEST(Assignment, IsTheBestOfAll) {
  data::Stream stream(5, 1);
  for (const std::size_t n : {1, 2, 3, 5, 7}) {
    Numbers cost;
    for (std::size_t i = 0; i < n * n; ++i) cost.push_back(stream.normal());
    const auto total = [&](const std::vector<std::size_t>& columns) {
      double sum = 0;
      for (std::size_t i = 0; i < n; ++i) sum += cost[i * n + columns[i]];
      return sum;
    };
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    double least = 1e9;
    do least = std::min(least, total(order));
    while (std::next_permutation(order.begin(), order.end()));
    EXPECT_NEAR(total(infer::assign(cost, n)), least, 1e-12) << n;
  }
  const Numbers truth{1, 2, 3, 4, 0, 1, 2, 0, 5}, turned{-2, 0, -5, 1, 2, 3.5, -4, 0, -1};
  const infer::Matched matched = infer::match_rows(truth, turned, 3);
  EXPECT_EQ(matched.row, (std::vector<std::size_t>{1, 2, 0}));
  EXPECT_EQ(matched.sign, (Numbers{1, -1, -1}));
  EXPECT_DOUBLE_EQ(matched.squared_error, 0.25);
}

TEST(Lbfgs, FindsTheLeastOfAValley) {
  // Rosenbrock's function.
  const auto valley = [](const Numbers& x, Numbers& gradient) {
    const double a = 1 - x[0], b = x[1] - x[0] * x[0];
    gradient = {-2 * a - 400 * x[0] * b, 200 * b};
    return a * a + 100 * b * b;
  };
  infer::Lbfgs descent({-1.2, 1}, valley);
  EXPECT_TRUE(descent.improve(valley, 200));
  EXPECT_NEAR(descent.x()[0], 1, 1e-4);
  EXPECT_NEAR(descent.x()[1], 1, 1e-4);
}

// ---------------------------------------------------------------- what is learnt as graph

Json spec_of(const char* objective, Json more = Json::object()) {
  Json spec{{"data", {{"name", "ica"}, {"dimensions", 3}, {"train", 600}, {"test", 300}}},
            {"model", {{"name", "ica"}}},
            {"objective", {{"name", objective}, {"batch", 200}}},
            {"optimiser", {{"rate", 0.01}}}};
  spec.merge_patch(more);
  return spec;
}

TEST(LogAbsDet, IsThatOfEigenWithItsGradient) {
  MovedGraph moved;
  for (const Extent size : {1, 2, 5, 16}) {
    data::Stream stream(2, static_cast<std::uint32_t>(size));
    Numbers numbers;
    for (Extent i = 0; i < size * size; ++i) numbers.push_back(stream.normal());
    const Value matrix = moved.graph.constant(numbers, {size, size});
    const Value log_det = distributions::log_abs_det(matrix);
    const Value slope = gradients(log_det, {matrix}).front();
    if (size == 1) moved.start();
    const data::Mixing exact = data::mixing_of(numbers);
    EXPECT_NEAR(moved.values_of(log_det).front(), exact.log_det, 1e-5);
    // ∂ ln |det M|/∂M = M⁻ᵀ.
    const std::vector<float> slopes = moved.values_of(slope);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const std::size_t row = i / static_cast<std::size_t>(size),
                        column = i % static_cast<std::size_t>(size);
      EXPECT_NEAR(slopes[i], exact.inverse[column * static_cast<std::size_t>(size) + row],
                  1e-4 * (1 + std::abs(slopes[i])));
    }
  }
}

TEST(IcaModel, ExecutorsAgreeOnEveryObjective) {
  for (const char* objective :
       {"nce", "likelihood", "score-matching", "importance-sampling", "contrastive-divergence"}) {
    expect_executors_agree(spec_of(objective), objective);
  }
}

// A step of length one of the whole sample moves B of whitened data, V with B = V W, by dJ/dV =
// dJ/dB Wᵀ: the gradients that are estimated with, which differences have confirmed.
TEST(IcaModel, LearnsByTheGradientsThatAreEstimatedWith) {
  constexpr std::size_t size = 3, count = 300;
  for (const IcaObjective objective : with_a_loss) {
    Ready ready = make_ready(session::complete(
        spec_of(name_of(objective), {{"data", {{"train", count}}},
                                     {"objective", {{"batch", count}}},
                                     {"optimiser", {{"name", "sgd"}, {"rate", 1.0}}}})));
    const models::System& system = ready.system;
    const auto numbers = [](const std::vector<float>& floats) {
      return Numbers(floats.begin(), floats.end());
    };
    const auto output = [&](const char* ability, std::size_t which) {
      const auto handle = ready.cpu->prepare(system.ability(ability).procedure());
      ready.cpu->run(handle);
      return numbers(ready.cpu->output(handle, which));
    };
    IcaSample sample;
    sample.dimensions = size;
    sample.x = numbers(ready.data.train.values);
    if (system.find("noise")) {
      sample.y = output("noise", 0);
      const models::Ability& density = system.ability("log_density");
      const auto handle = ready.cpu->prepare(density.procedure());
      const auto log_noise = [&](const Numbers& points) {
        std::vector<float> rows(points.begin(), points.end());
        rows.resize(static_cast<std::size_t>(size_of(density.inputs[0].variable.shape())));
        ready.cpu->write(density.inputs[0].variable, rows);
        ready.cpu->run(handle);
        Numbers values = numbers(ready.cpu->output(handle, 1));
        values.resize(points.size() / size);
        return values;
      };
      sample.log_noise_x = log_noise(sample.x);
      sample.log_noise_y = log_noise(sample.y);
    }
    const Numbers before = numbers(ready.cpu->read(system.parameters[0]));
    Numbers parameters = output("unmixing", 0), gradient;
    const data::Mixing turned = data::mixing_of(before);  // V⁻¹ is its inverse
    Numbers whitening(size * size, 0);
    for (std::size_t i = 0; i < size * size; ++i) {
      for (std::size_t k = 0; k < size; ++k) {
        whitening[i] += turned.inverse[i / size * size + k] * parameters[k * size + i % size];
      }
    }
    if (objective == IcaObjective::nce) {
      parameters.push_back(static_cast<double>(ready.cpu->read(system.parameters[1]).front()));
    }
    (void)infer::ica_loss(objective, sample, parameters, gradient);
    ready.cpu->run(ready.cpu->prepare(system.phases.back().procedure));
    const Numbers after = numbers(ready.cpu->read(system.parameters[0]));
    for (std::size_t i = 0; i < size * size; ++i) {
      double expected = 0;
      for (std::size_t k = 0; k < size; ++k) {
        expected -= gradient[i / size * size + k] * whitening[i % size * size + k];
      }
      EXPECT_NEAR(after[i] - before[i], expected, 2e-4 * (1 + std::abs(expected)))
          << name_of(objective) << ' ' << i;
    }
    if (objective != IcaObjective::nce) continue;
    const auto c = static_cast<double>(ready.cpu->read(system.parameters[1]).front());
    EXPECT_NEAR(c - parameters.back(), -gradient.back(), 2e-4);
  }
}

// The objective of the whole sample is that of the minibatch that is the whole sample, with the
// very same noise.
TEST(IcaModel, ItsObjectivesAreThoseThatAreEstimated) {
  for (const IcaObjective objective : with_a_loss) {
    Experiment experiment(session::complete(spec_of(name_of(objective))));
    experiment.step(5).get();
    const session::Measures measures = experiment.measure().get();
    const auto count = static_cast<std::size_t>(experiment.system().evaluated);
    IcaSample sample;
    sample.dimensions = 3;
    const std::vector<float>& test = experiment.data().test.values;
    sample.x.assign(test.begin(), test.begin() + static_cast<std::ptrdiff_t>(3 * count));
    if (experiment.can("noise")) {
      const session::Arrays noise = experiment.call("evaluated_noise").get();
      const std::vector<float>& y = noise.values("x");
      sample.y.assign(y.begin(), y.end());
      const auto log_noise = [&](const Numbers& points) {
        const std::vector<float> floats(points.begin(), points.end());
        const session::Arrays found =
            experiment.call("log_density", session::given("x", floats)).get();
        const std::vector<float>& values = found.values("log_noise");
        return Numbers(values.begin(), values.end());
      };
      sample.log_noise_x = log_noise(sample.x);
      sample.log_noise_y = log_noise(sample.y);
    }
    const session::Arrays found = experiment.call("unmixing").get();
    const std::vector<float>& unmixing = found.values("unmixing");
    Numbers parameters(unmixing.begin(), unmixing.end()), gradient;
    if (objective == IcaObjective::nce) parameters.push_back(measures.at("c"));
    EXPECT_NEAR(measures.at("objective_test"),
                -infer::ica_loss(objective, sample, parameters, gradient), 2e-4)
        << name_of(objective);
  }
}

// The mean of the gradient of contrastive divergence, of ever more moves from data: what moves far
// forgets where it came from, and is a draw of the model, as maximum likelihood would have it.
TEST(IcaModel, ContrastiveDivergenceComesToMaximumLikelihoodAsItsChainsGrow) {
  constexpr int steps = 40;
  constexpr double rate = 5e-4;
  const auto slope_of = [&](Json spec) {
    spec["optimiser"] = {{"name", "sgd"}, {"rate", rate}};
    spec["data"]["train"] = 8000;
    spec["objective"]["batch"] = 8000;
    Ready ready = make_ready(session::complete(spec));
    const Value unmixing = ready.system.parameters.front();
    const std::vector<float> before = ready.cpu->read(unmixing);
    ready.cpu->run(ready.cpu->prepare(ready.system.phases.back().procedure), steps);
    Numbers moved;
    const std::vector<float> after = ready.cpu->read(unmixing);
    for (std::size_t i = 0; i < after.size(); ++i) {
      moved.push_back(static_cast<double>(after[i] - before[i]) / (steps * rate));
    }
    return moved;
  };
  const Numbers likelihood = slope_of(spec_of("likelihood"));
  double size = 0;
  for (const double each : likelihood) size += each * each;
  std::vector<double> shares;
  for (const int moves : {1, 3, 15}) {
    const Numbers slope = slope_of(
        spec_of("contrastive-divergence", {{"objective", {{"leapfrog", 2}, {"moves", moves}}}}));
    double away = 0;
    for (std::size_t i = 0; i < slope.size(); ++i) {
      away += (slope[i] - likelihood[i]) * (slope[i] - likelihood[i]);
    }
    shares.push_back(away / size);
  }
  EXPECT_GT(shares[0], 0.05);
  EXPECT_LT(shares[1], shares[0]);
  EXPECT_LT(shares[2], 0.03) << shares[0] << ", " << shares[1];
}

TEST(IcaModel, LearnsTheSourcesByEveryObjective) {
  for (const char* objective :
       {"nce", "likelihood", "score-matching", "contrastive-divergence", "importance-sampling"}) {
    Experiment experiment(session::complete(spec_of(
        objective,
        {{"data", {{"train", 8000}, {"test", 2000}}},
         {"objective", {{"batch", 500}}},
         {"optimiser", {{"rate", 0.01}, {"schedule", "cosine"}, {"schedule_steps", 1500}}}})));
    experiment.step(1500).get();
    const session::Measures measures = experiment.measures().measure_all().get();
    const bool smoothed = std::string(objective) == "score-matching";
    EXPECT_LT(measures.at("squared_error_b"), smoothed ? 0.3 : 0.05) << objective;
    EXPECT_LT(measures.at("squared_error_c"), smoothed ? 0.2 : 0.02) << objective;
    EXPECT_LT(std::abs(measures.at("kl_to_truth")),
              (smoothed ? 0.1 : 0.03) + 4 * measures.at("kl_to_truth_se"))
        << objective;
    EXPECT_NEAR(measures.at("log_likelihood_test"), measures.at("log_likelihood_optimum"),
                0.1 + 4 * measures.at("log_likelihood_test_se"));
    // Its draws are of the density that it has: −ln p is on average the entropy, D − c of B.
    const std::vector<float> drawn = experiment.sample(4000).get();
    const session::Arrays at = experiment.call("log_density", session::given("x", drawn)).get();
    const double minus_log_z = measures.at("minus_log_z");
    EXPECT_NEAR(mean_of(at.values("log_density")) - measures.at("c"), -3, 0.15) << minus_log_z;
  }
}

TEST(IcaModel, NoiseOfSourcesIsNearerToTheDataThanAGaussian) {
  const auto log_noise = [](const char* noise) {
    Experiment experiment(session::complete(spec_of("nce", {{"objective", {{"noise", noise}}}})));
    const session::Arrays at =
        experiment.call("log_density", session::given("x", experiment.data().test.values)).get();
    return mean_of(at.values("log_noise"));
  };
  EXPECT_GT(log_noise("laplacian"), log_noise("gaussian") + 0.1);
}

// What the views draw: rows in the order and with the signs of the true sources.
TEST(IcaModel, ItsSourcesAreShownBesideTheTrueOnes) {
  Experiment experiment(session::complete(
      spec_of("likelihood", {{"data", {{"train", 4000}}}, {"objective", {{"batch", 500}}}})));
  experiment.step(600).get();
  session::Message snapshot("snapshot");
  session::SourcesProbe probe;
  probe.add(snapshot, experiment, {"sources"}, false).get();
  const data::Mixing& truth = *data::mixing_behind(experiment.data().truth.get());
  EXPECT_DOUBLE_EQ(snapshot.head.at("true_c"), truth.log_constant());
  const auto product = snapshot.array("unmixed_mixture"), unmixing = snapshot.array("unmixing"),
             mixing = snapshot.array("mixing");
  double error = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t k = 0; k < 3; ++k) {
      EXPECT_NEAR(product[3 * i + k], i == k, 0.15) << i << ' ' << k;
      double both = 0, turned = 0;
      for (std::size_t j = 0; j < 3; ++j) {
        both += static_cast<double>(unmixing[3 * i + j]) * truth.matrix[3 * j + k];
        turned += static_cast<double>(unmixing[3 * i + j] * mixing[3 * j + k]);
      }
      EXPECT_NEAR(product[3 * i + k], both, 1e-5);
      EXPECT_NEAR(turned, i == k, 1e-5);
      const double away = static_cast<double>(unmixing[3 * i + k]) - truth.inverse[3 * i + k];
      error += away * away;
    }
  }
  EXPECT_NEAR(experiment.measure().get().at("squared_error_b"), error, 1e-5 * (1 + error));
}

TEST(IcaModel, SaysWhatDoesNotGo) {
  const auto refused = [](const Json& spec) {
    try {
      Experiment experiment(session::complete(spec));
    } catch (const session::SpecificationError& error) {
      return error.key() + ": " + error.what();
    }
    return std::string();
  };
  const Json strokes{{"name", "strokes"}, {"train", 60}, {"test", 20}};
  const Json many{{"data", strokes}, {"model", {{"name", "ica"}}}};
  EXPECT_NE(refused(many).find("at most 256"), std::string::npos) << refused(many);
  Json digits{{"data", {{"name", "digits8"}, {"train", 60}, {"test", 20}}},
              {"model", {{"name", "ica"}}},
              {"objective", {{"noise", "laplacian"}}}};
  EXPECT_NE(refused(digits).find("objective.noise"), std::string::npos) << refused(digits);
}

}  // namespace
}  // namespace lab
