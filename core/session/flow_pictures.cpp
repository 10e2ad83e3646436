#include "core/session/flow_pictures.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/data/random.hpp"
#include "core/infer/masks.hpp"
#include "core/session/mean.hpp"

namespace lab::session {

namespace {

constexpr std::size_t grid_lines = 13, grid_points = 61;  // each way
constexpr std::size_t warped_data = 600, warped_samples = 400;
constexpr std::size_t bins = 64, most_marginals = 16, most_marginal_numbers = 250000;
constexpr std::size_t neighbour_count = 12, usual_count = 40;
constexpr std::size_t sphere_rows = 9, sphere_columns = 16, circle_steps = 24;
constexpr std::size_t inpainted_count = 8;
constexpr int most_moves = 1000;
constexpr std::uint32_t sphere_stream = 401;

std::int64_t signed_of(std::size_t count) { return static_cast<std::int64_t>(count); }

bool is_logistic(const Experiment& experiment) {
  return experiment.spec().at("model").at("prior") == "logistic";
}

// How far the axes of z are drawn: nearly all of the prior.
double reach_of(const Experiment& experiment) { return is_logistic(experiment) ? 7 : 4; }

// Lines along x, then along y, over a box: (2·grid_lines, grid_points, 2).
std::vector<float> grid_of(const data::Box& box) {
  std::vector<float> points;
  const auto at = [](double low, double high, std::size_t i, std::size_t count) {
    return static_cast<float>(low + (high - low) * static_cast<double>(i) /
                                        static_cast<double>(count - 1));
  };
  for (const bool along_x : {true, false}) {
    for (std::size_t line = 0; line < grid_lines; ++line) {
      for (std::size_t point = 0; point < grid_points; ++point) {
        const std::size_t x = along_x ? point : line, y = along_x ? line : point;
        points.push_back(at(box.x0, box.x1, x, along_x ? grid_points : grid_lines));
        points.push_back(at(box.y0, box.y1, y, along_x ? grid_lines : grid_points));
      }
    }
  }
  return points;
}

// The row of `data`'s training samples nearest to `picture` (D intensities), and how far it is.
std::pair<std::size_t, double> nearest(const data::Dataset& data, std::span<const float> picture) {
  const std::size_t size = data.dimensions();
  std::vector<float> factor(size, 1), shift(size, 0);
  for (std::size_t j = 0; j < data.scale.size(); ++j) {
    factor[j] = 1 / data.scale[j];
    shift[j] = -data.shift[j] / data.scale[j];
  }
  const std::vector<float>& train = data.train.values;
  std::size_t found = 0;
  float least = std::numeric_limits<float>::infinity();
  constexpr std::size_t part = 32;  // after each, those that are already too far are given up
  for (std::size_t row = 0; row < data.train.count(); ++row) {
    const float* values = train.data() + row * size;
    float total = 0;
    for (std::size_t start = 0; start < size && total < least; start += part) {
      const std::size_t end = std::min(start + part, size);
      for (std::size_t j = start; j < end; ++j) {
        const float difference = values[j] * factor[j] + shift[j] - picture[j];
        total += difference * difference;
      }
    }
    if (total < least) {
      least = total;
      found = row;
    }
  }
  return {found, std::sqrt(static_cast<double>(least))};
}

}  // namespace

void FlowPictures::adopt(const Experiment&) {
  probes_.clear();
  usual_distance_ = -1;
  mask_.clear();
  painted_.clear();
  first_ = 0;
  moves_ = most_moves;
}

void FlowPictures::introduce(Message& loaded, const Experiment& experiment) const {
  if (experiment.stages().empty()) return;
  loaded.head["stages"] = experiment.stages();
  loaded.head["prior"] = experiment.spec().at("model").at("prior");
}

bool FlowPictures::command(const std::string& name, const Json& command, Experiment& experiment) {
  if (name != "sphere" && name != "inpaint" && name != "mask") return false;
  if (experiment.stages().empty()) {
    throw std::runtime_error("This model is no invertible map: choose NICE for that.");
  }
  const data::Dataset& data = experiment.data();
  if (data.plane()) throw std::runtime_error("This needs pictures, not points of the plane.");
  if (name == "sphere") {
    turn_ = command.value("turn", 0);
    radius_ = std::clamp(command.value("radius", 1.0), 0.0, 10.0);
    return true;
  }
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
    if (mask != "all" && mask != "painted") (void)infer::make_mask(mask, data.train.frame, 1);
    mask_ = mask;
    if (command.value("again", false)) ++noise_;
  }
  first_ = first;
  begin_inpainting(experiment);
  return true;
}

void FlowPictures::begin_inpainting(Experiment& experiment) {
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
      add(first_, infer::make_mask(name, data.train.frame, 1));
    }
  } else {
    if (painted_.size() != size) painted_.assign(size, 0);
    const std::vector<float> mask =
        mask_ == "painted" ? painted_ : infer::make_mask(mask_, data.train.frame, 1);
    for (std::size_t row = first_; row < last; ++row) add(row, mask);
  }
  experiment.begin_inpainting(given_, hidden_, noise_);
  given_log_density_ = mean_of(experiment.exact(given_).log_density);
  now_ = experiment.inpaint(1);
  moves_ = 1;
}

bool FlowPictures::inpaints() const { return !mask_.empty() && moves_ < most_moves; }

void FlowPictures::inpaint(Experiment& experiment, int moves) {
  moves = std::min(moves, most_moves - moves_);
  now_ = experiment.inpaint(moves);
  moves_ += moves;
}

void FlowPictures::go_on(Experiment& experiment, int moves) {
  if (mask_.empty()) return;
  if (inpaints()) return inpaint(experiment, moves);
  ++noise_;
  begin_inpainting(experiment);
}

void FlowPictures::add(Message& snapshot, Experiment& experiment,
                       const std::set<std::string>& views) {
  if (experiment.stages().empty()) return;
  const auto wanted = [&](const char* view) { return views.count(view) > 0; };
  if (wanted("spectrum")) {
    std::vector<float> scales = experiment.scales();
    std::sort(scales.begin(), scales.end(), std::greater<>());
    const std::int64_t count = signed_of(scales.size());
    snapshot.add("spectrum", {count}, std::move(scales));
  }
  if (wanted("marginals")) add_marginals(snapshot, experiment);
  if (experiment.data().plane()) {
    if (wanted("warp")) add_warp(snapshot, experiment);
    return;
  }
  if (wanted("neighbours")) add_neighbours(snapshot, experiment);
  if (wanted("sphere")) add_sphere(snapshot, experiment);
  if (!wanted("inpainting")) return;
  if (mask_.empty()) {
    mask_ = "all";
    begin_inpainting(experiment);
  }
  add_inpainting(snapshot, experiment);
}

void FlowPictures::add_warp(Message& snapshot, Experiment& experiment) {
  const data::Dataset& data = experiment.data();
  const std::int64_t stages = signed_of(experiment.stages().size());
  const auto add = [&](const std::string& name, const std::vector<float>& points, bool back,
                       bool grid) {
    Experiment::Path path = experiment.path(points, back);
    const std::int64_t count = signed_of(points.size() / 2);
    if (!grid) return snapshot.add(name, {stages, count, 2}, std::move(path.values));
    const std::int64_t lines = 2 * signed_of(grid_lines), each = signed_of(grid_points);
    snapshot.add(name, {stages, lines, each, 2}, std::move(path.values));
    snapshot.add(name + "_log_det", {stages, lines, each}, std::move(path.log_det));
  };
  const double reach = reach_of(experiment);
  add("flow_grid", grid_of(data.bounds), false, true);
  add("flow_back", grid_of({-reach, reach, -reach, reach}), true, true);
  add("flow_data", data.evaluated(data.test, warped_data), false, false);
  add("flow_samples", experiment.sample(warped_samples, 0), false, false);
}

void FlowPictures::add_marginals(Message& snapshot, Experiment& experiment) {
  const data::Dataset& data = experiment.data();
  const std::size_t size = data.dimensions(), shown = std::min(size, most_marginals);
  if (probes_.empty()) {
    probes_ = data.evaluated(data.test, std::max<std::size_t>(1, most_marginal_numbers / size));
  }
  const std::vector<float> z = experiment.exact(probes_).z;
  const double high = reach_of(experiment), low = -high;
  const double width = (high - low) / static_cast<double>(bins);
  std::vector<float> densities((1 + shown) * bins, 0);
  const double count = static_cast<double>(z.size() / size);
  const auto each = static_cast<float>(1 / (count * width)),
             pooled = static_cast<float>(1 / (static_cast<double>(z.size()) * width));
  for (std::size_t i = 0; i < z.size(); ++i) {
    const double place = (static_cast<double>(z[i]) - low) / width;
    if (!(place >= 0 && place < static_cast<double>(bins))) continue;
    const auto bin = static_cast<std::size_t>(place);
    densities[bin] += pooled;
    const std::size_t dimension = i % size;
    if (dimension < shown) densities[(1 + dimension) * bins + bin] += each;
  }
  snapshot.add("marginals", {signed_of(1 + shown), signed_of(bins)}, std::move(densities));
  snapshot.head["marginal_range"] = {low, high};
}

void FlowPictures::add_neighbours(Message& snapshot, const Experiment& experiment) {
  const data::Dataset& data = experiment.data();
  const std::size_t size = data.dimensions();
  const auto mean_distance = [&](std::span<const float> pictures, std::vector<float>* found,
                                 std::vector<float>* distances) {
    double total = 0;
    const std::size_t count = pictures.size() / size;
    for (std::size_t i = 0; i < count; ++i) {
      const auto [row, distance] = nearest(data, pictures.subspan(i * size, size));
      total += distance;
      if (!found) continue;
      const auto start = data.train.values.begin() + static_cast<std::ptrdiff_t>(row * size);
      found->insert(found->end(), start, start + static_cast<std::ptrdiff_t>(size));
      distances->push_back(static_cast<float>(distance));
    }
    return total / static_cast<double>(std::max<std::size_t>(1, count));
  };
  if (usual_distance_ < 0) {
    std::vector<float> test = data.evaluated(data.test, usual_count);
    data.to_intensities(test);
    usual_distance_ = mean_distance(test, nullptr, nullptr);
  }
  snapshot.head["usual_distance"] = usual_distance_;
  const std::span<const float> drawn = snapshot.array("drawn");
  std::vector<float> neighbours, distances;
  (void)mean_distance(drawn.first(std::min(drawn.size(), neighbour_count * size)), &neighbours,
                      &distances);
  data.to_intensities(neighbours);
  const std::int64_t count = signed_of(distances.size());
  snapshot.add("neighbours", {count, signed_of(size)}, std::move(neighbours));
  snapshot.add("neighbour_distances", {count}, std::move(distances));
}

void FlowPictures::add_sphere(Message& snapshot, Experiment& experiment) {
  const std::size_t size = experiment.data().dimensions(), axes = std::min<std::size_t>(3, size);
  // Three directions, orthonormal: a random rotation's.
  data::Stream stream(static_cast<std::uint64_t>(turn_), sphere_stream);
  std::vector<std::vector<double>> axis(3, std::vector<double>(size, 0));
  for (std::size_t k = 0; k < axes; ++k) {
    for (double& value : axis[k]) value = stream.normal();
    for (std::size_t before = 0; before < k; ++before) {
      double dot = 0;
      for (std::size_t j = 0; j < size; ++j) dot += axis[k][j] * axis[before][j];
      for (std::size_t j = 0; j < size; ++j) axis[k][j] -= dot * axis[before][j];
    }
    double norm = 0;
    for (const double value : axis[k]) norm += value * value;
    for (double& value : axis[k]) value /= std::sqrt(norm);
  }
  // The root of the mean of ‖z‖² under the prior.
  const double deviation = is_logistic(experiment) ? std::numbers::pi / std::sqrt(3.0) : 1;
  const double radius = radius_ * deviation * std::sqrt(static_cast<double>(size));
  std::vector<float> codes;
  const auto add = [&](double latitude, double longitude) {
    const double direction[3] = {std::cos(latitude) * std::cos(longitude),
                                 std::cos(latitude) * std::sin(longitude), std::sin(latitude)};
    for (std::size_t j = 0; j < size; ++j) {
      const double z =
          direction[0] * axis[0][j] + direction[1] * axis[1][j] + direction[2] * axis[2][j];
      codes.push_back(static_cast<float>(radius * z));
    }
  };
  constexpr double turn = 2 * std::numbers::pi;
  for (std::size_t row = 0; row < sphere_rows; ++row) {
    const double latitude =
        (0.5 - (static_cast<double>(row) + 0.5) / static_cast<double>(sphere_rows)) * turn / 2;
    for (std::size_t column = 0; column < sphere_columns; ++column) {
      add(latitude, turn * static_cast<double>(column) / static_cast<double>(sphere_columns));
    }
  }
  for (std::size_t step = 0; step < circle_steps; ++step) {
    add(0, turn * static_cast<double>(step) / static_cast<double>(circle_steps));
  }
  std::vector<float> pictures = experiment.decode(codes);
  experiment.data().to_intensities(pictures);
  const auto middle =
      pictures.begin() + static_cast<std::ptrdiff_t>(sphere_rows * sphere_columns * size);
  snapshot.add("circle", {signed_of(circle_steps), signed_of(size)}, {middle, pictures.end()});
  pictures.erase(middle, pictures.end());
  snapshot.add("sphere", {signed_of(sphere_rows * sphere_columns), signed_of(size)},
               std::move(pictures));
  snapshot.head["sphere"] = {
      {"rows", sphere_rows}, {"columns", sphere_columns}, {"turn", turn_}, {"radius", radius_}};
}

void FlowPictures::add_inpainting(Message& snapshot, const Experiment& experiment) {
  const data::Dataset& data = experiment.data();
  const std::int64_t size = signed_of(data.dimensions()), count = signed_of(given_.size()) / size;
  const auto add = [&](const char* name, std::vector<float> pictures, bool intensities) {
    if (intensities) data.to_intensities(pictures);
    snapshot.add(name, {count, size}, std::move(pictures));
  };
  add("inpaint_given", given_, true);
  add("inpaint_hidden", hidden_, false);
  add("inpainted", now_.pictures, true);
  const double log_density = mean_of(now_.log_density);
  snapshot.head["inpaint"] = {{"mask", mask_},
                              {"first", first_},
                              {"moves", moves_},
                              {"most_moves", most_moves},
                              {"log_density", std::isfinite(log_density) ? log_density : -1e30},
                              {"given_log_density", given_log_density_}};
}

}  // namespace lab::session
