#include "core/data/rows.hpp"

#include <stdexcept>

namespace lab::data {

namespace {

std::vector<Row>& all() {
  static std::vector<Row> rows{
      {"eight-gaussians", true},
      {"ring", true},
      {"mixture", true, true},
      {"moons", true},
      {"pinwheel", true},
      {"checkerboard", true},
      {"spirals", true},
      {"swiss-roll", true},
      {"points", true, true},
      {"digits8"},
      {"strokes"},
      {"sprites"},
      {"faces"},
      {"file", false, true},
  };
  return rows;
}

}  // namespace

const std::vector<Row>& rows() { return all(); }

void add_row(Row row) { all().push_back(row); }

const Row& row_of(const std::string& name) {
  std::string sentence = "There is no data set '" + name + "'; there are";
  for (const Row& row : rows()) {
    if (name == row.name) return row;
    sentence += " " + std::string(row.name);
  }
  throw std::invalid_argument(sentence + ".");
}

std::vector<std::string> names(bool plane) {
  std::vector<std::string> found;
  for (const Row& row : rows()) {
    if (row.plane == plane) found.push_back(row.name);
  }
  return found;
}

void add_keys(keys::KeyList& list) {
  using namespace keys;
  const auto add = [&list](Key&& key) { list.add("data", std::move(key)); };
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
  add(when(keys::rows("data.components", 6,
                      Json::array({Json::array({1, -1.5, 0, 0.5, 0.9, 0.5}),
                                   Json::array({1, 1.5, 0, 0.5, 0.9, -0.5})})),
           "data.name", {"mixture"}));
  add(when(keys::rows("data.points", 2, Json::array()), "data.name", {"points"}));
}

}  // namespace lab::data
