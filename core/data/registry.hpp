// The data sets by name. To add one of the plane, write its class in a file of its own, declare its
// maker below, and give it a row in rows.cpp and a maker
// in registry.cpp; of generated pictures, the same with its function.
#pragma once

#include <nlohmann/json.hpp>

#include <array>

#include "core/data/pictures.hpp"
#include "core/data/truth.hpp"

namespace lab::data {

// How the data of a row is made. One of them is there, or neither: it is read from a file.
struct Maker {
  // Of data of the plane, from the "data" section of a completed specification.
  std::unique_ptr<PlaneTruth> (*truth)(const nlohmann::json& data) = nullptr;
  // Of generated pictures: sample i depends on the seed and on i alone.
  Samples (*pictures)(std::size_t count, std::uint64_t seed) = nullptr;
  // Of these factors (count, factors), where pictures() draws each independently of the others.
  Samples (*painted)(std::span<const float> factor_values) = nullptr;
  // Of rows of numbers of any dimension, as truth().
  std::unique_ptr<Truth> (*vectors)(const nlohmann::json& data) = nullptr;
};
Maker maker_of(const std::string& name);
void add_maker(const char* name, Maker maker);

// Training and test points come from independent streams of one fixed seed, so that every run of
// a specification sees the same data.
struct Split {
  std::vector<float> train, test;  // (count, D) row-major
};
Split make_split(const Truth& truth, std::size_t train, std::size_t test);

// The makers; parameters as in the schema.
std::unique_ptr<PlaneTruth> make_eight_gaussians();
// Rows of weight, mean x, mean y, deviation x, deviation y, correlation.
std::unique_ptr<PlaneTruth> make_mixture(const std::vector<std::array<double, 6>>& components);
std::unique_ptr<PlaneTruth> make_ring(double radius, double width);
std::unique_ptr<PlaneTruth> make_pinwheel();
std::unique_ptr<PlaneTruth> make_checkerboard();
// noise: before the scaling by `scale`.
std::unique_ptr<PlaneTruth> make_moons(double noise, double scale = 2);
std::unique_ptr<PlaneTruth> make_spirals();
std::unique_ptr<PlaneTruth> make_swiss_roll();
std::unique_ptr<PlaneTruth> make_points(std::vector<double> points);

}  // namespace lab::data
