#include "core/data/registry.hpp"

#include <array>
#include <functional>
#include <stdexcept>
#include <string>

namespace lab::data {

namespace {

using Json = nlohmann::json;

struct Row {
  const char* name;
  std::function<std::unique_ptr<PlaneTruth>(const Json&)> make;
};

std::unique_ptr<PlaneTruth> mixture_of(const Json& data) {
  std::vector<std::array<double, 6>> components;
  for (const Json& row : data.at("components")) {
    components.push_back(row.get<std::array<double, 6>>());
  }
  return make_mixture(components);
}

std::unique_ptr<PlaneTruth> points_of(const Json& data) {
  std::vector<double> points;
  for (const Json& row : data.at("points")) {
    points.push_back(row[0].get<double>());
    points.push_back(row[1].get<double>());
  }
  return make_points(std::move(points));
}

const std::array<Row, 9>& registry() {
  static const std::array<Row, 9> rows{{
      {"eight-gaussians", [](const Json&) { return make_eight_gaussians(); }},
      {"ring", [](const Json& d) { return make_ring(d.at("radius"), d.at("width")); }},
      {"mixture", mixture_of},
      {"moons", [](const Json& d) { return make_moons(d.at("noise")); }},
      {"pinwheel", [](const Json&) { return make_pinwheel(); }},
      {"checkerboard", [](const Json&) { return make_checkerboard(); }},
      {"spirals", [](const Json&) { return make_spirals(); }},
      {"swiss-roll", [](const Json&) { return make_swiss_roll(); }},
      {"points", points_of},
  }};
  return rows;
}

constexpr std::uint64_t train_seed = 1, test_seed = 2;

}  // namespace

std::unique_ptr<PlaneTruth> make_truth(const Json& data) {
  const auto name = data.at("name").get<std::string>();
  for (const Row& row : registry()) {
    if (name == row.name) return row.make(data);
  }
  std::string sentence = "There is no data set '" + name + "'; of the plane there are";
  for (const Row& row : registry()) sentence += " " + std::string(row.name);
  throw std::invalid_argument(sentence + ".");
}

Split make_split(const Truth& truth, std::size_t train, std::size_t test) {
  const auto draw = [&](std::size_t count, std::uint64_t seed) {
    const std::vector<double> points = truth.sample(count, seed);
    return std::vector<float>(points.begin(), points.end());
  };
  return {draw(train, train_seed), draw(test, test_seed)};
}

}  // namespace lab::data
