#include "core/data/registry.hpp"

#include <map>
#include <string>

#include "core/data/ica.hpp"

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

std::unique_ptr<PlaneTruth> plane_sources_of(const Json& data) {
  return make_plane_sources(draw_mixing(2, data.at("mixing_seed").get<std::uint64_t>()));
}

std::unique_ptr<Truth> sources_of(const Json& data) {
  return make_mixed_sources(draw_mixing(data.at("dimensions").get<std::size_t>(),
                                        data.at("mixing_seed").get<std::uint64_t>()));
}

std::map<std::string, Maker>& makers() {
  static std::map<std::string, Maker> all{
      {"eight-gaussians", {[](const Json&) { return make_eight_gaussians(); }}},
      {"ring", {[](const Json& d) { return make_ring(d.at("radius"), d.at("width")); }}},
      {"mixture", {mixture_of}},
      {"moons", {[](const Json& d) { return make_moons(d.at("noise")); }}},
      {"pinwheel", {[](const Json&) { return make_pinwheel(); }}},
      {"checkerboard", {[](const Json&) { return make_checkerboard(); }}},
      {"spirals", {[](const Json&) { return make_spirals(); }}},
      {"swiss-roll", {[](const Json&) { return make_swiss_roll(); }}},
      {"points", {points_of}},
      {"ica-plane", {plane_sources_of}},
      {"ica", {nullptr, nullptr, nullptr, sources_of}},
      {"strokes", {nullptr, make_strokes}},
      {"sprites", {nullptr, make_sprites, paint_sprites}},
      {"faces", {nullptr, make_faces, paint_faces}},
      {"dead-leaves", {nullptr, make_dead_leaves}},
  };
  return all;
}

constexpr std::uint64_t train_seed = 1, test_seed = 2;

}  // namespace

Maker maker_of(const std::string& name) {
  const auto found = makers().find(name);
  return found == makers().end() ? Maker{} : found->second;
}

void add_maker(const char* name, Maker maker) { makers()[name] = maker; }

Split make_split(const Truth& truth, std::size_t train, std::size_t test) {
  const auto draw = [&](std::size_t count, std::uint64_t seed) {
    const std::vector<double> points = truth.sample(count, seed);
    return std::vector<float>(points.begin(), points.end());
  };
  return {draw(train, train_seed), draw(test, test_seed)};
}

}  // namespace lab::data
