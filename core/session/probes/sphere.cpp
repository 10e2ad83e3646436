#include "core/session/probes/sphere.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/data/random.hpp"
#include "core/session/probes/codes.hpp"
#include "core/session/probes/flow.hpp"

namespace lab::session {

namespace {

constexpr std::size_t sphere_rows = 9, sphere_columns = 16, circle_steps = 24;
constexpr std::uint32_t sphere_stream = 401;

}  // namespace

Task<bool> SphereProbe::command(const std::string& name, const Json& command,
                                Experiment& experiment) {
  if (name != "sphere") co_return false;
  require_flow_of_pictures(experiment);
  turn_ = command.value("turn", 0);
  radius_ = std::clamp(command.value("radius", 1.0), 0.0, 10.0);
  co_return true;
}

Task<> SphereProbe::add(Message& snapshot, Experiment& experiment, const std::set<std::string>&,
                        bool) {
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
  const double deviation = has_logistic_prior(experiment) ? std::numbers::pi / std::sqrt(3.0) : 1;
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
  std::vector<float> pictures = co_await decoded(experiment, codes);
  const auto middle =
      pictures.begin() + static_cast<std::ptrdiff_t>(sphere_rows * sphere_columns * size);
  snapshot.add("circle", {signed_of(circle_steps), signed_of(size)}, {middle, pictures.end()});
  pictures.erase(middle, pictures.end());
  snapshot.add("sphere", {signed_of(sphere_rows * sphere_columns), signed_of(size)},
               std::move(pictures));
  snapshot.head["sphere"] = {
      {"rows", sphere_rows}, {"columns", sphere_columns}, {"turn", turn_}, {"radius", radius_}};
}

}  // namespace lab::session
