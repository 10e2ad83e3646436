#include "core/data/registry.hpp"

#include <stdexcept>
#include <string>

namespace lab::data {

namespace {

using Json = nlohmann::json;

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

std::vector<Row>& all() {
  static std::vector<Row> rows{
      {"eight-gaussians", [](const Json&) { return make_eight_gaussians(); }},
      {"ring", [](const Json& d) { return make_ring(d.at("radius"), d.at("width")); }},
      {"mixture", mixture_of, nullptr, true},
      {"moons", [](const Json& d) { return make_moons(d.at("noise")); }},
      {"pinwheel", [](const Json&) { return make_pinwheel(); }},
      {"checkerboard", [](const Json&) { return make_checkerboard(); }},
      {"spirals", [](const Json&) { return make_spirals(); }},
      {"swiss-roll", [](const Json&) { return make_swiss_roll(); }},
      {"points", points_of, nullptr, true},
      {"digits8"},
      {"strokes", nullptr, make_strokes},
      {"sprites", nullptr, make_sprites},
      {"faces", nullptr, make_faces},
      {"file", nullptr, nullptr, true},
  };
  return rows;
}

constexpr std::uint64_t train_seed = 1, test_seed = 2;

}  // namespace

const std::vector<Row>& registry() { return all(); }

void add_row(Row row) { all().push_back(std::move(row)); }

const Row& row_of(const std::string& name) {
  std::string sentence = "There is no data set '" + name + "'; there are";
  for (const Row& row : registry()) {
    if (name == row.name) return row;
    sentence += " " + std::string(row.name);
  }
  throw std::invalid_argument(sentence + ".");
}

std::vector<std::string> names(bool plane) {
  std::vector<std::string> all;
  for (const Row& row : registry()) {
    if (row.plane() == plane) all.push_back(row.name);
  }
  return all;
}

void add_keys(keys::KeyList& list) {
  using namespace keys;
  const auto add = [&list](Key key) { list.add("data", std::move(key)); };
  const std::vector<std::string> pictures = names(false);
  add(choice("data.name", joined(names(true), pictures)));
  add(when(text("data.file"), "data.name", {"file"}));
  add(when(text("data.test_file"), "data.name", {"file"}));
  add(when(integer("data.tile_rows", 0, {0, 4096, 0, 128}), "data.name", {"file"}));
  add(when(integer("data.tile_columns", 0, {0, 4096, 0, 128}), "data.name", {"file"}));
  add(when(boolean("data.ordered", false), "data.name", {"file"}));
  Key train = with_unit(integer("data.train", 8000, {16, 200000, 100, 60000, true}), "samples");
  otherwise(train, "data.name", {"digits8"}, 1437);
  otherwise(train, "data.name", {"file"}, 60000);
  add(std::move(train));
  Key test = with_unit(integer("data.test", 2000, {16, 200000, 100, 20000, true}), "samples");
  otherwise(test, "data.name", {"digits8"}, 360);
  otherwise(test, "data.name", {"file"}, 10000);
  add(std::move(test));
  add(with_unit(integer("data.validation", 0, {0, 100000, 0, 10000}), "samples"));
  add(when(choice("data.scale", {"unit", "symmetric", "standard"}), "data.name", pictures));
  add(when(number("data.noise", 0.1, {0.005, 2, 0.02, 0.5}), "data.name", {"moons"}));
  add(when(number("data.radius", 2, {0.1, 10, 0.5, 4}), "data.name", {"ring"}));
  add(when(number("data.width", 0.2, {0.01, 3, 0.05, 1}), "data.name", {"ring"}));
  add(when(rows("data.components", 6,
                Json::array({Json::array({1, -1.5, 0, 0.5, 0.9, 0.5}),
                             Json::array({1, 1.5, 0, 0.5, 0.9, -0.5})})),
           "data.name", {"mixture"}));
  add(when(rows("data.points", 2, Json::array()), "data.name", {"points"}));
}

Split make_split(const Truth& truth, std::size_t train, std::size_t test) {
  const auto draw = [&](std::size_t count, std::uint64_t seed) {
    const std::vector<double> points = truth.sample(count, seed);
    return std::vector<float>(points.begin(), points.end());
  };
  return {draw(train, train_seed), draw(test, test_seed)};
}

}  // namespace lab::data
