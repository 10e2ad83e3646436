#include "core/session/probes/autoregressive.hpp"

#include <algorithm>
#include <cmath>

namespace lab::session {

namespace {

// A picture takes about so many moves, fewer while training, which are so many seconds apart, so
// that they can be followed; whole, it stays so long while training goes on.
constexpr std::size_t moves = 120, training_moves = 40;
constexpr double pace = 0.04, rest = 1.5;

// Test data that slopes are averaged over.
constexpr std::size_t looked_at_count = 25;

double seconds_since(std::chrono::steady_clock::time_point time) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - time).count();
}

void require(const Experiment& experiment, const char* ability) {
  if (!experiment.can(ability)) {
    throw std::runtime_error("This model does not draw one number after another.");
  }
}

}  // namespace

void DrawingProbe::adopt(const Experiment&) {
  drawing_ = {};
  step_ = -1;
  class_ = -1;
}

Task<bool> DrawingProbe::command(const std::string& name, const Json& command,
                                 Experiment& experiment) {
  if (name != "draw") co_return false;
  require(experiment, "draw_next");
  const int wanted = command.value("class", -1);
  const auto classes = static_cast<int>(experiment.data().train.classes.size());
  const bool conditional = tells_classes(experiment);
  if (wanted >= 0 && (!conditional || wanted >= classes)) {
    throw std::runtime_error(conditional
                                 ? "There are classes 0 to " + std::to_string(classes - 1) + "."
                                 : "This model draws of no class: 'model.condition' is \"none\".");
  }
  class_ = wanted;
  ++number_;
  co_await begin(experiment);
  co_return true;
}

Task<> DrawingProbe::begin(Experiment& experiment) {
  const std::size_t count = Drawing::most(experiment);
  std::vector<float> classes;
  if (class_ >= 0) classes.assign(count, static_cast<float>(class_));
  step_ = experiment.steps();
  co_await drawing_.begin(experiment, count, number_, classes);
  co_await go_on(experiment);
}

bool DrawingProbe::due() const { return seconds_since(last_) >= pace; }

Task<> DrawingProbe::go_on(Experiment& experiment) {
  last_ = Clock::now();
  co_await drawing_.go_on(experiment, (drawing_.sites() + moves_ - 1) / moves_);
}

Task<> DrawingProbe::add(Message& snapshot, Experiment& experiment, const std::set<std::string>&,
                         bool training) {
  moves_ = training ? training_moves : moves;
  const bool whole = drawing_.left() == 0, moved = step_ != experiment.steps();
  if (step_ < 0 || (whole && moved && (!training || seconds_since(last_) > rest))) {
    if (step_ >= 0) ++number_;
    co_await begin(experiment);
  } else if (training && !whole) {
    co_await go_on(experiment);
  }
  const data::Dataset& data = experiment.data();
  co_await drawing_.decode(experiment);
  std::vector<float> pictures = drawing_.pictures();
  const std::int64_t size = signed_of(data.dimensions()), count = signed_of(pictures.size()) / size;
  data.to_intensities(pictures);
  const std::int64_t levels = signed_of(drawing_.probabilities().size()) / count;
  // Sites of the grid that is drawn: pixels, or codes that each stand for several.
  const data::SampleShape& shape = data.train.shape;
  const models::System& system = experiment.system();
  models::CodeLevel grid{shape.rows, shape.columns, 0};
  const std::size_t level = system.level_of(drawing_.site());
  if (!system.code_levels.empty()) grid = system.code_levels[level];
  snapshot.head["drawing"] = {
      {"site", drawing_.site()},
      {"level", level},
      {"levels", std::max<std::size_t>(1, system.code_levels.size())},
      {"left", drawing_.left()},
      {"sites", drawing_.sites()},
      {"grid", {grid.rows, grid.columns, grid.first}},
      {"class", class_},
      {"classes", drawing_.classes().empty() ? Json() : Json(drawing_.classes())}};
  snapshot.add("drawing", {count, size}, std::move(pictures));
  snapshot.add("drawing_probabilities", {count, levels}, drawing_.probabilities());
  snapshot.add("drawing_symbols", {count}, drawing_.symbols());
}

// A pixel below the middle, its last channel.
void ReceptiveFieldProbe::adopt(const Experiment& experiment) {
  const data::SampleShape& shape = experiment.data().train.shape;
  const std::size_t pixel = shape.rows * 3 / 4 * shape.columns + shape.columns / 2;
  site_ = pixel * shape.channels + shape.channels - 1;
}

Task<bool> ReceptiveFieldProbe::command(const std::string& name, const Json& command,
                                        Experiment& experiment) {
  if (name != "site") co_return false;
  require(experiment, "influence");
  const auto site = command.at("site").get<std::size_t>();
  if (site >= experiment.data().dimensions()) {
    throw std::runtime_error("There are sites 0 to " +
                             std::to_string(experiment.data().dimensions() - 1) + ".");
  }
  site_ = site;
  co_return true;
}

Task<> ReceptiveFieldProbe::add(Message& snapshot, Experiment& experiment,
                                const std::set<std::string>&, bool) {
  const data::Dataset& data = experiment.data();
  const std::vector<float> x = data.evaluated(data.test, looked_at_count);
  const std::size_t size = data.dimensions(), count = x.size() / size;
  const std::vector<float> sites(count, static_cast<float>(site_));
  const Arrays slopes =
      co_await experiment.call("influence", Arguments("x", x).and_given("site", sites));
  std::vector<float> field(size);
  const std::vector<float>& slope = slopes.values("slope");
  for (std::size_t i = 0; i < slope.size(); ++i) {
    field[i % size] += std::abs(slope[i]) / static_cast<float>(count);
  }
  snapshot.head["receptive_field"] = {
      {"site", site_}, {"count", count}, {"slope", *std::max_element(field.begin(), field.end())}};
  snapshot.add("receptive_field", {signed_of(size)}, std::move(field));
}

}  // namespace lab::session
