#include "core/session/probes/codebook.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "core/data/grid.hpp"
#include "core/infer/k_means.hpp"
#include "core/session/probes/posteriors.hpp"

namespace lab::session {

namespace {

constexpr std::size_t most_encodings = 20000, most_drawn = 2000, most_pulls = 150;
constexpr std::size_t most_pictures = 96, most_maps = 24, most_palette = 64;
constexpr std::size_t partition_side = 96;

// A number for each site of each row that lies in a level: `each` numbers (R, S, each) of it.
std::vector<float> of_level(std::span<const float> numbers, const Experiment& experiment,
                            std::size_t level, std::size_t each = 1) {
  const models::CodeLevel& grid = experiment.system().code_levels[level];
  const std::size_t row = experiment.system().code_sites() * each;
  std::vector<float> own;
  for (std::size_t start = 0; start < numbers.size(); start += row) {
    const std::span<const float> part =
        numbers.subspan(start + grid.first * each, grid.sites() * each);
    own.insert(own.end(), part.begin(), part.end());
  }
  return own;
}

// How often each code of a level is there, of maps of codes (R, S).
std::vector<float> counted(std::span<const float> codes, const Experiment& experiment,
                           std::size_t level) {
  std::vector<float> counts(static_cast<std::size_t>(experiment.system().codes), 0);
  for (const float code : of_level(codes, experiment, level)) {
    ++counts[static_cast<std::size_t>(code)];
  }
  return counts;
}

// The codes that are used, the most used first, `most` at most.
std::vector<float> by_use(const std::vector<float>& counts, std::size_t most) {
  std::vector<std::size_t> order(counts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order,
                           [&](std::size_t a, std::size_t b) { return counts[a] > counts[b]; });
  std::vector<float> codes;
  for (const std::size_t code : order) {
    if (codes.size() == most || counts[code] == 0) break;
    codes.push_back(static_cast<float>(code));
  }
  return codes;
}

// What maps (S) are with each of `codes` at all sites of a level, decoded, as intensities.
Task<std::vector<float>> pictures_of(Experiment& experiment, const std::vector<float>& codes,
                                     std::size_t level, const std::vector<float>& others) {
  const models::CodeLevel& grid = experiment.system().code_levels[level];
  std::vector<float> maps;
  for (const float code : codes) {
    maps.insert(maps.end(), others.begin(), others.end());
    std::fill_n(maps.end() - static_cast<std::ptrdiff_t>(others.size() - grid.first), grid.sites(),
                code);
  }
  Arrays decoded = co_await experiment.call("from_codes", given("codes", maps));
  std::vector<float> pictures = decoded.take("x");
  experiment.data().to_intensities(pictures);
  co_return pictures;
}

// The code of each level that is used most, at all its sites.
std::vector<float> usual_map(std::span<const float> codes, const Experiment& experiment) {
  std::vector<float> map;
  for (std::size_t level = 0; level < experiment.system().code_levels.size(); ++level) {
    const std::vector<float> counts = counted(codes, experiment, level);
    const auto most = std::ranges::max_element(counts) - counts.begin();
    map.insert(map.end(), experiment.system().code_levels[level].sites(), static_cast<float>(most));
  }
  return map;
}

Json described(const std::vector<models::CodeLevel>& levels) {
  Json all = Json::array();
  for (const models::CodeLevel& level : levels) {
    all.push_back({{"rows", level.rows}, {"columns", level.columns}, {"first", level.first}});
  }
  return all;
}

std::size_t within(const Json& command, const char* key, std::size_t count, const char* what) {
  const auto value = command.at(key).get<std::int64_t>();
  if (value < 0 || value >= signed_of(count)) {
    throw std::runtime_error("There are " + std::string(what) + " 0 to " +
                             std::to_string(count - 1) + ".");
  }
  return static_cast<std::size_t>(value);
}

}  // namespace

void CodebookProbe::adopt(const Experiment&) {
  inputs_.clear();
  axes_ = {};
  level_ = 0;
}

Task<bool> CodebookProbe::command(const std::string& name, const Json& command,
                                  Experiment& experiment) {
  if (name != "code_level") co_return false;
  if (!experiment.can("codes")) throw std::runtime_error("This model has no discrete codes.");
  level_ = within(command, "level", experiment.system().code_levels.size(), "levels of codes");
  axes_ = {};
  co_return true;
}

Task<> CodebookProbe::add(Message& snapshot, Experiment& experiment,
                          const std::set<std::string>& views, bool) {
  const data::Dataset& data = experiment.data();
  const models::System& system = experiment.system();
  const std::size_t sites = system.code_levels[level_].sites();
  if (inputs_.empty()) {
    const std::size_t rows = std::max<std::size_t>(most_encodings / system.code_sites(), 50);
    inputs_ = data.evaluated(data.test, std::min(rows, looked_at(experiment)));
  }
  const auto count = static_cast<std::size_t>(system.codes);
  const Arrays coded = co_await experiment.call("codes", given("x", inputs_));
  std::vector<float> counts = counted(coded.values("codes"), experiment, level_);
  Arrays book = co_await experiment.call("codebook");
  // Of this level, `each` numbers a code.
  const auto own = [&](const char* name, std::size_t each) {
    const std::vector<float>& all = book.values(name);
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(level_ * count * each);
    return std::vector<float>(first, first + static_cast<std::ptrdiff_t>(count * each));
  };
  snapshot.head["codebook"] = {{"revivals", book.values("revivals").front()},
                               {"shares", Json::array()},
                               {"level", level_},
                               {"levels", system.code_levels.size()}};
  if (views.count("code-usage") > 0) {
    std::vector<float> order = by_use(counts, most_pictures);
    const std::int64_t shown = signed_of(order.size());
    if (data.train.shape.picture()) {
      const std::vector<float> usual = usual_map(coded.values("codes"), experiment);
      std::vector<float> pictures = co_await pictures_of(experiment, order, level_, usual);
      snapshot.add("codeword_pictures", {shown, signed_of(data.dimensions())}, std::move(pictures));
    }
    snapshot.add("code_order", {shown}, std::move(order));
  }
  if (views.count("codebook") > 0) {
    std::vector<float> codes = of_level(coded.values("codes"), experiment, level_);
    const std::size_t drawn = std::min(codes.size(), most_drawn);
    codes.resize(drawn);
    snapshot.add("encoding_codes", {signed_of(drawn)}, std::move(codes));
    const std::size_t rows = (most_pulls + sites - 1) / sites;
    const std::span<const float> few =
        std::span(inputs_).first(std::min(inputs_.size(), rows * data.dimensions()));
    const Arrays pulled = co_await experiment.call("straight_through", given("x", few));
    const auto dimensions = static_cast<std::size_t>(book.at("codewords").shape.back());
    add_plane(snapshot, dimensions, own("codewords", dimensions),
              of_level(coded.values("encodings"), experiment, level_, dimensions),
              of_level(pulled.values("pull"), experiment, level_, dimensions));
  }
  snapshot.add("uses", {signed_of(count)}, own("uses", 1));
  snapshot.add("revived", {signed_of(count)}, own("revived", 1));
  snapshot.add("code_counts", {signed_of(count)}, std::move(counts));
}

// Directions (n, d) in the axes of places: without the mean.
std::vector<float> CodebookProbe::turned(std::span<const float> directions) const {
  infer::Principal axes = axes_;
  std::ranges::fill(axes.mean, 0.0);
  return infer::project(axes, directions);
}

void CodebookProbe::add_plane(Message& snapshot, std::size_t dimensions,
                              const std::vector<float>& codewords,
                              const std::vector<float>& encodings,
                              const std::vector<float>& pulls) {
  const auto add = [&](const char* name, std::vector<float> places) {
    const std::int64_t count = signed_of(places.size() / 2);
    snapshot.add(name, {count, 2}, std::move(places));
  };
  const std::span<const float> drawn =
      std::span(encodings).first(std::min(encodings.size(), most_drawn * dimensions));
  const std::span<const float> pulled =
      std::span(pulls).first(std::min(pulls.size(), most_pulls * dimensions));
  if (dimensions == 2) {
    add("codewords", codewords);
    add("encodings", {drawn.begin(), drawn.end()});
    add("pulls", {pulled.begin(), pulled.end()});
    return;
  }
  const std::size_t shown = std::min<std::size_t>(2, dimensions);
  const infer::Principal before = std::move(axes_);
  axes_ = infer::principal(encodings, dimensions, shown, &before);
  // Codes of one dimension lie on a line.
  const auto in_two = [&](std::vector<float> places) {
    if (shown == 2) return places;
    std::vector<float> pairs;
    for (const float place : places) pairs.insert(pairs.end(), {place, 0.f});
    return pairs;
  };
  add("codewords", in_two(infer::project(axes_, codewords)));
  add("encodings", in_two(infer::project(axes_, drawn)));
  add("pulls", in_two(turned(pulled)));
  snapshot.head["codebook"]["shares"] = axes_.share;
}

void PartitionProbe::adopt(const Experiment&) { lloyd_.clear(); }

Task<> PartitionProbe::add(Message& snapshot, Experiment& experiment, const std::set<std::string>&,
                           bool) {
  const data::Dataset& data = experiment.data();
  const std::vector<float> points = data::Grid{data.bounds, partition_side}.points();
  Call how;
  how.outputs = {"codes"};
  const Arrays coded = co_await experiment.call("codes", given("x", points), how);
  const std::vector<float>& codes = coded.values("codes");
  // Those that are there, in the order of the codes, so that a number keeps its colour where a
  // datum has one code.
  const std::size_t sites = experiment.system().code_sites();
  std::map<std::vector<float>, float> numbers;
  std::vector<float> cells;
  std::vector<std::vector<float>> of_cell;
  for (std::size_t i = 0; i < codes.size(); i += sites) {
    of_cell.emplace_back(codes.begin() + static_cast<std::ptrdiff_t>(i),
                         codes.begin() + static_cast<std::ptrdiff_t>(i + sites));
    numbers.emplace(of_cell.back(), 0.f);
  }
  std::vector<float> all;
  for (auto& [code, number] : numbers) {
    number = static_cast<float>(all.size() / sites);
    all.insert(all.end(), code.begin(), code.end());
  }
  for (const auto& code : of_cell) cells.push_back(numbers.at(code));
  Arrays decoded = co_await experiment.call("from_codes", given("codes", all));
  const data::Box& box = data.bounds;
  snapshot.head["partition_box"] = {box.x0, box.x1, box.y0, box.y1};
  snapshot.add("partition", {signed_of(partition_side), signed_of(partition_side)},
               std::move(cells));
  if (sites == 1) {
    std::vector<float> code_of;
    for (const auto& [code, number] : numbers) code_of.push_back(code.front());
    const std::int64_t there = signed_of(code_of.size());
    snapshot.add("partition_codes", {there}, std::move(code_of));
  }
  snapshot.add("partition_points", {signed_of(numbers.size()), 2}, decoded.take("x"));
  if (sites > 1) co_return;
  if (lloyd_.empty()) {
    const auto count = static_cast<std::size_t>(experiment.system().codes);
    lloyd_ = infer::k_means(data.train.values, 2, count,
                            experiment.spec().at("seed").get<std::uint32_t>())
                 .centres;
    const std::vector<float>& test = data.test.values;
    double total = 0;
    for (std::size_t i = 0; i < test.size(); i += 2) {
      total += infer::nearest(lloyd_, std::span(test).subspan(i, 2)).second;
    }
    lloyd_error_ = total / static_cast<double>(test.size());
  }
  snapshot.head["lloyd_error"] = lloyd_error_;
  snapshot.add("lloyd_points", {signed_of(lloyd_.size() / 2), 2}, lloyd_);
}

void CodeMapsProbe::adopt(const Experiment&) {
  inputs_.clear();
  changed_.clear();
  index_ = 0;
}

Task<bool> CodeMapsProbe::command(const std::string& name, const Json& command,
                                  Experiment& experiment) {
  if (name != "code_map" && name != "code_at") co_return false;
  if (!experiment.can("from_codes")) {
    throw std::runtime_error("This model has no maps of discrete codes to change.");
  }
  if (name == "code_map") {
    index_ = within(command, "index", std::min(most_maps, experiment.data().test.count()),
                    "maps of codes");
    changed_.clear();
    co_return true;
  }
  const std::size_t site =
      within(command, "site", experiment.system().code_sites(), "sites of codes");
  const auto codes = static_cast<std::size_t>(experiment.system().codes);
  changed_[site] = static_cast<float>(within(command, "code", codes, "codes"));
  co_return true;
}

Task<> CodeMapsProbe::add(Message& snapshot, Experiment& experiment, const std::set<std::string>&,
                          bool) {
  const data::Dataset& data = experiment.data();
  const auto size = signed_of(data.dimensions());
  const models::System& system = experiment.system();
  const std::size_t sites = system.code_sites();
  if (inputs_.empty()) {
    inputs_ = data.evaluated(data.test, std::min(looked_at(experiment), std::size_t{200}));
  }
  Call how;
  how.outputs = {"codes"};
  Arrays coded = co_await experiment.call("codes", given("x", inputs_), how);
  std::vector<float> codes = coded.take("codes");
  const auto start = codes.begin() + static_cast<std::ptrdiff_t>(index_ * sites);
  std::vector<float> shown(start, start + static_cast<std::ptrdiff_t>(sites));
  Json changed = Json::array();
  for (const auto& [site, code] : changed_) {
    shown[site] = code;
    changed.push_back(site);
  }
  std::vector<float> palette, levels, pictures;
  for (std::size_t level = 0; level < system.code_levels.size(); ++level) {
    const std::vector<float> offered = by_use(counted(codes, experiment, level), most_palette);
    const std::vector<float> decoded = co_await pictures_of(experiment, offered, level, shown);
    palette.insert(palette.end(), offered.begin(), offered.end());
    levels.insert(levels.end(), offered.size(), static_cast<float>(level));
    pictures.insert(pictures.end(), decoded.begin(), decoded.end());
  }
  const std::int64_t offered = signed_of(palette.size());
  snapshot.add("code_palette", {offered}, std::move(palette));
  snapshot.add("palette_levels", {offered}, std::move(levels));
  snapshot.add("palette_pictures", {offered, size}, std::move(pictures));

  codes.resize(std::min(most_maps * sites, codes.size()));
  const std::int64_t maps = signed_of(codes.size() / sites);
  Arrays decoded = co_await experiment.call("from_codes", given("codes", shown));
  std::vector<float> picture = decoded.take("x");
  data.to_intensities(picture);
  snapshot.add("code_maps", {maps, signed_of(sites)}, std::move(codes));
  snapshot.add("code_map", {signed_of(sites)}, std::move(shown));
  snapshot.add("code_map_picture", {size}, std::move(picture));
  snapshot.head["code_map"] = {
      {"index", index_}, {"changed", changed}, {"levels", described(system.code_levels)}};
  if (!decoded.has("log_prior")) co_return;
  const auto log_prior = static_cast<double>(decoded.values("log_prior").front());
  snapshot.head["code_map"]["log_prior"] = std::isfinite(log_prior) ? Json(log_prior) : Json();
}

}  // namespace lab::session
