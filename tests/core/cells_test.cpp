// Integrals over cells against closed forms, for every truth of the plane and thin ones too.
#include "core/data/cells.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>

#include "core/data/registry.hpp"
#include "core/session/experiment.hpp"

namespace lab::data {
namespace {

constexpr double pi = std::numbers::pi;

struct Case {
  std::string name;
  std::function<std::unique_ptr<PlaneTruth>()> make;
};

// Every truth, at the ends of what its parameters may be and between.
std::vector<Case> cases() {
  std::vector<Case> all{{"eight gaussians", make_eight_gaussians},
                        {"pinwheel", make_pinwheel},
                        {"checkerboard", make_checkerboard},
                        {"spirals", make_spirals},
                        {"swiss roll", make_swiss_roll}};
  for (const double noise : {0.005, 0.01, 0.02, 0.1, 0.5, 2.0}) {
    all.push_back({"moons " + std::to_string(noise), [=] { return make_moons(noise); }});
  }
  for (const double radius : {0.1, 1.0, 2.0, 10.0}) {
    for (const double width : {0.01, 0.05, 0.2, 3.0}) {
      all.push_back({"ring " + std::to_string(radius) + " " + std::to_string(width),
                     [=] { return make_ring(radius, width); }});
    }
  }
  for (const double deviation : {1e-4, 1e-3, 0.01, 0.1, 100.0}) {
    all.push_back({"one thin of two, " + std::to_string(deviation), [=] {
                     return make_mixture({{1, -3, 0, 1, 1, 0}, {1, 3, 1, deviation, deviation, 0}});
                   }});
  }
  all.push_back({"correlated", [] { return make_mixture({{1, 1, 2, 1, 1, 0.9999}}); }});
  return all;
}

TEST(Cells, EveryTruthIntegratesToOne) {
  for (const Case& each : cases()) {
    const auto truth = each.make();
    const Cells cells = make_cells(*truth);
    EXPECT_NEAR(std::exp(log_integral(cells.log_density, cells).value), 1, 1e-3) << each.name;
    EXPECT_LT(cells.points.size(), 2u * 131072) << each.name;
    const std::vector<double> draws = truth->sample(4000, 5);
    double total = 0, squares = 0;
    for (std::size_t i = 0; i < draws.size(); i += 2) {
      const double value = -truth->log_density(draws[i], draws[i + 1]).value();
      total += value / 4000;
      squares += value * value / 4000;
    }
    const double error = std::sqrt(std::max(0.0, squares - total * total) / 4000);
    const Integral entropy = data::entropy(cells);
    EXPECT_NEAR(entropy.value, total, 4.5 * error + 3e-3) << each.name;
  }
}

// What is easy needs no more than before.
TEST(Cells, AreRefinedOnlyWhereTheyMust) {
  for (const auto& make : {make_eight_gaussians, make_pinwheel, make_checkerboard, make_spirals}) {
    EXPECT_EQ(make_cells(*make()).log_area.size(), 128u * 128);
  }
  EXPECT_GT(make_cells(*make_moons(0.01)).log_area.size(), 128u * 128);
}

// KL(p ‖ N(0, s² I)) = −H(p) + ln 2πs² + E‖x‖²/2s².
double to_gaussian(double entropy, double square, double s) {
  return -entropy + std::log(2 * pi * s * s) + square / (2 * s * s);
}

std::vector<double> gaussian(const Cells& cells, double s) {
  std::vector<double> values;
  for (std::size_t i = 0; i < cells.points.size(); i += 2) {
    const auto x = static_cast<double>(cells.points[i]),
               y = static_cast<double>(cells.points[i + 1]);
    values.push_back(-std::log(2 * pi * s * s) - (x * x + y * y) / (2 * s * s));
  }
  return values;
}

TEST(Cells, DivergencesAreTheClosedForms) {
  const auto check = [](const PlaneTruth& truth, double entropy, double square, double s) {
    const Cells cells = make_cells(truth);
    const double expected = to_gaussian(entropy, square, s);
    const std::vector<double> log_q = gaussian(cells, s);
    const Integral kl = kl_divergence(log_q, true, cells);
    EXPECT_NEAR(kl.value, expected, 1e-3);
    EXPECT_NEAR(kl.value, expected, 4 * kl.error + 1e-4);
    EXPECT_LT(kl.error, 2e-3);
    // A constant that an unnormalised density lacks takes nothing away.
    std::vector<double> log_p0 = log_q;
    for (double& value : log_p0) value += 7;
    const Integral unnormalised = kl_divergence(log_p0, false, cells);
    const double missing = std::expm1(log_integral(log_q, cells).value);
    EXPECT_NEAR(unnormalised.value, expected + missing, 2e-3);
  };
  check(*make_checkerboard(), std::log(32.0), 32.0 / 3, 2);
  check(*make_mixture({{1, 0, 0, 1, 1, 0}}), std::log(2 * pi) + 1, 2, 1.5);
  check(*make_mixture({{1, 0, 0, 0.02, 0.02, 0}}), std::log(2 * pi * 4e-4) + 1, 8e-4, 0.03);
  const double r = 3, w = 0.01;  // ‖x‖ ~ N(3, 0.01²), so ln 2πr is nearly that of the mean
  check(*make_ring(r, w), 0.5 * std::log(2 * pi * std::numbers::e * w * w) + std::log(2 * pi * r),
        r * r + w * w, 2);
}

TEST(Cells, TheErrorGrowsWhereCellsAreTooFew) {
  const auto moons = make_moons(0.005);
  const Cells few = make_cells(*moons, 1), enough = make_cells(*moons);
  const Integral best = kl_divergence(gaussian(enough, 2), true, enough),
                 rough = kl_divergence(gaussian(few, 2), true, few);
  EXPECT_GT(std::abs(rough.value - best.value), 0.01);
  EXPECT_LT(std::abs(rough.value - best.value), 4 * rough.error);
  EXPECT_LT(best.error, 0.2 * rough.error);
}

TEST(Cells, PointsWithoutADensityHaveThemToo) {
  const Cells cells = make_cells(*make_points({0, 0, 1, 1}));
  EXPECT_TRUE(cells.log_density.empty());
  EXPECT_EQ(cells.points.size(), 2u * 128 * 128);
}

TEST(Cells, WhatLiesOutsideIsTheRest) {
  const auto truth = make_moons(0.1);
  const Cells inside = make_cells(*truth), outside = make_outside(truth->integration_box());
  const Box box = truth->integration_box();
  const double width = box.x1 - box.x0;
  double area = 0;
  for (std::size_t i = 0; i < outside.log_area.size(); ++i) {
    area += std::exp(outside.log_area[i]);
    const auto x = static_cast<double>(outside.points[2 * i]),
               y = static_cast<double>(outside.points[2 * i + 1]);
    EXPECT_FALSE(x > box.x0 && x < box.x1 && y > box.y0 && y < box.y1);
  }
  EXPECT_NEAR(area, 15 * width * width, 1e-6 * width * width);
  // A Gaussian so wide that most of it lies outside.
  const double s = 0.5 * width, centre_x = 0.5 * (box.x0 + box.x1),
               centre_y = 0.5 * (box.y0 + box.y1);
  const auto mass = [&](const Cells& cells) {
    std::vector<double> log_q;
    for (std::size_t i = 0; i < cells.points.size(); i += 2) {
      const double dx = (static_cast<double>(cells.points[i]) - centre_x) / s,
                   dy = (static_cast<double>(cells.points[i + 1]) - centre_y) / s;
      log_q.push_back(-0.5 * (dx * dx + dy * dy) - std::log(2 * std::numbers::pi * s * s));
    }
    return std::exp(log_integral(log_q, cells).value);
  };
  const double within = std::pow(std::erf(1 / std::sqrt(2.0)), 2);
  EXPECT_NEAR(mass(inside), within, 1e-3);
  EXPECT_NEAR(mass(outside), 1 - within, 2e-3);
}

TEST(Experiment, SaysHowWellItsIntegralsAreKnown) {
  session::Json spec{{"data", {{"name", "checkerboard"}, {"train", 100}, {"test", 50}}},
                     {"model", {{"name", "gaussian"}}},
                     {"sampler", {{"chains", 16}}}};
  session::Experiment experiment(session::complete(spec));
  EXPECT_NEAR(experiment.measures().truth_integral(), 1, 1e-9);
  EXPECT_NEAR(experiment.measures().entropy(), std::log(32.0), 1e-9);
  const auto measures = experiment.measure().get();
  for (const char* name : {"kl_to_truth_error", "minus_log_z_error", "log_likelihood_optimum_error",
                           "z_outside_error"}) {
    ASSERT_TRUE(measures.count(name)) << name;
    EXPECT_GE(measures.at(name), 0);
    EXPECT_LT(measures.at(name), 0.01);
  }
}

}  // namespace
}  // namespace lab::data
