#include "core/session/probes/inpainting.hpp"

#include <algorithm>
#include <cmath>

#include "core/data/mean.hpp"
#include "core/infer/masks.hpp"

namespace lab::session {

namespace {

constexpr std::size_t inpainted_count = 8;
constexpr int most_moves = 1000;
// With each snapshot while training goes on.
constexpr int moves_at_once = 20;
// The same of what is drawn number after number.
constexpr double drawing_seconds = 0.02;
// For a mean ln p that is none.
constexpr double unknown = -1e30;

}  // namespace

bool InpaintingProbe::fills_in(const Experiment& experiment) {
  return experiment.can("inpaint_move") || experiment.can("influence");
}

void InpaintingProbe::adopt(const Experiment&) {
  mask_.clear();
  painted_.clear();
  first_ = 0;
  moves_ = all_moves_ = most_moves;
}

Task<bool> InpaintingProbe::command(const std::string& name, const Json& command,
                                    Experiment& experiment) {
  if (name != "inpaint" && name != "mask") co_return false;
  if (!fills_in(experiment)) {
    throw std::runtime_error(
        "There is nothing here to fill in: that takes pictures, and nice, vae or ar as the model.");
  }
  const data::Dataset& data = experiment.data();
  const auto first = command.value("first", std::size_t{0});
  if (first >= data.test.count()) {
    throw std::runtime_error("There are test data 0 to " + std::to_string(data.test.count() - 1) +
                             ".");
  }
  if (name == "mask") {
    auto values = command.at("values").get<std::vector<float>>();
    if (values.size() != data.dimensions()) {
      throw std::runtime_error("A mask must be " + std::to_string(data.dimensions()) +
                               " numbers, 1 where a pixel is hidden.");
    }
    for (float& value : values) value = value > 0.5f ? 1.f : 0.f;
    painted_ = std::move(values);
    mask_ = "painted";
  } else {
    const auto mask = command.at("mask").get<std::string>();
    if (mask != "all" && mask != "painted") (void)infer::make_mask(mask, data.train.shape, 1);
    mask_ = mask;
    if (command.value("again", false)) ++noise_;
  }
  first_ = first;
  co_await begin(experiment);
  co_return true;
}

Task<> InpaintingProbe::begin(Experiment& experiment) {
  const data::Dataset& data = experiment.data();
  const std::size_t size = data.dimensions();
  const bool all = mask_ == "all";
  const std::size_t last = all ? first_ + 1 : std::min(first_ + inpainted_count, data.test.count());
  const std::vector<float> rows = data.evaluated(data.test, last);
  given_.clear();
  hidden_.clear();
  const auto add = [&](std::size_t row, const std::vector<float>& mask) {
    const auto start = rows.begin() + static_cast<std::ptrdiff_t>(row * size);
    given_.insert(given_.end(), start, start + static_cast<std::ptrdiff_t>(size));
    hidden_.insert(hidden_.end(), mask.begin(), mask.end());
  };
  if (all) {
    for (const std::string& name : infer::mask_names()) {
      add(first_, infer::make_mask(name, data.train.shape, 1));
    }
  } else {
    if (painted_.size() != size) painted_.assign(size, 0);
    const std::vector<float> mask =
        mask_ == "painted" ? painted_ : infer::make_mask(mask_, data.train.shape, 1);
    for (std::size_t row = first_; row < last; ++row) add(row, mask);
  }
  draws_ = experiment.can("draw_next");
  if (draws_) co_await drawing_.begin(experiment, given_, hidden_, noise_);
  else co_await now_.begin(experiment, given_, hidden_, noise_);
  given_at_ = -1;
  log_density_ = unknown;
  moves_ = 0;
  all_moves_ = draws_ ? static_cast<int>(drawing_.sites()) : most_moves;
  co_await move(experiment, 1);
}

Task<double> InpaintingProbe::mean_log_density(Experiment& experiment,
                                               std::span<const float> x) const {
  const models::Ability* const exact = experiment.system().exact_density();
  const char* const output = exact ? "log_density" : "elbo";
  Call how;
  how.draw = evaluation_draw();
  how.outputs = {output};
  const Arrays found = co_await experiment.call(exact ? exact->name : "elbo", given("x", x), how);
  co_return mean_of(found.values(output));
}

bool InpaintingProbe::unfinished() const { return !mask_.empty() && moves_ < all_moves_; }

// Pictures that are drawn number after number have a density once they are whole.
Task<> InpaintingProbe::move(Experiment& experiment, int moves) {
  if (given_at_ != experiment.steps()) {
    given_at_ = experiment.steps();
    given_log_density_ = co_await mean_log_density(experiment, given_);
  }
  if (draws_) {
    co_await drawing_.go_on_for(experiment, drawing_seconds);
    moves_ = all_moves_ - static_cast<int>(drawing_.left());
    if (drawing_.left() == 0) {
      log_density_ = co_await mean_log_density(experiment, drawing_.pictures());
    }
    co_return;
  }
  moves = std::min(moves, most_moves - moves_);
  co_await now_.move(experiment, moves);
  log_density_ = mean_of(now_.log_density());
  moves_ += moves;
}

Task<> InpaintingProbe::add(Message& snapshot, Experiment& experiment, const std::set<std::string>&,
                            bool training) {
  if (!fills_in(experiment)) co_return;
  if (mask_.empty()) {
    mask_ = "all";
    co_await begin(experiment);
  } else if (training && unfinished()) {
    co_await move(experiment, moves_at_once);
  } else if (training) {
    // While the model learns, what it fills in is never the last word.
    ++noise_;
    co_await begin(experiment);
  }
  add_pictures(snapshot, experiment.data());
}

void InpaintingProbe::add_pictures(Message& snapshot, const data::Dataset& data) const {
  const std::int64_t size = signed_of(data.dimensions()), count = signed_of(given_.size()) / size;
  const auto add = [&](const char* name, std::vector<float> pictures, bool intensities) {
    if (intensities) data.to_intensities(pictures);
    snapshot.add(name, {count, size}, std::move(pictures));
  };
  add("inpaint_given", given_, true);
  add("inpaint_hidden", hidden_, false);
  add("inpainted", draws_ ? drawing_.pictures() : now_.pictures(), true);
  snapshot.head["inpaint"] = {{"mask", mask_},
                              {"first", first_},
                              {"moves", moves_},
                              {"most_moves", all_moves_},
                              {"drawn", draws_},
                              {"log_density", std::isfinite(log_density_) ? log_density_ : unknown},
                              {"given_log_density", given_log_density_}};
}

}  // namespace lab::session
