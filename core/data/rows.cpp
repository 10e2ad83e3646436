#include "core/data/rows.hpp"

#include "core/graph/one_of.hpp"

namespace lab::data {

namespace {

void add_mixing_keys(keys::KeyList& list) {
  list.integer("data.mixing_seed", 1, {0, 4294967295.0, 0, 100})
      .when("data.name", {"ica", "ica-plane"});
}

void add_ica_keys(keys::KeyList& list) {
  list.integer("data.dimensions", 4, {2, 16, 2, 16}).when("data.name", {"ica"});
}

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
      {"ica-plane", true, false, false, add_mixing_keys},
      {"ica", false, false, true, add_ica_keys},
      {"digits8"},
      {"strokes"},
      {"sprites"},
      {"faces"},
      {"dead-leaves"},
      {"file", false, true},
  };
  return rows;
}

}  // namespace

const std::vector<Row>& rows() { return all(); }

void add_row(Row row) { all().push_back(row); }

const Row& row_of(const std::string& name) { return lab::row_of("data set", name, rows()); }

std::vector<std::string> names(bool plane) {
  std::vector<std::string> found;
  for (const Row& row : rows()) {
    if (row.plane == plane) found.push_back(row.name);
  }
  return found;
}

std::vector<std::string> names_drawn(bool drawn) {
  std::vector<std::string> found;
  for (const Row& row : rows()) {
    if (row.drawn() == drawn) found.push_back(row.name);
  }
  return found;
}

void add_keys(keys::KeyList& list) {
  using keys::Json;
  const std::vector<std::string> pictures = names_drawn(false);
  list["data"].choice("data.name", keys::joined(names(true), names(false)));
  list.text("data.file").when("data.name", {"file"});
  list.text("data.test_file").when("data.name", {"file"});
  list.integer("data.tile_rows", 0, {0, 4096, 0, 128}).when("data.name", {"file"});
  list.integer("data.tile_columns", 0, {0, 4096, 0, 128}).when("data.name", {"file"});
  list.integer("data.patch", 0, {0, 64, 0, 32})
      .unit("pixels")
      .otherwise("data.name", {"dead-leaves"}, 16)
      .when("data.name", {"strokes", "sprites", "faces", "dead-leaves", "file"});
  list.boolean("data.ordered", false).when("data.name", {"file"});
  list.integer("data.train", 8000, {16, 200000, 100, 60000, true})
      .unit("samples")
      .otherwise("data.name", {"digits8"}, 1437)
      .otherwise("data.name", {"file"}, 60000);
  list.integer("data.test", 2000, {16, 200000, 100, 20000, true})
      .unit("samples")
      .otherwise("data.name", {"digits8"}, 360)
      .otherwise("data.name", {"file"}, 10000);
  list.integer("data.validation", 0, {0, 100000, 0, 10000}).unit("samples");
  list.text("data.normal").when("data.name", pictures).belongs_to("data.name");
  list.choice("data.scale", {"unit", "symmetric", "standard"}).when("data.name", pictures);
  list.number("data.noise", 0.1, {0.005, 2, 0.02, 0.5}).when("data.name", {"moons"});
  list.number("data.radius", 2, {0.1, 10, 0.5, 4}).when("data.name", {"ring"});
  list.number("data.width", 0.2, {0.01, 3, 0.05, 1}).when("data.name", {"ring"});
  list.rows("data.components", 6,
            Json::array({Json::array({1, -1.5, 0, 0.5, 0.9, 0.5}),
                         Json::array({1, 1.5, 0, 0.5, 0.9, -0.5})}))
      .when("data.name", {"mixture"});
  list.rows("data.points", 2, Json::array()).when("data.name", {"points"});
  for (const Row& row : rows()) {
    if (row.add_keys) row.add_keys(list["data"]);
  }
}

}  // namespace lab::data
